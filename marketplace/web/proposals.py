"""Pages of a supplier's draft: starting it, its list of tasks, its answers, files and language."""

from __future__ import annotations

import secrets
from typing import Any

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import HiddenField

from marketplace.actions import files, proposals
from marketplace.queries import asked
from marketplace.queries import proposals as queries
from marketplace.queries.proposals import Answer, Invitation, OwnDraft
from marketplace.rules import limits
from marketplace.web import autosave
from marketplace.web.fields import (
    CheckboxesField,
    FileField,
    PageForm,
    ProseField,
    RadioField,
    SelectField,
    TextField,
    too_many_characters,
)
from marketplace.web.organisations import MARKS
from marketplace.web.page import Pages, Sent, actor, attachment, see, send
from marketplace.web.words import _, language_choices, ngettext
from marketplace.words import N_

pages = Pages("proposals", __name__)

FILE_KINDS = ".pdf,.docx,.odt,.png,.jpg,.jpeg"
FORM_BYTES = 64 * 1024
LATE = ("edit.stale", "form.reused")


class AnswerField(ProseField):
    """Prose that may run over its words while it is a draft: only handing in asks for fewer."""

    def pre_validate(self, form: Any) -> None:
        if len(text := self.data or "") > limits.ANSWER:
            raise too_many_characters(limits.ANSWER, len(text))


class StartForm(PageForm):
    """For somebody who works for suppliers: `start` begins the draft of one, and says its reference."""

    organisation = RadioField(N_("Who proposes?"), required=N_("Choose who proposes"))

    def start(self, challenge_ref: str, key: str) -> str:
        return proposals.start.once(key)(actor(), challenge_ref, self.organisation.data)


class FirmForm(PageForm):
    """For somebody who works for no supplier yet: what a proposal needs to know of one, and no more."""

    name = TextField(
        N_("Name of your firm or team"), longest=limits.NAME, autocomplete="organization",
        required=N_("Enter its name"),
    )  # fmt: skip
    address = TextField(
        N_("Address"), longest=limits.SUMMARY, autocomplete="street-address",
        hint=N_("Street, place and postcode."), required=N_("Enter its address"),
    )  # fmt: skip
    company_number = TextField(
        N_("Company or charity number"), longest=20, width=10, optional=True, spellcheck=False,
        hint=N_("Leave it empty if there is none. You can take part without one."),
    )  # fmt: skip
    marks = CheckboxesField(N_("What describes it?"), choices=MARKS, hint=N_("Choose all that apply."))

    def start(self, challenge_ref: str, key: str) -> str:
        marks = self.marks.data or []
        return proposals.start_as_new.once(key)(
            actor(), challenge_ref, name=self.name.data, address=self.address.data,
            company_number=self.company_number.data or "", is_sme="is_sme" in marks,
            is_non_profit="is_non_profit" in marks, is_company="not_company" not in marks,
        )  # fmt: skip


class AnswerForm(PageForm):
    text = AnswerField(N_("Your answer"), rows=14)
    seen = HiddenField()


class FileForm(PageForm):
    file = FileField(
        N_("A file"), required=N_("Choose a file"), accept=FILE_KINDS,
        hint=N_("PDF, DOCX, ODT, PNG or JPEG, at most 5 MB."),
    )  # fmt: skip


class LanguageForm(PageForm):
    language = SelectField(N_("Language of your answers"))


class Press(PageForm):
    """A form of one button."""


@pages.page("/challenges/<ref>/propose", "proposal:start", post=True)
def propose(ref: str) -> ResponseReturnValue:
    invitation = queries.invitation(actor(), ref)
    if request.method == "GET" and (draft := invitation.only_draft):
        return see(f"/desk/proposals/{draft}")
    form = _start_form(invitation)
    sent = send(form, lambda key: form.start(ref, key))
    if sent.results:
        return see(f"/desk/proposals/{sent.results[0]}")
    return page("propose", form, sent, it=invitation)


def _start_form(invitation: Invitation) -> StartForm | FirmForm:
    if not invitation.suppliers:
        return FirmForm()
    form = StartForm()
    more = {"hint": N_("It has a draft here. You go on with that one.")}
    form.organisation.choices = [
        (each.slug, each.name, more if each.draft else {}) for each in invitation.suppliers
    ]
    if len(invitation.suppliers) == 1 and not form.is_submitted():
        form.organisation.data = invitation.suppliers[0].slug
    return form


@pages.page("/desk/proposals", "desk:see")
def mine() -> ResponseReturnValue:
    return render_template("proposals/mine.html", proposals=queries.own_proposals(actor()))


@pages.page("/desk/proposals/<ref>", "proposal:read-own")
def tasks(ref: str) -> ResponseReturnValue:
    draft = queries.own_proposal(actor(), ref)
    return render_template(
        "proposals/tasks.html", it=draft, groups=_groups(draft), asked=asked.asked_of(actor(), ref)
    )


@pages.page("/desk/proposals/<ref>/questions/<question_id>", "proposal:edit", post=True)
def question(ref: str, question_id: str) -> ResponseReturnValue:
    draft = queries.own_proposal(actor(), ref)
    answer = draft.answer(question_id)
    form = AnswerForm(data={"text": answer.text, "seen": answer.seen})
    form.text.words = answer.question.words
    form.text.hint, form.text.language = answer.question.guidance, draft.about.language
    if autosave.is_behind():
        return _save_behind(form, ref, question_id)
    sent = send(form, lambda key: _save(form, ref, question_id, key))
    if sent.results:
        return see(_next(draft, question_id))
    stale = sent.code in LATE
    if stale:
        # Sent again it is meant: what is saved now stands beside it on the page.
        form.seen.data, form.once.data = answer.seen, secrets.token_urlsafe(24)
    return page("question", form, sent, it=draft, answer=answer, stale=stale)


def _save(form: AnswerForm, ref: str, question_id: str, key: str) -> str:
    text, seen = form.text.data or "", form.seen.data or ""
    return proposals.save_answer.once(key)(actor(), ref, question_id, text, seen)


def _save_behind(form: AnswerForm, ref: str, question_id: str) -> ResponseReturnValue:
    """Keep the answer without a key: sent again, it finds itself kept."""
    if not form.validate_on_submit():
        return autosave.not_kept(form)
    return autosave.kept(seen=_save(form, ref, question_id, ""))


@pages.page("/desk/proposals/<ref>/language", "proposal:edit", post=True)
def language(ref: str) -> ResponseReturnValue:
    draft = queries.own_proposal(actor(), ref)
    form = LanguageForm(data={"language": draft.about.language})
    form.language.choices = language_choices()
    sent = send(form, lambda key: proposals.set_language.once(key)(actor(), ref, form.language.data))
    if sent.results:
        flash(_("Your answers are marked as written in this language."))
        return see(f"/desk/proposals/{ref}")
    return page("language", form, sent, it=draft)


@pages.page("/desk/proposals/<ref>/files", "proposal:edit", post=True)
def attached(ref: str) -> ResponseReturnValue:
    # Before the form is read: this page alone takes more than text.
    request.max_content_length = limits.FILE_BYTES + FORM_BYTES
    draft = queries.own_proposal(actor(), ref)
    form = FileForm()
    sent = send(form, lambda key: _attach(form, ref, key))
    if sent.results:
        flash(_("The file is kept with your draft. Nobody else can read it."))
        return see(f"/desk/proposals/{ref}/files")
    return page("files", form, sent, it=draft)


def _attach(form: FileForm, ref: str, key: str) -> int:
    with form.file.data.stream as stream:
        content = stream.read()
    return files.add.once(key)(actor(), ref, form.file.data.filename or "", content)


@pages.page("/desk/proposals/<ref>/files/<int:file_id>", "proposal:read-own")
def file(ref: str, file_id: int) -> ResponseReturnValue:
    return attachment(*queries.own_file(actor(), ref, file_id))


@pages.page("/desk/proposals/<ref>/files/<int:file_id>/remove", "proposal:edit", post=True)
def remove_file(ref: str, file_id: int) -> ResponseReturnValue:
    draft = queries.own_proposal(actor(), ref)
    form = Press()
    sent = send(form, lambda key: files.remove.once(key)(actor(), ref, file_id))
    if sent.results:
        flash(_("The file is taken out of your draft."))
        return see(f"/desk/proposals/{ref}/files")
    return page("remove_file", form, sent, it=draft, file=draft.file(file_id))


def page(name: str, form: PageForm, sent: Sent[Any], **shown: Any) -> ResponseReturnValue:
    """One of the supplier's pages with its form, and what came of it."""
    template = f"proposals/{name}.html"
    return render_template(template, form=form, sentence=sent.sentence, **shown), sent.status


def _next(draft: OwnDraft, question_id: str) -> str:
    after = draft.after(question_id)
    base = f"/desk/proposals/{draft.about.ref}"
    if "back" in request.form:
        return base
    if after is None:
        return f"{base}/price" if draft.price and draft.price.amount is None else base
    return f"{base}/questions/{after.question.id}"


def _groups(draft: OwnDraft) -> list[dict[str, Any]]:
    base = f"/desk/proposals/{draft.about.ref}"
    opened = draft.about.collecting
    first = next((answer for answer in draft.answers if not answer.ready), None)
    questions = [
        _task(base, answer, opened, answer is first, draft.about.asked_in) for answer in draft.answers
    ]
    count = len(draft.files)
    attachments = {
        "name": _("Files"),
        "href": f"{base}/files" if opened or count else None,
        "kind": "done" if count else "",
        "status": _("{n} of {most}", n=count, most=limits.FILES) if count else _("None"),
        "hint": _("Optional, up to {most}.", most=limits.FILES),
    }
    price = (
        [{"title": _("Your price"), "tasks": [_price_task(base, draft, first is None)]}]
        if draft.price
        else []
    )
    return [
        {"title": _("Your answers"), "tasks": questions},
        *price,
        {"title": _("Attachments"), "tasks": [attachments]},
    ]


def _price_task(base: str, draft: OwnDraft, next_one: bool) -> dict[str, Any]:
    assert draft.price is not None  # noqa: S101 - asked for only where price counts
    given = draft.price.amount is not None
    status, kind = (_("Do this next"), "open") if next_one else (_("Not started"), "")
    return {
        "name": _("Price"),
        "href": f"{base}/price" if draft.about.collecting else None,
        "status": _("Done") if given else status,
        "kind": "done" if given else kind,
        "hint": _("It counts for {weight} of 100 points.", weight=draft.price.rule.weight),
    }


def _task(base: str, answer: Answer, opened: bool, first: bool, language: str) -> dict[str, Any]:
    status, kind = _("Do this next") if first else _("Not started"), "open" if first else ""
    if answer.left < 0:
        status, kind = ngettext("{n} word too many", "{n} words too many", -answer.left), "way"
    elif answer.words:
        status, kind = _("Done"), "done"
    words = _("{used} of {most} words", used=answer.words, most=answer.question.words)
    href = f"{base}/questions/{answer.question.id}" if opened else None
    return {
        "name": answer.question.prompt,
        "language": language,
        "href": href,
        "status": status,
        "kind": kind,
        "hint": words,
    }
