"""Moderation as the panel sees it: every evaluator's levels side by side, by letter, and nothing summed.

No total, rank, price or name stands here, and no order follows from a score. Everybody on the panel who locked
reads it once all have; lead and approver do not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, select

from marketplace import policy
from marketplace.models.evaluation import Score, counted_evaluators
from marketplace.models.statements import prepared
from marketplace.queries.evaluation import Place, declared_at, opened, place
from marketplace.queries.opened import check_interests
from marketplace.queries.query import Reader, query
from marketplace.rules import moderation
from marketplace.rules.challenges import Criterion
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import Role

SHOWN_STATES = ("moderating", "decided")


@dataclass(frozen=True)
class Cell:
    """One criterion of one proposal: each evaluator's level in the order of E1, E2 …

    `settled` says that the panel spoke about it; then `agreed` is its level, or None where it could not agree.
    `unsigned` waits for a second signature.
    """

    letter: str
    criterion: str
    levels: tuple[int, ...]
    settled: bool
    agreed: int | None
    unsigned: bool

    @property
    def spread(self) -> int:
        return moderation.spread(self.levels)

    @property
    def mean(self) -> Fraction:
        return moderation.final_level(None, self.levels)

    @property
    def is_open(self) -> bool:
        """Whether the panel must still speak about it, or somebody sign, before anything is final."""
        return self.unsigned or (not self.settled and moderation.needs_agreement(self.levels))


@dataclass(frozen=True)
class Grid:
    """Rows by letter, each with its cells in the order of the criteria; `evaluators` are E1, E2 …"""

    place: Place
    evaluators: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        return tuple(self.place.content.criteria.criteria)

    @property
    def cells(self) -> tuple[Cell, ...]:
        return tuple(cell for _, row in self.rows for cell in row)

    @property
    def open(self) -> int:
        return sum(cell.is_open for cell in self.cells)

    @property
    def agreed(self) -> int:
        return sum(cell.settled and cell.agreed is not None for cell in self.cells)

    @property
    def settles(self) -> bool:
        """Whether the reader is the one to make the levels final, and they are not."""
        return self.place.may("stage:moderate") and self.place.state == "moderating" and not self.place.final


@query
def grid(read: Reader, challenge_ref: str, stage: int, permission: str = "moderation:see") -> Grid:
    """Every level of the stage, once the whole panel locked; for the page of whoever has `permission`.

    Refuses: missing (also to a panel member who did not lock), decision.hidden before, role.own_proposal,
    declaration.missing, declaration.consent.
    """
    here = moderating(read, challenge_ref, stage, permission)
    people = panel(read, here)
    agreed = _agreed(read, here)
    rows = []
    levels = _levels(read, here, people)
    for id, letter in letters(read, here):
        cells = (
            _cell(letter, each.id, levels[id, each.id], agreed) for each in here.content.criteria.criteria
        )
        rows.append((letter, tuple(cells)))
    return Grid(here, tuple(f"E{n}" for n in range(1, len(people) + 1)), tuple(rows))


def moderating(read: Reader, challenge_ref: str, stage: int, permission: str) -> Place:
    """The stage, for whoever may read its moderation; refuses as `grid`."""
    here = place(read, challenge_ref, stage, permission)
    if here.state not in SHOWN_STATES:
        raise Refused("decision.hidden")
    policy.stands_apart(read.connection, read.actor, here.challenge_id)
    if Role.CHAIR not in here.roles and read.actor.person_id not in panel(read, here):
        raise Refused("missing")
    if declared_at(read, here) is None:
        raise Refused("declaration.missing")
    check_interests(read, here.stage_id)
    return here


def panel(read: Reader, here: Place) -> list[int]:
    """Who locked and counts: E1, E2 …"""
    return list(read.connection.scalars(*_people(here.stage_id)))


_people = prepared(counted_evaluators)


def letters(read: Reader, here: Place) -> list[tuple[int, str]]:
    """Number and letter of each opened proposal: A to Z, then AA."""
    found = [(id, letter) for id, letter, _supplier in read.connection.execute(*opened(here.stage_id))]
    return sorted(found, key=lambda row: (len(row[1]), row[1]))


def _levels(read: Reader, here: Place, people: list[int]) -> dict[tuple[int, str], tuple[int, ...]]:
    """By proposal and criterion, the panel's own levels in its order."""
    given = {
        (row.proposal_id, row.criterion, row.person_id): row.level
        for row in read.connection.execute(*_given(here.stage_id))
    }
    cells = {(proposal, criterion) for proposal, criterion, _person in given}
    return {cell: tuple(given[*cell, person] for person in people) for cell in cells}


@prepared
def _given(stage_id: int) -> Select[*tuple[Any, ...]]:
    row = Score
    return select(row.proposal_id, row.criterion, row.person_id, row.level).where(row.stage_id == stage_id)


Agreed = Mapping[tuple[str, str], tuple[int | None, bool]]


def _agreed(read: Reader, here: Place) -> Agreed:
    """What the panel said of a cell, by letter and criterion: its level, and whether that waits for a signature."""
    return {}


def _cell(letter: str, criterion: str, levels: tuple[int, ...], agreed: Agreed) -> Cell:
    said = agreed.get((letter, criterion))
    level, unsigned = said or (None, False)
    return Cell(letter, criterion, levels, said is not None, level, unsigned)
