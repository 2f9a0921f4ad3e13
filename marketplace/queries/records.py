"""The public record of an organisation: how an authority keeps its word, and what a supplier won.

Who takes part and is not chosen is in no answer here: a supplier has a record from its first award notice on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select, text, tuple_

from marketplace.models.challenges import IN_FORCE, Challenge, ChallengeText, ChallengeVersion, Outcome
from marketplace.models.evaluation import CONFIRMED, Decision, DecisionLine
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal
from marketplace.models.stages import Agreement, Stage
from marketplace.models.statements import prepared
from marketplace.queries import outcomes
from marketplace.queries.listings import NEWEST, past_deadline
from marketplace.queries.outcomes import Overdue
from marketplace.queries.places import Place, Unusable, cursor, id_of, place_of
from marketplace.queries.query import Reader, query
from marketplace.rules.lifecycle import PUBLIC_STATES, effective_challenge
from marketplace.rules.outcomes import days_late
from marketplace.rules.refusals import Refused
from marketplace.rules.working_days import uk_date

PAGE = 20
WAITING = ("open", "in_progress", "suspended")


@dataclass(frozen=True)
class Kept:
    """A challenge of an authority, beside the day by which it said it would decide.

    `decided_on` is the day of the award notice, or of a completion without one. `late` are the days after the day
    that was published, below 0 before it; None while that day is still to come, or where none was published.
    """

    ref: str
    title: str
    language: str
    state: str
    closes_at: datetime | None
    decision_on: date | None
    decided_on: date | None
    late: int | None


@dataclass(frozen=True)
class Agreed:
    """What agreements add up to in one currency, in minor units."""

    currency: str
    count: int
    value: int


@dataclass(frozen=True)
class AuthorityRecord:
    """`states` counts challenges by where they stand by the clock; `in_use` are results that are used."""

    states: dict[str, int]
    challenges: tuple[Kept, ...]
    next: str
    agreed: tuple[Agreed, ...]
    reported: int
    in_use: int
    overdue: tuple[Overdue, ...]


@dataclass(frozen=True)
class Signed:
    """An agreement for a stage, in minor units of `currency`."""

    stage: int
    value: int
    currency: str
    signed_on: date


@dataclass(frozen=True)
class Won:
    """A challenge whose award notice names the supplier, with the supplier's own public words."""

    ref: str
    title: str
    language: str
    state: str
    authority: str
    authority_slug: str
    noticed_at: datetime
    summary: str
    summary_language: str
    agreements: tuple[Signed, ...]


@dataclass(frozen=True)
class SupplierRecord:
    won: tuple[Won, ...]
    next: str
    agreed: tuple[Agreed, ...]


@dataclass(frozen=True)
class PublicOrganisation:
    """What everybody may know of an authority or of a supplier; it has the record of its kind."""

    slug: str
    name: str
    description: str
    language: str
    address: str
    website: str
    company_number: str
    is_sme: bool
    is_non_profit: bool
    verified_at: datetime | None
    authority: AuthorityRecord | None
    supplier: SupplierRecord | None
    now: datetime


class _Terms(msgspec.Struct):
    decision_on: date | None = None


class _Glance(msgspec.Struct):
    """The one field of a version that a record needs; the rest is skipped unread."""

    terms: _Terms = msgspec.field(default_factory=_Terms)


_glance = msgspec.json.Decoder(_Glance).decode


@query
def public(read: Reader, slug: str, after: str = "") -> PublicOrganisation:
    """The public record, one page of 20. Raises `Unusable` for a cursor that was not given out.

    Refuses missing for an authority that nobody verified, and for a supplier whom no award notice names.
    """
    # Read before anything is looked up: a bad cursor is the same for everybody, there or not.
    place = place_of(after) if after else None
    found = read.connection.execute(*_named(slug)).one_or_none()
    if found is None or (found.kind == "authority" and found.verified_at is None):
        raise Refused("missing")
    is_authority = found.kind == "authority"
    return PublicOrganisation(
        slug=found.slug, name=found.name, description=found.description, language=found.language,
        address=found.address, website=found.website, company_number=found.company_number or "",
        is_sme=found.is_sme, is_non_profit=found.is_non_profit, verified_at=found.verified_at,
        authority=_authority(read, found.id, place) if is_authority else None,
        supplier=None if is_authority else _supplier(read, found.id, place),
        now=read.now,
    )  # fmt: skip


@prepared
def _named(slug: str) -> Select[*tuple[Any, ...]]:
    return select(Organisation).where(Organisation.slug == slug)


def _authority(read: Reader, organisation_id: int, place: Place | None) -> AuthorityRecord:
    rows = _newest(read, organisation_id, place)
    counts = read.connection.execute(*_counts(organisation_id, read.now)).all()
    states = {state: count for state, count, _reported, _used in counts}
    following = cursor("opened", rows[PAGE - 1].opened_at, rows[PAGE - 1].ref) if len(rows) > PAGE else ""
    return AuthorityRecord(
        states={state: states[state] for state in PUBLIC_STATES if state in states},
        challenges=tuple(_kept(row, read.now) for row in rows[:PAGE]),
        next=following,
        agreed=_agreed(read, _bought(organisation_id)),
        reported=sum(row.reported for row in counts),
        in_use=sum(row.used for row in counts),
        overdue=outcomes.overdue(read, organisation_id),
    )


@prepared
def _counts(authority_id: int, now: datetime) -> Select[*tuple[Any, ...]]:
    """How many challenges stand where, how many have a published result, and how many of those are in use."""
    state = case((past_deadline(now), "in_progress"), else_=Challenge.state)
    used = func.coalesce(func.sum(case((Outcome.in_use, 1), else_=0)), 0)
    return (
        select(
            state.label("stands"),
            func.count(),
            func.count(Outcome.in_use).label("reported"),
            used.label("used"),
        )
        .outerjoin(Outcome, and_(Outcome.challenge_id == Challenge.id, Challenge.state == "completed"))
        .where(Challenge.authority_id == authority_id, Challenge.state.in_(PUBLIC_STATES))
        .group_by(text("stands"))
    )


def _newest(read: Reader, authority_id: int, place: Place | None) -> list[Row[*tuple[Any, ...]]]:
    statement, values = _public_of(authority_id, PAGE + 1)
    if place:
        order, at, ref = place
        if order != "opened":
            raise Unusable("after")
        statement = statement.where(_opened_before(at, ref))
    return list(read.connection.execute(statement, values))


@prepared
def _public_of(authority_id: int, size: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Challenge.ref, Challenge.state, Challenge.opened_at, Challenge.closes_at,
            Challenge.noticed_at, Challenge.ended_at, Challenge.language,
            ChallengeText.title, ChallengeVersion.content,
        )
        .join(ChallengeVersion, IN_FORCE)
        .join(ChallengeText, ChallengeText.challenge_id == Challenge.id)
        .where(Challenge.authority_id == authority_id, Challenge.state.in_(PUBLIC_STATES))
        .order_by(*NEWEST)
        .limit(size)
    )  # fmt: skip


def _opened_before(at: datetime | None, ref: str) -> ColumnElement[bool]:
    """Everything behind a challenge in this order, which those that have not opened lead."""
    if at is None:
        waiting = and_(Challenge.opened_at.is_(None), Challenge.id < id_of(ref))
        return or_(waiting, Challenge.opened_at.is_not(None))
    return tuple_(Challenge.opened_at, Challenge.id) < tuple_(at, id_of(ref))


def _kept(row: Row[*tuple[Any, ...]], now: datetime) -> Kept:
    planned = _glance(row.content).terms.decision_on
    state = effective_challenge(row.state, row.closes_at, now)
    decided_at = row.noticed_at or (row.ended_at if state == "completed" else None)
    decided_on = uk_date(decided_at) if decided_at else None
    late = days_late(planned, decided_on, uk_date(now)) if planned else None
    due = decided_on is not None or (late and state in WAITING)
    return Kept(
        ref=row.ref, title=row.title, language=row.language, state=state, closes_at=row.closes_at,
        decision_on=planned, decided_on=decided_on, late=late if due else None,
    )  # fmt: skip


def _agreed(read: Reader, asked: tuple[Any, dict[str, Any]]) -> tuple[Agreed, ...]:
    return tuple(
        Agreed(currency, count, int(value)) for currency, count, value in read.connection.execute(*asked)
    )


def _sums() -> Select[*tuple[Any, ...]]:
    sums = select(Agreement.currency, func.count(), func.sum(Agreement.value))
    return sums.group_by(Agreement.currency).order_by(Agreement.currency)


@prepared
def _bought(authority_id: int) -> Select[*tuple[Any, ...]]:
    return (
        _sums()
        .join(Stage, Stage.id == Agreement.stage_id)
        .join(Challenge, Challenge.id == Stage.challenge_id)
        .where(Challenge.authority_id == authority_id)
    )


@prepared
def _sold(supplier_id: int) -> Select[*tuple[Any, ...]]:
    return _sums().where(Agreement.supplier_id == supplier_id)


def _supplier(read: Reader, organisation_id: int, place: Place | None) -> SupplierRecord:
    rows = _chosen(read, organisation_id, place)
    if not rows:
        raise Refused("missing")
    shown = rows[:PAGE]
    signed = _signed(read, [row.proposal for row in shown])
    following = cursor("noticed", shown[-1].noticed_at, shown[-1].ref) if len(rows) > PAGE else ""
    won = tuple(
        Won(
            row.ref, row.title, row.language, effective_challenge(row.state, row.closes_at, read.now),
            row.name, row.slug, row.noticed_at, row.public_summary, row.summary_language,
            signed.get(row.proposal, ()),
        )
        for row in shown
    )  # fmt: skip
    return SupplierRecord(won, following, _agreed(read, _sold(organisation_id)))


def _chosen(read: Reader, supplier_id: int, place: Place | None) -> list[Row[*tuple[Any, ...]]]:
    statement, values = _selected(supplier_id, PAGE + 1)
    if place:
        order, at, ref = place
        if order != "noticed":
            # As for a supplier that won nothing, or the answer would tell who is here.
            raise Refused("missing")
        statement = statement.where(tuple_(Challenge.noticed_at, Challenge.id) < tuple_(at, id_of(ref)))
    return list(read.connection.execute(statement, values))


@prepared
def _selected(supplier_id: int, size: int) -> Select[*tuple[Any, ...]]:
    """The supplier's proposals that an award notice selects: the last stage's, never who went on before it."""
    begun = select(func.max(Stage.number)).where(Stage.challenge_id == Challenge.id, Stage.state != "planned")
    return (
        select(
            Challenge.ref, Challenge.title, Challenge.language, Challenge.state, Challenge.closes_at,
            Challenge.noticed_at, Organisation.name, Organisation.slug,
            Proposal.id.label("proposal"), Proposal.public_summary,
            Proposal.language.label("summary_language"),
        )
        .join(DecisionLine, DecisionLine.proposal_id == Proposal.id)
        .join(Decision, Decision.id == DecisionLine.decision_id)
        .join(Stage, Stage.id == Decision.stage_id)
        .join(Challenge, Challenge.id == Stage.challenge_id)
        .join(Organisation, Organisation.id == Challenge.authority_id)
        .where(
            Proposal.supplier_id == supplier_id,
            DecisionLine.outcome == "forward",
            CONFIRMED,
            Stage.number == begun.correlate(Challenge).scalar_subquery(),
            Challenge.noticed_at.is_not(None),
            Challenge.state.in_(PUBLIC_STATES),
        )
        .order_by(Challenge.noticed_at.desc(), Challenge.id.desc())
        .limit(size)
    )  # fmt: skip


def _signed(read: Reader, proposals: list[int]) -> dict[int, tuple[Signed, ...]]:
    found: dict[int, tuple[Signed, ...]] = {}
    for row in read.connection.execute(*_agreements(proposals)):
        one = Signed(row.number, row.value, row.currency, row.signed_on)
        found[row.proposal_id] = (*found.get(row.proposal_id, ()), one)
    return found


@prepared
def _agreements(proposals: list[int]) -> Select[*tuple[Any, ...]]:
    return (
        select(Agreement.proposal_id, Stage.number, Agreement.value, Agreement.currency, Agreement.signed_on)
        .join(Stage, Stage.id == Agreement.stage_id)
        .where(Agreement.proposal_id.in_(proposals))
        .order_by(Agreement.signed_on, Agreement.id)
    )
