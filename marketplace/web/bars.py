"""A ranking's stacked bars. A page has two thousand parts, too many for a template to draw one by one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from flask import Flask
from markupsafe import Markup

from marketplace.web.words import words

SERIES = 5
# A narrower part has no room for its number; the table beneath has all of them.
WIDE_ENOUGH = 6


@dataclass(frozen=True, slots=True)
class Bar:
    """What stands inside the drawing, in percent of its length, and the points of every part as text."""

    parts: Markup
    texts: list[str]


def bar(parts: Iterable[tuple[str, Fraction]]) -> Bar:
    """A bar of points out of 100, criterion by criterion."""
    spell, drawn, texts, end, x = words().decimal, [], [], 0.0, "0.000"
    for n, (_name, points) in enumerate(parts):
        width, written, hundredths = _measured(points.numerator, points.denominator)
        texts.append(spell(hundredths, 2))
        if width:
            series, end = n % SERIES + 1, end + width
            drawn.append(f'<rect class="d-fill-{series}" x="{x}%" width="{written}%" y="0" height="24"/>')
            if width >= WIDE_ENOUGH:
                drawn.append(f'<text class="d-on-{series}" x="{x}%" dx="8" y="17">{texts[-1]}</text>')
            x = f"{end:.3f}"
            drawn.append(f'<rect class="d-seam" x="{x}%" width="2" height="24"/>')
    return Bar(Markup("".join(drawn)), texts)  # noqa: S704 - numbers alone


@lru_cache(4096)
def _measured(top: int, bottom: int) -> tuple[float, str, int]:
    """A width in percent, the same as text, and its points in hundredths, rounded half up."""
    return top / bottom, f"{top / bottom:.3f}", (200 * top + bottom) // (2 * bottom)


def register(app: Flask) -> None:
    app.jinja_env.filters["bar"] = bar
