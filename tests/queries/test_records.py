"""The public record of an organisation: how an authority keeps its word, and what a supplier won."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from marketplace.actions import moves, summaries
from marketplace.actions.moves import Details
from marketplace.clock import Clock
from marketplace.models.database import installation
from marketplace.policy import ANYONE
from marketplace.queries import listings, records
from marketplace.queries.listings import Filters
from marketplace.queries.places import Unusable, cursor
from marketplace.queries.records import AuthorityRecord
from marketplace.rules.refusals import Refused
from marketplace.rules.working_days import uk_date
from tests import factories as f
from tests.conftest import NOON, START
from tests.queries.rows import counted, many_challenges

CURSORS = ("", cursor("noticed", START, "CH-00000000"), cursor("opened", START, "CH-00000000"))


def record_of(slug: str, after: str = "") -> AuthorityRecord:
    found = records.public(ANYONE, slug, after).authority
    assert found is not None
    return found


def winner_of(world: f.World) -> str:
    """The slug of the supplier behind letter A."""
    return world.suppliers[world.proposals.index(f.ref_of(world, "A"))].slug


@pytest.mark.parametrize("after", CURSORS)
def test_who_is_not_chosen_looks_like_nobody(app: Flask, after: str) -> None:
    world = f.a_noticed_challenge(2)
    won = winner_of(world)
    (lost,) = (each.slug for each in world.suppliers if each.slug != won)
    waiting = f.a_submitted_proposal(other := f.an_open_challenge(closes_at=NOON + timedelta(days=30)))
    assert waiting
    unverified = f.an_authority("Hidden Council", verified=False)
    for slug in (lost, other.suppliers[0].slug, unverified.slug, "nobody"):
        with pytest.raises(Refused, match="missing"):
            records.public(ANYONE, slug, after)


def test_going_on_from_an_earlier_stage_is_no_win(app: Flask) -> None:
    world = f.a_decided_stage(2, template="civtech")
    summaries.send_summaries(world.lead, world.ref, 1)
    for supplier in world.suppliers:
        with pytest.raises(Refused, match="missing"):
            records.public(ANYONE, supplier.slug)


def test_a_supplier_has_a_record_from_its_first_award_notice_on(app: Flask) -> None:
    world = f.an_awarded_challenge(2)
    supplier = records.public(ANYONE, winner_of(world)).supplier
    assert supplier is not None
    (won,) = supplier.won
    assert (won.ref, won.authority_slug, won.agreements) == (world.ref, world.authority.slug, ())
    today = uk_date(installation().clock.now())
    summaries.sign_agreement(world.lead, world.ref, "A", 4_250_000, "GBP", today)
    supplier = records.public(ANYONE, winner_of(world)).supplier
    assert supplier is not None
    assert [each.value for each in supplier.won[0].agreements] == [4_250_000]
    assert [(each.count, each.value) for each in supplier.agreed] == [(1, 4_250_000)]
    assert record_of(world.authority.slug).agreed == supplier.agreed


def test_challenges_are_counted_by_where_they_stand_by_the_clock(app: Flask, clock: Clock) -> None:
    world = f.an_open_challenge()
    assert record_of(world.authority.slug).states == {"open": 1}
    clock.set(NOON)
    assert record_of(world.authority.slug).states == {"in_progress": 1}


def test_what_is_not_public_is_not_counted(app: Flask) -> None:
    world = f.an_approved_challenge()
    found = record_of(world.authority.slug)
    assert (found.states, found.challenges) == ({}, ())


def test_a_decision_is_measured_against_the_day_that_was_published(app: Flask, clock: Clock) -> None:
    world = f.a_scored_stage(1)
    planned = world.content.terms.decision_on
    assert planned
    (before,) = record_of(world.authority.slug).challenges
    assert (before.decision_on, before.decided_on, before.late) == (planned, None, None)
    clock.advance(timedelta(days=33))
    (waiting,) = record_of(world.authority.slug).challenges
    assert waiting.late == (uk_date(clock.now()) - planned).days == 3


def test_a_decision_that_was_made_keeps_its_lateness(app: Flask, clock: Clock) -> None:
    world = f.an_awarded_challenge(1)
    clock.advance(timedelta(days=300))
    (made,) = record_of(world.authority.slug).challenges
    assert made.decided_on == uk_date(NOON)
    assert made.late == -30


def test_an_early_end_is_no_decision(app: Flask) -> None:
    world = f.an_open_challenge()
    moves.make(world.lead, world.ref, "terminate", Details(reason="The budget went to the flood."))
    moves.make(world.approver, world.ref, "terminate", Details())
    (ended,) = record_of(world.authority.slug).challenges
    assert (ended.state, ended.decided_on, ended.late) == ("terminated", None, None)


def test_only_its_own_overdue_results_stand_in_a_record(app: Flask, clock: Clock) -> None:
    late, other = f.an_awarded_challenge(1), f.an_open_challenge(closes_at=NOON + timedelta(days=30))
    clock.advance(timedelta(days=400))
    assert [each.ref for each in record_of(late.authority.slug).overdue] == [late.ref]
    assert record_of(other.authority.slug).overdue == ()


def test_a_record_pages_without_gap_or_repeat_and_asks_as_much_for_many(app: Flask) -> None:
    refs = many_challenges(45, "completed")
    slug = listings.listing(ANYONE, Filters(status="completed")).rows[0].authority_slug
    found: list[str] = []
    after = ""
    while page := record_of(slug, after):
        found += [each.ref for each in page.challenges]
        if not (after := page.next):
            break
    assert found == refs[::-1]
    few_refs = many_challenges(2, "terminated")
    few = listings.listing(ANYONE, Filters(status="terminated")).rows[0].authority_slug
    with counted() as asked_for_many:
        record_of(slug)
    with counted() as asked_for_few:
        assert len(record_of(few).challenges) == len(few_refs)
    assert len(asked_for_many) == len(asked_for_few) <= 6


def test_an_authority_refuses_a_cursor_that_was_not_given_out(app: Flask) -> None:
    world = f.an_open_challenge()
    for after in ("x", cursor("noticed", START, world.ref)):
        with pytest.raises(Unusable):
            records.public(ANYONE, world.authority.slug, after)
