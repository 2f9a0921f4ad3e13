"""The ranking and the decision, for chair, approver and lead, and only once every score is locked.

Until then all of it is `decision.hidden`, which reads like an address that does not exist.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import func, select

from marketplace.models.accounts import Person
from marketplace.models.evaluation import Decision, DecisionLine, Score, Summary, counted_evaluators
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal
from marketplace.queries.evaluation import Place, declared_at, place
from marketplace.queries.query import Reader, query
from marketplace.rules import scoring
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import Role
from marketplace.rules.scoring import Standing

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


@query
def ranking(read: Reader, challenge_ref: str, stage: int, start: int = 0, size: int = PAGE) -> Ranking:
    """Exact totals and ranks. Refuses missing, and decision.hidden before the panel's last lock."""
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
    people = {person: f"E{n}" for n, person in enumerate(_people(read, found.place.stage_id), 1)}
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
    if here.state not in SHOWN_STATES:
        raise Refused("decision.hidden")
    if Role.CHAIR in here.roles and declared_at(read, here) is None:
        # Whoever came to chair after the panel locked declares before any reason opens, like everybody else did.
        raise Refused("declaration.missing")
    people = _people(read, here.stage_id)
    proposals = _proposals(read, here)
    standings = _standings(read, here, people, proposals)
    shown = standings[start:] if size is None else standings[start : start + size]
    by_letter = {letter: (id, name) for id, (letter, name) in proposals.items()}
    levels = _levels(read, here, people, [by_letter[each.id][0] for each in shown])
    shared = Counter(each.rank for each in standings if each.rank is not None)
    tied = {rank for rank, count in shared.items() if count > 1}
    sees_names = here.may("stage:see-names")
    lines = [
        _line(here, each, by_letter[each.id][1] if sees_names else "", levels[by_letter[each.id][0]], tied)
        for each in shown
    ]
    return Ranking(
        here, tuple(f"E{n}" for n in range(1, len(people) + 1)), tuple(lines), len(standings), start,
        _proposed(read, here), _sent_at(read, here),
    )  # fmt: skip


def _people(read: Reader, stage_id: int) -> list[int]:
    return list(read.connection.scalars(counted_evaluators(stage_id)))


def _proposals(read: Reader, here: Place) -> dict[int, tuple[str, str]]:
    rows = read.connection.execute(
        select(Proposal.id, Proposal.letter, Organisation.name)
        .join(Organisation, Organisation.id == Proposal.supplier_id)
        .where(
            Proposal.stage_id == here.stage_id, Proposal.state == "submitted", Proposal.letter.is_not(None)
        )
    )
    return {id: (letter or "", name) for id, letter, name in rows}


@dataclass(frozen=True, slots=True)
class _Summed:
    """A criterion whose levels are sums over the panel: totals come out the same, with fewer cells."""

    id: str
    weight: int
    maximum: int
    minimum: int | None


def _standings(
    read: Reader, here: Place, people: Sequence[int], proposals: Mapping[int, tuple[str, str]]
) -> tuple[Standing, ...]:
    """Every proposal's exact standing, from sums that the database makes of whole levels."""
    count = len(people)
    criteria = here.content.criteria
    if not count:
        return ()
    known = {criterion.id for criterion in criteria.criteria}
    rows = read.connection.execute(
        select(Score.proposal_id, Score.criterion, func.sum(Score.level), func.count())
        .where(Score.stage_id == here.stage_id, Score.person_id.in_(people))
        .group_by(Score.proposal_id, Score.criterion)
    ).all()
    sums = {
        ("panel", proposals[proposal][0], criterion): int(total)
        for proposal, criterion, total, cells in rows
        if proposal in proposals and criterion in known and cells == count
    }
    summed = [
        _Summed(c.id, c.weight, c.maximum * count, None if c.minimum is None else c.minimum * count)
        for c in criteria.criteria
    ]
    letters = [letter for letter, _ in proposals.values()]
    found = scoring.evaluate(summed, letters, ["panel"], sums, criteria.minimum_total)
    means = _Divided(count)
    return tuple(
        Standing(
            each.id, each.total, each.passes, each.rank, {id: means[sum_] for id, sum_ in each.means.items()}
        )
        for each in found
    )


class _Divided(dict[Fraction, Fraction]):
    """Sums to means; few are distinct, so each is divided once."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count

    def __missing__(self, total: Fraction) -> Fraction:
        self[total] = total / self.count
        return self[total]


def _levels(
    read: Reader, here: Place, people: Sequence[int], ids: Sequence[int]
) -> dict[int, tuple[tuple[int, ...], ...]]:
    """Every level of these proposals: a row for each evaluator, in the order of the criteria."""
    rows = read.connection.execute(
        select(Score.proposal_id, Score.person_id, Score.criterion, Score.level).where(
            Score.stage_id == here.stage_id, Score.person_id.in_(people), Score.proposal_id.in_(ids)
        )
    ).all()
    cells = {(proposal, person, criterion): level for proposal, person, criterion, level in rows}
    order = [criterion.id for criterion in here.content.criteria.criteria]
    return {id: tuple(tuple(cells[id, person, c] for c in order) for person in people) for id in ids}


def _line(
    here: Place, standing: Standing, name: str, levels: tuple[tuple[int, ...], ...], tied: set[int]
) -> Line:
    criteria = here.content.criteria.criteria
    return Line(
        letter=standing.id, name=name, rank=standing.rank, total=standing.total, passes=standing.passes,
        failed=tuple(c.name for c in criteria if c.minimum is not None and standing.means[c.id] < c.minimum),
        under=standing.total < here.content.criteria.minimum_total,
        parts=tuple((c.name, scoring.points(c, criteria, standing.means[c.id])) for c in criteria),
        levels=levels, tied=standing.rank in tied,
    )  # fmt: skip


def _proposed(read: Reader, here: Place) -> Proposed | None:
    confirmer = Person.__table__.alias()
    found = read.connection.execute(
        select(
            Decision.id, Decision.proposed_at, Decision.confirmed_at, Decision.why, Decision.rank_reason,
            Decision.language, Person.name, confirmer.c.name.label("confirmer"),
        )
        .join(Person, Person.id == Decision.proposed_by_id)
        .outerjoin(confirmer, confirmer.c.id == Decision.confirmed_by_id)
        .where(Decision.stage_id == here.stage_id, Decision.replaced_at.is_(None))
    ).one_or_none()  # fmt: skip
    if found is None:
        return None
    lines = read.connection.execute(
        select(Proposal.letter, DecisionLine.outcome, DecisionLine.reason)
        .join(Proposal, Proposal.id == DecisionLine.proposal_id)
        .where(DecisionLine.decision_id == found.id)
        .order_by(DecisionLine.rank.asc().nulls_last(), Proposal.letter)
    ).all()
    return Proposed(
        id=found.id, proposed_by=found.name, proposed_at=found.proposed_at,
        confirmed_by=found.confirmer or "", confirmed_at=found.confirmed_at, why=found.why,
        rank_reason=found.rank_reason, language=found.language, outcomes={row.letter: row.outcome for row in lines},
        reasons={row.letter: row.reason for row in lines},
    )  # fmt: skip


def _sent_at(read: Reader, here: Place) -> datetime | None:
    return read.connection.scalar(select(func.min(Summary.sent_at)).where(Summary.stage_id == here.stage_id))
