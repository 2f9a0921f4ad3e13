"""Levels by proposal and criterion: what the panel agreed on, or else the exact mean, and what each gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, func, select

from marketplace.models.evaluation import AgreedLevel, Score, counts
from marketplace.models.statements import prepared
from marketplace.queries.query import Reader

Cell = tuple[int, str]
"""A proposal's id and a criterion."""


@dataclass(frozen=True)
class Final:
    """The panel's level for each cell that was scored; `agreed` are those that are no mean."""

    levels: Mapping[Cell, Fraction]
    agreed: Mapping[Cell, int]


def final(read: Reader, stage_id: int, ids: Sequence[int]) -> Final:
    """The panel's levels for these proposals."""
    means = {
        (proposal, criterion): Fraction(int(total), count)
        for proposal, criterion, total, count in read.connection.execute(*_sums(stage_id, ids))
    }
    whole = agreed(read, stage_id, ids)
    return Final(means | {cell: Fraction(level) for cell, level in whole.items()}, whole)


def agreed(read: Reader, stage_id: int, ids: Sequence[int]) -> dict[Cell, int]:
    """The levels that the panel agreed on, where it did."""
    rows = read.connection.execute(*_agreed(stage_id, ids))
    return {(proposal, criterion): level for proposal, criterion, level in rows}


def given(read: Reader, stage_id: int, ids: Sequence[int]) -> dict[Cell, dict[int, int]]:
    """By person, what each who counts gave to these proposals."""
    found: dict[Cell, dict[int, int]] = {}
    for proposal, criterion, person, level in read.connection.execute(*_cells(stage_id, ids)):
        found.setdefault((proposal, criterion), {})[person] = level
    return found


@prepared
def _sums(stage_id: int, ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    return (
        select(Score.proposal_id, Score.criterion, func.sum(Score.level), func.count())
        .where(Score.stage_id == stage_id, Score.proposal_id.in_(ids), counts(stage_id))
        .group_by(Score.proposal_id, Score.criterion)
    )


@prepared
def _agreed(stage_id: int, ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    """Without a level nobody agreed, and the mean stands."""
    row = AgreedLevel
    return select(row.proposal_id, row.criterion, row.level).where(
        row.stage_id == stage_id, row.proposal_id.in_(ids), row.replaced_at.is_(None), row.level.is_not(None)
    )


@prepared
def _cells(stage_id: int, ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    return select(Score.proposal_id, Score.criterion, Score.person_id, Score.level).where(
        Score.stage_id == stage_id, Score.proposal_id.in_(ids), counts(stage_id)
    )
