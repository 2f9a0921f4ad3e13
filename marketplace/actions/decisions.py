"""The decision: proposed by the chair by rank, confirmed by somebody who did not score.

Totals exist only once the panel's levels are final; they are exact fractions, and what the
chair proposes is checked against them and against the published limits.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select, union_all

from marketplace import policy
from marketplace.actions import seats
from marketplace.actions.action import UnitOfWork, action
from marketplace.actions.panel import Ground, check_declared, ground, proposals_of, scored_here, words
from marketplace.models.evaluation import (
    Decision,
    DecisionLine,
    ReopenedLock,
    Score,
    ScoreLock,
    counted_evaluators,
)
from marketplace.models.proposals import Proposal
from marketplace.rules import canonical, scoring
from marketplace.rules.lifecycle import Case
from marketplace.rules.refusals import Refused
from marketplace.rules.scoring import Standing

SCORED_STATES = ("moderating", "decided")


@action("decision:propose")
def propose(
    work: UnitOfWork, challenge_ref: str, stage: int, forward: Sequence[str], reasons: Mapping[str, str],
    why: str, rank_reason: str = "",
) -> int:  # fmt: skip
    """Propose who goes on, by letter, with a sentence for every supplier. Returns the decision's number.

    An earlier proposal that nobody confirmed is replaced. Refuses: stage.state, declaration.missing,
    declaration.consent, decision.too_many, decision.failing, decision.reason, decision.reasons, move.reason,
    form.invalid.
    """
    here = ground(work, challenge_ref, stage)
    here.in_state("moderating")
    check_declared(work, here)
    proposals = proposals_of(work, here.stage)
    if len(set(forward)) != len(forward) or not {*forward, *reasons} <= set(proposals):
        raise Refused("form.invalid")
    standings = count(work, here, proposals).standings
    _check_forward(here, standings, frozenset(forward), words(rank_reason))
    kept = {letter: words(reasons.get(letter, "")) for letter in proposals}
    if missing := sum(not text for text in kept.values()):
        raise Refused("decision.reasons", count=missing)
    if not words(why):
        raise Refused("move.reason")
    decision = _replace(work, here, words(why), words(rank_reason))
    for standing in standings:
        proposal, goes_on = proposals[standing.id], standing.id in forward
        outcome = "forward" if goes_on else "not_selected" if standing.passes else "below_threshold"
        work.session.add(line_of(decision, proposal, standing, outcome, kept[standing.id]))
    work.note("decision.propose", here.challenge.id, stage=stage, decision=decision.id)
    _tell_approvers(work, here)
    return decision.id


@action("decision:confirm")
def confirm(work: UnitOfWork, challenge_ref: str, stage: int, decision_id: int) -> None:
    """Confirm the decision as read; the stage is decided, and the trail accounts for every lock.

    Refuses: decision.none (replaced meanwhile, or never proposed), decision.scored, role.own_proposal, stage.state.
    """
    here = ground(work, challenge_ref, stage)
    here.in_state("moderating")
    decision = work.session.scalars(
        select(Decision).filter_by(id=decision_id, stage_id=here.stage.id, replaced_at=None)
    ).one_or_none()
    if decision is None or decision.confirmed_at is not None:
        raise Refused("decision.none")
    _check_confirmer(work, here, decision)
    lines = list(work.session.scalars(select(DecisionLine).filter_by(decision_id=decision.id)))
    case = Case(
        now=work.now, actor_id=work.actor.person_id,
        holders=policy.holders(work.session.connection(), here.challenge.id),
        reasons_waiting=sum(not line.reason for line in lines),
    )  # fmt: skip
    decision.confirmed_by_id, decision.confirmed_at = work.actor.person_id, work.now
    here.stage.decided_at = work.now
    forward = sum(line.outcome == "forward" for line in lines)
    decision.record = record_of(here, forward, len(lines), lock_indexes(work, here))
    data = {
        "stage": stage, "forward": forward, "received": here.stage.received or len(lines),
        "record": hashlib.sha256(decision.record.encode()).hexdigest(),
    }  # fmt: skip
    work.move(here.stage, "decide", case, data=data)


@dataclass(frozen=True)
class Counted:
    """The locked scores of a stage. `people` are E1, E2 … in order; `rows` by person, letter, criterion."""

    people: tuple[int, ...]
    rows: Mapping[tuple[int, str, str], Score]
    standings: tuple[Standing, ...]


def count(work: UnitOfWork, here: Ground, proposals: Mapping[str, Proposal]) -> Counted:
    """Exact totals and ranks from the final levels; refuses `decision.hidden` before they are final."""
    if here.stage.state not in SCORED_STATES or here.stage.final_at is None:
        raise Refused("decision.hidden")
    people = list(work.session.scalars(counted_evaluators(here.stage.id)))
    letters = {row.id: letter for letter, row in proposals.items()}
    criteria = here.content.criteria
    known = {criterion.id for criterion in criteria.criteria}
    found = work.session.scalars(
        select(Score).where(Score.stage_id == here.stage.id, Score.person_id.in_(people))
    )
    rows = {
        (row.person_id, letters[row.proposal_id], row.criterion): row
        for row in found
        if row.proposal_id in letters and row.criterion in known
    }
    levels = {
        (str(person), letter, criterion): row.level for (person, letter, criterion), row in rows.items()
    }
    standings = scoring.evaluate(
        criteria.criteria, list(proposals), [str(person) for person in people], levels, criteria.minimum_total
    )
    return Counted(tuple(people), rows, standings)


def record_of(here: Ground, forward: int, scored: int, locks: Sequence[int]) -> str:
    """The public account of a decision: counts, the words it was scored by, and every lock by index."""
    return canonical.encode(
        {
            "format": "decision/1",
            "challenge": here.challenge.ref,
            "stage": here.stage.number,
            "content": here.digest,
            "received": here.stage.received or scored,
            "scored": scored,
            "forward": forward,
            "locks": sorted(locks),
        }
    ).decode()


def _check_forward(
    here: Ground, standings: Sequence[Standing], forward: frozenset[str], rank_reason: str
) -> None:
    limit = here.content.stages.stages[here.stage.number - 1].forward
    if len(forward) > limit:
        raise Refused("decision.too_many", limit=limit)
    if any(each.id in forward and not each.passes for each in standings):
        raise Refused("decision.failing")
    going = [each.total for each in standings if each.id in forward]
    staying = [each.total for each in standings if each.id not in forward and each.passes]
    # Equal totals count as well: whoever chooses between equals says why.
    if going and staying and max(staying) >= min(going) and not rank_reason:
        raise Refused("decision.reason")


def _replace(work: UnitOfWork, here: Ground, why: str, rank_reason: str) -> Decision:
    for earlier in work.session.scalars(select(Decision).filter_by(stage_id=here.stage.id, replaced_at=None)):
        earlier.replaced_at = work.now
    work.session.flush()
    decision = Decision(
        stage_id=here.stage.id, proposed_by_id=work.actor.person_id, proposed_at=work.now, why=why,
        rank_reason=rank_reason, language=here.content.language,
    )  # fmt: skip
    work.session.add(decision)
    work.session.flush()
    return decision


def line_of(
    decision: Decision, proposal: Proposal, standing: Standing, outcome: str, reason: str
) -> DecisionLine:
    """A proposal's place in a decision."""
    return DecisionLine(
        decision_id=decision.id, proposal_id=proposal.id, outcome=outcome, rank=standing.rank,
        total_top=standing.total.numerator, total_bottom=standing.total.denominator, reason=reason,
    )  # fmt: skip


def _tell_approvers(work: UnitOfWork, here: Ground) -> None:
    connection = work.session.connection()
    people = policy.holders(connection, here.challenge.id)
    link = f"/desk/challenges/{here.challenge.ref}/stages/{here.stage.number}/decision"
    for person_id in policy.group(connection, people, "approvers", here.challenge.id):
        work.tell("decision.proposed", person_id, link, here.challenge.id, title=here.challenge.title)


def _check_confirmer(work: UnitOfWork, here: Ground, decision: Decision) -> None:
    """Whoever scored any stage of this challenge, whatever role they hold now, cannot confirm."""
    if decision.proposed_by_id == work.actor.person_id or scored_here(work, here):
        raise Refused("decision.scored")
    seats.stands_apart(work, here.challenge)


def lock_indexes(work: UnitOfWork, here: Ground) -> list[int]:
    """Every lock of the stage, those of people who no longer count, and those that were reopened, included."""
    locks = union_all(
        *(select(row.log_index).where(row.stage_id == here.stage.id) for row in (ScoreLock, ReopenedLock))
    )
    return [index for index in work.session.scalars(locks) if index is not None]
