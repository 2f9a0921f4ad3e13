"""The ground of invitations: one of an address waits at a time, and its mailed link works for a week, once.

Whoever sends one learns nothing of whether the address has an account here.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from marketplace.actions import upkeep
from marketplace.actions.accounts import mark, shown
from marketplace.actions.action import UnitOfWork
from marketplace.models.challenges import Challenge
from marketplace.models.invitations import Invitation
from marketplace.models.organisations import Organisation
from marketplace.policy import Actor
from marketplace.rules import references, tokens
from marketplace.rules.lifecycle import ENDED_STATES
from marketplace.rules.refusals import Refused

HOUR = timedelta(hours=1)
# How many invitations one person sends, and how many of them to one address.
INVITATIONS = 30
TO_ONE = 3


def count(actor: Actor, whom: str) -> None:
    """Count one more invitation to an address, or sent again. Refuses: account.throttled."""
    upkeep.throttle(f"invite {actor.key} {mark(whom)}", TO_ONE, HOUR, "account.throttled")
    upkeep.throttle(f"invite {actor.key}", INVITATIONS, HOUR, "account.throttled")


def prepare(work: UnitOfWork, invitation: Invitation) -> str:
    """Let a new invitation wait, and return its token. One that ran out makes room. Refuses: invitation.waiting."""
    before = select(Invitation).where(
        Invitation.organisation_id == invitation.organisation_id,
        Invitation.challenge_id == invitation.challenge_id,
        Invitation.email == invitation.email, Invitation.answer.is_(None),
    )  # fmt: skip
    standing = work.session.scalars(before).one_or_none()
    if standing is not None and standing.ends_at > work.now:
        raise Refused("invitation.waiting")
    if standing is not None:
        answer(work, standing, "withdrawn")
        work.session.flush()
    invitation.ref, invitation.created_at = references.new("IN"), work.now
    invitation.invited_by_id = work.actor.person_id or 0
    token = renew(work, invitation)
    work.session.add(invitation)
    return token


def renew(work: UnitOfWork, invitation: Invitation) -> str:
    """Another token for a week from now; the one before works no more."""
    token = tokens.new()
    invitation.token_hash = tokens.digest(token)
    invitation.sent_at, invitation.ends_at = work.now, work.now + tokens.INVITATION_LASTS
    return token


def mail(work: UnitOfWork, kind: str, invitation: Invitation, token: str, **words: object) -> dict[str, str]:
    """Mail the link. Returns `{"link": …}`, what the mail carries where pages may show it, else ""."""
    link = f"/invitations/{token}"
    work.tell(
        kind, None, link, invitation.challenge_id, to=invitation.email, inviter=work.actor.name,
        service=work.place.settings.service_name, ends_at=invitation.ends_at, **words,
    )  # fmt: skip
    return shown(work, link)


def answer(work: UnitOfWork, invitation: Invitation, answer: str) -> None:
    invitation.answer, invitation.answered_at = answer, work.now


def waiting(work: UnitOfWork, token: str) -> tuple[Invitation, Organisation | Challenge]:
    """The invitation of this link and what it invites to, locked in the order in which all do it.

    Refuses: invitation.over.
    """
    its = Invitation.token_hash == tokens.digest(token)
    found = work.session.execute(
        select(Invitation.organisation_id, Invitation.challenge_id).where(its)
    ).one_or_none()
    if found is None:
        raise Refused("invitation.over")
    place = _place(work, *found)
    try:
        invitation = work.hold(Invitation, its, Invitation.answer.is_(None))
    except Refused:
        raise Refused("invitation.over") from None
    if invitation.ends_at <= work.now or (isinstance(place, Challenge) and place.state in ENDED_STATES):
        raise Refused("invitation.over")
    return invitation, place


def _place(
    work: UnitOfWork, organisation_id: int | None, challenge_id: int | None
) -> Organisation | Challenge:
    if challenge_id is None:
        return work.hold(Organisation, Organisation.id == organisation_id)
    return work.hold(Challenge, Challenge.id == challenge_id)
