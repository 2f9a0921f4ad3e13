"""What is known of several challenges at once: one statement for each kind of fact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select

from marketplace.models.accounts import Person, RoleAssignment
from marketplace.models.challenges import (
    IN_FORCE,
    Challenge,
    ChallengeAuthor,
    ChallengeSection,
    ChallengeVersion,
    MoveRequest,
    Outcome,
)
from marketplace.models.eligibility import IN_DOUBT, EligibilityCheck, EligibilityDoubt
from marketplace.models.evaluation import (
    CONFIRMED,
    AgreedLevel,
    Debrief,
    Decision,
    DecisionLine,
    Declaration,
    DeclaredInterest,
    ScoreLock,
    Summary,
    seats_with,
)
from marketplace.models.proposals import ELIGIBLE, Proposal
from marketplace.models.stages import OpeningConfirmation, Stage
from marketplace.models.statements import prepared, unindexed
from marketplace.queries.query import Reader
from marketplace.rules import contents, stages
from marketplace.rules.challenges import Content
from marketplace.rules.lifecycle import DECLARING_STATES
from marketplace.rules.roles import SCORERS, Role

Rows = Select[*tuple[Any, ...]]
Ids = Sequence[int]


@dataclass(frozen=True)
class Facts:
    """What is known of several challenges, by challenge or by stage.

    `team` has everybody's standing roles, `plans` the words in force where a panel is at work, `debriefs` since
    when the oldest question about a summary waits.
    """

    stages: dict[int, list[Row]]
    done: dict[int, int]
    authors: dict[int, set[int]]
    requests: dict[int, list[Row]]
    confirmed: dict[int, set[int]]
    declared: dict[int, set[int]]
    interests: dict[int, list[Row]]
    locked: dict[int, set[int]]
    unsigned: frozenset[int]
    decisions: dict[int, Row]
    forward: dict[int, int]
    untold: frozenset[int]
    debriefs: dict[int, datetime]
    unchecked: frozenset[int]
    doubts: dict[int, list[Row]]
    outcomes: frozenset[int]
    team: dict[int, list[Row]]
    plans: dict[int, Content]

    def in_office(self, challenge_id: int, *roles: Role) -> set[int]:
        """Who acts in one of these roles on a challenge now."""
        return {row.person_id for row in self.team[challenge_id] if row.role in roles and acts(row)}

    def lacks(self, challenge_id: int, stage: Row, *, asked: bool) -> int:
        """How many people the panel that scores this stage is below its minimum.

        A seat counts once somebody locked in it; otherwise while somebody sits there, or was `asked` to.
        """
        sit = {
            row.seat
            for row in self.team[challenge_id]
            if row.role in SCORERS and row.rests_at is None and (asked or row.accepted_at)
        }
        least = self.plans[challenge_id].terms.minimum_panel
        return max(0, least - len(sit | self.locked.get(stage.id, set())))


def acts(row: Row) -> bool:
    """Whether somebody acts in this role now: they accepted it, and do not rest."""
    return row.accepted_at is not None and row.rests_at is None


def facts_of(read: Reader, ids: Ids) -> Facts:
    """The facts of these challenges, whoever asks: what they may learn of them is the caller's to choose."""
    execute = read.connection.execute
    of_stages = _grouped(execute(*_stages(ids)), "challenge_id")
    on = [stage.id for found in of_stages.values() for stage in found]
    return Facts(
        stages=of_stages,
        done=_sections_done(read, ids),
        authors=_pairs(execute(*_authors(ids))),
        requests=_grouped(execute(*_requests(ids)), "challenge_id"),
        confirmed=_pairs(execute(*_confirmed(on))),
        declared=_pairs(execute(*_declared(on))),
        interests=_grouped(execute(*_interests(on)), "stage_id"),
        locked=_pairs(execute(*_locked(on))),
        unsigned=_ids(execute(*_unsigned(on))),
        decisions={row.stage_id: row for row in execute(*_decisions(on))},
        forward={stage_id: count for stage_id, count in execute(*_forward(on))},
        untold=_ids(execute(*_untold(on))),
        debriefs={stage_id: since for stage_id, since in execute(*_debriefs(on))},
        unchecked=_ids(execute(*_unchecked(on))),
        doubts=_grouped(execute(*_doubts(on)), "stage_id"),
        outcomes=_ids(execute(*_outcomes(ids))),
        team=_grouped(execute(*_team(ids)), "challenge_id"),
        plans={row.id: contents.parse(row.content) for row in execute(*_plans(ids))},
    )


@prepared
def _stages(ids: Ids) -> Rows:
    row = Stage
    return (
        select(
            row.id,
            row.challenge_id,
            row.number,
            row.state,
            row.closes_at,
            row.closed_at,
            row.opened_at,
            row.final_at,
        )
        .where(row.challenge_id.in_(ids))
        .order_by(row.number)
    )


@prepared
def _authors(ids: Ids) -> Rows:
    row = ChallengeAuthor
    return select(row.challenge_id, row.person_id).where(row.challenge_id.in_(ids))


@prepared
def _requests(ids: Ids) -> Rows:
    row = MoveRequest
    return (
        select(
            row.challenge_id, row.move, row.asked_at, row.asked_by_id, row.state_seen, row.version_seen, Person.name
        )
        .join(Person, Person.id == row.asked_by_id)
        .where(row.challenge_id.in_(ids), row.answered_at.is_(None))
    )  # fmt: skip


@prepared
def _confirmed(on: Ids) -> Rows:
    return seats_with(OpeningConfirmation, on)


@prepared
def _locked(on: Ids) -> Rows:
    return seats_with(ScoreLock, on)


@prepared
def _declared(on: Ids) -> Rows:
    return select(Declaration.stage_id, Declaration.person_id).where(Declaration.stage_id.in_(on))


@prepared
def _interests(on: Ids) -> Rows:
    row = DeclaredInterest
    return select(row.stage_id, row.person_id, row.interest, row.consented_at).where(
        row.stage_id.in_(on), row.interest != "none"
    )


@prepared
def _unsigned(on: Ids) -> Rows:
    """The stages where a level that nobody gave waits for an approver."""
    row = AgreedLevel
    return (
        select(row.stage_id)
        .where(row.stage_id.in_(on), row.replaced_at.is_(None), row.outside, row.signed_at.is_(None))
        .distinct()
    )


@prepared
def _decisions(on: Ids) -> Rows:
    """The decision that stands on each stage, confirmed or not."""
    row = Decision
    return select(row.stage_id, row.proposed_by_id, row.proposed_at, row.confirmed_at).where(
        row.stage_id.in_(on), row.replaced_at.is_(None)
    )


@prepared
def _forward(on: Ids) -> Rows:
    """How many each confirmed decision takes forward."""
    return (
        select(Decision.stage_id, func.count())
        .join(DecisionLine, DecisionLine.decision_id == Decision.id)
        .where(
            Decision.stage_id.in_(on), CONFIRMED,
            DecisionLine.outcome == "forward",
        )
        .group_by(Decision.stage_id)
    )  # fmt: skip


@prepared
def _unchecked(on: Ids) -> Rows:
    """The stages with a proposal that nobody has checked against the conditions, if there are any."""
    checked = select(EligibilityCheck.proposal_id).where(EligibilityCheck.stage_id == Proposal.stage_id)
    return (
        select(Proposal.stage_id)
        .where(Proposal.stage_id.in_(on), Proposal.letter.is_not(None), ELIGIBLE, Proposal.id.not_in(checked))
        .distinct()
    )


@prepared
def _doubts(on: Ids) -> Rows:
    """The doubts on which nobody has ruled for good, the first that was told first."""
    row = EligibilityDoubt
    return (
        select(
            row.stage_id, Proposal.letter, row.told_at, row.due_at, row.replied_at, row.refused, row.ruled_at,
            row.ruled_by_id,
        )
        .join(Proposal, Proposal.id == row.proposal_id)
        .where(row.stage_id.in_(on), IN_DOUBT)
        .order_by(row.told_at, row.proposal_id)
    )  # fmt: skip


@prepared
def _untold(on: Ids) -> Rows:
    """The stages where a supplier still waits for its summary."""
    told = select(Summary.proposal_id).where(
        Summary.stage_id == Proposal.stage_id, Summary.replaced_at.is_(None)
    )
    return (
        select(Proposal.stage_id)
        .where(Proposal.stage_id.in_(on), Proposal.state == "submitted", ELIGIBLE, Proposal.id.not_in(told))
        .distinct()
    )


@prepared
def _debriefs(on: Ids) -> Rows:
    # By way of the proposals, since summaries have no index by stage that holds the replaced ones too.
    return (
        select(Proposal.stage_id, func.min(Debrief.asked_at))
        .join(Summary, Summary.proposal_id == Proposal.id)
        .join(Debrief, Debrief.summary_id == Summary.id)
        .where(Proposal.stage_id.in_(on), Debrief.answered_at.is_(None))
        .group_by(Proposal.stage_id)
    )


@prepared
def _outcomes(ids: Ids) -> Rows:
    return select(Outcome.challenge_id).where(Outcome.challenge_id.in_(ids))


@prepared
def _team(ids: Ids) -> Rows:
    """Every standing role on these challenges: in office, standing by, away, or asked for."""
    row = RoleAssignment
    return (
        select(
            row.challenge_id, row.person_id, row.role, row.seat.label("seat"), row.deputy, row.from_at,
            row.accepted_at, row.rests_at, row.no_interest_at, Person.name,
        )
        .join(Person, Person.id == row.person_id)
        .where(row.challenge_id.in_(ids), row.until_at.is_(None))
        .order_by(row.id)
    )  # fmt: skip


@prepared
def _plans(ids: Ids) -> Rows:
    working = unindexed(Stage.state).in_(DECLARING_STATES)
    at_work = select(Stage.challenge_id).where(Stage.challenge_id.in_(ids), working)
    return (
        select(Challenge.id, ChallengeVersion.content)
        .join(ChallengeVersion, IN_FORCE)
        .where(Challenge.id.in_(at_work))
    )


@prepared
def _sections(ids: Ids) -> Rows:
    row = ChallengeSection
    drafts = select(Challenge.id).where(Challenge.id.in_(ids), unindexed(Challenge.state) == "draft")
    return select(row.challenge_id, row.name, row.content).where(row.challenge_id.in_(drafts))


def _sections_done(read: Reader, ids: Ids) -> dict[int, int]:
    """How many sections of each draft lack nothing."""
    done: dict[int, int] = {}
    for each in read.connection.execute(*_sections(ids)):
        section = contents.parse_section(each.name, each.content)
        done[each.challenge_id] = done.get(each.challenge_id, 0) + (
            stages.section_state(each.name, section) == "done"
        )
    return done


def _grouped(rows: Iterable[Row], key: str) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(getattr(row, key), []).append(row)
    return found


def _pairs(rows: Iterable[Row]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for key, value in rows:
        found.setdefault(key, set()).add(value)
    return found


def _ids(rows: Iterable[Row]) -> frozenset[int]:
    return frozenset(row[0] for row in rows)
