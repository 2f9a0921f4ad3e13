"""People as they may be seen: the visitor of a visit, and one's own account."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select

from marketplace.models.accounts import MailedLink, Person, RoleAssignment, Visit
from marketplace.models.challenges import Challenge
from marketplace.models.organisations import Organisation
from marketplace.models.statements import prepared
from marketplace.policy import Actor
from marketplace.queries import addresses
from marketplace.queries.addresses import Waiting
from marketplace.queries.query import Reader, query
from marketplace.queries.visits import LivingVisit, alive
from marketplace.rules import tokens
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import Role


@dataclass(frozen=True)
class Part:
    """What one is somewhere: `where` is an organisation or a challenge, `href` its page at the desk.

    `waits` for one's acceptance where a role is only offered.
    """

    where: str
    language: str
    href: str
    roles: tuple[str, ...]
    waits: bool


@dataclass(frozen=True)
class Account:
    ref: str
    name: str
    email: str
    created_at: datetime
    worked_for: tuple[str, ...]
    address_change: Waiting | None
    visits: tuple[LivingVisit, ...]
    organisations: tuple[Part, ...]
    challenges: tuple[Part, ...]
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
        ref=person.ref, name=person.name, email=person.email, created_at=person.created_at,
        worked_for=tuple(person.worked_for.splitlines()),
        address_change=addresses.own(read), visits=alive(read),
        organisations=tuple(map(_highest, _parts(held, "organisation"))),
        challenges=tuple(_parts(held, "challenge")), operator=any(row.role == Role.OPERATOR for row in held),
    )  # fmt: skip


def _held(read: Reader) -> list[Row[Any]]:
    row = RoleAssignment
    return list(
        read.connection.execute(
            select(
                row.role, row.accepted_at, Organisation.slug.label("organisation"), Organisation.name,
                Challenge.ref.label("challenge"), Challenge.title, Challenge.language,
            )
            .outerjoin(Organisation, Organisation.id == row.organisation_id)
            .outerjoin(Challenge, Challenge.id == row.challenge_id)
            .where(row.person_id == read.actor.person_id, row.until_at.is_(None))
            .order_by(row.id)
        )
    )  # fmt: skip


def _parts(held: list[Row[Any]], kind: str) -> Iterator[Part]:
    """One for each organisation or challenge, in the order in which one came to it."""
    places: dict[str, list[Row[Any]]] = {}
    for row in held:
        if address := getattr(row, kind):
            places.setdefault(address, []).append(row)
    for address, rows in places.items():
        where, language = (rows[0].title, rows[0].language) if kind == "challenge" else (rows[0].name, "")
        roles = tuple(row.role for row in rows)
        waits = any(row.accepted_at is None for row in rows)
        yield Part(where, language, f"/desk/{kind}s/{address}", roles, waits)


def _highest(part: Part) -> Part:
    """An administrator is a member as well, and that goes without saying."""
    return replace(part, roles=(Role.ADMINISTRATOR,)) if Role.ADMINISTRATOR in part.roles else part
