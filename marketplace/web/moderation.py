"""Pages of the panel's meeting: every level side by side, what is agreed of each, and making them final."""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import Any

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import HiddenField
from wtforms.validators import ValidationError

from marketplace.actions import moderation as acts
from marketplace.actions.moderation import Said
from marketplace.queries import moderation
from marketplace.queries.moderation import Talk
from marketplace.rules import limits
from marketplace.rules.working_days import uk_date, uk_instant
from marketplace.web.fields import (
    CheckboxesField,
    DateField,
    PageForm,
    ProseField,
    RadioField,
    TextField,
    plain_text,
)
from marketplace.web.formats import exact
from marketplace.web.page import STAGE, Pages, actor, see, send, whole
from marketplace.web.words import _
from marketplace.words import N_

pages = Pages("moderation", __name__)

Choice = tuple[str, str, dict[str, str]]
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])", re.ASCII)


class SignForm(PageForm):
    agreed = HiddenField(filters=(plain_text,))


class MeetingForm(PageForm):
    on = DateField(N_("Day"), required=N_("Enter the day"))
    began = TextField(
        N_("Began at"), hint=N_("By the clock in the UK, like 14:30"), width=5, longest=5,
        required=N_("Enter the time"),
    )  # fmt: skip
    attended = CheckboxesField(N_("Who was there"), required=N_("Choose who was there"))
    notes = ProseField(
        N_("Notes"), longest=limits.PROSE, rows=6, optional=True,
        hint=N_("What was talked about, in general. The reason for a level belongs with that level."),
    )  # fmt: skip

    def validate_began(self, field: TextField) -> None:
        if not _CLOCK.fullmatch(field.data or ""):
            raise ValidationError(_("Enter a time, like 14:30"))

    @property
    def held_at(self) -> datetime:
        clock = _CLOCK.fullmatch(self.began.data or "")
        assert clock is not None  # noqa: S101 - validated
        assert self.on.data is not None  # noqa: S101 - the field is required
        return uk_instant(self.on.data, time(int(clock[1]), int(clock[2])))


@pages.page(f"{STAGE}/moderation", "moderation:see")
def grid(ref: str, stage: int) -> ResponseReturnValue:
    record = moderation.grid(actor(), ref, stage)
    only = request.args.get("show") == "waiting"
    return render_template("moderation/grid.html", grid=record, only=only)


@pages.page(f"{STAGE}/moderation/<letter>/<criterion>", "moderation:see", post=True)
def talk(ref: str, stage: int, letter: str, criterion: str) -> ResponseReturnValue:
    record = moderation.talk(actor(), ref, stage, letter, criterion)
    form = _talk_form(record)

    def agree(once: str) -> str:
        seen = whole(form.seen.data)
        return acts.agree.once(once)(actor(), ref, stage, letter, criterion, _said(form, record), seen)

    sent = send(form, agree)
    for outcome in sent.results:
        return _agreed(record, outcome)
    if sent.code == "edit.stale":
        record = moderation.talk(actor(), ref, stage, letter, criterion)
        form.seen.data = _seen(record)
    numbers = {each.id: n for n, each in enumerate(record.place.content.questions.questions, 1)}
    return render_template(
        "moderation/talk.html", talk=record, form=form, sentence=sent.sentence, numbers=numbers
    ), sent.status


@pages.page(f"{STAGE}/moderation/meetings", "stage:moderate", post=True)
def meetings(ref: str, stage: int) -> ResponseReturnValue:
    record = moderation.grid(actor(), ref, stage, "stage:moderate")
    form = MeetingForm(on=uk_date(record.now), attended=[ref for ref, _name in record.people])
    form.attended.choices = list(record.people)
    form.notes.language = record.place.language

    def keep(once: str) -> int:
        given = (form.held_at, form.attended.data, form.notes.data or "")
        return acts.record_meeting.once(once)(actor(), ref, stage, *given)

    sent = send(form, keep)
    if sent.results:
        flash(_("The meeting is recorded."))
        return see(f"{record.place.address}/moderation")
    sentence = sent.sentence
    if sent.code == "moderation.held":
        form.began.errors, sentence = [sentence], ""
    return render_template("moderation/meetings.html", grid=record, form=form, sentence=sentence), sent.status


@pages.page(f"{STAGE}/moderation/signatures", "stage:sign", post=True)
def signatures(ref: str, stage: int) -> ResponseReturnValue:
    form = SignForm()
    agreed = whole(form.agreed.data)
    sent = send(form, lambda once: acts.sign.once(once)(actor(), ref, stage, agreed))
    if sent.results:
        flash(_("Signed. It counts from now on."))
        return see(f"/desk/challenges/{ref}/stages/{stage}/moderation/signatures")
    record = moderation.signatures(actor(), ref, stage)
    forms = [(each, SignForm(formdata=None, agreed=str(each.spoken.id))) for each in record.waiting]
    return render_template(
        "moderation/signatures.html", record=record, forms=forms, sentence=sent.sentence
    ), sent.status


@pages.page(f"{STAGE}/moderation/settle", "stage:moderate", post=True)
def settle(ref: str, stage: int) -> ResponseReturnValue:
    form = PageForm()
    sent = send(form, lambda once: acts.settle.once(once)(actor(), ref, stage))
    if sent.results:
        flash(_("The levels are final. The ranking follows from them."))
        return see(f"/desk/challenges/{ref}/stages/{stage}/ranking")
    record = moderation.grid(actor(), ref, stage, "stage:moderate")
    return render_template(
        "moderation/settle.html", grid=record, form=form, sentence=sent.sentence
    ), sent.status


def _talk_form(record: Talk) -> Any:
    """What the cell counts and why: one reason for all, or one for each whose own level is another."""
    language, cell = record.place.language, record.cell
    names = [each.evaluator for each in record.given]
    fields: dict[str, Any] = {
        "seen": HiddenField(filters=(plain_text,)),
        "counts": RadioField(
            N_("What counts"), choices=_choices(record), required=N_("Choose what counts"),
        ),
        "reason": ProseField(
            N_("Why"), rows=3, longest=limits.REASON, language=language, optional=cell.is_close,
            hint=N_("It stands for everybody whose own level is another, unless you write to them below."),
        ),
    } | {
        f"reason_{name}": ProseField(
            N_("Why not this evaluator’s own level"), rows=2, longest=limits.REASON, language=language, optional=True
        )
        for name in names
    }  # fmt: skip
    filled = {"seen": _seen(record), "counts": _counts(record)}
    if record.spoken:
        filled |= {"reason": record.spoken.reason}
        filled |= {
            f"reason_{each.evaluator}": each.moved
            for each in record.given
            if each.moved != record.spoken.reason
        }
    return type("TalkForm", (PageForm,), fields)(data=filled)


def _choices(record: Talk) -> list[Choice]:
    """The mean where levels are close, each level from the highest, and that nobody agreed."""
    cell, language = record.cell, record.place.language
    mean: list[Choice] = (
        [("mean", _("The exact mean, {mean}", mean=exact(cell.mean)), {})] if cell.is_close else []
    )
    levels = [
        (str(n), _("{level}. {text}", level=n, text=text), {"language": language})
        for n, text in reversed(list(enumerate(record.criterion.levels)))
    ]
    none = _("No agreement. The exact mean, {mean}, counts, and is marked so.", mean=exact(cell.mean))
    return [*mean, *levels, ("none", none, {})]


def _counts(record: Talk) -> str:
    cell = record.cell
    if not cell.said:
        return "mean" if cell.is_close else ""
    return "none" if cell.agreed is None else str(cell.agreed)


def _seen(record: Talk) -> str:
    return str(record.spoken.id) if record.spoken else "0"


def _said(form: Any, record: Talk) -> Said:
    counts = form.counts.data or ""
    return Said(
        kind="level" if counts.isdecimal() else counts, level=int(counts) if counts.isdecimal() else None,
        reason=form.reason.data or "",
        reasons={each.evaluator: form[f"reason_{each.evaluator}"].data or "" for each in record.given},
    )  # fmt: skip


def _agreed(record: Talk, outcome: str) -> ResponseReturnValue:
    """On to the next cell that the panel must speak about, or back to all of them."""
    if outcome == "unsigned":
        flash(_("Kept. It counts once an approver signs it, because nobody gave that level."))
    else:
        flash(_("Kept."))
    ahead, address = record.grid.after(record.cell.letter, record.cell.criterion), record.place.address
    if ahead is None or ahead == record.cell:
        return see(f"{address}/moderation")
    return see(f"{address}/moderation/{ahead.letter}/{ahead.criterion}")
