"""What two people may do to a confirmed decision: take it back, or call the reserve in a dropped supplier's place."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from marketplace.actions.action import UnitOfWork
from marketplace.actions.decisions import final_of, line_of, lock_indexes, record_of
from marketplace.actions.panel import Ground, proposals_of, set_aside
from marketplace.actions.requests import Details
from marketplace.models.evaluation import Decision, DecisionLine, Summary
from marketplace.models.proposals import Proposal
from marketplace.models.stages import Agreement, Stage
from marketplace.rules.lifecycle import Case
from marketplace.rules.refusals import Refused
from marketplace.rules.scoring import Standing


def reopen(work: UnitOfWork, here: Ground, _details: Details) -> dict[str, Any]:
    """Set the decision aside, with what was agreed for it; what each evaluator locked stands.

    Whom it excluded counts again until the next decision says otherwise. Who withdrew, or dropped out, does not return.
    """
    before = here.challenge.state
    _count_excluded_again(work, here)
    _set_aside(work, here)
    set_aside(work, here)
    here.stage.decided_at = here.stage.published_at = None
    return {"from": before}


def _count_excluded_again(work: UnitOfWork, here: Ground) -> None:
    old = _standing(work, here.stage)
    lines = select(DecisionLine.proposal_id).filter_by(decision_id=old.id, ground="exclusion")
    for proposal in work.session.scalars(select(Proposal).where(Proposal.id.in_(lines))):
        proposal.excluded = ""


def call_reserve(work: UnitOfWork, here: Ground, details: Details) -> dict[str, Any]:
    """Let the first in reserve, by rank without the supplier that drops out, take its place.

    Refuses: reserve.subject (not selected, or has signed), reserve.none.
    """
    before, proposals, old = here.challenge.state, proposals_of(work, here.stage), _standing(work, here.stage)
    lines = {
        row.proposal_id: row
        for row in work.session.scalars(select(DecisionLine).filter_by(decision_id=old.id))
    }
    outcomes = {letter: lines[row.id].outcome for letter, row in proposals.items() if row.id in lines}
    dropped = proposals.get(details.subject)
    if dropped is None or outcomes.get(details.subject) != "forward" or _has_signed(work, dropped):
        raise Refused("reserve.subject")
    dropped.excluded = "withdrawn"
    standings = final_of(work, here).standings
    outcomes = _outcomes(standings, outcomes, details.subject)
    _set_aside(work, here)
    decision = _successor(work, old, details)
    for each in standings:
        row = proposals[each.id]
        reason = _reason(lines[row.id], outcomes[each.id], details.reason)
        line = line_of(decision, row.id, each, outcomes[each.id], reason)
        line.ground = "withdrawn" if row is dropped else lines[row.id].ground
        work.session.add(line)
    forward = sum(outcome == "forward" for outcome in outcomes.values())
    decision.record = record_of(here, forward, len(outcomes), lock_indexes(work, here))
    digest = hashlib.sha256(decision.record.encode()).hexdigest()
    return {"from": before, "forward": forward, "record": digest}


def _outcomes(standings: Sequence[Standing], before: Mapping[str, str], dropped: str) -> dict[str, str]:
    """What becomes of each: equals in reserve are called by letter, which nobody chose."""
    waiting = [each for each in standings if before[each.id] == "reserve" and each.rank is not None]
    if not waiting:
        raise Refused("reserve.none")
    called = min(waiting, key=lambda each: (each.rank, len(each.id), each.id))
    return {**before, dropped: "excluded", called.id: "forward"}


def _reason(was: DecisionLine, outcome: str, given: str) -> str:
    """What its supplier reads: as before where nothing changed for it, else also why the reserve was called."""
    if outcome == was.outcome:
        return was.reason
    return given if outcome == "excluded" else f"{was.reason}\n\n{given}"


def _successor(work: UnitOfWork, old: Decision, details: Details) -> Decision:
    """A decision in the place of the old one, by the two people who agreed to it.

    Its grounds say why others were chosen first, and why one of them is no longer.
    """
    decision = Decision(
        stage_id=old.stage_id, proposed_by_id=details.asked_by_id, proposed_at=work.now,
        confirmed_by_id=work.actor.person_id, confirmed_at=work.now, why=f"{old.why}\n\n{details.reason}",
        rank_reason=old.rank_reason, language=old.language,
    )  # fmt: skip
    work.session.add(decision)
    work.session.flush()
    return decision


def _set_aside(work: UnitOfWork, here: Ground) -> None:
    """Nothing that rests on the decision stands after it; all of it is kept."""
    challenge, stage = here.challenge, here.stage
    _standing(work, stage).replaced_at = work.now
    for summary in work.session.scalars(select(Summary).filter_by(stage_id=stage.id, replaced_at=None)):
        summary.replaced_at = work.now
    if challenge.state != "in_progress":
        work.move(challenge, "go-back", Case(now=work.now))
        challenge.noticed_at = challenge.standstill_ends_at = challenge.awarded_at = None
    work.session.flush()


def _standing(work: UnitOfWork, stage: Stage) -> Decision:
    return work.session.scalars(select(Decision).filter_by(stage_id=stage.id, replaced_at=None)).one()


def _has_signed(work: UnitOfWork, proposal: Proposal) -> bool:
    standing = select(Agreement.id).filter_by(proposal_id=proposal.id, ended_at=None)
    return work.session.scalars(standing).first() is not None
