"""The checks themselves: a page that is wrong in every way they look at does not pass."""

from __future__ import annotations

import pytest

from tests.browser.checks import check
from tests.browser.conftest import Someone

pytestmark = pytest.mark.browser

WRONG = """<!DOCTYPE html><html lang="en"><head><title>Elsewhere – Daylight</title></head><body><main>
<h1>One</h1><h1>Two</h1><p style="color: #bbb; background: #fff">Pale words</p>
<details><summary>More</summary><div style="width: 900px">Wide</div></details></main></body></html>"""


def test_each_check_finds_what_it_looks_for(somebody: Someone) -> None:
    person = somebody()
    person.page.set_content(WRONG)
    with pytest.raises(AssertionError) as found:
        check(person.page)
    for trouble in ("2 headings", "names another page", "on a screen of 320px", "axe color-contrast"):
        assert trouble in str(found.value)
    assert person.page.locator("details[open]").count() == 0


def test_what_a_page_loads_and_says_is_watched(somebody: Someone) -> None:
    person = somebody()
    person.goes("/")
    person.page.evaluate("console.error('broken')")
    person.page.evaluate("fetch('/nowhere.css').catch(() => {})")
    person.page.evaluate("fetch('http://elsewhere.example/').catch(() => {})")
    person.page.wait_for_timeout(200)
    told = "\n".join(person.watch.take())
    for trouble in ("console: broken", "404 for", "http://elsewhere.example"):
        assert trouble in told
