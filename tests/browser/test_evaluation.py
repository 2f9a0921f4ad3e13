"""A panel's work by keyboard alone: an expert from outside, somebody who leaves half-way, a tie, and the recount."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from marketplace.actions import challenges, moves
from marketplace.actions.moves import Details
from marketplace.policy import Actor
from marketplace.queries import stages as found
from tests import factories as f
from tests.browser.conftest import Someone
from tests.browser.people import Person
from tests.browser.site import Site

pytestmark = pytest.mark.browser

REASON = "It names eleven of fourteen rooms, found in two streets in March."
LEVELS = {"A": "3422", "B": "3233", "C": "1111"}
OTTOS = {**LEVELS, "A": "3222"}
"""Where the others saw level 4 of evidence in A, the expert saw level 2. With 3 agreed, A and B are equal."""


class Panel:
    """A challenge with a panel of three, and everybody at a keyboard."""

    def __init__(self, site: Site, somebody: Someone) -> None:
        self.site, self.somebody = site, somebody
        self.people: list[Person] = []
        self.world = world = f.a_draft_challenge()
        terms = replace(world.content.terms, minimum_panel=3)
        challenges.save_section(world.editor, world.ref, "terms", f._plain(terms), 2)
        world.content = replace(world.content, terms=terms)
        self.desk = f"/desk/challenges/{world.ref}"
        self.stage = f"{self.desk}/stages/1"
        self.lead, self.ben = self.enters(world.editor), self.enters(world.approver)
        self.cleo, self.dev = self.enters(world.chair), self.enters(world.evaluator)

    def enters(self, actor: Actor) -> Person:
        person = self.somebody(actor.name, keyboard=True, email=actor.email)
        person.signs_in()
        self.people.append(person)
        return person

    def appoints(self, email: str, role: str) -> None:
        self.lead.goes(f"{self.desk}/team")
        self.lead.fills("E-mail address", email)
        self.lead.picks("role", role)
        self.lead.presses("Give this role")


def test_a_panel_from_its_undertaking_to_the_public_recount(site: Site, somebody: Someone) -> None:
    panel = Panel(site, somebody)
    otto = an_expert_joins(panel)
    open_and_collect(panel)
    for person in (panel.cleo, panel.dev, otto):
        declare(panel, person)
    begin(panel)
    clarify(panel)
    score(panel, panel.cleo, LEVELS)
    fern = leave_half_way(panel)
    score(panel, otto, OTTOS)
    declare(panel, fern)
    score(panel, fern, LEVELS)
    moderate(panel)
    decide(panel)
    publish(panel)
    recount(panel)


def an_expert_joins(panel: Panel) -> Person:
    """Invited by e-mail, without an account or an organisation; the undertaking comes before the part."""
    lead, otto = panel.lead, panel.somebody("Otto Outside", keyboard=True)
    lead.goes(f"{panel.desk}/team")
    lead.fills("E-mail address", otto.email)
    lead.picks("role", "evaluator")
    lead.picks("external", "y")
    lead.presses("Give this role")
    lead.sees("Asked from outside", otto.email)
    link = lead.page.get_by_role("link", name="The link in the message").get_attribute("href")
    otto.goes(str(link))
    otto.sees("You are asked to be evaluator", "What you undertake")
    otto.fills("Your name", otto.name)
    otto.fills("Password", otto.password)
    otto.presses("Register and accept", status=422)
    otto.fills("Password", otto.password)
    otto.picks("undertaking", "y")
    otto.presses("Register and accept")
    panel.people.append(otto)
    return otto


def open_and_collect(panel: Panel) -> None:
    """What other journeys show: approved, opened, three proposals, the deadline, two openers."""
    world = panel.world
    moves.make(world.editor, world.ref, "send", Details())
    moves.make(world.approver, world.ref, "approve", Details(seen=world.seen))
    moves.make(world.lead, world.ref, "open", Details())
    for name in ("Brackenlea Coatings", "Fenwick Sensors", "Greylag Systems"):
        f.a_submitted_proposal(world, f.a_supplier(name))
    f.pass_deadline(world)
    f.open_stage(world)
    # Everybody was signed in too long ago.
    for person in panel.people:
        person.signs_in()


def declare(panel: Panel, person: Person) -> None:
    person.goes("/desk")
    person.follows("Declare")
    for letter in LEVELS:
        person.picks(f"interest_{letter}", "none")
    person.presses("Check what you declare")
    person.presses("Declare this")
    person.sees("You declared against every name.")


def begin(panel: Panel) -> None:
    panel.lead.goes(f"{panel.desk}/moves/score")
    panel.lead.presses("Begin scoring")


def clarify(panel: Panel) -> None:
    """The lead asks one supplier about one answer; the reply stands beside it for the panel, marked as later."""
    lead, world = panel.lead, panel.world
    lead.goes(f"{panel.stage}/clarifications/ask")
    lead.picks("kind", "ambiguity")
    lead.picks("letters", "A")
    lead.chooses("The answer that it is about", "evidence")
    lead.fills("Your question", "Were the eleven rooms in homes of two storeys?")
    lead.presses("Check the question")
    lead.presses("Ask this")
    lead.sees("Asked. The supplier was told.")
    letters = found.letters(world.lead, world.ref, 1)
    asked = next(each for each in world.suppliers if letters[each.slug] == "A")
    supplier = panel.enters(asked.administrator)
    supplier.goes("/desk")
    supplier.follows("Read and reply")
    supplier.fills("Your reply", "Nine were, and two were flats on the ground floor.")
    supplier.presses("Check the reply")
    supplier.presses("Send the reply")
    panel.cleo.goes(f"{panel.stage}/scores/A")
    panel.cleo.sees("Were the eleven rooms in homes of two storeys?", "two were flats on the ground floor")


def score(panel: Panel, person: Person, levels: dict[str, str]) -> None:
    """One proposal after another as the page offers them, then the lock."""
    person.goes(f"{panel.stage}/scores")
    for letter in LEVELS:
        person.goes(f"{panel.stage}/scores/{letter}")
        fill_sheet(person, levels[letter])
        save(person)
    person.goes(f"{panel.stage}/scores")
    person.follows("Lock your scores")
    person.presses("Lock my scores")
    person.sees("Your scores are locked.")


def fill_sheet(person: Person, levels: str) -> None:
    for number, level in enumerate(levels):
        person.picks(f"level_{number}", level)
        person.writes(person.page.locator(f'[name="reason_{number}"]'), REASON)


def save(person: Person) -> None:
    buttons = person.page.locator("main form").get_by_role("button").all_inner_texts()
    person.presses(next(words for words in buttons if words.startswith("Save")))


def leave_half_way(panel: Panel) -> Person:
    """Dev scored one proposal and steps back; the stage lacks somebody, and the lead finds a colleague."""
    dev, lead = panel.dev, panel.lead
    dev.goes(f"{panel.stage}/scores/A")
    fill_sheet(dev, "4444")
    save(dev)
    dev.goes(f"{panel.stage}/panel")
    dev.follows("Step back")
    dev.fills("Why?", "A family tie to one of the firms came to light.")
    dev.presses("Step back")
    dev.sees("You stepped back. What you scored is kept, and does not count.")
    dev.goes(f"{panel.stage}/scores", status=404)
    lead.goes(f"{panel.stage}/panel")
    lead.sees("The panel is 1 person below its minimum, so the stage waits.")
    fern = f.a_person("Fern Colleague")
    f.join(panel.world.authority, fern)
    panel.appoints(fern.email, "evaluator")
    person = panel.enters(fern)
    person.goes("/desk")
    person.follows("Read and accept")
    person.presses("Accept")
    return person


def moderate(panel: Panel) -> None:
    """Two saw level 4 and one level 2: the panel agrees on 3, and tells each of them why."""
    cleo = panel.cleo
    cleo.goes("/desk")
    cleo.goes(f"{panel.stage}/ranking", status=404)
    cleo.goes(f"{panel.stage}/moderation")
    cleo.misses("Rank", "Total")
    cleo.follows("Talk about proposal A next")
    cleo.picks("counts", "3")
    cleo.fills("Why", "Two streets are evidence, and one month is not yet a winter.")
    cleo.presses("Keep this and go on")
    panel.site.clock.advance(timedelta(hours=2))
    cleo.follows("Record the meeting")
    cleo.fills("Began at", "13:00")
    cleo.presses("Record this meeting")
    cleo.follows("Make the levels final")
    cleo.presses("Make the levels final")
    cleo.sees("The levels are final. The ranking follows from them.")


def decide(panel: Panel) -> None:
    """A and B are exactly equal; the criterion that weighs most puts A first."""
    cleo, ben = panel.cleo, panel.ben
    cleo.goes(f"{panel.stage}/ranking")
    cleo.sees("66.25")
    cleo.follows("Propose a decision")
    cleo.fills("Why these", "It found most damp rooms, and says where it failed.")
    for letter in LEVELS:
        box = cleo.page.locator(f'[name="reason_{letter}"]')
        cleo.writes(box, f"Proposal {letter} was read by all three of us.")
    cleo.presses("Propose this decision")
    ben.goes("/desk")
    ben.follows("Read the decision")
    ben.follows("Read and confirm")
    ben.presses("Confirm this decision")


def publish(panel: Panel) -> None:
    lead = panel.lead
    lead.goes(f"{panel.desk}/moves/notice")
    assert not lead.has("button", "Publish the award notice")
    lead.goes(f"{panel.stage}/summaries")
    lead.presses("Send every summary")
    lead.goes(f"{panel.desk}/moves/notice")
    for box in lead.page.locator('input[name="checks"]').all():
        lead.picks("checks", box.get_attribute("value") or "")
    lead.presses("Publish the award notice")


def recount(panel: Panel) -> None:
    """Somebody without an account counts it again in their own browser."""
    anybody = panel.somebody(keyboard=True)
    anybody.goes(f"/challenges/{panel.world.ref}/results")
    anybody.sees("1 person", "Recount it yourself")
    button = anybody.page.get_by_role("button", name="Recount in this browser")
    anybody.tabs_to(button)
    anybody.page.keyboard.press("Enter")
    status = anybody.page.locator("[data-recount-said]")
    status.filter(has_text="It agrees.").wait_for()
    anybody.sees("3 proposals again and came to the same totals and ranks, to the last fraction.")
    anybody.looks()
