"""The requests that are measured, each as a browser that is signed in where it must be would send it."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import Engine

from marketplace.policy import Actor
from tests.bench import bulk
from tests.bench.measure import Case, Request
from tests.bench.worlds import Worlds
from tests.web.conftest import Browser
from tests.web.forms import fields_of, visit_of

PAGES = 30
BARE = "A bare Flask page"


class Bench:
    """One installation, with everything that is asked of it."""

    def __init__(self, app: Flask, worlds: Worlds, engines: list[Engine]) -> None:
        self.app, self.worlds, self.engines = app, worlds, engines
        self.supplier = visit_of(app, worlds.open.suppliers[0].administrator)
        self.lead = self.cookie_of(worlds.completed.lead)
        self.chair = self.cookie_of(worlds.ranked.chair)
        self.panel = visit_of(app, worlds.scoring.evaluator)
        self.evaluator = cookie(self.panel)

    def growing(self) -> list[Case]:
        """The pages whose cost must not follow the number of challenges."""
        opened, completed = self.worlds.open.ref, self.worlds.completed.ref
        return [
            Case(BARE, bare(), lambda _: Request("/")),
            Case("Home", self.app, lambda _: Request("/"), (4, 6)),
            Case("List of 20", self.app, lambda _: Request("/challenges"), (4, 6)),
            Case("Challenge", self.app, lambda n: Request(f"/challenges/{nth(opened, n)}"), (3.5, None)),
            Case(
                "Results",
                self.app,
                lambda n: Request(f"/challenges/{nth(completed, n)}/results"),
                (3.5, None),
            ),
            Case("Your work", self.app, lambda _: Request("/desk", self.lead), (10, None)),
        ]

    def working(self) -> list[Case]:
        """Pages of the panel, and what a supplier sends."""
        ranking = f"/desk/challenges/{self.worlds.ranked.ref}/stages/1/ranking"
        stage = f"/desk/challenges/{self.worlds.scoring.ref}/stages/1"
        scores, criteria = f"{stage}/scores", f"{stage}/criteria"
        counted = f"/challenges/{self.worlds.counted.ref}"
        return [
            Case("Evaluator’s list of 50", self.app, lambda _: Request(scores, self.evaluator), (10, None)),
            Case(
                "One proposal to score",
                self.app,
                lambda _: Request(f"{scores}/C", self.evaluator),
                (10, None),
            ),
            Case(
                "One criterion, 20 proposals",
                self.app,
                lambda _: Request(f"{criteria}/fit", self.evaluator),
            ),
            Case("Save a score", self.app, self.score, (12, None)),
            Case("Ranking, one page of 250", self.app, lambda _: Request(ranking, self.chair), (65, 10)),
            Case("Results of 1,000 proposals", self.app, lambda _: Request(f"{counted}/results")),
            Case(
                "Recount of 1,000 proposals", self.app, lambda _: Request(f"{counted}/stages/1/recount.json")
            ),
            Case(
                "Diagnostics of 1,000 proposals",
                self.app,
                lambda _: Request(f"{counted}/stages/1/diagnostics"),
            ),
            Case("Save a draft", self.app, self.draft, (12, None)),
            Case("Hand a proposal in", self.app, self.hand_in, (25, None)),
        ]

    def cookie_of(self, person: Actor) -> str:
        return cookie(visit_of(self.app, person))

    def draft(self, n: int) -> Request:
        path = f"/desk/proposals/{self.worlds.open.proposals[0]}/questions/approach"
        return self.filled(path, text=f"Neighbours read the meters, on day {n}.")

    def hand_in(self, n: int) -> Request:
        """Once more, with another answer: the same one twice is refused."""
        draft = self.draft(n)
        self.supplier.post(draft.path, data=draft.form)
        return self.filled(f"/desk/proposals/{self.worlds.open.proposals[0]}/check")

    def score(self, n: int) -> Request:
        """One of a sheet, changed, as the button sends it."""
        path = f"/desk/challenges/{self.worlds.scoring.ref}/stages/1/scores/C"
        reason = f"Neighbours read the meters, and say why on day {n}."
        return self.filled(path, self.panel, level_0="2", reason_0=reason)

    def filled(self, path: str, browser: Browser | None = None, **typed: str) -> Request:
        """The form at this address, filled in and sent, by the supplier where nobody else is named."""
        browser = browser or self.supplier
        found = fields_of(browser.get(path))
        form = {name: values[0] for name, values in found.items()} | typed
        return Request(path, cookie(browser), form, expects=303)


def bare() -> Flask:
    """The yardstick: one short page of text, and nothing else."""
    app = Flask("bare", static_folder=None)
    app.add_url_rule("/", view_func=lambda: "<!DOCTYPE html><title>Bare</title><p>A bare page.")
    return app


def nth(ref: str, n: int) -> str:
    """A few different copies, one after another."""
    return bulk.copied_ref(ref, 1 + n % PAGES)


def cookie(browser: Browser) -> str:
    kept = browser.get_cookie("visit")
    assert kept is not None
    return f"visit={kept.value}"
