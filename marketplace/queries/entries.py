"""One entry of the trail, with its bytes and everything about it that this service can check by itself."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from marketplace import integrity
from marketplace.models.challenges import Challenge, ChallengeVersion
from marketplace.models.erasures import Erasure
from marketplace.models.trail import LogEvent, LogOpening
from marketplace.queries.proofs import Proved, proved
from marketplace.queries.query import Reader, query
from marketplace.queries.recovered import Recovered, brought_back, recoveries
from marketplace.queries.sealed import (
    DECISIONS,
    OPENINGS,
    Accounted,
    account_of,
    kept_record,
    may_be_accounted,
)
from marketplace.queries.trail import LAST_INDEX, Event, entry_rows, events_of
from marketplace.queries.verdict import column_faults
from marketplace.rules import canonical
from marketplace.rules.events import SEALED
from marketplace.rules.refusals import Refused
from marketplace.tlog import tree

AFTER_CLOSE = (
    "stage.open", "stage.account", "stage.score", "stage.moderate", "stage.reopen-lock", "stage.agree", "stage.revise",
    "stage.decide", "summary.send", "agreement.sign",
)  # fmt: skip


@dataclass(frozen=True)
class Erased:
    """Words that this entry commits to, gone since: from where, when, on what ground, and the entry that says so."""

    place: str
    at: datetime
    ground: str
    index: int | None


@dataclass(frozen=True)
class Entry:
    """One entry and what this service found when it checked it just now.

    `checks` are codes with what came out: `bytes` (they have the fingerprint kept), `place` (it counts); once a
    checkpoint covers it, from when on there is a `proof`, `root` (a path leads there) and `signed` (by the log);
    `columns` (pages tell it as its bytes do), and where there is such a thing: `content` (the version it
    names), `record` (the public record it names), `reason` (the words shown), `account` (the record that
    accounts for it). `deadline` is the entry at which its stage closed. `accounted` is what a public record
    says of a sealed entry; without one `awaited` tells whether there may be one yet. What was `erased` since can be
    checked no more: what the entry carries stays, and fits nothing that is here. The same goes for one that was
    `recovered`: the rows that it tells of are lost.
    """

    event: Event
    leaf: str
    leaf_hash: str
    private: tuple[str, ...]
    size: int
    deadline: int | None
    accounted: Accounted | None
    awaited: bool
    erased: tuple[Erased, ...]
    recovered: Recovered | None
    proof: Proved | None
    checks: tuple[tuple[str, bool], ...]

    @property
    def unchanged(self) -> bool:
        return all(good for _code, good in self.checks)


@query
def entry(read: Reader, index: int) -> Entry:
    """One entry, checked. Refuses missing beyond the end of the trail."""
    if not 0 <= index <= LAST_INDEX:
        raise Refused("missing")
    row = read.connection.execute(entry_rows().where(LogEvent.index == index)).one_or_none()
    if row is None:
        raise Refused("missing")
    leaf = canonical.decode(row.leaf)
    size = integrity.committed(read.connection)
    account = account_of(read, index) if row.kind == SEALED else None
    erased = _erased(read, row, leaf)
    recovered = brought_back(index, recoveries(read))
    proof = proved(read, index, row.leaf)
    return Entry(
        event=next(events_of(read, [row])),
        leaf=row.leaf.decode(),
        leaf_hash=row.leaf_hash.hex(),
        private=tuple(leaf.get("private", {})),
        size=size,
        deadline=_deadline(read, row, leaf),
        accounted=account,
        awaited=row.kind == SEALED and not (account or recovered) and may_be_accounted(read, row.at),
        erased=erased,
        recovered=recovered,
        proof=proof,
        checks=(
            *_log_checks(row, size, proof),
            *(
                check
                for check in _checks(read, row, leaf, account, recovered is not None)
                if not (erased and check[0] in ("content", "reason"))
            ),
        ),
    )


def _erased(read: Reader, row: Row[*tuple[Any, ...]], leaf: dict[str, Any]) -> tuple[Erased, ...]:
    """What was erased of the words behind this entry, or of the version that it names."""
    where = Erasure.entry == row.place
    if "version" in leaf.get("data", {}) and row.ref:
        where |= (Erasure.owner == row.ref) & (Erasure.version == leaf["data"]["version"])
    gone = (
        select(Erasure.place, Erasure.at, Erasure.ground, Erasure.log_index).where(where).order_by(Erasure.id)
    )
    return tuple(Erased(*each) for each in read.connection.execute(gone))


@query
def leaf(read: Reader, index: int) -> bytes:
    """The exact bytes of an entry. Refuses missing beyond the end of the trail."""
    found = read.connection.scalar(select(LogEvent.leaf).where(LogEvent.index == min(index, LAST_INDEX)))
    if found is None:
        raise Refused("missing")
    return bytes(found)


def _log_checks(row: Row[*tuple[Any, ...]], size: int, proof: Proved | None) -> Iterator[tuple[str, bool]]:
    yield "bytes", tree.leaf_hash(row.leaf) == row.leaf_hash
    yield "place", row.place < size
    if proof is not None:
        yield "root", proof.leads
        yield "signed", bool(proof.checkpoint.key)


def _checks(
    read: Reader, row: Row[*tuple[Any, ...]], leaf: dict[str, Any], account: Accounted | None, back: bool
) -> Iterator[tuple[str, bool]]:
    yield "columns", not any(column_faults(row, leaf, back))
    if back:
        return
    data = leaf.get("data", {})
    if "version" in data and row.ref:
        yield "content", _version_hash(read, row.ref, data["version"]) == data.get("content")
    if row.kind in OPENINGS + DECISIONS and row.ref:
        yield "record", kept_record(read, row.challenge_id, row.kind, data) is not None
    if row.reason:
        yield "reason", _fits(leaf, "reason", row.reason, lambda: _opening(read, row.place, "reason"))
    if account is not None:
        fits = account.commitment in ("", leaf["private"]["content"])
        if account.kind == "cover":
            fits = fits and _fits(leaf, "content", account.value, lambda: {"salt": account.salt})
        yield "account", fits


def _fits(
    leaf: dict[str, Any], field: str, value: object, opening: Callable[[], dict[str, Any] | None]
) -> bool:
    """Whether the entry commits to this value, by the salt that its opening holds."""
    try:
        found = opening()
        salt = bytes.fromhex(found["salt"]) if found else b""
        return canonical.commitment(salt, leaf["type"], field, value) == leaf["private"][field]
    except (ValueError, KeyError, TypeError):
        return False


def _opening(read: Reader, index: int, field: str) -> dict[str, Any] | None:
    kept = read.connection.scalar(
        select(LogOpening.ciphertext).where(LogOpening.index == index, LogOpening.field == field)
    )
    return canonical.decode(read.keys.read(kept)) if kept is not None else None


def _version_hash(read: Reader, ref: str, number: int) -> str:
    """SHA-256 of the version as it is kept now."""
    content = read.connection.scalar(
        select(ChallengeVersion.content)
        .join(Challenge, Challenge.id == ChallengeVersion.challenge_id)
        .where(Challenge.ref == ref, ChallengeVersion.number == number)
    )
    return hashlib.sha256((content or "").encode()).hexdigest()


def _deadline(read: Reader, row: Row[*tuple[Any, ...]], leaf: dict[str, Any]) -> int | None:
    """The entry with which the stage of this one closed, where this one came later."""
    if row.kind not in AFTER_CLOSE or not row.ref:
        return None
    closings = read.connection.execute(
        select(LogEvent.index, LogEvent.leaf)
        .join(Challenge, Challenge.id == LogEvent.challenge_id)
        .where(Challenge.ref == row.ref, LogEvent.kind == "stage.close", LogEvent.index < row.place)
        .order_by(LogEvent.index.desc())
    )
    stage = leaf["data"].get("stage")
    return next((index for index, raw in closings if canonical.decode(raw)["data"]["stage"] == stage), None)
