"""The register of outcomes: what ended and how, who was paid, and whose report is overdue."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from marketplace.actions import challenges as writes
from marketplace.actions import moves, summaries
from marketplace.actions.moves import Details
from marketplace.clock import Clock
from marketplace.models.database import installation
from marketplace.policy import ANYONE
from marketplace.queries import challenges, outcomes
from marketplace.queries.outcomes import Sought
from marketplace.queries.places import Unusable
from marketplace.rules.outcomes import ENDS
from marketplace.rules.working_days import uk_date
from tests import factories as f
from tests.conftest import NOON
from tests.queries.rows import many_challenges


def complete(world: f.World, *, in_use: bool = True) -> None:
    moves.make(world.lead, world.ref, "deliver", Details())
    writes.report_outcome(
        world.lead, world.ref, "6 in 10 found", in_use, 4_500_000, "GBP", "Owners answer faster."
    )
    moves.make(world.lead, world.ref, "complete", Details())


def stop(world: f.World) -> None:
    moves.make(world.lead, world.ref, "terminate", Details(reason="The budget went to the flood."))
    moves.make(world.approver, world.ref, "terminate", Details())


def test_an_unfinished_report_is_not_an_outcome(app: Flask) -> None:
    world = f.an_awarded_challenge(1)
    moves.make(world.lead, world.ref, "deliver", Details())
    writes.report_outcome(
        world.lead, world.ref, "6 in 10 found", True, 4_500_000, "GBP", "Owners answer faster."
    )
    assert challenges.detail(ANYONE, world.ref).outcome is None
    assert outcomes.register(ANYONE).rows == ()
    moves.make(world.lead, world.ref, "complete", Details())
    found = challenges.detail(ANYONE, world.ref).outcome
    assert found is not None
    assert (found.result, found.in_use, found.spent) == ("6 in 10 found", True, 4_500_000)
    row = outcomes.register(ANYONE).rows[0]
    assert (row.words, row.lessons, row.measures[0].baseline) == (
        "6 in 10 found",
        "Owners answer faster.",
        "1 in 10",
    )


def test_a_year_after_the_award_a_missing_result_is_overdue(app: Flask, clock: Clock) -> None:
    world = f.an_awarded_challenge(1)
    assert outcomes.register(ANYONE).overdue == ()
    clock.advance(timedelta(days=366))
    (overdue,) = outcomes.register(ANYONE).overdue
    assert (overdue.ref, overdue.authority_slug) == (world.ref, world.authority.slug)
    assert [late.months for late in overdue.late] == [0]


def test_the_register_pages_without_gap_or_repeat(app: Flask) -> None:
    refs = many_challenges(45, "completed")
    found: list[str] = []
    after = ""
    while page := outcomes.register(ANYONE, Sought(after=after)):
        found += [row.ref for row in page.rows]
        if not (after := page.next):
            break
    assert found == refs[::-1]


def test_a_report_that_came_is_not_overdue(app: Flask, clock: Clock) -> None:
    world = f.an_awarded_challenge(1)
    complete(world)
    clock.advance(timedelta(days=1200))
    assert outcomes.register(ANYONE).overdue == ()


def test_a_row_names_who_was_paid_for_what_and_how_much(app: Flask) -> None:
    world = f.an_awarded_challenge(2)
    today = uk_date(installation().clock.now())
    summaries.sign_agreement(world.lead, world.ref, "A", 4_250_000, "GBP", today)
    complete(world)
    (row,) = outcomes.register(ANYONE).rows
    (supplier,) = row.suppliers
    assert (supplier.value, supplier.currency, supplier.signed_on) == (4_250_000, "GBP", today)
    assert (supplier.further, supplier.further_value) == (0, 0)
    assert (supplier.address, supplier.stage, row.stage) == (
        "1 Quay Street, Northmere", "Open call", "Open call",
    )  # fmt: skip
    assert row.authority_slug == world.authority.slug


def test_the_register_is_searched_by_what_came_of_it(app: Flask) -> None:
    weeks = [NOON + timedelta(weeks=n) for n in (0, 2, 3, 4)]
    used, unused = f.an_awarded_challenge(1), f.an_awarded_challenge(1, closes_at=weeks[1])
    nobody, stopped = f.a_closed_stage(0, closes_at=weeks[2]), f.an_open_challenge(closes_at=weeks[3])
    complete(used)
    complete(unused, in_use=False)
    stop(stopped)
    writes.report_outcome(nobody.lead, nobody.ref, "Nothing was tried.", False, 0, "GBP", "Ask smaller.")
    moves.make(nobody.lead, nobody.ref, "end", Details(reason="Nobody proposed."))
    found = {end: [row.ref for row in outcomes.register(ANYONE, Sought(end=end)).rows] for end in ENDS}
    assert found == {
        "in-use": [used.ref], "not-in-use": [unused.ref], "early": [stopped.ref], "no-award": [nobody.ref],
    }  # fmt: skip


def test_the_register_is_searched_by_words_topic_and_authority(app: Flask) -> None:
    world = f.an_open_challenge(title="Otters in the culvert")
    stop(world)
    many_challenges(3, "completed")

    def found(**asked: str) -> list[str]:
        return [row.ref for row in outcomes.register(ANYONE, Sought(**asked)).rows]

    assert found(q="otters") == found(authority=world.authority.slug) == [world.ref]
    assert len(found(topic="housing")) == 4
    assert found(topic="health") == []


@pytest.mark.parametrize("asked", [{"end": "well"}, {"topic": "cheese"}, {"q": "x" * 201}])
def test_the_register_refuses_a_value_that_a_filter_does_not_take(asked: dict[str, str]) -> None:
    with pytest.raises(Unusable):
        outcomes.sought(asked)
