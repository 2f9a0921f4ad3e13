"""Nothing on a page moves once it is to be seen, also where its fonts come late."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Browser, Route, ViewportSize

from tests import factories as f
from tests.browser.site import Site
from tests.queries.rows import many_challenges

pytestmark = pytest.mark.browser

WATCH = """
window.moved = [];
new PerformanceObserver((list) => window.moved.push(...list.getEntries().filter((it) => !it.hadRecentInput)))
    .observe({ type: "layout-shift", buffered: true });
"""
MOVED = """async () => {
    await document.fonts.ready;
    await new Promise((done) => setTimeout(done, 200));
    return window.moved.map((it) => `${it.value} ${it.sources.map((source) => source.node?.className)}`);
}"""


SIZES = {"1280": ViewportSize(width=1280, height=900), "375": ViewportSize(width=375, height=800)}


def late(route: Route) -> None:
    time.sleep(0.5)
    route.continue_()


@pytest.mark.parametrize("fonts", ["at once", "late"])
@pytest.mark.parametrize("width", SIZES)
def test_no_page_moves_after_it_is_shown(site: Site, chromium: Browser, width: str, fonts: str) -> None:
    opened, awarded = many_challenges(25)[0], f.an_awarded_challenge().ref
    for path in ("/", "/challenges", "/verify", f"/challenges/{opened}", f"/challenges/{awarded}/results"):
        # A browser that was never here: it has no font yet.
        context = chromium.new_context(viewport=SIZES[width])
        page = context.new_page()
        page.add_init_script(WATCH)
        if fonts == "late":
            page.route("**/*.woff2", late)
        page.goto(site.address + path)
        assert page.evaluate(MOVED) == [], path
        context.close()
