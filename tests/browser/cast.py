"""Who takes part in the journey, and the addresses that they share."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.browser.people import Person

FIRMS = {"Eva Supplier": "Brackenlea Coatings", "Fay Supplier": "Fenwick Sensors"}


@dataclass
class Cast:
    """Ada writes, leads and opens; Ben approves and opens; Cleo chairs; Dev evaluates; two suppliers."""

    operator: Person
    ada: Person
    ben: Person
    cleo: Person
    dev: Person
    eva: Person
    fay: Person
    challenge: str = field(default="", init=False)

    @property
    def public(self) -> str:
        return f"/challenges/{self.challenge}"

    @property
    def desk(self) -> str:
        return f"/desk/challenges/{self.challenge}"

    @property
    def stage(self) -> str:
        return f"{self.desk}/stages/1"

    @property
    def openers(self) -> tuple[Person, Person]:
        return self.ada, self.ben

    @property
    def panel(self) -> tuple[Person, Person]:
        return self.cleo, self.dev

    @property
    def suppliers(self) -> tuple[Person, Person]:
        return self.eva, self.fay

    def supplier(self, firm: str) -> Person:
        return next(person for person in self.suppliers if FIRMS[person.name] == firm)
