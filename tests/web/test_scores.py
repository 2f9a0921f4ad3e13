"""The evaluator's pages: saved while one goes, one criterion beside every proposal, and how much is left."""

from __future__ import annotations

import copy
import re
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from marketplace.policy import Actor
from marketplace.queries import scores as queries
from tests import factories as f
from tests.actions.test_evaluation import GOOD
from tests.queries.rows import add_proposals
from tests.web.conftest import Browser, hidden_in, words_of
from tests.web.forms import visit_of
from tests.web.test_scoring import stage, typed

BEHIND = {"Accept": "application/json"}


class Desk:
    """Somebody of the panel with a sheet before them."""

    def __init__(self, app: Flask, world: f.World, person: Actor, path: str = "scores/A") -> None:
        self.world, self.person, self.address = world, person, f"{stage(world)}/{path}"
        self.browser = visit_of(app, person)
        self.page = self.browser.get(self.address)
        self.takes(self.page)

    def takes(self, page: TestResponse) -> None:
        """The hidden fields that stand on a page."""
        names = ("csrf_token", "once", *(f"seen_{n}" for n in range(4)))
        self.hidden = {name: hidden_in(page, name) for name in names}

    def saves(self, **cells: str) -> TestResponse:
        """What the script sends, and what the page takes over from the answer."""
        answer = self.browser.post(self.address, data=self.hidden | cells, headers=BEHIND)
        self.hidden = self.hidden | answer.get_json()["fields"]
        return answer

    def presses(self, **cells: str) -> TestResponse:
        return self.browser.post(self.address, data=self.hidden | cells)

    def done(self) -> int:
        return queries.own_list(self.person, self.world.ref, 1).done


def a_desk(app: Flask, **rest: Any) -> Desk:
    world = f.a_scoring_stage()
    return Desk(app, world, world.evaluator, **rest)


def test_a_score_is_saved_behind_the_page_which_then_says_so(app: Flask) -> None:
    desk = a_desk(app)
    answer = desk.saves(level_0="3", reason_0=GOOD, question_0="approach").get_json()
    assert answer["saved"].startswith("Saved at ")
    assert answer["texts"]["counted"] == "1 of 4 criteria scored"
    assert answer["texts"]["given"] == "1 of 8 scores given."
    assert [answer["texts"][f"{name}_0"] for name in ("state", "why", "next")] == ["Scored", "", ""]
    assert answer["texts"]["next_1"] == "Next"
    assert desk.done() == 1
    again = desk.saves(level_0="2", reason_0=GOOD, question_0="approach").get_json()
    assert again["texts"]["counted"] == "1 of 4 criteria scored"


def test_half_a_score_is_kept_behind_the_page_and_the_page_says_what_it_lacks(app: Flask) -> None:
    desk = a_desk(app)
    answer = desk.saves(level_1="3", reason_1="Two of", question_1="evidence")
    assert answer.status_code == 200
    texts = answer.get_json()["texts"]
    assert texts["state_1"] == "Begun, not scored yet"
    assert "at least 20 characters" in texts["why_1"]
    assert desk.done() == 0
    page = desk.browser.get(desk.address).text
    assert re.search(r'id="level_1-\d"[^>]*value="3" checked', page)
    assert re.search(r'id="reason_1"[^>]*>\s*Two of</textarea>', page)
    assert "Begun, not scored yet" in page
    listed = words_of(desk.browser.get(f"{stage(desk.world)}/scores"))
    assert "0 of 8 scores given." in listed
    assert "0 of 4 criteria" in listed


def test_without_the_script_the_button_keeps_half_a_score_too_and_names_it(app: Flask) -> None:
    desk = a_desk(app)
    cells = typed(reason_2="Too short.", level_3="", reason_3="")
    refused = desk.presses(**cells)
    assert refused.status_code == 422
    assert "2 of 4 criteria scored" in refused.text
    fresh = desk.browser.get(desk.address)
    assert "Too short.</textarea>" in fresh.text
    assert (desk.done(), fresh.text.count("Begun, not scored yet")) == (2, 1)
    # Unchanged, it is refused again: the button means all of it.
    desk.takes(fresh)
    assert desk.presses(**cells).status_code == 422


def test_a_paraphrase_is_explained_where_it_is_typed(app: Flask) -> None:
    desk = a_desk(app)
    words = desk.world.content.criteria.criteria[0].levels[3]
    texts = desk.saves(level_0="3", reason_0=words, question_0="approach").get_json()["texts"]
    assert "only repeats the level’s own words" in texts["why_0"]


def test_the_same_score_in_two_windows_is_not_overwritten_unseen(app: Flask) -> None:
    desk = a_desk(app)
    other = copy.copy(desk)
    first = {"level_0": "1", "reason_0": GOOD, "question_0": "approach"}
    assert desk.saves(**first).status_code == 200
    late = first | {"level_0": "4", "level_1": "2", "reason_1": GOOD, "question_1": "evidence"}
    answer = other.saves(**late)
    assert answer.status_code == 422
    assert "in another window" in answer.get_json()["detail"]
    # What was not changed elsewhere is kept all the same.
    assert (desk.done(), answer.get_json()["texts"]["counted"]) == (2, "2 of 4 criteria scored")
    pressed = other.presses(**late)
    assert pressed.status_code == 422
    assert "What is saved now" in pressed.text
    assert "data-autosave=" not in pressed.text
    other.takes(pressed)
    assert other.presses(**late).status_code == 303
    mark = queries.sheet(desk.person, desk.world.ref, 1, "A").rows[0].mark
    assert mark is not None
    assert mark.level == 4


def test_one_criterion_stands_beside_every_proposal_and_is_saved_there(app: Flask) -> None:
    desk = a_desk(app, path="criteria/team")
    page = words_of(desk.page)
    for name in ("A. Supplier", "B. Supplier", "0 of 2 proposals scored"):
        assert name in page
    assert desk.page.text.count(f.ANSWERS["team"]) == 2
    assert f.ANSWERS["approach"] not in desk.page.text
    cells = {
        f"{name}_{n}": value
        for n in (0, 1)
        for name, value in (("level", "2"), ("reason", GOOD), ("question", "team"))
    }
    assert desk.saves(**cells).get_json()["texts"]["counted"] == "2 of 2 proposals scored"
    done = desk.presses(**cells)
    assert (done.status_code, done.location) == (303, f"{stage(desk.world)}/criteria/delivery")
    assert desk.done() == 2
    for letter in "AB":
        assert "1 of 4 criteria scored" in desk.browser.get(f"{stage(desk.world)}/scores/{letter}").text
    for path in ("criteria/price", "criteria/team?after=Q"):
        assert desk.browser.get(f"{stage(desk.world)}/{path}").status_code == 404


def test_a_long_list_and_a_criterion_come_in_pages(app: Flask) -> None:
    world = f.a_scoring_stage()
    add_proposals(world, 55)
    desk = Desk(app, world, world.chair, path="scores")
    order = [row.letter for row in queries.own_list(world.chair, world.ref, 1).rows]
    assert pages_of(desk.browser, f"{stage(world)}/scores", r'/scores/([A-Z]+)" aria') == (order, [50, 5])
    listed = pages_of(desk.browser, f"{stage(world)}/criteria/fit", r'id="proposal-([A-Z]+)"')
    assert listed == (order, [20, 20, 15])
    boxes = desk.browser.get(f"{stage(world)}/scores/{order[52]}").text.split('class="d-boxes"')[1]
    assert re.findall(r"/scores/([A-Z]+)\"", boxes.split("</ul>")[0]) == order[50:]


def pages_of(browser: Browser, address: str, letter: str) -> tuple[list[str], list[int]]:
    """The letters of each page, one after another by its link, and how many stood on each."""
    found, sizes = [], []
    while address:
        page = browser.get(address).text
        letters = re.findall(letter, page)
        found += letters
        sizes.append(len(letters))
        after = re.search(r'rel="next" href="([^"]+)"', page)
        address = after[1] if after else ""
    return found, sizes


def test_the_list_says_how_much_is_left_and_how_that_is_counted(app: Flask) -> None:
    world = f.a_scoring_stage()
    f.score(world, world.evaluator, "A", 3, 3, 3, 3)
    words = queries.own_list(world.evaluator, world.ref, 1).words_left
    page = words_of(Desk(app, world, world.evaluator, path="scores").page)
    assert f"4 scores to give. About {words} words to read." in page
    assert "Some 13 minutes of work" in page
    assert "238 words a minute" in page
    assert "our own assumption" in page
