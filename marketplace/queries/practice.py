"""Practice scoring: whether somebody did it, and whether an authority asks it of them first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from marketplace.models.accounts import Person
from marketplace.models.challenges import Challenge
from marketplace.models.practice import unpractised
from marketplace.policy import On
from marketplace.queries.query import Reader, query
from marketplace.rules.refusals import Refused


@query
def practised_at(read: Reader) -> datetime | None:
    """When the actor first finished practising."""
    read.require("practice:take")
    return read.connection.scalar(select(Person.practised_at).where(Person.id == read.actor.person_id))


@query
def comes_first(read: Reader, challenge_ref: str) -> bool:
    """Whether the actor must practise before scoring on this challenge. Refuses missing without a part in it."""
    challenge_id = read.connection.scalar(select(Challenge.id).where(Challenge.ref == challenge_ref))
    if challenge_id is None:
        raise Refused("missing")
    read.require("challenge:work", On(challenge_id=challenge_id))
    return read.connection.scalar(unpractised(challenge_id, read.actor.person_id)) is not None
