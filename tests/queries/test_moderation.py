"""The panel's levels side by side: by letter, whatever anybody gave, in a fixed number of statements."""

from __future__ import annotations

from flask import Flask

from marketplace.queries import moderation
from tests import factories as f
from tests.conftest import NOON
from tests.queries.rows import statements

MANY = 30
LATER = NOON.replace(day=24)


def test_rows_stand_by_letter_and_never_by_what_was_given(app: Flask) -> None:
    levels = {"A": ((0, 0, 0, 0),) * 2, "B": ((4, 4, 4, 4),) * 2, "C": ((2, 2, 2, 2),) * 2}
    world = f.a_locked_stage(3, levels)
    grid = moderation.grid(world.chair, world.ref, 1)
    assert [letter for letter, _cells in grid.rows] == ["A", "B", "C"]
    assert [[cell.levels for cell in cells] for _letter, cells in grid.rows] == [
        [(n, n)] * 4 for n in (0, 4, 2)
    ]  # fmt: skip


def test_thirty_proposals_take_as_many_statements_as_two_and_stand_from_a_to_ad(app: Flask) -> None:
    few = f.a_locked_stage()
    count = statements(lambda: moderation.grid(few.chair, few.ref, 1))
    many = f.a_locked_stage(MANY, closes_at=LATER)
    assert statements(lambda: moderation.grid(many.chair, many.ref, 1)) == count <= 15
    letters = [letter for letter, _cells in moderation.grid(many.chair, many.ref, 1).rows]
    assert letters[0] == "A"
    assert letters[-5:] == ["Z", "AA", "AB", "AC", "AD"]
