"""What a page has to know to check the log without asking again: its name, its keys, and its witnesses' keys."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.queries import log, witnesses
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
    return Known(
        origin=read.place.settings.log_origin,
        size=log.size(read),
        keys=log.terms_of(read.connection),
        witnesses=witnesses.keys_of(read),
    )
