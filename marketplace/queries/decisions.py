"""The ranking and the decision, for chair, approver and lead, and only once the levels are final.

Until then all of it is `decision.hidden`, which reads like an address that does not exist.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, and_, case, func, select

from marketplace import policy
from marketplace.models.accounts import Person
from marketplace.models.challenges import Challenge
from marketplace.models.evaluation import (
    Decision,
    DecisionLine,
    Score,
    Summary,
    counted_evaluators,
    taken_forward,
)
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal
from marketplace.models.stages import Agreement, Stage
from marketplace.models.statements import prepared
from marketplace.policy import On
from marketplace.queries.evaluation import Place, declared_at, opened, place
from marketplace.queries.query import Reader, query
from marketplace.rules import regimes, scoring
from marketplace.rules.ranking import Ranked, Result, rank
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import PERMISSIONS, Role
from marketplace.rules.scoring import Scale

PAGE = 250
SHOWN_STATES = ("moderating", "decided")


@dataclass(frozen=True)
class Line:
    """One proposal's place. `parts` are points by criterion; `levels` by evaluator, in published order.

    `name` is empty for whoever may not know who proposed. `failed` names the criteria whose minimum was
    missed, and `under` says that the total missed its own.
    """

    letter: str
    name: str
    rank: int | None
    total: Fraction
    passes: bool
    failed: tuple[str, ...]
    under: bool
    parts: tuple[tuple[str, Fraction], ...]
    levels: tuple[tuple[int, ...], ...]
    tied: bool


@dataclass(frozen=True)
class Proposed:
    """The standing decision: outcome and sentence by letter; `confirmed_at` is None while it waits.

    `language` is that of all its words.
    """

    id: int
    proposed_by: str
    proposed_at: datetime
    confirmed_by: str
    confirmed_at: datetime | None
    why: str
    rank_reason: str
    language: str
    outcomes: Mapping[str, str]
    reasons: Mapping[str, str]

    @property
    def forward(self) -> tuple[str, ...]:
        return tuple(letter for letter, outcome in self.outcomes.items() if outcome == "forward")


@dataclass(frozen=True)
class Ranking:
    """Lines `start` to `start + PAGE` of `count`, best first, those below a threshold last."""

    place: Place
    evaluators: tuple[str, ...]
    lines: tuple[Line, ...]
    count: int
    start: int
    decision: Proposed | None
    summaries_sent_at: datetime | None

    @property
    def limit(self) -> int:
        """How many the published plan lets go on."""
        return self.place.content.stages.stages[self.place.stage - 1].forward

    @property
    def next(self) -> int | None:
        return self.start + PAGE if self.start + PAGE < self.count else None

    @property
    def previous(self) -> int | None:
        return max(0, self.start - PAGE) if self.start else None

    @property
    def preselected(self) -> tuple[str, ...]:
        """The best that pass, up to the limit, leaving out a tie that the limit would cut through."""
        best = [line for line in self.lines if line.rank is not None]
        if len(best) <= self.limit:
            return tuple(line.letter for line in best)
        edge = best[self.limit].rank
        return tuple(line.letter for line in best[: self.limit] if line.rank != edge)


@dataclass(frozen=True)
class Remark:
    evaluator: str
    level: int
    reason: str
    question: str
    language: str


@dataclass(frozen=True)
class Reasons:
    """Every locked score of one proposal, by criterion, for the chair who writes to its supplier."""

    ranking: Ranking
    line: Line
    remarks: Mapping[str, tuple[Remark, ...]]


@dataclass(frozen=True)
class Award:
    """What an award notice makes public: names of those selected, why, and how many others there are.

    `scores` is individual or panel. `standstill` is its last day if the notice is published now, if any.
    """

    selected: tuple[str, ...]
    others: int
    why: str
    language: str
    scores: str
    standstill: date | None


@query
def award(read: Reader, challenge_ref: str) -> Award | None:
    """What the award notice would make public now; None before the last stage that began is decided."""
    number = read.connection.scalar(
        select(func.max(Stage.number))
        .join(Challenge, Challenge.id == Stage.challenge_id)
        .where(Challenge.ref == challenge_ref, Stage.state != "planned")
    )
    if number is None:
        return None
    here = place(read, challenge_ref, number, "summary:send")
    decision, _sent = _proposed(read, here)
    if decision is None or decision.confirmed_at is None:
        return None
    proposals = read.connection.execute(*opened(here.stage_id))
    names = {letter: name for _id, letter, name in proposals}
    terms = here.content.terms
    return Award(
        selected=tuple(names[letter] for letter in decision.forward),
        others=len(names) - len(decision.forward), why=decision.why, language=decision.language,
        scores=terms.publish_scores,
        standstill=regimes.last_standstill_day(
            regimes.REGIMES[terms.regime], read.now, terms.standstill_days
        ),
    )  # fmt: skip


@query
def scoring_again(read: Reader, challenge_ref: str, stage: int) -> Place:
    """The stage, for whoever moderates it. Refuses missing, stage.state where nobody scores."""
    here = place(read, challenge_ref, stage, "stage:moderate")
    if here.state != "scoring":
        raise Refused("stage.state", state=here.state)
    return here


@query
def may_drop_out(read: Reader, challenge_ref: str) -> tuple[tuple[str, str], ...]:
    """Letter and name of whoever was selected at the last stage that began and has signed nothing there."""
    on = select(Challenge.id).where(Challenge.ref == challenge_ref).scalar_subquery()
    challenge_id = read.connection.scalar(select(on)) or 0
    roles = read.require("challenge:move", On(challenge_id=challenge_id))
    chosen = policy.chosen_of(read.connection, challenge_id)
    signed = select(Agreement.proposal_id).where(
        Agreement.stage_id == chosen.stage_id, Agreement.ended_at.is_(None)
    )
    rows = read.connection.execute(
        select(Proposal.letter, Organisation.name)
        .join(Organisation, Organisation.id == Proposal.supplier_id)
        .where(Proposal.id.in_(taken_forward(chosen.stage_id)), Proposal.id.not_in(signed))
        .order_by(Proposal.letter)
    )
    sees = bool(PERMISSIONS["stage:see-names"] & roles)
    return tuple((letter or "", name if sees else "") for letter, name in rows)


@query
def ranking(read: Reader, challenge_ref: str, stage: int, start: int = 0, size: int = PAGE) -> Ranking:
    """Exact totals and ranks. Refuses missing, decision.hidden before the levels are final, role.own_proposal."""
    return _ranking(read, challenge_ref, stage, "decision:see", start, size)


@query
def whole_ranking(read: Reader, challenge_ref: str, stage: int, permission: str) -> Ranking:
    """Every line at once, for whoever proposes (`decision:propose`), confirms or sends."""
    return _ranking(read, challenge_ref, stage, permission, 0, None)


@query
def reasons(read: Reader, challenge_ref: str, stage: int, letter: str) -> Reasons:
    """One proposal's scores with every evaluator's reason; refuses as `ranking`, and score.cell."""
    found = _ranking(read, challenge_ref, stage, "decision:see", 0, None)
    line = next((each for each in found.lines if each.letter == letter), None)
    if line is None:
        raise Refused("score.cell")
    panel = read.connection.scalars(*_people(found.place.stage_id))
    people = {person: f"E{n}" for n, person in enumerate(panel, 1)}
    rows = read.connection.execute(
        select(Score.person_id, Score.criterion, Score.level, Score.reason, Score.question, Score.language)
        .join(Proposal, Proposal.id == Score.proposal_id)
        .where(Score.stage_id == found.place.stage_id, Proposal.letter == letter, Score.person_id.in_(people))
    ).all()
    by_criterion: dict[str, tuple[Remark, ...]] = {}
    for criterion in found.place.content.criteria.criteria:
        mine = [row for row in rows if row.criterion == criterion.id]
        said = [
            Remark(people[row.person_id], row.level, row.reason, row.question, row.language) for row in mine
        ]
        by_criterion[criterion.id] = tuple(sorted(said, key=lambda each: int(each.evaluator[1:])))
    return Reasons(found, line, by_criterion)


def _ranking(
    read: Reader, challenge_ref: str, stage: int, permission: str, start: int, size: int | None
) -> Ranking:
    here = place(read, challenge_ref, stage, permission)
    if here.state not in SHOWN_STATES or not here.final:
        raise Refused("decision.hidden")
    policy.stands_apart(read.connection, read.actor, here.challenge_id)
    if Role.CHAIR in here.roles and declared_at(read, here) is None:
        # Whoever came to chair after the panel locked declares before any reason opens, like everybody else did.
        raise Refused("declaration.missing")
    people = read.connection.scalars(*_people(here.stage_id)).all()
    proposals = read.connection.execute(*opened(here.stage_id)).all()
    standings = _standings(read, here, people, {id: letter for id, letter, _ in proposals})
    shown = standings[start:] if size is None else standings[start : start + size]
    by_letter = {letter: (id, name) for id, letter, name in proposals}
    levels = _levels(read, here, people, [by_letter[each.id][0] for each in shown])
    points = _Points(here, len(people))
    shared = Counter(each.rank for each in standings if each.rank is not None)
    tied = {rank for rank, count in shared.items() if count > 1}
    sees_names = here.may("stage:see-names")
    lines = []
    for each in shown:
        id, name = by_letter[each.id]
        lines.append(_line(here, each, name if sees_names else "", levels[id], tied, points))
    return Ranking(
        here, tuple(f"E{n}" for n in range(1, len(people) + 1)), tuple(lines), len(standings), start,
        *_proposed(read, here),
    )  # fmt: skip


_people = prepared(counted_evaluators)


def _standings(read: Reader, here: Place, people: Sequence[int], letters: Mapping[int, str]) -> list[Ranked]:
    """Every proposal's exact total and rank, from whole numbers that the database sums."""
    if not people:
        return []
    criteria = here.content.criteria
    scale = Scale(criteria.criteria, len(people), criteria.minimum_total)
    complete = len(people) * len(criteria.criteria)
    found: list[Result] = []
    for proposal, cells, height, *sums in read.connection.execute(_heights(here, people, scale)).all():
        if proposal in letters:
            if cells != complete:
                raise ValueError(f"proposal {letters[proposal]} has {cells} scores of {complete}")
            row = dict(zip(scale.least, map(int, sums), strict=True))
            found.append(scale.result(letters[proposal], int(height), row))
    return rank(found)


def _heights(here: Place, people: Sequence[int], scale: Scale) -> Select[*tuple[Any, ...]]:
    """By proposal: how many cells, its height on the scale, and the sum of each criterion that has a minimum."""
    row = Score
    height = func.sum(row.level * case(scale.factors, value=row.criterion))
    sums = [func.sum(case((row.criterion == id, row.level), else_=0)) for id in scale.least]
    return (
        select(row.proposal_id, func.count(), height, *sums)
        .where(row.stage_id == here.stage_id, row.person_id.in_(people))
        .group_by(row.proposal_id)
    )


def _levels(
    read: Reader, here: Place, people: Sequence[int], ids: Sequence[int]
) -> dict[int, tuple[tuple[int, ...], ...]]:
    """Every level of these proposals: a row for each evaluator, in the order of the criteria."""
    column = {criterion.id: n for n, criterion in enumerate(here.content.criteria.criteria)}
    row = {person: n for n, person in enumerate(people)}
    grids = {id: [[0] * len(column) for _ in people] for id in ids}
    cells = read.connection.execute(*_cells(here.stage_id, people, ids)).all()
    for proposal, person, criterion, level in cells:
        grids[proposal][row[person]][column[criterion]] = level
    return {id: tuple(map(tuple, grid)) for id, grid in grids.items()}


@prepared
def _cells(stage_id: int, people: Sequence[int], ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    return select(Score.proposal_id, Score.person_id, Score.criterion, Score.level).where(
        Score.stage_id == stage_id, Score.person_id.in_(people), Score.proposal_id.in_(ids)
    )


class _Points(dict[tuple[int, int], tuple[str, Fraction]]):
    """A criterion's name and points by its place and the sum of its levels; few are distinct."""

    def __init__(self, here: Place, people: int) -> None:
        super().__init__()
        self.criteria = here.content.criteria.criteria
        self.people = people

    def __missing__(self, cell: tuple[int, int]) -> tuple[str, Fraction]:
        criterion = self.criteria[cell[0]]
        points = scoring.points(criterion, self.criteria, Fraction(cell[1], self.people))
        self[cell] = (criterion.name, points)
        return self[cell]


def _line(
    here: Place,
    ranked: Ranked,
    name: str,
    levels: tuple[tuple[int, ...], ...],
    tied: set[int],
    points: _Points,
) -> Line:
    criteria = here.content.criteria.criteria
    sums = list(map(sum, zip(*levels, strict=True)))
    return Line(
        letter=ranked.id, name=name, rank=ranked.rank, total=ranked.total, passes=ranked.passes,
        failed=tuple(
            c.name for c, total in zip(criteria, sums, strict=True)
            if c.minimum is not None and total < c.minimum * len(levels)
        ),
        under=ranked.total < here.content.criteria.minimum_total,
        parts=tuple(points[cell] for cell in enumerate(sums)), levels=levels, tied=ranked.rank in tied,
    )  # fmt: skip


def _proposed(read: Reader, here: Place) -> tuple[Proposed | None, datetime | None]:
    """The standing decision, and when the stage's summaries were sent."""
    found = read.connection.execute(*_decided(here.stage_id)).one()
    if found.id is None:
        return None, found.sent_at
    lines = read.connection.execute(*_outcomes(found.id)).all()
    return Proposed(
        id=found.id, proposed_by=found.name, proposed_at=found.proposed_at,
        confirmed_by=found.confirmer or "", confirmed_at=found.confirmed_at, why=found.why,
        rank_reason=found.rank_reason, language=found.language, outcomes={row.letter: row.outcome for row in lines},
        reasons={row.letter: row.reason for row in lines},
    ), found.sent_at  # fmt: skip


@prepared
def _decided(stage_id: int) -> Select[*tuple[Any, ...]]:
    confirmer = Person.__table__.alias()
    standing = and_(Decision.stage_id == Stage.id, Decision.replaced_at.is_(None))
    told = (Summary.stage_id == Stage.id) & Summary.replaced_at.is_(None)
    sent_at = select(func.min(Summary.sent_at)).where(told).scalar_subquery()
    return (
        select(
            Decision.id, Decision.proposed_at, Decision.confirmed_at, Decision.why, Decision.rank_reason,
            Decision.language, Person.name, confirmer.c.name.label("confirmer"), sent_at.label("sent_at"),
        )
        .select_from(Stage)
        .outerjoin(Decision, standing)
        .outerjoin(Person, Person.id == Decision.proposed_by_id)
        .outerjoin(confirmer, confirmer.c.id == Decision.confirmed_by_id)
        .where(Stage.id == stage_id)
    )  # fmt: skip


@prepared
def _outcomes(decision: int) -> Select[*tuple[Any, ...]]:
    return (
        select(Proposal.letter, DecisionLine.outcome, DecisionLine.reason)
        .join(Proposal, Proposal.id == DecisionLine.proposal_id)
        .where(DecisionLine.decision_id == decision)
        .order_by(DecisionLine.rank.asc().nulls_last(), Proposal.letter)
    )
