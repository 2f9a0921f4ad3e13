"""The list of what was erased, beside the keys: a restored database is erased again by it.

It holds references, places, entries and grounds, and no word of what stood there. One line of JSON for each act,
on the disk before the database commits: a line whose act was lost in a crash is applied when the worker starts.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from marketplace.outside.durable import settle


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where words stood, when its row was written, the commitment whose opening went, and the entry that says so."""

    place: str
    made_at: datetime
    entry: int | None = None
    field: str = ""
    log_index: int | None = None


class Line(msgspec.Struct, frozen=True):
    """One act of erasing: of a challenge's, an organisation's or a person's words, by reference."""

    ref: str
    owner: str
    ground: str
    at: datetime
    places: tuple[Place, ...]


class ErasureList:
    """The file. Lines are added and never taken out."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, line: Line) -> None:
        """Put a line at the end and on the disk, the file's name too."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
            # Begins a line of its own, whatever a full disk left of the one before.
            file.write(b"\n" + msgspec.json.encode(line) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        settle(self.path.parent)

    def lines(self) -> Iterator[Line]:
        """Every whole line, the last of each act alone: an act that was tried again wrote one each time."""
        if not self.path.exists():
            return
        found: dict[str, Line] = {}
        for spelled in self.path.read_bytes().splitlines():
            try:
                line = msgspec.json.decode(spelled, type=Line)
            except msgspec.MsgspecError:
                continue  # Nothing, or half a line, from a disk that was full: whoever wrote it did not commit.
            found[line.ref] = line
        yield from found.values()
