"""Who is asked to practise scoring before a first panel."""

from __future__ import annotations

from sqlalchemy import Select, select

from marketplace.models.accounts import Person
from marketplace.models.challenges import Challenge
from marketplace.models.organisations import Organisation


def unpractised(challenge_id: int, person_id: int | None) -> Select[int]:
    """The person, where the challenge's authority asks for practice and they have not finished it yet."""
    asked = (
        select(Challenge.id)
        .join(Organisation, Organisation.id == Challenge.authority_id)
        .where(Challenge.id == challenge_id, Organisation.requires_practice)
    )
    return select(Person.id).where(Person.id == person_id, Person.practised_at.is_(None), asked.exists())
