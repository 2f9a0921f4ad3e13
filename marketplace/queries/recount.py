"""The recount bundle of a decided stage: what its ranking was counted from, and what came out officially.

It says what results say and no more: nothing before they are public; every evaluator's levels or the panel's
alone, as the challenge chose; the price of those selected, and of the others what the method made of theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, Select, func, select

from marketplace import standings
from marketplace.models.evaluation import CONFIRMED, Decision, DecisionLine, ScoreLock, left_out
from marketplace.models.proposals import Proposal
from marketplace.models.stages import Stage
from marketplace.models.statements import prepared
from marketplace.models.trail import LogOpening
from marketplace.queries.challenges import Head, find
from marketplace.queries.query import Reader, query
from marketplace.rules import recount
from marketplace.rules.challenges import Criteria
from marketplace.rules.ranking import chain_of
from marketplace.rules.recount import Bundle, Criterion, Line, Lock, pair
from marketplace.rules.refusals import Refused
from marketplace.standings import Final

Rows = Sequence[Row[*tuple[Any, ...]]]


class _Opening(msgspec.Struct):
    """What a lock was committed with. The value stays spelled as it was committed to."""

    salt: str
    value: msgspec.Raw


@query
def bundle(read: Reader, ref: str, number: int) -> bytes:
    """The bundle of a stage as JSON. Refuses missing where there are no public results of scores."""
    head = find(read, ref)
    stage = (
        read.connection.execute(*decided_stage(head.id, number)).one_or_none() if head.has_result else None
    )
    if stage is None:
        raise Refused("missing")
    rows = read.connection.execute(*_lines(stage.decision)).all()
    out = {row.letter for row in rows if row.excluded}
    criteria = head.content.criteria
    final = standings.standings(read.connection, stage.id, criteria, stage.beacon, out)
    if not final.people:
        raise Refused("missing")
    facts = _facts(head, number, stage.beacon, rows, final)
    if head.content.terms.publish_scores == "individual":
        panel = _individual(read, stage.id, criteria, rows, final)
    else:
        panel = _panel(criteria, rows, final)
    return recount.spell(msgspec.structs.replace(facts, **panel))


def _facts(head: Head, number: int, beacon: str, rows: Rows, final: Final) -> Bundle:
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
    criteria: Criteria, rows: Rows, final: Final, selected: frozenset[str]
) -> tuple[recount.Proposal, ...]:
    """Every proposal with its price in the clear, or with what it is worth in place of it."""
    worth = {each.id: each.q for each in final.standings if each.q is not None}
    clear = {letter: final.entries[letter].price for letter in selected & worth.keys()}
    if criteria.price.method == "lowest_ratio" and not any(worth[letter] == 1 for letter in clear):
        # From a price and what it is worth anybody could work out the lowest, which is another's.
        clear = {}
    return tuple(
        recount.Proposal(
            id=row.letter, excluded=row.excluded, price=clear.get(row.letter),
            points=pair(worth[row.letter]) if row.letter in worth.keys() - clear.keys() else None,
        )
        for row in rows
    )  # fmt: skip


def _panel(criteria: Criteria, rows: Rows, final: Final) -> dict[str, object]:
    """The panel's levels alone."""
    levels = {each.id: each.means for each in final.standings}
    cells = ((row.letter, c.id) for row in rows for c in criteria.criteria)
    return {"levels": tuple((letter, id, pair(levels[letter][id])) for letter, id in cells)}


def _individual(
    read: Reader, stage_id: int, criteria: Criteria, rows: Rows, final: Final
) -> dict[str, object]:
    """Every evaluator's levels, with what the panel agreed on and what opens each lock."""
    left = read.connection.scalars(*_left(stage_id)).all()
    names = {person: f"E{n}" for n, person in enumerate((*final.people, *left), 1)}
    ids = [c.id for c in criteria.criteria]
    grids = standings.levels_of(read.connection, stage_id, criteria, list(names), [row.id for row in rows])
    whole = {each.id: each.means for each in final.standings}
    locks = read.connection.execute(*_locks(stage_id)).all()
    opened = ((lock, msgspec.json.decode(read.keys.read(lock.ciphertext), type=_Opening)) for lock in locks)
    return {
        "evaluators": tuple(names[person] for person in final.people),
        "not_counted": tuple(names[person] for person in left),
        "scores": tuple(
            (name, row.letter, id, level)
            for row, grid in zip(rows, grids, strict=True)
            for name, levels in zip(names.values(), grid, strict=True)
            for id, level in zip(ids, levels, strict=True)
        ),
        "agreed": tuple((letter, id, int(whole[letter][id])) for letter, id in sorted(final.agreed)),
        "locks": tuple(
            Lock(evaluator=names[lock.person_id], index=lock.log_index, salt=opening.salt, value=opening.value)
            for lock, opening in opened
        ),
    }  # fmt: skip


@prepared
def decided_stage(challenge_id: int, number: int) -> Select[*tuple[Any, ...]]:
    """A stage whose decision is confirmed, and the id of that."""
    return (
        select(Stage.id, Stage.beacon, Decision.id.label("decision"))
        .join(Decision, Decision.stage_id == Stage.id)
        .where(
            Stage.challenge_id == challenge_id, Stage.number == number,
            CONFIRMED,
        )
    )  # fmt: skip


@prepared
def _lines(decision: int) -> Select[*tuple[Any, ...]]:
    """Every proposal that was scored, by letter: A to Z, then AA."""
    # What this decision leaves out says so itself; what was out before it, beside the proposal.
    out = func.coalesce(func.nullif(DecisionLine.ground, ""), Proposal.excluded).label("excluded")
    return (
        select(
            Proposal.id, Proposal.letter, out,
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
def _locks(stage_id: int) -> Select[*tuple[Any, ...]]:
    opens = (LogOpening.index == ScoreLock.log_index) & (LogOpening.field == "content")
    return (
        select(ScoreLock.person_id, ScoreLock.log_index, LogOpening.ciphertext)
        .join(LogOpening, opens)
        .where(ScoreLock.stage_id == stage_id)
        .order_by(ScoreLock.log_index)
    )
