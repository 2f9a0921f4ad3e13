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
from marketplace.rules.challenges import Criterion
from marketplace.rules.scoring import Standing

ASK_WITHIN = timedelta(days=30)


def asks_until(sent_at: datetime) -> datetime:
    """From this instant on it is too late to ask back about a summary."""
    return sent_at + ASK_WITHIN


class Remark(Struct, frozen=True):
    """One evaluator's word on one criterion; `level` is absent where only the panel's levels are shown."""

    evaluator: str
    reason: str
    question: str
    level: int | None = None


class Line(Struct, frozen=True):
    """One criterion of one proposal: the panel's exact level, its points, and every reason."""

    criterion: str
    mean: str
    points: str
    remarks: tuple[Remark, ...] = ()


class Scored(Struct, frozen=True):
    """A proposal as it was scored: `total` out of 100, `rank` None below a threshold."""

    letter: str
    total: str
    rank: int | None
    lines: tuple[Line, ...]
    reason: str
    name: str = ""


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

    `selected` holds the chosen proposals of a last stage, this supplier's own left out.
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


def spell(summary: Summary) -> str:
    return canonical.general(msgspec.to_builtins(summary)).decode()


def parse(spelled: str) -> Summary:
    return msgspec.json.decode(spelled, type=Summary)


def scales(criteria: Iterable[Criterion]) -> tuple[Scale, ...]:
    return tuple(Scale(c.id, c.name, c.meaning, c.weight, c.levels, c.minimum) for c in criteria)


def scored(
    criteria: Sequence[Criterion], standing: Standing, remarks: Mapping[str, Sequence[Remark]], reason: str,
    name: str = "",
) -> Scored:  # fmt: skip
    """A standing with its remarks by criterion, put into words that never change again."""
    lines = tuple(
        Line(
            criterion=c.id,
            mean=str(standing.means[c.id]),
            points=str(scoring.points(c, criteria, standing.means[c.id])),
            remarks=tuple(remarks.get(c.id, ())),
        )
        for c in criteria
    )
    return Scored(standing.id, str(standing.total), standing.rank, lines, reason, name)


def fraction(spelled: str) -> Fraction:
    """The exact value of a mean, of points or of a total."""
    return Fraction(spelled)
