"""Gathering what the lifecycle's guards ask: one `Case` for a challenge, in a few statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from marketplace import policy
from marketplace.actions.action import UnitOfWork
from marketplace.models.accounts import RoleAssignment
from marketplace.models.challenges import (
    Challenge,
    ChallengeAuthor,
    ChallengeSection,
    Outcome,
    PortalNotice,
)
from marketplace.models.evaluation import Decision, DecisionLine, Summary
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal
from marketplace.models.stages import Stage
from marketplace.rules import contents, regimes, stages
from marketplace.rules.challenges import Content
from marketplace.rules.instants import spoken
from marketplace.rules.lifecycle import Case
from marketplace.rules.regimes import REGIMES
from marketplace.rules.roles import SCORERS, Role

AWARD_CHECKS = ("exclusions", "debarment", "insurance", "conflicts", "low_price")


@dataclass(frozen=True)
class Chosen:
    """What the last decided stage says: who goes on, and who still waits for a summary."""

    stage: Stage | None
    stages_left: int
    selected: int
    summaries_waiting: int


def content_of(work: UnitOfWork, challenge: Challenge) -> Content:
    """The content as its sections stand now."""
    rows = work.session.execute(
        select(ChallengeSection.name, ChallengeSection.content).where(
            ChallengeSection.challenge_id == challenge.id
        )
    )
    return contents.whole({name: text for name, text in rows}, challenge.language)


def case_of(
    work: UnitOfWork,
    challenge: Challenge,
    content: Content,
    closes_at: datetime | None,
    checks: tuple[str, ...],
) -> Case:
    """Everything a guard may ask about this challenge now; `closes_at` is the deadline being set."""
    holders = policy.holders(work.session.connection(), challenge.id)
    authority = work.session.get_one(Organisation, challenge.authority_id)
    regime = REGIMES.get(content.terms.regime)
    refusal, earliest = _deadline(regime, challenge.opened_at or work.now, work.now, closes_at)
    chosen = chosen_of(work, challenge)
    until = challenge.standstill_ends_at
    role = RoleAssignment
    return Case(
        now=work.now,
        actor_id=work.actor.person_id,
        missing=tuple(stages.complete(content)),
        author_ids=frozenset(_all(work, select(ChallengeAuthor.person_id).filter_by(challenge_id=challenge.id))),
        holders=holders,
        unaccepted=_count(work, _standing(challenge, role.role.in_(SCORERS), role.accepted_at.is_(None))),
        openers_clear=_count(
            work, _standing(challenge, role.role == Role.OPENER, role.no_interest_at.is_not(None))
        ),
        minimum_panel=content.terms.minimum_panel,
        conflicts_assessed=bool(challenge.conflicts_assessment.strip()),
        authority_verified=authority.verified_at is not None,
        authority_name=authority.name,
        portal=_portal(regime, content),
        portal_notices=_count(
            work, select(PortalNotice.id).filter_by(challenge_id=challenge.id, kind=_notice_kind(challenge))
        ),
        deadline_refusal=refusal,
        earliest=earliest,
        stages_left=chosen.stages_left,
        last_stage_decided=chosen.stage is not None and chosen.stage.state == "decided",
        selected=chosen.selected,
        summaries_waiting=chosen.summaries_waiting,
        checks_confirmed=set(checks) >= set(AWARD_CHECKS),
        standstill_ends_at=until,
        standstill_until=spoken(until) if until else "",
        outcome_reported=work.session.get(Outcome, challenge.id) is not None,
    )  # fmt: skip


def chosen_of(work: UnitOfWork, challenge: Challenge) -> Chosen:
    """The last stage that began, and what its standing decision says."""
    rows = list(
        work.session.scalars(select(Stage).filter_by(challenge_id=challenge.id).order_by(Stage.number))
    )
    begun = [stage for stage in rows if stage.state != "planned"]
    if not begun:
        return Chosen(None, len(rows), 0, 0)
    stage = begun[-1]
    forward = (
        select(DecisionLine.proposal_id)
        .join(Decision, Decision.id == DecisionLine.decision_id)
        .where(
            Decision.stage_id == stage.id, Decision.replaced_at.is_(None), Decision.confirmed_at.is_not(None),
            DecisionLine.outcome == "forward",
        )
    )  # fmt: skip
    told = select(Summary.proposal_id).where(Summary.stage_id == stage.id)
    waiting = select(Proposal.id).where(
        Proposal.stage_id == stage.id, Proposal.state == "submitted", Proposal.id.not_in(told)
    )
    return Chosen(stage, len(rows) - len(begun), _count(work, forward), _count(work, waiting))


def _deadline(
    regime: regimes.Regime | None, opened_at: datetime, now: datetime, closes_at: datetime | None
) -> tuple[str | None, str]:
    """Why a deadline cannot stand, and the earliest that can; the rules' days run from the opening."""
    if closes_at is None:
        return "deadline.missing", ""
    if regime is None:
        return None, ""
    if closes_at <= now:
        return "deadline.past", ""
    earliest = regimes.earliest_deadline(regime, opened_at)
    return regimes.deadline_refusal(regime, opened_at, closes_at), spoken(earliest)


def _portal(regime: regimes.Regime | None, content: Content) -> str:
    """The portal that must carry a notice first; empty where the rules ask for none."""
    if regime is None:
        return ""
    demanded = regimes.portal_notice_demanded(regime, content.stages.budget)
    return regime.portal.value.name if demanded else ""


def _notice_kind(challenge: Challenge) -> str:
    return "opening" if challenge.state == "approved" else "award"


def _standing(challenge: Challenge, *where: Any) -> Select[Any]:
    row = RoleAssignment
    return select(row.id).where(row.challenge_id == challenge.id, row.until_at.is_(None), *where)


def _all(work: UnitOfWork, statement: Select[Any]) -> list[int]:
    return list(work.session.scalars(statement))


def _count(work: UnitOfWork, statement: Select[Any]) -> int:
    return work.session.scalars(select(func.count()).select_from(statement.subquery())).one()
