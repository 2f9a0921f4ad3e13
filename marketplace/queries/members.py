"""Members of an organisation as they may be seen, and what keeps one of them from going."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from marketplace import policy
from marketplace.models.accounts import Person, RoleAssignment
from marketplace.models.organisations import Organisation
from marketplace.policy import On
from marketplace.queries.query import Reader, query
from marketplace.rules.lifecycle import PUBLIC_STATES
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import Role


@dataclass(frozen=True)
class OpenPart:
    """A role on a challenge that goes on. Its title and address are empty to whom it is not shown."""

    role: str
    title: str
    language: str
    href: str


@dataclass(frozen=True)
class Member:
    """A member with what keeps them: being the `last_administrator`, or their open parts."""

    slug: str
    organisation: str
    kind: str
    ref: str
    name: str
    email: str
    role: str
    since: datetime
    is_you: bool
    last_administrator: bool
    open_parts: tuple[OpenPart, ...]


@query
def member(read: Reader, slug: str, ref: str) -> Member:
    """A member, for the organisation's administrators. Refuses missing."""
    organisation_id = _organisation(read, slug, "organisation:edit")
    return _member(read, organisation_id, select(Person.id).where(Person.ref == ref).scalar_subquery())


@query
def oneself(read: Reader, slug: str) -> Member:
    """The actor as a member, who may want to leave. Refuses missing."""
    return _member(read, _organisation(read, slug, "organisation:leave"), read.actor.person_id)


def parts_of(read: Reader, roles: tuple[policy.OpenRole, ...]) -> tuple[OpenPart, ...]:
    """Open roles as the actor may see them: a challenge that is neither public nor the actor's is not named."""
    mine = {role.ref for role in policy.open_roles(read.connection, read.actor.person_id or 0)}
    return tuple(_part(role, role.ref in mine) for role in roles)


def _part(role: policy.OpenRole, mine: bool) -> OpenPart:
    if mine:
        return OpenPart(role.role, role.title, role.language, f"/desk/challenges/{role.ref}/team")
    if role.state in PUBLIC_STATES:
        return OpenPart(role.role, role.title, role.language, f"/challenges/{role.ref}")
    return OpenPart(role.role, "", "", "")


def _organisation(read: Reader, slug: str, permission: str) -> int:
    found = read.connection.scalar(select(Organisation.id).where(Organisation.slug == slug))
    if found is None:
        raise Refused("missing")
    read.require(permission, On(organisation_id=found))
    return found


def _member(read: Reader, organisation_id: int, person_id: object) -> Member:
    row = RoleAssignment
    found = read.connection.execute(
        select(
            Organisation.slug, Organisation.name.label("organisation"), Organisation.kind, Person.id, Person.ref,
            Person.name, Person.email, func.min(row.from_at).label("since"),
        )
        .join(row, row.person_id == Person.id)
        .join(Organisation, Organisation.id == row.organisation_id)
        .where(row.organisation_id == organisation_id, row.person_id == person_id, row.until_at.is_(None))
        .group_by(Organisation.id, Person.id)
    ).one_or_none()  # fmt: skip
    if found is None:
        raise Refused("missing")
    administrators = policy.administrators(read.connection, organisation_id)
    return Member(
        slug=found.slug, organisation=found.organisation, kind=found.kind, ref=found.ref, name=found.name,
        email=found.email, role=Role.ADMINISTRATOR if found.id in administrators else Role.MEMBER,
        since=found.since, is_you=found.id == read.actor.person_id, last_administrator=administrators == {found.id},
        open_parts=parts_of(read, policy.open_roles(read.connection, found.id, organisation_id)),
    )  # fmt: skip
