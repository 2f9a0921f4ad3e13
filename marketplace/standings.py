"""How the proposals of a stage stand, from the panel's final levels and prices: the one reading of it for all.

Actions propose and tell by it, and queries show it, so that no page can say otherwise than what was decided.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Connection, Row, Select, case, cast, func, select

from marketplace.models.evaluation import AgreedLevel, Score, counted_evaluators
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal
from marketplace.models.statements import prepared
from marketplace.rules import scoring
from marketplace.rules.challenges import Criteria
from marketplace.rules.packing import Packing
from marketplace.rules.ranking import chain_of
from marketplace.rules.scoring import Standing


class Entry(NamedTuple):
    """A proposal that competes, or did: `price` in minor units, `excluded` the code why it does no longer."""

    id: int
    letter: str
    supplier: str
    price: int | None
    excluded: str


@dataclass(frozen=True)
class Final:
    """`people` are E1, E2 … in order; `standings` are by rank, then letter, those that do not pass last.

    `agreed` are the cells, by letter and criterion, in which an agreed level takes the place of the mean.
    """

    people: tuple[int, ...]
    entries: Mapping[str, Entry]
    agreed: frozenset[tuple[str, str]]
    standings: tuple[Standing, ...]


def standings(
    connection: Connection, stage_id: int, criteria: Criteria, beacon: str, excluded: Collection[str] = ()
) -> Final:
    """Every proposal that was scored, exactly; `excluded` are letters that are to count no more besides.

    What was refused for eligibility was never scored and is left out. Three statements, whatever the number.
    """
    people = tuple(connection.scalars(*people_of(stage_id)))
    packing = Packing({each.id: each.maximum * len(people) for each in criteria.criteria})
    rows = connection.execute(_summed(stage_id, people, packing)).all() if people else []
    _check_complete(rows, len(people) * len(packing.places))
    sums = {row.letter: packing.unpack(row[-packing.numbers :]) for row in rows}
    entries = {row.letter: Entry(row.id, row.letter, row.name, row.price, row.excluded) for row in rows}
    letters = {entry.id: letter for letter, entry in entries.items()}
    agreed: set[tuple[str, str]] = set()
    for id, criterion, level in connection.execute(*_agreed(stage_id)):
        if id in letters and criterion in packing.places:
            sums[letters[id]][criterion] = level * len(people)
            agreed.add((letters[id], criterion))
    out = {*excluded, *(entry.letter for entry in entries.values() if entry.excluded)}
    found = scoring.stand(
        criteria.criteria, max(1, len(people)), sums, criteria.minimum_total, price=criteria.price,
        prices={entry.letter: entry.price for entry in entries.values() if entry.price is not None},
        excluded=out, ties=chain_of(criteria.criteria, draw=bool(beacon)), beacon=beacon,
    )  # fmt: skip
    return Final(people, entries, frozenset(agreed), found)


people_of = prepared(counted_evaluators)


def levels_of(
    connection: Connection, stage_id: int, criteria: Criteria, people: Sequence[int], ids: Sequence[int]
) -> list[tuple[tuple[int, ...], ...]]:
    """Every level of each of these proposals: a row for each of the people, in the order of the criteria."""
    column = {criterion.id: n for n, criterion in enumerate(criteria.criteria)}
    packing = Packing(dict.fromkeys(people, max(criterion.maximum for criterion in criteria.criteria)))
    by_criterion: dict[int, list[tuple[int, ...]]] = {id: [()] * len(column) for id in ids}
    for id, criterion, *packed in connection.execute(_given(stage_id, people, ids, packing)).all():
        by_criterion[id][column[criterion]] = packing.values(packed)
    return [tuple(zip(*by_criterion[id], strict=True)) for id in ids]


def _check_complete(rows: Iterable[Row[*tuple[Any, ...]]], cells: int) -> None:
    """Raise `ValueError` where a score is missing, which is never a 0."""
    for row in rows:
        if row.cells != cells:
            raise ValueError(f"proposal {row.letter} has {row.cells} scores of {cells}")


def _columns(packing: Packing[Any], value: Any, key: Any) -> list[ColumnElement[int]]:
    """The large numbers; PostgreSQL adds whole numbers up to decimals."""
    sums = (func.sum(value * case(packing.factors(n), value=key, else_=0)) for n in range(packing.numbers))
    return [cast(each, BigInteger).label(f"packed{n}") for n, each in enumerate(sums)]


def _summed(stage_id: int, people: Sequence[int], packing: Packing[str]) -> Select[*tuple[Any, ...]]:
    """Each proposal that was opened and may be scored, with how many scores it has and their packed sums."""
    row, columns = Proposal, _columns(packing, Score.level, Score.criterion)
    scored = (
        select(Score.proposal_id, func.count().label("cells"), *columns)
        .where(Score.stage_id == stage_id, Score.person_id.in_(people))
        .group_by(Score.proposal_id)
        .subquery()
    )
    return (
        select(
            row.id, row.letter, row.price, row.excluded, Organisation.name, scored.c.cells,
            *(scored.c[each.name] for each in columns),
        )
        .join(Organisation, Organisation.id == row.supplier_id)
        .outerjoin(scored, scored.c.proposal_id == row.id)
        .where(
            row.stage_id == stage_id, row.state == "submitted", row.letter.is_not(None),
            row.excluded != "eligibility",
        )
    )  # fmt: skip


def _given(
    stage_id: int, people: Sequence[int], ids: Sequence[int], packing: Packing[int]
) -> Select[*tuple[Any, ...]]:
    """By proposal and criterion, everybody's level packed; in the order of the index, so that nothing is sorted."""
    return (
        select(Score.proposal_id, Score.criterion, *_columns(packing, Score.level, Score.person_id))
        .where(Score.stage_id == stage_id, Score.person_id.in_(people), Score.proposal_id.in_(ids))
        .group_by(Score.proposal_id, Score.criterion)
    )


@prepared
def _agreed(stage_id: int) -> Select[*tuple[Any, ...]]:
    """What the panel agreed on; without a level nobody agreed, and the mean stands."""
    row = AgreedLevel
    return select(row.proposal_id, row.criterion, row.level).where(
        row.stage_id == stage_id, row.replaced_at.is_(None), row.level.is_not(None)
    )
