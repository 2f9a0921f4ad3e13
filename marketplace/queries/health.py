"""Whether the service can do its work."""

from __future__ import annotations

import os

from sqlalchemy import select

from marketplace import integrity
from marketplace.models.trail import LogHead
from marketplace.queries.query import Reader, query


@query
def failing(read: Reader) -> tuple[str, ...]:
    """What does not answer: `log` (its head is missing, or it may not go on), `keys` (one cannot be read)."""
    found = []
    if read.connection.scalar(select(LogHead.size)) is None or integrity.stopped():
        found.append("log")
    if not all(os.access(file.path, os.R_OK) for file in read.keys.files.values()):
        found.append("keys")
    return tuple(found)
