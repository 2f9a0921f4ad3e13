"""Writes the log out as files, so that any web server can serve it and anybody can keep a copy."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from marketplace import integrity
from marketplace.models.database import reading
from marketplace.outside.mirrors import Folder
from marketplace.policy import ANYONE
from marketplace.queries import log
from marketplace.rules.log import told
from marketplace.tlog import checkpoints, notes, tiles, tree
from marketplace.tlog.checkpoints import Checkpoint
from marketplace.tlog.tiles import Level
from marketplace.tlog.tree import HASH_BYTES


@dataclass(frozen=True)
class Export:
    """The folder holds the first `size` entries; so many of its files were written for that."""

    size: int
    written: int


def export(folder: Folder) -> Export:
    """Bring `folder` to what `/log/` serves. What it holds already of this log is not written again.

    A ValueError, and the checkpoint in the folder stays, where the folder holds another log or is ahead of this one,
    or where the database is not what was signed.
    """
    note = log.checkpoint(ANYONE)
    if note is None:
        raise ValueError("Nothing is signed yet")
    with folder.alone() as alone:
        if not alone:
            raise ValueError(f"Another process writes to {folder}")
        return _export(folder, note)


def _export(folder: Folder, note: str) -> Export:
    checkpoint = checkpoints.parse(notes.split(note)[0])
    written = 0
    with reading() as connection:
        held = _held(folder, connection, checkpoint)
        for level, n, width in tiles.parts(checkpoint.size):
            path = tiles.path(level, n, width)
            if width == tiles.WIDTH and (n + 1) * width <= held >> _height(level) and folder.holds(path):
                continue
            written += _put(folder, path, _content(connection, level, n, width, checkpoint.size))
    keys = "".join(f"{key}\n" for key in log.vkeys(ANYONE)).encode()
    if folder.read("vkey") != keys:
        folder.put("vkey", keys)
    # A crash before this line leaves files that no checkpoint speaks of.
    folder.settle()
    folder.put("checkpoint", note.encode())
    folder.settle()
    for level, n, width in tiles.parts(checkpoint.size):
        # Who has an earlier checkpoint asks for the full one where the partial one is gone.
        if width == tiles.WIDTH:
            folder.drop(f"{tiles.path(level, n)}.p")
    return Export(checkpoint.size, written)


def _held(folder: Folder, connection: Connection, checkpoint: Checkpoint) -> int:
    """How many leaves the folder holds; a ValueError unless they are the first of this log."""
    kept = folder.read("checkpoint")
    if kept is None:
        return 0
    try:
        old = checkpoints.parse(notes.split(kept.decode())[0])
    except ValueError:
        raise ValueError(f"{folder} holds something else than a log") from None
    if old.origin != checkpoint.origin:
        raise ValueError(f"{folder} holds another log, {old.origin}")
    if old.size > checkpoint.size:
        raise ValueError(
            f"{folder} holds {old.size} entries, and only {checkpoint.size} are signed in this database. "
            "It may be what “log recover” needs"
        )
    if tree.root_at(integrity.nodes(connection, old.size), old.size) != old.root:
        raise ValueError(f"{folder} holds another log of the same name")
    return old.size


def _content(connection: Connection, level: Level, n: int, width: int, size: int) -> bytes:
    """A tile or a bundle, as it is served; a ValueError where it is not what was signed."""
    if level != "entries":
        return integrity.tile(connection, level, n)[: width * HASH_BYTES]
    if not integrity.holds(connection, n, size):
        raise ValueError(told("log.different"))
    first = n * tiles.WIDTH
    return tiles.bundle(integrity.leaves(connection, first, first + width))


def _put(folder: Folder, path: str, content: bytes) -> bool:
    """Whether a file was written. What a crash left is the same, and what another log left is not."""
    kept = folder.read(path)
    if kept is None:
        folder.put(path, content)
    elif kept != content:
        raise ValueError(f"{folder} holds parts of another log, such as {path}")
    return kept is None


def _height(level: Level) -> int:
    return 0 if level == "entries" else level * tiles.HEIGHT
