"""What is known of all challenges of one person at once: one statement for each kind of fact."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Row, func, select

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
    execute, me = read.connection.execute, read.actor.person_id
    stage = select(Stage.id).where(Stage.challenge_id.in_(ids))
    shown = (
        Stage.id,
        Stage.challenge_id,
        Stage.number,
        Stage.state,
        Stage.closes_at,
        Stage.closed_at,
        Stage.opened_at,
    )
    asked = (
        MoveRequest.challenge_id,
        MoveRequest.move,
        MoveRequest.asked_at,
        MoveRequest.asked_by_id,
        MoveRequest.state_seen,
        MoveRequest.version_seen,
        Person.name,
    )
    interest = DeclaredInterest
    standing = select(Decision.id).where(Decision.stage_id.in_(stage), Decision.replaced_at.is_(None))
    forward = (
        select(Decision.stage_id, func.count())
        .join(DecisionLine, DecisionLine.decision_id == Decision.id)
        .where(
            Decision.id.in_(standing), Decision.confirmed_at.is_not(None), DecisionLine.outcome == "forward"
        )
        .group_by(Decision.stage_id)
    )
    told = select(Summary.proposal_id).where(Summary.stage_id == Proposal.stage_id)
    untold = select(Proposal.stage_id).where(
        Proposal.stage_id.in_(stage), Proposal.state == "submitted", Proposal.id.not_in(told)
    )
    return Facts(
        stages=_grouped(
            execute(select(*shown).where(Stage.challenge_id.in_(ids)).order_by(Stage.number)), "challenge_id"
        ),
        done=_sections_done(read, ids),
        authors=_ids(
            execute(
                select(ChallengeAuthor.challenge_id).where(
                    ChallengeAuthor.challenge_id.in_(ids), ChallengeAuthor.person_id == me
                )
            )
        ),
        requests=_grouped(
            execute(
                select(*asked)
                .join(Person, Person.id == MoveRequest.asked_by_id)
                .where(MoveRequest.challenge_id.in_(ids), MoveRequest.answered_at.is_(None))
            ),
            "challenge_id",
        ),
        confirmed=_ids(
            execute(
                select(OpeningConfirmation.stage_id).where(
                    OpeningConfirmation.stage_id.in_(stage), OpeningConfirmation.person_id == me
                )
            )
        ),
        declared=_pairs(
            execute(
                select(Declaration.stage_id, Declaration.person_id).where(Declaration.stage_id.in_(stage))
            )
        ),
        interests=_grouped(
            execute(
                select(interest.stage_id, interest.person_id, interest.interest, interest.consented_at).where(
                    interest.stage_id.in_(stage), interest.interest != "none"
                )
            ),
            "stage_id",
        ),
        locked=_ids(
            execute(
                select(ScoreLock.stage_id).where(ScoreLock.stage_id.in_(stage), ScoreLock.person_id == me)
            )
        ),
        decisions={
            row.stage_id: row
            for row in execute(
                select(
                    Decision.stage_id, Decision.proposed_by_id, Decision.proposed_at, Decision.confirmed_at
                ).where(Decision.id.in_(standing))
            )
        },
        forward={stage_id: count for stage_id, count in execute(forward)},
        untold=_ids(execute(untold.distinct())),
        outcomes=_ids(execute(select(Outcome.challenge_id).where(Outcome.challenge_id.in_(ids)))),
        scorers=_pairs(
            execute(
                select(RoleAssignment.challenge_id, RoleAssignment.person_id).where(
                    RoleAssignment.challenge_id.in_(ids),
                    RoleAssignment.role.in_(SCORERS),
                    RoleAssignment.until_at.is_(None),
                    RoleAssignment.accepted_at.is_not(None),
                )
            )
        ),
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
