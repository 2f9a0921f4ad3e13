"""Pages of the published conditions: the lead checks and rules, a second person confirms, a supplier replies."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, render_template
from flask.typing import ResponseReturnValue
from wtforms import HiddenField
from wtforms.validators import ValidationError

from marketplace.actions import eligibility as acts
from marketplace.actions.eligibility import Check
from marketplace.queries import eligibility, opened
from marketplace.queries.eligibility import Dossier, Standing
from marketplace.rules import limits, replies
from marketplace.rules.refusals import CATALOGUE, Refused
from marketplace.web.fields import PageForm, ProseField, RadioField, SelectField, TextField, plain_text
from marketplace.web.page import STAGE, Pages, Sent, actor, attachment, see, send
from marketplace.web.words import _, ngettext
from marketplace.words import N_

pages = Pages("eligibility", __name__)

STANDS: dict[str, tuple[str, str]] = {
    "unchecked": (N_("Not checked"), ""),
    "passed": (N_("Meets them"), "done"),
    "waiting": (N_("Its supplier may reply"), "way"),
    "ready": (N_("Rule on it"), "open"),
    "proposed": (N_("Waits for a second person"), "way"),
    "accepted": (N_("Meets them, after a doubt"), "done"),
    "refused": (N_("Refused"), "done"),
}
"""Where a proposal stands, and how the list of tasks draws it."""


class RulingForm(PageForm):
    refuse = RadioField(
        N_("What do you rule?"),
        choices=[
            ("no", N_("It meets the conditions"), {"hint": N_("It is scored like every other.")}),
            ("yes", N_("It is refused"), {"hint": N_("A second person confirms. Then it is not scored.")}),
        ],
        required=N_("Choose what you rule"),
    )
    ruling = ProseField(
        N_("Why"), longest=limits.REASON, rows=4, hint=N_("Its supplier reads this. Needed for a refusal.")
    )

    def validate_ruling(self, field: ProseField) -> None:
        if self.refuse.data == "yes" and not field.data:
            raise ValidationError(_(CATALOGUE["move.reason"][1]))


class ConfirmForm(PageForm):
    seen = HiddenField(filters=(plain_text,))


class BackForm(PageForm):
    reason = ProseField(
        N_("Why not"), longest=limits.REASON, rows=4, required=N_("Say why you do not confirm it"),
        hint=N_("The lead reads this, and rules again."),
    )  # fmt: skip


class ReplyForm(PageForm):
    text = ProseField(N_("Your reply"), rows=10, required=N_("Write your reply"))


@pages.page(f"{STAGE}/eligibility", "stage:check-eligibility")
def overview(ref: str, stage: int) -> ResponseReturnValue:
    record = eligibility.overview(actor(), ref, stage)
    return render_template(
        "eligibility/overview.html", record=record, tasks=[_task(record.place.address, row) for row in record.rows]
    )  # fmt: skip


@pages.page(f"{STAGE}/eligibility/<letter>", "stage:check-eligibility", post=True)
def check(ref: str, stage: int, letter: str) -> ResponseReturnValue:
    record = eligibility.dossier(actor(), ref, stage, letter)
    form = _check_form(record)

    def act(once: str) -> str:
        checks = {
            each.condition.id: Check(passes=form[f"passes_{n}"].data == "yes", reason=form[f"reason_{n}"].data or "")
            for n, each in enumerate(record.row.checks)
        }  # fmt: skip
        return acts.check.once(once)(actor(), ref, stage, letter, checks, int(form.days.data))

    failing = [each for n, each in enumerate(record.row.checks) if form[f"passes_{n}"].data == "no"]
    sent = send(form, act, twice=bool(failing)) if record.overview.open else Sent[str]()
    for came in sent.results:
        flash(_("Kept.") if came == "passed" else _("Its supplier was told, and may reply."))
        return see(f"{record.place.address}/eligibility")
    shown = {"record": record, "row": record.row, "form": form, "status_words": STANDS}
    if sent.again:
        reasons = [
            (each, form[f"reason_{n}"].data) for n, each in enumerate(record.row.checks) if each in failing
        ]
        due = replies.due_at(record.row.now, int(form.days.data))
        return render_template("eligibility/doubt.html", again=sent.again, reasons=reasons, due=due, **shown)
    return render_template("eligibility/check.html", sentence=sent.sentence, **shown), sent.status


@pages.page(f"{STAGE}/eligibility/<letter>/ruling", "stage:check-eligibility", post=True)
def ruling(ref: str, stage: int, letter: str) -> ResponseReturnValue:
    record = eligibility.dossier(actor(), ref, stage, letter)
    if record.row.stands not in ("ready", "proposed"):
        return see(f"{record.place.address}/eligibility/{letter}")
    form = RulingForm()
    form.ruling.language = record.place.language

    def act(once: str) -> str:
        given = (form.refuse.data == "yes", form.ruling.data or "")
        return acts.rule.once(once)(actor(), ref, stage, letter, *given)

    sent = send(form, act, twice=True)
    for came in sent.results:
        said = _("An approver confirms it next.") if came == "asked" else _("It is scored like every other.")
        flash(said)
        return see(f"{record.place.address}/eligibility")
    shown = {"record": record, "row": record.row, "form": form}
    if sent.again:
        return render_template("eligibility/ruling_check.html", again=sent.again, **shown)
    return render_template("eligibility/ruling.html", sentence=sent.sentence, **shown), sent.status


@pages.page(f"{STAGE}/eligibility/<letter>/files/<int:file_id>", "stage:check-eligibility")
def file(ref: str, stage: int, letter: str, file_id: int) -> ResponseReturnValue:
    record = eligibility.dossier(actor(), ref, stage, letter)
    if file_id not in {each.id for each in record.opened.files}:
        raise Refused("missing")
    return attachment(*opened.opened_file(actor(), file_id))


@pages.page(f"{STAGE}/refusals/<letter>", "stage:sign", post=True)
def refusal(ref: str, stage: int, letter: str) -> ResponseReturnValue:
    record = eligibility.refusal(actor(), ref, stage, letter)
    assert record.row.doubt is not None  # noqa: S101 - a refusal is a ruling on one
    form = ConfirmForm(seen=record.row.doubt.seen)
    sent = send(form, lambda once: acts.confirm.once(once)(actor(), ref, stage, letter, form.seen.data or ""))
    if sent.results:
        flash(_("Confirmed. Its supplier was told, and it is not scored."))
        return see(f"/desk/challenges/{ref}")
    if sent.sentence:
        # Whoever read a ruling that was changed confirms the one they see now.
        form.seen.data = record.row.doubt.seen
    return render_template(
        "eligibility/refusal.html", record=record, form=form, sentence=sent.sentence
    ), sent.status


@pages.page(f"{STAGE}/refusals/<letter>/back", "stage:sign", post=True)
def send_back(ref: str, stage: int, letter: str) -> ResponseReturnValue:
    record = eligibility.refusal(actor(), ref, stage, letter)
    form = BackForm()
    form.reason.language = record.place.language
    sent = send(
        form, lambda once: acts.send_back.once(once)(actor(), ref, stage, letter, form.reason.data or "")
    )
    if sent.results:
        flash(_("Not confirmed. The lead reads your reason, and rules again."))
        return see(f"/desk/challenges/{ref}")
    return render_template(
        "eligibility/back.html", record=record, form=form, sentence=sent.sentence
    ), sent.status


@pages.page("/desk/proposals/<ref>/eligibility", "proposal:read-own", post=True)
def own(ref: str) -> ResponseReturnValue:
    record = eligibility.own(actor(), ref)
    form = ReplyForm()
    form.text.language, form.text.words = record.about.language, replies.DOUBT_WORDS
    sent = send(form, lambda once: acts.reply.once(once)(actor(), ref, form.text.data or ""), twice=True)
    if sent.results:
        flash(_("We have your reply. The lead reads it before anything is ruled."))
        return see(f"/desk/proposals/{ref}/eligibility")
    return reply_page("eligibility/own.html", record, form, sent)


def reply_page(template: str, record: Any, form: ReplyForm, sent: Sent[Any]) -> ResponseReturnValue:
    """A supplier's page for one reply: its form, what it says again before it goes, or why it did not go."""
    again = form.text.data if sent.again else ""
    shown = {"it": record, "about": record.about, "form": form, "typed": again, "again": sent.again}
    return render_template(template, sentence=sent.sentence, code=sent.code, **shown), sent.status


def day_choices(now: datetime) -> list[tuple[str, str]]:
    """How long a reply may take, each with the instant at which that is over."""
    return [
        (
            str(days),
            ngettext(
                "{n} whole working day, until {due}", "{n} whole working days, until {due}", days,
                due=replies.due_at(now, days),
            ),
        )
        for days in range(replies.LEAST_DAYS, replies.MOST_DAYS + 1)
    ]  # fmt: skip


def _check_form(record: Dossier) -> Any:
    """Yes or no for each condition, why, and how long a supplier has that seems to miss one."""
    language = record.place.language
    fields: dict[str, Any] = {}
    saved: dict[str, str] = {}
    for n, each in enumerate(record.row.checks):
        fields[f"passes_{n}"] = RadioField(
            each.condition.text, choices=[("yes", N_("Meets it")), ("no", N_("Seems to miss it"))], inline=True,
            required=_("Say whether it meets this: {condition}", condition=each.condition.text), size="s",
        )  # fmt: skip
        fields[f"reason_{n}"] = TextField(
            N_("Why"), [_has_reason], longest=limits.REASON, language=language,
            hint=N_("Point to where it says so. Needed where it seems to miss it: its supplier reads this."),
        )  # fmt: skip
        if each.passes is not None:
            saved |= {f"passes_{n}": "yes" if each.passes else "no", f"reason_{n}": each.reason}
    fields["days"] = SelectField(
        N_("Time to reply, where it seems to miss one"), choices=day_choices(record.row.now),
        required=_("Choose one of these"),
    )  # fmt: skip
    return type("CheckForm", (PageForm,), fields)(data=saved)


def _has_reason(form: Any, field: Any) -> None:
    if form[field.name.replace("reason", "passes", 1)].data == "no" and not field.data:
        raise ValidationError(_(CATALOGUE["eligibility.reason"][1]))


def _task(address: str, row: Standing) -> dict[str, Any]:
    words, kind = STANDS[row.stands]
    waits = row.stands == "waiting" and row.doubt is not None
    return {
        "name": _("{letter}. {name}", letter=row.letter, name=row.supplier),
        "href": f"{address}/eligibility/{row.letter}", "status": _(words), "kind": kind,
        "hint": _("Until {due}.", due=row.doubt.due_at) if waits and row.doubt else "",
    }  # fmt: skip
