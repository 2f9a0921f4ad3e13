"""A change of e-mail address that waits: for its owner, and for whoever has one of its links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from marketplace.models.accounts import AddressChange
from marketplace.queries.query import Reader, query
from marketplace.rules import tokens
from marketplace.rules.refusals import Refused


@dataclass(frozen=True)
class Waiting:
    """A change to `email`, and which of the two addresses have agreed."""

    email: str
    old_agreed: bool
    new_agreed: bool
    ends_at: datetime


@dataclass(frozen=True)
class Side:
    """What the link to the old or the new address asks; `agreed` where this side has answered."""

    is_old: bool
    email: str
    agreed: bool
    ends_at: datetime


def own(read: Reader) -> Waiting | None:
    """What the actor asked for and what still waits."""
    row = AddressChange
    found = read.connection.execute(
        select(row).where(
            row.person_id == read.actor.person_id, row.ended_at.is_(None), row.ends_at > read.now
        )
    ).one_or_none()
    if found is None:
        return None
    return Waiting(
        found.email, found.old_agreed_at is not None, found.new_agreed_at is not None, found.ends_at
    )


@query
def by_link(read: Reader, token: str) -> Side:
    """What a link is for; asking does not use it up. Refuses: account.link_used."""
    row, hashed = AddressChange, tokens.digest(token)
    found = read.connection.execute(
        select(row).where(
            (row.old_token_hash == hashed) | (row.new_token_hash == hashed),
            row.ended_at.is_(None),
            row.ends_at > read.now,
        )
    ).one_or_none()
    if found is None:
        raise Refused("account.link_used")
    is_old = found.old_token_hash == hashed
    agreed = found.old_agreed_at if is_old else found.new_agreed_at
    return Side(is_old, found.email, agreed is not None, found.ends_at)
