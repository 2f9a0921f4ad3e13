"""Locks that were reopened: what they fixed beside what is locked now, for the chair and later an approver."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from marketplace import policy
from marketplace.models.accounts import Person
from marketplace.models.evaluation import ReopenedLock, Score, ScoreLock
from marketplace.models.proposals import Proposal
from marketplace.models.statements import prepared
from marketplace.queries.evaluation import Place, declared_at, place
from marketplace.queries.opened import check_interests
from marketplace.queries.query import Reader, query
from marketplace.queries.scores import lock_of_seat
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import Role

SHOWN_STATES = ("scoring", "moderating", "decided")
Fixed = Mapping[tuple[str, str], tuple[int, str]]
"""Level and reason by letter and criterion."""


@dataclass(frozen=True)
class Change:
    """One score that was locked, and what stands in its place: the same, another, or None before the next lock."""

    letter: str
    criterion: str
    level: int
    reason: str
    now: tuple[int, str] | None


@dataclass(frozen=True)
class Reopened:
    """A lock as it was, by whom and why it was reopened, and each score that is another now."""

    person: str
    locked_at: datetime
    reopened_at: datetime
    reopened_by: str
    reason: str
    language: str
    log_index: int | None
    scores: int
    locked_again: bool
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Locks:
    """`people` are those of the panel whose lock the reader may reopen, reference and name, locked or not."""

    place: Place
    people: tuple[tuple[str, str], ...]
    reopened: tuple[Reopened, ...]

    @property
    def reopens(self) -> bool:
        at_work = (
            self.place.state in ("scoring", "moderating") and self.place.running and not self.place.final
        )
        return self.place.may("stage:moderate") and at_work


@query
def locks(read: Reader, challenge_ref: str, stage: int) -> Locks:
    """What was reopened at a stage, with both versions, and whose lock could be.

    A chair who has not locked reads of nobody's lock; an approver reads of none before the levels are final.
    Refuses: missing, decision.hidden, role.own_proposal, declaration.missing, declaration.consent.
    """
    here = place(read, challenge_ref, stage, "lock:see-reopened")
    policy.stands_apart(read.connection, read.actor, here.challenge_id)
    if here.state not in SHOWN_STATES or not (here.final or Role.CHAIR in here.roles):
        raise Refused("decision.hidden")
    if Role.CHAIR not in here.roles:
        return Locks(here, (), _reopened(read, here))
    if declared_at(read, here) is None:
        raise Refused("declaration.missing")
    check_interests(read, here.stage_id)
    locked = read.connection.scalar(*lock_of_seat(here.challenge_id, here.stage_id, read.actor.person_id))
    return Locks(here, _people(read, here), _reopened(read, here) if locked or here.final else ())


def _people(read: Reader, here: Place) -> tuple[tuple[str, str], ...]:
    others = policy.panel(read.connection, here.challenge_id) - {read.actor.person_id}
    rows = select(Person.ref, Person.name).where(Person.id.in_(others)).order_by(Person.name)
    return tuple((row.ref, row.name) for row in read.connection.execute(rows))


def _reopened(read: Reader, here: Place) -> tuple[Reopened, ...]:
    """Oldest first. A later version is the next that was locked, whether or not it still is."""
    rows = read.connection.execute(*_kept(here.stage_id)).all()
    locked = set(read.connection.scalars(*_locked(here.stage_id)))
    standing = {person: _standing(read, here, person) for person in {row.person_id for row in rows} & locked}
    found = []
    for n, row in enumerate(rows):
        later = next((each for each in rows[n + 1 :] if each.person_id == row.person_id), None)
        next_ = _fixed(later.scores) if later is not None else standing.get(row.person_id)
        found.append(_one(row, next_))
    return tuple(found)


def _one(row: Any, next_: Fixed | None) -> Reopened:
    before = _fixed(row.scores)
    changes = [
        Change(letter, criterion, level, reason, next_.get((letter, criterion)) if next_ else None)
        for (letter, criterion), (level, reason) in before.items()
        if next_ is None or next_.get((letter, criterion)) != (level, reason)
    ]
    return Reopened(
        row.name, row.at, row.reopened_at, row.by, row.reason, row.language, row.log_index, len(before),
        next_ is not None, tuple(changes),
    )  # fmt: skip


def _fixed(scores: str) -> Fixed:
    found = msgspec.json.decode(scores, type=list[tuple[str, str, int, str, str]])
    return {(letter, criterion): (level, reason) for letter, criterion, level, reason, _question in found}


def _standing(read: Reader, here: Place, person: int) -> Fixed:
    rows = read.connection.execute(*_scores(here.stage_id, person))
    return {(row.letter, row.criterion): (row.level, row.reason) for row in rows}


@prepared
def _kept(stage_id: int) -> Select[*tuple[Any, ...]]:
    row, by = ReopenedLock, aliased(Person)
    return (
        select(
            row.person_id, row.at, row.reopened_at, row.reason, row.language, row.log_index, row.scores, Person.name,
            by.name.label("by"),
        )
        .join(Person, Person.id == row.person_id)
        .join(by, by.id == row.reopened_by_id)
        .where(row.stage_id == stage_id)
        .order_by(row.id)
    )  # fmt: skip


@prepared
def _locked(stage_id: int) -> Select[int]:
    return select(ScoreLock.person_id).where(ScoreLock.stage_id == stage_id)


@prepared
def _scores(stage_id: int, person_id: int) -> Select[*tuple[Any, ...]]:
    row = Score
    return (
        select(Proposal.letter, row.criterion, row.level, row.reason)
        .join(Proposal, Proposal.id == row.proposal_id)
        .where(row.stage_id == stage_id, row.person_id == person_id)
    )
