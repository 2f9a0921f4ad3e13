"""Experts from outside join one challenge by e-mail, after an undertaking, and perhaps without an account before.

They belong to no organisation for it. Whoever asks them learns nothing of whether their address has an account:
what one may not be on a challenge is checked of people who are on it already, and of everybody as they accept.
"""

from __future__ import annotations

from sqlalchemy import select

from marketplace.actions import deputies, inviting, seats
from marketplace.actions.accounts import address
from marketplace.actions.action import UnitOfWork, action
from marketplace.models.accounts import Person, RoleAssignment
from marketplace.models.challenges import Challenge
from marketplace.models.invitations import Invitation
from marketplace.models.organisations import Organisation
from marketplace.policy import Actor, On
from marketplace.rules import undertaking
from marketplace.rules.lifecycle import ENDED_STATES
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import FROM_OUTSIDE, PERMISSIONS, Role


def invite(actor: Actor, ref: str, email: str, role: str, *, once: str = "") -> dict[str, str]:
    """Mail somebody from outside the authority a link to join the challenge in `role`.

    Returns as `inviting.mail` does. Refuses: missing, form.invalid, role.unknown, role.inside, role.fixed,
    role.own_proposal, role.one_chair, role.panel_closed, invitation.waiting, account.throttled, and of who is or
    was on this challenge what `seats.check_separation` refuses.
    """
    email = address(email)
    inviting.count(actor, email)
    return _invite.once(once)(actor, ref, email, role)


@action("challenge:appoint")
def _invite(work: UnitOfWork, ref: str, email: str, role: str) -> dict[str, str]:
    challenge = work.lock(Challenge, Challenge.ref == ref)
    if challenge.state in ENDED_STATES:
        raise Refused("role.fixed")
    seats.stands_apart(work, challenge)
    seats.check_room(work, challenge, _role(role))
    return _send(work, challenge, Invitation(challenge_id=challenge.id, email=email, role=role, deputy=False))


def invite_to_seat(
    actor: Actor, ref: str, person_ref: str, role: str, email: str, deputy: bool, *, once: str = ""
) -> dict[str, str]:
    """As `invite`, to be deputy in a person's role, or to take it over, by whoever may ask one of the authority.

    Refuses besides: role.unaccepted, role.has_deputy, role.asked.
    """
    email = address(email)
    inviting.count(actor, email)
    return _invite_to_seat.once(once)(actor, ref, person_ref, role, email, deputy)


@action("challenge:change-hands")
def _invite_to_seat(
    work: UnitOfWork, ref: str, person_ref: str, role: str, email: str, deputy: bool
) -> dict[str, str]:
    seat = deputies.seat_of(work, ref, person_ref, _role(role), holder_alone=not deputy)
    _check_free(seat, deputy)
    challenge = seat.challenge
    return _send(
        work, challenge,
        Invitation(challenge_id=challenge.id, email=email, role=role, seat_id=seat.number, deputy=deputy),
    )  # fmt: skip


def send_again(actor: Actor, ref: str, invitation: str, *, once: str = "") -> dict[str, str]:
    """Mail another link for a week from now; the one before works no more. Returns as `invite` does.

    Refuses: missing, account.throttled.
    """
    inviting.count(actor, invitation)
    return _send_again.once(once)(actor, ref, invitation)


@action("challenge:change-hands")
def _send_again(work: UnitOfWork, ref: str, invitation: str) -> dict[str, str]:
    challenge, found = _of(work, ref, invitation)
    token = inviting.renew(work, found)
    work.note("invitation.send-again", challenge.id, invitation=invitation)
    return _mail(work, challenge, found, token)


@action("challenge:change-hands")
def withdraw(work: UnitOfWork, ref: str, invitation: str) -> None:
    """Take an invitation back: its link works no more. Refuses: missing."""
    challenge, found = _of(work, ref, invitation)
    inviting.answer(work, found, "withdrawn")
    work.note("invitation.withdraw", challenge.id, invitation=invitation)


def join(
    work: UnitOfWork, challenge: Challenge, invitation: Invitation, person: Person, undertaken: bool
) -> None:
    """The actor, who is `person`, takes the part that they were invited to.

    Whether they must practise first is asked when they declare their interests, before any text opens.
    Refuses: undertaking.missing, role.own_proposal, role.one_chair, role.panel_closed, role.has_deputy,
    invitation.over where the seat is gone, and what `seats.check_separation` refuses.
    """
    if not undertaken:
        raise Refused("undertaking.missing")
    role = Role(invitation.role)
    seats.stands_apart(work, challenge)
    row = RoleAssignment(
        person_id=person.id, role=role, challenge_id=challenge.id, external=True, from_at=work.now,
        accepted_at=work.now, undertaken_at=work.now, deputy=invitation.deputy, seat_id=invitation.seat_id,
    )  # fmt: skip
    work.note("role.undertake", challenge.id, role=role, wording=undertaking.VERSION.isoformat())
    if invitation.seat_id is None:
        seats.check_separation(work, challenge, person.id, role)
        seats.check_room(work, challenge, role)
        work.session.add(row)
        return
    seat = seats.by_number(work, challenge, role, invitation.seat_id)
    _check_free(seat, invitation.deputy)
    seats.check_separation(work, challenge, person.id, role)
    row.rests_at = work.now
    work.session.add(row)
    work.session.flush()
    if not invitation.deputy:
        deputies.hand_to(work, seat, row)


def tell_declined(work: UnitOfWork, challenge: Challenge, invitation: Invitation) -> None:
    """Tell whoever invited, so that they ask somebody else."""
    link = f"/desk/challenges/{challenge.ref}/team"
    words = {"title": challenge.title, "role": Role(invitation.role), "other": invitation.email}
    work.tell("role.declined", invitation.invited_by_id, link, challenge.id, **words)


def _role(role: str) -> Role:
    if role not in tuple(Role):
        raise Refused("role.unknown")
    if role not in FROM_OUTSIDE:
        raise Refused("role.inside")
    return Role(role)


def _check_free(seat: seats.Seat, deputy: bool) -> None:
    if deputy and seat.deputy is not None:
        raise Refused("role.has_deputy")
    if not deputy and seat.asked is not None:
        raise Refused("role.asked")


def _send(work: UnitOfWork, challenge: Challenge, invitation: Invitation) -> dict[str, str]:
    role = Role(invitation.role)
    for person_id in _known_here(work, challenge, invitation.email):
        seats.check_separation(work, challenge, person_id, role)
    token = inviting.prepare(work, invitation)
    work.note("invitation.send", challenge.id, invitation=invitation.ref, role=role, deputy=invitation.deputy)
    return _mail(work, challenge, invitation, token)


def _known_here(work: UnitOfWork, challenge: Challenge, email: str) -> list[int]:
    """Who has the address and is or was on this challenge, where the team sees or saw it."""
    row = RoleAssignment
    found = (
        select(Person.id)
        .join(row, row.person_id == Person.id)
        .where(row.challenge_id == challenge.id, Person.email == email)
        .distinct()
    )
    return list(work.session.scalars(found))


def _mail(work: UnitOfWork, challenge: Challenge, invitation: Invitation, token: str) -> dict[str, str]:
    name = select(Organisation.name).where(Organisation.id == challenge.authority_id)
    return inviting.mail(
        work, "expert.invited", invitation, token, title=challenge.title, role=Role(invitation.role),
        name=work.session.scalars(name).one(),
    )  # fmt: skip


def _of(work: UnitOfWork, ref: str, invitation: str) -> tuple[Challenge, Invitation]:
    """One that waits, for whoever sent it and whoever appoints or approves."""
    challenge = work.lock(Challenge, Challenge.ref == ref)
    here = (Invitation.challenge_id == challenge.id, Invitation.ref == invitation)
    found = work.hold(Invitation, *here, Invitation.answer.is_(None))
    held = work.roles(On(challenge_id=challenge.id))
    if found.invited_by_id != work.actor.person_id and not held & PERMISSIONS["expert:see"]:
        raise Refused("missing")
    return challenge, found
