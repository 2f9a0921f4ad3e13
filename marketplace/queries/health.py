"""Whether the service can do its work."""

from __future__ import annotations

import os

from sqlalchemy import select

from marketplace.models.trail import LogHead
from marketplace.queries.query import Reader, query


@query
def failing(read: Reader) -> tuple[str, ...]:
    """What does not answer: `log` (its head is missing) or `storage` (cannot be written)."""
    found = []
    if read.connection.scalar(select(LogHead.size)) is None:
        found.append("log")
    folder = read.place.settings.key_dir
    if not os.access(folder, os.R_OK):
        found.append("keys")
    return tuple(found)
