"""Interests: the names that one declares against, and what waits for somebody's consent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from marketplace import policy
from marketplace.models.accounts import Person, RoleAssignment
from marketplace.models.evaluation import DeclaredInterest
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal
from marketplace.queries.evaluation import OPENED_STATES, Place, declared_at, place, proposals
from marketplace.queries.interests import ties
from marketplace.queries.query import Reader, query
from marketplace.rules.interests import Tie
from marketplace.rules.lifecycle import DECLARING_STATES
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import Role


@dataclass(frozen=True)
class Name:
    """A proposal by its letter, and who made it; with what the actor declared, once they did.

    `ties` are what the service noticed, for the actor alone, while they can declare.
    """

    letter: str
    supplier: str
    interest: str = ""
    grounds: str = ""
    consented: bool = False
    ties: tuple[Tie, ...] = ()


@dataclass(frozen=True)
class Names:
    place: Place
    declared_at: datetime | None
    names: tuple[Name, ...]

    @property
    def open(self) -> bool:
        """Whether one can declare now."""
        return self.declared_at is None and self.place.running and self.place.state in DECLARING_STATES

    @property
    def waits(self) -> bool:
        return any(each.interest == "manageable" and not each.consented for each in self.names)


@dataclass(frozen=True)
class Waiting:
    """A declared interest that can be managed: whose, on whom, how."""

    person_ref: str
    person: str
    letter: str
    supplier: str
    grounds: str
    consented: bool
    yours_to_answer: bool


@dataclass(frozen=True)
class Consents:
    place: Place
    rows: tuple[Waiting, ...]


@query
def names(read: Reader, challenge_ref: str, stage: int) -> Names:
    """Every name to declare against, with one's own answers once given. Refuses `missing` before opening."""
    here = place(read, challenge_ref, stage, "stage:declare")
    if here.state not in OPENED_STATES:
        raise Refused("missing")
    at = declared_at(read, here)
    mine = {
        row.proposal_id: row
        for row in read.connection.execute(
            select(
                DeclaredInterest.proposal_id, DeclaredInterest.interest, DeclaredInterest.grounds,
                DeclaredInterest.consented_at,
            ).where(
                DeclaredInterest.stage_id == here.stage_id, DeclaredInterest.person_id == read.actor.person_id
            )
        )
    }  # fmt: skip
    noticed = ties(read, here.stage_id) if at is None and here.state in DECLARING_STATES else {}
    found = [
        Name(
            letter, supplier, mine[id].interest, mine[id].grounds, mine[id].consented_at is not None
        ) if id in mine else Name(letter, supplier, ties=noticed.get(id, ()))
        for id, letter, supplier in proposals(read, here)
    ]  # fmt: skip
    return Names(here, at, tuple(found))


@query
def consents(read: Reader, challenge_ref: str, stage: int) -> Consents:
    """Declared interests that can be managed: the panel's for the chair, the chair's own for approvers.

    Refuses: missing, role.own_proposal.
    """
    here = place(read, challenge_ref, stage, "stage:consent")
    policy.stands_apart(read.connection, read.actor, here.challenge_id)
    chairs = select(RoleAssignment.person_id).where(
        RoleAssignment.challenge_id == here.challenge_id, RoleAssignment.role == Role.CHAIR
    )
    of_chair = DeclaredInterest.person_id.in_(chairs)
    mine = of_chair if Role.APPROVER in here.roles else ~of_chair
    rows = read.connection.execute(
        select(
            Person.ref, Person.name, Proposal.letter, Organisation.name.label("supplier"),
            DeclaredInterest.grounds, DeclaredInterest.consented_at,
        )
        .join(Person, Person.id == DeclaredInterest.person_id)
        .join(Proposal, Proposal.id == DeclaredInterest.proposal_id)
        .join(Organisation, Organisation.id == Proposal.supplier_id)
        .where(DeclaredInterest.stage_id == here.stage_id, DeclaredInterest.interest == "manageable", mine)
        .order_by(Person.name, Person.ref, Proposal.letter)
    )  # fmt: skip
    open_now = here.running and here.state in DECLARING_STATES
    return Consents(
        here,
        tuple(
            Waiting(
                row.ref, row.name, row.letter, row.supplier, row.grounds, row.consented_at is not None,
                open_now and row.consented_at is None,
            )
            for row in rows
        ),
    )  # fmt: skip
