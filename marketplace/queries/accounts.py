"""People as they may be seen: the visitor of a visit, and one's own account."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from marketplace.models.accounts import MailedLink, Person, RoleAssignment, Visit
from marketplace.models.challenges import Challenge
from marketplace.models.organisations import Organisation
from marketplace.models.prepared import prepared
from marketplace.policy import Actor
from marketplace.queries.query import Reader, query
from marketplace.rules import tokens
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import Role


@dataclass(frozen=True)
class HeldRole:
    """A role of one's own: `where` is the organisation or challenge, `href` its page at the desk."""

    role: str
    where: str
    href: str
    accepted: bool


@dataclass(frozen=True)
class Account:
    ref: str
    name: str
    email: str
    created_at: datetime
    visits: int
    organisations: tuple[HeldRole, ...]
    roles: tuple[HeldRole, ...]
    operator: bool


@query
def visitor(read: Reader, token: str) -> tuple[Actor, str, datetime, datetime] | None:
    """The person of a living visit, with the visit's hash, when it was last seen, and now."""
    hashed = tokens.digest(token)
    row = read.connection.execute(*_visitor(hashed, read.now, read.now - tokens.VISIT_IDLES)).one_or_none()
    if row is None:
        return None
    actor = Actor(person_id=row.id, ref=row.ref, name=row.name, email=row.email, visit=token)
    return actor, hashed, row.seen_at, read.now


@prepared
def _visitor(hashed: str, now: datetime, seen_after: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(Person.id, Person.ref, Person.name, Person.email, Visit.seen_at)
        .join(Visit, Visit.person_id == Person.id)
        .where(
            Visit.token_hash == hashed,
            Visit.ended_at.is_(None),
            Visit.ends_at > now,
            Visit.seen_at > seen_after,
            Person.closed_at.is_(None),
        )
    )


@query
def link_works(read: Reader, token: str, purpose: str) -> bool:
    """Whether a mailed link would still be taken; asking does not use it up."""
    found = read.connection.scalar(
        select(MailedLink.id).where(
            MailedLink.token_hash == tokens.digest(token),
            MailedLink.purpose == purpose,
            MailedLink.used_at.is_(None),
            MailedLink.ends_at > read.now,
        )
    )
    return found is not None


@query
def own(read: Reader) -> Account:
    """The actor's own account, with every role they hold now."""
    read.require("account:keep")
    person = read.connection.execute(select(Person).where(Person.id == read.actor.person_id)).one_or_none()
    if person is None:
        raise Refused("missing")
    held = _held(read)
    return Account(
        ref=person.ref,
        name=person.name,
        email=person.email,
        created_at=person.created_at,
        visits=_living_visits(read),
        organisations=_one_each(role for kind, role in held if kind == "organisation"),
        roles=tuple(role for kind, role in held if kind == "challenge"),
        operator=any(kind == "platform" for kind, _ in held),
    )


def _held(read: Reader) -> list[tuple[str, HeldRole]]:
    row = RoleAssignment
    found = read.connection.execute(
        select(
            row.role, row.accepted_at, Organisation.slug, Organisation.name, Challenge.ref, Challenge.title
        )
        .outerjoin(Organisation, Organisation.id == row.organisation_id)
        .outerjoin(Challenge, Challenge.id == row.challenge_id)
        .where(row.person_id == read.actor.person_id, row.until_at.is_(None))
        .order_by(row.id)
    )
    return [_role(*each) for each in found]


def _role(
    role: str, accepted_at: datetime | None, slug: str | None, name: str | None, ref: str | None,
    title: str | None,
) -> tuple[str, HeldRole]:  # fmt: skip
    accepted = accepted_at is not None
    if slug is not None:
        return "organisation", HeldRole(role, name or "", f"/desk/organisations/{slug}", accepted)
    if ref is not None:
        return "challenge", HeldRole(role, title or ref, f"/desk/challenges/{ref}", accepted)
    return "platform", HeldRole(role, "", "/desk/verifications", accepted)


def _one_each(held: Iterable[HeldRole]) -> tuple[HeldRole, ...]:
    """One row for each organisation: an administrator is a member as well, and that goes without saying."""
    found: dict[str, HeldRole] = {}
    for role in held:
        if role.href not in found or role.role == Role.ADMINISTRATOR:
            found[role.href] = role
    return tuple(found.values())


def _living_visits(read: Reader) -> int:
    living = select(func.count()).where(
        Visit.person_id == read.actor.person_id,
        Visit.ended_at.is_(None),
        Visit.ends_at > read.now,
        Visit.seen_at > read.now - tokens.VISIT_IDLES,
    )
    return read.connection.execute(living).scalar_one()
