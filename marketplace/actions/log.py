"""Upkeep of the public log: hashing what was committed, and keeping what was signed over it. Nobody's act.

Each is a short transaction of its own and can be repeated. What they write follows from the leaves alone, apart from
signatures, and only the holder of the signer's lease adds those.
"""

from __future__ import annotations

from sqlalchemy import bindparam, select, text

from marketplace import integrity
from marketplace.models.database import installation, writing
from marketplace.models.trail import LogCheckpoint, LogEvent, LogKey
from marketplace.models.upkeep import Lease
from marketplace.tlog import tiles, tree

SIGNER = "log.signer"
"""The lease without which no checkpoint is stored."""

MOST = 4096


_AFTER = (
    select(LogEvent.index.label("place"), LogEvent.leaf)
    .where(LogEvent.index >= bindparam("size"))
    .order_by(LogEvent.index)
    .limit(bindparam("most"))
)
_PUT = text(
    "INSERT INTO log_tile (level, n, hashes) VALUES (:level, :n, :hashes)"
    " ON CONFLICT (level, n) DO UPDATE SET hashes = excluded.hashes"
)


def integrate(most: int = MOST) -> int:
    """Hash up to `most` leaves that the tiles do not hold yet into them; how many were.

    A crash before the commit leaves the tiles as they were, one after it leaves them ahead of the checkpoint:
    either way the next call goes on where they end.
    """
    with writing() as session:
        connection = session.connection()
        size = integrity.hashed(connection)
        rows = connection.execute(_AFTER, {"size": size, "most": most}).all()
        if any(row.place != index for index, row in enumerate(rows, start=size)):
            raise ValueError(f"there is a gap in the log after {size} leaves")
        hashes = [tree.leaf_hash(row.leaf) for row in rows]
        grown = tiles.extend(size, lambda level, n: integrity.tile(connection, level, n), hashes)
        if grown:
            put = [{"level": level, "n": n, "hashes": tile} for (level, n), tile in grown.items()]
            connection.execute(_PUT, put)
    return len(rows)


def store_checkpoint(holder: str, size: int, note: str) -> bool:
    """Keep a signed checkpoint, which is served from then on. False unless `holder` holds the signer's lease.

    A process that slept since it took the lease comes too late here, and so does one with an older note.
    A crash before the commit loses the note: it is signed again, over the same size and root.
    """
    now = installation().clock.now()
    with writing() as session:
        lease = session.get(Lease, SIGNER, with_for_update=True)
        if lease is None or lease.holder != holder or lease.ends_at <= now:
            return False
        last = integrity.last_checkpoint(session.connection())
        if last is not None and last.size >= size:
            return False
        session.add(LogCheckpoint(size=size, note=note, at=now))
        return True


def add_first_key(vkey: str) -> bool:
    """Begin a log's list of keys; False where there is one already, since a further key is announced in the log."""
    with writing() as session:
        if session.scalar(select(LogKey.id).limit(1)) is not None:
            return False
        session.add(LogKey(vkey=vkey))
        return True
