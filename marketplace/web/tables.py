"""The body of a table. A ranking's has thousands of cells, too many for a template to write one by one."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from functools import cache

from flask import Flask
from markupsafe import Markup, escape

# Stands in no text that is kept here.
BETWEEN = "\0"


def table_rows(rows: Iterable[Sequence[object]], numeric: Sequence[int] = ()) -> Markup:
    """Rows of text or markup; the first cell of each names it, and those at `numeric`, from 0, align right."""
    right = frozenset(numeric)
    written = (_frame(len(cells), right) % (escape(cells[0]), *_escaped(cells[1:])) for cells in rows)
    return Markup("".join(written))  # noqa: S704 - every cell is escaped


def _escaped(cells: Sequence[object]) -> Sequence[str]:
    """Cells that are text alone are escaped all at once."""
    if all(type(cell) is str for cell in cells):
        return str.split(escape(BETWEEN.join(map(str, cells))), BETWEEN) if cells else ()
    return [escape(cell) for cell in cells]


@cache
def _frame(size: int, right: Container[int]) -> str:
    """A row of so many cells, with a gap for each."""
    head = " govuk-table__header--numeric" if 0 in right else ""
    kinds = (" govuk-table__cell--numeric" if place in right else "" for place in range(1, size))
    cells = "".join(f'<td class="govuk-table__cell{kind}">%s</td>' for kind in kinds)
    return (
        f'<tr class="govuk-table__row"><th scope="row" class="govuk-table__header{head}">%s</th>{cells}</tr>'
    )


def register(app: Flask) -> None:
    app.jinja_env.filters["table_rows"] = table_rows
