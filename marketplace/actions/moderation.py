"""Moderation: the panel agrees its levels in a meeting, blind to totals, ranks and prices, and they become final."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypedDict

from sqlalchemy import func, select

from marketplace.actions import prices, seats
from marketplace.actions.action import UnitOfWork, action
from marketplace.actions.panel import (
    Ground,
    check_declared,
    ground,
    panel_of,
    proposals_of,
    sat_here,
    set_proposed_aside,
    words,
)
from marketplace.actions.requests import Details
from marketplace.models.accounts import Person
from marketplace.models.evaluation import (
    AgreedLevel,
    AgreedReason,
    Attendance,
    Meeting,
    changed_at,
    counted_evaluators,
    counted_levels,
    said_of_cells,
)
from marketplace.models.proposals import Proposal
from marketplace.policy import group, holders
from marketplace.rules import limits, reasons
from marketplace.rules.challenges import Criterion
from marketplace.rules.moderation import Cell, is_outside, moved
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import Role

KINDS = ("mean", "level", "none")
MINUTE = timedelta(minutes=1)


class Said(TypedDict):
    """What the panel says of a cell: it counts the mean, one level, or the mean because nobody agreed (none).

    `reason` is why; `reasons` speak to each evaluator whose own level is another, by E1, E2 …, and where one is
    empty `reason` stands for it.
    """

    kind: str
    level: int | None
    reason: str
    reasons: Mapping[str, str]


@action("stage:moderate")
def agree(
    work: UnitOfWork, challenge_ref: str, stage: int, letter: str, criterion: str, said: Said, seen: int
) -> str:
    """Record what the panel says of one cell, over what it said before: `seen` is that one's number, or 0.

    Returns `agreed`, or `unsigned` where an approver must sign because nobody gave so low or so high a level.
    Refuses: as `settle` about the stage, score.cell, edit.stale, form.invalid, score.level, moderation.reason,
    moderation.reasons, score.reason_short, score.reason_paraphrase.
    """
    here = _moderating(work, challenge_ref, stage)
    proposal, scale = _cell(work, here, letter, criterion)
    standing = work.session.scalars(
        said_of_cells(here.stage.id).filter_by(proposal_id=proposal.id, criterion=criterion)
    ).one_or_none()
    if (standing.id if standing else 0) != seen:
        raise Refused("edit.stale")
    own = _own_levels(work, here, proposal, criterion)
    row, reasons = _checked(here, proposal, scale, said, own)
    if standing is not None:
        standing.replaced_at = work.now
        work.session.flush()
    work.note("moderation.agree", here.challenge.id, stage=stage, letter=letter, criterion=criterion)
    if row is None:
        return "agreed"
    row.made_by_id, row.made_at = work.actor.person_id or 0, work.now
    work.session.add(row)
    work.session.flush()
    for person, reason in reasons.items():
        work.session.add(AgreedReason(agreed_level_id=row.id, person_id=person, reason=reason))
    if row.outside:
        _ask_signature(work, here)
    return "unsigned" if row.outside else "agreed"


@action("stage:sign")
def sign(work: UnitOfWork, challenge_ref: str, stage: int, agreed: int) -> None:
    """Sign a level outside the range of the individual ones, as read; the second pair of eyes.

    Refuses: stage.state, moderation.final, moderation.replaced, moderation.signer, role.own_proposal.
    """
    here = ground(work, challenge_ref, stage)
    _check_open(here)
    row = work.session.scalars(said_of_cells(here.stage.id).filter_by(id=agreed, outside=True)).one_or_none()
    if row is None or row.signed_at is not None:
        raise Refused("moderation.replaced")
    if row.made_by_id == work.actor.person_id or sat_here(work, here):
        raise Refused("moderation.signer")
    seats.stands_apart(work, here.challenge)
    row.signed_by_id, row.signed_at = work.actor.person_id, work.now
    work.note("moderation.sign", here.challenge.id, stage=stage, agreed=agreed)


@action("stage:moderate")
def record_meeting(
    work: UnitOfWork, challenge_ref: str, stage: int, held_at: datetime, attended: Sequence[str], notes: str
) -> int:
    """Record a meeting of the panel: when it began, who was there (by reference), and what was said. Its number.

    Refuses: as `settle` about the stage, moderation.held, moderation.attended, form.invalid.
    """
    here = _moderating(work, challenge_ref, stage)
    changed = work.session.scalars(changed_at(here.stage.id)).one()
    if not changed - MINUTE < held_at <= work.now:
        raise Refused("moderation.held")
    refs = select(Person.id).where(Person.ref.in_(attended))
    people = set(work.session.scalars(refs)) & panel_of(work, here.challenge)
    if len(people) < max(2, len(set(attended))):
        raise Refused("moderation.attended")
    meeting = Meeting(
        stage_id=here.stage.id, held_at=held_at, notes=words(notes, limits.PROSE), language=here.content.language,
        recorded_by_id=work.actor.person_id, recorded_at=work.now,
    )  # fmt: skip
    work.session.add(meeting)
    work.session.flush()
    work.session.add_all(Attendance(meeting_id=meeting.id, person_id=each) for each in people)
    work.note("moderation.meeting", here.challenge.id, stage=stage, meeting=meeting.id)
    return meeting.id


@action("stage:moderate")
def settle(work: UnitOfWork, challenge_ref: str, stage: int) -> None:
    """Make the panel's levels final: where nothing was agreed, the exact mean.

    Totals and prices are there from then on.

    Refuses: stage.state, declaration.missing, declaration.consent, moderation.final, moderation.open,
    moderation.unsigned, moderation.meeting.
    """
    here = _moderating(work, challenge_ref, stage)
    cells = _cells(work, here)
    for code, count in (
        ("moderation.open", sum(cell.is_open for cell in cells)),
        ("moderation.unsigned", sum(cell.unsigned for cell in cells)),
    ):
        if count:
            raise Refused(code, count=count)
    attended = _attended(work, here)
    if not attended and any(cell.said for cell in cells):
        raise Refused("moderation.meeting")
    here.stage.final_at = work.now
    prices.reveal(work, here)
    agreed = sum(cell.agreed is not None for cell in cells)
    data = {
        "stage": stage,
        "agreed": agreed,
        "open": sum(cell.said for cell in cells) - agreed,
        "attended": attended,
    }
    work.leaf("stage.agree", here.challenge.id, data, acting=Role.CHAIR)


def revise(work: UnitOfWork, here: Ground, _details: Details) -> dict[str, Any]:
    """The levels are no longer final, nor does a proposed decision stand; what was agreed on them does."""
    here.stage.final_at = None
    set_proposed_aside(work, here)
    return {}


def _moderating(work: UnitOfWork, challenge_ref: str, stage: int) -> Ground:
    here = ground(work, challenge_ref, stage)
    check_declared(work, here)
    _check_open(here)
    return here


def _check_open(here: Ground) -> None:
    here.in_state("moderating")
    if here.stage.final_at is not None:
        raise Refused("moderation.final")


def _cell(work: UnitOfWork, here: Ground, letter: str, criterion: str) -> tuple[Proposal, Criterion]:
    proposal = proposals_of(work, here.stage).get(letter)
    scale = next((each for each in here.content.criteria.criteria if each.id == criterion), None)
    if proposal is None or scale is None:
        raise Refused("score.cell")
    return proposal, scale


def _own_levels(work: UnitOfWork, here: Ground, proposal: Proposal, criterion: str) -> dict[int, int]:
    """Each evaluator's level of the cell, in the order of E1, E2 …; refuses `score.cell` where nobody scored it."""
    rows = work.session.execute(
        counted_levels(here.stage.id).filter_by(proposal_id=proposal.id, criterion=criterion)
    )
    found = {person: level for _proposal, _criterion, person, level in rows}
    if not found:
        raise Refused("score.cell")
    return {person: found[person] for person in work.session.scalars(counted_evaluators(here.stage.id))}


def _checked(
    here: Ground, proposal: Proposal, scale: Criterion, said: Said, own: Mapping[int, int]
) -> tuple[AgreedLevel | None, dict[int, str]]:
    """The row to keep, none where the mean counts without a word, and the reason for each who is moved."""
    kind, level = said["kind"], said["level"] if said["kind"] == "level" else None
    close = Cell("", "", tuple(own.values())).is_close
    if kind not in KINDS or (kind == "mean" and not close):
        raise Refused("form.invalid")
    if kind == "mean":
        return None, {}
    if kind == "level" and (type(level) is not int or not 0 <= level <= scale.maximum):
        raise Refused("score.level")
    reason = words(said["reason"])
    reasons = _reasons(scale, own, level, said, reason)
    if not reason and not reasons:
        raise Refused("moderation.reason")
    row = AgreedLevel(
        stage_id=here.stage.id, proposal_id=proposal.id, criterion=scale.id, level=level, reason=reason,
        language=here.content.language, outside=is_outside(level, tuple(own.values())),
    )  # fmt: skip
    return row, reasons


def _reasons(
    scale: Criterion, own: Mapping[int, int], level: int | None, said: Said, reason: str
) -> dict[int, str]:
    names = {person: f"E{n}" for n, person in enumerate(own, 1)}
    found = {person: words(said["reasons"].get(names[person], "")) or reason for person in moved(level, own)}
    if missing := sum(not text for text in found.values()):
        raise Refused("moderation.reasons", count=missing)
    for text in [*found.values(), *([reason] if reason else [])]:
        if code := reasons.refusal(text, scale.levels):
            raise Refused(code)
    return found


def _cells(work: UnitOfWork, here: Ground) -> list[Cell]:
    """Every cell of the stage that was scored."""
    levels: dict[tuple[int, str], list[int]] = {}
    for proposal, criterion, _person, level in work.session.execute(counted_levels(here.stage.id)):
        levels.setdefault((proposal, criterion), []).append(level)
    said = {
        (row.proposal_id, row.criterion): row for row in work.session.scalars(said_of_cells(here.stage.id))
    }
    found = []
    for cell, own in levels.items():
        row = said.get(cell)
        waits = row is not None and row.outside and row.signed_at is None
        found.append(
            Cell("", cell[1], tuple(own), row is not None, row.level if row is not None else None, waits)
        )
    return found


def _attended(work: UnitOfWork, here: Ground) -> int:
    """How many people came to the panel's meetings since the levels that count last changed."""
    since = changed_at(here.stage.id).scalar_subquery()
    held = select(Meeting.id).where(Meeting.stage_id == here.stage.id, Meeting.recorded_at >= since)
    people = select(func.count(Attendance.person_id.distinct())).where(Attendance.meeting_id.in_(held))
    return work.session.scalars(people).one()


def _ask_signature(work: UnitOfWork, here: Ground) -> None:
    connection = work.session.connection()
    link = f"/desk/challenges/{here.challenge.ref}/stages/{here.stage.number}/moderation/signatures"
    people = holders(connection, here.challenge.id)
    for person_id in group(connection, people, "approvers", here.challenge.id):
        work.tell("moderation.sign", person_id, link, here.challenge.id, title=here.challenge.title)
