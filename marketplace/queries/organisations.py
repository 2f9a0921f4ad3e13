"""Organisations from inside: one's own, their members, and whom an operator has to verify."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, case, func, select

from marketplace.models.accounts import Person, RoleAssignment
from marketplace.models.organisations import Organisation
from marketplace.policy import On
from marketplace.queries.invitations import Sent, sent_by
from marketplace.queries.query import Reader, query
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import Role

PAGE = 50


@dataclass(frozen=True)
class OwnOrganisation:
    slug: str
    name: str
    kind: str
    verified: bool
    administrator: bool
    members: int


@dataclass(frozen=True)
class Member:
    ref: str
    name: str
    email: str
    administrator: bool
    since: datetime


@dataclass(frozen=True)
class Household:
    """An organisation from inside. Only who may change it (`can_edit`) sees the invitations."""

    slug: str
    name: str
    kind: str
    address: str
    website: str
    company_number: str
    description: str
    verified: bool
    language: str
    requires_practice: bool
    can_edit: bool
    is_member: bool
    members: tuple[Member, ...]
    invitations: tuple[Sent, ...]


@dataclass(frozen=True)
class Unverified:
    """An authority that waits for an operator, with who registered it, to be asked."""

    slug: str
    name: str
    address: str
    website: str
    description: str
    language: str
    since: datetime
    contact: str
    contact_email: str


@query
def own(read: Reader) -> tuple[OwnOrganisation, ...]:
    """The organisations that the actor works for, by name."""
    read.require("desk:see")
    row = RoleAssignment
    mine = (
        select(
            row.organisation_id,
            func.max(case((row.role == Role.ADMINISTRATOR, 1), else_=0)).label("administrator"),
        )
        .where(
            row.person_id == read.actor.person_id, row.organisation_id.is_not(None), row.until_at.is_(None)
        )
        .group_by(row.organisation_id)
        .subquery()
    )
    members = (
        select(func.count(row.person_id.distinct()))
        .where(row.organisation_id == Organisation.id, row.until_at.is_(None))
        .scalar_subquery()
    )
    found = read.connection.execute(
        select(Organisation, mine.c.administrator, members.label("members"))
        .join(mine, mine.c.organisation_id == Organisation.id)
        .order_by(Organisation.name, Organisation.id)
    )
    return tuple(
        OwnOrganisation(
            slug=each.slug, name=each.name, kind=each.kind, administrator=bool(each.administrator),
            verified=each.verified_at is not None, members=each.members,
        )
        for each in found
    )  # fmt: skip


@query
def inside(read: Reader, slug: str, permission: str = "organisation:see") -> Household:
    """An organisation for those who work there, and for operators. Refuses missing without `permission`."""
    found = _by_slug(read, slug)
    on = On(organisation_id=found.id)
    read.require(permission, on)
    can_edit = read.allows("organisation:edit", on)
    return Household(
        slug=found.slug, name=found.name, kind=found.kind, address=found.address, website=found.website,
        company_number=found.company_number or "", description=found.description,
        verified=found.verified_at is not None, language=found.language,
        requires_practice=found.requires_practice, can_edit=can_edit,
        is_member=read.allows("organisation:leave", on),
        members=_members(read, found.id), invitations=sent_by(read, found.id) if can_edit else (),
    )  # fmt: skip


@query
def unverified(read: Reader) -> tuple[Unverified, ...]:
    """The authorities that wait for an operator, longest first; at most fifty."""
    read.require("organisation:verify")
    row = RoleAssignment
    first = (
        select(func.min(row.id))
        .where(row.organisation_id == Organisation.id, row.role == Role.ADMINISTRATOR, row.until_at.is_(None))
        .correlate(Organisation)
        .scalar_subquery()
    )
    found = read.connection.execute(
        select(Organisation, Person.name.label("contact"), Person.email)
        .outerjoin(row, row.id == first)
        .outerjoin(Person, Person.id == row.person_id)
        .where(Organisation.kind == "authority", Organisation.verified_at.is_(None))
        .order_by(Organisation.created_at, Organisation.id)
        .limit(PAGE)
    )
    return tuple(
        Unverified(
            slug=each.slug, name=each.name, address=each.address, website=each.website,
            description=each.description, language=each.language, since=each.created_at, contact=each.contact or "",
            contact_email=each.email or "",
        )
        for each in found
    )  # fmt: skip


def _by_slug(read: Reader, slug: str) -> Row[Any]:
    found = read.connection.execute(select(Organisation).where(Organisation.slug == slug)).one_or_none()
    if found is None:
        raise Refused("missing")
    return found


def _members(read: Reader, organisation_id: int) -> tuple[Member, ...]:
    row = RoleAssignment
    found = read.connection.execute(
        select(
            Person.ref, Person.name, Person.email,
            func.max(case((row.role == Role.ADMINISTRATOR, 1), else_=0)).label("administrator"),
            func.min(row.from_at).label("since"),
        )
        .join(row, row.person_id == Person.id)
        .where(row.organisation_id == organisation_id, row.until_at.is_(None))
        .group_by(Person.id, Person.ref, Person.name, Person.email)
        .order_by(Person.name, Person.id)
    )  # fmt: skip
    return tuple(
        Member(each.ref, each.name, each.email, bool(each.administrator), each.since) for each in found
    )
