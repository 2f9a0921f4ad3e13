"""One entry of the trail, with its bytes and everything about it that this service can check by itself."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from marketplace.models.challenges import Challenge, ChallengeText, ChallengeVersion
from marketplace.models.proposals import SealedEntry
from marketplace.models.stages import Stage
from marketplace.models.trail import LogEvent, LogOpening
from marketplace.queries.query import Reader, query
from marketplace.queries.trail import LAST_INDEX, Event, column_faults, entry_rows, events_of, size_of
from marketplace.rules import canonical
from marketplace.rules.events import SEALED
from marketplace.rules.lifecycle import PUBLIC_STATES
from marketplace.rules.refusals import Refused
from marketplace.tlog import tree

OPENINGS = ("stage.open", "stage.account")
AFTER_CLOSE = (
    "stage.open", "stage.account", "stage.score", "stage.moderate", "stage.reopen-lock", "stage.agree", "stage.revise",
    "stage.decide", "summary.send", "agreement.sign",
)  # fmt: skip


@dataclass(frozen=True)
class Accounted:
    """How an opening record names a sealed entry: proposal, unopened, replaced, withdrawn or cover."""

    kind: str
    challenge_ref: str
    challenge_title: str
    language: str
    stage: int


@dataclass(frozen=True)
class Entry:
    """One entry and what this service found when it checked it just now.

    `checks` are codes with what came out: `bytes` (they have the fingerprint kept), `place` (it counts),
    `columns` (pages tell it as its bytes do), and where there is such a thing: `content` (the version it
    names), `record` (the opening record it names), `reason` (the words shown), `account` (the record that
    accounts for it). `deadline` is the entry at which its stage closed; `accounted` follows an opening.
    """

    event: Event
    leaf: str
    leaf_hash: str
    private: tuple[str, ...]
    size: int
    deadline: int | None
    accounted: Accounted | None
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
    size = size_of(read)
    account = _account(read, index) if row.kind == SEALED else None
    return Entry(
        event=next(events_of(read, [row])),
        leaf=row.leaf.decode(),
        leaf_hash=row.leaf_hash.hex(),
        private=tuple(leaf.get("private", {})),
        size=size,
        deadline=_deadline(read, row, leaf),
        accounted=account[1] if account else None,
        checks=tuple(_checks(read, row, leaf, size, account[0] if account else None)),
    )


def _checks(
    read: Reader, row: Row[*tuple[Any, ...]], leaf: dict[str, Any], size: int, account: dict[str, Any] | None
) -> Iterator[tuple[str, bool]]:
    yield "bytes", tree.leaf_hash(row.leaf) == row.leaf_hash
    yield "place", row.place < size
    yield "columns", not any(column_faults(row, leaf))
    data = leaf.get("data", {})
    if "version" in data and row.ref:
        yield "content", _version_hash(read, row.ref, data["version"]) == data.get("content")
    if row.kind in OPENINGS and row.ref:
        yield "record", _record_hash(read, row.ref, data["stage"]) == data["record"]
    if row.reason:
        yield "reason", _fits(leaf, "reason", row.reason, lambda: _opening(read, row.place, "reason"))
    if account is not None:
        fits = account["commitment"] == leaf["private"]["content"]
        if account["kind"] == "cover":
            fits = fits and _fits(leaf, "content", account["value"], lambda: account)
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


def _record_hash(read: Reader, ref: str, stage: int) -> str:
    """SHA-256 of the opening record as it is kept now."""
    record = read.connection.scalar(
        select(Stage.opening_record)
        .join(Challenge, Challenge.id == Stage.challenge_id)
        .where(Challenge.ref == ref, Stage.number == stage)
    )
    return hashlib.sha256((record or "").encode()).hexdigest()


def _account(read: Reader, index: int) -> tuple[dict[str, Any], Accounted] | None:
    """The line of a public opening record that names this sealed entry; nothing before there is one."""
    row = read.connection.execute(
        select(Stage.opening_record, Stage.number, Challenge.ref, Challenge.language, ChallengeText.title)
        .join(SealedEntry, SealedEntry.stage_id == Stage.id)
        .join(Challenge, Challenge.id == Stage.challenge_id)
        .join(ChallengeText, ChallengeText.challenge_id == Challenge.id)
        .where(
            SealedEntry.log_index == index,
            Stage.opening_record.is_not(None),
            Challenge.state.in_(PUBLIC_STATES),
        )
    ).one_or_none()
    if row is None:
        return None
    lines = canonical.decode(row.opening_record.encode())["entries"]
    line = next((each for each in lines if each["index"] == index), None)
    # A lock belongs to the stage too, and no opening record names it.
    return (line, Accounted(line["kind"], row.ref, row.title, row.language, row.number)) if line else None


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
