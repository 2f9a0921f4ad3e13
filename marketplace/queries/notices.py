"""Notices that wait to leave."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.models.notices import Notice
from marketplace.queries.query import Reader, query


@query
def wait(read: Reader) -> bool:
    """Whether a notice is due, asked without anybody's lock."""
    read.require("stage:keep-time")
    due = select(Notice.id).where(Notice.sent_at.is_(None), Notice.next_try_at <= read.now)
    return read.connection.scalars(due.limit(1)).first() is not None
