"""Lists of public challenges: the home page's, and the one that everybody filters and searches.

A row holds what design calls the statement in short: title, summary, authority, money, deadline. Drafts,
reviews and approvals are in no list, whatever is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    false,
    func,
    or_,
    select,
    tuple_,
)

from marketplace.models.challenges import IN_FORCE, Challenge, ChallengeVersion, MoveReason, Outcome
from marketplace.models.organisations import Organisation
from marketplace.models.statements import prepared, unindexed
from marketplace.queries import search
from marketplace.queries.places import Unusable, cursor, id_of, place_of
from marketplace.queries.query import Reader, query
from marketplace.rules import lifecycle, limits
from marketplace.rules.challenges import TOPICS
from marketplace.rules.lifecycle import CHALLENGE_STATES, ENDED_STATES, PUBLIC_STATES

PAGE = 20
HOME = 4
COUNT_LIMIT = 1000
AUTHORITIES = 200
LONGEST_WAIT = 3650

# Early notices have no opening day yet: they are the newest.
NEWEST = (Challenge.opened_at.desc().nulls_first(), Challenge.id.desc())


@dataclass(frozen=True)
class Filters:
    """What a reader asks the list for; `after` is an opaque cursor from the page before."""

    q: str = ""
    status: str = "open"
    topic: str = ""
    authority: str = ""
    closing: int | None = None
    after: str = ""


@dataclass(frozen=True)
class ListedChallenge:
    """A challenge in a list. `money` is what each paying stage pays a team, in minor units."""

    ref: str
    language: str
    title: str
    summary: str
    topic: str
    authority: str
    authority_slug: str
    state: str
    opened_at: datetime | None
    closes_at: datetime | None
    ended_at: datetime | None
    money: tuple[int, ...]
    currency: str


@dataclass(frozen=True)
class Listing:
    """One page. `next` is the cursor of the page after it, or empty; `changes_at` the next deadline.

    `count` says on the first page how many there are in all, and stops counting above a thousand.
    """

    rows: tuple[ListedChallenge, ...]
    count: int | None
    next: str
    authorities: tuple[tuple[str, str], ...]
    now: datetime
    changes_at: datetime | None


@dataclass(frozen=True)
class EndedChallenge:
    """How an earlier challenge ended: `words` is its result, or the reason for ending it early."""

    ref: str
    language: str
    title: str
    authority: str
    state: str
    ended_at: datetime
    in_use: bool | None
    words: str
    words_language: str


@dataclass(frozen=True)
class Home:
    """The front page; `open_count` stops counting above a thousand."""

    open_count: int
    rows: tuple[ListedChallenge, ...]
    ended: tuple[EndedChallenge, ...]
    now: datetime


class _GlanceProblem(msgspec.Struct):
    title: str = ""
    summary: str = ""
    topic: str = ""


class _GlanceStage(msgspec.Struct):
    money: int


class _GlanceStages(msgspec.Struct):
    stages: tuple[_GlanceStage, ...] = ()
    currency: str = "GBP"


class Glance(msgspec.Struct):
    """The few fields of a version that a list shows; the rest is skipped unread."""

    language: str = "en"
    problem: _GlanceProblem = msgspec.field(default_factory=_GlanceProblem)
    stages: _GlanceStages = msgspec.field(default_factory=_GlanceStages)


glance = msgspec.json.Decoder(Glance).decode


def filters(asked: Mapping[str, str]) -> Filters:
    """Filters from an address; raises `Unusable` for a value that a filter does not take."""
    found = Filters(
        q=asked.get("q", "").strip(),
        status=asked.get("status", "") or "open",
        topic=asked.get("topic", ""),
        authority=asked.get("authority", ""),
        closing=_days(asked.get("closing", "")),
        after=asked.get("after", ""),
    )
    if len(found.q) > limits.SEARCH:
        raise Unusable("q")
    if found.status not in (*CHALLENGE_STATES, "all"):
        raise Unusable("status")
    if found.topic and found.topic not in TOPICS:
        raise Unusable("topic")
    return found


@query
def home(read: Reader) -> Home:
    """What closes next, how much is open, and what came of earlier challenges."""
    rows, counted = _asked("open", read.connection.dialect.name, frozenset())
    values = {"now": read.now, "size": HOME}
    listed = tuple(_listed(row, read.now) for row in read.connection.execute(rows, values))
    ended = tuple(_end(row) for row in read.connection.execute(*_ended()))
    return Home(read.connection.scalar(counted, values) or 0, listed, ended, read.now)


@query
def listing(read: Reader, asked: Filters) -> Listing:
    """One page of 20. Raises `Unusable` for an unknown authority and a cursor that was not given out."""
    values = _values(read, asked)
    statement, counted = _asked(asked.status, read.connection.dialect.name, frozenset(values))
    values |= {"now": read.now, "size": PAGE + 1}
    rows = read.connection.execute(statement, values).all()
    following = _cursor(asked.status, rows[PAGE - 1]) if len(rows) > PAGE else ""
    listed = tuple(_listed(row, read.now) for row in rows[:PAGE])
    count = None if asked.after else read.connection.scalar(counted, values) or 0
    closes_next = read.connection.scalar(*_next_deadline(read.now))
    return Listing(listed, count, following, authorities(read), read.now, closes_next)


def _values(read: Reader, asked: Filters) -> dict[str, Any]:
    """The value of each filter that is asked for, by the name of its condition."""
    found = narrowed(read, asked.q, asked.topic, asked.authority)
    if asked.closing is not None:
        found["until"] = read.now + timedelta(days=asked.closing)
    if asked.after:
        order, at, ref = place_of(asked.after)
        if order != ("closes" if asked.status == "open" else "opened"):
            raise Unusable("after")
        found |= {"at" if at else "not_opened": at, "behind": ref}
    return found


def narrowed(read: Reader, q: str, topic: str, authority: str) -> dict[str, Any]:
    """What a list of challenges is narrowed by, each value by the name of its condition in `narrowing`.

    Raises `Unusable` for an authority that is none.
    """
    found: dict[str, Any] = {}
    if q:
        words = search.wanted(read.connection.dialect.name, q)
        found["words" if words else "no_words"] = words
    if topic:
        found["topic"] = topic
    if authority:
        found["authority"] = _authority_id(read, authority)
    return found


def narrowing(dialect: str) -> dict[str, ColumnElement[bool]]:
    """What words, a topic and an authority each ask of a challenge, with the value to be filled in."""
    return {
        "words": search.matching(dialect, bindparam("words")),
        "no_words": false(),
        "topic": Challenge.topic == bindparam("topic"),
        "authority": Challenge.authority_id == bindparam("authority"),
    }


@lru_cache(256)
def _asked(
    status: str, dialect: str, filters: frozenset[str]
) -> tuple[Select[*tuple[Any, ...]], Select[*tuple[Any, ...]]]:
    """The rows under these filters and their count, which stops above a thousand; built once for each set."""
    where = [_in_state(status, bindparam("now"))]
    where += [condition for name, condition in _conditions(status, dialect).items() if name in filters]
    rows = _rows().where(*where).order_by(*_order(status)).limit(bindparam("size"))
    limited = select(Challenge.id).where(*where).limit(COUNT_LIMIT + 1).subquery()
    return rows, select(func.count()).select_from(limited)


def _conditions(status: str, dialect: str) -> dict[str, ColumnElement[bool]]:
    """What each filter asks of a challenge, with its value to be filled in."""
    opened, id, own = Challenge.opened_at, Challenge.id, id_of(bindparam("behind"))
    place = tuple_(bindparam("at", type_=opened.type), own)
    behind = tuple_(Challenge.closes_at, id) > place if status == "open" else tuple_(opened, id) < place
    return narrowing(dialect) | {
        "until": and_(Challenge.closes_at > bindparam("now"), Challenge.closes_at <= bindparam("until")),
        "at": behind,
        "not_opened": or_(and_(opened.is_(None), id < own), opened.is_not(None)),
    }


def _rows() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Challenge.ref, Challenge.state, Challenge.opened_at, Challenge.closes_at, Challenge.ended_at,
            Organisation.name, Organisation.slug, ChallengeVersion.content,
        )
        .join(Organisation, Organisation.id == Challenge.authority_id)
        .join(ChallengeVersion, IN_FORCE)
    )  # fmt: skip


def _listed(row: Row[*tuple[Any, ...]], now: datetime) -> ListedChallenge:
    seen = glance(row.content)
    return ListedChallenge(
        ref=row.ref,
        language=seen.language,
        title=seen.problem.title,
        summary=seen.problem.summary,
        topic=seen.problem.topic,
        authority=row.name,
        authority_slug=row.slug,
        state=lifecycle.effective_challenge(row.state, row.closes_at, now),
        opened_at=row.opened_at,
        closes_at=row.closes_at,
        ended_at=row.ended_at,
        money=tuple(stage.money for stage in seen.stages.stages if stage.money),
        currency=seen.stages.currency,
    )


def past_deadline(now: Any) -> ColumnElement[bool]:
    """Open as it is recorded, and in progress by the clock."""
    return and_(Challenge.state == "open", Challenge.closes_at <= now)


def _in_state(status: str, now: Any) -> ColumnElement[bool]:
    """The challenges that are in this state by the clock, whether or not anybody recorded it yet."""
    state = Challenge.state
    if status == "open":
        return and_(state == "open", Challenge.closes_at > now)
    if status == "in_progress":
        return or_(state == "in_progress", past_deadline(now))
    if status == "all":
        return unindexed(state).in_(PUBLIC_STATES)
    return state == status if status in PUBLIC_STATES else state.in_(())


def _order(status: str) -> tuple[ColumnElement[Any], ...]:
    if status == "open":
        return Challenge.closes_at.asc(), Challenge.id.asc()
    return NEWEST


def _cursor(status: str, row: Row[*tuple[Any, ...]]) -> str:
    if status == "open":
        return cursor("closes", row.closes_at, row.ref)
    return cursor("opened", row.opened_at, row.ref)


def _days(typed: str) -> int | None:
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) < 5 and int(typed) <= LONGEST_WAIT):
        raise Unusable("closing")
    return int(typed)


def authorities(read: Reader) -> tuple[tuple[str, str], ...]:
    """The slug and name of every verified authority, by name, for a filter."""
    return tuple((slug, name) for slug, name in read.connection.execute(*_authorities()))


@prepared
def _authorities() -> Select[*tuple[Any, ...]]:
    return (
        select(Organisation.slug, Organisation.name)
        .where(Organisation.kind == "authority", Organisation.verified_at.is_not(None))
        .order_by(Organisation.name, Organisation.id)
        .limit(AUTHORITIES)
    )


def _authority_id(read: Reader, slug: str) -> int:
    """The verified authority of this slug; raises `Unusable`."""
    verified = Organisation.verified_at.is_not(None)
    found = read.connection.scalar(
        select(Organisation.id).where(Organisation.slug == slug, Organisation.kind == "authority", verified)
    )
    if found is None:
        raise Unusable("authority")
    return int(found)


@prepared
def _next_deadline(now: datetime) -> Select[*tuple[Any, ...]]:
    return select(func.min(Challenge.closes_at)).where(_in_state("open", now))


@prepared
def _ended() -> Select[*tuple[Any, ...]]:
    """The last three that ended, each with its published result or the reason for ending it."""
    reported = and_(Outcome.challenge_id == Challenge.id, Challenge.state == "completed")
    stopped = and_(
        MoveReason.challenge_id == Challenge.id,
        MoveReason.move == "terminate",
        Challenge.state == "terminated",
    )
    return (
        _rows()
        .add_columns(Outcome.result, Outcome.in_use, Outcome.language.label("written_in"))
        .add_columns(MoveReason.reason, MoveReason.language.label("reason_in"))
        .outerjoin(Outcome, reported)
        .outerjoin(MoveReason, stopped)
        .where(unindexed(Challenge.state).in_(ENDED_STATES), Challenge.ended_at.is_not(None))
        .order_by(Challenge.ended_at.desc(), Challenge.id.desc())
        .limit(3)
    )


def _end(row: Row[*tuple[Any, ...]]) -> EndedChallenge:
    seen = glance(row.content)
    return EndedChallenge(
        ref=row.ref,
        language=seen.language,
        title=seen.problem.title,
        authority=row.name,
        state=row.state,
        ended_at=row.ended_at,
        in_use=row.in_use,
        words=beginning(row.result or row.reason or ""),
        words_language=row.written_in or row.reason_in or seen.language,
    )


def beginning(text: str, length: int = 200) -> str:
    """The first sentences that fit; where not even one does, the first words and an ellipsis."""
    text = " ".join(text.split())
    if len(text) <= length:
        return text
    cut = text[:length]
    end = max(cut.rfind(mark) for mark in (". ", "? "))
    return cut[: end + 1] if end > 0 else cut.rpartition(" ")[0] + " …"
