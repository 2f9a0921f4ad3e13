"""The people of a challenge, and who is missing among them for the smallest lawful team."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from marketplace.models.accounts import Person, RoleAssignment
from marketplace.queries.query import Reader
from marketplace.rules.roles import Role


@dataclass(frozen=True)
class Member:
    person_id: int
    ref: str
    name: str
    email: str
    role: Role
    external: bool
    accepted: bool
    no_interest: bool
    is_you: bool


def team_of(read: Reader, challenge_id: int) -> tuple[Member, ...]:
    """Everybody with a role on a challenge, in the order of the roles."""
    row = RoleAssignment
    rows = read.connection.execute(
        select(
            row.person_id,
            row.role,
            row.external,
            row.accepted_at,
            row.no_interest_at,
            Person.ref,
            Person.name,
            Person.email,
        )
        .join(Person, Person.id == row.person_id)
        .where(row.challenge_id == challenge_id, row.until_at.is_(None))
        .order_by(row.id)
    )
    order = {str(role): place for place, role in enumerate(Role)}
    found = [
        Member(
            each.person_id,
            each.ref,
            each.name,
            each.email,
            Role(each.role),
            each.external,
            each.accepted_at is not None,
            each.no_interest_at is not None,
            each.person_id == read.actor.person_id,
        )
        for each in rows
    ]
    return tuple(sorted(found, key=lambda member: order[str(member.role)]))


def gaps_of(team: tuple[Member, ...], authors: frozenset[int], least: int) -> Iterable[str]:
    """Codes of who is missing for the smallest lawful team, in the order of the work."""
    having = {role: [member for member in team if member.role is role] for role in Role}
    scorers = having[Role.CHAIR] + having[Role.EVALUATOR]
    found = (
        ("editor", not having[Role.EDITOR]),
        ("lead", not having[Role.LEAD]),
        ("approver", all(member.person_id in authors for member in having[Role.APPROVER])),
        ("openers", len(having[Role.OPENER]) < 2),
        ("no_interest", not all(member.no_interest for member in having[Role.OPENER])),
        ("chair", len(having[Role.CHAIR]) != 1),
        ("panel", len(scorers) < least),
        ("accepted", not all(member.accepted for member in scorers)),
    )
    return (code for code, lacking in found if lacking)
