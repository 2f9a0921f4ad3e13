"""Panels to count: written down by hand, and drawn at random."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from marketplace.rules import prices, scoring
from marketplace.rules.ranking import chain_of
from marketplace.rules.scoring import Standing

BEACON = "c0ffee"
RIVALS_DO_NOT_MATTER = tuple(method for method in prices.METHODS if method != "lowest_ratio")

Scores = dict[tuple[str, str, str], int]


@dataclass(frozen=True)
class Criterion:
    id: str
    weight: int
    maximum: int = 4
    minimum: int | None = None


@dataclass(frozen=True)
class Price:
    method: str
    weight: int
    amount: int | None = None


def criteria_of(*weights: int, maximum: int = 4) -> list[Criterion]:
    return [Criterion(f"c{number}", weight, maximum) for number, weight in enumerate(weights)]


def table(criteria: Sequence[Criterion], rows: dict[str, list[list[int]]]) -> Scores:
    """Scores from rows of levels, one row for each evaluator, by proposal."""
    return {
        (f"E{number}", proposal, criterion.id): level
        for proposal, panel in rows.items()
        for number, levels in enumerate(panel)
        for criterion, level in zip(criteria, levels, strict=True)
    }


@dataclass(frozen=True)
class World:
    criteria: list[Criterion]
    proposals: list[str]
    evaluators: list[str]
    scores: Scores
    agreed: dict[tuple[str, str], int]
    price: Price | None
    prices: dict[str, int]
    excluded: frozenset[str]
    ties: tuple[str, ...]

    def standings(self) -> tuple[Standing, ...]:
        return scoring.evaluate(
            self.criteria, self.proposals, self.evaluators, self.scores, 20, self.agreed, price=self.price,
            prices=self.prices, excluded=self.excluded, ties=self.ties, beacon=BEACON,
        )  # fmt: skip

    def without(self, gone: str) -> World:
        return replace(
            self,
            proposals=[id for id in self.proposals if id != gone],
            scores={cell: level for cell, level in self.scores.items() if cell[1] != gone},
            agreed={cell: level for cell, level in self.agreed.items() if cell[0] != gone},
            prices={id: price for id, price in self.prices.items() if id != gone},
            excluded=self.excluded - {gone},
        )


@st.composite
def worlds(draw: st.DrawFn, methods: tuple[str, ...] = prices.METHODS) -> World:
    count = draw(st.integers(1, 4))
    criteria = [
        Criterion(
            f"c{n}", draw(st.integers(1, 100)), draw(st.integers(2, 10)), draw(st.none() | st.integers(0, 2))
        )
        for n in range(count)
    ]
    proposals = [f"P{n}" for n in range(draw(st.integers(1, 5)))]
    evaluators = [f"E{n}" for n in range(draw(st.integers(1, 4)))]
    scores = {
        (evaluator, proposal, criterion.id): draw(st.integers(0, criterion.maximum))
        for evaluator in evaluators
        for proposal in proposals
        for criterion in criteria
    }
    agreed = {
        (proposal, criterion.id): draw(st.integers(0, criterion.maximum))
        for proposal in proposals
        for criterion in criteria
        if draw(st.booleans())
    }
    method = draw(st.sampled_from(methods))
    price = Price(method, draw(st.integers(1, 100)), draw(st.integers(1, 2000)))
    amounts = {proposal: draw(st.integers(1, 2000)) for proposal in proposals}
    excluded = frozenset(proposal for proposal in proposals if draw(st.integers(0, 4)) == 0)
    ties = draw(st.sampled_from([(), chain_of(criteria, draw=False), chain_of(criteria, draw=True)]))
    return World(criteria, proposals, evaluators, scores, agreed, price, amounts, excluded, ties)
