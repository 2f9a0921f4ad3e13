"""The page before a move: what will happen, who will see it, and what the person adds to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import wtforms
from flask import flash, render_template
from flask.typing import ResponseReturnValue
from wtforms.validators import ValidationError

from marketplace.actions import challenges
from marketplace.actions.moves import Details, make
from marketplace.queries import authoring, awards
from marketplace.queries.authoring import Request, Work
from marketplace.rules import lifecycle, limits
from marketplace.rules.lifecycle import Move
from marketplace.rules.refusals import Refused
from marketplace.rules.regimes import REGIMES, earliest_deadline
from marketplace.rules.wording import CHECKS, MOVES, STATES
from marketplace.rules.working_days import midday, uk_date
from marketplace.web.fields import (
    CheckboxesField,
    DateField,
    MoneyField,
    PageForm,
    ProseField,
    RadioField,
)
from marketplace.web.page import Pages, actor, see, send
from marketplace.web.regimes import rules_of
from marketplace.web.sections import FURTHEST
from marketplace.web.words import _, said, words
from marketplace.words import N_

pages = Pages("moves", __name__)


DONE: dict[str, str] = {
    "send": N_("It is with the approvers now. Editing stops until it comes back."),
    "send-back": N_("It is back with the editor, who is told why."),
    "engage": N_("The early notice is public. Record everyone you meet and what they are given."),
    "approve": N_("It is approved. The lead can open it now."),
    "open": N_("It is open for proposals, and everybody can read it. It closes by itself at its deadline."),
    "notice": N_("The award notice is public. Where there is a standstill, it began."),
    "award": N_("The award is made. Agreements can be signed now."),
    "deliver": N_("The trail shows that work began."),
    "complete": N_("It is completed. The result is public for good."),
    "end": N_("It ended without an award. The lessons are public."),
    "suspend": N_("It is suspended. Nothing opens, closes or is accepted until it resumes."),
    "resume": N_("It goes on where it was. The trail shows the new dates, where there are any."),
    "terminate": N_("It ended early, for good."),
    "reschedule": N_("The new deadline is public, the same for everyone."),
    "reopen": N_("The decision is taken back. The stage is scoring again, and every lock stands."),
    "call-reserve": N_("The reserve is called. Send every supplier its new summary next."),
    "revise": N_("The levels can change again. No total is shown until they are final."),
    "score": N_("Scoring began. The proposals are open to the panel."),
}
"""What a move did and what comes next, said on the page after it."""


class MoveForm(PageForm):
    """Every field that a move may want; those that this one does not are taken away."""

    seen = wtforms.HiddenField()
    reason = ProseField(
        N_("Reason"),
        longest=limits.REASON,
        rows=4,
        required=N_("Give a reason. It becomes part of the record."),
    )
    closes_on = DateField(
        N_("New deadline"), hint=N_("It closes at 12pm (midday) UK time on this day, for everyone.")
    )
    subject = RadioField(N_("Who drops out?"), required=N_("Choose who drops out"))
    checks = CheckboxesField(N_("Checks before the award"), choices=list(CHECKS.items()))
    now: datetime

    def validate_closes_on(self, field: DateField) -> None:
        if field.data and abs(field.data - self.now.date()) > FURTHEST:
            raise ValidationError(_("Choose a day within the next ten years"))


class OutcomeForm(PageForm):
    result = ProseField(
        N_("Result against the baseline"),
        required=N_("Say what the result is"),
        longest=limits.PROSE,
        hint=N_("Measure by measure, with numbers and where they come from."),
    )
    in_use = RadioField(
        N_("Is it in use now?"),
        choices=[("yes", N_("Yes")), ("no", N_("No"))],
        inline=True,
        required=N_("Choose yes or no"),
    )
    spent = MoneyField(N_("Spent in all"), required=N_("Enter what was spent"))
    lessons = ProseField(
        N_("What was learned"),
        required=N_("Say what was learned"),
        longest=limits.PROSE,
        hint=N_("What you would do again, and what you would not. A stop is an honourable end."),
    )


@pages.page("/desk/challenges/<ref>/moves/<name>", "challenge:move", post=True)
def move(ref: str, name: str) -> ResponseReturnValue:
    record = authoring.work(actor(), ref)
    row = lifecycle.BY_NAME.get(("challenge", name)) or lifecycle.BY_NAME.get(("stage", name))
    if row is None or name not in MOVES or not row.by & record.roles:
        raise Refused("missing")
    asked = next((each for each in record.requests if each.move == name and not each.lapsed), None)
    form = _form_for(row, record, asked)
    if form.is_submitted():
        return _make(record, row, form, asked) if form.validate() else _page(record, row, form, asked, 422)
    if name not in {each.name for each in record.moves}:
        raise Refused("move.state", state=_(STATES[record.state]))
    return _page(record, row, form, asked)


def _form_for(row: Move, record: Work, asked: Request | None) -> MoveForm:
    """The form with the fields that this move wants: a second person adds nothing of their own."""
    form = MoveForm(seen=record.seen)
    form.now = record.now
    if not row.reason or asked:
        del form.reason
    else:
        form.reason.label.text = MOVES[row.name].reason or N_("Reason")
    if asked or not _wants_deadline(row, record):
        del form.closes_on
    elif not form.is_submitted():
        form.closes_on.data = _proposed(record)
    if row.name != "notice":
        del form.checks
    if asked or row.name != "call-reserve":
        del form.subject
    else:
        form.subject.choices = _selected(record)
    return form


def _selected(record: Work) -> list[tuple[str, str]]:
    """Who may drop out, by letter; by name to those who may know it."""
    found = awards.may_drop_out(actor(), record.ref)
    return [
        (
            letter,
            _("{name} (proposal {letter})", name=name, letter=letter)
            if name
            else _("Proposal {letter}", letter=letter),
        )
        for letter, name in found
    ]


def _wants_deadline(row: Move, record: Work) -> bool:
    stage = record.stage
    return row.name == "reschedule" or (
        row.name == "resume" and stage is not None and stage.state == "collecting"
    )


def _proposed(record: Work) -> date:
    """The earliest day that the rules allow from now, and never one before the old deadline."""
    regime = REGIMES.get(record.content.terms.regime)
    stage = record.stage
    old = stage.closes_at if stage else None
    earliest = earliest_deadline(regime, record.now) if regime else record.now
    return uk_date(max(earliest, old)) if old else uk_date(earliest)


def _make(record: Work, row: Move, form: MoveForm, asked: Request | None) -> ResponseReturnValue:
    closes_on = form.closes_on.data if "closes_on" in form else None
    details = Details(
        reason=form.reason.data if "reason" in form else "",
        closes_at=midday(closes_on) if closes_on else None,
        seen=(form.seen.data or "")[:100],
        checks=tuple(form.checks.data or ()) if "checks" in form else (),
        subject=(form.subject.data or "") if "subject" in form else "",
    )
    try:
        outcome = make.once(form.once.data)(actor(), record.ref, row.name, details)
    except Refused as no:
        if no.kind not in ("conflict", "invalid"):
            raise
        fresh = authoring.work(actor(), record.ref)
        form.seen.data = fresh.seen
        return _page(fresh, row, form, asked, no.status, said(no))
    if outcome == "asked":
        flash(_("Asked. A second person must agree before anything changes."))
    else:
        flash(_(DONE[row.name]))
    return see(f"/desk/challenges/{record.ref}")


def _page(
    record: Work, row: Move, form: MoveForm, asked: Request | None, status: int = 200, sentence: str = ""
) -> ResponseReturnValue:
    possible = next((each for each in record.moves if each.name == row.name), None)
    page = render_template(
        "authoring/move.html",
        work=record,
        move=row,
        words=MOVES[row.name],
        form=form,
        asked=asked,
        sentence=sentence,
        why=possible.why if possible and not sentence else None,
        tells=_told(row.tells),
        rules=rules_of(record.content.terms.regime),
        award=awards.award(actor(), record.ref) if row.name == "notice" else None,
        warning=row.name in ("suspend", "terminate", "reopen", "call-reserve", "revise"),
    )
    return page, status


TOLD = {
    "approvers": N_("the approvers"),
    "editors": N_("the editors"),
    "leads": N_("the lead"),
    "openers": N_("the openers"),
    "chairs": N_("the chair"),
    "panel": N_("the panel"),
    "team": N_("the whole team"),
    "suppliers": N_("every supplier with a proposal or a draft"),
}


def _told(groups: Sequence[str]) -> str:
    return words().listed([_(TOLD[group]) for group in groups])


@pages.page("/desk/challenges/<ref>/outcome", "challenge:report", post=True)
def outcome(ref: str) -> ResponseReturnValue:
    record = authoring.work(actor(), ref)
    if "lead" not in record.roles:
        raise Refused("missing")
    form = OutcomeForm(data=_reported(record))

    def report(once: str) -> None:
        money = (form.spent.data, record.content.stages.currency)
        told = (form.result.data, form.in_use.data == "yes", *money, form.lessons.data)
        challenges.report_outcome.once(once)(actor(), ref, *told)

    sent = send(form, report)
    if sent.results:
        flash(_("Saved: the result. It becomes public when the challenge is completed or ended."))
        return see(f"/desk/challenges/{ref}")
    return render_template(
        "authoring/outcome.html", work=record, form=form, sentence=sent.sentence
    ), sent.status


def _reported(record: Work) -> dict[str, object]:
    known = record.outcome
    if known is None:
        return {}
    in_use = "yes" if known.in_use else "no"
    return {"result": known.result, "in_use": in_use, "spent": known.spent, "lessons": known.lessons}
