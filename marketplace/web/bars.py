"""A ranking's stacked bars. A page has two thousand parts, too many for a template to draw one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction

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


def bars(rows: Iterable[Iterable[tuple[str, Fraction]]]) -> list[Bar]:
    """For each row a bar of points out of 100, criterion by criterion."""
    measured = _Measured(words().decimal)
    return [_bar(parts, measured) for parts in rows]


class _Measured(dict[tuple[int, int], tuple[float, str, str]]):
    """Points as a width in percent, the same as text, and rounded half up to hundredths: few are distinct."""

    def __init__(self, spell: Callable[[int, int], str]) -> None:
        super().__init__()
        self.spell = spell

    def __missing__(self, points: tuple[int, int]) -> tuple[float, str, str]:
        top, bottom = points
        width = top / bottom
        self[points] = width, f"{width:.3f}", self.spell((200 * top + bottom) // (2 * bottom), 2)
        return self[points]


def _bar(parts: Iterable[tuple[str, Fraction]], measured: _Measured) -> Bar:
    drawn, texts, end, x = [], [], 0.0, "0.000"
    for n, (_name, points) in enumerate(parts):
        width, written, text = measured[points.as_integer_ratio()]
        texts.append(text)
        if width:
            series, end = n % SERIES + 1, end + width
            drawn.append(f'<rect class="d-fill-{series}" x="{x}%" width="{written}%" y="0" height="24"/>')
            if width >= WIDE_ENOUGH:
                drawn.append(f'<text class="d-on-{series}" x="{x}%" dx="8" y="17">{text}</text>')
            x = f"{end:.3f}"
            drawn.append(f'<rect class="d-seam" x="{x}%" width="2" height="24"/>')
    return Bar(Markup("".join(drawn)), texts)  # noqa: S704 - numbers alone


def register(app: Flask) -> None:
    app.jinja_env.filters["bars"] = bars
