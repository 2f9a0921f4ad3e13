"""What waits for one person, over all their challenges and organisations, soonest first.

The number of statements is fixed: each gathers one kind of fact for all challenges at once, and the
tasks follow from the facts. Nothing here tells who proposed before a stage is opened.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Row, Select, func, select

from marketplace.models.accounts import RoleAssignment
from marketplace.models.challenges import Challenge
from marketplace.models.evaluation import Score
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import ELIGIBLE, Proposal
from marketplace.models.stages import Agreement, Stage
from marketplace.models.statements import prepared, unindexed
from marketplace.policy import On
from marketplace.queries import asked, drafts
from marketplace.queries.drafts import Draft
from marketplace.queries.facts import Facts, Ids, facts_of
from marketplace.queries.query import Reader, query
from marketplace.queries.waiting import MOVES_ON, Place, Waiting, place_of, tasks_of
from marketplace.rules import lifecycle
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import SCORERS, Role

Rows = Select[*tuple[Any, ...]]

NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Held:
    """A role of one's own, and how one stands in it: acts, asked, deputy (standing by) or away."""

    role: str
    standing: str


@dataclass(frozen=True)
class Mine:
    """A challenge on which this person holds roles.

    `phase` is its state, or that of its stage while a panel is at work, `waiting` where that is too small;
    `until` is the end of its standstill.
    """

    ref: str
    title: str
    language: str
    authority: str
    state: str
    phase: str
    roles: tuple[Held, ...]
    closes_at: datetime | None
    until: datetime | None


@dataclass(frozen=True)
class Belongs:
    slug: str
    name: str
    kind: str
    verified: bool
    administrator: bool


@dataclass(frozen=True)
class Desk:
    waiting: tuple[Waiting, ...]
    challenges: tuple[Mine, ...]
    organisations: tuple[Belongs, ...]
    proposals: tuple[Draft, ...]
    is_operator: bool
    now: datetime


@dataclass(frozen=True)
class Awaited:
    """Somebody else's task: what they have not done, and nothing of how far they are."""

    name: str
    waiting: Waiting


@dataclass(frozen=True)
class Board:
    """What waits on one challenge: for the reader, and where they lead or approve, for everybody else."""

    mine: tuple[Waiting, ...]
    others: tuple[Awaited, ...]
    sees_others: bool
    agreements_end: tuple[date, ...]


@query
def desk(read: Reader) -> Desk:
    """Everything on this person's desk; the platform permission is that of being signed in."""
    read.require("desk:see")
    me = read.actor.person_id or 0
    rows = read.connection.execute(*_held(me)).all()
    facts = facts_of(read, [row.id for row in rows])
    places = [place_of(row, me, facts, read.now) for row in rows]
    belongs, is_operator = _organisations(read)
    proposals = drafts.own(read)
    waiting = [task for place in places for task in tasks_of(place)]
    waiting = _with_progress(read, facts, waiting)
    waiting += drafts.tasks(read, proposals)
    waiting += asked.tasks(read)
    waiting += _verifications(read, is_operator)
    return Desk(
        waiting=_soonest_first(waiting),
        challenges=tuple(_mine(place) for place in places),
        organisations=belongs,
        proposals=tuple(draft for draft, _row in proposals),
        is_operator=is_operator,
        now=read.now,
    )


@query
def board(read: Reader, ref: str) -> Board:
    """What waits on one challenge; others' tasks for a lead and an approver, who do not score. Refuses: missing.

    Whoever scores learns nothing here of anybody else's progress.
    """
    row = read.connection.execute(*_one(ref)).one_or_none()
    if row is None:
        raise Refused("missing")
    read.require("challenge:work", On(challenge_id=row.id))
    facts, me = facts_of(read, [row.id]), read.actor.person_id or 0
    here = place_of(row, me, facts, read.now)
    mine = _with_progress(read, facts, list(tasks_of(here)))
    sees = bool(here.roles.keys() & set(MOVES_ON)) and not here.roles.keys() & set(SCORERS)
    people = {each.person_id: each.name for each in facts.team[row.id] if each.person_id != me}
    others = [
        Awaited(name, task)
        for person, name in (people if sees else {}).items()
        for task in tasks_of(place_of(row, person, facts, read.now))
    ]
    others.sort(key=lambda each: _soonest(each.waiting))
    ends = read.connection.scalars(*_agreements(row.id)).all()
    return Board(_soonest_first(mine), tuple(others), sees, tuple(ends))


def _soonest(task: Waiting) -> tuple[datetime, datetime]:
    return task.due or NEVER, task.since


def _soonest_first(tasks: list[Waiting]) -> tuple[Waiting, ...]:
    return tuple(sorted(tasks, key=_soonest))


CHALLENGE = (
    Challenge.id, Challenge.ref, Challenge.title, Challenge.language, Challenge.state, Challenge.version,
    Challenge.closes_at, Challenge.created_at, Challenge.standstill_ends_at,
    Organisation.name.label("authority"),
)  # fmt: skip


@prepared
def _held(me: int) -> Rows:
    """The challenges on which the person has a role, acts in it or not, newest first."""
    held = select(RoleAssignment.challenge_id).where(
        RoleAssignment.person_id == me, RoleAssignment.until_at.is_(None)
    )
    return (
        select(*CHALLENGE)
        .join(Organisation, Organisation.id == Challenge.authority_id)
        .where(Challenge.id.in_(held))
        .order_by(Challenge.id.desc())
    )


@prepared
def _one(ref: str) -> Rows:
    return (
        select(*CHALLENGE)
        .join(Organisation, Organisation.id == Challenge.authority_id)
        .where(Challenge.ref == ref)
    )


@prepared
def _agreements(challenge_id: int) -> Rows:
    row = Agreement
    return (
        select(row.ends_on)
        .join(Stage, Stage.id == row.stage_id)
        .where(Stage.challenge_id == challenge_id, row.ended_at.is_(None), row.ends_on.is_not(None))
        .order_by(row.ends_on)
    )


def _mine(here: Place) -> Mine:
    row = here.challenge
    state = lifecycle.effective_challenge(row.state, row.closes_at, here.now)
    roles = tuple(Held(each.role, _standing(each)) for each in here.rows)
    return Mine(
        row.ref, row.title, row.language, row.authority, state, _phase(here, state), roles, row.closes_at,
        row.standstill_ends_at,
    )  # fmt: skip


def _phase(here: Place, state: str) -> str:
    begun = [each for each in here.facts.stages.get(here.challenge.id, ()) if each.state != "planned"]
    if state != "in_progress" or not begun:
        return state
    phase = lifecycle.effective_stage(begun[-1].state, begun[-1].closes_at, here.now, running=True)
    if phase == "scoring" and here.facts.lacks(here.challenge.id, begun[-1], asked=False):
        return "waiting"
    return phase


def _standing(row: Row) -> str:
    if row.accepted_at is None:
        return "asked"
    if row.rests_at is None:
        return "acts"
    return "deputy" if row.deputy else "away"


def _with_progress(read: Reader, facts: Facts, tasks: list[Waiting]) -> list[Waiting]:
    """One's own scores counted, beside the task of scoring."""
    found = {}
    for row in read.connection.execute(*_scored(read.actor.person_id or 0, list(facts.plans))):
        criteria = len(facts.plans[row.challenge_id].criteria.criteria)
        found[f"/desk/challenges/{row.ref}/stages/{row.number}/scores"] = (
            row.given,
            row.proposals * criteria,
        )
    return [replace(task, progress=found.get(task.href)) if task.task == "score" else task for task in tasks]


@prepared
def _scored(me: int, ids: Ids) -> Rows:
    given = (
        select(func.count())
        .select_from(Score)
        .where(Score.stage_id == Stage.id, Score.person_id == me)
        .scalar_subquery()
    )
    proposals = (
        select(func.count())
        .select_from(Proposal)
        .where(
            Proposal.stage_id == Stage.id,
            Proposal.state == "submitted",
            Proposal.letter.is_not(None),
            ELIGIBLE,
        )
        .scalar_subquery()
    )
    return (
        select(
            Stage.challenge_id,
            Challenge.ref,
            Stage.number,
            given.label("given"),
            proposals.label("proposals"),
        )
        .join(Challenge, Challenge.id == Stage.challenge_id)
        .where(Stage.challenge_id.in_(ids), unindexed(Stage.state) == "scoring")
    )


def _organisations(read: Reader) -> tuple[tuple[Belongs, ...], bool]:
    """The person's organisations by name, and whether they are an operator."""
    rows = read.connection.execute(*_memberships(read.actor.person_id or 0)).all()
    administers = {row.slug for row in rows if row.role == Role.ADMINISTRATOR}
    found = {
        row.slug: Belongs(row.slug, row.name, row.kind, row.verified_at is not None, row.slug in administers)
        for row in rows
        if row.slug
    }
    return tuple(found.values()), any(row.role == Role.OPERATOR for row in rows)


@prepared
def _memberships(me: int) -> Rows:
    row, role = Organisation, RoleAssignment
    return (
        select(role.role, row.slug, row.name, row.kind, row.verified_at)
        .outerjoin(row, row.id == role.organisation_id)
        .where(role.person_id == me, role.until_at.is_(None), role.challenge_id.is_(None))
        .order_by(row.name, row.slug)
    )


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
