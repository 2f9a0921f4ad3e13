"""People at their browsers: each has one of their own, and every page they meet is checked."""

from __future__ import annotations

from typing import Literal

from playwright.sync_api import Browser, Locator, Page, Response

from tests.browser.checks import WIDE, Watch, check
from tests.browser.site import Site
from tests.factories import PASSWORD

Role = Literal["button", "link"]


class Person:
    """Somebody with a browser of their own, signed in or not.

    What they do is said as they would: a button by its words, a control by its label.
    """

    def __init__(self, site: Site, browser: Browser, name: str = "", *, scripts: bool = True) -> None:
        self.site, self.name, self.scripts = site, name, scripts
        self.email = f"{name.lower().replace(' ', '.')}@people.example"
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
        with self.page.expect_navigation() as arrival:
            self._named(role, words).first.click()
        self._arrived(arrival.value, status)

    def fills(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).fill(text)

    def picks(self, name: str, value: str) -> None:
        """Tick a box or choose a radio button by what it sends."""
        self.page.locator(f'input[name="{name}"][value="{value}"]:not([type="hidden"])').check()

    def ticks(self, label: str) -> None:
        self.page.get_by_label(label, exact=True).check()

    def dates(self, legend: str, day: int, month: int, year: int = 2026) -> None:
        boxes = self.page.get_by_role("group", name=legend, exact=True)
        for label, number in (("Day", day), ("Month", month), ("Year", year)):
            boxes.get_by_label(label, exact=True).fill(str(number))

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
        check(self.page, axe=self.scripts)
        troubles += self.watch.take()
        assert not troubles, f"{self.page.url}\n" + "\n".join(troubles)
