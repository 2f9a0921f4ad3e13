"""Who may do what: roles are held on a record, and what is not granted is refused.

There is no all-seeing administrator. A thing that an actor may not see does not exist for them, so
every refusal here is the same `missing` that an unknown address gets.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, or_, select

from marketplace.models.accounts import RoleAssignment
from marketplace.models.challenges import Challenge
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal
from marketplace.models.stages import Stage
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import ON_CHALLENGE, PERMISSIONS, SCORERS, WHILE_OFFERED, Role


@dataclass(frozen=True)
class Actor:
    """Who asks: a signed-in person, nobody in particular, or the service itself."""

    person_id: int | None = None
    ref: str = ""
    name: str = ""
    email: str = ""
    visit: str = ""
    is_system: bool = False

    # What Flask-Login asks of a user. The id is the visit's token, never a person's number.
    is_active = True

    @property
    def is_authenticated(self) -> bool:
        return self.person_id is not None

    @property
    def is_anonymous(self) -> bool:
        return self.person_id is None

    def get_id(self) -> str:
        return self.visit

    @property
    def key(self) -> str:
        return "system" if self.is_system else self.ref or "anyone"


ANYONE = Actor()
SYSTEM = Actor(is_system=True)


@dataclass(frozen=True)
class On:
    """The record that is asked about; all None stands for the platform itself."""

    organisation_id: int | None = None
    challenge_id: int | None = None
    supplier_id: int | None = None


PLATFORM = On()


def of(record: object) -> On:
    """Where roles on `record` are held: a stage's on its challenge, a proposal's on its supplier."""
    match record:
        case Challenge():
            return On(challenge_id=record.id)
        case Stage():
            return On(challenge_id=record.challenge_id)
        case Proposal():
            return On(supplier_id=record.supplier_id)
        case Organisation():
            return On(organisation_id=record.id)
    raise TypeError(f"no roles are held on {type(record).__name__}")


def roles(
    connection: Connection, actor: Actor, on: On = PLATFORM, *, offered: bool = False
) -> frozenset[Role]:
    """The roles that `actor` holds on `on` now, those that everybody holds included.

    A place on the panel is held once it is accepted; with `offered`, before that too.
    """
    if actor.is_system:
        return frozenset({Role.SYSTEM})
    if actor.person_id is None:
        return frozenset({Role.ANYONE})
    row = RoleAssignment
    places = [row.role == Role.OPERATOR]
    if on.challenge_id is not None:
        places.append(row.challenge_id == on.challenge_id)
    if on.organisation_id is not None or on.supplier_id is not None:
        places.append(row.organisation_id == (on.organisation_id or on.supplier_id))
    standing = select(row.role).where(row.person_id == actor.person_id, row.until_at.is_(None), or_(*places))
    if not offered:
        standing = standing.where(or_(row.accepted_at.is_not(None), row.role.not_in(SCORERS)))
    held = connection.scalars(standing)
    found = {Role(each) for each in held}
    if on.supplier_id is not None and found & {Role.MEMBER, Role.ADMINISTRATOR}:
        # Everybody in a supplier works on its proposals: small firms write together.
        found.add(Role.AUTHOR)
    return frozenset({Role.ANYONE, Role.PERSON, *found})


def allows(connection: Connection, actor: Actor, permission: str, on: On = PLATFORM) -> bool:
    held = roles(connection, actor, on, offered=permission in WHILE_OFFERED)
    return bool(PERMISSIONS[permission] & held)


def require(connection: Connection, actor: Actor, permission: str, on: On = PLATFORM) -> frozenset[Role]:
    """The actor's roles on `on`; refuses `missing` where none of them has `permission`."""
    held = roles(connection, actor, on, offered=permission in WHILE_OFFERED)
    if not PERMISSIONS[permission] & held:
        raise Refused("missing")
    return held


def challenge_roles(held: frozenset[Role]) -> frozenset[Role]:
    """Those of `held` that concern a challenge."""
    return held & frozenset(ON_CHALLENGE)


GROUPS: dict[str, tuple[Role, ...]] = {
    "approvers": (Role.APPROVER,),
    "editors": (Role.EDITOR,),
    "leads": (Role.LEAD,),
    "openers": (Role.OPENER,),
    "chairs": (Role.CHAIR,),
    "panel": SCORERS,
    "team": ON_CHALLENGE,
}


def holders(connection: Connection, challenge_id: int) -> dict[Role, frozenset[int]]:
    """Who holds which role on a challenge now, by person number; those not accepted yet included."""
    row = RoleAssignment
    found: dict[Role, set[int]] = {}
    for person_id, role in connection.execute(
        select(row.person_id, row.role).where(row.challenge_id == challenge_id, row.until_at.is_(None))
    ):
        found.setdefault(Role(role), set()).add(person_id)
    return {role: frozenset(people) for role, people in found.items()}


def panel(connection: Connection, challenge_id: int) -> frozenset[int]:
    """Evaluators and chair who accepted."""
    row = RoleAssignment
    accepted = select(row.person_id).where(
        row.challenge_id == challenge_id, row.role.in_(SCORERS), row.until_at.is_(None),
        row.accepted_at.is_not(None),
    )  # fmt: skip
    return frozenset(connection.scalars(accepted))


def group(
    connection: Connection, people: dict[Role, frozenset[int]], name: str, challenge_id: int
) -> tuple[int, ...]:
    """The people a lifecycle row tells, in a fixed order: `people` is what `holders` found."""
    if name == "suppliers":
        return tuple(connection.scalars(_suppliers_of(challenge_id)))
    return tuple(sorted(frozenset().union(*(people.get(role, frozenset()) for role in GROUPS[name]))))


def _suppliers_of(challenge_id: int) -> Select[Any]:
    """Everybody of a supplier that has a proposal, draft or submitted, in the challenge."""
    return (
        select(RoleAssignment.person_id)
        .join(Proposal, Proposal.supplier_id == RoleAssignment.organisation_id)
        .join(Stage, Stage.id == Proposal.stage_id)
        .where(Stage.challenge_id == challenge_id, RoleAssignment.until_at.is_(None))
        .distinct()
        .order_by(RoleAssignment.person_id)
    )
