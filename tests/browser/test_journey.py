"""The whole job, from registering to the result, by six people and an operator through real pages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from marketplace.actions import accounts
from marketplace.policy import SYSTEM
from tests.browser.conftest import Someone
from tests.browser.people import Person
from tests.browser.site import Site
from tests.factories import ANSWERS

pytestmark = pytest.mark.browser

DEADLINE = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
TITLE = "Damp and cold in council homes"
CRITERIA = 4
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


@dataclass
class Cast:
    """Everybody. Ada writes, leads and opens; Ben approves and opens; Cleo chairs; Dev evaluates."""

    operator: Person
    ada: Person
    ben: Person
    cleo: Person
    dev: Person
    eva: Person
    fay: Person
    public: Person
    challenge: str = ""
    proposals: dict[str, str] = field(default_factory=dict)

    @property
    def desk(self) -> str:
        return f"/desk/challenges/{self.challenge}"

    @property
    def stage(self) -> str:
        return f"{self.desk}/stages/1"

    @property
    def suppliers(self) -> tuple[Person, Person]:
        return self.eva, self.fay


FIRMS = {"Eva Supplier": "Brackenlea Coatings", "Fay Supplier": "Fenwick Sensors"}


@SCRIPTS
def test_a_challenge_from_registering_to_its_result(site: Site, somebody: Someone, scripts: bool) -> None:
    names = (
        "Olive Operator", "Ada Editor", "Ben Approver", "Cleo Chair", "Dev Evaluator", "Eva Supplier",
        "Fay Supplier", "",
    )  # fmt: skip
    cast = Cast(*(somebody(name, scripts=scripts) for name in names))
    found_the_authority(cast)
    write_the_challenge(cast)
    gather_the_team(cast)
    review_and_open(cast)
    propose(cast)
    try_too_late(site, cast)
    open_the_proposals(cast)
    declare_and_score(cast)
    decide(cast)
    tell_everyone(cast)
    deliver(site, cast)
    read_the_trail(cast)


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
        cast.ada.fills("E-mail address", person.email)
        cast.ada.presses("Add them")
        cast.ada.sees(f"{person.email} can work for it now")
    cast.operator.goes("/desk")
    cast.operator.follows("Look at it")
    cast.operator.presses("Verify Northmere Council")
    cast.operator.sees("It is verified", "No authority waits.")


def register_organisation(person: Person, kind: str, name: str) -> None:
    person.goes("/desk/organisations")
    person.follows("Register an organisation")
    person.picks("kind", kind)
    person.fills("Name", name)
    person.fills("Address", "1 Quay Street, Northmere, NM1 1AA")
    person.presses("Register it")
    person.sees("It is registered, and you are its administrator.")


def write_the_challenge(cast: Cast) -> None:
    ada = cast.ada
    ada.goes("/desk")
    ada.follows("Write a challenge")
    ada.picks("template", "one-stage")
    ada.presses("Start writing")
    cast.challenge = ada.path.rpartition("/")[2]
    section(ada, "The problem", write_problem)
    section(ada, "Who is affected", write_affected)
    section(ada, "What was tried before", write_tried)
    section(ada, "What would count as success", write_outcomes)
    section(ada, "Data on offer", write_data)
    section(ada, "Stages and money", write_stages)
    section(ada, "Questions", leave_alone)
    section(ada, "Criteria", leave_alone)
    section(ada, "Rules and dates", write_terms)
    section(ada, "Route to adoption", write_adoption)
    section(ada, "Conflicts assessment", write_conflicts)
    ada.follows("Preview the page")
    ada.sees(TITLE, "One home in eleven is damp", "Midday" if False else "5 November 2026")
