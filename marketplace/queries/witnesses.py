"""Witnesses: which are to be asked, what to send them, and how they stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, select

from marketplace import integrity
from marketplace.models.statements import prepared
from marketplace.models.witnesses import Witness
from marketplace.queries.query import Reader, query
from marketplace.rules import witnesses as rules
from marketplace.rules.refusals import Refused
from marketplace.tlog import tree, witnessing
from marketplace.tlog.notes import VerifierKey


@dataclass(frozen=True)
class Due:
    """A witness to be asked for its cosignature of `note`, over `covers` leaves; it has seen `size` of them."""

    number: int
    url: str
    key: VerifierKey
    size: int
    covers: int
    note: str


@dataclass(frozen=True)
class Watcher:
    """A witness as its operator's page shows it: what it saw last, and since when what is wrong."""

    number: int
    name: str
    url: str
    vkey: str
    size: int
    seen_at: datetime | None
    fault: str
    failing_since: datetime | None
    added_at: datetime
    counts: bool


@dataclass(frozen=True)
class Standing:
    """How our log is witnessed: those who count now, and those who contradict it, by name; what the last one saw."""

    names: tuple[str, ...]
    against: tuple[str, ...]
    seen_at: datetime | None


@query
def due(read: Reader) -> tuple[Due, ...]:
    """Who has not cosigned the last checkpoint and may be asked now."""
    last = integrity.last_checkpoint(read.connection)
    if last is None:
        return ()
    row = Witness
    waiting = select(row.id, row.url, row.vkey, row.size).where(
        row.removed_at.is_(None), row.next_try_at <= read.now, row.size < last.size
    )
    return tuple(
        Due(each.id, each.url, VerifierKey.parse(each.vkey), each.size, last.size, last.note)
        for each in read.connection.execute(waiting)
    )


@query
def submission(read: Reader, to: Due, old: int) -> str:
    """What to send to a witness that has seen `old` leaves, at most as many as the checkpoint covers."""
    node = integrity.nodes(read.connection, old, to.covers, index=max(old - 1, 0))
    return witnessing.spell(old, tree.consistency(node, old, to.covers), to.note)


def keys_of(read: Reader) -> tuple[str, ...]:
    """The verifier key of every witness, in the order in which they were added."""
    return tuple(read.connection.scalars(*_keys()))


@query
def watchers(read: Reader) -> tuple[Watcher, ...]:
    """Every witness, in the order in which they were added. Refuses missing to all but operators."""
    read.require("witness:keep")
    return _watchers(read)


@query
def watcher(read: Reader, number: int) -> Watcher:
    """One of them. Refuses missing."""
    read.require("witness:keep")
    found = _watchers(read, Witness.id == number)
    if not found:
        raise Refused("missing")
    return found[0]


@query
def standing(read: Reader) -> Standing:
    """What may be claimed in public of who watches our log."""
    found = _watchers(read)
    counted = [each for each in found if each.counts]
    against = tuple(each.name for each in found if each.fault in rules.CONTRADICTIONS)
    seen = max((each.seen_at for each in counted if each.seen_at), default=None)
    return Standing(tuple(each.name for each in counted), against, seen)


def _watchers(read: Reader, *which: ColumnElement[bool]) -> tuple[Watcher, ...]:
    row = Witness
    rows = read.connection.execute(
        select(row.id, row.url, row.vkey, row.size, row.seen_at, row.fault, row.failing_since, row.added_at)
        .where(row.removed_at.is_(None), *which)
        .order_by(row.id)
    )
    return tuple(
        Watcher(
            number=each.id, name=VerifierKey.parse(each.vkey).name, url=each.url, vkey=each.vkey, size=each.size,
            seen_at=each.seen_at, fault=each.fault, failing_since=each.failing_since, added_at=each.added_at,
            counts=rules.counts(each.seen_at, each.fault, each.failing_since, read.now),
        )
        for each in rows
    )  # fmt: skip


@prepared
def _keys() -> Select[*tuple[str]]:
    return select(Witness.vkey).where(Witness.removed_at.is_(None)).order_by(Witness.id)
