"""What closing one's account would meet: what stands in the way, and what goes on without one."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from marketplace import policy
from marketplace.models.accounts import RoleAssignment
from marketplace.policy import Charge
from marketplace.queries.members import OpenPart, parts_of
from marketplace.queries.query import Reader, query


@dataclass(frozen=True)
class Closure:
    """With `parts` or `charges` the account cannot be closed yet; in those `alone` nobody is left afterwards.

    `took_part`: a role was held once, so that the name stays beside what was done in it.
    """

    parts: tuple[OpenPart, ...]
    charges: tuple[Charge, ...]
    alone: tuple[Charge, ...]
    took_part: bool


@query
def closure(read: Reader) -> Closure:
    """What closing the actor's account would meet now."""
    read.require("account:keep")
    person_id = read.actor.person_id or 0
    keeps = policy.farewell(read.connection, person_id)
    ever = select(RoleAssignment.id).where(RoleAssignment.person_id == person_id).limit(1)
    return Closure(
        parts_of(read, keeps.roles), keeps.charges, keeps.alone, read.connection.scalar(ever) is not None
    )
