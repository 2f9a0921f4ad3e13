"""Inviting somebody to work for an organisation, and their answer.

What an administrator learns is the same whether an address has an account here or not. A link works for a
week and until it is answered, and proves that whoever opens it reads the mail of that address.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from marketplace.actions import upkeep
from marketplace.actions.accounts import address, count_try, end_links, mark, new_person, person_name, shown
from marketplace.actions.action import UnitOfWork, action
from marketplace.actions.members import give
from marketplace.models.accounts import Person, RoleAssignment
from marketplace.models.invitations import Invitation
from marketplace.models.organisations import Organisation
from marketplace.policy import PLATFORM, Actor
from marketplace.rules import passwords, references, tokens
from marketplace.rules.passwords import PasswordHash
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import ON_ORGANISATION, Role

HOUR = timedelta(hours=1)
# How many invitations one administrator sends, and how many of them to one address.
INVITATIONS = 30
TO_ONE = 3


def invite(actor: Actor, slug: str, email: str, role: str = Role.MEMBER, *, once: str = "") -> dict[str, str]:
    """Mail somebody a link to join the organisation as `role`, and let it wait for an answer.

    Returns `{"link": …}`, what the mail carries where pages may show it, else "".
    Refuses: form.invalid, role.unknown, invitation.member, invitation.waiting, account.throttled.
    """
    email = address(email)
    _count(actor, email)
    return _invite.once(once)(actor, slug, email, role)


@action("organisation:edit")
def _invite(work: UnitOfWork, slug: str, email: str, role: str) -> dict[str, str]:
    organisation = work.lock(Organisation, Organisation.slug == slug)
    if role not in ON_ORGANISATION:
        raise Refused("role.unknown")
    if _works_here(work, organisation, email):
        raise Refused("invitation.member")
    _make_room(work, organisation, email)
    token = tokens.new()
    invitation = Invitation(
        ref=references.new("IN"), organisation_id=organisation.id, email=email, role=role,
        token_hash=tokens.digest(token), invited_by_id=work.actor.person_id or 0, created_at=work.now,
        sent_at=work.now, ends_at=work.now + tokens.INVITATION_LASTS,
    )  # fmt: skip
    work.session.add(invitation)
    work.note("invitation.send", organisation=slug, invitation=invitation.ref, role=role)
    return _mail(work, organisation, invitation, token)


def send_again(actor: Actor, slug: str, ref: str, *, once: str = "") -> dict[str, str]:
    """Mail another link for a week from now; the one before works no more. Returns as `invite` does.

    Refuses: missing, account.throttled.
    """
    _count(actor, ref)
    return _send_again.once(once)(actor, slug, ref)


@action("organisation:edit")
def _send_again(work: UnitOfWork, slug: str, ref: str) -> dict[str, str]:
    organisation, invitation = _of(work, slug, ref)
    token = tokens.new()
    invitation.token_hash = tokens.digest(token)
    invitation.sent_at, invitation.ends_at = work.now, work.now + tokens.INVITATION_LASTS
    work.note("invitation.send-again", organisation=slug, invitation=ref)
    return _mail(work, organisation, invitation, token)


@action("organisation:edit")
def withdraw(work: UnitOfWork, slug: str, ref: str) -> None:
    """Take an invitation back: its link works no more. Refuses: missing."""
    _organisation, invitation = _of(work, slug, ref)
    _answer(work, invitation, "withdrawn")
    work.note("invitation.withdraw", organisation=slug, invitation=ref)


@action("account:keep")
def accept(work: UnitOfWork, token: str) -> str:
    """The person whose address was invited joins. Returns the organisation's slug.

    Refuses: invitation.over, invitation.other_address.
    """
    work.require(PLATFORM)
    organisation, invitation = _waiting(work, token)
    person = work.hold(Person, Person.id == work.actor.person_id, Person.closed_at.is_(None))
    if person.email != invitation.email:
        raise Refused("invitation.other_address")
    return _join(work, organisation, invitation, person)


def register(
    actor: Actor, token: str, name: str, password: str, *, client: str = "", once: str = ""
) -> dict[str, str]:
    """Make an account for the invited address, confirmed by the link, and join.

    Returns the slug of the `organisation` and the `email` to sign in with.

    Refuses: invitation.over, invitation.has_account, form.invalid, account.throttled,
    account.password_short, account.password_common.
    """
    count_try("link", tokens.digest(token), client)
    return _register.once(once)(actor, token, person_name(name), passwords.hashed(password))


@action("account:enter")
def _register(work: UnitOfWork, token: str, name: str, password: PasswordHash) -> dict[str, str]:
    work.require(PLATFORM)
    organisation, invitation = _waiting(work, token)
    theirs = select(Person).where(Person.email == invitation.email).with_for_update()
    person = work.session.scalars(theirs).one_or_none()
    if person is not None and person.confirmed_at is not None:
        raise Refused("invitation.has_account")
    person = person or new_person(work, name, invitation.email, "")
    # Whoever registered before and never proved the address loses what they laid under it.
    person.name, person.password_hash, person.confirmed_at = name, password.value, work.now
    end_links(work, person)
    work.note("account.register", person=person.ref)
    return {"organisation": _join(work, organisation, invitation, person), "email": person.email}


@action("account:enter")
def decline(work: UnitOfWork, token: str) -> None:
    """Whoever has the link says no; the organisation sees that. Refuses: invitation.over."""
    work.require(PLATFORM)
    organisation, invitation = _waiting(work, token)
    _answer(work, invitation, "declined")
    work.note("invitation.decline", organisation=organisation.slug, invitation=invitation.ref)


def _join(work: UnitOfWork, organisation: Organisation, invitation: Invitation, person: Person) -> str:
    _answer(work, invitation, "accepted")
    give(
        work,
        organisation,
        person.id,
        ON_ORGANISATION if invitation.role == Role.ADMINISTRATOR else (Role.MEMBER,),
    )
    work.note(
        "invitation.accept", organisation=organisation.slug, invitation=invitation.ref, person=person.ref,
        role=invitation.role,
    )  # fmt: skip
    return organisation.slug


def _answer(work: UnitOfWork, invitation: Invitation, answer: str) -> None:
    invitation.answer, invitation.answered_at = answer, work.now


def _waiting(work: UnitOfWork, token: str) -> tuple[Organisation, Invitation]:
    """The invitation of this link and its organisation, locked in the order in which all do it."""
    its = Invitation.token_hash == tokens.digest(token)
    organisation_id = work.session.scalars(select(Invitation.organisation_id).where(its)).one_or_none()
    if organisation_id is None:
        raise Refused("invitation.over")
    organisation = work.hold(Organisation, Organisation.id == organisation_id)
    try:
        invitation = work.hold(Invitation, its, Invitation.answer.is_(None))
    except Refused:
        raise Refused("invitation.over") from None
    if invitation.ends_at <= work.now:
        raise Refused("invitation.over")
    return organisation, invitation


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


def _make_room(work: UnitOfWork, organisation: Organisation, email: str) -> None:
    """One invitation of an address waits at a time; one that ran out makes room for the next."""
    before = select(Invitation).where(
        Invitation.organisation_id == organisation.id, Invitation.email == email, Invitation.answer.is_(None)
    )
    standing = work.session.scalars(before).one_or_none()
    if standing is None:
        return
    if standing.ends_at > work.now:
        raise Refused("invitation.waiting")
    _answer(work, standing, "withdrawn")
    work.session.flush()


def _mail(work: UnitOfWork, organisation: Organisation, invitation: Invitation, token: str) -> dict[str, str]:
    link = f"/invitations/{token}"
    inviter = work.session.get_one(Person, work.actor.person_id)
    work.tell(
        "organisation.invited", None, link, to=invitation.email, name=organisation.name, inviter=inviter.name,
        service=work.place.settings.service_name, ends_at=invitation.ends_at,
    )  # fmt: skip
    return shown(work, link)


def _count(actor: Actor, whom: str) -> None:
    upkeep.throttle(f"invite {actor.key} {mark(whom)}", TO_ONE, HOUR, "account.throttled")
    upkeep.throttle(f"invite {actor.key}", INVITATIONS, HOUR, "account.throttled")
