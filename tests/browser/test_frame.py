"""The frame of every page: on a small screen, on paper, in the reader's own colours, without motion."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests import factories as f
from tests.browser.conftest import Someone
from tests.browser.site import Site

pytestmark = pytest.mark.browser

ROWS = """() => Object.fromEntries(["d-brand", "d-account", "d-nav"].map((name) => {
    const box = document.querySelector(`.${name}`).getBoundingClientRect();
    return [name, {top: box.top, bottom: box.bottom, left: box.left, right: box.right}];
}))"""
MOVING = """() => [...document.querySelectorAll("*")].filter((it) => {
    const style = getComputedStyle(it);
    return style.animationName !== "none" || !/^0s(, 0s)*$/.test(style.transitionDuration)
        || ["sticky", "fixed"].includes(style.position) || style.scrollBehavior === "smooth";
}).map((it) => `${it.tagName}.${it.className}`)"""


def in_rows(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    row = page.evaluate(ROWS)
    assert row["d-account"]["left"] >= row["d-brand"]["right"]
    assert row["d-account"]["bottom"] <= row["d-nav"]["top"] + 1
    assert row["d-account"]["right"] <= width
    assert page.locator(".d-nav a").first.is_visible()


def test_on_a_small_screen_the_account_stands_beside_the_brand(site: Site, somebody: Someone) -> None:
    person = somebody("A Name That Is Longer Than Most")
    person.goes("/challenges")
    in_rows(person.page, 375)
    in_rows(person.page, 320)
    person.email = f.a_person(person.name).email
    person.signs_in()
    in_rows(person.page, 375)
    in_rows(person.page, 320)


def test_on_paper_what_is_folded_opens_and_what_only_a_screen_can_use_is_gone(
    site: Site, somebody: Someone
) -> None:
    world = f.an_opened_stage(1)
    page = somebody().page
    page.goto("/trail/0")
    page.emulate_media(media="print")
    assert page.locator(".d-numbers").is_visible()
    assert page.locator(".d-code").is_visible()
    for gone in (".d-nav", ".d-account", ".d-footer nav", ".d-inline"):
        assert not page.locator(gone).first.is_visible()
    page.goto(f"/trail?challenge={world.ref}")
    assert not page.locator(".d-filters").is_visible()
    assert page.get_by_text("1 proposal was opened by two people.").is_visible()


def test_in_the_readers_own_colours_the_tick_is_seen(site: Site, somebody: Someone) -> None:
    f.an_authority()
    page = somebody().page
    page.emulate_media(forced_colors="active")
    page.goto("/trail/1")
    tick = page.locator(".d-verdict .d-tick__disc")
    assert tick.evaluate("(it) => getComputedStyle(it).fill") == page.evaluate(
        "getComputedStyle(document.body).color"
    )


@pytest.mark.parametrize("path", ["/", "/trail", "/verify", "/guides", "/sign-in", "/nowhere"])
def test_nothing_moves_and_nothing_stays_in_the_way(site: Site, somebody: Someone, path: str) -> None:
    f.an_open_challenge()
    page = somebody().page
    page.goto(path)
    assert page.evaluate(MOVING) == []
