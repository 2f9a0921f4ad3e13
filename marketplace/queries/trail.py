"""The trail: public events as they can be told, and a walk over the whole log that checks it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select

from marketplace.models.challenges import Challenge, ChallengeText, MoveReason
from marketplace.models.database import Installation, installation
from marketplace.models.evaluation import Recusal
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import SealedEntry
from marketplace.models.stages import Stage
from marketplace.models.statements import prepared, unindexed
from marketplace.models.trail import LogEvent, LogHead
from marketplace.policy import Actor
from marketplace.queries.proofs import Signed
from marketplace.queries.proofs import latest as latest_checkpoint
from marketplace.queries.query import Reader, query
from marketplace.rules import canonical, events
from marketplace.rules.instants import instant
from marketplace.rules.lifecycle import PUBLIC_STATES
from marketplace.rules.refusals import Refused
from marketplace.tlog import tree

PAGE = 50
RECENT = 50
LAST_INDEX = 2**53


@dataclass(frozen=True)
class Event:
    """One entry. `challenge_ref` is empty where the challenge is not public; `reason` is what somebody typed.

    `data` is the leaf's own, codes and dates as they stand there; `named` are organisations by slug.
    `language` is the title's.
    """

    index: int
    at: datetime
    kind: str
    data: dict[str, Any]
    acting: str
    challenge_ref: str
    challenge_title: str
    language: str
    reason: str
    reason_language: str
    named: dict[str, str]


@dataclass(frozen=True)
class Page:
    """Entries, newest first. `before` continues with earlier ones; None at the trail's beginning.

    `challenges` to choose from are reference, title and the title's language. `checkpoint` is the latest.
    """

    events: tuple[Event, ...]
    before: int | None
    size: int
    challenges: tuple[tuple[str, str, str], ...]
    checkpoint: Signed | None


@dataclass(frozen=True)
class Verdict:
    """What a walk over the whole log found: `wrong` is empty where nothing is. `root` is hex."""

    size: int
    root: str
    wrong: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return not self.wrong


def is_demonstration(actor: Actor) -> bool:
    """Whether leaf 0 says that everything here is invented; it never changes, so it is read until it is there."""
    place = installation()
    if place not in _KINDS and (kind := _kind(actor)):
        _KINDS[place] = kind
    return _KINDS.get(place) == "demonstration"


# What each installation of this process is, which every page tells.
_KINDS: WeakKeyDictionary[Installation, str] = WeakKeyDictionary()


@query
def _kind(read: Reader) -> str:
    """What the trail says of this place; nothing before it has begun."""
    leaf = read.connection.scalar(*_leaf(0))
    return str(msgspec.json.decode(leaf)["data"]["kind"]) if leaf else ""


@query
def page(read: Reader, challenge: str = "", kind: str = "", before: int | None = None) -> Page:
    """Fifty entries before index `before`. Refuses missing for an unknown challenge or kind."""
    where: list[ColumnElement[bool]] = []
    if kind:
        if kind not in events.KINDS:
            raise Refused("missing")
        where.append(LogEvent.kind == kind)
    if challenge:
        where.append(LogEvent.challenge_id == _public_id(read, challenge))
    if before is not None:
        where.append(LogEvent.index < min(before, LAST_INDEX))
    rows = read.connection.execute(first_rows(PAGE + 1, *where)).all()
    shown = rows[:PAGE]
    return Page(
        events=tuple(events_of(read, shown)),
        before=shown[-1].place if len(rows) > PAGE else None,
        size=size_of(read),
        challenges=_recent(read),
        checkpoint=latest_checkpoint(read),
    )


@query
def latest(read: Reader, count: int = 5, challenge: str = "") -> tuple[Event, ...]:
    """The last entries that say something, sealed ones left out: none of a challenge that is not public."""
    asked = _latest_of(challenge, count) if challenge else _latest(count)
    return tuple(events_of(read, read.connection.execute(*asked).all()))


@query
def verify(read: Reader) -> Verdict:
    """Walk the log from its first leaf and name everything that is not as it must be.

    Says nothing about a log that was replaced as a whole: for that, compare `root` with one kept earlier.
    """
    walk = _Walk(read.place.settings.log_origin)
    for row in read.connection.execute(_checked_rows(), execution_options={"yield_per": 1000}):
        walk.step(row)
    size = size_of(read)
    if size != walk.count:
        walk.wrong.append(f"The head counts {size} entries, and {walk.count} are here.")
    if not walk.count and size:
        walk.wrong.append("The log is empty.")
    walk.wrong += _sealed_faults(read, walk)
    return Verdict(walk.count, tree.root(walk.hashes).hex(), tuple(walk.wrong))


class _Walk:
    """One pass over the leaves; keeps their hashes, the sealed indexes and what is wrong."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.count = 0
        self.hashes: list[bytes] = []
        self.sealed: set[int] = set()
        self.records: dict[tuple[str, int], str] = {}
        self.wrong: list[str] = []

    def step(self, row: Row[*tuple[Any, ...]]) -> None:
        if row.place != self.count:
            self.wrong.append(f"Entry {self.count} is missing; {row.place} stands in its place.")
        self.count = row.place + 1
        # A database that was tampered with may hold text where bytes belong.
        raw = row.leaf if isinstance(row.leaf, bytes) else str(row.leaf).encode()
        self.hashes.append(tree.leaf_hash(raw))
        if self.hashes[-1] != row.leaf_hash:
            self.wrong.append(f"Entry {row.place} does not have the hash that was kept for it.")
        try:
            leaf = canonical.decode(raw)
            faults = list(column_faults(row, leaf)) + list(_leaf_faults(row.place, leaf, self.origin))
        except (ValueError, KeyError, TypeError) as error:
            self.wrong.append(f"Entry {row.place} cannot be read: {error}.")
            return
        self.wrong += [f"Entry {row.place}: {fault}." for fault in faults]
        if row.kind == events.SEALED:
            self.sealed.add(row.place)
        if row.kind in ("stage.open", "stage.account"):
            self.records[leaf["challenge"], leaf["data"]["stage"]] = leaf["data"]["record"]


def column_faults(row: Row[*tuple[Any, ...]], leaf: dict[str, Any]) -> Iterator[str]:
    """Where the columns that pages filter by say something else than the leaf."""
    if leaf.get("type") != row.kind:
        yield f"the leaf is a {leaf.get('type')}, its row says {row.kind}"
    if leaf.get("challenge", "") != (row.any_ref or ""):
        yield "the leaf and its row name different challenges"
    if leaf.get("at") != instant(row.at):
        yield "the leaf and its row name different instants"


def _leaf_faults(index: int, leaf: dict[str, Any], origin: str) -> Iterator[str]:
    kind = leaf["type"]
    if (kind == events.START) != (index == 0):
        yield "only the first entry begins a trail"
    if index == 0 and leaf["data"].get("origin") != origin:
        yield f"the trail is {leaf['data'].get('origin')}, this service is {origin}"
    if kind not in events.KINDS:
        yield f"{kind} is no kind of event"
        return
    try:
        events.check(kind, leaf.get("data", {}), leaf.get("private", {}))
    except ValueError as error:
        yield str(error)


def _sealed_faults(read: Reader, walk: _Walk) -> list[str]:
    """Every sealed entry belongs to a stage, and an opened stage's record accounts for each of its own."""
    rows = read.connection.execute(
        select(SealedEntry.log_index, SealedEntry.kind, SealedEntry.stage_id).order_by(SealedEntry.log_index)
    ).all()
    known = {row.log_index for row in rows}
    wrong = [
        f"Entry {index} is sealed, and no stage accounts for it." for index in sorted(walk.sealed - known)
    ]
    wrong += [
        f"Entry {index} was accounted for as sealed, and is not." for index in sorted(known - walk.sealed)
    ]
    opened = read.connection.execute(
        select(Stage.id, Stage.number, Stage.opening_record, Challenge.ref)
        .join(Challenge, Challenge.id == Stage.challenge_id)
        .where(Stage.opening_record.is_not(None))
        .order_by(Stage.id)
    )
    for stage in opened:
        own = {row.log_index for row in rows if row.stage_id == stage.id and row.kind != "lock"}
        wrong += _record_faults(stage, own, walk.records.pop((stage.ref, stage.number), ""))
    wrong += [f"{ref}, stage {number}, was opened, and its record is gone." for ref, number in walk.records]
    return wrong


def _record_faults(stage: Row[*tuple[Any, ...]], own: set[int], published: str) -> Iterator[str]:
    place = f"{stage.ref}, stage {stage.number}"
    record = (stage.opening_record or "").encode()
    if hashlib.sha256(record).hexdigest() != published:
        yield f"{place}: the opening record is not the one whose hash is in the trail."
    try:
        entries = canonical.decode(record)["entries"]
        named = {each["index"] for each in entries}
    except (ValueError, KeyError, TypeError):
        yield f"{place}: the opening record cannot be read."
        return
    for index in sorted(own - named):
        yield f"{place}: the opening record does not account for entry {index}."
    for index in sorted(named - own):
        yield f"{place}: the opening record names entry {index}, which is not of this stage."


def entry_rows() -> Select[*tuple[Any, ...]]:
    """Entries with the words that stand beside them; a challenge that is not public has no name here."""
    public = and_(Challenge.id == LogEvent.challenge_id, Challenge.state.in_(PUBLIC_STATES))
    any_ref = (
        select(Challenge.ref)
        .where(Challenge.id == LogEvent.challenge_id)
        .correlate(LogEvent)
        .scalar_subquery()
    )
    typed = and_(MoveReason.challenge_id == LogEvent.challenge_id, MoveReason.log_index == LogEvent.index)
    # Why somebody left a panel is public with the result.
    left = and_(
        Recusal.log_index == LogEvent.index,
        or_(Challenge.noticed_at.is_not(None), Challenge.ended_at.is_not(None)),
    )
    return (
        select(
            LogEvent.index.label("place"),
            LogEvent.at,
            LogEvent.kind,
            LogEvent.leaf,
            LogEvent.leaf_hash,
            LogEvent.challenge_id,
            Challenge.ref,
            Challenge.language,
            ChallengeText.title,
            func.coalesce(MoveReason.reason, Recusal.reason).label("reason"),
            func.coalesce(MoveReason.language, Recusal.language).label("reason_language"),
            any_ref.label("any_ref"),
        )
        .outerjoin(Challenge, public)
        .outerjoin(ChallengeText, ChallengeText.challenge_id == Challenge.id)
        .outerjoin(MoveReason, typed)
        .outerjoin(Recusal, left)
    )


@prepared
def _latest(count: int) -> Select[*tuple[Any, ...]]:
    return first_rows(count, LogEvent.kind != events.SEALED)


@prepared
def _latest_of(ref: str, count: int) -> Select[*tuple[Any, ...]]:
    public = select(Challenge.id).where(Challenge.ref == ref, Challenge.state.in_(PUBLIC_STATES))
    return first_rows(
        count, LogEvent.challenge_id == public.scalar_subquery(), LogEvent.kind != events.SEALED
    )


def first_rows(count: int, *where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """The newest entries that match. They are chosen first, so that what stands beside others is not read."""
    chosen = select(LogEvent.index).where(*where).order_by(LogEvent.index.desc()).limit(count)
    return entry_rows().where(LogEvent.index.in_(chosen)).order_by(LogEvent.index.desc())


@prepared
def _leaf(index: int) -> Select[*tuple[Any, ...]]:
    return select(LogEvent.leaf).where(LogEvent.index == index)


@prepared
def _names(slugs: Iterable[str]) -> Select[*tuple[Any, ...]]:
    return select(Organisation.slug, Organisation.name).where(Organisation.slug.in_(slugs))


def _checked_rows() -> Select[*tuple[Any, ...]]:
    return (
        select(
            LogEvent.index.label("place"),
            LogEvent.at,
            LogEvent.kind,
            LogEvent.leaf,
            LogEvent.leaf_hash,
            Challenge.ref.label("any_ref"),
        )
        .outerjoin(Challenge, Challenge.id == LogEvent.challenge_id)
        .order_by(LogEvent.index)
    )


def events_of(read: Reader, rows: Iterable[Row[*tuple[Any, ...]]]) -> Iterator[Event]:
    """Rows of `entry_rows` as events, with the names that their leaves refer to; one statement for all of them."""
    decoded = [(row, msgspec.json.decode(row.leaf)) for row in rows]
    named = _named(read, [leaf.get("data", {}) for _, leaf in decoded])
    for row, leaf in decoded:
        yield Event(
            index=row.place,
            at=row.at,
            kind=row.kind,
            data=leaf.get("data", {}),
            acting=leaf.get("by", {}).get("as", ""),
            challenge_ref=row.ref or "",
            challenge_title=row.title or "",
            language=row.language or "",
            reason=row.reason or "",
            reason_language=row.reason_language or "",
            named=named,
        )


def _named(read: Reader, found: Iterable[dict[str, Any]]) -> dict[str, str]:
    """Names of the organisations that leaves name by their slugs."""
    slugs: set[str] = set()
    for data in found:
        slugs.update(data.get("suppliers", ()))
        if "organisation" in data:
            slugs.add(data["organisation"])
    return {slug: name for slug, name in read.connection.execute(*_names(list(slugs)))} if slugs else {}


def _public_id(read: Reader, ref: str) -> int:
    found = read.connection.scalar(
        select(Challenge.id).where(Challenge.ref == ref, Challenge.state.in_(PUBLIC_STATES))
    )
    if found is None:
        raise Refused("missing")
    return int(found)


def size_of(read: Reader) -> int:
    """How many entries there are."""
    return read.connection.scalar(select(LogHead.size)) or 0


def _recent(read: Reader) -> tuple[tuple[str, str, str], ...]:
    """Challenges to choose from: the last fifty that opened."""
    rows = read.connection.execute(
        select(Challenge.ref, ChallengeText.title, Challenge.language)
        .join(ChallengeText, ChallengeText.challenge_id == Challenge.id)
        .where(unindexed(Challenge.state).in_(PUBLIC_STATES), Challenge.opened_at.is_not(None))
        .order_by(Challenge.opened_at.desc(), Challenge.id.desc())
        .limit(RECENT)
    )
    return tuple((ref, title, language) for ref, title, language in rows)
