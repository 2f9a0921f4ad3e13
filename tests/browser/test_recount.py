"""A visitor counts a ranking again in their own browser, as the program and the application count it."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from playwright.sync_api import Page, Route, expect

from marketplace.rules import recount
from tests import factories as f
from tests.browser.checks import check
from tests.browser.conftest import Someone
from tests.browser.people import Person
from tests.rules.panels import World, worlds
from tests.tools.bundles import bundle_of, example

pytestmark = pytest.mark.browser

BUTTON = "Recount in this browser"
SCRIPT = """async (text) => {
    const it = await import(document.querySelector("script[src$='/js/recount.js']").src);
    const bundle = it.parse(text);
    const found = await it.count(bundle);
    const agrees = it.agrees(found, bundle.result);
    return [agrees, found.map(({ id, total, rank, passes }) => [id, total.map(String), rank, passes])];
}"""


@pytest.fixture
def reader(somebody: Someone) -> Person:
    """Somebody on the results of a challenge whose panel is known."""
    levels = {"A": ((4, 3, 4, 2), (3, 3, 2, 4)), "B": ((2, 3, 3, 4), (1, 3, 3, 4))}
    world = f.a_noticed_challenge(2, levels=levels)
    person = somebody()
    person.goes(f"/challenges/{world.ref}/results")
    return person


def says(page: Page, words: str) -> None:
    expect(page.locator("[data-recount-said]")).to_contain_text(words)


def test_a_visitor_counts_again_and_is_told_that_it_agrees(reader: Person) -> None:
    reader.page.get_by_role("button", name=BUTTON).press("Enter")
    says(reader.page, "It agrees. This browser counted 2 proposals again")
    rows = reader.page.locator("[data-recount-table] tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("(proposal A)")
    expect(rows.last).to_contain_text("Proposal B")
    expect(rows.last).to_contain_text("the same")
    check(reader.page)


def test_what_was_changed_on_the_way_is_marked(reader: Person) -> None:
    def tamper(route: Route) -> None:
        bundle = route.fetch().json()
        bundle["scores"][0][3] = 0
        route.fulfill(json=bundle)

    reader.page.route("**/recount.json", tamper)
    reader.page.get_by_role("button", name=BUTTON).click()
    says(reader.page, "It does not agree.")
    expect(reader.page.locator("[data-recount-table] tbody tr").first).to_contain_text("differs")


def test_a_file_with_a_hole_is_not_counted(reader: Person) -> None:
    def tear(route: Route) -> None:
        bundle = route.fetch().json()
        route.fulfill(json=bundle | {"scores": bundle["scores"][1:]})

    reader.page.route("**/recount.json", tear)
    reader.page.get_by_role("button", name=BUTTON).click()
    says(reader.page, "This browser cannot count this file.")


def test_without_a_connection_it_says_so_and_tries_again_when_asked(reader: Person) -> None:
    reader.page.route("**/recount.json", lambda route: route.abort())
    reader.page.get_by_role("button", name=BUTTON).click()
    says(reader.page, "The file did not arrive.")
    reader.page.unroute("**/recount.json")
    reader.page.get_by_role("button", name=BUTTON).click()
    says(reader.page, "It agrees.")


def test_without_scripts_the_file_and_the_program_remain(somebody: Someone) -> None:
    world = f.a_noticed_challenge(2)
    person = somebody(scripts=False)
    person.goes(f"/challenges/{world.ref}/results")
    person.sees("Download the program", "python recount.py recount.json")
    expect(person.page.get_by_role("button", name=BUTTON)).to_be_hidden()


def in_browser(page: Page, spelled: str) -> tuple[bool, list[list[Any]]]:
    agrees, found = page.evaluate(SCRIPT, spelled)
    return agrees, found


def test_the_browser_counts_as_the_program_does(reader: Person) -> None:
    agrees, found = in_browser(reader.page, json.dumps(example()))
    assert agrees
    assert found == [["B", ["385", "6"], 1, True], ["A", ["715", "12"], 2, True]]

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(worlds())
    def alike(world: World) -> None:
        bundle = bundle_of(world)
        agrees, found = in_browser(reader.page, recount.spell(bundle).decode())
        assert agrees
        totals = [Fraction(int(top), int(bottom)) for _, (top, bottom), _, _ in found]
        assert totals == [Fraction(*line.total) for line in bundle.result]

    alike()


def test_numbers_too_long_for_a_browser_keep_their_last_digit(reader: Person) -> None:
    long = 9_007_199_254_740_993
    bundle = example(
        price={"method": "reference_ratio", "weight": 20, "reference": long - 2},
        proposals=[{"id": "A", "price": long}, {"id": "B", "price": long - 1}],
    )
    _, found = in_browser(reader.page, json.dumps(bundle))
    expected = {"A": Fraction(long - 2, long), "B": Fraction(long - 2, long - 1)}
    quality = {"A": Fraction(50 * 3, 4) + Fraction(30 * 5, 8), "B": Fraction(50 * 5, 8) + Fraction(30 * 7, 8)}
    for id, (top, bottom), _, _ in found:
        assert Fraction(int(top), int(bottom)) == quality[id] + 20 * expected[id]
