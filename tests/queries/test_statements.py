"""What the team reads of a stage takes as many statements for many proposals as for few."""

from __future__ import annotations

from flask import Flask

from marketplace.actions import debriefs as acts
from marketplace.actions import evaluation
from marketplace.queries import clarifications, debriefs, declarations, eligibility
from tests import factories as f
from tests.actions.test_clarifications import ask
from tests.conftest import NOON
from tests.queries.rows import statements

MANY, LATER = 6, NOON.replace(day=24)


def of_an_opened_stage(world: f.World) -> list[int]:
    """Every proposal is in doubt, and its supplier is asked a question."""
    for letter in f.letters(world):
        f.check(world, letter, "insured")
    ask(world, *f.letters(world))
    lead, ref = world.lead, world.ref
    return [
        statements(lambda: eligibility.overview(lead, ref, 1)),
        statements(lambda: clarifications.overview(lead, ref, 1)),
        statements(lambda: clarifications.reading(lead, ref, 1, "A")),
        statements(lambda: declarations.names(world.chair, ref, 1)),
    ]


def test_a_fixed_number_of_statements_tells_of_every_opened_proposal(app: Flask) -> None:
    few = of_an_opened_stage(f.an_opened_stage(conditions=("insured",)))
    assert of_an_opened_stage(f.an_opened_stage(MANY, conditions=("insured",), closes_at=LATER)) == few


def of_interests(world: f.World) -> int:
    """The evaluator has a manageable interest in every name."""
    advised = evaluation.Interest(interest="manageable", grounds="I advised them once.")
    answers = {letter: advised for letter in f.letters(world)}
    evaluation.declare(world.evaluator, world.ref, 1, answers)
    return statements(lambda: declarations.consents(world.chair, world.ref, 1))


def test_a_fixed_number_of_statements_tells_of_every_interest(app: Flask) -> None:
    few = of_interests(f.an_opened_stage())
    assert of_interests(f.an_opened_stage(MANY, closes_at=LATER)) == few


def of_debriefs(world: f.World) -> int:
    """Every supplier asks about its summary."""
    for proposal, supplier in zip(world.proposals, world.suppliers, strict=True):
        acts.ask(supplier.administrator, proposal, "Which page do you mean?", False)
    return statements(lambda: debriefs.debriefs(world.lead, world.ref, 1))


def test_a_fixed_number_of_statements_tells_of_every_debrief(app: Flask) -> None:
    few = of_debriefs(f.a_noticed_challenge())
    assert of_debriefs(f.a_noticed_challenge(MANY, closes_at=LATER)) == few
