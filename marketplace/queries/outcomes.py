"""The register of outcomes: what became of every challenge that ended, and whose report is overdue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select, tuple_

from marketplace.models.challenges import IN_FORCE, Challenge, ChallengeVersion, MoveReason, Outcome
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal
from marketplace.models.stages import Agreement, Stage
from marketplace.queries.listings import Unusable, cursor, place_of
from marketplace.queries.query import Reader, query
from marketplace.rules import contents
from marketplace.rules.challenges import Outcome as Measure
from marketplace.rules.lifecycle import ENDED_STATES
from marketplace.rules.working_days import uk_date

PAGE = 20
OVERDUE = 20
REPORT_AFTER = timedelta(days=365)


@dataclass(frozen=True)
class Supplier:
    """Who was paid for a stage: legal name, number and address, and the agreement."""

    name: str
    slug: str
    company_number: str
    address: str
    stage: str
    value: int
    currency: str
    signed_on: date
    solution: str


@dataclass(frozen=True)
class Registered:
    """One row of the register. `words` is the result, or the reason where it ended early."""

    ref: str
    title: str
    authority: str
    authority_slug: str
    state: str
    ended_at: datetime
    measures: tuple[Measure, ...]
    words: str
    lessons: str
    in_use: bool | None
    spent: int | None
    currency: str
    stages_planned: int
    stages_decided: int
    suppliers: tuple[Supplier, ...]


@dataclass(frozen=True)
class Overdue:
    ref: str
    title: str
    authority: str
    due_on: date


@dataclass(frozen=True)
class Register:
    rows: tuple[Registered, ...]
    overdue: tuple[Overdue, ...]
    next: str


@query
def register(read: Reader, after: str = "") -> Register:
    """One page of 20, the latest end first. Raises `Unusable` for a cursor that was not given out."""
    where: list[ColumnElement[bool]] = [Challenge.state.in_(ENDED_STATES), Challenge.ended_at.is_not(None)]
    if after:
        order, ended_at, ref = place_of(after)
        if order != "ended":
            raise Unusable("after")
        own = select(Challenge.id).where(Challenge.ref == ref).scalar_subquery()
        where.append(tuple_(Challenge.ended_at, Challenge.id) < tuple_(ended_at, own))
    rows = _ended(read, where)
    shown = rows[:PAGE]
    ids = [row.id for row in shown]
    suppliers, decided = _suppliers(read, shown), _decided(read, ids)
    listed = tuple(_registered(row, suppliers.get(row.id, ()), decided.get(row.id, 0)) for row in shown)
    following = cursor("ended", shown[-1].ended_at, shown[-1].ref) if len(rows) > PAGE else ""
    return Register(listed, () if after else _overdue(read), following)


def _ended(read: Reader, where: Sequence[Any]) -> Sequence[Row[*tuple[Any, ...]]]:
    """Ended challenges with what is public of their end: a result only once completing published it."""
    published = and_(Outcome.challenge_id == Challenge.id, Challenge.state == "completed")
    stopped = and_(MoveReason.challenge_id == Challenge.id, MoveReason.move == "terminate")
    return read.connection.execute(
        select(
            Challenge.id,
            Challenge.ref,
            Challenge.state,
            Challenge.ended_at,
            Organisation.name,
            Organisation.slug,
            ChallengeVersion.content,
            Outcome.result,
            Outcome.lessons,
            Outcome.in_use,
            Outcome.spent,
            Outcome.currency,
            MoveReason.reason,
        )
        .join(Organisation, Organisation.id == Challenge.authority_id)
        .join(ChallengeVersion, IN_FORCE)
        .outerjoin(Outcome, published)
        .outerjoin(MoveReason, stopped)
        .where(*where)
        .order_by(Challenge.ended_at.desc(), Challenge.id.desc())
        .limit(PAGE + 1)
    ).all()


def _registered(row: Row[*tuple[Any, ...]], suppliers: tuple[Supplier, ...], decided: int) -> Registered:
    content = contents.parse(row.content)
    return Registered(
        ref=row.ref,
        title=content.problem.title,
        authority=row.name,
        authority_slug=row.slug,
        state=row.state,
        ended_at=row.ended_at,
        measures=content.outcomes.outcomes,
        words=row.result or row.reason or "",
        lessons=row.lessons or "",
        in_use=row.in_use,
        spent=row.spent,
        currency=row.currency or "GBP",
        stages_planned=len(content.stages.stages),
        stages_decided=decided,
        suppliers=suppliers,
    )


def _suppliers(read: Reader, shown: Sequence[Row[*tuple[Any, ...]]]) -> dict[int, tuple[Supplier, ...]]:
    plans = {row.id: contents.parse(row.content).stages.stages for row in shown}
    rows = read.connection.execute(
        select(
            Stage.challenge_id,
            Stage.number,
            Organisation.name,
            Organisation.slug,
            Organisation.company_number,
            Organisation.address,
            Agreement.value,
            Agreement.currency,
            Agreement.signed_on,
            Proposal.public_summary,
        )
        .join(Agreement, Agreement.stage_id == Stage.id)
        .join(Organisation, Organisation.id == Agreement.supplier_id)
        .join(Proposal, Proposal.id == Agreement.proposal_id)
        .where(Stage.challenge_id.in_(list(plans)))
        .order_by(Stage.number, Agreement.signed_on, Agreement.id)
    )
    found: dict[int, tuple[Supplier, ...]] = {}
    for challenge_id, number, name, slug, company, address, value, currency, signed, summary in rows:
        stage = plans[challenge_id][number - 1].name
        one = Supplier(name, slug, company or "", address, stage, value, currency, signed, summary)
        found[challenge_id] = (*found.get(challenge_id, ()), one)
    return found


def _decided(read: Reader, ids: Sequence[int]) -> dict[int, int]:
    rows = read.connection.execute(
        select(Stage.challenge_id, func.count())
        .where(Stage.challenge_id.in_(ids), Stage.state == "decided")
        .group_by(Stage.challenge_id)
    )
    return {challenge_id: count for challenge_id, count in rows}


def _overdue(read: Reader) -> tuple[Overdue, ...]:
    """Awarded, and no result: due when the last agreement ends, or else a year after the award."""
    ends_on = (
        select(func.max(Agreement.ends_on))
        .join(Stage, Stage.id == Agreement.stage_id)
        .where(Stage.challenge_id == Challenge.id)
        .scalar_subquery()
    )
    today = uk_date(read.now)
    late = or_(ends_on < today, and_(ends_on.is_(None), Challenge.awarded_at < read.now - REPORT_AFTER))
    rows = read.connection.execute(
        select(
            Challenge.ref,
            Challenge.awarded_at,
            Organisation.name,
            ChallengeVersion.content,
            ends_on.label("ends_on"),
        )
        .join(Organisation, Organisation.id == Challenge.authority_id)
        .join(ChallengeVersion, IN_FORCE)
        .where(Challenge.state.in_(("awarded", "delivering")), late)
        .order_by(Challenge.awarded_at, Challenge.id)
        .limit(OVERDUE)
    )
    return tuple(
        Overdue(
            row.ref,
            contents.parse(row.content).problem.title,
            row.name,
            row.ends_on or uk_date(row.awarded_at + REPORT_AFTER),
        )
        for row in rows
    )
