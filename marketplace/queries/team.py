"""The people of a challenge, and who is missing among them for the smallest lawful team."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from marketplace.models.accounts import Person, RoleAssignment
from marketplace.queries.query import Reader
from marketplace.rules.roles import PERMISSIONS, Role


@dataclass(frozen=True)
class Member:
    """One person in one role. `acts` is false for who stands by, is away, was asked, or has not accepted."""

    person_id: int
    ref: str
    name: str
    email: str
    role: Role
    seat: int
    deputy: bool
    external: bool
    accepted: bool
    rests: bool
    no_interest: bool
    is_you: bool

    @property
    def acts(self) -> bool:
        return self.accepted and not self.rests

    @property
    def asked(self) -> bool:
        """Whether the role is to be handed to them."""
        return self.rests and not self.deputy and not self.accepted


@dataclass(frozen=True)
class Seat:
    """One place in a role: its holder, the deputy named for it, and who was asked to take it over."""

    holder: Member
    deputy: Member | None
    asked: Member | None

    @property
    def role(self) -> Role:
        return self.holder.role

    @property
    def is_away(self) -> bool:
        return self.holder.rests

    @property
    def sits(self) -> Member:
        """Who acts in it, or will once they accept."""
        return self.deputy if self.deputy and self.is_away else self.holder

    @property
    def members(self) -> tuple[Member, ...]:
        return tuple(each for each in (self.holder, self.deputy, self.asked) if each)


def team_of(read: Reader, challenge_id: int) -> tuple[Member, ...]:
    """Everybody with a role on a challenge, in the order of the roles."""
    row = RoleAssignment
    rows = read.connection.execute(
        select(
            row.person_id, row.role, row.seat.label("seat"), row.deputy, row.external, row.accepted_at,
            row.rests_at, row.no_interest_at, Person.ref, Person.name, Person.email,
        )
        .join(Person, Person.id == row.person_id)
        .where(row.challenge_id == challenge_id, row.until_at.is_(None))
        .order_by(row.id)
    )  # fmt: skip
    order = {str(role): place for place, role in enumerate(Role)}
    found = [
        Member(
            each.person_id, each.ref, each.name, each.email, Role(each.role), each.seat, each.deputy, each.external,
            each.accepted_at is not None, each.rests_at is not None, each.no_interest_at is not None,
            each.person_id == read.actor.person_id,
        )
        for each in rows
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda member: order[str(member.role)]))


def seats_of(team: tuple[Member, ...]) -> tuple[Seat, ...]:
    """The seats of a team, in the order of the roles."""
    found: dict[int, list[Member]] = {}
    for member in team:
        found.setdefault(member.seat, []).append(member)
    return tuple(
        Seat(
            holder=next(each for each in seat if not each.deputy and not each.asked),
            deputy=next((each for each in seat if each.deputy), None),
            asked=next((each for each in seat if each.asked), None),
        )
        for seat in found.values()
    )


def changes(seat: Seat, roles: frozenset[Role], writing: bool) -> tuple[tuple[str, Member], ...]:
    """What somebody who acts in `roles` may do about a seat, and to whom: codes of rules/duties.HANDS.

    Exactly what the actions do not refuse as missing; `writing` is before approval.
    """
    holder, deputy, asked = seat.holder, seat.deputy, seat.asked
    me = next((each for each in seat.members if each.is_you), None)
    leads = bool(roles & {Role.LEAD, Role.APPROVER})
    in_part = leads or me in (holder, deputy)
    rules = me is holder or (leads and me is not deputy)
    stands = holder.accepted
    ready = deputy is not None and deputy.accepted
    found = (
        ("take-over", asked, me is not None and me is asked),
        ("decline", me, me is not None and not me.accepted),
        ("name-deputy", holder, stands and in_part and deputy is None),
        ("sit-in", holder, stands and in_part and ready and not seat.is_away),
        ("return", holder, in_part and seat.is_away),
        ("hand-over", holder, stands and asked is None and (me is holder or (rules and seat.is_away))),
        ("withdraw", asked, asked is not None and me is not asked and rules),
        ("end-deputy", deputy, deputy is not None and rules),
        ("stop-deputy", deputy, ready and me is deputy),
        ("give-back", holder, stands and me is holder and not seat.is_away),
        ("remove", holder, me is None and writing and bool(roles & PERMISSIONS["challenge:appoint"])),
    )
    return tuple((code, member) for code, member, may in found if may and member)


def gaps_of(team: tuple[Member, ...], authors: frozenset[int], least: int) -> Iterable[str]:
    """Codes of who is missing for the smallest lawful team, in the order of the work."""
    present = [member for member in team if not member.rests]
    having = {role: [member for member in present if member.role is role] for role in Role}
    scorers = having[Role.CHAIR] + having[Role.EVALUATOR]
    found = (
        ("editor", not having[Role.EDITOR]),
        ("lead", not having[Role.LEAD]),
        ("approver", all(member.person_id in authors for member in having[Role.APPROVER])),
        ("openers", len(having[Role.OPENER]) < 2),
        ("no_interest", not all(member.no_interest for member in having[Role.OPENER])),
        ("chair", len(having[Role.CHAIR]) != 1),
        ("panel", len(scorers) < least),
        ("accepted", not all(member.accepted for member in present)),
    )
    return (code for code, lacking in found if lacking)
