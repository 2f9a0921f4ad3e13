"""The decision: proposed by the chair by rank, confirmed by somebody who did not score.

Totals exist only once the panel's levels are final; they are exact fractions, and what the
chair proposes is checked against them and against the published limits.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from sqlalchemy import select, union_all

from marketplace import policy
from marketplace.actions import seats
from marketplace.actions.action import UnitOfWork, action
from marketplace.actions.panel import Ground, check_declared, ground, proposals_of, sat_here, words
from marketplace.models.evaluation import (
    GROUNDS,
    Decision,
    DecisionLine,
    ReopenedLock,
    Score,
    ScoreLock,
)
from marketplace.models.proposals import Proposal
from marketplace.rules import canonical
from marketplace.rules.lifecycle import Case
from marketplace.rules.refusals import Refused
from marketplace.rules.scoring import Standing
from marketplace.standings import Final, standings

SCORED_STATES = ("moderating", "decided")


@dataclass(frozen=True)
class Draft:
    """What the chair proposes, by letter: who goes on, who is held in reserve, and who is excluded on what ground.

    `reasons` has a sentence for every supplier; `rank_reason` says why out of rank, or between equals.
    """

    forward: Sequence[str]
    reasons: Mapping[str, str]
    why: str
    rank_reason: str = ""
    reserve: Sequence[str] = ()
    excluded: Mapping[str, str] = field(default_factory=dict)


@action("decision:propose")
def propose(
    work: UnitOfWork, challenge_ref: str, stage: int, forward: Sequence[str], reasons: Mapping[str, str],
    why: str, rank_reason: str = "", reserve: Sequence[str] = (), excluded: Mapping[str, str] | None = None,
) -> int:  # fmt: skip
    """Propose who goes on, by letter, with a sentence for every supplier. Returns the decision's number.

    `reserve` are held, by rank, for whoever drops out. `excluded` are out from now on: `withdrawn` by their
    supplier, or on an `exclusion` ground; the others are ranked without them. An earlier proposal that nobody
    confirmed is replaced. Refuses: stage.state, declaration.missing, declaration.consent, decision.hidden,
    decision.too_many, decision.failing, decision.draw, decision.reason, decision.reserve, decision.reasons,
    move.reason, form.invalid.
    """
    here = ground(work, challenge_ref, stage)
    here.in_state("moderating")
    check_declared(work, here)
    draft = Draft(forward, reasons, words(why), words(rank_reason), reserve, excluded or {})
    final = final_of(work, here, draft.excluded)
    _check_letters(final, draft)
    _check_forward(here, final.standings, draft)
    _check_reserve(here, final.standings, draft)
    kept = {letter: words(reasons.get(letter, "")) for letter in final.entries}
    if missing := sum(not text for text in kept.values()):
        raise Refused("decision.reasons", count=missing)
    if not draft.why:
        raise Refused("move.reason")
    decision = _replace(work, here, draft.why, draft.rank_reason)
    for each in final.standings:
        line = line_of(decision, final.entries[each.id].id, each, _outcome(final, draft, each), kept[each.id])
        line.ground = draft.excluded.get(each.id, "")
        work.session.add(line)
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
    _exclude(work, here, lines)
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


def final_of(work: UnitOfWork, here: Ground, excluded: Collection[str] = ()) -> Final:
    """How the stage stands from the final levels; refuses `decision.hidden` before they are final.

    `excluded` are letters that are to count no more besides those that do not already.
    """
    if here.stage.state not in SCORED_STATES or here.stage.final_at is None:
        raise Refused("decision.hidden")
    work.session.flush()
    connection, criteria = work.session.connection(), here.content.criteria
    return standings(connection, here.stage.id, criteria, here.stage.beacon, excluded)


def count(work: UnitOfWork, here: Ground, proposals: Mapping[str, Proposal]) -> Counted:
    """The same with every counted score, for whoever tells the reasons; refuses as `final_of`."""
    final = final_of(work, here)
    letters = {row.id: letter for letter, row in proposals.items()}
    known = {criterion.id for criterion in here.content.criteria.criteria}
    found = work.session.scalars(
        select(Score).where(Score.stage_id == here.stage.id, Score.person_id.in_(final.people))
    )
    rows = {
        (row.person_id, letters[row.proposal_id], row.criterion): row
        for row in found
        if row.proposal_id in letters and row.criterion in known
    }
    return Counted(final.people, rows, final.standings)


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


def _exclude(work: UnitOfWork, here: Ground, lines: Sequence[DecisionLine]) -> None:
    """Those that the decision excludes count no more, from its confirmation on.

    A proposal that left since it was proposed changes what was read: the chair proposes anew.
    """
    proposals = {row.id: row for row in proposals_of(work, here.stage).values()}
    for line in lines:
        proposal = proposals[line.proposal_id]
        if proposal.excluded and line.outcome != "excluded":
            raise Refused("decision.none")
        proposal.excluded = proposal.excluded or line.ground


def _outcome(final: Final, draft: Draft, each: Standing) -> str:
    if each.id in draft.excluded or final.entries[each.id].excluded:
        return "excluded"
    if each.id in draft.forward:
        return "forward"
    if each.id in draft.reserve:
        return "reserve"
    return "not_selected" if each.passes else "below_threshold"


def _check_letters(final: Final, draft: Draft) -> None:
    """Each letter is known and stands in one list, once."""
    listed = [*draft.forward, *draft.reserve, *draft.excluded]
    grounds = set(draft.excluded.values()) <= set(GROUNDS[1:])
    if len(set(listed)) != len(listed) or not {*listed, *draft.reasons} <= set(final.entries) or not grounds:
        raise Refused("form.invalid")


def _check_forward(here: Ground, standings: Sequence[Standing], draft: Draft) -> None:
    limit = here.content.stages.stages[here.stage.number - 1].forward
    if len(draft.forward) > limit:
        raise Refused("decision.too_many", limit=limit)
    if any(each.id in draft.forward and each.rank is None for each in standings):
        raise Refused("decision.failing")
    going = {each.rank for each in standings if each.id in draft.forward and each.rank is not None}
    staying = {each.rank for each in standings if each.id not in draft.forward and each.rank is not None}
    if going & staying and _waits_for_draw(here):
        raise Refused("decision.draw")
    # Equals count as well: whoever chooses between them says why.
    if going and staying and min(staying) <= max(going) and not draft.rank_reason:
        raise Refused("decision.reason")


def _check_reserve(here: Ground, standings: Sequence[Standing], draft: Draft) -> None:
    """Held by rank and without gaps; who was passed over, with the reason for it, may be left out.

    Equals in it are drawn first, where the challenge says so: whoever is called is called by that order.
    """
    ranked = [each for each in standings if each.rank is not None]
    last = max((each.rank or 0 for each in ranked if each.id in draft.forward), default=0)
    rest = [each for each in ranked if each.id not in draft.forward and (each.rank or 0) > last]
    held = [each.id in draft.reserve for each in rest]
    split = any(
        one.rank == other.rank and (one.id in draft.reserve) != (other.id in draft.reserve)
        for one, other in pairwise(rest)
    )
    if not set(draft.reserve) <= {each.id for each in ranked} or held != sorted(held, reverse=True) or split:
        raise Refused("decision.reserve")
    places = [each.rank for each in rest if each.id in draft.reserve]
    if len(set(places)) < len(places) and _waits_for_draw(here):
        raise Refused("decision.draw")


def _waits_for_draw(here: Ground) -> bool:
    return here.content.criteria.draw == "drand" and not here.stage.beacon


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
    decision: Decision, proposal_id: int, standing: Standing, outcome: str, reason: str
) -> DecisionLine:
    """A proposal's place in a decision."""
    return DecisionLine(
        decision_id=decision.id, proposal_id=proposal_id, outcome=outcome, rank=standing.rank,
        total_top=standing.total.numerator, total_bottom=standing.total.denominator, reason=reason,
    )  # fmt: skip


def _tell_approvers(work: UnitOfWork, here: Ground) -> None:
    connection = work.session.connection()
    people = policy.holders(connection, here.challenge.id)
    link = f"/desk/challenges/{here.challenge.ref}/stages/{here.stage.number}/decision"
    for person_id in policy.group(connection, people, "approvers", here.challenge.id):
        work.tell("decision.proposed", person_id, link, here.challenge.id, title=here.challenge.title)


def _check_confirmer(work: UnitOfWork, here: Ground, decision: Decision) -> None:
    """Whoever was on the panel at any stage of this challenge, whatever role they hold now, cannot confirm."""
    if decision.proposed_by_id == work.actor.person_id or sat_here(work, here):
        raise Refused("decision.scored")
    seats.stands_apart(work, here.challenge)


def lock_indexes(work: UnitOfWork, here: Ground) -> list[int]:
    """Every lock of the stage, those of people who no longer count, and those that were reopened, included."""
    locks = union_all(
        *(select(row.log_index).where(row.stage_id == here.stage.id) for row in (ScoreLock, ReopenedLock))
    )
    return [index for index in work.session.scalars(locks) if index is not None]
