"""Which moves are open to a person, and why one of them cannot be made yet: the same rows, read only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, func, select

from marketplace.models.evaluation import Decision, DecisionLine, Summary
from marketplace.models.proposals import Proposal
from marketplace.queries.query import Reader
from marketplace.rules import lifecycle, regimes
from marketplace.rules.challenges import Content
from marketplace.rules.lifecycle import Case, Move
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import SCORERS, Role
from marketplace.rules.wording import GAPS, MOVES


@dataclass(frozen=True)
class Possible:
    """A move that this person's roles allow from here; `why` says what still stands in its way."""

    name: str
    why: str
    second: bool


@dataclass(frozen=True)
class Gathered:
    """What the working record has read already. `team`: person, role, accepted, no interest declared."""

    challenge: Row
    state: str
    content: Content
    authors: frozenset[int]
    missing: tuple[str, ...]
    team: tuple[tuple[int, Role, bool, bool], ...]
    notices: tuple[str, ...]
    outcome: bool
    stages: tuple[tuple[int, str], ...]


def possible(read: Reader, held: frozenset[Role], gathered: Gathered) -> tuple[Possible, ...]:
    """Every move for these roles from this state, in the table's order."""
    case = _case(read, gathered)
    rows = lifecycle.allowed("challenge", gathered.state, held)
    stage = next((state for _, state in reversed(gathered.stages) if state != "planned"), "")
    running = gathered.state in lifecycle.RUNNING_STATES
    of_stage = lifecycle.allowed("stage", stage, held) if running else ()
    found = [Possible(move.name, why(move, gathered.state, case), bool(move.second)) for move in rows]
    found += [Possible(move.name, "", bool(move.second)) for move in of_stage]
    return tuple(each for each in found if each.name in MOVES)


def why(move: Move, state: str, case: Case) -> str:
    """The sentence that refuses the move, with gaps in words; empty where nothing does."""
    no = lifecycle.refusal(move, state, case)
    return sentence(Refused(no.code, **no.facts)) if no else ""


def sentence(no: Refused) -> str:
    """A refusal's sentence, with the codes of what a draft lacks put into words."""
    if no.code != "challenge.incomplete":
        return no.sentence
    codes = str(no.facts.get("missing", "")).split(", ")
    return f"Some tasks are not done yet. {'. '.join(GAPS.get(code, code) for code in codes)}."


def _case(read: Reader, it: Gathered) -> Case:
    content, head = it.content, it.challenge
    regime = regimes.REGIMES.get(content.terms.regime)
    refusal, earliest = _deadline(regime, content.terms.closes_at, read.now)
    begun = [(number, state) for number, state in it.stages if state != "planned"]
    last_id, last_state = begun[-1] if begun else (0, "")
    selected, waiting = _decided(read, last_id)
    kind = "opening" if it.state == "approved" else "award"
    until = head.standstill_ends_at
    return Case(
        now=read.now,
        actor_id=read.actor.person_id,
        missing=it.missing,
        author_ids=it.authors,
        holders=_holders(it),
        unaccepted=sum(role in SCORERS and not accepted for _, role, accepted, _ in it.team),
        openers_clear=sum(role is Role.OPENER and clear for _, role, _, clear in it.team),
        minimum_panel=content.terms.minimum_panel,
        conflicts_assessed=bool(head.conflicts_assessment.strip()),
        authority_verified=head.verified_at is not None,
        authority_name=head.authority,
        portal=_portal(regime, content),
        portal_notices=it.notices.count(kind),
        deadline_refusal=refusal,
        earliest=earliest,
        stages_left=len(it.stages) - len(begun),
        last_stage_decided=last_state == "decided",
        selected=selected,
        summaries_waiting=waiting,
        standstill_ends_at=until,
        outcome_reported=it.outcome,
        standstill_until=_plain(until) if until else "",
    )


def _holders(it: Gathered) -> dict[Role, frozenset[int]]:
    roles = {role for _, role, _, _ in it.team}
    return {role: frozenset(person for person, held, _, _ in it.team if held is role) for role in roles}


def _deadline(
    regime: regimes.Regime | None, closes_at: datetime | None, now: datetime
) -> tuple[str | None, str]:
    if closes_at is None:
        return "deadline.missing", ""
    if regime is None:
        return None, ""
    return regimes.deadline_refusal(regime, now, closes_at), _plain(regimes.earliest_deadline(regime, now))


def _portal(regime: regimes.Regime | None, content: Content) -> str:
    if regime is None or not regimes.portal_notice_demanded(regime, content.stages.budget):
        return ""
    return regime.portal.value.name


def _plain(at: datetime) -> str:
    return f"{at.day} {at:%B %Y}"


def _decided(read: Reader, stage_id: int) -> tuple[int, int]:
    """How many a stage's confirmed decision takes forward, and how many suppliers await a summary."""
    forward = (
        select(func.count())
        .select_from(DecisionLine)
        .join(Decision, Decision.id == DecisionLine.decision_id)
        .where(
            Decision.stage_id == stage_id,
            Decision.replaced_at.is_(None),
            Decision.confirmed_at.is_not(None),
            DecisionLine.outcome == "forward",
        )
    )
    told = select(Summary.proposal_id).where(Summary.stage_id == stage_id)
    waiting = select(func.count(Proposal.id)).where(
        Proposal.stage_id == stage_id, Proposal.state == "submitted", Proposal.id.not_in(told)
    )
    selected, untold = read.connection.execute(
        select(forward.scalar_subquery(), waiting.scalar_subquery())
    ).one()
    return selected, untold
