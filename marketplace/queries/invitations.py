"""Invitations as they may be seen: by whoever has the link, and by the organisation's administrators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased

from marketplace.models.accounts import Person
from marketplace.models.invitations import Invitation
from marketplace.models.organisations import Organisation
from marketplace.queries.query import Reader, query
from marketplace.rules import tokens
from marketplace.rules.refusals import Refused


@dataclass(frozen=True)
class Invited:
    """What a link invites to. `has_account` is for the owner of the address, who alone has the link."""

    organisation: str
    kind: str
    inviter: str
    role: str
    email: str
    ends_at: datetime
    has_account: bool


@dataclass(frozen=True)
class Sent:
    """An invitation as administrators see it; `over` when its time has passed without an answer."""

    ref: str
    email: str
    role: str
    sent_at: datetime
    ends_at: datetime
    answer: str
    answered_at: datetime | None
    over: bool


@query
def by_link(read: Reader, token: str) -> Invited:
    """What the link invites to; asking does not use it up. Refuses: invitation.over."""
    inviter, owner = aliased(Person), aliased(Person)
    found = read.connection.execute(
        select(
            Organisation.name, Organisation.kind, inviter.name.label("inviter"), Invitation.role,
            Invitation.email, Invitation.ends_at, owner.id.label("account"),
        )
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .join(inviter, inviter.id == Invitation.invited_by_id)
        .outerjoin(owner, (owner.email == Invitation.email) & owner.confirmed_at.is_not(None))
        .where(
            Invitation.token_hash == tokens.digest(token), Invitation.answer.is_(None),
            Invitation.ends_at > read.now,
        )
    ).one_or_none()  # fmt: skip
    if found is None:
        raise Refused("invitation.over")
    return Invited(
        found.name,
        found.kind,
        found.inviter,
        found.role,
        found.email,
        found.ends_at,
        found.account is not None,
    )


def sent_by(read: Reader, organisation_id: int) -> tuple[Sent, ...]:
    """Those that wait, and those declined of late, newest first. Who accepted is among the members."""
    row = Invitation
    found = read.connection.execute(
        select(row)
        .where(row.organisation_id == organisation_id, row.answer.is_(None) | (row.answer == "declined"))
        .order_by(row.sent_at.desc(), row.id.desc())
    )
    return tuple(
        Sent(
            each.ref, each.email, each.role, each.sent_at, each.ends_at, each.answer or "", each.answered_at,
            each.answer is None and each.ends_at <= read.now,
        )
        for each in found
    )  # fmt: skip
