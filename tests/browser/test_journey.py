"""The whole job, from registering to the result, by six people and an operator through real pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.browser import writing
from tests.browser.cast import FIRMS, Cast
from tests.browser.conftest import Someone
from tests.browser.people import Person
from tests.browser.site import Site
from tests.factories import ANSWERS

pytestmark = pytest.mark.browser

DEADLINE = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
CLOSED = "Your draft is kept. It is not with the authority, and nothing else changed."
REASON = "The answer names eleven of fourteen rooms, found in two streets in March."
PEOPLE = (
    "Olive Operator", "Ada Editor", "Ben Approver", "Cleo Chair", "Dev Evaluator", "Eva Supplier",
    "Fay Supplier",
)  # fmt: skip


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_challenge_from_registering_to_its_result(site: Site, somebody: Someone, scripts: bool) -> None:
    cast = Cast(*(somebody(name, scripts=scripts) for name in PEOPLE))

    def passer_by() -> Person:
        return somebody(scripts=scripts)

    writing.found_the_authority(cast)
    writing.write_the_challenge(cast)
    writing.gather_the_team(cast)
    writing.review_and_open(cast)
    propose(cast, passer_by)
    try_too_late(site, cast)
    open_the_proposals(cast)
    declare_and_begin(cast)
    score(cast)
    decide(cast)
    read_summaries(cast)
    publish_the_result(cast, passer_by())
    deliver(site, cast, passer_by())


def propose(cast: Cast, passer_by: Callable[[], Person]) -> None:
    """Both suppliers hand in, one replaces and one comes back; until the deadline nobody else learns of it."""
    before = seen_by_others(cast, passer_by())
    for person in cast.suppliers:
        person.registers()
        writing.register_organisation(person, "supplier", FIRMS[person.name])
        write_proposal(cast, person)
    replace_answer(cast.fay)
    withdraw_and_return(cast.eva)
    assert seen_by_others(cast, passer_by()) == before
    assert "came in time" not in before[0]
    cast.ben.sees("Until it closes nobody sees how many there are, or whose.")


def seen_by_others(cast: Cast, public: Person) -> list[str]:
    """The words of the public pages and of an opener's page, for somebody who comes fresh to them."""
    pages = []
    for person, path in (
        (public, cast.public), (public, f"{cast.public}/results"), (public, f"{cast.public}/trail"),
        (cast.ben, f"{cast.stage}/opening"), (cast.ada, cast.desk),
    ):  # fmt: skip
        person.goes(path)
        pages.append(person.text())
    return pages


def write_proposal(cast: Cast, person: Person) -> None:
    person.goes("/challenges")
    person.follows(writing.TITLE)
    person.follows("Start a proposal")
    person.presses("Start the draft")
    person.sees("This is a draft.", "0 of 4 tasks done.")
    person.follows("What would you do about this problem, and why would it work?")
    for answer in ANSWERS.values():
        person.page.get_by_role("textbox").fill(f"{FIRMS[person.name]}. {answer}")
        person.presses("Save and continue")
    person.sees("4 of 4 tasks done.")
    person.follows("Check your answers")
    person.sees("Neighbours read the meters together")
    person.presses("Send the proposal")
    person.sees(
        "We have your proposal",
        "It is sealed until two people open it, after 12pm (midday) on Thursday 5 November 2026",
    )


def replace_answer(person: Person) -> None:
    person.follows("Change it")
    person.follows("Who does the work, and what have they done before?")
    person.page.get_by_role("textbox").fill("Fenwick Sensors. Rosa Lindqvist, four days a week.")
    person.presses("Save and go back")
    person.sees("You changed the draft after sending it.")
    person.follows("Check your answers")
    person.presses("Send the changed proposal")
    person.follows("Read or print what you sent")
    person.sees("four days a week")


def withdraw_and_return(person: Person) -> None:
    person.follows("Change it")
    person.follows("Withdraw it")
    person.presses("Withdraw it")
    person.sees("Your proposal is withdrawn", "Your draft is kept.", "Earlier receipts")
    person.follows("Back to your draft")
    person.follows("Check your answers")
    person.presses("Send the proposal")
    person.sees("We have your proposal", "Earlier receipts")


def try_too_late(site: Site, cast: Cast) -> None:
    """One supplier has an answer open and one the last page, when the deadline passes."""
    eva, fay = cast.suppliers
    site.clock.set(DEADLINE - timedelta(hours=1))
    for person in (*cast.openers, *cast.panel, *cast.suppliers):
        person.signs_in()
    fay.goes("/desk/proposals")
    fay.follows(writing.TITLE)
    home = fay.path
    fay.follows("Who does the work, and what have they done before?")
    eva.goes("/desk/proposals")
    eva.follows(writing.TITLE)
    eva.follows("Who does the work, and what have they done before?")
    eva.page.get_by_role("textbox").fill("One person more.")
    eva.presses("Save and go back")
    eva.follows("Check your answers")
    site.go_past(DEADLINE)
    fay.page.get_by_role("textbox").fill("A text of the last second.")
    fay.presses("Save and continue", status=409)
    fay.sees(CLOSED)
    assert fay.page.get_by_role("textbox").input_value() == "A text of the last second."
    eva.presses("Send the changed proposal", status=409)
    eva.sees(CLOSED, "Neighbours read the meters together")
    fay.goes(home)
    fay.sees("We have your proposal.", "4 of 4 tasks done.")
    fay.follows("Read or print it")
    fay.sees("four days a week")


def open_the_proposals(cast: Cast) -> None:
    for person, button in zip(cast.openers, ("Confirm the opening", "Open the proposals"), strict=True):
        person.goes("/desk")
        person.follows("Go to the opening")
        person.sees("2 proposals")
        person.misses(*FIRMS.values())
        person.presses(button)
    cast.ben.sees("The proposals are opened.", "Ada Editor confirmed", "Ben Approver confirmed")


def declare_and_begin(cast: Cast) -> None:
    for person in cast.panel:
        person.goes(f"{cast.stage}/scores")
        person.follows("Declare your interests")
        person.sees(*FIRMS.values())
        for letter in ("A", "B"):
            person.picks(f"interest_{letter}", "none")
        person.presses("Check what you declare")
        person.sees("You declare that you have no interest in any of the 2 names.")
        person.presses("Declare this")
        person.sees("You declared against every name.")
    cast.ada.goes("/desk")
    cast.ada.follows("Begin scoring")
    if not cast.ada.path.endswith("/moves/score"):
        cast.ada.follows("Begin scoring")
    cast.ada.presses("Begin scoring")


def score(cast: Cast) -> None:
    for person in cast.panel:
        # The list stands in an order of each evaluator's own.
        person.goes(f"{cast.stage}/scores/A")
        fill_sheet(person, "3")
        person.presses("Save and go to proposal B")
        lock_too_early(cast, person)
        person.goes(f"{cast.stage}/scores/B")
        fill_sheet(person, "2")
        person.presses("Save")
        person.follows("Lock your scores")
        person.presses("Lock my scores")
        person.sees("Your scores are locked.")


def fill_sheet(person: Person, level: str) -> None:
    for number in range(4):
        person.picks(f"level_{number}", level)
        person.page.locator(f'[name="reason_{number}"]').fill(REASON)


def lock_too_early(cast: Cast, person: Person) -> None:
    """There is no button for it, and sending the form all the same is refused."""
    person.goes(f"{cast.stage}/lock")
    person.sees("You lock when every score has a reason.", "4 scores are still to give.")
    token = person.page.locator('input[name="csrf_token"]').first.get_attribute("value") or ""
    sent: dict[str, str | float | bool] = {"csrf_token": token, "once": "sent-by-hand-too-early"}
    refused = person.page.request.post(f"{cast.stage}/lock", form=sent)
    assert refused.status == 409
    assert "4 scores are missing. You lock when every score has a reason." in refused.text()


def decide(cast: Cast) -> None:
    cleo, ben = cast.cleo, cast.ben
    cleo.goes("/desk")
    cleo.follows("See every level")
    cleo.misses("75", "50")
    cleo.follows("Make the levels final")
    cleo.presses("Make the levels final")
    cleo.sees("75", "50")
    cleo.follows("Proposal A")
    cleo.sees(REASON)
    cleo.follows("Back to the ranking")
    cleo.follows("Propose a decision")
    cleo.fills("Why these", "It found most damp rooms, and says where it failed.")
    for letter in ("A", "B"):
        cleo.page.locator(f'[name="reason_{letter}"]').fill(f"Proposal {letter} was read by both of us.")
    cleo.presses("Propose this decision")
    ben.goes("/desk")
    ben.follows("Read the decision")
    ben.follows("Read and confirm")
    ben.presses("Confirm this decision")
    ben.sees("Confirmed. The lead sends every supplier its summary next.")


def winner_and_other(cast: Cast) -> tuple[Person, Person]:
    cast.cleo.goes(f"{cast.stage}/scores")
    letter = "A" if f"A. {FIRMS[cast.eva.name]}" in cast.cleo.text() else "B"
    return (cast.eva, cast.fay) if letter == "A" else (cast.fay, cast.eva)


def read_summaries(cast: Cast) -> None:
    cast.ada.goes("/desk")
    cast.ada.follows("Read and send")
    cast.ada.presses("Send every summary")
    cast.ada.sees("all at once")
    winner, other = winner_and_other(cast)
    for person, verdict in ((winner, "You were selected."), (other, "You were not selected.")):
        person.goes("/desk")
        person.follows("Read it")
        person.sees(verdict, REASON)
    other.misses("Your public words")
    winner.fills("Your proposal in public words", "Neighbours read the meters together.")
    winner.presses("Save")


def publish_the_result(cast: Cast, public: Person) -> None:
    ada = cast.ada
    ada.goes("/desk")
    ada.follows("Check and publish")
    if not ada.path.endswith("/moves/notice"):
        ada.follows("Publish the award notice")
    ada.presses("Publish the award notice", status=422)
    ada.sees("Confirm each check before the award notice.")
    for box in ada.page.locator('input[name="checks"]').all():
        box.check()
    ada.presses("Publish the award notice")
    winner, other = (FIRMS[person.name] for person in winner_and_other(cast))
    public.goes(cast.public)
    public.follows("See who won and why")
    public.sees(winner, "Proposal B", "Neighbours read the meters together.", "2 proposals came in time")
    assert other not in public.page.content()
    assert not any(name in public.page.content() for name in PEOPLE)
    public.follows("Scores of B")
    assert other not in public.page.content()


def deliver(site: Site, cast: Cast, public: Person) -> None:
    ada = cast.ada
    ada.goes(f"{cast.desk}/agreements")
    ada.picks("proposal", "A")
    ada.fills("Value", "49,999.50")
    ada.dates("Signed on", 5, 11)
    ada.presses("Check this agreement")
    ada.sees("£49,999.50")
    ada.presses("Record this agreement")
    ada.sees("£49,999.50")
    ada.goes(f"{cast.desk}/moves/deliver")
    ada.presses("Start delivery")
    site.clock.advance(timedelta(hours=1))
    ada.goes(f"{cast.desk}/outcome")
    ada.fills("Result against the baseline", "6 in 10 damp homes are found before a complaint.")
    ada.picks("in_use", "yes")
    ada.fills("Spent in all", "49,000")
    ada.fills("What was learned", "Alerts need an owner before the first one comes.")
    ada.presses("Save the result")
    ada.goes(f"{cast.desk}/moves/complete")
    ada.presses("Complete")
    public.goes(cast.public)
    public.sees("Completed", "6 in 10 damp homes are found before a complaint.", "In use now.")
    public.goes("/outcomes")
    public.sees(writing.TITLE)
    read_the_trail(cast, public)


def read_the_trail(cast: Cast, public: Person) -> None:
    public.goes(f"{cast.public}/trail")
    told = public.text()
    for word in ("open", "closed", "award", "agreement", "complete"):
        assert re.search(word, told, re.IGNORECASE), f"“{word}” is not in the trail:\n{told}"
    assert FIRMS[winner_and_other(cast)[1].name] not in told
    public.goes("/trail/0")
    public.sees("This entry is as it was recorded.")
    public.goes("/trail?kind=sealed")
    public.sees("sealed")
