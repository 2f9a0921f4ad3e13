"""A ranking's stacked bars in numbers: where each part begins and ends, and what is written on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from flask import Flask

from marketplace.web.words import words

SERIES = 4
# A narrower part has no room for its number; the table beneath has all of them.
WIDE_ENOUGH = 6


class Segment(NamedTuple):
    """One part of a bar: `x`, `width` and `end` are percent of its length; `label` stands on it, or nothing."""

    series: str
    x: str
    width: str
    end: str
    label: str


@dataclass(frozen=True, slots=True)
class Bar:
    """The parts that are to be seen, and the points of all as text."""

    segments: list[Segment]
    texts: list[str]


def bar(parts: Iterable[tuple[str, Fraction]]) -> Bar:
    """A bar of points out of 100, criterion by criterion."""
    spell, drawn, end, at = words().decimal, Bar([], []), 0.0, "0.000"
    for n, (_name, points) in enumerate(parts):
        width, written, hundredths = _measured(points.numerator, points.denominator)
        text = spell(hundredths, 2)
        drawn.texts.append(text)
        if width:
            end += width
            x, at = at, f"{end:.3f}"
            drawn.segments.append(
                Segment(str(n % SERIES + 1), x, written, at, text if width >= WIDE_ENOUGH else "")
            )
    return drawn


@lru_cache(4096)
def _measured(top: int, bottom: int) -> tuple[float, str, int]:
    """A width in percent, the same as text, and its points in hundredths, rounded half up."""
    return top / bottom, f"{top / bottom:.3f}", (200 * top + bottom) // (2 * bottom)


def register(app: Flask) -> None:
    app.jinja_env.filters["bar"] = bar
