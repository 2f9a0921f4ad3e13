"""What holds on every page that a browser meets."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Page, Request, Response, ViewportSize

AXE = (Path(__file__).parent / "axe.min.js").read_text()
RUN_AXE = """async () => (await axe.run(document, {
    preload: false, resultTypes: ["violations"],
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
})).violations.map((it) => `axe ${it.id}: ${it.help}\\n${it.nodes.map((node) => node.html).slice(0, 3).join("\\n")}`)"""
# What is folded away is looked at as well, and left as it was.
UNFOLD = """() => document.querySelectorAll("details:not([open])").forEach((it) => {
    it.open = true; it.dataset.folded = "";
})"""
FOLD = """() => document.querySelectorAll("details[data-folded]").forEach((it) => {
    it.open = false; delete it.dataset.folded;
})"""
LOOK = """() => ({
    title: document.title,
    headings: [...document.querySelectorAll("h1")].map((it) => it.innerText),
    shape: [...document.querySelectorAll("body *")].map((it) => `${it.tagName}.${it.getAttribute("class")}`)
        .filter((it, place, all) => all.indexOf(it) === place).join(" "),
})"""
TOO_WIDE = """[...document.querySelectorAll("body *")].filter((it) => it.getBoundingClientRect().right > 321)
    .slice(0, 4).map((it) => `${it.tagName}.${it.className}`)"""
# Where Tab has stopped: is it hidden, and where on the page does it stand? null past the last stop.
STOP = """() => {
    const it = document.activeElement, box = it.getBoundingClientRect();
    if (it === document.body || "stopped" in it.dataset) return null;
    it.dataset.stopped = "";
    const x = (Math.max(box.left, 0) + Math.min(box.right, innerWidth)) / 2;
    const y = (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2;
    const shown = document.elementFromPoint(x, y);
    return {
        name: `${it.tagName.toLowerCase()} “${(it.labels?.[0] ?? it).innerText.trim().slice(0, 40)}”`,
        hidden: ![it, ...(it.labels ?? [])].some((each) => each.contains(shown) || shown?.contains(each)),
        first: it.matches(".govuk-skip-link"),
        left: box.left, right: box.right, top: box.top + scrollY, bottom: box.bottom + scrollY,
    };
}"""
LEAVE = """() => {
    document.querySelectorAll("[data-stopped]").forEach((it) => delete it.dataset.stopped);
    document.activeElement.blur();
    scrollTo(0, 0);
}"""
MOST_STOPS = 60
WIDE: ViewportSize = {"width": 1280, "height": 900}
NARROW: ViewportSize = {"width": 320, "height": 640}
# What is left of 1280 × 1024 pixels when everything is four times its size.
ZOOMED: ViewportSize = {"width": 320, "height": 256}
SHAPES: set[tuple[bool, str]] = set()


class Watch:
    """Collects what goes wrong around a tab's pages: errors told to the console, files from elsewhere."""

    def __init__(self, page: Page, home: str) -> None:
        self.home = home
        self.troubles: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        page.on("request", self._request)
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # A refusal's own status is told to the console too; what a page loads is looked at below.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.troubles.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.home}/", "data:")):
            self.troubles.append(f"loaded from elsewhere: {request.url}")

    def _response(self, response: Response) -> None:
        wrong = 500 if response.request.is_navigation_request() else 400
        if response.status >= wrong:
            self.troubles.append(f"{response.status} for {response.url}")

    def take(self) -> list[str]:
        found, self.troubles = self.troubles, []
        return found


def check(page: Page, *, axe: bool = True) -> None:
    """One h1, a title that names the page, nothing to scroll sideways, focus in order, nothing for axe to find.

    axe is a script: a page in a browser without scripts goes without it. Width and axe look once at each shape
    of page, with and without scripts, because most of a journey's pages have been met before.
    """
    seen: dict[str, Any] = page.evaluate(LOOK)
    found = _named(seen)
    if (axe, seen["shape"]) not in SHAPES:
        SHAPES.add((axe, seen["shape"]))
        page.evaluate(UNFOLD)
        found += _narrow(page)
        if axe:
            found += _axe(page) + _by_tab(page)
        page.evaluate(FOLD)
    assert not found, f"{page.url}\n" + "\n".join(found)


def _axe(page: Page) -> list[str]:
    page.evaluate(AXE)
    found: list[str] = page.evaluate(RUN_AXE)
    return found


def _by_tab(page: Page) -> list[str]:
    """Tab's stops on a wide screen, and at 400% zoom."""
    found = _stops(page)
    page.set_viewport_size(ZOOMED)
    found += [f"{each}, at 400%" for each in _stops(page)]
    page.set_viewport_size(WIDE)
    return found


def _stops(page: Page) -> list[str]:
    """What is hidden when it has focus, and where focus goes back up within a column."""
    found: list[str] = []
    before = None
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        at = page.evaluate(STOP)
        # After the last stop the browser begins anew at the first.
        if at is None or (before and at["first"]):
            break
        if at["hidden"]:
            found.append(f"{at['name']} is hidden when it has focus")
        if before and _goes_up(before, at):
            found.append(f"Tab goes up from {before['name']} to {at['name']}")
        before = at
    page.evaluate(LEAVE)
    return found[:5]


def _goes_up(before: dict[str, Any], at: dict[str, Any]) -> bool:
    beside = at["left"] >= before["right"] or at["right"] <= before["left"]
    return at["bottom"] <= before["top"] and not beside


def _named(seen: dict[str, Any]) -> list[str]:
    title, headings = seen["title"], seen["headings"]
    named, _, service = title.rpartition(" – ")
    shared = _words(named) & _words(" ".join(headings))
    return [
        *([f"{len(headings)} headings of the first level: {headings}"] if len(headings) != 1 else []),
        *([] if service == "Daylight" and shared else [f"The title “{title}” names another page"]),
    ]


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def _narrow(page: Page) -> list[str]:
    page.set_viewport_size(NARROW)
    width = page.evaluate("document.documentElement.scrollWidth")
    wide = width > NARROW["width"]
    found = [f"{width}px wide on a screen of 320px: {page.evaluate(TOO_WIDE)}"] if wide else []
    page.set_viewport_size(WIDE)
    return found
