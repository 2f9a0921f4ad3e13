"""Public challenges: what lists and pages hold, in which order, and what they never hold."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from flask import Flask

from marketplace.actions import challenges as writes
from marketplace.actions import moves
from marketplace.actions.moves import Details
from marketplace.clock import Clock
from marketplace.policy import ANYONE
from marketplace.queries import challenges, listings, results
from marketplace.queries.listings import Filters
from marketplace.queries.places import Unusable
from marketplace.rules import challenges as c
from marketplace.rules.differences import differences
from marketplace.rules.refusals import Refused
from tests import factories as f
from tests.conftest import NOON
from tests.queries.rows import counted, many_challenges


def listed(**asked: object) -> list[str]:
    return [row.ref for row in listings.listing(ANYONE, Filters(**asked)).rows]  # type: ignore[arg-type]


def everything(status: str) -> list[str]:
    """Every page of a list, one after another."""
    found: list[str] = []
    after = ""
    while True:
        page = listings.listing(ANYONE, Filters(status=status, after=after))
        found += [row.ref for row in page.rows]
        if not page.next:
            return found
        after = page.next


def test_what_nobody_published_is_in_no_list_and_on_no_page(app: Flask) -> None:
    worlds = [f.a_draft_challenge(), f.a_challenge_in_review(), f.an_approved_challenge()]
    for world in worlds:
        with pytest.raises(Refused, match="missing"):
            challenges.detail(ANYONE, world.ref)
        with pytest.raises(Refused, match="missing"):
            results.results(ANYONE, world.ref)
    for status in ("all", "open", "draft", "review", "approved"):
        assert listed(status=status) == []
    assert listed(status="all", q="damp") == []


def test_open_ones_come_closing_soonest_first(app: Flask) -> None:
    later = f.an_open_challenge(closes_at=NOON + timedelta(days=8))
    sooner = f.an_open_challenge(closes_at=NOON)
    assert listed() == [sooner.ref, later.ref]
    home = listings.home(ANYONE)
    assert [row.ref for row in home.rows] == [sooner.ref, later.ref]
    assert home.open_count == 2


def test_at_its_deadline_a_challenge_is_not_open_whoever_noticed(app: Flask, clock: Clock) -> None:
    world = f.an_open_challenge()
    clock.set(NOON - timedelta(microseconds=1))
    assert listed() == [world.ref]
    assert challenges.detail(ANYONE, world.ref).head.state == "open"
    clock.set(NOON)
    assert world.state == "open"
    assert listed() == []
    assert listed(status="in_progress") == [world.ref]
    assert listings.listing(ANYONE, Filters(status="all")).rows[0].state == "in_progress"
    found = challenges.detail(ANYONE, world.ref)
    assert found.head.state == "in_progress"
    assert found.stages[0].state == "closed"
    assert listings.home(ANYONE).open_count == 0


@pytest.mark.parametrize("status", ["open", "completed", "all"])
def test_pages_follow_one_another_without_gap_or_repeat(app: Flask, status: str) -> None:
    refs = many_challenges(45, "completed" if status == "completed" else "open")
    assert everything(status) == (refs if status == "open" else refs[::-1])


def test_filters_narrow_the_list(app: Flask) -> None:
    world = f.an_open_challenge()
    other = f.an_open_challenge(closes_at=NOON + timedelta(days=28), title="Spare seats for villages")
    assert listed(authority=other.authority.slug) == [other.ref]
    assert listed(topic="housing") == [world.ref, other.ref]
    assert listed(topic="health") == []
    assert listed(closing=21) == []
    assert listed(closing=22) == [world.ref]
    assert listed(closing=100) == [world.ref, other.ref]


@pytest.mark.parametrize(
    "asked",
    [
        {"status": "opened"}, {"topic": "cheese"}, {"closing": "-1"}, {"closing": "1.5"},
        {"closing": "99999"},
        {"closing": "٣"}, {"q": "x" * 201},
    ],
)  # fmt: skip
def test_a_value_that_no_filter_takes_is_refused(asked: dict[str, str]) -> None:
    with pytest.raises(Unusable):
        listings.filters(asked)


@pytest.mark.parametrize(
    "asked", [{"authority": "nowhere"}, {"after": "x"}, {"after": "W10"}, {"after": "bnVsbA"}]
)
def test_an_unknown_authority_or_cursor_is_refused(app: Flask, asked: dict[str, str]) -> None:
    with pytest.raises(Unusable):
        listings.listing(ANYONE, listings.filters(asked))


def test_an_unverified_authority_is_unknown(app: Flask) -> None:
    authority = f.an_authority(verified=False)
    with pytest.raises(Unusable):
        listings.listing(ANYONE, Filters(authority=authority.slug))


def test_a_cursor_of_another_order_is_refused(app: Flask) -> None:
    many_challenges(25)
    cursor = listings.listing(ANYONE, Filters()).next
    with pytest.raises(Unusable):
        listings.listing(ANYONE, Filters(status="all", after=cursor))


def test_the_search_finds_words_in_any_form_and_order(app: Flask) -> None:
    world = f.an_open_challenge()
    f.an_open_challenge(title="Spare seats for villages")
    for typed in ("cold council", "DAMP cold", "council home", "cold, damp!"):
        assert world.ref in listed(q=typed), typed
    assert listed(q="council submarines") == []


@pytest.mark.parametrize(
    "typed",
    [
        '"',
        "damp AND",
        "damp OR",
        "NEAR(a b)",
        "title:damp*",
        "-damp",
        "a:b",
        "'; --",
        "&|!()",
        "*",
        "%",
        "\x00",
    ],
)
def test_nothing_typed_is_an_operator_or_an_error(app: Flask, typed: str) -> None:
    f.an_open_challenge()
    assert isinstance(listed(q=typed), list)


@pytest.mark.parametrize("asked", [Filters(), Filters(status="all"), Filters(status="all", q="homes")])
def test_a_list_asks_as_much_for_a_thousand_as_for_ten(app: Flask, asked: Filters) -> None:
    many_challenges(10)
    with counted() as few:
        listings.listing(ANYONE, asked)
    many_challenges(1000, "standstill")
    with counted() as many:
        listings.listing(ANYONE, asked)
    assert len(many) == len(few) <= 4


def test_no_count_before_the_deadline(app: Flask) -> None:
    world = f.an_open_challenge()
    f.a_submitted_proposal(world)
    found = challenges.detail(ANYONE, world.ref)
    assert found.stages[0].received is None
    f.pass_deadline(world)
    assert challenges.detail(ANYONE, world.ref).stages[0].received == 1


def test_meetings_become_public_at_opening(app: Flask, clock: Clock) -> None:
    world = f.a_challenge_in_review()
    moves.make(world.lead, world.ref, "engage", Details())
    writes.record_meeting(world.lead, world.ref, "Brackenlea Coatings", "A floor plan", clock.now().date())
    assert challenges.detail(ANYONE, world.ref).meetings == ()
    assert listed(status="engagement") == [world.ref]
    moves.make(world.approver, world.ref, "approve", Details(seen=world.seen))
    moves.make(world.lead, world.ref, "open", Details())
    assert [each.met for each in challenges.detail(ANYONE, world.ref).meetings] == ["Brackenlea Coatings"]


def test_the_reason_for_a_suspension_is_public(app: Flask) -> None:
    world = f.an_open_challenge()
    moves.make(world.lead, world.ref, "suspend", Details(reason="A question that needs a lawyer came up."))
    found = challenges.detail(ANYONE, world.ref)
    assert found.head.state == "suspended"
    assert found.reasons[0].reason == "A question that needs a lawyer came up."


def test_results_are_empty_until_the_award_notice(app: Flask) -> None:
    world = f.a_decided_stage(2)
    assert results.results(ANYONE, world.ref).stages == ()
    with pytest.raises(Refused, match="missing"):
        results.scores(ANYONE, world.ref, 1, "A")


def test_results_name_whom_was_selected_and_nobody_else(app: Flask) -> None:
    world = f.a_noticed_challenge(3)
    stage = results.results(ANYONE, world.ref).stages[0]
    first, *rest = stage.lines
    assert first.selected
    assert first.name
    assert [(line.name, line.letter, line.slug) for line in rest] == [("", "B", ""), ("", "C", "")]
    assert all(line.reason == "" and line.summary == "" and line.value is None for line in rest)
    assert stage.why == "The first found most damp rooms."
    assert sum(points for _, points in first.parts) == first.total


def test_individual_scores_carry_numbers_and_no_names(app: Flask) -> None:
    world = f.a_noticed_challenge(2)
    stage = results.results(ANYONE, world.ref).stages[0]
    assert stage.evaluators == ("E1", "E2")
    assert all(len(row.levels) == 2 for row in stage.lines[0].rows)
    shown = repr(dataclasses.asdict(results.scores(ANYONE, world.ref, 1, "B")))
    for person in world.scorers:
        assert person.name not in shown
        assert person.ref not in shown


def test_where_the_panel_publishes_means_no_level_of_one_person_is_there(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = f.a_content

    def with_means(**rest: Any) -> c.Content:
        whole = usual(**rest)
        return msgspec.structs.replace(
            whole, terms=msgspec.structs.replace(whole.terms, publish_scores="panel")
        )

    monkeypatch.setattr(f, "a_content", with_means)
    world = f.a_noticed_challenge(2)
    found = results.scores(ANYONE, world.ref, 1, "B")
    assert found.stage.evaluators == ()
    assert all(row.levels == () for row in found.line.rows)


def test_versions_say_what_changed_word_by_word() -> None:
    before = f.a_content()
    after = c.Content(
        **{name: getattr(before, name) for name in c.SECTIONS}
        | {"tried": c.Tried("400 humidity sensors in 2024.")}
    )
    (change,) = differences(before, after)
    assert change.place == ("tried", "tried")
    assert ("gone", "300 ") in change.parts
    assert ("new", "400 ") in change.parts
    assert differences(before, before) == ()


def test_the_one_version_is_there_with_its_entry(app: Flask) -> None:
    world = f.an_open_challenge()
    (version,) = challenges.versions(ANYONE, world.ref).versions
    assert version.number == 1
    assert version.content_hash == world.seen
    assert version.index is not None
