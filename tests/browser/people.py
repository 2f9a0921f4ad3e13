"""People at their browsers: each has one of their own, and every page they meet is checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from playwright.sync_api import Browser, Locator, Page, Response

from tests.browser.checks import WIDE, Watch, check
from tests.browser.site import Site
from tests.factories import PASSWORD

Role = Literal["button", "link"]
MOST_TABS = 400
HAS_FOCUS = """(it, group) => it === document.activeElement
    || (group && it.name === document.activeElement.name && document.activeElement.type === "radio")"""


class Person:
    """Somebody with a browser of their own, signed in or not.

    What they do is said as they would: a button by its words, a control by its label. With `keyboard` alone
    they have no mouse: whatever they use they come to by Tab, and they choose with the arrows.
    """

    def __init__(
        self, site: Site, browser: Browser, name: str = "", *, scripts: bool = True, keyboard: bool = False,
        email: str = "",
    ) -> None:  # fmt: skip
        self.site, self.name, self.scripts, self.keyboard = site, name, scripts, keyboard
        self.email = email or f"{name.lower().replace(' ', '.')}@people.example"
        self.password = PASSWORD
        self.context = browser.new_context(
            base_url=site.address, java_script_enabled=scripts, service_workers="block",
            viewport=WIDE,
        )  # fmt: skip
        self.context.set_default_timeout(5000)
        self.page: Page = self.context.new_page()
        self.watch = Watch(self.page, site.address)

    def goes(self, path: str, status: int = 200) -> None:
        self._arrived(self.page.goto(path), status)

    def presses(self, words: str, status: int = 200) -> None:
        """Press a button, and arrive at the page that answers."""
        self._clicks("button", words, status)

    def follows(self, words: str) -> None:
        self._clicks("link", words, 200)

    def has(self, role: Role, words: str) -> bool:
        return self._named(role, words).count() > 0

    def _named(self, role: Role, words: str) -> Locator:
        return self.page.locator("main").get_by_role(role, name=words, exact=True)

    def _clicks(self, role: Role, words: str, status: int) -> None:
        assert self.has(role, words), f"There is no {role} “{words}” on {self.page.url}:\n{self.text()}"
        target = self._named(role, words).first
        if self.keyboard:
            self.tabs_to(target)
        with self.page.expect_navigation() as arrival:
            self.page.keyboard.press("Enter") if self.keyboard else target.click()
        self._arrived(arrival.value, status)

    def fills(self, label: str, text: str) -> None:
        self.writes(self.page.get_by_label(label, exact=True), text)

    def writes(self, target: Locator, text: str) -> None:
        if not self.keyboard:
            target.fill(text)
            return
        self.tabs_to(target)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def chooses(self, label: str, value: str) -> None:
        """Choose from a list by what it sends."""
        target = self.page.get_by_label(label, exact=True)
        if not self.keyboard:
            target.select_option(value)
            return
        self.tabs_to(target)
        for _ in range(MOST_TABS):
            if target.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"The arrows do not reach “{value}”")

    def picks(self, name: str, value: str) -> None:
        """Tick a box or choose a radio button by what it sends."""
        target = self.page.locator(f'input[name="{name}"][value="{value}"]:not([type="hidden"])')
        if not self.keyboard:
            target.check()
        elif target.get_attribute("type") == "checkbox":
            self.tabs_to(target)
            if not target.is_checked():
                self.page.keyboard.press("Space")
        else:
            self._arrows_to(target)

    def _arrows_to(self, target: Locator) -> None:
        """Tab stops once in a group of radio buttons; the arrows go round in it."""
        if target.is_checked():
            return
        self.tabs_to(target, group=True)
        self.page.keyboard.press("Space")
        for _ in range(MOST_TABS):
            if target.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"The arrows do not reach {target}")

    def tabs_to(self, target: Locator, *, group: bool = False) -> None:
        """Press Tab until the control has focus, or with `group` one of its name."""
        for _ in range(MOST_TABS):
            if target.evaluate(HAS_FOCUS, group):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not reach {target} on {self.page.url}")

    def ticks(self, label: str) -> None:
        self.page.get_by_label(label, exact=True).check()

    def dates(self, legend: str, day: int, month: int, year: int = 2026) -> None:
        boxes = self.page.get_by_role("group", name=legend, exact=True)
        for label, number in (("Day", day), ("Month", month), ("Year", year)):
            self.writes(boxes.get_by_label(label, exact=True), str(number))

    def sees(self, *texts: str) -> None:
        main = self.text()
        for text in texts:
            assert text in main, f"“{text}” is not on {self.page.url}:\n{main}"

    def misses(self, *texts: str) -> None:
        main = self.text()
        for text in texts:
            assert text not in main, f"“{text}” is on {self.page.url}"

    def text(self) -> str:
        return self.page.locator("main").inner_text().replace("\u00a0", " ")

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.site.address)

    def registers(self) -> None:
        self.goes("/register")
        self.fills("Your name", self.name)
        self.fills("E-mail address", self.email)
        self.fills("Password", self.password)
        self.presses("Register")
        self.follows("The link in the message")
        self.presses("Confirm my address")
        self.signs_in()

    def signs_in(self) -> None:
        self.goes("/sign-in")
        self.fills("E-mail address", self.email)
        self.fills("Password", self.password)
        self.presses("Sign in")
        self.sees("Your work")

    def leaves(self) -> None:
        self.context.close()

    def _arrived(self, response: Response | None, status: int) -> None:
        assert response is not None
        troubles = self.watch.take()
        assert response.status == status, f"{response.status} for {response.url}: {troubles}\n{self.text()}"
        self.looks(troubles)

    def looks(self, troubles: Sequence[str] = ()) -> None:
        """Look at the page as it stands now."""
        check(self.page, axe=self.scripts)
        troubles = [*troubles, *self.watch.take()]
        assert not troubles, f"{self.page.url}\n" + "\n".join(troubles)
