"""Other logs that we are a witness of, for operators; and what other operators need to know of us."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from marketplace.models.witnesses import WitnessedLog
from marketplace.queries.query import Reader, query
from marketplace.rules.refusals import Refused


@dataclass(frozen=True)
class Watched:
    """Another log: what of it we cosigned last, and what it signed that we refused.

    `note` is its last checkpoint, and `evidence` one that contradicts it; both are empty where there is none.
    """

    number: int
    origin: str
    vkeys: str
    size: int
    seen_at: datetime | None
    note: str
    fault: str
    fault_at: datetime | None
    evidence: str


@dataclass(frozen=True)
class Ours:
    """What a neighbour's operator enters, besides our log's keys. `key` is empty where we are nobody's witness."""

    origin: str
    url: str
    key: str


@query
def logs(read: Reader) -> tuple[Watched, ...]:
    """Every log that we watch, by origin. Refuses missing to all but operators."""
    read.require("witness:keep")
    return _watched(read)


@query
def one(read: Reader, number: int) -> Watched:
    """One of them. Refuses missing."""
    read.require("witness:keep")
    found = _watched(read, WitnessedLog.id == number)
    if not found:
        raise Refused("missing")
    return found[0]


@query
def ours(read: Reader) -> Ours:
    """Refuses missing to all but operators."""
    read.require("witness:keep")
    settings, cosigner = read.place.settings, read.place.cosigner
    return Ours(
        origin=settings.log_origin,
        url=f"{settings.base_url}/witness",
        key=str(cosigner.key) if cosigner else "",
    )


def _watched(read: Reader, *which: ColumnElement[bool]) -> tuple[Watched, ...]:
    row = WitnessedLog
    columns = (
        row.id, row.origin, row.vkeys, row.size, row.seen_at, row.note, row.fault, row.fault_at, row.evidence,
    )  # fmt: skip
    rows = read.connection.execute(
        select(*columns).where(row.removed_at.is_(None), *which).order_by(row.origin)
    )
    return tuple(Watched(*each) for each in rows)
