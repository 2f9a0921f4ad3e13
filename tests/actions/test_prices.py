"""A price is asked for where it counts, sealed with its proposal, and in the open once quality is final."""

from __future__ import annotations

import base64

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.actions import moderation, prices, proposals
from marketplace.models.database import installation, reading
from marketplace.models.proposals import Proposal
from marketplace.models.trail import LogEvent
from marketplace.queries import proposals as seen
from marketplace.queries import receipts
from marketplace.rules import canonical
from marketplace.rules.limits import MONEY
from marketplace.rules.proposals import (
    Draft,
    Sealed,
    digest,
    parse_draft,
    price_digest,
    spell_draft,
    unsealed,
)
from tests import factories as f
from tests.actions.test_proposals import refused

PRICE = 873_519


def kept(world: f.World) -> list[int | None]:
    """What stands beside the proposals of the stage."""
    with reading() as connection:
        rows = connection.execute(
            select(Proposal.ref, Proposal.price).where(Proposal.stage_id == world.stage.id)
        )
        found = {row.ref: row.price for row in rows}
    return [found[ref] for ref in world.proposals]


def test_without_a_price_nothing_is_handed_in_where_it_counts(app: Flask) -> None:
    world, supplier = f.an_open_challenge(price=f.CEILING), f.a_supplier()
    author = supplier.administrator
    ref = proposals.start(author, world.ref, supplier.slug)
    for question in world.content.questions.questions:
        proposals.save_answer(author, ref, question.id, "An answer.", digest(""))
    refused("proposal.unpriced", proposals.submit, author, ref)
    assert not seen.own_proposal(author, ref).complete
    prices.save(author, ref, PRICE, price_digest(None))
    assert seen.own_proposal(author, ref).complete
    assert proposals.submit(author, ref) == 1


@pytest.mark.parametrize("amount", [0, -1, MONEY])
def test_a_price_that_cannot_be_compared_is_refused_at_entry(app: Flask, amount: int) -> None:
    world = f.an_open_challenge(price=f.CEILING)
    ref = f.a_draft_proposal(world, price=PRICE)
    author = world.suppliers[0].administrator
    refused("proposal.price", prices.save, author, ref, amount, price_digest(PRICE))
    price = seen.own_proposal(author, ref).price
    assert price is not None
    assert price.amount == PRICE


def test_where_price_does_not_count_there_is_no_place_for_one(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    author = world.suppliers[0].administrator
    refused("missing", prices.save, author, ref, PRICE, price_digest(None))
    assert seen.own_proposal(author, ref).price is None
    proposals.submit(author, ref)
    assert "price" not in receipts.receipt(author, ref).value


def test_two_people_do_not_overwrite_each_others_price(app: Flask) -> None:
    world = f.an_open_challenge(price=f.CEILING)
    ref = f.a_draft_proposal(world, price=PRICE)
    author = world.suppliers[0].administrator
    newer = prices.save(author, ref, 700_000, price_digest(PRICE))
    refused("edit.stale", prices.save, author, ref, 800_000, price_digest(PRICE))
    assert prices.save(author, ref, 700_000, price_digest(PRICE)) == newer == price_digest(700_000)


def test_a_price_above_the_ceiling_is_taken_and_wins_nothing(app: Flask) -> None:
    world = f.an_open_challenge(price=f.CEILING)
    above = f.a_submitted_proposal(world, price=f.CEILING.amount + 1)
    below = f.a_submitted_proposal(world, price=f.CEILING.amount - 1)
    found = [
        seen.own_proposal(supplier.administrator, ref).price
        for supplier, ref in zip(world.suppliers, (above, below), strict=True)
    ]
    assert [price.wins_nothing for price in found if price] == [True, False]


def test_changing_the_price_alone_makes_a_new_hand_in_that_replaces_the_first(app: Flask) -> None:
    world = f.an_open_challenge(price=f.CEILING)
    ref = f.a_submitted_proposal(world, price=PRICE)
    author = world.suppliers[0].administrator
    refused("proposal.already_submitted", proposals.submit, author, ref)
    prices.save(author, ref, 700_000, price_digest(PRICE))
    own = seen.own_proposal(author, ref)
    assert own.changed
    assert own.price is not None
    assert (own.price.amount, own.price.sent) == (700_000, PRICE)
    assert proposals.submit(author, ref) == 2
    assert receipts.receipt(author, ref).price == 700_000
    f.pass_deadline(world)
    f.open_stage(world)
    with reading() as connection:
        content = connection.scalars(select(Proposal.content).where(Proposal.ref == ref)).one()
    assert content is not None
    assert unsealed(installation().keys.read(content)).price == 700_000


def test_prices_stand_nowhere_until_the_levels_are_final_and_then_all_do(app: Flask) -> None:
    world = f.a_locked_stage(2, price=f.CEILING)
    assert kept(world) == [None, None]
    moderation.settle(world.chair, world.ref, 1)
    assert kept(world) == [900_000, 900_000]


def test_where_price_does_not_count_none_appears(app: Flask) -> None:
    assert kept(f.a_scored_stage(2)) == [None, None]


def test_no_leaf_and_no_stored_draft_holds_a_price(app: Flask) -> None:
    world = f.an_open_challenge(price=f.CEILING)
    ref = f.a_submitted_proposal(world, price=PRICE)
    with reading() as connection:
        stored = [*connection.scalars(select(LogEvent.leaf))]
        stored += connection.execute(select(Proposal.draft).where(Proposal.ref == ref)).scalars()
    for each in stored:
        assert str(PRICE).encode() not in each
    own = receipts.receipt_json(world.suppliers[0].administrator, ref)
    assert own["openings"]["content"]["value"]["price"] == PRICE
    assert str(PRICE).encode() not in base64.b64decode(own["leaf"])


def test_what_was_written_and_sealed_before_there_were_prices_still_reads() -> None:
    old = canonical.encode({"team": "Rosa.", "answers": "A question of this name."})
    assert parse_draft(old) == Draft({"team": "Rosa.", "answers": "A question of this name."})
    assert parse_draft(spell_draft(Draft({"team": "Rosa."}, 5))) == Draft({"team": "Rosa."}, 5)
    sealed = Sealed("CH-00000000", 1, "PR-00000000", 1, {"team": "Rosa."})
    assert b"price" not in sealed.spell()
    assert unsealed(sealed.spell()).price is None
