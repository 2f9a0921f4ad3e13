"""The first half of the journey: founding the authority, writing the challenge, opening it."""

from __future__ import annotations

from marketplace.actions import accounts
from marketplace.policy import SYSTEM
from marketplace.rules.wording import SECTIONS
from tests.browser.cast import Cast
from tests.browser.people import Person

TITLE = "Damp and cold in council homes"

TYPED: dict[str, dict[str, str]] = {
    "problem": {
        "Title": TITLE,
        "The problem in three sentences": "Landlords learn of damp when a tenant falls ill. How before?",
        "The problem": "One home in eleven is damp, and the first record is a doctor’s letter.",
        "Why now": "The repairs contract ends in spring.",
    },
    "affected": {"Who is affected, and how you know": "Tenants of 11,400 homes; we asked 60 of them."},
    "tried": {"What was tried before": "300 loggers in 2024. They worked; no team owned the alerts."},
    "outcomes": {
        "What you measure": "Damp homes found before a complaint",
        "Where it stands today": "1 in 10",
        "Where success would put it": "6 in 10",
    },
    "data": {
        "What it is": "Repairs since 2019",
        "Licence": "Open Government Licence 3.0",
        "Format": "CSV",
        "Lawful basis": "No personal data",
    },
    "stages": {"Days": "3"},
    "eligibility": {},
    "questions": {},
    "criteria": {},
    "terms": {"Contact": "challenge@northmere.example"},
    "adoption": {
        "Route to adoption": "The housing board adopts what works from its repairs budget.",
        "Who owns the result": "You keep what you make.",
    },
}


def register_organisation(person: Person, kind: str, name: str) -> None:
    person.goes("/desk/organisations")
    person.follows("Register an organisation")
    person.picks("kind", kind)
    person.fills("Name", name)
    person.fills("Address", "1 Quay Street, Northmere, NM1 1AA")
    person.presses("Register it")
    person.sees("It is registered, and you are its administrator.")


def found_the_authority(cast: Cast) -> None:
    cast.operator.registers()
    accounts.make_operator(SYSTEM, cast.operator.email)
    cast.ada.registers()
    register_organisation(cast.ada, "authority", "Northmere Council")
    cast.ada.sees("An operator has not verified this authority yet.")
    home = cast.ada.path
    for person in (cast.ben, cast.cleo, cast.dev):
        person.registers()
        cast.ada.goes(home)
        cast.ada.follows("Invite somebody")
        cast.ada.fills("E-mail address", person.email)
        cast.ada.presses("Send the invitation")
        link = cast.ada.page.get_by_role("link", name="The link in the message").get_attribute("href")
        person.goes(str(link))
        person.presses("Join")
        person.sees("You work for it now.", "Northmere Council")
    cast.operator.goes("/desk")
    cast.operator.follows("Look at it")
    cast.operator.presses("Verify Northmere Council")
    cast.operator.sees("It is verified", "No authority waits.")


def write_the_challenge(cast: Cast) -> None:
    ada = cast.ada
    ada.goes("/desk")
    ada.follows("Write a challenge")
    ada.picks("template", "one-stage")
    ada.presses("Start writing")
    cast.challenge = ada.path.rpartition("/")[2]
    assert sorted(TYPED) == sorted(SECTIONS)
    for name, typed in TYPED.items():
        write_section(ada, name, typed)
    ada.follows("Conflicts assessment")
    ada.fills("Conflicts assessment", "Nobody on the team holds shares in a supplier of loggers.")
    ada.presses("Save")
    ada.sees("12 of 13 tasks done.")
    ada.follows("Preview the page")
    ada.sees("One home in eleven is damp", "Repairs since 2019", "5 November 2026")


def write_section(ada: Person, name: str, typed: dict[str, str]) -> None:
    ada.follows(SECTIONS[name])
    for label, text in typed.items():
        ada.fills(label, text)
    if name == "problem":
        ada.picks("topic", "housing")
    if name == "eligibility":
        ada.ticks("Everyone may propose")
    if name == "terms":
        choose_terms(ada)
    ada.presses("Save")
    ada.sees(f"Saved: {SECTIONS[name]}.")


def choose_terms(ada: Person) -> None:
    """The rules come first: showing them saves nothing and keeps what was typed."""
    ada.picks("regime", "rd-exempt")
    ada.presses("Show what they say")
    ada.sees("Procurement Act 2023, schedule 2")
    ada.dates("Deadline", 5, 11)
    ada.dates("Decision", 12, 11)


def gather_the_team(cast: Cast) -> None:
    ada = cast.ada
    roles = (
        (ada, "lead"), (ada, "opener"), (cast.ben, "approver"), (cast.ben, "opener"), (cast.cleo, "chair"),
        (cast.dev, "evaluator"),
    )  # fmt: skip
    ada.goes(f"{cast.desk}/team")
    for person, role in roles:
        ada.fills("E-mail address", person.email)
        ada.picks("role", role)
        ada.presses("Give this role")
        ada.sees(f"You are {role} now." if person is ada else f"{person.email} is asked to be {role}.")
    for person in (cast.ben, *cast.panel):
        person.goes("/desk")
        person.follows("Read and accept")
        person.presses("Accept")
    for person in cast.openers:
        person.goes(f"{cast.desk}/team")
        person.presses("Declare no interest")
    cast.ben.sees("Nobody is missing")


def review_and_open(cast: Cast) -> None:
    ada, ben = cast.ada, cast.ben
    ada.goes("/desk")
    ada.follows("Look and send")
    ada.presses("Send for review")
    ben.goes("/desk")
    ben.follows("Read it")
    if not ben.path.endswith("/moves/approve"):
        ben.follows("Approve")
    ben.sees("These are the words that you approve.", "One home in eleven is damp")
    ben.presses("Approve")
    ada.goes(f"{cast.public}", status=404)
    ada.goes("/desk")
    ada.follows("Check and open")
    if not ada.path.endswith("/moves/open"):
        ada.follows("Open for proposals")
    ada.presses("Open for proposals")
    ada.sees("It is open for proposals, and everybody can read it.")
