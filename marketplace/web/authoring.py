"""Pages on which an authority writes a challenge: its list of tasks, its sections, its preview."""

from __future__ import annotations

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.actions import challenges
from marketplace.queries import authoring
from marketplace.queries.authoring import Draft
from marketplace.rules import limits
from marketplace.rules.challenges import Terms
from marketplace.rules.refusals import Refused
from marketplace.rules.regimes import REGIMES, deadline_refusal
from marketplace.rules.roles import Role
from marketplace.rules.stages import TEMPLATES, gaps
from marketplace.rules.wording import GAPS, SECTIONS
from marketplace.web import autosave, groups, sections
from marketplace.web.fields import PageForm, ProseField, RadioField, SelectField
from marketplace.web.formats import day
from marketplace.web.page import Pages, actor, see, send
from marketplace.web.regimes import all_rules, rules_of
from marketplace.web.words import _, language_choices, said
from marketplace.words import N_

pages = Pages("authoring", __name__)


class NewForm(PageForm):
    authority = RadioField(N_("Authority"), required=N_("Choose the authority that it is for"))
    template = RadioField(
        N_("Start from"),
        choices=[(key, template.name, {"hint": template.note}) for key, template in TEMPLATES.items()],
        hint=N_("Everything in it can be changed before publication."),
        required=N_("Choose what to start from"),
    )
    language = SelectField(
        N_("Language"), hint=N_("The one that you write it in. Suppliers may answer in another.")
    )


class LanguageForm(PageForm):
    language = SelectField(N_("Language of the challenge"))


class ConflictsForm(PageForm):
    assessment = ProseField(
        N_("Conflicts assessment"),
        longest=limits.PROSE,
        rows=10,
        hint=N_(
            "Who takes part, what interests they have, and what you do about each. This is not published."
        ),
    )


@pages.page("/desk/challenges/new", "challenge:create", post=True)
def new() -> ResponseReturnValue:
    choices = authoring.authorities(actor())
    form = NewForm()
    form.language.choices = language_choices()
    form.authority.choices = [
        (
            each.slug,
            each.name,
            {} if each.verified else {"hint": N_("Not verified yet: you can write, but not publish.")},
        )
        for each in choices
    ]
    if len(choices) == 1 and not form.is_submitted():
        form.authority.data = choices[0].slug
    if not form.validate_on_submit():
        return render_template(
            "authoring/new.html", form=form, choices=choices
        ), 422 if form.is_submitted() else 200
    ref = challenges.create.once(form.once.data)(
        actor(), form.authority.data, form.template.data, form.language.data
    )
    return see(f"/desk/challenges/{ref}")


@pages.page("/desk/challenges/<ref>/preview", "challenge:work")
def preview(ref: str) -> ResponseReturnValue:
    record = authoring.work(actor(), ref)
    return render_template("authoring/preview.html", work=record, rules=rules_of(record.content.terms.regime))


@pages.page("/desk/challenges/<ref>/sections/<name>", "challenge:edit", post=True)
def section(ref: str, name: str) -> ResponseReturnValue:
    draft = authoring.draft(actor(), ref, name)
    if request.method != "POST":
        if not draft.editable:
            return see(f"/desk/challenges/{ref}/preview")
        return _section_page(draft, sections.filled(draft))
    form = sections.typed(draft, groups.sent_fields(request.form))
    if groups.regrouped(form, request.form):
        form.around(draft)
        form.propose(draft)
        return _section_page(draft, form)
    groups.drop_blank(form)
    valid = form.validate()
    if autosave.is_behind():
        return _save_behind(draft, form) if valid else autosave.not_kept(form)
    return _save(draft, form) if valid else _section_page(draft, form, 422)


def _save_behind(draft: Draft, form: sections.SectionForm) -> ResponseReturnValue:
    """Keep the section without a key: sent again, it finds itself kept."""
    content = form.content(draft)
    edition = challenges.save_section(actor(), draft.ref, draft.name, content, form.seen())
    return autosave.kept(edition=str(edition), **form.ids(content))


def _save(draft: Draft, form: sections.SectionForm) -> ResponseReturnValue:
    try:
        challenges.save_section.once(form.once.data)(
            actor(), draft.ref, draft.name, form.content(draft), form.seen()
        )
    except Refused as no:
        if no.kind not in ("conflict", "invalid"):
            raise
        fresh = authoring.draft(actor(), draft.ref, draft.name)
        form.edition.data = fresh.edition
        return _section_page(fresh, form, no.status, no)
    flash(_("Saved: {section}.", section=_(SECTIONS[draft.name])))
    return see(f"/desk/challenges/{draft.ref}")


def _section_page(
    draft: Draft, form: sections.SectionForm, status: int = 200, no: Refused | None = None
) -> ResponseReturnValue:
    terms = draft.section if isinstance(draft.section, Terms) else None
    regime = (form.regime.data or "") if isinstance(form, sections.TermsForm) else ""
    page = render_template(
        f"authoring/sections/{draft.name}.html",
        draft=draft,
        form=form,
        no=no,
        titles=SECTIONS,
        gaps=[GAPS[code] for code in gaps(draft.section)],
        warning=_warning(terms, draft) if terms else "",
        rules=rules_of(regime),
        all_rules=all_rules() if terms else (),
        earliest=sections.proposed_deadline(draft, regime),
        stale=no is not None and no.code == "edit.stale",
    )
    return page, status


@pages.page("/desk/challenges/<ref>/language", "challenge:edit", post=True)
def language(ref: str) -> ResponseReturnValue:
    record = authoring.work(actor(), ref)
    if Role.EDITOR not in record.roles:
        raise Refused("missing")
    form = LanguageForm(data={"language": record.language})
    form.language.choices = language_choices()
    sent = send(form, lambda key: challenges.set_language.once(key)(actor(), ref, form.language.data))
    if sent.results:
        flash(_("The challenge is marked as written in this language."))
        return see(f"/desk/challenges/{ref}")
    shown = {"work": record, "form": form, "sentence": sent.sentence}
    return render_template("authoring/language.html", **shown), sent.status


@pages.page("/desk/challenges/<ref>/conflicts", "challenge:work", post=True)
def conflicts(ref: str) -> ResponseReturnValue:
    record = authoring.work(actor(), ref)
    form = ConflictsForm(assessment=record.conflicts)
    sent = send(form, lambda once: challenges.save_conflicts.once(once)(actor(), ref, form.assessment.data))
    if sent.results:
        flash(_("Saved: conflicts assessment."))
        return see(f"/desk/challenges/{ref}")
    shown = {"work": record, "form": form, "sentence": sent.sentence}
    return render_template("authoring/conflicts.html", **shown), sent.status


def _warning(terms: Terms, draft: Draft) -> str:
    """Why the saved deadline would be refused, were the challenge opened now; empty where it would not."""
    regime = REGIMES.get(terms.regime)
    if regime is None or terms.closes_at is None:
        return ""
    code = deadline_refusal(regime, draft.now, terms.closes_at)
    earliest = sections.proposed_deadline(draft, terms.regime)
    return said(Refused(code, earliest=day(earliest) if earliest else "")) if code else ""
