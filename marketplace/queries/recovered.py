"""Entries that were brought back after an older copy of the database had been put in place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Select, select

from marketplace.models.statements import prepared
from marketplace.models.trail import LogEvent
from marketplace.queries.query import Reader
from marketplace.rules import canonical
from marketplace.rules.events import RECOVERED

R = TypeVar("R", bound=Sequence[Any])


@dataclass(frozen=True)
class Recovered:
    """Entries `first` to `last` stand as they were published, and entry `by` says so.

    The rows that they tell of are lost.
    """

    first: int
    last: int
    by: int

    def __contains__(self, index: int) -> bool:
        return self.first <= index <= self.last


def recoveries(read: Reader) -> tuple[Recovered, ...]:
    """Every recovery of this log, the first one first."""
    return tuple(each for row in read.connection.execute(*_all()) if (each := _told(row.place, row.leaf)))


def _told(by: int, leaf: bytes) -> Recovered | None:
    """None where the database was tampered with, and the entry does not say what it has to."""
    try:
        said = canonical.decode(leaf)["data"]
        return Recovered(int(said["first"]), int(said["last"]), by)
    except (ValueError, KeyError, TypeError):
        return None


def brought_back(index: int, found: Iterable[Recovered]) -> Recovered | None:
    """The recovery that brought this entry back; None where it was never lost."""
    return next((each for each in found if index in each), None)


def is_back(index: int, found: Iterable[Recovered]) -> bool:
    """Whether one of these recoveries brought this entry back."""
    return brought_back(index, found) is not None


def standing(read: Reader, entries: Iterable[R]) -> list[R]:
    """Those rows, which begin with an entry's index, that tell of what is here: none of what a restore took away."""
    found = recoveries(read)
    return [entry for entry in entries if not is_back(entry[0], found)]


@prepared
def _all() -> Select[*tuple[Any, ...]]:
    return (
        select(LogEvent.index.label("place"), LogEvent.leaf)
        .where(LogEvent.kind == RECOVERED)
        .order_by(LogEvent.index)
    )
