"""What one person typed and did, table by table, and until when the law says to keep it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, func, select

from marketplace.models.accounts import PublicReference, RoleAssignment
from marketplace.models.challenges import Challenge, MoveReason, MoveRequest
from marketplace.models.clarifications import Clarification
from marketplace.models.eligibility import EligibilityCheck, EligibilityDoubt
from marketplace.models.evaluation import (
    AgreedLevel,
    AgreedReason,
    Debrief,
    Decision,
    DecisionLine,
    DeclaredInterest,
    Meeting,
    Recusal,
    ReopenedLock,
    Score,
    ScoreDraft,
)
from marketplace.models.stages import Agreement, Stage
from marketplace.models.trail import LogEvent
from marketplace.rules.erasures import RECORDS_KEPT
from marketplace.rules.lifecycle import ENDED_STATES, HIDDEN_STATES
from marketplace.rules.working_days import midday


@dataclass(frozen=True)
class Typed:
    """Rows with words of their author: `texts` are columns, `by` the one with the author's number."""

    model: Any
    texts: tuple[str, ...]
    by: str

    def of(self, person_id: int) -> ColumnElement[bool]:
        """The rows that this person wrote."""
        if self.model is AgreedReason:
            theirs = select(AgreedLevel.id).where(AgreedLevel.made_by_id == person_id)
            return AgreedReason.agreed_level_id.in_(theirs)
        if self.model is DecisionLine:
            theirs = select(Decision.id).where(Decision.proposed_by_id == person_id)
            return DecisionLine.decision_id.in_(theirs)
        found: ColumnElement[bool] = getattr(self.model, self.by) == person_id
        return found


TYPED: tuple[Typed, ...] = (
    Typed(MoveRequest, ("reason",), "asked_by_id"),
    Typed(DeclaredInterest, ("grounds",), "person_id"),
    Typed(Score, ("reason",), "person_id"),
    Typed(ScoreDraft, ("reason",), "person_id"),
    Typed(ReopenedLock, ("reason",), "reopened_by_id"),
    Typed(Recusal, ("reason",), "by_id"),
    Typed(Meeting, ("notes",), "recorded_by_id"),
    Typed(AgreedLevel, ("reason",), "made_by_id"),
    Typed(AgreedReason, ("reason",), "made_by_id"),
    Typed(Decision, ("why", "rank_reason"), "proposed_by_id"),
    Typed(DecisionLine, ("reason",), "proposed_by_id"),
    Typed(Debrief, ("question",), "asked_by_id"),
    Typed(Debrief, ("answer",), "answered_by_id"),
    Typed(EligibilityCheck, ("reason",), "by_id"),
    Typed(EligibilityDoubt, ("ruling",), "ruled_by_id"),
    Typed(Clarification, ("question",), "asked_by_id"),
)

OF_AN_AUTHORITY = ("challenge_section", "challenge_version", "challenge_author")
"""Tables that name who wrote for an authority: the words are the authority's, and stay."""


@dataclass(frozen=True)
class Entry:
    """An entry of the trail that a person made, with what it commits to."""

    challenge_id: int
    challenge: str
    index: int
    kind: str
    at: datetime
    fields: tuple[str, ...]


def entries_of(connection: Connection, person_id: int) -> Iterator[Entry]:
    """Every entry that holds what a person did or typed as an official, on their challenges.

    Where two must agree, the words are those of the one who asked, and the entry is made by the one who agreed.
    """
    row, own = LogEvent, PublicReference
    parts = select(RoleAssignment.challenge_id).where(RoleAssignment.person_id == person_id)
    found = connection.execute(
        select(
            row.challenge_id, Challenge.ref, row.index.label("place"), row.kind, row.at, row.leaf,
            own.ref.label("own"),
        )
        .join(Challenge, Challenge.id == row.challenge_id)
        .outerjoin(own, (own.challenge_id == row.challenge_id) & (own.person_id == person_id))
        .where(row.challenge_id.in_(parts))
        .order_by(row.index)
    )  # fmt: skip
    asked_by = _asked_by(connection, parts)
    for each in found:
        leaf = msgspec.json.decode(each.leaf)
        acted = each.own is not None and leaf.get("by", {}).get("ref") == each.own
        asker = asked_by.get(each.place)
        fields = tuple(leaf.get("private", {})) if (acted if asker is None else asker == person_id) else ()
        if acted or fields:
            yield Entry(each.challenge_id, each.ref, each.place, each.kind, each.at, fields)


def _asked_by(connection: Connection, challenges: Any) -> dict[int, int]:
    """Who first asked for a move that needed two, by the entry that tells their reason."""
    reason, request = MoveReason, MoveRequest
    same = (request.challenge_id == reason.challenge_id) & (request.move == reason.move)
    rows = connection.execute(
        select(reason.log_index, request.asked_by_id)
        .join(request, same & (request.reason == reason.reason) & request.answered_by_id.is_not(None))
        .where(reason.challenge_id.in_(challenges), reason.log_index.is_not(None))
    )
    return {index: asker for index, asker in rows if index is not None}


@dataclass(frozen=True)
class Duty:
    """A challenge whose record must be kept; `until` is None while it goes on."""

    ref: str
    until: datetime | None


def duties(connection: Connection, person_id: int, now: datetime) -> tuple[Duty, ...]:
    """The challenges that keep what a person did there: those that go on, and those contracted not long ago.

    The years begin with the last contract, or with the award where none is signed.
    """
    parts = select(RoleAssignment.challenge_id).where(RoleAssignment.person_id == person_id)
    signed = (
        select(func.max(Agreement.signed_on))
        .join(Stage, Stage.id == Agreement.stage_id)
        .where(Stage.challenge_id == Challenge.id)
        .scalar_subquery()
    )
    rows = connection.execute(
        select(Challenge.ref, Challenge.state, Challenge.awarded_at, signed)
        .where(Challenge.id.in_(parts), Challenge.state.not_in(HIDDEN_STATES))
        .order_by(Challenge.id)
    )
    found = []
    for ref, state, awarded_at, signed_on in rows:
        begins = max(filter(None, (awarded_at, midday(signed_on) if signed_on else None)), default=None)
        if state not in ENDED_STATES:
            found.append(Duty(ref, None))
        elif begins is not None and begins + RECORDS_KEPT > now:
            found.append(Duty(ref, begins + RECORDS_KEPT))
    return tuple(found)
