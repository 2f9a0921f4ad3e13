"""The trail: public events as they can be told."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.models.trail import LogEvent
from marketplace.queries.query import Reader, query
from marketplace.rules import canonical


@query
def is_demonstration(read: Reader) -> bool:
    """Whether leaf 0, which never changes, says that everything here is invented."""
    leaf = read.connection.scalar(select(LogEvent.leaf).where(LogEvent.index == 0))
    return leaf is not None and canonical.decode(leaf)["data"]["kind"] == "demonstration"
