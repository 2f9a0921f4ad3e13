"""Results: who won and why, what everybody scored, what it costs, and what is not public.

Names, reasons and summaries of those who were not selected are left in the database: the statement asks
for them only where the award notice, the supplier's consent or the rules make them public.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, Literal

import msgspec
from sqlalchemy import Boolean, Row, Select, String, and_, case, func, or_, select, type_coerce

from marketplace.models.evaluation import (
    CONFIRMED,
    Decision,
    DecisionLine,
    DeclaredInterest,
    Recusal,
    Score,
    counted_evaluators,
)
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal
from marketplace.models.stages import Agreement, Stage
from marketplace.models.statements import prepared
from marketplace.queries import levels
from marketplace.queries.agreements import Signed, agreements
from marketplace.queries.asked import Heard, heard_at
from marketplace.queries.challenges import (
    Head,
    PublicOutcome,
    PublicStage,
    Reason,
    find,
    outcome,
    reasons,
    stages,
)
from marketplace.queries.query import Reader, query
from marketplace.rules import draw, prices, scoring
from marketplace.rules.challenges import Content, Criterion
from marketplace.rules.refusals import Refused
from marketplace.rules.regimes import REGIMES

PAGE = 250
Withheld = Literal["names", "texts", "prices", "selected", "reasons", "evaluators", "levels", "interests"]


@dataclass(frozen=True)
class ScoreRow:
    """One criterion of one proposal. `levels` are the evaluators' own, empty where only the panel's are public.

    `mean` is the level that the panel `agreed` on, where it did.
    """

    criterion: str
    weight: int
    maximum: int
    levels: tuple[int | None, ...]
    mean: Fraction
    points: Fraction
    agreed: bool = False


@dataclass(frozen=True)
class Line:
    """A proposal in the ranking. `name` is its supplier's where that is public, else empty.

    `slug` leads to the page of a supplier that was selected, and is empty for the others. `price` is that of
    whoever was selected, and `price_points` what it added to the total; None where price does not count.
    """

    letter: str
    name: str
    slug: str
    selected: bool
    outcome: str
    rank: int | None
    total: Fraction
    parts: tuple[tuple[str, Fraction], ...]
    summary: str
    language: str
    reason: str
    value: int | None
    currency: str
    rows: tuple[ScoreRow, ...]
    price: int | None
    price_points: Fraction | None


@dataclass(frozen=True)
class StageResult:
    """One decided stage. `declared` counts people by interest; `evaluators` are E1, E2 … or nobody.

    `locks` are the entries of the trail in which scores were locked.
    `why` and `rank_reason` (why out of rank, or between equals) are those of a last stage, else empty.
    `not_counted` has a reason, in general words, and its language for each person whose scores were left out.
    """

    number: int
    name: str
    received: int
    decided_at: datetime | None
    draw_round: int | None
    why: str
    rank_reason: str
    language: str
    criteria: tuple[tuple[str, int], ...]
    price_weight: int
    evaluators: tuple[str, ...]
    panel: int
    not_counted: tuple[tuple[str, str], ...]
    declared: dict[str, int]
    heard: Heard
    locks: tuple[int, ...]
    lines: tuple[Line, ...]
    more: bool

    @property
    def selected(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.selected)


@dataclass(frozen=True)
class Results:
    """A challenge's results, the last stage first; without any before they are public.

    `withheld` are codes of what is kept back (`Withheld`).
    """

    head: Head
    stages: tuple[StageResult, ...]
    planned: tuple[PublicStage, ...] = ()
    agreements: tuple[Signed, ...] = ()
    reasons: tuple[Reason, ...] = ()
    outcome: PublicOutcome | None = None
    withheld: tuple[Withheld, ...] = ()

    @property
    def taken_back(self) -> tuple[Reason, ...]:
        """Why decisions were taken back or a reserve was called, the latest first."""
        return tuple(each for each in self.reasons if each.move in ("reopen", "call-reserve"))


@dataclass(frozen=True)
class ProposalScores:
    head: Head
    stage: StageResult
    line: Line


class _Record(msgspec.Struct):
    """The one list that is needed of a decision's public record."""

    locks: tuple[int, ...] = ()


_account = msgspec.json.Decoder(_Record).decode


@query
def results(read: Reader, ref: str, start: int = 0) -> Results:
    """Every decided stage's ranking, from line `start`. Refuses missing for what is not public."""
    head = find(read, ref)
    if not head.has_result:
        return Results(head, (), reasons=reasons(read, head))
    rows = read.connection.execute(*_decided(head.id)).all()
    decided = tuple(_stage(read, head, row, start) for row in rows)
    return Results(
        head=head,
        stages=decided,
        planned=stages(read, head),
        agreements=agreements(read, head) if head.awarded_at else (),
        reasons=reasons(read, head),
        outcome=outcome(read, head),
        withheld=_withheld(head, decided),
    )


@query
def scores(read: Reader, ref: str, number: int, letter: str) -> ProposalScores:
    """Every score of one proposal. Refuses missing where there are no public results, or no such letter."""
    head = find(read, ref)
    decided = read.connection.execute(*_decided(head.id)).all() if head.has_result else ()
    row = next((each for each in decided if each.number == number), None)
    if row is None:
        raise Refused("missing")
    stage = _stage(read, head, row, 0, letter)
    if not stage.lines:
        raise Refused("missing")
    return ProposalScores(head, stage, stage.lines[0])


@prepared
def _decided(challenge_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Stage.id,
            Stage.number,
            Stage.received,
            Stage.decided_at,
            Stage.opened_at,
            Stage.beacon,
            Decision.id.label("decision"),
            Decision.why,
            Decision.rank_reason,
            Decision.language,
            Decision.record,
        )
        .join(Decision, Decision.stage_id == Stage.id)
        .where(
            Stage.challenge_id == challenge_id,
            CONFIRMED,
        )
        .order_by(Stage.number.desc())
    )  # fmt: skip


def _stage(read: Reader, head: Head, row: Row[*tuple[Any, ...]], start: int, letter: str = "") -> StageResult:
    content = head.content
    last = row.number == len(content.stages.stages)
    public = bool(head.noticed_at) or not last
    asked = _lines(row.decision, public, _rules_name_all(head), letter, start, PAGE + 1)
    found = read.connection.execute(*asked).all()
    shown = found[:PAGE]
    final = levels.final(read, row.id, [each.id for each in shown])
    evaluators = read.connection.scalars(*_evaluators(row.id)).all()
    individual = content.terms.publish_scores == "individual"
    with_levels = [each.id for each in shown if letter or each.selected] if individual else []
    given = levels.given(read, row.id, with_levels) if with_levels else {}
    criteria = content.criteria.criteria if final.levels else ()
    known = scoring.Points(criteria, content.criteria.price)
    return StageResult(
        number=row.number,
        name=content.stages.stages[row.number - 1].name,
        received=row.received or 0,
        decided_at=row.decided_at,
        draw_round=draw.round_of(row.opened_at) if row.beacon else None,
        why=row.why if last else "",
        rank_reason=row.rank_reason if last else "",
        language=row.language,
        criteria=tuple((c.name, c.weight) for c in criteria),
        price_weight=prices.weight(content.criteria.price) if criteria else 0,
        evaluators=tuple(f"E{n}" for n, _ in enumerate(evaluators, 1)) if individual else (),
        panel=len(evaluators),
        not_counted=tuple((why, said_in) for why, said_in in read.connection.execute(*_left_out(row.id))),
        heard=heard_at(read, row.id),
        declared={interest: count for interest, count in read.connection.execute(*_declared(row.id))},
        locks=_account(row.record).locks if row.record else (),
        lines=tuple(
            _line(each, content, criteria, final, given, evaluators if individual else (), known, letter)
            for each in shown
        ),
        more=len(found) > PAGE,
    )


@prepared
def _lines(
    decision: int, public: bool, all_named: bool, letter: str, start: int, size: int
) -> Select[*tuple[Any, ...]]:
    """The ranking, or one line of it. What is not public is replaced by nothing inside the database."""
    selected = and_(DecisionLine.outcome == "forward", type_coerce(public, Boolean))
    named = or_(selected, Proposal.agrees_to_be_named, type_coerce(all_named, Boolean))
    value = (
        select(func.sum(Agreement.value))
        .where(Agreement.proposal_id == Proposal.id, Agreement.ended_at.is_(None))
        .scalar_subquery()
    )
    return (
        select(
            Proposal.id, Proposal.letter, Proposal.language, selected.label("selected"),
            DecisionLine.outcome, DecisionLine.rank, DecisionLine.total_top, DecisionLine.total_bottom,
            case((named, Organisation.name), else_="").label("name"),
            case((selected, Organisation.slug), else_="").label("slug"),
            case((selected, Proposal.public_summary), else_="").label("summary"),
            case((selected, DecisionLine.reason), else_="").label("reason"),
            case((selected, value), else_=None).label("value"),
            case((selected, Proposal.price), else_=None).label("price"),
        )
        .join(DecisionLine, DecisionLine.proposal_id == Proposal.id)
        .join(Organisation, Organisation.id == Proposal.supplier_id)
        .where(
            DecisionLine.decision_id == decision,
            or_(type_coerce(letter, String) == "", Proposal.letter == letter),
        )
        .order_by(DecisionLine.rank.asc().nulls_last(), Proposal.letter)
        .offset(start)
        .limit(size)
    )  # fmt: skip


def _rules_name_all(head: Head) -> bool:
    """Whether the rules name everyone: above their threshold, once there is an award notice."""
    regime = REGIMES.get(head.content.terms.regime)
    above = regime.losers_named_above.value if regime else None
    return bool(head.noticed_at and above is not None and head.content.stages.budget > above)


def _line(
    row: Row[*tuple[Any, ...]],
    content: Content,
    criteria: Sequence[Criterion],
    final: levels.Final,
    given: dict[levels.Cell, dict[int, int]],
    evaluators: Sequence[int],
    known: scoring.Points,
    letter: str,
) -> Line:
    price, total = content.criteria.price, Fraction(row.total_top, row.total_bottom)
    scored = [c for c in criteria if (row.id, c.id) in final.levels]
    points = {c.id: known[c.id, final.levels[row.id, c.id].as_integer_ratio()] for c in scored}
    rows = (
        ScoreRow(
            c.name, c.weight, c.maximum, tuple(given.get((row.id, c.id), {}).get(person) for person in evaluators),
            final.levels[row.id, c.id], points[c.id], (row.id, c.id) in final.agreed,
        )
        for c in scored
        if row.selected or letter
    )  # fmt: skip
    return Line(
        letter=row.letter or "", name=row.name, slug=row.slug, selected=bool(row.selected), outcome=row.outcome,
        rank=row.rank, total=total, parts=tuple((c.name, points[c.id]) for c in scored), summary=row.summary,
        language=row.language, reason=row.reason, value=row.value, currency=content.stages.currency,
        rows=tuple(rows), price=row.price,
        price_points=total - sum(points.values()) if price.counts and scored else None,
    )  # fmt: skip


def _withheld(head: Head, decided: Sequence[StageResult]) -> tuple[Withheld, ...]:
    """What is kept back of what the panel had before it."""
    lines = [line for stage in decided for line in stage.lines]
    kept: tuple[tuple[Withheld, bool], ...] = (
        ("names", any(not line.name for line in lines)),
        ("texts", any(not line.selected for line in lines)),
        ("prices", any(line.price_points is not None and not line.selected for line in lines)),
        ("selected", any(line.selected for line in lines)),
        ("reasons", bool(lines)),
        ("evaluators", any(stage.panel for stage in decided)),
        ("levels", bool(lines) and head.content.terms.publish_scores == "panel"),
        ("interests", any(stage.declared for stage in decided)),
    )
    return tuple(code for code, holds in kept if holds)


_evaluators = prepared(counted_evaluators)


@prepared
def _left_out(stage_id: int) -> Select[*tuple[Any, ...]]:
    """Why each of the panel who had scored does not count, in the order in which they left."""
    row = Recusal
    scored = (Score.stage_id == row.stage_id) & (Score.person_id == row.person_id)
    return (
        select(row.reason, row.language)
        .where(row.stage_id == stage_id, select(Score.person_id).where(scored).exists())
        .order_by(row.log_index)
    )


@prepared
def _declared(stage_id: int) -> Select[*tuple[Any, ...]]:
    """How many people declared a manageable interest, and how many a conflict; never who, or about whom."""
    people = func.count(func.distinct(DeclaredInterest.person_id))
    return (
        select(DeclaredInterest.interest, people)
        .where(DeclaredInterest.stage_id == stage_id, DeclaredInterest.interest != "none")
        .group_by(DeclaredInterest.interest)
    )
