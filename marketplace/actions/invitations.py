"""Inviting somebody to work for an organisation, and the answer to any invitation.

What an administrator learns is the same whether an address has an account here or not. A link works for a
week and until it is answered, and proves that whoever opens it reads the mail of that address.
"""

from __future__ import annotations

from sqlalchemy import select

from marketplace.actions import experts, inviting
from marketplace.actions.accounts import address, count_try, end_links, new_person, person_name
from marketplace.actions.action import UnitOfWork, action
from marketplace.actions.members import give
from marketplace.models.accounts import Person, RoleAssignment
from marketplace.models.challenges import Challenge
from marketplace.models.invitations import Invitation
from marketplace.models.organisations import Organisation
from marketplace.policy import PLATFORM, Actor
from marketplace.rules import passwords, tokens
from marketplace.rules.passwords import PasswordHash
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import ON_ORGANISATION, Role


def invite(actor: Actor, slug: str, email: str, role: str = Role.MEMBER, *, once: str = "") -> dict[str, str]:
    """Mail somebody a link to join the organisation as `role`, and let it wait for an answer.

    Returns `{"link": …}`, what the mail carries where pages may show it, else "".
    Refuses: form.invalid, role.unknown, invitation.member, invitation.waiting, account.throttled.
    """
    email = address(email)
    inviting.count(actor, email)
    return _invite.once(once)(actor, slug, email, role)


@action("organisation:edit")
def _invite(work: UnitOfWork, slug: str, email: str, role: str) -> dict[str, str]:
    organisation = work.lock(Organisation, Organisation.slug == slug)
    if role not in ON_ORGANISATION:
        raise Refused("role.unknown")
    if _works_here(work, organisation, email):
        raise Refused("invitation.member")
    invitation = Invitation(organisation_id=organisation.id, email=email, role=role)
    token = inviting.prepare(work, invitation)
    work.note("invitation.send", organisation=slug, invitation=invitation.ref, role=role)
    return inviting.mail(work, "organisation.invited", invitation, token, name=organisation.name)


def send_again(actor: Actor, slug: str, ref: str, *, once: str = "") -> dict[str, str]:
    """Mail another link for a week from now; the one before works no more. Returns as `invite` does.

    Refuses: missing, account.throttled.
    """
    inviting.count(actor, ref)
    return _send_again.once(once)(actor, slug, ref)


@action("organisation:edit")
def _send_again(work: UnitOfWork, slug: str, ref: str) -> dict[str, str]:
    organisation, invitation = _of(work, slug, ref)
    token = inviting.renew(work, invitation)
    work.note("invitation.send-again", organisation=slug, invitation=ref)
    return inviting.mail(work, "organisation.invited", invitation, token, name=organisation.name)


@action("organisation:edit")
def withdraw(work: UnitOfWork, slug: str, ref: str) -> None:
    """Take an invitation back: its link works no more. Refuses: missing."""
    _organisation, invitation = _of(work, slug, ref)
    inviting.answer(work, invitation, "withdrawn")
    work.note("invitation.withdraw", organisation=slug, invitation=ref)


@action("account:keep")
def accept(work: UnitOfWork, token: str, undertaken: bool = False) -> str:
    """The person whose address was invited joins. Returns the address of the page where they begin.

    Refuses: invitation.over, invitation.other_address, and for a part in a challenge what `experts.join` refuses.
    """
    work.require(PLATFORM)
    invitation, place = inviting.waiting(work, token)
    person = work.hold(Person, Person.id == work.actor.person_id, Person.closed_at.is_(None))
    if person.email != invitation.email:
        raise Refused("invitation.other_address")
    return _join(work, place, invitation, person, undertaken)


def register(
    actor: Actor, token: str, name: str, password: str, undertaken: bool = False, *, client: str = "", once: str = ""
) -> dict[str, str]:  # fmt: skip
    """Make an account for the invited address, confirmed by the link, and join.

    Returns the address of the page `to` begin on, and the `email` to sign in with.

    Refuses: invitation.over, invitation.has_account, form.invalid, account.throttled,
    account.password_short, account.password_common, and for a part in a challenge what `experts.join` refuses.
    """
    count_try("link", tokens.digest(token), client)
    return _register.once(once)(actor, token, person_name(name), passwords.hashed(password), undertaken)


@action("account:enter")
def _register(
    work: UnitOfWork, token: str, name: str, password: PasswordHash, undertaken: bool
) -> dict[str, str]:
    work.require(PLATFORM)
    invitation, place = inviting.waiting(work, token)
    theirs = select(Person).where(Person.email == invitation.email).with_for_update()
    person = work.session.scalars(theirs).one_or_none()
    if person is not None and person.confirmed_at is not None:
        raise Refused("invitation.has_account")
    person = person or new_person(work, name, invitation.email, "")
    # Whoever registered before and never proved the address loses what they laid under it.
    person.name, person.password_hash, person.confirmed_at = name, password.value, work.now
    end_links(work, person)
    work.note("account.register", person=person.ref)
    # What follows is theirs to do, and stands beside their reference.
    work.actor = Actor(person_id=person.id, ref=person.ref, name=person.name, email=person.email)
    return {"to": _join(work, place, invitation, person, undertaken), "email": person.email}


@action("account:enter")
def decline(work: UnitOfWork, token: str) -> None:
    """Whoever has the link says no; who invited sees that. Refuses: invitation.over."""
    work.require(PLATFORM)
    invitation, place = inviting.waiting(work, token)
    inviting.answer(work, invitation, "declined")
    if isinstance(place, Challenge):
        experts.tell_declined(work, place, invitation)
    work.note("invitation.decline", invitation=invitation.ref)


def _join(
    work: UnitOfWork,
    place: Organisation | Challenge,
    invitation: Invitation,
    person: Person,
    undertaken: bool,
) -> str:
    inviting.answer(work, invitation, "accepted")
    work.note("invitation.accept", invitation=invitation.ref, person=person.ref, role=invitation.role)
    if isinstance(place, Challenge):
        experts.join(work, place, invitation, person, undertaken)
        return f"/desk/challenges/{place.ref}"
    roles = ON_ORGANISATION if invitation.role == Role.ADMINISTRATOR else (Role.MEMBER,)
    give(work, place, person.id, roles)
    return f"/desk/organisations/{place.slug}"


def _of(work: UnitOfWork, slug: str, ref: str) -> tuple[Organisation, Invitation]:
    organisation = work.lock(Organisation, Organisation.slug == slug)
    here = (Invitation.organisation_id == organisation.id, Invitation.ref == ref)
    return organisation, work.hold(Invitation, *here, Invitation.answer.is_(None))


def _works_here(work: UnitOfWork, organisation: Organisation, email: str) -> bool:
    row = RoleAssignment
    members = (
        select(row.id)
        .join(Person, Person.id == row.person_id)
        .where(row.organisation_id == organisation.id, row.until_at.is_(None), Person.email == email)
    )
    return work.session.scalars(members.limit(1)).first() is not None
