"""Ties that the service notices between the reader and those who proposed.

They are shown to the person they are about, beside names that they see anyway, while they declare. Lead and chair
do not see them: a hint can be wrong, and rests on what somebody told about themselves; what counts, and what others
consent to, is what that person declares. Nothing is stored, blocked or counted by a tie.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, select

from marketplace.models.accounts import Person, RoleAssignment
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal
from marketplace.models.statements import prepared
from marketplace.queries.query import Reader
from marketplace.rules.interests import Tie, domain_of, names_of, plain_name


def ties(read: Reader, stage_id: int) -> dict[int, tuple[Tie, ...]]:
    """What ties the actor to each opened proposal of a stage, by its number; three statements, however many."""
    me = read.actor.person_id
    own = read.connection.execute(*_own(me)).one()
    found: dict[int, set[Tie]] = {}
    for proposal, standing in read.connection.execute(*_shared(stage_id, me)):
        found.setdefault(proposal, set()).add("member" if standing else "former")
    domain, employers = domain_of(own.email), names_of(own.worked_for)
    for row in read.connection.execute(*_colleagues(stage_id, me, _ending(domain))):
        if row.email is not None:
            found.setdefault(row.id, set()).add("domain")
        if plain_name(row.name) in employers:
            found.setdefault(row.id, set()).add("employer")
    return {proposal: tuple(_in_order(each)) for proposal, each in found.items()}


def _ending(domain: str) -> str:
    """A pattern for addresses at this domain; for none where it is empty."""
    kept = domain.replace("/", "//").replace("%", "/%").replace("_", "/_")
    return f"%@{kept}" if domain else ""


def _in_order(found: set[Tie]) -> Iterable[Tie]:
    order: tuple[Tie, ...] = ("member", "former", "domain", "employer")
    return (each for each in order if each in found and not (each == "former" and "member" in found))


@prepared
def _own(person_id: int | None) -> Select[*tuple[Any, ...]]:
    return select(Person.email, Person.worked_for).where(Person.id == person_id)


@prepared
def _shared(stage_id: int, person_id: int | None) -> Select[*tuple[Any, ...]]:
    """Proposals of suppliers to which the person belongs, or did; with whether they still do."""
    row = RoleAssignment
    return (
        select(Proposal.id, row.until_at.is_(None))
        .join(row, row.organisation_id == Proposal.supplier_id)
        .where(Proposal.stage_id == stage_id, Proposal.letter.is_not(None), row.person_id == person_id)
        .distinct()
    )


@prepared
def _colleagues(stage_id: int, person_id: int | None, pattern: str) -> Select[*tuple[Any, ...]]:
    """Every proposal with its supplier's name, and an address of this pattern of somebody else there, if any."""
    row = RoleAssignment
    address = (
        select(Person.email)
        .join(row, row.person_id == Person.id)
        .where(
            row.organisation_id == Proposal.supplier_id, row.until_at.is_(None), Person.id != person_id,
            Person.email.like(pattern, escape="/"),
        )
        .limit(1)
        .correlate(Proposal)
        .scalar_subquery()
    )  # fmt: skip
    return (
        select(Proposal.id, Organisation.name, address.label("email"))
        .join(Organisation, Organisation.id == Proposal.supplier_id)
        .where(Proposal.stage_id == stage_id, Proposal.letter.is_not(None))
    )
