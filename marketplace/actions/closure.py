"""Closing an account: what is personal goes, and what others must be able to show later stays."""

from __future__ import annotations

from sqlalchemy import select, update

from marketplace import policy
from marketplace.actions import forgetting
from marketplace.actions.accounts import oneself, proven
from marketplace.actions.action import UnitOfWork, action
from marketplace.models.accounts import Person, RoleAssignment
from marketplace.models.invitations import Invitation
from marketplace.models.organisations import Organisation
from marketplace.policy import Actor
from marketplace.rules.passwords import Typed
from marketplace.rules.refusals import Refused


def close(actor: Actor, password: str, *, once: str = "") -> None:
    """End the account of the actor for good.

    Memberships end, the address is free again, and password, visits and known browsers are gone. The name stays
    where a role was ever held, beside what was done in it; elsewhere it goes too.
    Refuses: account.password_wrong, account.throttled, account.open_roles, account.last_administrator.
    """
    _close.once(once)(actor, Typed(password))


@action("account:keep", around=proven)
def _close(work: UnitOfWork, _password: Typed) -> None:
    member_of = _organisations(work)
    for organisation_id in member_of:
        work.hold(Organisation, Organisation.id == organisation_id)
    person = oneself(work)
    if _organisations(work) != member_of:
        # They joined another one between these locks.
        raise Refused("busy")
    keeps = policy.farewell(work.session.connection(), person.id)
    if keeps.roles:
        raise Refused("account.open_roles")
    if keeps.charges:
        raise Refused("account.last_administrator")
    work.tell("account.closed", None, "/privacy", to=person.email)
    _forget(work, person)
    _leave(work, person, [charge.organisation_id for charge in keeps.alone])
    work.note("account.close", person=person.ref)


def _organisations(work: UnitOfWork) -> list[int]:
    """Those that the actor works for, in the order in which they are locked."""
    row = RoleAssignment
    mine = (row.person_id == work.actor.person_id, row.organisation_id.is_not(None), row.until_at.is_(None))
    found = work.session.scalars(select(row.organisation_id).where(*mine).distinct())
    return sorted(each for each in found if each is not None)


def _forget(work: UnitOfWork, person: Person) -> None:
    """What is personal goes, and the name with it where it stands beside nothing."""
    forgetting.account(work.session, person)
    person.closed_at = work.now
    if not forgetting.took_part(work.session, person):
        person.name = ""


def _leave(work: UnitOfWork, person: Person, empty: list[int]) -> None:
    """End memberships, and invitations to organisations that nobody is left in."""
    forgetting.leave(work.session, person, work.now)
    waiting = update(Invitation).where(Invitation.organisation_id.in_(empty), Invitation.answer.is_(None))
    work.session.execute(waiting.values(answer="withdrawn", answered_at=work.now))
