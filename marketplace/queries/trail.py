"""The trail: public events as they can be told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select

from marketplace import integrity
from marketplace.models.challenges import Challenge, ChallengeText, MoveReason
from marketplace.models.database import Installation, installation
from marketplace.models.evaluation import Recusal
from marketplace.models.organisations import Organisation
from marketplace.models.statements import prepared, unindexed
from marketplace.models.trail import LogEvent
from marketplace.policy import Actor
from marketplace.queries.proofs import Signed
from marketplace.queries.proofs import latest as latest_checkpoint
from marketplace.queries.query import Reader, query
from marketplace.queries.recovered import Recovered, brought_back, recoveries
from marketplace.rules import events
from marketplace.rules.lifecycle import PUBLIC_STATES
from marketplace.rules.refusals import Refused

PAGE = 50
RECENT = 50
LAST_INDEX = 2**53


@dataclass(frozen=True)
class Event:
    """One entry. `challenge_ref` is empty where the challenge is not public; `reason` is what somebody typed.

    `data` is the leaf's own, codes and dates as they stand there; `named` are organisations by slug.
    `language` is the title's. `recovered` is how it was brought back, where a list of them asked for that.
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
    recovered: Recovered | None = None


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
        events=tuple(events_of(read, shown, recoveries(read))),
        before=shown[-1].place if len(rows) > PAGE else None,
        size=integrity.committed(read.connection),
        challenges=_recent(read),
        checkpoint=latest_checkpoint(read),
    )


@query
def latest(read: Reader, count: int = 5, challenge: str = "") -> tuple[Event, ...]:
    """The last entries that say something, sealed ones left out: none of a challenge that is not public."""
    asked = _latest_of(challenge, count) if challenge else _latest(count)
    return tuple(events_of(read, read.connection.execute(*asked).all()))


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


def events_of(
    read: Reader, rows: Iterable[Row[*tuple[Any, ...]]], back: Sequence[Recovered] = ()
) -> Iterator[Event]:
    """Rows of `entry_rows` as events, with the names that their leaves refer to; one statement for all of them.

    `back` are the recoveries that may have brought one of them back.
    """
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
            recovered=brought_back(row.place, back),
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
