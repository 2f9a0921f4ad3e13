"""Who does what on a challenge: appointments, acceptance, and the end of a role."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select

from marketplace.actions import seats
from marketplace.actions.action import UnitOfWork, action
from marketplace.models.accounts import RoleAssignment
from marketplace.models.challenges import Challenge
from marketplace.policy import On
from marketplace.rules.lifecycle import ENDED_STATES, WRITING_STATES
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import ON_CHALLENGE, PERMISSIONS, Role


@action("challenge:appoint", around=seats.counted)
def appoint(work: UnitOfWork, ref: str, email: str, role: str) -> str:
    """Give one of the authority a role on a challenge; it is theirs once they accept. Returns their ref.

    Refuses: role.unknown, role.not_member, role.taken, role.one_chair,
    role.two_openers, role.panel_closed, role.editor_approves, role.approver_scores, role.lead_scores,
    role.conflict, role.fixed; and role.own_proposal to who belongs to a supplier that proposes here, whoever is
    asked. Of whoever is asked it would reveal that they do.
    """
    challenge = work.lock(Challenge, Challenge.ref == ref)
    if challenge.state in ENDED_STATES:
        raise Refused("role.fixed")
    if role not in ON_CHALLENGE:
        raise Refused("role.unknown")
    seats.stands_apart(work, challenge)
    person = seats.person_of(work, challenge, email)
    seats.check_membership(work, challenge, person.id, external=False)
    seats.check_separation(work, challenge, person.id, Role(role))
    seats.check_room(work, challenge, Role(role))
    mine = person.id == work.actor.person_id
    work.session.add(
        RoleAssignment(
            person_id=person.id, role=role, challenge_id=challenge.id, from_at=work.now,
            accepted_at=work.now if mine else None,
        )
    )  # fmt: skip
    work.note("role.appoint", challenge.id, person=person.ref, role=role)
    if not mine:
        link = f"/desk/challenges/{ref}/team"
        work.tell("role.given", person.id, link, challenge.id, title=challenge.title, role=Role(role))
    return person.ref


@action("challenge:accept-role")
def accept(work: UnitOfWork, ref: str, undertaken: bool = False) -> None:
    """Accept every role that waits for the actor on this challenge, as its holder or as deputy.

    What somebody hands over is accepted by `deputies.take_over` alone. Refuses: role.own_proposal,
    role.panel_closed, practice.first, what `appoint` refuses of whoever is asked, since they may have left the panel
    meanwhile, and to who comes from outside the authority undertaking.missing.
    """
    challenge = work.lock(Challenge, Challenge.ref == ref)
    to_have = or_(RoleAssignment.rests_at.is_(None), RoleAssignment.deputy)
    offered = _own(work, challenge, RoleAssignment.accepted_at.is_(None), to_have)
    if offered:
        seats.stands_apart(work, challenge)
        seats.check_panel_open(work, challenge, *(row.role for row in offered if not row.deputy))
        seats.check_practised(work, challenge, *(row.role for row in offered))
    for row in offered:
        seats.check_separation(work, challenge, row.person_id, Role(row.role), seat=row.seat)
        seats.undertake(work, row, undertaken)
        row.accepted_at = work.now
    work.note("role.accept", challenge.id)


@action("challenge:accept-role")
def declare_no_interest(work: UnitOfWork, ref: str) -> None:
    """An opener states that they have no interest in who wins; without it nobody can approve.

    Refuses: missing (no opener), role.own_proposal.
    """
    challenge = work.lock(Challenge, Challenge.ref == ref)
    rows = _own(work, challenge, RoleAssignment.role == Role.OPENER)
    if not rows:
        raise Refused("missing")
    seats.stands_apart(work, challenge)
    for row in rows:
        row.no_interest_at = row.no_interest_at or work.now
    work.note("role.no_interest", challenge.id)


@action("challenge:change-hands")
def remove(work: UnitOfWork, ref: str, person_ref: str, role: str) -> None:
    """End a person's role: one's own in any state; anybody's before approval, by whoever appoints.

    A deputy, or who was asked to take over, is also ended by the holder, the lead or an approver. Where a deputy
    sat in, the holder is back. Refuses: missing, role.fixed, role.away, role.scoring, role.last_appointer.
    """
    seat = seats.find(work, ref, person_ref, role)
    row, own = seat.row, seat.row.person_id == work.actor.person_id
    if own and row.accepted_at is None:
        _end(work, seat, "role.declined")
    elif row is not seat.holder:
        seats.may_change(work, seat, row, seat.holder)
        _end(work, seat, "role.deputy-ended" if row.deputy else "role.withdrawn")
    elif own:
        seats.check_can_go(work, seat)
        seats.record(work, seat, "role.give-back", holder=row.person_id)
        _end(work, seat, "role.give-back")
    else:
        _remove_other(work, seat, person_ref)


def _end(work: UnitOfWork, seat: seats.Seat, tells: str) -> None:
    """End the row; where a deputy goes who sat in, the trail shows that the holder is back."""
    holder, row = seat.holder, seat.row
    if seats.leave(work, seat, row):
        seats.record(work, seat, "role.return", holder=holder.person_id, deputy=row.person_id)
    seats.tell_of(work, seat, tells, holder, row)
    work.note("role.end", seat.challenge.id, role=seat.role, deputy=row.deputy)


def _remove_other(work: UnitOfWork, seat: seats.Seat, person_ref: str) -> None:
    if not work.roles(On(challenge_id=seat.challenge.id)) & PERMISSIONS["challenge:appoint"]:
        raise Refused("missing")
    if seat.challenge.state not in WRITING_STATES:
        raise Refused("role.fixed")
    seats.check_appointer(work, seat)
    seats.leave(work, seat, seat.holder)
    work.note("role.remove", seat.challenge.id, person=person_ref, role=seat.role)


def _own(work: UnitOfWork, challenge: Challenge, *where: ColumnElement[bool]) -> list[RoleAssignment]:
    row = RoleAssignment
    here = (row.challenge_id == challenge.id, row.person_id == work.actor.person_id, row.until_at.is_(None))
    return list(work.session.scalars(select(row).where(*here, *where)))
