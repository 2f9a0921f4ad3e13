"""How firm a decided stage's ranking is: for chair and approver, and for everybody what was chosen before opening."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, func, select

from marketplace import policy
from marketplace.models.evaluation import Score, counted_evaluators
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal
from marketplace.models.statements import prepared
from marketplace.outside.keys import KeyRing
from marketplace.queries import levels
from marketplace.queries.challenges import find
from marketplace.queries.evaluation import Place, place
from marketplace.queries.query import Reader, query
from marketplace.queries.recount import decided_stage
from marketplace.rules import diagnostics
from marketplace.rules.challenges import Content
from marketplace.rules.diagnostics import Agreement, LeftOut, Panel, Robustness
from marketplace.rules.refusals import Refused

Rows = Sequence[Row[*tuple[Any, ...]]]


@dataclass(frozen=True)
class Figures:
    """All that is counted for one decision; `agreed` counts the levels that the panel agreed on."""

    agreed: int
    robustness: Robustness
    agreement: Agreement
    left_out: LeftOut | None


class Facts(NamedTuple):
    """What figures are counted from, beside the levels that `people` gave."""

    decision: int
    people: tuple[int, ...]
    proposals: tuple[tuple[int, str, int | None, str], ...]
    agreed: tuple[tuple[levels.Cell, int], ...]


_known: dict[tuple[KeyRing, Facts], Figures | None] = {}
"""By installation, a few at a time: of a thousand proposals they take a tenth of a second.

None can be out of date. What is small is read again each time; the levels are not, for they are locked while a
decision stands. Whoever opens a lock again takes the decision back first, and the next one has another number.
"""
MOST_KNOWN = 16


@dataclass(frozen=True)
class Firmness:
    """What is told of one stage: `agreed` counts the levels that the panel agreed on.

    `agreement` is None where every evaluator's own levels stay with the panel.
    """

    content: Content
    agreed: int
    robustness: Robustness
    agreement: Agreement | None
    left_out: LeftOut | None


@dataclass(frozen=True)
class Decided:
    """As chair and approver see it: `names` by letter, where one may know who proposed."""

    place: Place
    names: Mapping[str, str]
    firmness: Firmness


@query
def decided(read: Reader, challenge_ref: str, stage: int) -> Decided:
    """All of it, once the decision is confirmed. Refuses missing, decision.hidden before, role.own_proposal."""
    here = place(read, challenge_ref, stage, "diagnostics:see")
    if here.state != "decided":
        raise Refused("decision.hidden")
    policy.stands_apart(read.connection, read.actor, here.challenge_id)
    decision = read.connection.execute(*decided_stage(here.challenge_id, stage)).one().decision
    rows = read.connection.execute(*_proposals(here.stage_id)).all()
    found = _figures(read, here.stage_id, decision, here.content, rows)
    names = {row.letter: row.name for row in rows} if here.may("stage:see-names") else {}
    return Decided(here, names, _firmness(here.content, found, single=True))


@query
def published(read: Reader, challenge_ref: str, stage: int) -> Firmness:
    """What everybody sees. Refuses missing before results are public, and where it was not chosen."""
    content, stage_id, decision = _public(read, challenge_ref, stage)
    if not content.terms.publish_diagnostics:
        raise Refused("missing")
    found = _figures(read, stage_id, decision, content)
    return _firmness(content, found, single=content.terms.publish_scores == "individual")


@query
def check(read: Reader, challenge_ref: str, stage: int) -> LeftOut | None:
    """The check that belongs to a result by lowest price, whatever was chosen. Refuses missing as `published`."""
    content, stage_id, decision = _public(read, challenge_ref, stage)
    found = _figures(read, stage_id, decision, content)
    return found.left_out if found else None


def _public(read: Reader, challenge_ref: str, number: int) -> tuple[Content, int, int]:
    """The challenge's words, the stage's id and its decision's, where its scores are public."""
    head = find(read, challenge_ref)
    found = (
        read.connection.execute(*decided_stage(head.id, number)).one_or_none() if head.has_result else None
    )
    if found is None:
        raise Refused("missing")
    return head.content, found.id, found.decision


def _firmness(content: Content, found: Figures | None, *, single: bool) -> Firmness:
    if found is None:
        raise Refused("missing")
    return Firmness(
        content, found.agreed, found.robustness, found.agreement if single else None, found.left_out
    )


def _figures(
    read: Reader, stage_id: int, decision: int, content: Content, rows: Rows | None = None
) -> Figures | None:
    """What is counted for a decision that stands, by `rows` as `_proposals` has them; None where nothing was scored."""
    found = read.connection.execute(*_proposals(stage_id)).all() if rows is None else rows
    facts = Facts(
        decision,
        tuple(read.connection.scalars(*_counted(stage_id))),
        tuple([(row.id, row.letter, row.price, row.excluded) for row in found]),
        tuple(levels.agreed(read, stage_id, [row.id for row in found]).items()),
    )
    if (read.keys, facts) not in _known:
        counted = _count(_panel(read, stage_id, content, facts)) if facts.people and found else None
        if len(_known) >= MOST_KNOWN:
            _known.clear()
        _known[read.keys, facts] = counted
        return counted
    return _known[read.keys, facts]


def _count(panel: Panel) -> Figures:
    return Figures(
        len(panel.agreed),
        diagnostics.robustness(panel),
        diagnostics.agreement(panel),
        diagnostics.left_out(panel),
    )


def _panel(read: Reader, stage_id: int, content: Content, facts: Facts) -> Panel:
    """All that the stage's totals rest on."""
    people = {person: f"E{n}" for n, person in enumerate(facts.people, 1)}
    letters = {id: letter for id, letter, _price, _excluded in facts.proposals}
    cells: dict[tuple[str, str], dict[str, int]] = {}
    for proposal, criterion, person, level in read.connection.execute(*_cells(stage_id, facts.people)):
        if proposal in letters:
            cells.setdefault((letters[proposal], criterion), {})[people[person]] = level
    price = content.criteria.price
    prices = {letter: price for _id, letter, price, _excluded in facts.proposals if price is not None}
    return Panel(
        criteria=content.criteria.criteria, evaluators=tuple(people.values()),
        proposals=tuple(letters.values()), levels=cells,
        agreed={(letters[proposal], criterion): level for (proposal, criterion), level in facts.agreed},
        minimum_total=content.criteria.minimum_total, price=price if price.counts else None,
        prices=prices if price.counts else {},
        excluded=frozenset(letter for _id, letter, _price, excluded in facts.proposals if excluded),
    )  # fmt: skip


_counted = prepared(counted_evaluators)


@prepared
def _proposals(stage_id: int) -> Select[*tuple[Any, ...]]:
    """Every proposal that was scored, by letter: A to Z, then AA."""
    row = Proposal
    return (
        select(row.id, row.letter, row.price, row.excluded, Organisation.name)
        .join(Organisation, Organisation.id == row.supplier_id)
        .where(
            row.stage_id == stage_id, row.state == "submitted", row.letter.is_not(None),
            row.excluded != "eligibility",
        )
        .order_by(func.length(row.letter), row.letter)
    )  # fmt: skip


@prepared
def _cells(stage_id: int, people: Sequence[int]) -> Select[*tuple[Any, ...]]:
    """Every level of these people, in the order in which the index holds them."""
    row = Score
    return (
        select(row.proposal_id, row.criterion, row.person_id, row.level)
        .where(row.stage_id == stage_id, row.person_id.in_(people))
        .order_by(row.proposal_id, row.criterion, row.person_id)
    )
