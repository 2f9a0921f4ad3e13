"""People as they may be seen: the visitor of a visit, and one's own account."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import select

from marketplace.models.accounts import Person, Visit
from marketplace.policy import Actor
from marketplace.queries.query import Reader, query


def token_hash(token: str) -> str:
    """What the database keeps of a secret that a browser or a mailed link holds."""
    return hashlib.sha256(token.encode()).hexdigest()


@query
def visitor(read: Reader, token: str) -> tuple[Actor, str, datetime, datetime] | None:
    """The person of a living visit, with the visit's hash, when it was last seen, and now."""
    hashed = token_hash(token)
    row = read.connection.execute(
        select(Person.id, Person.ref, Person.name, Person.email, Visit.seen_at)
        .join(Visit, Visit.person_id == Person.id)
        .where(
            Visit.token_hash == hashed,
            Visit.ended_at.is_(None),
            Visit.ends_at > read.now,
            Person.closed_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    actor = Actor(person_id=row.id, ref=row.ref, name=row.name, email=row.email, visit=token)
    return actor, hashed, row.seen_at, read.now
