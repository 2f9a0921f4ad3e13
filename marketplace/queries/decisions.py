"""The ranking and the decision, for chair, approver and lead, and only once the levels are final.

Until then all of it is `decision.hidden`, which reads like an address that does not exist.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from sqlalchemy import select

from marketplace import policy
from marketplace.models.evaluation import Score
from marketplace.models.proposals import Proposal
from marketplace.queries.awards import Proposed, proposed
from marketplace.queries.evaluation import Place, place
from marketplace.queries.opened import check_declared
from marketplace.queries.query import Reader, query
from marketplace.rules import scoring
from marketplace.rules.ranking import DRAW, chain_of
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import Role
from marketplace.rules.scoring import Standing
from marketplace.standings import Final, levels_of, people_of, standings

PAGE = 250
SHOWN_STATES = ("moderating", "decided")


class Line(NamedTuple):
    """One proposal's place. Means, points and what is agreed stand by criterion, `levels` by evaluator besides.

    `name` is empty for whoever may not know who proposed. `failed` names the criteria whose minimum was
    missed, and `under` says that the total missed its own. `excluded` is the code why it counts no more.
    `price` is in minor units. `tied` shares its rank; `ahead_by` is the criterion, or `draw`, that put it before
    an equal total, and empty where none did.
    """

    letter: str
    name: str
    rank: int | None
    total: Fraction
    passes: bool
    excluded: str
    failed: tuple[str, ...]
    under: bool
    parts: tuple[tuple[str, Fraction], ...]
    price: int | None
    price_points: Fraction
    means: tuple[Fraction, ...]
    agreed: tuple[bool, ...]
    levels: tuple[tuple[int, ...], ...]
    tied: bool
    ahead_by: str


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
    def agreed(self) -> bool:
        """Whether an agreed level takes the place of a mean in one of these lines."""
        return any(any(line.agreed) for line in self.lines)

    @property
    def draws(self) -> bool:
        """Whether a draw would break a tie here that nothing else does: by the published rule, and not made yet."""
        return (
            self.place.content.criteria.draw == "drand"
            and not self.place.beacon
            and any(line.tied for line in self.lines)
        )

    @property
    def draw_decides(self) -> bool:
        """Whether the tie is between the last who could go on and the first who could not."""
        best = [line.rank for line in self.lines if line.rank is not None]
        return self.draws and 0 < self.limit < len(best) and best[self.limit - 1] == best[self.limit]

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
def scoring_again(read: Reader, challenge_ref: str, stage: int) -> Place:
    """The stage, for whoever moderates it. Refuses missing, stage.state where nobody scores."""
    here = place(read, challenge_ref, stage, "stage:moderate")
    if here.state != "scoring":
        raise Refused("stage.state", state=here.state)
    return here


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
    panel = read.connection.scalars(*people_of(found.place.stage_id))
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
    if Role.CHAIR in here.roles:
        # Whoever came to chair after the panel locked declares before any reason opens, like everybody else did.
        check_declared(read, here.stage_id)
    final = standings(read.connection, here.stage_id, here.content.criteria, here.beacon)
    shown = final.standings[start:] if size is None else final.standings[start : start + size]
    ids = [final.entries[each.id].id for each in shown]
    levels = levels_of(read.connection, here.stage_id, here.content.criteria, final.people, ids)
    draft = _Draft(here, final, start, len(shown))
    return Ranking(
        here, tuple(f"E{n}" for n in range(1, len(final.people) + 1)),
        tuple(map(draft.line, shown, levels)), len(final.standings), start,
        *proposed(read, here),
    )  # fmt: skip


Levels = tuple[tuple[int, ...], ...]


class _Draft:
    """What the lines of one ranking have in common."""

    def __init__(self, here: Place, final: Final, start: int, size: int) -> None:
        self.criteria = here.content.criteria
        self.final = final
        self.sees_names = here.may("stage:see-names")
        shared = Counter(each.rank for each in final.standings if each.rank is not None)
        self.tied = {rank for rank, count in shared.items() if count > 1}
        # One more than is shown, since the last line may be ahead of the first of the next page.
        chain = chain_of(self.criteria.criteria, draw=bool(here.beacon))
        self.ahead = _ahead(final.standings[start : start + size + 1], chain)
        self.points = scoring.Points(self.criteria.criteria, self.criteria.price)
        self.least = [(c, c.minimum) for c in self.criteria.criteria if c.minimum is not None]
        # What a price adds that is worth all that one can be.
        self.price_points = scoring.price_points(self.criteria.criteria, self.criteria.price, Fraction(1))

    def line(self, each: Standing, levels: Levels) -> Line:
        entry, criteria = self.final.entries[each.id], self.criteria.criteria
        means = tuple([each.means[c.id] for c in criteria])
        parts = [
            (c.name, self.points[c.id, mean.as_integer_ratio()])
            for c, mean in zip(criteria, means, strict=True)
        ]
        return Line(
            letter=each.id, name=entry.supplier if self.sees_names else "", rank=each.rank, total=each.total,
            passes=each.passes, excluded=entry.excluded,
            failed=tuple([c.name for c, least in self.least if each.means[c.id] < least]),
            under=each.total < self.criteria.minimum_total,
            parts=tuple(parts), price=entry.price,
            price_points=self.price_points * (each.q or 0), means=means,
            agreed=tuple([(each.id, c.id) in self.final.agreed for c in criteria]), levels=levels,
            tied=each.rank in self.tied, ahead_by=self.ahead.get(each.id, ""),
        )  # fmt: skip


def _ahead(ranked: Sequence[Standing], chain: Sequence[str]) -> dict[str, str]:
    """By letter, the link of the chain that put it before the next one of the same total."""
    return {
        one.id: next((link for link in chain if link == DRAW or one.means[link] != other.means[link]), "")
        for one, other in pairwise(ranked)
        if one.rank is not None
        and other.rank is not None
        and one.rank != other.rank
        and one.total == other.total
    }
