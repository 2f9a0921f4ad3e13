"""Whether the database still holds the log that was signed: its tree beside the mark that stands outside of it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy import Connection, Row, Select, and_, bindparam, or_, select
from sqlalchemy.exc import DBAPIError

from marketplace.config import UnsafeSettings
from marketplace.models.database import Installation, installation, reading
from marketplace.models.statements import prepared
from marketplace.models.trail import LogCheckpoint, LogEvent, LogHead, LogTile
from marketplace.rules.log import STOPS
from marketplace.rules.refusals import Refused
from marketplace.tlog import checkpoints, notes, tiles, tree
from marketplace.tlog.checkpoints import Checkpoint
from marketplace.tlog.tree import HASH_BYTES, Node
from marketplace.words import ENGLISH


def log_id(connection: Connection) -> str:
    """The log's name among all logs: the hash of its first leaf, in hexadecimal; empty while there is none."""
    first = connection.execute(*_first()).one_or_none()
    return first.leaf_hash.hex() if first else ""


def tile(connection: Connection, level: int, n: int) -> bytes:
    """A tile as it is stored; empty where it is not."""
    found: bytes | None = connection.scalar(*_tile(level, n))
    return found or b""


def nodes(connection: Connection, *sizes: int, index: int | None = None) -> Node:
    """The tree's nodes, as far as roots over `sizes` and a path from leaf `index` need them: one statement.

    A node that is not stored is a ValueError when it is asked for.
    """
    wanted = {place for size in sizes for place in _edge(size)}
    if index is not None:
        wanted |= {(level, index >> tiles.HEIGHT * (level + 1)) for level, _n in wanted}
    found = _tiles(connection, sorted(wanted)) if wanted else {}
    return tiles.node(lambda level, n: found.get((level, n), b""))


def _edge(size: int) -> Iterable[tuple[int, int]]:
    """Where the last tile of each level is in a tree of so many leaves."""
    level, hashes = 0, size
    while hashes:
        yield level, (hashes - 1) // tiles.WIDTH
        level, hashes = level + 1, hashes >> tiles.HEIGHT


def committed(connection: Connection) -> int:
    """How many leaves were committed."""
    return connection.scalar(*_head()) or 0


def hashed(connection: Connection) -> int:
    """How many leaves the tiles hold."""
    last = connection.execute(*_last_tile()).one_or_none()
    return last.n * tiles.WIDTH + len(last.hashes) // HASH_BYTES if last else 0


def leaves(connection: Connection, first: int, end: int) -> Iterable[bytes]:
    """The leaves from index `first` to before `end`, as far as they are there."""
    # A database that was tampered with may hold text where bytes belong.
    found = connection.scalars(*_leaves(first, end))
    return (leaf if isinstance(leaf, bytes) else str(leaf).encode() for leaf in found)


def holds(connection: Connection, n: int, size: int) -> bool:
    """Whether tile `n` of the lowest level has the leaves that stand here, and the tiles above have its root.

    `size` leaves are hashed.
    """
    first, end = n * tiles.WIDTH, min((n + 1) * tiles.WIDTH, size)
    content = b"".join(map(tree.leaf_hash, leaves(connection, first, end)))
    if content != tile(connection, 0, n)[: (end - first) * HASH_BYTES]:
        return False
    level = 0
    while len(content) == tiles.TILE_BYTES:
        # A full tile is one hash in the tile above, which is full itself once it has its last.
        one = tree.root([content[at : at + HASH_BYTES] for at in range(0, tiles.TILE_BYTES, HASH_BYTES)])
        level, n, place = level + 1, n // tiles.WIDTH, n % tiles.WIDTH
        above = tile(connection, level, n)
        if above[place * HASH_BYTES :][:HASH_BYTES] != one:
            return False
        content = above if place == tiles.WIDTH - 1 else b""
    return True


def last_checkpoint(connection: Connection) -> Row[tuple[int, str, datetime]] | None:
    """`size`, `note` and `at` of the checkpoint that is served."""
    return connection.execute(*_last_checkpoint()).one_or_none()


def stopped() -> str:
    """The code of what keeps this installation from writing; empty where nothing does.

    The database is compared with its mark once in each process. From then on the signer tells, in a file.
    """
    place = installation()
    fitting = _FITTING.get(place)
    if fitting is not None:
        return place.marks.stopped(fitting)
    with reading() as connection:
        found = log_id(connection)
        code = (place.marks.stopped(found) if found else "") or fault(connection)
    if found and not code:
        _FITTING[place] = found
    return code


def require_fitting() -> None:
    """Refuse `log.stopped` while something keeps this installation from writing."""
    if stopped():
        raise Refused("log.stopped")


# The logs whose database was found to fit its mark in this process.
_FITTING: WeakKeyDictionary[Installation, str] = WeakKeyDictionary()


def marked(log_id: str) -> Checkpoint | None:
    """The mark of this log; None where this machine has none, or one that cannot be read."""
    try:
        text = installation().marks.read(log_id) if log_id else None
        return checkpoints.parse(text) if text is not None else None
    except ValueError:
        return None


def check_settings() -> None:
    """Raise `UnsafeSettings` where they name another log than the database is: nothing starts on such.

    Says nothing while the database cannot be asked.
    """
    with suppress(DBAPIError), reading() as connection:
        code = fault(connection)
        if code in ("log.origin", "log.other"):
            raise UnsafeSettings(ENGLISH.say(STOPS[code]))


def require(connection: Connection, size: int) -> None:
    """Refuse `log.stopped` where a leaf would be the next after `size` in a database that fell behind its mark.

    Asked under the log head's lock, so that an older copy takes no leaf, however short a while it has been in place.
    """
    place = installation()
    if size == 0:
        behind = bool(fault(connection))
    else:
        mark = marked(_FITTING.get(place) or log_id(connection))
        behind = mark is not None and mark.size > size
    if behind:
        raise Refused("log.stopped")


def fault(connection: Connection) -> str:
    """Why this database must not be signed: a code of `rules.log.STOPS`; empty where nothing speaks against it."""
    place = installation()
    first = connection.execute(*_first()).one_or_none()
    found = first.leaf_hash.hex() if first else ""
    if first and _origin(first.leaf) != place.settings.log_origin:
        return "log.origin"
    mark, served = marked(found), last_checkpoint(connection)
    if mark is None and served is not None:
        return "log.unmarked"
    if mark is None:
        # A new log, or one that is signed for the first time.
        return "log.other" if place.settings.production and place.marks.others(found) else ""
    try:
        signed = [checkpoints.parse(notes.split(served.note)[0])] if served else []
    except ValueError:
        return "log.different"
    return differs(connection, mark, *signed)


def differs(connection: Connection, *signed: Checkpoint) -> str:
    """`log.behind` where leaves are missing that were signed, `log.different` where they are others; else empty."""
    size = committed(connection)
    if any(each.size > size for each in signed):
        return "log.behind"
    held = [each for each in signed if each.size <= hashed(connection)]
    node = nodes(connection, *(each.size for each in held))
    try:
        same = all(tree.root_at(node, each.size) == each.root for each in held)
    except ValueError:
        # Tiles are missing between those that are there.
        same = False
    return "" if same else "log.different"


def _origin(leaf: bytes) -> str:
    return str(msgspec.json.decode(leaf)["data"]["origin"])


@prepared
def _first() -> Select[*tuple[Any, ...]]:
    return select(LogEvent.leaf, LogEvent.leaf_hash).where(LogEvent.index == 0)


@prepared
def _leaves(first: int, end: int) -> Select[*tuple[Any, ...]]:
    return select(LogEvent.leaf).where(LogEvent.index >= first, LogEvent.index < end).order_by(LogEvent.index)


@prepared
def _head() -> Select[*tuple[Any, ...]]:
    return select(LogHead.size)


@prepared
def _tile(level: int, n: int) -> Select[*tuple[Any, ...]]:
    return select(LogTile.hashes).where(LogTile.level == level, LogTile.n == n)


def _tiles(connection: Connection, places: list[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    values = {
        f"{name}{at}": value
        for at, place in enumerate(places)
        for name, value in zip("ln", place, strict=True)
    }
    rows = connection.execute(_tiles_at(len(places)), values)
    return {(row.level, row.n): row.hashes for row in rows}


@cache
def _tiles_at(count: int) -> Select[*tuple[Any, ...]]:
    # Not as pairs in a list: for those SQLite reads the whole table.
    places = [
        and_(LogTile.level == bindparam(f"l{at}"), LogTile.n == bindparam(f"n{at}")) for at in range(count)
    ]
    return select(LogTile.level, LogTile.n, LogTile.hashes).where(or_(*places))


@prepared
def _last_tile() -> Select[*tuple[Any, ...]]:
    return select(LogTile.n, LogTile.hashes).where(LogTile.level == 0).order_by(LogTile.n.desc()).limit(1)


@prepared
def _last_checkpoint() -> Select[*tuple[Any, ...]]:
    return (
        select(LogCheckpoint.size, LogCheckpoint.note, LogCheckpoint.at)
        .order_by(LogCheckpoint.size.desc())
        .limit(1)
    )
