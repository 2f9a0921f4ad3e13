"""The ground of roles: the seats of a challenge, who may take one, and what ends one.

A seat is one place in a role. Its holder, a deputy, and whoever was asked to take it over are rows of it, and one
of them is in office: what the lifecycle counts is seats, whoever sits in them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, select, union_all

from marketplace import policy
from marketplace.actions import upkeep
from marketplace.actions.action import UnitOfWork
from marketplace.models.accounts import IN_OFFICE, Person, RoleAssignment
from marketplace.models.challenges import Challenge, ChallengeAuthor
from marketplace.models.evaluation import (
    AgreedLevel,
    Decision,
    Declaration,
    DeclaredInterest,
    Recusal,
    ScoreLock,
    seats_with,
)
from marketplace.models.organisations import Organisation
from marketplace.models.practice import unpractised
from marketplace.models.stages import OpeningConfirmation, Stage
from marketplace.models.statements import prepared
from marketplace.policy import Actor, On
from marketplace.rules import undertaking
from marketplace.rules.lifecycle import ENDED_STATES, HIDDEN_STATES
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import PERMISSIONS, SCORERS, Role, clash

# How many people one person asks for in an hour.
APPOINTMENTS = 100


@dataclass(frozen=True)
class Seat:
    """One place in a role with its standing rows; `row` is that of the person it was found by."""

    challenge: Challenge
    role: Role
    row: RoleAssignment
    holder: RoleAssignment
    deputy: RoleAssignment | None
    asked: RoleAssignment | None

    @property
    def number(self) -> int:
        return self.holder.seat

    @property
    def rows(self) -> tuple[RoleAssignment, ...]:
        return tuple(row for row in (self.holder, self.deputy, self.asked) if row)

    @property
    def is_away(self) -> bool:
        """Whether the deputy sits in."""
        return self.holder.rests_at is not None


def find(work: UnitOfWork, ref: str, person_ref: str, role: str) -> Seat:
    """The seat in which this person holds, stands by or was asked for `role`; its challenge is locked.

    Refuses: missing, role.fixed once the challenge has ended.
    """
    challenge = work.lock(Challenge, Challenge.ref == ref)
    person_id = work.session.scalars(select(Person.id).where(Person.ref == person_ref)).one_or_none()
    found = seat_of(work, challenge, person_id or 0, role)
    if challenge.state in ENDED_STATES:
        raise Refused("role.fixed")
    return found


def seat_of(work: UnitOfWork, challenge: Challenge, person_id: int, role: str) -> Seat:
    """As `find`, on a challenge that is locked already. Refuses: missing."""
    row = RoleAssignment
    here = (row.challenge_id == challenge.id, row.role == role, row.until_at.is_(None))
    found = work.session.scalars(select(row).where(*here, row.person_id == person_id)).one_or_none()
    if found is None:
        raise Refused("missing")
    return _seat(work, challenge, found)


def by_number(work: UnitOfWork, challenge: Challenge, role: Role, number: int) -> Seat:
    """The seat of this number, found by its holder. Refuses: invitation.over where it ended."""
    row = RoleAssignment
    here = (row.challenge_id == challenge.id, row.role == role, row.until_at.is_(None), row.seat == number)
    found = work.session.scalars(select(row).where(*here).order_by(row.deputy, row.id)).first()
    if found is None:
        raise Refused("invitation.over")
    return _seat(work, challenge, found)


def _seat(work: UnitOfWork, challenge: Challenge, found: RoleAssignment) -> Seat:
    row = RoleAssignment
    standing = (row.challenge_id == challenge.id, row.until_at.is_(None), row.seat == found.seat)
    rows = list(work.session.scalars(select(row).where(*standing)))
    asked = next((each for each in rows if _is_asked(each)), None)
    holder = next(each for each in rows if not each.deputy and each is not asked)
    deputy = next((each for each in rows if each.deputy), None)
    return Seat(challenge, Role(found.role), found, holder, deputy, asked)


def _is_asked(row: RoleAssignment) -> bool:
    return not row.deputy and row.rests_at is not None and row.accepted_at is None


def may_change(work: UnitOfWork, seat: Seat, *rows: RoleAssignment | None) -> None:
    """Refuse `missing` unless the actor is one of these, or leads or approves here."""
    if work.actor.person_id in {row.person_id for row in rows if row}:
        return
    if not work.roles(On(challenge_id=seat.challenge.id)) & {Role.LEAD, Role.APPROVER}:
        raise Refused("missing")


def check_practised(work: UnitOfWork, challenge: Challenge, *roles: str) -> None:
    """Refuse `practice.first` to a scorer who has not practised, where the authority asks for it."""
    asked = unpractised(challenge.id, work.actor.person_id)
    if set(SCORERS).intersection(roles) and work.session.scalar(asked) is not None:
        raise Refused("practice.first")


def undertake(work: UnitOfWork, row: RoleAssignment, undertaken: bool) -> None:
    """Keep when somebody from outside gave the undertaking. Refuses: undertaking.missing where they did not."""
    if not row.external or row.undertaken_at is not None:
        return
    if not undertaken:
        raise Refused("undertaking.missing")
    row.undertaken_at = work.now
    work.note("role.undertake", row.challenge_id, role=row.role, wording=undertaking.VERSION.isoformat())


def leave(work: UnitOfWork, seat: Seat, row: RoleAssignment) -> bool:
    """End a row: with its holder's the seat ends. Whether a deputy leaves who sat in, so that the holder is back."""
    sat_in = row.deputy and row.rests_at is None
    for each in seat.rows if row is seat.holder else (row,):
        each.until_at = work.now
    work.session.flush()
    if sat_in:
        seat.holder.rests_at = None
    return sat_in


def record(work: UnitOfWork, seat: Seat, kind: str, **people: int) -> None:
    """Leave a change in the trail, or in the journal while the challenge is not public."""
    refs = {name: work.public_reference(seat.challenge.id, person) for name, person in people.items()}
    if seat.challenge.state in HIDDEN_STATES:
        work.note(kind, seat.challenge.id, role=seat.role, **refs)
        return
    own = work.actor.person_id in {row.person_id for row in seat.rows}
    held = work.roles(On(challenge_id=seat.challenge.id)) & {Role.LEAD, Role.APPROVER}
    acting = seat.role if own else min(held, default=seat.role)
    work.leaf(kind, seat.challenge.id, {"role": str(seat.role), **refs}, acting=acting)


def person_of(work: UnitOfWork, challenge: Challenge, email: str) -> Person:
    """Who has this address, locked so that they leave no organisation meanwhile.

    An address without an account is refused like one that is no member's of the authority, so that nobody learns
    who has one; experts from outside are asked by e-mail alone. Refuses: role.not_member.
    """
    known = (Person.email == email.strip().lower(), Person.closed_at.is_(None))
    try:
        return work.hold(Person, *known, share=True)
    except Refused:
        raise _no_member(work, challenge) from None


def check_membership(work: UnitOfWork, challenge: Challenge, person_id: int, *, external: bool) -> None:
    """Everybody belongs to the authority, but for experts from outside. Refuses: role.not_member."""
    member = select(RoleAssignment.id).where(
        RoleAssignment.organisation_id == challenge.authority_id,
        RoleAssignment.person_id == person_id,
        RoleAssignment.until_at.is_(None),
    )
    if not external and work.session.scalars(member).first() is None:
        raise _no_member(work, challenge)


def _no_member(work: UnitOfWork, challenge: Challenge) -> Refused:
    name = select(Organisation.name).where(Organisation.id == challenge.authority_id)
    return Refused("role.not_member", name=work.session.scalars(name).one())


@contextmanager
def counted(actor: Actor, *_asked: object, **_named: object) -> Iterator[None]:
    """Around an action that asks for a person by their address: trying many addresses is refused.

    Refuses: account.throttled.
    """
    upkeep.throttle(f"appoint {actor.key}", APPOINTMENTS, timedelta(hours=1), "account.throttled")
    yield


def stands_apart(work: UnitOfWork, challenge: Challenge) -> None:
    """Refuse `role.own_proposal` to the actor as `policy.stands_apart` does."""
    policy.stands_apart(work.session.connection(), work.actor, challenge.id)


def check_separation(
    work: UnitOfWork, challenge: Challenge, person_id: int, role: Role, *, seat: int = 0
) -> None:
    """Refuse what one person may not be at once, whether they act in it now or stand by; `seat` is that they take.

    Refuses: role.taken, role.conflict, role.recused, role.editor_approves, role.approver_scores, role.lead_scores,
    role.acted.
    """
    row = RoleAssignment
    held = work.session.scalars(
        select(row.role).where(
            row.challenge_id == challenge.id,
            row.person_id == person_id,
            row.until_at.is_(None),
            row.seat != seat,
        )
    )
    mine = {Role(each) for each in held}
    if role in mine:
        raise Refused("role.taken")
    if _of_person(work, challenge, person_id, DeclaredInterest, DeclaredInterest.interest == "conflict"):
        raise Refused("role.conflict")
    if _of_person(work, challenge, person_id, Recusal):
        raise Refused("role.recused")
    past = {Role.EDITOR} if work.session.get(ChallengeAuthor, (challenge.id, person_id)) else set()
    if role in (Role.APPROVER, Role.LEAD) and _of_person(work, challenge, person_id, Declaration):
        past.add(Role.EVALUATOR)
    if role in SCORERS and _confirmed(work, challenge, person_id):
        past.add(Role.APPROVER)
    if code := clash(role, mine | past):
        raise Refused(code)
    _check_place(work, challenge, person_id, role, seat)


def _check_place(work: UnitOfWork, challenge: Challenge, person_id: int, role: Role, seat: int) -> None:
    """Refuse `role.acted` to who did in another place what one person does once: lock, or confirm the opening."""
    done, state = (ScoreLock, "scoring") if role in SCORERS else (OpeningConfirmation, "closed")
    if role not in (*SCORERS, Role.OPENER):
        return
    running = [stage.id for stage in _stages(work, challenge, state)]
    places = seats_with(done, running).where(done.person_id == person_id, RoleAssignment.seat != seat)
    if work.session.execute(places.limit(1)).first() is not None:
        raise Refused("role.acted")


def _of_person(
    work: UnitOfWork,
    challenge: Challenge,
    person_id: int,
    row: type[DeclaredInterest] | type[Declaration] | type[Recusal],
    *where: ColumnElement[bool],
) -> bool:
    """Whether the person has such a row in any stage of the challenge."""
    found = (
        select(row.stage_id)
        .join(Stage, Stage.id == row.stage_id)
        .where(Stage.challenge_id == challenge.id, row.person_id == person_id, *where)
    )
    return work.session.scalars(found.limit(1)).first() is not None


def _confirmed(work: UnitOfWork, challenge: Challenge, person_id: int) -> bool:
    """Whether the person confirmed a decision, or signed a level, and so read what others scored."""
    acts = ((Decision.stage_id, Decision.confirmed_by_id), (AgreedLevel.stage_id, AgreedLevel.signed_by_id))
    found = union_all(
        *(
            select(stage_id)
            .join(Stage, Stage.id == stage_id)
            .where(Stage.challenge_id == challenge.id, by == person_id)
            for stage_id, by in acts
        )
    )
    return work.session.scalars(found.limit(1)).first() is not None


def check_room(work: UnitOfWork, challenge: Challenge, role: Role) -> None:
    """Refuse one more seat: role.one_chair, role.two_openers, role.panel_closed."""
    held = policy.holders(work.session.connection(), challenge.id)
    if role is Role.CHAIR and held.get(Role.CHAIR):
        raise Refused("role.one_chair")
    if role is Role.OPENER and len(held.get(Role.OPENER, ())) >= 2:
        raise Refused("role.two_openers")
    check_panel_open(work, challenge, role)


def check_panel_open(work: UnitOfWork, challenge: Challenge, *roles: str) -> None:
    """Refuse `role.panel_closed` to one more evaluator once the panel has locked.

    Where it falls below its minimum the stage goes back to scoring, and somebody can join again.
    """
    if Role.EVALUATOR in roles and _stages(work, challenge, "moderating"):
        raise Refused("role.panel_closed")


def has_done(
    work: UnitOfWork, stage: Stage, done: type[ScoreLock] | type[OpeningConfirmation], person_id: int | None
) -> bool:
    """Whether somebody, of whom others may have left, did this on the stage in a seat that the person is in now."""
    asked = _seat_locked if done is ScoreLock else _seat_confirmed
    return work.session.scalars(*asked(stage.id, stage.challenge_id, person_id)).first() is not None


@prepared
def _seat_locked(stage_id: int, challenge_id: int, person_id: int | None) -> Select[*tuple[Any, ...]]:
    return _done(ScoreLock, stage_id, challenge_id, person_id)


@prepared
def _seat_confirmed(stage_id: int, challenge_id: int, person_id: int | None) -> Select[*tuple[Any, ...]]:
    return _done(OpeningConfirmation, stage_id, challenge_id, person_id)


def _done(
    done: type[ScoreLock | OpeningConfirmation], stage_id: int, challenge_id: int, person_id: int | None
) -> Select[*tuple[Any, ...]]:
    row, seats = RoleAssignment, seats_with(done, [stage_id]).subquery()
    own = select(row.seat).where(
        row.challenge_id == challenge_id, row.person_id == person_id, row.until_at.is_(None)
    )
    return select(seats.c.seat).where(seats.c.seat.in_(own)).limit(1)


def check_can_go(work: UnitOfWork, seat: Seat) -> None:
    """Refuse to leave a seat empty where nobody would score in it, or nobody could fill one again.

    Refuses: role.away, role.scoring, role.last_appointer.
    """
    if seat.is_away:
        raise Refused("role.away")
    scoring = _stages(work, seat.challenge, "scoring") if seat.role in SCORERS else []
    if any(not has_done(work, stage, ScoreLock, seat.holder.person_id) for stage in scoring):
        raise Refused("role.scoring")
    check_appointer(work, seat)


def check_appointer(work: UnitOfWork, seat: Seat) -> None:
    """Refuse `role.last_appointer` where without this seat nobody could appoint."""
    appoints = PERMISSIONS["challenge:appoint"]
    others = select(RoleAssignment.id).where(
        RoleAssignment.challenge_id == seat.challenge.id, RoleAssignment.role.in_(appoints), IN_OFFICE,
        RoleAssignment.accepted_at.is_not(None), RoleAssignment.seat != seat.number,
    )  # fmt: skip
    if seat.role in appoints and work.session.scalars(others.limit(1)).first() is None:
        raise Refused("role.last_appointer")


def _stages(work: UnitOfWork, challenge: Challenge, state: str) -> list[Stage]:
    return list(work.session.scalars(select(Stage).filter_by(challenge_id=challenge.id, state=state)))


def tell_of(work: UnitOfWork, seat: Seat, kind: str, *rows: RoleAssignment | None) -> None:
    """Tell these people, leads and approvers what became of a seat, but for whoever did it.

    The message may name `holder` and `other`, the last of `rows`.
    """
    connection = work.session.connection()
    people = policy.holders(connection, seat.challenge.id)
    ids = {row.person_id for row in rows if row}
    for group in ("leads", "approvers"):
        ids.update(policy.group(connection, people, group, seat.challenge.id))
    names = [work.session.get_one(Person, row.person_id).name for row in rows if row]
    link = f"/desk/challenges/{seat.challenge.ref}/team"
    for person_id in sorted(ids - {work.actor.person_id}):
        work.tell(
            kind, person_id, link, seat.challenge.id, title=seat.challenge.title, role=seat.role,
            holder=names[0], other=names[-1],
        )  # fmt: skip
