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
)
from marketplace.models.proposals import Proposal
from marketplace.models.stages import OpeningConfirmation, Stage
from marketplace.queries.query import Reader
from marketplace.rules import contents, stages
from marketplace.rules.roles import SCORERS

STAGE = (
    Stage.id, Stage.challenge_id, Stage.number, Stage.state, Stage.closes_at, Stage.closed_at, Stage.opened_at,
)  # fmt: skip


@dataclass(frozen=True)
class Facts:
    """What is known of all of a person's challenges, by challenge or by stage."""

    stages: dict[int, list[Row]]
    done: dict[int, int]
    authors: frozenset[int]
    requests: dict[int, list[Row]]
    confirmed: frozenset[int]
    declared: dict[int, set[int]]
    interests: dict[int, list[Row]]
    locked: frozenset[int]
    decisions: dict[int, Row]
    forward: dict[int, int]
    untold: frozenset[int]
    outcomes: frozenset[int]
    scorers: dict[int, set[int]]


def facts_of(read: Reader, ids: list[int]) -> Facts:
    """The facts of these challenges, whatever the person's roles on them."""
    execute, me = read.connection.execute, read.actor.person_id
    stages_of = Stage.challenge_id.in_(ids)
    on = select(Stage.id).where(stages_of)
    return Facts(
        stages=_grouped(execute(select(*STAGE).where(stages_of).order_by(Stage.number)), "challenge_id"),
        done=_sections_done(read, ids),
        authors=_ids(execute(_mine(ChallengeAuthor.challenge_id, ChallengeAuthor.person_id, ids, me))),
        requests=_grouped(execute(_requests(ids)), "challenge_id"),
        confirmed=_ids(execute(_mine(OpeningConfirmation.stage_id, OpeningConfirmation.person_id, on, me))),
        declared=_pairs(
            execute(select(Declaration.stage_id, Declaration.person_id).where(Declaration.stage_id.in_(on)))
        ),
        interests=_grouped(execute(_interests(on)), "stage_id"),
        locked=_ids(execute(_mine(ScoreLock.stage_id, ScoreLock.person_id, on, me))),
        decisions={row.stage_id: row for row in execute(_decisions(on))},
        forward={stage_id: count for stage_id, count in execute(_forward(on))},
        untold=_ids(execute(_untold(on))),
        outcomes=_ids(execute(select(Outcome.challenge_id).where(Outcome.challenge_id.in_(ids)))),
        scorers=_pairs(execute(_scorers(ids))),
    )


def _mine(place: Any, person: Any, places: Any, me: int | None) -> Select[*tuple[Any, ...]]:
    """Where, among `places`, the person has a row of their own."""
    return select(place).where(place.in_(places), person == me)


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


def _scorers(ids: list[int]) -> Select[*tuple[Any, ...]]:
    row = RoleAssignment
    return select(row.challenge_id, row.person_id).where(
        row.challenge_id.in_(ids), row.role.in_(SCORERS), row.until_at.is_(None), row.accepted_at.is_not(None)
    )


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
