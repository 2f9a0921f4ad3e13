"""Invitations as they may be seen: by whoever has the link, and where it was sent from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from marketplace.models.accounts import Person, RoleAssignment
from marketplace.models.challenges import Challenge
from marketplace.models.invitations import Invitation
from marketplace.models.organisations import Organisation
from marketplace.policy import On
from marketplace.queries.query import Reader, query
from marketplace.rules import tokens
from marketplace.rules.lifecycle import ENDED_STATES, PUBLIC_STATES
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import PERMISSIONS


@dataclass(frozen=True)
class Invited:
    """What a link invites to. `has_account` is for the owner of the address, who alone has the link.

    On a challenge of the organisation it has a `title`, and `ref` once that is public; `holder` is whose seat it is,
    and `closes_at` a deadline that is still to come.
    """

    organisation: str
    kind: str
    inviter: str
    role: str
    email: str
    ends_at: datetime
    has_account: bool
    title: str
    language: str
    ref: str
    closes_at: datetime | None
    deputy: bool
    holder: str


@dataclass(frozen=True)
class Sent:
    """An invitation as those see it who sent it; `over` when its time has passed without an answer.

    `seat` says that it is to be deputy in somebody's role, or else to take it over.
    """

    ref: str
    email: str
    role: str
    sent_at: datetime
    ends_at: datetime
    answer: str
    answered_at: datetime | None
    over: bool
    deputy: bool
    seat: bool


@query
def by_link(read: Reader, token: str) -> Invited:
    """What the link invites to; asking does not use it up. Refuses: invitation.over."""
    inviter, owner, holder, seat = aliased(Person), aliased(Person), aliased(Person), RoleAssignment
    of = Organisation.id == func.coalesce(Invitation.organisation_id, Challenge.authority_id)
    found = read.connection.execute(
        select(
            Organisation.name, Organisation.kind, inviter.name.label("inviter"), Invitation.role,
            Invitation.email, Invitation.ends_at, owner.id.is_not(None).label("has_account"), Challenge.title,
            Challenge.language, Challenge.ref, Challenge.closes_at, Invitation.deputy,
            holder.name.label("holder"), Challenge.state,
        )
        .select_from(Invitation)
        .outerjoin(Challenge, Challenge.id == Invitation.challenge_id)
        .join(Organisation, of)
        .join(inviter, inviter.id == Invitation.invited_by_id)
        .outerjoin(owner, (owner.email == Invitation.email) & owner.confirmed_at.is_not(None))
        .outerjoin(seat, seat.id == Invitation.seat_id)
        .outerjoin(holder, holder.id == seat.person_id)
        .where(
            Invitation.token_hash == tokens.digest(token), Invitation.answer.is_(None),
            Invitation.ends_at > read.now,
        )
    ).one_or_none()  # fmt: skip
    if found is None or found.state in ENDED_STATES:
        raise Refused("invitation.over")
    to_come = found.closes_at is not None and found.closes_at > read.now
    return Invited(
        organisation=found.name, kind=found.kind, inviter=found.inviter, role=found.role, email=found.email,
        ends_at=found.ends_at, has_account=bool(found.has_account), title=found.title or "",
        language=found.language or "", ref=found.ref if found.state in PUBLIC_STATES else "",
        closes_at=found.closes_at if to_come else None, deputy=found.deputy, holder=found.holder or "",
    )  # fmt: skip


def sent_by(read: Reader, organisation_id: int) -> tuple[Sent, ...]:
    """Those that wait, and those declined of late, newest first. Who accepted is among the members."""
    return _sent(read, Invitation.organisation_id == organisation_id)


@query
def experts(read: Reader, challenge_ref: str) -> tuple[Sent, ...]:
    """As `sent_by`, of a challenge: one's own, and to whoever appoints or approves everybody's. Refuses: missing."""
    found = read.connection.scalar(select(Challenge.id).where(Challenge.ref == challenge_ref))
    held = read.require("challenge:work", On(challenge_id=found or 0))
    here = (Invitation.challenge_id == found, Invitation.invited_by_id == read.actor.person_id)
    return _sent(read, *here[: 1 if held & PERMISSIONS["expert:see"] else 2])


def _sent(read: Reader, *where: ColumnElement[bool]) -> tuple[Sent, ...]:
    row = Invitation
    found = read.connection.execute(
        select(row)
        .where(*where, row.answer.is_(None) | (row.answer == "declined"))
        .order_by(row.sent_at.desc(), row.id.desc())
    )
    return tuple(
        Sent(
            each.ref, each.email, each.role, each.sent_at, each.ends_at, each.answer or "", each.answered_at,
            each.answer is None and each.ends_at <= read.now, each.deputy, each.seat_id is not None,
        )
        for each in found
    )  # fmt: skip
