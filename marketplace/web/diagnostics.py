"""How firm a ranking is: for chair and approver after the decision, and for everybody where that was chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest

from flask import render_template
from flask.typing import ResponseReturnValue

from marketplace.policy import ANYONE
from marketplace.queries import diagnostics, results
from marketplace.queries.diagnostics import Firmness
from marketplace.rules.diagnostics import spread
from marketplace.rules.refusals import Refused
from marketplace.web.page import STAGE, Pages, actor
from marketplace.web.public import fresh_until
from marketplace.web.results import Names, names_of
from marketplace.web.words import _

pages = Pages("diagnostics", __name__)

WIDEST = 20
LISTED = 50
"""So many cells are drawn, and so many proposals stand in the table beneath: a page is read by people."""


@dataclass(frozen=True)
class Row:
    """A cell in which the evaluators are two levels or more apart, and where its marks stand in the drawing."""

    proposal: str
    criterion: str
    maximum: int
    given: Mapping[str, int]

    @property
    def levels(self) -> list[int]:
        return sorted(set(self.given.values()))

    @property
    def low(self) -> int:
        return min(self.given.values())

    @property
    def high(self) -> int:
        return max(self.given.values())

    def at(self, level: int) -> str:
        """Percent from the left, so that a mark at either end is whole."""
        return f"{4 + 92 * level / self.maximum:.2f}"

    @property
    def width(self) -> str:
        return f"{92 * (self.high - self.low) / self.maximum:.2f}"

    def by(self, evaluators: Sequence[str]) -> list[int]:
        return [self.given[each] for each in evaluators]


@dataclass(frozen=True)
class Apart:
    """How many cells there are, in how many the evaluators are at most one level apart, and the widest others.

    `table` holds the lowest and the highest level by proposal, in the order of the criteria; `more` says that
    there are others.
    """

    cells: int
    near: int
    evaluators: list[str]
    rows: list[Row]
    table: list[tuple[str, list[tuple[int, int]]]]
    more: bool


@pages.page(f"{STAGE}/diagnostics", "diagnostics:see")
def decided(ref: str, stage: int) -> ResponseReturnValue:
    record = diagnostics.decided(actor(), ref, stage)
    names = {letter: _("{letter}, {name}", letter=letter, name=name) for letter, name in record.names.items()}
    return render_template(
        "diagnostics/decided.html", record=record, it=record.firmness, names=Names(names),
        apart=apart(record.firmness),
    )  # fmt: skip


@pages.page("/challenges/<ref>/stages/<int:stage>/diagnostics", "public:read")
def published(ref: str, stage: int) -> ResponseReturnValue:
    it = diagnostics.published(ANYONE, ref, stage)
    found = results.results(ANYONE, ref)
    fresh_until(found.head.now, (found.head.closes_at,), days=True)
    result = next((each for each in found.stages if each.number == stage), None)
    if result is None:
        raise Refused("missing")
    return render_template(
        "diagnostics/published.html", head=found.head, stage=result, alone=len(found.stages) == 1, it=it,
        names=names_of(result), apart=apart(it),
    )  # fmt: skip


def apart(it: Firmness) -> Apart | None:
    """The cells that the evaluators read differently; None where single scores are not shown."""
    if it.agreement is None:
        return None
    cells = it.agreement.levels
    spreads = {cell: spread(given.values()) for cell, given in cells.items()}
    wide = [cell for cell, levels in spreads.items() if levels > 1]
    widest = nsmallest(WIDEST, wide, key=lambda cell: (-spreads[cell], len(cell[0]), cell[0]))
    maxima = {criterion.id: criterion.maximum for criterion in it.content.criteria.criteria}
    rows = [Row(*cell, maxima[cell[1]], cells[cell]) for cell in widest]
    evaluators = sorted(next(iter(cells.values()), {}), key=lambda name: int(name[1:]))
    letters = sorted({letter for letter, _criterion in cells}, key=lambda letter: (len(letter), letter))
    table = [(each, [_ends(cells[each, criterion]) for criterion in maxima]) for each in letters[:LISTED]]
    more = len(letters) > LISTED
    return Apart(len(cells), len(cells) - len(wide), evaluators, rows, table, more)


def _ends(given: Mapping[str, int]) -> tuple[int, int]:
    return min(given.values()), max(given.values())
