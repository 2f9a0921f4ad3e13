"""Who works for an organisation, and as what: roles changed, somebody removed, oneself leaving.

An organisation keeps an administrator, and nobody goes who still has a part in one of its challenges.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, select

from marketplace import policy
from marketplace.actions.action import UnitOfWork, action
from marketplace.models.accounts import Person, RoleAssignment
from marketplace.models.organisations import Organisation
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import ON_ORGANISATION, Role


@action("organisation:edit")
def set_role(work: UnitOfWork, slug: str, person_ref: str, role: str) -> None:
    """Make a member administrator, or an administrator a member; to be what one is changes nothing.

    Refuses: missing, role.unknown, organisation.last_administrator.
    """
    organisation = work.lock(Organisation, Organisation.slug == slug)
    if role not in ON_ORGANISATION:
        raise Refused("role.unknown")
    person, rows = _member(work, organisation, Person.ref == person_ref)
    administrates = [row for row in rows if row.role == Role.ADMINISTRATOR]
    if bool(administrates) == (role == Role.ADMINISTRATOR):
        return
    if administrates:
        _keep_an_administrator(work, organisation, person.id)
        _end(work, administrates)
    else:
        give(work, organisation, person.id, (Role.ADMINISTRATOR,))
    work.tell(f"organisation.{role}", person.id, f"/desk/organisations/{slug}", name=organisation.name)
    work.note("organisation.set-role", organisation=slug, person=person.ref, role=role)


@action("organisation:edit")
def remove(work: UnitOfWork, slug: str, person_ref: str) -> None:
    """Somebody no longer works for the organisation, and is told.

    Refuses: missing, organisation.last_administrator, organisation.open_roles.
    """
    organisation = work.lock(Organisation, Organisation.slug == slug)
    person = _part(work, organisation, Person.ref == person_ref)
    work.tell("organisation.removed", person.id, "/desk/organisations", name=organisation.name)
    work.note("organisation.remove-member", organisation=slug, person=person.ref)


@action("organisation:leave")
def leave(work: UnitOfWork, slug: str) -> None:
    """The actor no longer works for the organisation.

    Refuses: missing, organisation.last_administrator, organisation.open_roles.
    """
    organisation = work.lock(Organisation, Organisation.slug == slug)
    person = _part(work, organisation, Person.id == work.actor.person_id)
    work.note("organisation.leave", organisation=slug, person=person.ref)


def give(work: UnitOfWork, organisation: Organisation, person_id: int, roles: Iterable[Role]) -> None:
    """Let a person hold these roles here from now on, those they hold already left as they are."""
    held = {row.role for row in held_by(work, organisation, person_id)}
    for role in roles:
        if role not in held:
            work.session.add(
                RoleAssignment(
                    person_id=person_id, role=role, organisation_id=organisation.id, from_at=work.now,
                    accepted_at=work.now,
                )
            )  # fmt: skip


def held_by(work: UnitOfWork, organisation: Organisation, person_id: int | None) -> list[RoleAssignment]:
    """The person's standing roles in the organisation."""
    row = RoleAssignment
    here = (row.organisation_id == organisation.id, row.until_at.is_(None))
    return list(work.session.scalars(select(row).where(*here, row.person_id == person_id).order_by(row.id)))


def _member(
    work: UnitOfWork, organisation: Organisation, who: ColumnElement[bool]
) -> tuple[Person, list[RoleAssignment]]:
    """A member, locked: nobody gives them a part in a challenge until this has ended."""
    person = work.hold(Person, who)
    rows = held_by(work, organisation, person.id)
    if not rows:
        raise Refused("missing")
    return person, rows


def _part(work: UnitOfWork, organisation: Organisation, who: ColumnElement[bool]) -> Person:
    person, rows = _member(work, organisation, who)
    _keep_an_administrator(work, organisation, person.id)
    if policy.open_roles(work.session.connection(), person.id, organisation.id):
        raise Refused("organisation.open_roles")
    _end(work, rows)
    return person


def _keep_an_administrator(work: UnitOfWork, organisation: Organisation, without: int) -> None:
    if policy.administrators(work.session.connection(), organisation.id) == {without}:
        raise Refused("organisation.last_administrator")


def _end(work: UnitOfWork, rows: list[RoleAssignment]) -> None:
    for row in rows:
        row.until_at = work.now
