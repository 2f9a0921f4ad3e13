"""The visits of one's own account that are alive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from marketplace.models.accounts import Visit
from marketplace.queries.query import Reader
from marketplace.rules import browsers, tokens


@dataclass(frozen=True)
class LivingVisit:
    """`ref` is what ending it asks for; `browser` is empty where it does not say what it is."""

    ref: str
    browser: str
    began_at: datetime
    seen_at: datetime
    is_this: bool


def alive(read: Reader) -> tuple[LivingVisit, ...]:
    """The actor's visits, this one first, then by when they were last used."""
    here = tokens.digest(read.actor.visit)
    found = read.connection.execute(
        select(Visit)
        .where(
            Visit.person_id == read.actor.person_id,
            Visit.ended_at.is_(None),
            Visit.ends_at > read.now,
            Visit.seen_at > read.now - tokens.VISIT_IDLES,
        )
        .order_by(Visit.token_hash != here, Visit.seen_at.desc(), Visit.id.desc())
    )
    return tuple(
        LivingVisit(
            each.token_hash[: tokens.SHOWN], browsers.called(each.browser), each.created_at, each.seen_at,
            each.token_hash == here,
        )
        for each in found
    )  # fmt: skip
