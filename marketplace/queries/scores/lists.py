"""What one evaluator scores: every proposal in an order of their own, with how far they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, false, func, select, true, union_all
from sqlalchemy.orm import aliased

from marketplace.models.accounts import RoleAssignment
from marketplace.models.evaluation import Score, ScoreDraft, ScoreLock, left_out
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal
from marketplace.models.statements import prepared
from marketplace.queries.evaluation import OPENED_STATES, Place, declared_at, place, standing
from marketplace.queries.opened import check_interests
from marketplace.queries.query import Reader, query
from marketplace.rules import scores
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import SCORERS

# What one gave is a score, or a draft of one that is none yet.
KINDS = ((Score, true()), (ScoreDraft, false()))
READING_STATES = ("scoring", "moderating", "decided")
# How many proposals a list shows at once, as lines or as boxes.
LISTED = 50


@dataclass(frozen=True)
class Progress:
    """One proposal in one's own list: how many of its criteria one has scored, and how many begun.

    `words` are those of its answers; None where they were opened before anybody counted.
    """

    letter: str
    supplier: str
    words: int | None
    done: int = 0
    begun: int = 0


@dataclass(frozen=True)
class OwnList:
    """Every proposal, in one's own order; `now` is the instant of the reading.

    `entry` is the index of the sealed entry that fixes what was locked at `locked_at`.
    """

    place: Place
    locked_at: datetime | None
    entry: int | None
    rows: tuple[Progress, ...]
    saved_at: datetime | None
    now: datetime

    @property
    def each(self) -> int:
        return len(self.place.content.criteria.criteria)

    @property
    def total(self) -> int:
        return self.each * len(self.rows)

    @property
    def done(self) -> int:
        return sum(row.done for row in self.rows)

    @property
    def complete(self) -> bool:
        return bool(self.rows) and self.done == self.total

    @property
    def editable(self) -> bool:
        return self.locked_at is None and self.place.state == "scoring" and self.place.running

    @property
    def words_left(self) -> int | None:
        """About how many words of the answers are still to be read; None where they were not counted."""
        counted = [row.words for row in self.rows]
        if None in counted:
            return None
        return sum(scores.words_left(row.words or 0, self.each - row.done, self.each) for row in self.rows)

    @property
    def time_left(self) -> timedelta | None:
        return None if (words := self.words_left) is None else scores.time_left(words, self.total - self.done)

    def after(self, letter: str) -> Progress | None:
        """The next proposal with something left to score, going round; None when all are done."""
        start = self.index(letter) + 1
        turn = (*self.rows[start:], *self.rows[:start])
        return next((row for row in turn if row.done < self.each), None)

    def index(self, letter: str) -> int:
        """The place of a proposal in one's own order, from 0; -1 where there is none."""
        return next((n for n, row in enumerate(self.rows) if row.letter == letter), -1)

    def near(self, letter: str) -> tuple[Progress, ...]:
        """The proposals that are listed together with this one."""
        first = max(self.index(letter), 0) // LISTED * LISTED
        return self.rows[first : first + LISTED]


@query
def own_list(read: Reader, challenge_ref: str, stage: int) -> OwnList:
    """Every proposal of the stage with one's own progress.

    Refuses: missing, declaration.missing, declaration.consent, and stage.state before scoring began.
    """
    return listed(read, scoring_place(read, challenge_ref, stage))


def scoring_place(read: Reader, challenge_ref: str, stage: int) -> Place:
    here = place(read, challenge_ref, stage, "stage:score")
    if here.state not in OPENED_STATES:
        raise Refused("missing")
    if declared_at(read, here) is None:
        raise Refused("declaration.missing")
    check_interests(read, here.stage_id)
    if here.state not in READING_STATES:
        raise Refused("stage.state", state=here.state)
    return here


def listed(read: Reader, here: Place) -> OwnList:
    me, ask = read.actor.person_id, read.connection.execute
    lock = ask(*lock_of_seat(here.challenge_id, here.stage_id, me)).one_or_none()
    locked_at, entry = lock or (None, None)
    given = ask(*_given(here.stage_id, me)).all()
    done, begun = ({row.proposal_id: row.n for row in given if row.scored == kind} for kind in (True, False))
    found = {
        letter: Progress(letter, supplier, words, done.get(id, 0), begun.get(id, 0))
        for id, letter, supplier, words in ask(*_before_the_panel(here.stage_id))
    }
    order = scores.own_order(f"{here.challenge_ref}/{here.stage}", read.actor.ref, found)
    saved_at = max((row.at for row in given), default=None)
    return OwnList(here, locked_at, entry, tuple(found[letter] for letter in order), saved_at, read.now)


@prepared
def _before_the_panel(stage_id: int) -> Select[*tuple[Any, ...]]:
    row = Proposal
    return (
        select(row.id, row.letter, Organisation.name, row.words)
        .join(Organisation, Organisation.id == row.supplier_id)
        .where(*standing(stage_id))
    )


@prepared
def _given(stage_id: int, person_id: int | None) -> Select[*tuple[Any, ...]]:
    """By proposal: how many criteria are scored, then how many begun; and when the last of them was saved."""
    parts = [
        select(
            row.proposal_id,
            scored.label("scored"),
            func.count().label("n"),
            func.max(row.saved_at).label("at"),
        )
        .where(row.stage_id == stage_id, row.person_id == person_id)
        .group_by(row.proposal_id)
        for row, scored in KINDS
    ]
    return select(union_all(*parts).subquery())


@prepared
def lock_of_seat(challenge_id: int, stage_id: int, person_id: int | None) -> Select[*tuple[Any, ...]]:
    """When one locked, or whoever sat in one's place on the panel before and counts, and with which entry."""
    row, mate = RoleAssignment, aliased(RoleAssignment)
    on = (row.challenge_id == challenge_id, row.role.in_(SCORERS))
    mates = (
        select(mate.person_id)
        .join(row, row.seat == mate.seat)
        .where(*on, row.person_id == person_id, row.until_at.is_(None))
    )
    return select(ScoreLock.at, ScoreLock.log_index).where(
        ScoreLock.stage_id == stage_id, ScoreLock.person_id.in_(mates), ~left_out()
    )
