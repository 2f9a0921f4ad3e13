"""The log for machines: what the last checkpoint covers, and nothing beyond it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from marketplace import integrity
from marketplace.models.statements import prepared
from marketplace.models.trail import LogEvent, LogKey
from marketplace.policy import Actor
from marketplace.queries.query import Reader, query
from marketplace.rules.refusals import Refused
from marketplace.tlog import proofs, tiles, tree
from marketplace.tlog.tree import HASH_BYTES

PATIENCE = timedelta(minutes=5)
"""How long an entry may wait to be signed before an operator hears of it."""


def stopped(_actor: Actor) -> str:
    """The code of what keeps this installation from writing; empty where nothing does. Asked on every page."""
    return integrity.stopped()


@dataclass(frozen=True)
class Alarm:
    """The log does not go on: this database holds so many entries, and so many were signed.

    `waits_since` is when the first entry was committed that waits for the signer.
    """

    entries: int
    signed: int
    waits_since: datetime | None


@query
def alarm(read: Reader) -> Alarm | None:
    """What an operator has to look at; None where all is well. Refuses missing to others."""
    read.require("log:watch")
    mark, covered = integrity.marked(integrity.log_id(read.connection)), size(read)
    since = read.connection.scalar(*_since(covered))
    if not integrity.stopped() and (since is None or read.now - since < PATIENCE):
        return None
    return Alarm(integrity.committed(read.connection), mark.size if mark else covered, since)


@query
def checkpoint(read: Reader) -> str | None:
    """The note that is served, with its cosignatures; None before the first is signed."""
    last = integrity.last_checkpoint(read.connection)
    return last.note if last else None


@query
def vkeys(read: Reader) -> tuple[str, ...]:
    """The keys that sign checkpoints, the current one first, then retired ones, the latest first."""
    return keys_of(read)


def keys_of(read: Reader) -> tuple[str, ...]:
    """As `vkeys`."""
    return tuple(read.connection.scalars(*_keys()))


def terms_of(connection: Connection) -> tuple[tuple[str, int | None], ...]:
    """As `vkeys`, each with the last size that it may sign (None: any)."""
    rows = connection.execute(select(LogKey.vkey, LogKey.last_size).order_by(*_CURRENT_FIRST))
    return tuple((vkey, last_size) for vkey, last_size in rows)


def signing(connection: Connection, size: int | None = None) -> list[str]:
    """The current key, and behind it those retired ones that sign a checkpoint of `size` as well."""
    terms = terms_of(connection)
    return [vkey for vkey, last in terms if last is None or (size is not None and last >= size)]


def retiring(connection: Connection, size: int) -> int | None:
    """The next size, `size` or beyond, up to which a retired key signs."""
    return connection.scalar(select(func.min(LogKey.last_size)).where(LogKey.last_size >= size))


@query
def tile(read: Reader, level: int, n: int, width: int = tiles.WIDTH) -> bytes:
    """The first `width` hashes of a tile. Refuses missing beyond the checkpoint."""
    _require(read, tiles.covered(level, n, width, size(read)))
    return integrity.tile(read.connection, level, n)[: width * HASH_BYTES]


@query
def entries(read: Reader, n: int, width: int = tiles.WIDTH) -> bytes:
    """Leaf `n * 256` and those after it, `width` in all, as a bundle. Refuses missing beyond the checkpoint."""
    _require(read, tiles.covered("entries", n, width, size(read)))
    return tiles.bundle(integrity.leaves(read.connection, n * tiles.WIDTH, n * tiles.WIDTH + width))


@query
def proof(read: Reader, index: int) -> str:
    """The file that proves leaf `index` (C2SP tlog-proof). Refuses missing beyond the checkpoint."""
    found = proof_of(read, index)
    if found is None:
        raise Refused("missing")
    return found


def proof_of(read: Reader, index: int) -> str | None:
    """As `proof`; None while no checkpoint covers the leaf."""
    last = integrity.last_checkpoint(read.connection)
    return proof_under(read, index, last) if last else None


def proof_under(read: Reader, index: int, last: Row[tuple[int, str, datetime]]) -> str | None:
    """As `proof`, under this checkpoint; None where it does not cover the leaf."""
    if not 0 <= index < last.size:
        return None
    node = integrity.nodes(read.connection, last.size, index=index)
    return proofs.spell(index, tree.inclusion(node, index, last.size), last.note)


def size(read: Reader) -> int:
    """How many leaves the served checkpoint covers."""
    last = integrity.last_checkpoint(read.connection)
    return last.size if last else 0


def _require(_read: Reader, covered: bool) -> None:
    if not covered:
        raise Refused("missing")


@prepared
def _since(covered: int) -> Select[*tuple[Any, ...]]:
    return select(LogEvent.at).where(LogEvent.index == covered)


@prepared
def _keys() -> Select[*tuple[Any, ...]]:
    return select(LogKey.vkey).order_by(*_CURRENT_FIRST)


_CURRENT_FIRST = (LogKey.last_size.is_not(None), LogKey.id.desc())
