"""What stands in the way of a move: everything that the guards of the lifecycle ask about a challenge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, ScalarSelect, Select, case, func, select

from marketplace.models.accounts import IN_OFFICE, RoleAssignment
from marketplace.models.challenges import Challenge, ChallengeAuthor, MoveReason, Outcome, PortalNotice
from marketplace.models.evaluation import taken_forward, untold
from marketplace.models.organisations import Organisation
from marketplace.models.stages import Stage
from marketplace.policy import Actor, by_role
from marketplace.rules import regimes, stages
from marketplace.rules.challenges import Content
from marketplace.rules.lifecycle import Case
from marketplace.rules.roles import Role


@dataclass(frozen=True)
class Chosen:
    """The last stage that began and what its standing decision says; `stage_id` is 0 before any did."""

    stage_id: int
    number: int
    state: str
    received: int
    levels_final: bool
    stages_left: int
    selected: int
    reserve: int
    summaries_waiting: int


def chosen_of(connection: Connection, challenge_id: int) -> Chosen:
    """Where the stages of a challenge stand, and what the last one that began has chosen."""
    of_this = Stage.challenge_id == challenge_id
    last = (
        select(Stage.id).where(of_this, Stage.state != "planned").order_by(Stage.number.desc()).limit(1)
    ).scalar_subquery()
    selected, reserve = taken_forward(last), taken_forward(last, "reserve")
    rows = connection.execute(
        select(
            Stage.id, Stage.number, Stage.state, Stage.received, Stage.final_at, _count(selected), _count(reserve),
            _count(untold(last)),
        )
        .where(of_this)
        .order_by(Stage.number)
    ).all()  # fmt: skip
    begun = [row for row in rows if row.state != "planned"]
    stage_id, number, state, received, final_at, *counts = (
        begun[-1] if begun else (0, 0, "", 0, None, 0, 0, 0)
    )
    return Chosen(
        stage_id, number, state, received or 0, final_at is not None, len(rows) - len(begun), *counts
    )


def case_of(
    connection: Connection, actor: Actor, challenge_id: int, content: Content, now: datetime,
    closes_at: datetime | None,
) -> Case:  # fmt: skip
    """Everything a guard may ask about a challenge, for the move and for the page that offers it.

    `closes_at` is the deadline that would be set.
    """
    head = connection.execute(_head(challenge_id)).one()
    team = connection.execute(
        select(RoleAssignment.person_id, RoleAssignment.role, RoleAssignment.accepted_at, RoleAssignment.no_interest_at)
        .where(RoleAssignment.challenge_id == challenge_id, IN_OFFICE)
    ).all()  # fmt: skip
    authors = connection.scalars(
        select(ChallengeAuthor.person_id).where(ChallengeAuthor.challenge_id == challenge_id)
    )
    regime = regimes.REGIMES.get(content.terms.regime)
    refusal, earliest = _deadline(regime, head.opened_at or now, now, closes_at)
    chosen = chosen_of(connection, challenge_id)
    until = head.standstill_ends_at
    return Case(
        now=now, actor_id=actor.person_id, challenge_state=head.state, missing=tuple(stages.complete(content)),
        author_ids=frozenset(authors),
        holders=by_role((row.person_id, row.role) for row in team),
        unaccepted=sum(row.accepted_at is None for row in team),
        openers_clear=sum(row.role == Role.OPENER and row.no_interest_at is not None for row in team),
        minimum_panel=content.terms.minimum_panel, conflicts_assessed=bool(head.conflicts_assessment.strip()),
        authority_verified=head.verified_at is not None, authority_name=head.name,
        portal=_portal(regime, content, head.state), portal_notices=head.notices,
        deadline_refusal=refusal, earliest=earliest, received=chosen.received, reserve=chosen.reserve,
        levels_final=chosen.levels_final,
        stages_left=chosen.stages_left, last_stage_decided=chosen.state == "decided", selected=chosen.selected,
        summaries_waiting=chosen.summaries_waiting, standstill_ends_at=until,
        standstill_until=regimes.last_day(until) if until else None,
        outcome_reported=bool(head.outcomes),
    )  # fmt: skip


def _head(challenge_id: int) -> Select[*tuple[Any, ...]]:
    """The challenge beside its authority, with the notices elsewhere that its next step may rest on.

    What was noticed before a decision was taken back says nothing of the next one.
    """
    kind = case((Challenge.state == "approved", "opening"), else_="award")
    taken_back = select(MoveReason.id).where(
        MoveReason.challenge_id == challenge_id, MoveReason.move.in_(("reopen", "call-reserve")),
        MoveReason.at >= PortalNotice.created_at,
    )  # fmt: skip
    notices = select(PortalNotice.id).where(
        PortalNotice.challenge_id == challenge_id,
        PortalNotice.kind == select(kind).where(Challenge.id == challenge_id).scalar_subquery(),
        (PortalNotice.kind == "opening") | ~taken_back.correlate(PortalNotice).exists(),
    )
    outcomes = select(Outcome.challenge_id).where(Outcome.challenge_id == challenge_id)
    return (
        select(
            Challenge.state, Challenge.opened_at, Challenge.standstill_ends_at, Challenge.conflicts_assessment,
            Organisation.name, Organisation.verified_at, _count(notices).label("notices"),
            _count(outcomes).label("outcomes"),
        )
        .join(Organisation, Organisation.id == Challenge.authority_id)
        .where(Challenge.id == challenge_id)
    )  # fmt: skip


def _deadline(
    regime: regimes.Regime | None, opened_at: datetime, now: datetime, closes_at: datetime | None
) -> tuple[str | None, datetime | None]:
    """Why a deadline cannot stand, and the earliest that can; the rules' days run from the opening."""
    if closes_at is None:
        return "deadline.missing", None
    if regime is None:
        return None, None
    if closes_at <= now:
        return "deadline.past", None
    earliest = regimes.earliest_deadline(regime, opened_at)
    return regimes.deadline_refusal(regime, opened_at, closes_at), earliest


def _portal(regime: regimes.Regime | None, content: Content, state: str) -> str:
    """The portal that must carry the next step's notice first; empty where the rules ask for none."""
    award, value = state != "approved", content.stages.budget
    if regime is None or not regimes.portal_notice_demanded(regime, value, award=award):
        return ""
    return regime.portal.value.name


def _count(statement: Select[Any]) -> ScalarSelect[int]:
    return select(func.count()).select_from(statement.subquery()).scalar_subquery()
