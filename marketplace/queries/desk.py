"""What waits for one person, over all their challenges and organisations, soonest first.

The number of statements is fixed: each gathers one kind of fact for all challenges at once, and the
tasks follow from the facts. Nothing here tells who proposed before a stage is opened.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Row, select

from marketplace.models.accounts import RoleAssignment
from marketplace.models.challenges import Challenge
from marketplace.models.evaluation import (
    Summary,
)
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal
from marketplace.models.stages import Stage
from marketplace.queries.facts import facts_of
from marketplace.queries.query import Reader, query
from marketplace.queries.waiting import Place, Waiting, place_of, tasks_of
from marketplace.rules import lifecycle
from marketplace.rules.roles import Role

SUMMARY_SHOWN = timedelta(days=28)
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Mine:
    """A challenge on which this person holds roles."""

    ref: str
    title: str
    state: str
    roles: tuple[str, ...]
    closes_at: datetime | None


@dataclass(frozen=True)
class Belongs:
    slug: str
    name: str
    kind: str
    verified: bool


@dataclass(frozen=True)
class Draft:
    """A proposal of one of this person's suppliers, whatever became of it."""

    ref: str
    challenge: str
    supplier: str
    state: str
    closes_at: datetime | None


@dataclass(frozen=True)
class Desk:
    waiting: tuple[Waiting, ...]
    challenges: tuple[Mine, ...]
    organisations: tuple[Belongs, ...]
    proposals: tuple[Draft, ...]
    is_operator: bool
    now: datetime


@query
def desk(read: Reader) -> Desk:
    """Everything on this person's desk; the platform permission is that of being signed in."""
    read.require("desk:see")
    rows = _held(read)
    facts = facts_of(read, [row.id for row in rows])
    places = [place_of(row, read.actor.person_id or 0, facts, read.now) for row in rows]
    waiting = [task for place in places for task in tasks_of(place)]
    belongs, is_operator = _organisations(read)
    proposals = _proposals(read)
    waiting += _supplier_tasks(read, proposals)
    waiting += _verifications(read, is_operator)
    return Desk(
        waiting=tuple(sorted(waiting, key=lambda task: (task.due or NEVER, task.since))),
        challenges=tuple(_mine(place) for place in places),
        organisations=belongs,
        proposals=tuple(_draft(row) for row in proposals),
        is_operator=is_operator,
        now=read.now,
    )


def _held(read: Reader) -> list[Row]:
    """The challenges on which the person has a role, acts in it or not, newest first."""
    row = Challenge
    held = select(RoleAssignment.challenge_id).where(
        RoleAssignment.person_id == read.actor.person_id, RoleAssignment.until_at.is_(None)
    )
    return list(
        read.connection.execute(
            select(
                row.id,
                row.ref,
                row.title,
                row.state,
                row.version,
                row.closes_at,
                row.created_at,
                row.standstill_ends_at,
            )
            .where(row.id.in_(held))
            .order_by(row.id.desc())
        )
    )


def _mine(here: Place) -> Mine:
    row = here.challenge
    state = lifecycle.effective_challenge(row.state, row.closes_at, here.now)
    return Mine(row.ref, row.title, state, tuple(each.role for each in here.rows), row.closes_at)


def _organisations(read: Reader) -> tuple[tuple[Belongs, ...], bool]:
    """The person's organisations by name, and whether they are an operator."""
    row, role = Organisation, RoleAssignment
    rows = read.connection.execute(
        select(role.role, row.slug, row.name, row.kind, row.verified_at)
        .outerjoin(row, row.id == role.organisation_id)
        .where(role.person_id == read.actor.person_id, role.until_at.is_(None), role.challenge_id.is_(None))
        .order_by(row.name, row.slug)
    ).all()
    found = {
        each.slug: Belongs(each.slug, each.name, each.kind, each.verified_at is not None)
        for each in rows
        if each.slug
    }
    return tuple(found.values()), any(each.role == Role.OPERATOR for each in rows)


def _proposals(read: Reader) -> list[Row]:
    """The proposals of the person's suppliers, newest first, with when a summary was sent."""
    mine = select(RoleAssignment.organisation_id).where(
        RoleAssignment.person_id == read.actor.person_id, RoleAssignment.until_at.is_(None)
    )
    return list(
        read.connection.execute(
            select(
                Proposal.ref,
                Proposal.state,
                Proposal.created_at,
                Stage.state.label("stage_state"),
                Stage.closes_at,
                Challenge.ref.label("challenge_ref"),
                Challenge.title,
                Challenge.state.label("challenge_state"),
                Organisation.name.label("supplier"),
                Summary.sent_at,
            )
            .join(Stage, Stage.id == Proposal.stage_id)
            .join(Challenge, Challenge.id == Stage.challenge_id)
            .join(Organisation, Organisation.id == Proposal.supplier_id)
            .outerjoin(
                Summary, (Summary.proposal_id == Proposal.id) & (Summary.stage_id == Proposal.stage_id)
            )
            .where(Proposal.supplier_id.in_(mine))
            .order_by(Proposal.id.desc())
        )
    )


def _takes_more(read: Reader, row: Row) -> bool:
    running = row.challenge_state in lifecycle.RUNNING_STATES
    state = lifecycle.effective_stage(row.stage_state, row.closes_at, read.now, running=running)
    return running and state == "collecting"


def _supplier_tasks(read: Reader, rows: list[Row]) -> Iterator[Waiting]:
    for row in rows:
        public = f"/challenges/{row.challenge_ref}"
        if row.state == "draft" and _takes_more(read, row):
            href = f"/desk/proposals/{row.ref}"
            yield Waiting(
                "propose", href, row.title, public, row.closes_at, row.created_at, {"name": row.supplier}
            )
        if row.sent_at is not None and read.now - row.sent_at < SUMMARY_SHOWN:
            yield Waiting(
                "summary", f"/desk/proposals/{row.ref}/summary", row.title, public, None, row.sent_at
            )


def _draft(row: Row) -> Draft:
    return Draft(row.ref, row.title, row.supplier, row.state, row.closes_at)


def _verifications(read: Reader, is_operator: bool) -> Iterator[Waiting]:
    if not is_operator:
        return
    row = Organisation
    rows = read.connection.execute(
        select(row.slug, row.name, row.created_at)
        .where(row.kind == "authority", row.verified_at.is_(None))
        .order_by(row.id)
    )
    for each in rows:
        yield Waiting(
            "verify", f"/desk/verifications/{each.slug}", "", "", None, each.created_at, {"name": each.name}
        )
