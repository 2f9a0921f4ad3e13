"""The recount bundle of a decided stage: what its ranking was counted from, and what came out officially.

It says what results say and no more: nothing before they are public; every evaluator's levels or the panel's
alone, as the challenge chose; the price of those selected, and of the others what the method made of theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, Select, func, select

from marketplace.models.evaluation import (
    Decision,
    DecisionLine,
    Score,
    ScoreLock,
    counted_evaluators,
    left_out,
)
from marketplace.models.proposals import Proposal
from marketplace.models.stages import Stage
from marketplace.models.statements import prepared
from marketplace.models.trail import LogOpening
from marketplace.queries import levels
from marketplace.queries.challenges import Head, find
from marketplace.queries.query import Reader, query
from marketplace.rules import recount
from marketplace.rules.challenges import Criteria
from marketplace.rules.ranking import chain_of
from marketplace.rules.recount import Bundle, Criterion, Line, Lock, pair
from marketplace.rules.refusals import Refused
from marketplace.rules.scoring import Scale

Rows = Sequence[Row[*tuple[Any, ...]]]


class _Opening(msgspec.Struct):
    """What a lock was committed with. The value stays spelled as it was committed to."""

    salt: str
    value: msgspec.Raw


@query
def bundle(read: Reader, ref: str, number: int) -> bytes:
    """The bundle of a stage as JSON. Refuses missing where there are no public results of scores."""
    head = find(read, ref)
    stage = read.connection.execute(*_decided(head.id, number)).one_or_none() if head.has_result else None
    people = read.connection.scalars(*_counted(stage.id)).all() if stage else ()
    if stage is None or not people:
        raise Refused("missing")
    rows = read.connection.execute(*_lines(stage.decision)).all()
    final = levels.final(read, stage.id, [row.id for row in rows])
    facts = _facts(head, number, stage.beacon, rows, final)
    if head.content.terms.publish_scores == "individual":
        panel = _individual(read, stage.id, people, rows, final)
    else:
        panel = _panel(head.content.criteria, rows, final)
    return recount.spell(msgspec.structs.replace(facts, **panel))


def _facts(head: Head, number: int, beacon: str, rows: Rows, final: levels.Final) -> Bundle:
    """All but the levels, which are public in one of two ways."""
    criteria = head.content.criteria
    return Bundle(
        format="recount/1", challenge=head.ref, stage=number,
        criteria=tuple(
            Criterion(id=c.id, weight=c.weight, maximum=c.maximum, minimum=c.minimum)
            for c in criteria.criteria
        ),
        minimum_total=(criteria.minimum_total, 1), price=recount.price(criteria.price),
        proposals=_proposals(criteria, rows, final, _selected(head, number, rows)),
        ties=chain_of(criteria.criteria, draw=bool(beacon)), beacon=beacon, result=_result(rows),
    )  # fmt: skip


def _result(rows: Rows) -> tuple[Line, ...]:
    """The ranking as it was decided, never as it would be counted now."""
    ordered = sorted(rows, key=lambda row: (row.rank is None, row.rank, row.letter))
    return tuple(
        Line(
            id=row.letter, total=(row.total_top, row.total_bottom), rank=row.rank, passes=row.rank is not None
        )
        for row in ordered
    )


def _selected(head: Head, number: int, rows: Rows) -> frozenset[str]:
    """Whose price is public: those taken forward, once that is."""
    public = head.noticed_at is not None or number < len(head.content.stages.stages)
    return frozenset(row.letter for row in rows if public and row.outcome == "forward")


def _proposals(
    criteria: Criteria, rows: Rows, final: levels.Final, selected: frozenset[str]
) -> tuple[recount.Proposal, ...]:
    """Every proposal with its price in the clear, or with what it is worth in place of it."""
    scale = Scale(criteria.criteria, 1, price=criteria.price)
    sums = {row.letter: {id: final.levels[row.id, id] for id in scale.least} for row in rows}
    amounts = {row.letter: row.price for row in rows if row.price is not None}
    out = {row.letter: row.excluded for row in rows if row.excluded}
    worth = scale.worth(sums, amounts, {}, out)
    clear = {letter: amounts[letter] for letter in selected & set(worth)}
    if criteria.price.method == "lowest_ratio" and not any(
        worth[letter] == 1 for letter in clear.keys() - out
    ):
        # The lowest price stays closed, so that nobody could work out from a price what it is worth.
        clear = {}
    return tuple(
        recount.Proposal(
            id=row.letter, excluded=row.excluded, price=clear.get(row.letter),
            points=pair(worth[row.letter]) if row.letter in worth.keys() - clear else None,
        )
        for row in rows
    )  # fmt: skip


def _panel(criteria: Criteria, rows: Rows, final: levels.Final) -> dict[str, object]:
    """The panel's levels alone."""
    cells = ((row, c.id) for row in rows for c in criteria.criteria)
    return {"levels": tuple((row.letter, id, pair(final.levels[row.id, id])) for row, id in cells)}


def _individual(
    read: Reader, stage_id: int, people: Sequence[int], rows: Rows, final: levels.Final
) -> dict[str, object]:
    """Every evaluator's levels, with what the panel agreed on and what opens each lock."""
    left = read.connection.scalars(*_left(stage_id)).all()
    names = {person: f"E{n}" for n, person in enumerate((*people, *left), 1)}
    letters = {row.id: row.letter for row in rows}
    ids = list(letters)
    cells = read.connection.execute(*_cells(stage_id, ids))
    locks = read.connection.execute(*_locks(stage_id)).all()
    opened = ((lock, msgspec.json.decode(read.keys.read(lock.ciphertext), type=_Opening)) for lock in locks)
    return {
        "evaluators": tuple(names[person] for person in people),
        "not_counted": tuple(names[person] for person in left),
        "scores": tuple((names[person], letters[id], criterion, level) for person, id, criterion, level in cells),
        "agreed": tuple(
            (letters[id], criterion, level)
            for (id, criterion), level in sorted(final.agreed.items())
        ),
        "locks": tuple(
            Lock(evaluator=names[lock.person_id], index=lock.log_index, salt=opening.salt, value=opening.value)
            for lock, opening in opened
        ),
    }  # fmt: skip


_counted = prepared(counted_evaluators)


@prepared
def _decided(challenge_id: int, number: int) -> Select[*tuple[Any, ...]]:
    return (
        select(Stage.id, Stage.beacon, Decision.id.label("decision"))
        .join(Decision, Decision.stage_id == Stage.id)
        .where(
            Stage.challenge_id == challenge_id, Stage.number == number,
            Decision.confirmed_at.is_not(None), Decision.replaced_at.is_(None),
        )
    )  # fmt: skip


@prepared
def _lines(decision: int) -> Select[*tuple[Any, ...]]:
    """Every proposal that was scored, by letter: A to Z, then AA."""
    # What this decision leaves out says so itself; what was out before it, beside the proposal.
    out = func.coalesce(func.nullif(DecisionLine.ground, ""), Proposal.excluded).label("excluded")
    return (
        select(
            Proposal.id, Proposal.letter, Proposal.price, out,
            DecisionLine.outcome, DecisionLine.rank, DecisionLine.total_top, DecisionLine.total_bottom,
        )
        .join(DecisionLine, DecisionLine.proposal_id == Proposal.id)
        .where(DecisionLine.decision_id == decision, Proposal.excluded != "eligibility")
        .order_by(func.length(Proposal.letter), Proposal.letter)
    )  # fmt: skip


@prepared
def _left(stage_id: int) -> Select[*tuple[Any, ...]]:
    """Who locked and does not count."""
    return (
        select(ScoreLock.person_id)
        .where(ScoreLock.stage_id == stage_id, left_out())
        .order_by(ScoreLock.log_index, ScoreLock.person_id)
    )


@prepared
def _cells(stage_id: int, ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    """Every level that was locked, in the order in which the index holds them."""
    locked = select(ScoreLock.person_id).where(ScoreLock.stage_id == stage_id)
    return (
        select(Score.person_id, Score.proposal_id, Score.criterion, Score.level)
        .where(Score.stage_id == stage_id, Score.proposal_id.in_(ids), Score.person_id.in_(locked))
        .order_by(Score.proposal_id, Score.criterion, Score.person_id)
    )


@prepared
def _locks(stage_id: int) -> Select[*tuple[Any, ...]]:
    opens = (LogOpening.index == ScoreLock.log_index) & (LogOpening.field == "content")
    return (
        select(ScoreLock.person_id, ScoreLock.log_index, LogOpening.ciphertext)
        .join(LogOpening, opens)
        .where(ScoreLock.stage_id == stage_id)
        .order_by(ScoreLock.log_index)
    )
