"""The register of outcomes: what became of every challenge that ended, and whose report is overdue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, func, or_, select, tuple_

from marketplace.models.challenges import IN_FORCE, Challenge, ChallengeVersion, MoveReason, Outcome
from marketplace.models.organisations import Organisation, Round
from marketplace.models.proposals import Proposal
from marketplace.models.stages import Agreement, Stage
from marketplace.models.statements import prepared, unindexed
from marketplace.queries import listings
from marketplace.queries.places import Unusable, cursor, id_of, place_of
from marketplace.queries.query import Reader, query
from marketplace.rules import limits, outcomes
from marketplace.rules.challenges import TOPICS
from marketplace.rules.challenges import Outcome as Measure
from marketplace.rules.lifecycle import AWARDED_STATES, ENDED_STATES
from marketplace.rules.working_days import start_of_day, uk_date

PAGE = 20
OVERDUE = 20


@dataclass(frozen=True)
class Sought:
    """What a reader asks the register for; `end` is one of `rules.outcomes.ENDS`, `after` a cursor."""

    q: str = ""
    end: str = ""
    topic: str = ""
    authority: str = ""
    after: str = ""


@dataclass(frozen=True)
class Supplier:
    """Who was paid: its first agreement, and what further ones add up to, in minor units of `currency`.

    `stage` is the one that its last agreement is for.
    """

    name: str
    slug: str
    company_number: str
    address: str
    solution: str
    language: str
    stage: str
    signed_on: date
    value: int
    further: int
    further_value: int
    currency: str


@dataclass(frozen=True)
class Registered:
    """One row of the register. `words` is the result, or the reason where it ended early.

    `stage` is the last one that was decided, or empty.
    """

    ref: str
    title: str
    language: str
    authority: str
    authority_slug: str
    round: str
    state: str
    ended_at: datetime
    measures: tuple[Measure, ...]
    words: str
    lessons: str
    words_language: str
    in_use: bool | None
    spent: int | None
    currency: str
    stage: str
    suppliers: tuple[Supplier, ...]


@dataclass(frozen=True)
class Overdue:
    """An award whose report is late; the first of `late` has waited longest."""

    ref: str
    title: str
    language: str
    authority: str
    authority_slug: str
    late: tuple[outcomes.Late, ...]


@dataclass(frozen=True)
class Register:
    rows: tuple[Registered, ...]
    overdue: tuple[Overdue, ...]
    authorities: tuple[tuple[str, str], ...]
    next: str
    now: datetime


class _GlanceStage(msgspec.Struct):
    name: str


class _GlanceStages(msgspec.Struct):
    stages: tuple[_GlanceStage, ...] = ()
    currency: str = "GBP"


class _GlanceOutcomes(msgspec.Struct):
    outcomes: tuple[Measure, ...] = ()


class _Glance(msgspec.Struct):
    """The fields of a version that the register shows; the rest is skipped unread."""

    stages: _GlanceStages = msgspec.field(default_factory=_GlanceStages)
    outcomes: _GlanceOutcomes = msgspec.field(default_factory=_GlanceOutcomes)

    def stage(self, number: int) -> str:
        return self.stages.stages[number - 1].name if number else ""


_glance = msgspec.json.Decoder(_Glance).decode


def sought(asked: Mapping[str, str]) -> Sought:
    """What an address asks for; raises `Unusable` for a value that a filter does not take."""
    found = Sought(
        q=asked.get("q", "").strip(),
        end=asked.get("end", ""),
        topic=asked.get("topic", ""),
        authority=asked.get("authority", ""),
        after=asked.get("after", ""),
    )
    if len(found.q) > limits.SEARCH:
        raise Unusable("q")
    if found.end and found.end not in outcomes.ENDS:
        raise Unusable("end")
    if found.topic and found.topic not in TOPICS:
        raise Unusable("topic")
    return found


@query
def register(read: Reader, asked: Sought = Sought()) -> Register:
    """One page of 20, the latest end first. Raises `Unusable` for an unknown authority or cursor."""
    values = _values(read, asked)
    statement = _asked(read.connection.dialect.name, asked.end, frozenset(values))
    rows = read.connection.execute(statement, values | {"size": PAGE + 1}).all()
    shown = [(row, _glance(row.content)) for row in rows[:PAGE]]
    ids = [row.id for row, _seen in shown]
    suppliers = _suppliers(read, shown)
    decided = {challenge_id: count for challenge_id, count in read.connection.execute(*_decided(ids))}
    listed = tuple(
        _registered(row, seen, suppliers.get(row.id, ()), decided.get(row.id, 0)) for row, seen in shown
    )
    following = cursor("ended", shown[-1][0].ended_at, shown[-1][0].ref) if len(rows) > PAGE else ""
    late = () if asked.after else overdue(read)
    return Register(listed, late, listings.authorities(read), following, read.now)


def overdue(read: Reader, authority_id: int | None = None) -> tuple[Overdue, ...]:
    """Awards whose report is late, the oldest first, at most twenty; of one authority or of all."""
    today = uk_date(read.now)
    before = start_of_day(outcomes.awarded_before(today))
    late = _late(today, before) if authority_id is None else _late_of(today, before, authority_id)
    found = (
        Overdue(
            row.ref, row.title, row.language, row.name, row.slug,
            outcomes.late(today, uk_date(row.awarded_at), row.ends_on),
        )
        for row in read.connection.execute(*late)
    )  # fmt: skip
    return tuple(each for each in found if each.late)


def _awards(today: date, before: datetime) -> Select[*tuple[Any, ...]]:
    ends_on = (
        select(func.max(Agreement.ends_on))
        .join(Stage, Stage.id == Agreement.stage_id)
        .where(Stage.challenge_id == Challenge.id)
        .scalar_subquery()
    )
    return (
        select(
            Challenge.ref, Challenge.title, Challenge.language, Challenge.awarded_at,
            Organisation.name, Organisation.slug, ends_on.label("ends_on"),
        )
        .join(Organisation, Organisation.id == Challenge.authority_id)
        .where(
            Challenge.state.in_(AWARDED_STATES),
            or_(ends_on < today, and_(ends_on.is_(None), Challenge.awarded_at < before)),
        )
        .order_by(Challenge.awarded_at, Challenge.id)
        .limit(OVERDUE)
    )  # fmt: skip


@prepared
def _late(today: date, before: datetime) -> Select[*tuple[Any, ...]]:
    return _awards(today, before)


@prepared
def _late_of(today: date, before: datetime, authority_id: int) -> Select[*tuple[Any, ...]]:
    return _awards(today, before).where(Challenge.authority_id == authority_id)


def _values(read: Reader, asked: Sought) -> dict[str, Any]:
    """The value of each filter that is asked for, by the name of its condition."""
    found = listings.narrowed(read, asked.q, asked.topic, asked.authority)
    if asked.after:
        order, at, ref = place_of(asked.after)
        if order != "ended":
            raise Unusable("after")
        found |= {"at": at, "behind": ref}
    return found


@lru_cache(256)
def _asked(dialect: str, end: str, filters: frozenset[str]) -> Select[*tuple[Any, ...]]:
    """Ended challenges under these filters, built once for each set."""
    ended = Challenge.ended_at
    place = tuple_(bindparam("at", type_=ended.type), id_of(bindparam("behind")))
    conditions = listings.narrowing(dialect) | {"at": tuple_(ended, Challenge.id) < place}
    where = [condition for name, condition in conditions.items() if name in filters]
    return (
        _rows()
        .where(unindexed(Challenge.state).in_(ENDED_STATES), ended.is_not(None), *where, *_came_to(end))
        .order_by(ended.desc(), Challenge.id.desc())
        .limit(bindparam("size"))
    )


def _came_to(end: str) -> tuple[ColumnElement[bool], ...]:
    """The challenges that came to this end; a report that completing did not publish says nothing."""
    state, noticed = unindexed(Challenge.state), Challenge.noticed_at.is_not(None)
    completed = state == "completed"
    ends: dict[str, tuple[ColumnElement[bool], ...]] = {
        "": (),
        "early": (state == "terminated",),
        "no-award": (completed, Challenge.noticed_at.is_(None)),
        "in-use": (completed, noticed, Outcome.in_use.is_(True)),
        "not-in-use": (completed, noticed, Outcome.in_use.is_(False)),
    }
    return ends[end]


def _rows() -> Select[*tuple[Any, ...]]:
    """Challenges with what is public of their end: a result only once completing published it."""
    published = and_(Outcome.challenge_id == Challenge.id, Challenge.state == "completed")
    stopped = and_(MoveReason.challenge_id == Challenge.id, MoveReason.move == "terminate")
    return (
        select(
            Challenge.id, Challenge.ref, Challenge.title, Challenge.language, Challenge.state, Challenge.ended_at,
            Organisation.name, Organisation.slug, Round.name.label("round"), ChallengeVersion.content,
            Outcome.result, Outcome.lessons, Outcome.in_use, Outcome.spent, Outcome.currency,
            Outcome.language.label("written_in"),
            MoveReason.reason, MoveReason.language.label("reason_in"),
        )
        .join(Organisation, Organisation.id == Challenge.authority_id)
        .join(ChallengeVersion, IN_FORCE)
        .outerjoin(Round, Round.id == Challenge.round_id)
        .outerjoin(Outcome, published)
        .outerjoin(MoveReason, stopped)
    )  # fmt: skip


def _registered(
    row: Row[*tuple[Any, ...]], seen: _Glance, suppliers: tuple[Supplier, ...], decided: int
) -> Registered:
    return Registered(
        ref=row.ref,
        title=row.title,
        language=row.language,
        authority=row.name,
        authority_slug=row.slug,
        round=row.round or "",
        state=row.state,
        ended_at=row.ended_at,
        measures=seen.outcomes.outcomes,
        words=row.result or row.reason or "",
        lessons=row.lessons or "",
        words_language=row.written_in or row.reason_in or row.language,
        in_use=row.in_use,
        spent=row.spent,
        currency=row.currency or seen.stages.currency,
        stage=seen.stage(decided),
        suppliers=suppliers,
    )


def _suppliers(
    read: Reader, shown: Sequence[tuple[Row[*tuple[Any, ...]], _Glance]]
) -> dict[int, tuple[Supplier, ...]]:
    """By challenge: every supplier once, in the order of first agreements."""
    plans = {row.id: seen for row, seen in shown}
    rows = read.connection.execute(*_agreements(list(plans)))
    signed: dict[int, dict[int, list[Row[*tuple[Any, ...]]]]] = {}
    for row in rows:
        signed.setdefault(row.challenge_id, {}).setdefault(row.supplier, []).append(row)
    return {
        challenge_id: tuple(_supplier(each, plans[challenge_id]) for each in suppliers.values())
        for challenge_id, suppliers in signed.items()
    }


@prepared
def _agreements(ids: list[int]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Stage.challenge_id, Stage.number,
            Organisation.id.label("supplier"), Organisation.name, Organisation.slug,
            Organisation.company_number, Organisation.address,
            Agreement.value, Agreement.currency, Agreement.signed_on,
            Proposal.public_summary, Proposal.language,
        )
        .join(Agreement, Agreement.stage_id == Stage.id)
        .join(Organisation, Organisation.id == Agreement.supplier_id)
        .join(Proposal, Proposal.id == Agreement.proposal_id)
        .where(Stage.challenge_id.in_(ids))
        .order_by(Stage.number, Agreement.signed_on, Agreement.id)
    )  # fmt: skip


def _supplier(agreements: list[Row[*tuple[Any, ...]]], seen: _Glance) -> Supplier:
    first, *further = agreements
    return Supplier(
        name=first.name,
        slug=first.slug,
        company_number=first.company_number or "",
        address=first.address,
        solution=first.public_summary,
        language=first.language,
        stage=seen.stage(agreements[-1].number),
        signed_on=first.signed_on,
        value=first.value,
        further=len(further),
        further_value=sum(each.value for each in further),
        currency=first.currency,
    )


@prepared
def _decided(ids: list[int]) -> Select[*tuple[Any, ...]]:
    """By challenge: how many of its stages were decided, which is the number of the last one."""
    return (
        select(Stage.challenge_id, func.count())
        .where(Stage.challenge_id.in_(ids), unindexed(Stage.state) == "decided")
        .group_by(Stage.challenge_id)
    )
