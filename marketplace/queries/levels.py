"""The panel's final level for each criterion of each proposal: what it agreed on, or else the exact mean."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, func, select

from marketplace.models.evaluation import AgreedLevel, Score
from marketplace.models.statements import prepared
from marketplace.queries.query import Reader

Cell = tuple[int, str]
"""A proposal's id and a criterion."""


def final(read: Reader, stage_id: int, ids: Sequence[int]) -> dict[Cell, Fraction]:
    """The level of each cell of these proposals that was scored."""
    found = {
        (proposal, criterion): Fraction(int(total), count)
        for proposal, criterion, total, count in read.connection.execute(*_sums(stage_id, ids))
    }
    return found | {cell: Fraction(level) for cell, level in agreed(read, stage_id, ids).items()}


def agreed(read: Reader, stage_id: int, ids: Sequence[int]) -> dict[Cell, int]:
    """The levels that the panel agreed on, where it did, of these proposals."""
    rows = read.connection.execute(*_agreed(stage_id, ids))
    return {(proposal, criterion): level for proposal, criterion, level in rows}


@prepared
def _sums(stage_id: int, ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    return (
        select(Score.proposal_id, Score.criterion, func.sum(Score.level), func.count())
        .where(Score.stage_id == stage_id, Score.proposal_id.in_(ids), Score.counted)
        .group_by(Score.proposal_id, Score.criterion)
    )


@prepared
def _agreed(stage_id: int, ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    row = AgreedLevel
    return select(row.proposal_id, row.criterion, row.level).where(
        row.stage_id == stage_id, row.proposal_id.in_(ids), row.replaced_at.is_(None), row.level.is_not(None)
    )
