"""Who may do what: roles are held on a record, and what is not granted is refused.

There is no all-seeing administrator. A thing that an actor may not see does not exist for them, so
every refusal here is the same `missing` that an unknown address gets.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, or_, select

from marketplace.models.accounts import IN_OFFICE, RoleAssignment
from marketplace.models.challenges import Challenge
from marketplace.models.members import charges_of
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal
from marketplace.models.stages import Stage
from marketplace.models.statements import prepared
from marketplace.rules.lifecycle import ENDED_STATES, HIDDEN_STATES
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

    A role is held once it is accepted and while it does not rest; with `offered`, otherwise too.
    """
    if actor.is_system:
        return frozenset({Role.SYSTEM})
    if actor.person_id is None:
        return frozenset({Role.ANYONE})
    organisation_id = on.supplier_id if on.organisation_id is None else on.organisation_id
    held = connection.execute(*_held(actor.person_id, on.challenge_id, organisation_id))
    found = {Role(row.role) for row in held if offered or (row.accepted_at and row.rests_at is None)}
    if on.supplier_id is not None and found & {Role.MEMBER, Role.ADMINISTRATOR}:
        # Everybody in a supplier works on its proposals: small firms write together.
        found.add(Role.AUTHOR)
    return frozenset({Role.ANYONE, Role.PERSON, *found})


@prepared
def _held(person_id: int, challenge_id: int | None, organisation_id: int | None) -> Select[*tuple[Any, ...]]:
    row = RoleAssignment
    places = (
        row.role == Role.OPERATOR, row.challenge_id == challenge_id, row.organisation_id == organisation_id,
    )  # fmt: skip
    return select(row.role, row.accepted_at, row.rests_at).where(
        row.person_id == person_id, row.until_at.is_(None), or_(*places)
    )


def allows(connection: Connection, actor: Actor, permission: str, on: On = PLATFORM) -> bool:
    """Whether one of the actor's roles on `on` has `permission`."""
    held = roles(connection, actor, on, offered=permission in WHILE_OFFERED)
    return bool(PERMISSIONS[permission] & held)


def require(connection: Connection, actor: Actor, permission: str, on: On = PLATFORM) -> frozenset[Role]:
    """The actor's roles on `on`; refuses `missing` where none of them has `permission`."""
    held = roles(connection, actor, on, offered=permission in WHILE_OFFERED)
    if not PERMISSIONS[permission] & held:
        raise Refused("missing")
    return held


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
    standing = select(row.person_id, row.role).where(row.challenge_id == challenge_id, IN_OFFICE)
    return by_role((person_id, role) for person_id, role in connection.execute(standing))


def by_role(rows: Iterable[tuple[int, str]]) -> dict[Role, frozenset[int]]:
    """People by the role they hold, from rows of a person and a role."""
    found: dict[Role, set[int]] = {}
    for person_id, role in rows:
        found.setdefault(Role(role), set()).add(person_id)
    return {role: frozenset(people) for role, people in found.items()}


def administrators(connection: Connection, organisation_id: int) -> frozenset[int]:
    """Who administers an organisation now, by person number."""
    row = RoleAssignment
    standing = select(row.person_id).where(
        row.organisation_id == organisation_id, row.role == Role.ADMINISTRATOR, row.until_at.is_(None)
    )
    return frozenset(connection.scalars(standing))


@dataclass(frozen=True)
class OpenRole:
    """A part in a challenge that has not ended."""

    role: Role
    ref: str
    title: str
    language: str
    state: str
    authority_id: int


def open_roles(
    connection: Connection, person_id: int, authority_id: int | None = None
) -> tuple[OpenRole, ...]:
    """The person's roles on challenges that go on; with `authority_id`, those held as one of its people."""
    row, on = RoleAssignment, Challenge
    standing = (
        select(row.role, on.ref, on.title, on.language, on.state, on.authority_id)
        .join(on, on.id == row.challenge_id)
        .where(row.person_id == person_id, row.until_at.is_(None), on.state.not_in(ENDED_STATES))
        .order_by(on.id, row.id)
    )
    if authority_id is not None:
        standing = standing.where(row.external.is_(False), on.authority_id == authority_id)
    return tuple(OpenRole(Role(each[0]), *each[1:]) for each in connection.execute(standing))


@dataclass(frozen=True)
class Charge:
    """An organisation of which a person is the only administrator: who else and what goes on there."""

    organisation_id: int
    slug: str
    name: str
    others: int
    open_work: int


@dataclass(frozen=True)
class Farewell:
    """What keeps somebody from closing their account, and the organisations that nobody is left in then."""

    roles: tuple[OpenRole, ...]
    charges: tuple[Charge, ...]
    alone: tuple[Charge, ...]


def farewell(connection: Connection, person_id: int) -> Farewell:
    """Whether a person may go for good: nobody else waits for them, and nothing public goes on without them.

    What somebody wrote alone, and nobody else has seen, keeps nobody.
    """
    held = [Charge(*each) for each in connection.execute(charges_of(person_id))]
    alone = {charge.organisation_id: charge for charge in held if not charge.others}
    roles = open_roles(connection, person_id)
    return Farewell(
        roles=tuple(
            role for role in roles if role.state not in HIDDEN_STATES or role.authority_id not in alone
        ),
        charges=tuple(charge for charge in held if charge.others or charge.open_work),
        alone=tuple(charge for charge in alone.values() if not charge.open_work),
    )


def stands_apart(connection: Connection, actor: Actor, challenge_id: int) -> None:
    """Refuse `role.own_proposal` to a member of a supplier with a draft or a proposal here.

    It is asked again at each act: a role that was accepted keeps nobody from joining a supplier later.
    """
    if connection.execute(*_own_proposals(actor.person_id, challenge_id)).first() is not None:
        raise Refused("role.own_proposal")


@prepared
def _own_proposals(person_id: int | None, challenge_id: int) -> Select[*tuple[Any, ...]]:
    row = RoleAssignment
    return (
        select(Proposal.id)
        .join(Stage, Stage.id == Proposal.stage_id)
        .join(row, row.organisation_id == Proposal.supplier_id)
        .where(Stage.challenge_id == challenge_id, row.person_id == person_id, row.until_at.is_(None))
        .limit(1)
    )


def panel(connection: Connection, challenge_id: int) -> frozenset[int]:
    """Evaluators and chair who accepted."""
    return frozenset(connection.scalars(*_scoring(challenge_id)))


@prepared
def _scoring(challenge_id: int) -> Select[*tuple[Any, ...]]:
    row = RoleAssignment
    return select(row.person_id).where(
        row.challenge_id == challenge_id, row.role.in_(SCORERS), IN_OFFICE, row.accepted_at.is_not(None)
    )


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
