"""What somebody types is saved while they type, and the page never says so before it is true."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Route, expect

from marketplace.actions import proposals
from marketplace.queries import authoring
from marketplace.queries import proposals as queries
from tests import factories as f
from tests.browser.conftest import Someone
from tests.browser.people import Person
from tests.browser.site import Site

pytestmark = pytest.mark.browser

TYPED = "Neighbours read the meters together."
NO_CONNECTION = "Not saved: there is no connection. Keep this page open. It tries again by itself."


def says(person: Person, words: str) -> None:
    expect(person.page.locator("[data-autosave-line]")).to_have_text(words, timeout=10_000)


class Writer:
    """Somebody at the first question of a draft that has an answer to each."""

    def __init__(self, person: Person) -> None:
        world = f.an_open_challenge()
        self.ref, self.person = f.a_draft_proposal(world), person
        self.author = world.suppliers[0].administrator
        person.email = self.author.email
        person.signs_in()
        person.goes(f"/desk/proposals/{self.ref}/questions/approach")
        self.box = person.page.get_by_role("textbox")

    def kept(self) -> str:
        return queries.own_proposal(self.author, self.ref).answer("approach").text


@pytest.fixture
def writer(site: Site, somebody: Someone) -> Writer:
    return Writer(somebody())


def test_an_answer_is_kept_while_it_is_typed(writer: Writer) -> None:
    says(writer.person, "Last saved at 9:00am on Monday 2 November 2026.")
    writer.box.fill(TYPED)
    says(writer.person, "Saved at 9:00am.")
    assert writer.kept() == TYPED
    writer.box.fill(f"{TYPED} Twice.")
    writer.person.presses("Save and go back")
    assert writer.kept() == f"{TYPED} Twice."


def test_without_a_connection_the_page_keeps_the_text_and_sends_it_later(writer: Writer) -> None:
    before, page = writer.kept(), writer.person.page
    page.context.set_offline(True)
    writer.box.fill(TYPED)
    says(writer.person, NO_CONNECTION)
    page.get_by_role("button", name="Save and continue").click()
    says(writer.person, NO_CONNECTION)
    assert (writer.box.input_value(), writer.kept()) == (TYPED, before)
    page.context.set_offline(False)
    says(writer.person, "Saved at 9:00am.")
    assert writer.kept() == TYPED


def test_what_somebody_else_wrote_is_never_overwritten_behind_the_page(writer: Writer) -> None:
    proposals.save_answer(writer.author, writer.ref, "approach", "A colleague’s.", f.SEEN["approach"])
    writer.box.fill(TYPED)
    expect(writer.person.page.locator("[data-autosave-line]")).to_contain_text(
        "Not saved. Somebody else changed"
    )
    assert writer.kept() == "A colleague’s."
    writer.person.watch.take()
    writer.person.presses("Save and continue", status=409)
    writer.person.sees("A colleague’s.")
    # Nothing is sent from a page on which two texts are compared until somebody presses.
    assert writer.person.page.locator("[data-autosave]").count() == 0
    assert writer.box.input_value() == TYPED
    writer.person.presses("Save and continue")
    assert writer.kept() == TYPED


def test_after_the_end_of_a_visit_the_text_is_kept_once_one_signed_in_elsewhere(
    site: Site, writer: Writer
) -> None:
    site.clock.advance(timedelta(days=2))
    writer.box.fill(TYPED)
    page, person = writer.person.page, writer.person
    expect(page.get_by_text("You were signed out.")).to_be_visible(timeout=10_000)
    person.watch.take()
    person.page = person.context.new_page()
    person.signs_in()
    person.page = page
    writer.box.press_sequentially("!")
    says(person, "Saved at 9:00am.")
    assert writer.kept() == f"{TYPED}!"
    expect(page.get_by_text("You were signed out.")).to_be_hidden()


def test_a_press_waits_for_what_is_on_its_way(writer: Writer) -> None:
    held: list[Route] = []
    writer.person.page.route("**/questions/approach", lambda route: held.append(route), times=1)
    writer.box.fill(TYPED)
    says(writer.person, "Saving…")
    writer.box.fill(f"{TYPED} Twice.")
    writer.person.page.get_by_role("button", name="Save and go back").click()
    with writer.person.page.expect_navigation() as arrival:
        held[0].continue_()
    assert arrival.value.status == 200
    assert writer.kept() == f"{TYPED} Twice."


def test_a_section_is_kept_while_it_is_typed_and_a_new_question_keeps_its_id(
    site: Site, somebody: Someone
) -> None:
    world, person = f.a_draft_challenge(), somebody()
    person.email = world.editor.email
    person.signs_in()
    person.goes(f"/desk/challenges/{world.ref}/sections/questions")
    person.presses("Add a question")
    prompts = person.page.get_by_label("The question")
    prompts.last.fill("What does it cost?")
    says(person, "Saved at 9:00am.")
    prompts.last.fill("What would it cost us in a year?")
    person.presses("Save")
    questions = authoring.work(world.editor, world.ref).content.questions.questions
    assert (questions[-1].id, questions[-1].prompt) == ("what-does-it", "What would it cost us in a year?")


def test_a_form_that_is_sent_is_not_saved_behind_the_page_as_well(site: Site, somebody: Someone) -> None:
    world, person = f.a_draft_challenge(), somebody()
    person.email = world.editor.email
    person.signs_in()
    person.goes(f"/desk/challenges/{world.ref}/sections/questions")
    person.page.get_by_label("The question").first.fill("What would you try first?")
    person.presses("Add a question")
    person.page.get_by_label("The question").last.fill("What else?")
    person.presses("Save")
    prompts = [each.prompt for each in authoring.work(world.editor, world.ref).content.questions.questions]
    assert (prompts[0], prompts[-1]) == ("What would you try first?", "What else?")


def test_half_a_value_is_not_kept_and_the_page_says_why(site: Site, somebody: Someone) -> None:
    world, person = f.a_draft_challenge(), somebody()
    person.email = world.editor.email
    person.signs_in()
    person.goes(f"/desk/challenges/{world.ref}/sections/stages")
    budget = person.page.get_by_label("Budget")
    budget.fill("much")
    says(person, "Not saved. Enter an amount in pounds, like 5000 or 5000.50")
    person.watch.take()
    budget.fill("60000")
    says(person, "Saved at 9:00am.")
    assert authoring.work(world.editor, world.ref).content.stages.budget == 6_000_000
