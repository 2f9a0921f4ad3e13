"""Notices that wait to leave."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.models.notices import Notice, due
from marketplace.queries.query import Reader, query


@query
def wait(read: Reader) -> bool:
    """Whether a notice is due, asked without anybody's lock."""
    read.require("stage:keep-time")
    return read.connection.scalars(select(Notice.id).where(due(read.now)).limit(1)).first() is not None
