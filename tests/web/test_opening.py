"""The openers' page: what a confirmation does stands there before it is given."""

from __future__ import annotations

import pytest
from flask import Flask

from marketplace.actions import moves, opening
from marketplace.actions.moves import Details
from tests.factories import a_closed_stage, an_open_challenge, pass_deadline
from tests.web.forms import base, visit_of


def test_each_opener_reads_what_their_own_confirmation_does(app: Flask) -> None:
    world = a_closed_stage(2)
    first, second = (visit_of(app, person) for person in world.openers)
    address = f"{base(world)}/stages/1/opening"
    page = first.get(address).text
    assert "Nothing opens yet" in page
    assert world.openers[1].name in page
    assert "key is deleted" not in page
    assert first.send(address, {}).status_code == 303
    after = first.get(address).text
    assert f"This waits for {world.openers[1].name}" in after
    assert "<button" not in after.split("<main", 1)[1]
    assert "key is deleted" in second.get(address).text
    assert second.send(address, {}).status_code == 303
    assert "2 of 2" in first.get(address).text


def test_a_stage_that_nobody_answered_has_nothing_to_open(app: Flask) -> None:
    world = an_open_challenge()
    pass_deadline(world)
    page = visit_of(app, world.openers[0]).get(f"{base(world)}/stages/1/opening")
    assert "nothing to open" in page.text
    assert "<button" not in page.text.split("<main", 1)[1]


@pytest.mark.parametrize("closed", [False, True])
def test_nothing_opens_while_the_challenge_is_suspended(app: Flask, closed: bool) -> None:
    world = a_closed_stage(1) if closed else an_open_challenge()
    moves.make(world.lead, world.ref, "suspend", Details(reason="The budget is looked at again."))
    page = visit_of(app, world.openers[0]).get(f"{base(world)}/stages/1/opening")
    assert "Nothing opens until it resumes" in page.text
    assert "<button" not in page.text.split("<main", 1)[1]


def test_a_stage_opened_before_a_suspension_stays_opened(app: Flask) -> None:
    world = a_closed_stage(1)
    for person in world.openers:
        opening.confirm(person, world.ref, 1)
    moves.make(world.lead, world.ref, "suspend", Details(reason="The budget is looked at again."))
    assert "Opened on" in visit_of(app, world.openers[0]).get(f"{base(world)}/stages/1/opening").text
