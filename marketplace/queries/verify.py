"""What a page has to know to check the log without asking again: its name, its keys, and its witnesses' keys."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from marketplace.models.trail import LogKey
from marketplace.models.witnesses import Witness
from marketplace.queries import log
from marketplace.queries.query import Reader, query


@dataclass(frozen=True)
class Known:
    """`keys` are verifier keys, the current one first, each with the last size that it may sign (None: any).

    `size` is that of the latest checkpoint, 0 where there is none.
    """

    origin: str
    size: int
    keys: tuple[tuple[str, int | None], ...]
    witnesses: tuple[str, ...]


@query
def known(read: Reader) -> Known:
    keys = read.connection.execute(
        select(LogKey.vkey, LogKey.last_size).order_by(LogKey.last_size.is_not(None), LogKey.id.desc())
    )
    witnesses = read.connection.scalars(
        select(Witness.vkey).where(Witness.removed_at.is_(None)).order_by(Witness.id)
    )
    return Known(
        origin=read.place.settings.log_origin,
        size=log.size(read),
        keys=tuple((vkey, last_size) for vkey, last_size in keys),
        witnesses=tuple(witnesses),
    )
