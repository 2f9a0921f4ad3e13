"""A supplier's summary: everything that was said and counted about its proposal, frozen when sent.

Fractions are spelled as text, such as `305/4`, so that the document says them exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction

import msgspec
from msgspec import Struct

from marketplace.rules import canonical, scoring
from marketplace.rules.challenges import Criteria, Criterion, Price
from marketplace.rules.scoring import Standing

ASK_WITHIN = timedelta(days=30)


def asks_until(sent_at: datetime) -> datetime:
    """From this instant on it is too late to ask back about a summary."""
    return sent_at + ASK_WITHIN


class Remark(Struct, frozen=True):
    """One evaluator's word on one criterion; `level` is absent where only the panel's levels are shown.

    `moved` says why the panel agreed on another level than this one.
    """

    evaluator: str
    reason: str
    question: str
    level: int | None = None
    moved: str = ""


class Line(Struct, frozen=True):
    """One criterion of one proposal: the panel's level, its points, and every reason.

    The level is the exact mean, or the one that the panel `agreed` on. `said` is why; without an agreed level it
    says why the panel could not agree, so that the mean stands.
    """

    criterion: str
    mean: str
    points: str
    remarks: tuple[Remark, ...] = ()
    agreed: bool = False
    said: str = ""


class Scored(Struct, frozen=True):
    """A proposal as it was scored: `total` out of 100, `rank` None below a threshold.

    `price` (minor units) stands in a supplier's own alone; `price_points` is empty where price does not count.
    """

    letter: str
    total: str
    rank: int | None
    lines: tuple[Line, ...]
    reason: str
    name: str = ""
    price: int | None = None
    price_points: str = ""


class Scale(Struct, frozen=True):
    """A criterion as it was published; `levels[n]` says what level n means."""

    id: str
    name: str
    meaning: str
    weight: int
    levels: tuple[str, ...]
    minimum: int | None = None

    @property
    def maximum(self) -> int:
        return len(self.levels) - 1


class Summary(Struct, frozen=True):
    """`cut_off` is the lowest total that went on, empty where nobody did or where rivals still compete.

    `selected` holds the chosen proposals of a last stage, this supplier's own left out. `more_within` are the days
    within which the rules promise more on request, 0 where they promise none. `excluded` is why the own proposal
    counts no more: on an `exclusion` ground, or `withdrawn` by its supplier.
    """

    format: str
    challenge: str
    title: str
    stage: int
    stage_name: str
    proposal: str
    outcome: str
    criteria: tuple[Scale, ...]
    minimum_total: int
    prompts: dict[str, str]
    own: Scored
    cut_off: str
    selected: tuple[Scored, ...]
    why: str
    rank_reason: str
    debrief: str
    price: Price = Price()
    currency: str = "GBP"
    more_within: int = 0
    excluded: str = ""


def spell(summary: Summary) -> str:
    return canonical.general(msgspec.to_builtins(summary)).decode()


def parse(spelled: str) -> Summary:
    return msgspec.json.decode(spelled, type=Summary)


def scales(criteria: Iterable[Criterion]) -> tuple[Scale, ...]:
    return tuple(Scale(c.id, c.name, c.meaning, c.weight, c.levels, c.minimum) for c in criteria)


def scored(
    criteria: Criteria, standing: Standing, remarks: Mapping[str, Sequence[Remark]],
    panel: Mapping[str, tuple[bool, str]], reason: str,
) -> Scored:  # fmt: skip
    """A standing put into words that never change again.

    By criterion: `remarks`, and of the `panel` whether it agreed on a level, and what it said.
    """
    lines = []
    for c in criteria.criteria:
        agreed, said = panel.get(c.id, (False, ""))
        points = scoring.points(c, criteria.criteria, standing.means[c.id], criteria.price)
        told = tuple(remarks.get(c.id, ()))
        lines.append(Line(c.id, str(standing.means[c.id]), str(points), told, agreed, said))
    won = scoring.price_points(criteria.criteria, criteria.price, standing.q)
    return Scored(
        standing.id, str(standing.total), standing.rank, tuple(lines), reason,
        price_points="" if standing.q is None else str(won),
    )  # fmt: skip


def fraction(spelled: str) -> Fraction:
    """The exact value of a mean, of points or of a total."""
    return Fraction(spelled)
