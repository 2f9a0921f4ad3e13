"""A tie that no criterion breaks: a public value fixed by rule, copied by two people, orders the equals."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import msgspec
import pytest
from flask import Flask

from marketplace.actions import decisions, draws
from marketplace.models.database import installation
from marketplace.policy import Actor
from marketplace.queries import decisions as shown
from marketplace.queries.draws import draw_page
from marketplace.rules import draw
from marketplace.rules.refusals import Refused
from tests import factories
from tests.actions.test_decisions import changed, lines, propose
from tests.actions.test_evaluation import leaves, notices
from tests.factories import World, a_locked_stage, a_person, a_scored_stage

VALUE = "5f" * 32
EQUAL = {letter: ((3, 3, 3, 3), (3, 3, 3, 3)) for letter in "ABC"}


def a_tie() -> World:
    """Three equals, an hour after the opening."""
    world = a_scored_stage(3, EQUAL)
    installation().clock.set(installation().clock.now() + timedelta(hours=2))
    return world


def order(world: World) -> list[str]:
    return [line.letter for line in shown.ranking(world.chair, world.ref, 1).lines]


def test_two_people_copy_the_value_and_it_orders_the_equals(app: Flask) -> None:
    world = a_tie()
    assert shown.ranking(world.chair, world.ref, 1).draw_decides
    assert draws.enter(world.chair, world.ref, 1, VALUE) == "asked"
    assert notices("draw.asked") == [world.approver.name]
    assert [line.rank for line in shown.ranking(world.chair, world.ref, 1).lines] == [1, 1, 1]
    assert draws.enter(world.approver, world.ref, 1, VALUE) == "made"
    lots = {letter: hashlib.sha256(bytes.fromhex(VALUE) + letter.encode()).digest() for letter in "ABC"}
    assert order(world) == sorted("ABC", key=lambda letter: lots[letter])
    assert [line.rank for line in shown.ranking(world.chair, world.ref, 1).lines] == [1, 2, 3]
    propose(world, order(world)[0])
    (leaf,) = leaves("stage.draw")
    opened_at = world.stage.opened_at
    assert opened_at is not None
    assert leaf["data"] == {"stage": 1, "round": draw.round_of(opened_at), "beacon": VALUE}


def test_an_approver_may_be_the_first_and_one_side_alone_is_not_enough(app: Flask) -> None:
    world = a_tie()
    assert draws.enter(world.chair, world.ref, 1, VALUE) == "asked"
    assert draws.enter(world.lead, world.ref, 1, VALUE) == "asked"
    assert world.stage.beacon == ""
    assert draws.enter(world.approver, world.ref, 1, VALUE) == "made"


def test_another_value_is_refused_until_whoever_was_wrong_copies_it_again(app: Flask) -> None:
    world = a_tie()
    draws.enter(world.chair, world.ref, 1, "ab" * 32)
    with pytest.raises(Refused, match=r"draw\.differs"):
        draws.enter(world.approver, world.ref, 1, VALUE)
    draws.enter(world.chair, world.ref, 1, VALUE)
    assert draws.enter(world.approver, world.ref, 1, VALUE) == "made"


@pytest.mark.parametrize("value", ["", "5f" * 31, "5F" * 32, "zz" * 32])
def test_what_cannot_be_a_value_is_refused(app: Flask, value: str) -> None:
    world = a_tie()
    with pytest.raises(Refused, match=r"draw\.value"):
        draws.enter(world.chair, world.ref, 1, value)


def test_the_round_must_have_been_published(app: Flask) -> None:
    world = a_scored_stage(3, EQUAL)
    with pytest.raises(Refused, match=r"draw\.early"):
        draws.enter(world.chair, world.ref, 1, VALUE)


def test_nothing_is_drawn_where_no_two_share_a_rank_or_twice_or_once_decided(app: Flask) -> None:
    world = a_scored_stage(3)
    installation().clock.set(installation().clock.now() + timedelta(hours=2))
    with pytest.raises(Refused, match=r"draw\.unneeded"):
        draws.enter(world.chair, world.ref, 1, VALUE)
    decisions.confirm(world.approver, world.ref, 1, propose(world, "A"))
    with pytest.raises(Refused, match=r"stage\.state"):
        draws.enter(world.chair, world.ref, 1, VALUE)


def test_what_was_proposed_before_the_draw_is_proposed_anew_by_the_ranks_after_it(app: Flask) -> None:
    world = a_tie()
    before = propose(world)
    draws.enter(world.chair, world.ref, 1, VALUE)
    decided_by = (world.approver, world.ref, 1)
    draws.enter(*decided_by, VALUE)
    with pytest.raises(Refused, match=r"decision\.none"):
        decisions.confirm(*decided_by, before)
    decisions.confirm(*decided_by, propose(world))
    ranks = {line.letter: line.rank for line in shown.ranking(world.chair, world.ref, 1).lines}
    assert {letter: line[1] for letter, line in lines(world).items()} == ranks


def test_a_draw_is_made_once(app: Flask) -> None:
    world = a_tie()
    draws.enter(world.chair, world.ref, 1, VALUE)
    draws.enter(world.approver, world.ref, 1, VALUE)
    with pytest.raises(Refused, match=r"draw\.made"):
        draws.enter(world.chair, world.ref, 1, "ab" * 32)


def test_without_a_published_draw_there_is_none(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    changed(monkeypatch, criteria=msgspec.structs.replace(factories.a_content().criteria, draw="none"))
    world = a_tie()
    for reads in (world.chair, world.approver):
        with pytest.raises(Refused, match=r"draw\.none"):
            draws.enter(reads, world.ref, 1, VALUE)
        with pytest.raises(Refused, match="missing"):
            draw_page(reads, world.ref, 1)


def test_nothing_of_it_is_seen_before_the_levels_are_final_or_by_anybody_else(app: Flask) -> None:
    world = a_locked_stage(3, EQUAL)
    with pytest.raises(Refused, match=r"decision\.hidden"):
        draw_page(world.chair, world.ref, 1)
    with pytest.raises(Refused, match=r"decision\.hidden"):
        draws.enter(world.lead, world.ref, 1, VALUE)
    others: tuple[Actor, ...] = (world.evaluator, a_person(), world.suppliers[0].administrator)
    for other in others:
        with pytest.raises(Refused, match="missing"):
            draw_page(other, world.ref, 1)
        with pytest.raises(Refused, match="missing"):
            draws.enter(other, world.ref, 1, VALUE)
