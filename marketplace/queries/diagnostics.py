"""How firm a decided stage's ranking is: for chair and approver, and for everybody what was chosen before opening."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from marketplace import policy
from marketplace.models.evaluation import Decision, Score, counted_evaluators
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal
from marketplace.models.stages import Stage
from marketplace.models.statements import prepared
from marketplace.queries import levels
from marketplace.queries.challenges import find
from marketplace.queries.evaluation import Place, place
from marketplace.queries.query import Reader, query
from marketplace.rules import diagnostics
from marketplace.rules.challenges import Content
from marketplace.rules.diagnostics import Agreement, LeftOut, Panel, Robustness
from marketplace.rules.refusals import Refused


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
    panel, names = _panel(read, here.stage_id, here.content)
    if not here.may("stage:see-names"):
        names = {}
    return Decided(here, names, _firmness(here.content, panel, single=True))


@query
def published(read: Reader, challenge_ref: str, stage: int) -> Firmness:
    """What everybody sees. Refuses missing before results are public, and where it was not chosen."""
    content, stage_id = _public(read, challenge_ref, stage)
    if not content.terms.publish_diagnostics:
        raise Refused("missing")
    panel, _names = _panel(read, stage_id, content)
    return _firmness(content, panel, single=content.terms.publish_scores == "individual")


@query
def check(read: Reader, challenge_ref: str, stage: int) -> LeftOut | None:
    """The check that belongs to a result by lowest price, whatever was chosen. Refuses missing as `published`."""
    content, stage_id = _public(read, challenge_ref, stage)
    panel, _names = _panel(read, stage_id, content)
    return diagnostics.left_out(panel) if panel.evaluators else None


def _public(read: Reader, challenge_ref: str, number: int) -> tuple[Content, int]:
    """The challenge's words and the stage's id, where its scores are public."""
    head = find(read, challenge_ref)
    stage_id = read.connection.scalar(*_decided(head.id, number)) if head.has_result else None
    if stage_id is None:
        raise Refused("missing")
    return head.content, stage_id


def _firmness(content: Content, panel: Panel, *, single: bool) -> Firmness:
    if not panel.evaluators or not panel.proposals:
        raise Refused("missing")
    return Firmness(
        content,
        len(panel.agreed),
        diagnostics.robustness(panel),
        diagnostics.agreement(panel) if single else None,
        diagnostics.left_out(panel),
    )


def _panel(read: Reader, stage_id: int, content: Content) -> tuple[Panel, dict[str, str]]:
    """All that the stage's totals rest on, and who proposed, by letter."""
    counted = read.connection.scalars(*_counted(stage_id)).all()
    people = {person: f"E{n}" for n, person in enumerate(counted, 1)}
    rows = read.connection.execute(*_proposals(stage_id)).all()
    letters = {row.id: row.letter for row in rows}
    cells: dict[tuple[str, str], dict[str, int]] = {}
    for proposal, criterion, person, level in read.connection.execute(*_cells(stage_id, counted)):
        if proposal in letters:
            cells.setdefault((letters[proposal], criterion), {})[people[person]] = level
    agreed = levels.agreed(read, stage_id, list(letters))
    price = content.criteria.price
    panel = Panel(
        criteria=content.criteria.criteria, evaluators=tuple(people.values()),
        proposals=tuple(letters.values()), levels=cells,
        agreed={(letters[proposal], criterion): level for (proposal, criterion), level in agreed.items()},
        minimum_total=content.criteria.minimum_total, price=price if price.counts else None,
        prices={row.letter: row.price for row in rows if row.price is not None} if price.counts else {},
        excluded=frozenset(row.letter for row in rows if row.excluded),
    )  # fmt: skip
    return panel, {row.letter: row.name for row in rows}


_counted = prepared(counted_evaluators)


@prepared
def _decided(challenge_id: int, number: int) -> Select[int]:
    return (
        select(Stage.id)
        .join(Decision, Decision.stage_id == Stage.id)
        .where(
            Stage.challenge_id == challenge_id, Stage.number == number,
            Decision.confirmed_at.is_not(None), Decision.replaced_at.is_(None),
        )
    )  # fmt: skip


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
