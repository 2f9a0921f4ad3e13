"""Organisations: registering one, verifying an authority, and who works for it."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, select

from marketplace.actions import upkeep
from marketplace.actions.accounts import address as email_address
from marketplace.actions.action import UnitOfWork, action
from marketplace.models.accounts import Person, RoleAssignment
from marketplace.models.challenges import Challenge
from marketplace.models.organisations import Organisation
from marketplace.policy import PLATFORM, Actor
from marketplace.rules import limits, references
from marketplace.rules.lifecycle import ENDED_STATES
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import ON_ORGANISATION, Role

HOUR = timedelta(hours=1)
ADDITIONS = 30


@action("organisation:register")
def register(
    work: UnitOfWork, name: str, kind: str, address: str = "", website: str = "", company_number: str = "",
    description: str = "", is_sme: bool = False, is_non_profit: bool = False, is_company: bool = True,
) -> str:  # fmt: skip
    """Register an authority or a supplier and make its creator administrator. Returns the slug.

    An authority writes at once and publishes after an operator has verified it. A supplier's name is
    its own; `company_number` may be empty, and is where there is no company yet.
    Refuses: form.invalid, organisation.name_taken.
    """
    work.require(PLATFORM)
    name = _text(name, limits.NAME)
    if not name or kind not in ("authority", "supplier"):
        raise Refused("form.invalid")
    recipient, identity = work.keys.new_pair()
    organisation = Organisation(
        slug=_free_slug(work, name, kind), name=name, kind=kind, address=_text(address, limits.SUMMARY),
        website=_web_address(website), company_number=_company_number(company_number) if is_company else None,
        description=_prose(description), is_sme=is_sme, is_non_profit=is_non_profit, is_company=is_company,
        age_recipient=recipient, age_identity=identity, created_at=work.now,
    )  # fmt: skip
    work.session.add(organisation)
    work.session.flush()
    for role in ON_ORGANISATION:
        _give(work, organisation, work.actor.person_id or 0, role)
    work.note("organisation.register", organisation=organisation.slug, kind=kind)
    return organisation.slug


@action("organisation:verify")
def verify(work: UnitOfWork, slug: str) -> None:
    """An operator has checked that this authority is one, and who writes for it.

    Refuses: organisation.already_verified; missing for a supplier, which needs no verification.
    """
    work.require(PLATFORM)
    organisation = work.hold(Organisation, Organisation.slug == slug, Organisation.kind == "authority")
    if organisation.verified_at is not None:
        raise Refused("organisation.already_verified")
    organisation.verified_at = work.now
    organisation.verified_by_id = work.actor.person_id
    work.leaf("organisation.verify", None, {"organisation": slug}, acting=Role.OPERATOR)
    for person_id in _holders(work, organisation, Role.ADMINISTRATOR):
        work.tell("organisation.verified", person_id, f"/desk/organisations/{slug}", name=organisation.name)


def add_member(actor: Actor, slug: str, email: str, administrator: bool = False, *, once: str = "") -> str:
    """Let the person of this address work for the organisation. Returns the person's reference.

    Tries are counted for each administrator, so that this cannot be used to find out addresses.
    Refuses: organisation.member_unknown, role.taken, account.throttled.
    """
    upkeep.throttle(f"add-member {actor.key}", ADDITIONS, HOUR, "account.throttled")
    return _add_member.once(once)(actor, slug, email_address(email), administrator)


@action("organisation:edit")
def _add_member(work: UnitOfWork, slug: str, email: str, administrator: bool) -> str:
    organisation = work.lock(Organisation, Organisation.slug == slug)
    known = (Person.email == email, Person.confirmed_at.is_not(None), Person.closed_at.is_(None))
    person = work.session.scalars(select(Person).where(*known)).one_or_none()
    if person is None:
        raise Refused("organisation.member_unknown")
    wanted = ON_ORGANISATION if administrator else (Role.MEMBER,)
    held = {Role(row.role) for row in _rows(work, organisation, RoleAssignment.person_id == person.id)}
    missing = [role for role in wanted if role not in held]
    if not missing:
        raise Refused("role.taken")
    for role in missing:
        _give(work, organisation, person.id, role)
    work.tell("organisation.joined", person.id, f"/desk/organisations/{slug}", name=organisation.name)
    work.note("organisation.add-member", organisation=slug, person=person.ref, administrator=administrator)
    return person.ref


@action("organisation:edit")
def remove_member(work: UnitOfWork, slug: str, person_ref: str) -> None:
    """Somebody no longer works for the organisation.

    Refuses: missing, organisation.last_administrator, organisation.open_roles.
    """
    organisation = work.lock(Organisation, Organisation.slug == slug)
    person_id = work.session.scalars(select(Person.id).where(Person.ref == person_ref)).one_or_none()
    rows = _rows(work, organisation, RoleAssignment.person_id == person_id)
    if not rows:
        raise Refused("missing")
    if set(_holders(work, organisation, Role.ADMINISTRATOR)) == {person_id}:
        raise Refused("organisation.last_administrator")
    if _open_roles(work, organisation, person_id or 0):
        raise Refused("organisation.open_roles")
    for row in rows:
        row.until_at = work.now
    work.note("organisation.remove-member", organisation=slug, person=person_ref)


def _give(work: UnitOfWork, organisation: Organisation, person_id: int, role: Role) -> None:
    work.session.add(
        RoleAssignment(
            person_id=person_id,
            role=role,
            organisation_id=organisation.id,
            from_at=work.now,
            accepted_at=work.now,
        )
    )


def _rows(work: UnitOfWork, organisation: Organisation, *where: ColumnElement[bool]) -> list[RoleAssignment]:
    here = (RoleAssignment.organisation_id == organisation.id, RoleAssignment.until_at.is_(None))
    return list(work.session.scalars(select(RoleAssignment).where(*here, *where).order_by(RoleAssignment.id)))


def _holders(work: UnitOfWork, organisation: Organisation, role: Role) -> list[int]:
    return [row.person_id for row in _rows(work, organisation, RoleAssignment.role == role)]


def _open_roles(work: UnitOfWork, organisation: Organisation, person_id: int) -> bool:
    """Whether the person still has a part in a challenge of this authority that has not ended."""
    roles = (
        select(RoleAssignment.id)
        .join(Challenge, Challenge.id == RoleAssignment.challenge_id)
        .where(
            RoleAssignment.person_id == person_id,
            RoleAssignment.until_at.is_(None),
            RoleAssignment.external.is_(False),
            Challenge.authority_id == organisation.id,
            Challenge.state.not_in(ENDED_STATES),
        )
    )
    return work.session.scalars(roles.limit(1)).first() is not None


def _free_slug(work: UnitOfWork, name: str, kind: str) -> str:
    """The first free address for this name.

    Only a verified authority, or one that the actor registered themselves, keeps others from its name:
    else anybody could take the name of somebody who is not here yet.
    """
    base = references.slug(name)
    same = select(Organisation).where((Organisation.slug == base) | Organisation.slug.like(f"{base}-%"))
    near = list(work.session.scalars(same))
    for other in near:
        if other.name.casefold() == name.casefold() and other.kind == kind:
            mine = _rows(work, other, RoleAssignment.person_id == work.actor.person_id)
            if other.verified_at is not None or mine:
                raise Refused("organisation.name_taken")
    taken = {other.slug for other in near}
    number = 2
    slug = base
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug


def _text(value: str, most: int) -> str:
    """One line, at most `most` characters; refuses form.invalid."""
    return " ".join(_prose(value, most).split())


def _prose(value: str, most: int = limits.MESSAGE) -> str:
    try:
        kept = limits.plain(value).strip()
    except ValueError:
        raise Refused("form.invalid") from None
    if len(kept) > most:
        raise Refused("form.invalid")
    return kept


def _company_number(value: str) -> str | None:
    return _text(value, 20).replace(" ", "").upper() or None


def _web_address(value: str) -> str:
    """A web address or nothing; never another scheme, since pages link to it."""
    kept = _text(value, limits.SUMMARY)
    if not kept:
        return ""
    try:
        parts = urlsplit(kept)
    except ValueError:
        raise Refused("organisation.website") from None
    if parts.scheme not in ("http", "https") or "." not in parts.netloc or " " in kept:
        raise Refused("organisation.website")
    return kept
