"""What is known of all challenges of one person at once: one statement for each kind of fact."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, func, select

from marketplace.models.accounts import Person, RoleAssignment
from marketplace.models.challenges import Challenge, ChallengeAuthor, ChallengeSection, MoveRequest, Outcome
from marketplace.models.evaluation import (
    Decision,
    DecisionLine,
    Declaration,
    DeclaredInterest,
    ScoreLock,
    Summary,
    seats_with,
)
from marketplace.models.proposals import Proposal
from marketplace.models.stages import OpeningConfirmation, Stage
from marketplace.queries.query import Reader
from marketplace.rules import contents, stages
from marketplace.rules.roles import Role

STAGE = (
    Stage.id, Stage.challenge_id, Stage.number, Stage.state, Stage.closes_at, Stage.closed_at, Stage.opened_at,
)  # fmt: skip


@dataclass(frozen=True)
class Facts:
    """What is known of several challenges, by challenge or by stage; `team` has everybody's standing roles."""

    stages: dict[int, list[Row]]
    done: dict[int, int]
    authors: dict[int, set[int]]
    requests: dict[int, list[Row]]
    confirmed: dict[int, set[int]]
    declared: dict[int, set[int]]
    interests: dict[int, list[Row]]
    locked: dict[int, set[int]]
    decisions: dict[int, Row]
    forward: dict[int, int]
    untold: frozenset[int]
    outcomes: frozenset[int]
    team: dict[int, list[Row]]

    def in_office(self, challenge_id: int, *roles: Role) -> set[int]:
        """Who acts in one of these roles on a challenge now."""
        return {row.person_id for row in self.team[challenge_id] if row.role in roles and acts(row)}


def acts(row: Row) -> bool:
    return row.accepted_at is not None and row.rests_at is None


def facts_of(read: Reader, ids: list[int]) -> Facts:
    """The facts of these challenges, whoever asks: what they may learn of them is the caller's to choose."""
    execute = read.connection.execute
    stages_of = Stage.challenge_id.in_(ids)
    on = select(Stage.id).where(stages_of)
    return Facts(
        stages=_grouped(execute(select(*STAGE).where(stages_of).order_by(Stage.number)), "challenge_id"),
        done=_sections_done(read, ids),
        authors=_pairs(execute(_authors(ids))),
        requests=_grouped(execute(_requests(ids)), "challenge_id"),
        confirmed=_pairs(execute(seats_with(OpeningConfirmation, on))),
        declared=_pairs(
            execute(select(Declaration.stage_id, Declaration.person_id).where(Declaration.stage_id.in_(on)))
        ),
        interests=_grouped(execute(_interests(on)), "stage_id"),
        locked=_pairs(execute(seats_with(ScoreLock, on))),
        decisions={row.stage_id: row for row in execute(_decisions(on))},
        forward={stage_id: count for stage_id, count in execute(_forward(on))},
        untold=_ids(execute(_untold(on))),
        outcomes=_ids(execute(select(Outcome.challenge_id).where(Outcome.challenge_id.in_(ids)))),
        team=_grouped(execute(_team(ids)), "challenge_id"),
    )


def _authors(ids: list[int]) -> Select[int, int]:
    row = ChallengeAuthor
    return select(row.challenge_id, row.person_id).where(row.challenge_id.in_(ids))


def _requests(ids: list[int]) -> Select[*tuple[Any, ...]]:
    row = MoveRequest
    return (
        select(
            row.challenge_id, row.move, row.asked_at, row.asked_by_id, row.state_seen, row.version_seen, Person.name
        )
        .join(Person, Person.id == row.asked_by_id)
        .where(row.challenge_id.in_(ids), row.answered_at.is_(None))
    )  # fmt: skip


def _interests(on: Select[int]) -> Select[*tuple[Any, ...]]:
    row = DeclaredInterest
    return select(row.stage_id, row.person_id, row.interest, row.consented_at).where(
        row.stage_id.in_(on), row.interest != "none"
    )


def _decisions(on: Select[int]) -> Select[*tuple[Any, ...]]:
    """The decision that stands on each stage, confirmed or not."""
    row = Decision
    return select(row.stage_id, row.proposed_by_id, row.proposed_at, row.confirmed_at).where(
        row.stage_id.in_(on), row.replaced_at.is_(None)
    )


def _forward(on: Select[int]) -> Select[*tuple[Any, ...]]:
    """How many each confirmed decision takes forward."""
    return (
        select(Decision.stage_id, func.count())
        .join(DecisionLine, DecisionLine.decision_id == Decision.id)
        .where(
            Decision.stage_id.in_(on), Decision.replaced_at.is_(None), Decision.confirmed_at.is_not(None),
            DecisionLine.outcome == "forward",
        )
        .group_by(Decision.stage_id)
    )  # fmt: skip


def _untold(on: Select[int]) -> Select[*tuple[Any, ...]]:
    """The stages where a supplier still waits for its summary."""
    told = select(Summary.proposal_id).where(Summary.stage_id == Proposal.stage_id)
    return (
        select(Proposal.stage_id)
        .where(Proposal.stage_id.in_(on), Proposal.state == "submitted", Proposal.id.not_in(told))
        .distinct()
    )


def _team(ids: list[int]) -> Select[*tuple[Any, ...]]:
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


def _sections_done(read: Reader, ids: list[int]) -> dict[int, int]:
    """How many sections of each draft lack nothing."""
    row = ChallengeSection
    drafts = select(Challenge.id).where(Challenge.id.in_(ids), Challenge.state == "draft")
    done: dict[int, int] = {}
    for each in read.connection.execute(
        select(row.challenge_id, row.name, row.content).where(row.challenge_id.in_(drafts))
    ):
        section = contents.parse_section(each.name, each.content)
        done[each.challenge_id] = done.get(each.challenge_id, 0) + (
            stages.section_state(each.name, section) == "done"
        )
    return done
