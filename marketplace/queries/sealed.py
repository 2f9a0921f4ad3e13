"""What public records say of sealed entries: an opening's of every one of its stage, a decision's of every lock."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, Select, or_, select

from marketplace.models.challenges import Challenge, ChallengeText
from marketplace.models.evaluation import Decision
from marketplace.models.proposals import SealedEntry
from marketplace.models.stages import Stage
from marketplace.models.trail import LogEvent
from marketplace.queries.challenges import Head, find
from marketplace.queries.query import Reader, query
from marketplace.queries.trail import LAST_INDEX
from marketplace.rules import canonical
from marketplace.rules.events import SEALED
from marketplace.rules.lifecycle import ENDED_STATES, PUBLIC_STATES
from marketplace.rules.refusals import Refused

OPENINGS = ("stage.open", "stage.account")
DECISIONS = ("stage.decide", "stage.call-reserve")
KINDS = ("proposal", "unopened", "replaced", "withdrawn", "cover")
UNACCOUNTED = ("collecting", "interrupted", "closed", "opened", "scoring", "moderating")
"""States of a stage that has sealed entries, or may have, which no record names yet."""

Rows = Mapping[int, Row[*tuple[Any, ...]]]
Fixing = Mapping[str, list[Row[*tuple[Any, ...]]]]


@dataclass(frozen=True)
class Record:
    """A public record, and what this service found when it compared it with the log just now.

    `said` is what it says, `sealed` the entries that it names, by what they were. The log's entry `entry` of this
    `kind` carries its SHA-256, `digest`; None where none does. `checks` are codes with what came out: `fixed`
    (an entry carries its hash), `complete` (it names every sealed entry of its stage as that is, and no other),
    and for an opening `covers` (each cover entry opens to nothing but that it is one).
    """

    kind: str
    at: datetime | None
    entry: int | None
    digest: str
    said: dict[str, Any]
    sealed: dict[str, tuple[int, ...]]
    checks: tuple[tuple[str, bool], ...]

    @property
    def unchanged(self) -> bool:
        return all(good for _code, good in self.checks)


@dataclass(frozen=True)
class Records:
    """The records of one stage, newest first."""

    head: Head
    stage: int
    records: tuple[Record, ...]


@dataclass(frozen=True)
class Accounted:
    """How a public record names a sealed entry: proposal, unopened, replaced, withdrawn, cover or lock.

    `commitment` is the one that the record gives, and for a cover `salt` and `value` are what opens it.
    """

    kind: str
    challenge_ref: str
    challenge_title: str
    language: str
    stage: int
    commitment: str = ""
    salt: str = ""
    value: object = None


@query
def opening(read: Reader, ref: str, number: int) -> Records:
    """The account of how a stage was opened, or ended unopened. Refuses missing before there is one."""
    head = find(read, ref)
    stage = read.connection.execute(
        select(Stage.id, Stage.opening_record).where(
            Stage.challenge_id == head.id, Stage.number == number, Stage.opening_record.is_not(None)
        )
    ).one_or_none()
    if stage is None:
        raise Refused("missing")
    said = msgspec.json.decode(stage.opening_record)
    named = {each["index"]: each for each in said["entries"]}
    own = {place: row for place, row in _sealed(read, stage.id).items() if row.kind != "lock"}
    checks = (
        ("complete", _commitments(own) == {place: each["commitment"] for place, each in named.items()}),
        ("covers", all(_covers(each, ref, number) for each in named.values() if each["kind"] == "cover")),
    )
    sealed = {
        kind: tuple(sorted(place for place, each in named.items() if each["kind"] == kind))
        for kind in KINDS
        if said["counts"][kind]
    }
    fixing = _fixing(read, head.id, number, OPENINGS)
    return Records(head, number, (_record(stage.opening_record, said, sealed, fixing, checks),))


@query
def decisions(read: Reader, ref: str, number: int) -> Records:
    """The accounts of a stage's decisions, with every lock by index; one that was taken back stays.

    Refuses missing before there is one.
    """
    head = find(read, ref)
    rows = read.connection.execute(_decisions(head.id, number)).all()
    if not rows:
        raise Refused("missing")
    locks = {place for place, row in _sealed(read, rows[0].stage_id).items() if row.kind == "lock"}
    fixing = _fixing(read, head.id, number, DECISIONS)
    return Records(head, number, tuple(_decided(row.record, locks, fixing) for row in rows))


@query
def document(read: Reader, index: int) -> bytes:
    """The record whose hash entry `index` carries, byte for byte. Refuses missing where there is none."""
    found = read.connection.execute(
        select(LogEvent.kind, LogEvent.leaf, LogEvent.challenge_id)
        .join(Challenge, Challenge.id == LogEvent.challenge_id)
        .where(
            LogEvent.index == index, LogEvent.kind.in_(OPENINGS + DECISIONS),
            Challenge.state.in_(PUBLIC_STATES),
        )
    ).one_or_none()  # fmt: skip
    data = msgspec.json.decode(found.leaf)["data"] if found else {}
    kept = kept_record(read, found.challenge_id, found.kind, data) if found else None
    if kept is None:
        raise Refused("missing")
    return kept.encode()


def kept_record(read: Reader, challenge_id: int, kind: str, data: Mapping[str, Any]) -> str | None:
    """The record kept here that has the hash in this entry's data; None where none has."""
    of_stage = Stage.challenge_id == challenge_id, Stage.number == data["stage"]
    if kind in OPENINGS:
        asked = select(Stage.opening_record).where(*of_stage)
    else:
        asked = select(Decision.record).join(Stage, Stage.id == Decision.stage_id).where(*of_stage)
    kept = (text for text in read.connection.scalars(asked) if text)
    return next((text for text in kept if _digest(text) == data["record"]), None)


def account_of(read: Reader, index: int) -> Accounted | None:
    """How a public record names this sealed entry; None while none does."""
    row = read.connection.execute(_account(index)).first()
    if row is None:
        return None
    place = row.ref, row.title, row.language, row.number
    if row.kind == "lock":
        records = read.connection.scalars(select(Decision.record).where(Decision.stage_id == row.stage_id))
        named = any(index in msgspec.json.decode(record)["locks"] for record in records if record)
        return Accounted("lock", *place) if named else None
    entries = canonical.decode(row.opening_record.encode())["entries"] if row.opening_record else ()
    line = next((each for each in entries if each["index"] == index), None)
    if line is None:
        return None
    return Accounted(line["kind"], *place, line["commitment"], line.get("salt", ""), line.get("value"))


def may_be_accounted(read: Reader, at: datetime) -> bool:
    """Whether a public stage that ran at this instant has records still to come.

    Says nothing of any one entry: it goes by what everybody may know of stages.
    """
    running = (
        select(Stage.id)
        .join(Challenge, Challenge.id == Stage.challenge_id)
        .where(
            Stage.state.in_(UNACCOUNTED),
            Challenge.state.in_(PUBLIC_STATES),
            Challenge.state.not_in(ENDED_STATES),
            or_(Challenge.opened_at.is_(None), Challenge.opened_at <= at),
        )
        .limit(1)
    )
    return read.connection.scalars(running).first() is not None


def _decided(text: str, locks: set[int], fixing: Fixing) -> Record:
    """The account of one decision, beside the locks that there are: those made later are another's to name."""
    said = msgspec.json.decode(text)
    named = tuple(said["locks"])
    entries = fixing.get(_digest(text))
    until = entries[-1].place if entries else LAST_INDEX
    complete = {place for place in locks if place < until} == set(named)
    return _record(text, said, {"lock": named}, fixing, (("complete", complete),))


def _record(
    text: str, said: dict[str, Any], sealed: dict[str, tuple[int, ...]], fixing: Fixing,
    checks: tuple[tuple[str, bool], ...],
) -> Record:  # fmt: skip
    """The record with its entry, which is taken out of `fixing`: a decision made again may say just the same."""
    digest = _digest(text)
    entries = fixing.get(digest)
    row = entries.pop() if entries else None
    checks = (("fixed", row is not None), *checks)
    if row is None:
        return Record("", None, None, digest, said, sealed, checks)
    return Record(row.kind, row.at, row.place, digest, said, sealed, checks)


def _fixing(read: Reader, challenge_id: int, number: int, kinds: tuple[str, ...]) -> Fixing:
    """The entries that carry hashes of records of this stage, by the hash, the latest last."""
    rows = read.connection.execute(
        select(LogEvent.index.label("place"), LogEvent.kind, LogEvent.at, LogEvent.leaf)
        .where(LogEvent.challenge_id == challenge_id, LogEvent.kind.in_(kinds))
        .order_by(LogEvent.index)
    )
    found: dict[str, list[Row[*tuple[Any, ...]]]] = {}
    for row in rows:
        data = msgspec.json.decode(row.leaf)["data"]
        if data["stage"] == number:
            found.setdefault(data["record"], []).append(row)
    return found


def _sealed(read: Reader, stage_id: int) -> Rows:
    """Every sealed entry of the stage with its leaf, by index."""
    rows = read.connection.execute(
        select(SealedEntry.log_index, SealedEntry.kind, LogEvent.leaf)
        .join(LogEvent, LogEvent.index == SealedEntry.log_index)
        .where(SealedEntry.stage_id == stage_id)
    )
    return {row.log_index: row for row in rows}


def _commitments(rows: Rows) -> dict[int, str]:
    return {place: msgspec.json.decode(row.leaf)["private"]["content"] for place, row in rows.items()}


def _covers(entry: Mapping[str, Any], ref: str, number: int) -> bool:
    """Whether a cover's line opens its commitment, to a value that says no more than what it is."""
    value, salt = entry["value"], bytes.fromhex(entry["salt"])
    says_nothing = set(value) == {"challenge", "cover", "stage"}
    here = (value.get("challenge"), value.get("stage")) == (ref, number)
    return (
        says_nothing and here and canonical.commitment(salt, SEALED, "content", value) == entry["commitment"]
    )


def _decisions(challenge_id: int, number: int) -> Select[*tuple[Any, ...]]:
    """Every decision of the stage that was confirmed, newest first, those taken back included."""
    return (
        select(Decision.stage_id, Decision.record)
        .join(Stage, Stage.id == Decision.stage_id)
        .where(Stage.challenge_id == challenge_id, Stage.number == number, Decision.record.is_not(None))
        .order_by(Decision.id.desc())
    )


def _account(index: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            SealedEntry.kind, SealedEntry.stage_id, Stage.opening_record, Stage.number, Challenge.ref,
            Challenge.language, ChallengeText.title,
        )
        .join(Stage, Stage.id == SealedEntry.stage_id)
        .join(Challenge, Challenge.id == Stage.challenge_id)
        .join(ChallengeText, ChallengeText.challenge_id == Challenge.id)
        .where(SealedEntry.log_index == index, Challenge.state.in_(PUBLIC_STATES))
    )  # fmt: skip


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
