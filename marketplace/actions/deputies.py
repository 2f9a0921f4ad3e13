"""Roles change hands: a deputy is named, sits in while the holder is away, and a role is handed over."""

from __future__ import annotations

from typing import Literal

from marketplace.actions import seats
from marketplace.actions.action import UnitOfWork, action
from marketplace.actions.seats import Seat
from marketplace.models.accounts import RoleAssignment
from marketplace.rules.refusals import Refused


@action("challenge:change-hands", around=seats.counted)
def name(work: UnitOfWork, ref: str, person_ref: str, role: str, email: str) -> None:
    """Ask somebody to be deputy in this person's role: for its holder, a lead or an approver.

    Refuses: missing, role.fixed, role.unaccepted, role.has_deputy, role.not_member,
    role.taken, role.conflict, role.editor_approves, role.approver_scores, role.lead_scores.
    """
    seat = seat_of(work, ref, person_ref, role)
    if seat.deputy is not None:
        raise Refused("role.has_deputy")
    row = _join(work, seat, email)
    row.deputy = True
    work.note("role.deputy", seat.challenge.id, role=role)
    _ask(work, seat, row, "role.deputy")


@action("challenge:change-hands")
def sit_in(work: UnitOfWork, ref: str, person_ref: str, role: str) -> None:
    """The holder is away, and the deputy acts: said by either of them, by a lead or an approver.

    Until then the holder is in office, afterwards the deputy is; never both.
    Refuses: missing, role.fixed, role.unaccepted, role.no_deputy, role.sits_in, and what `name` refuses.
    """
    seat = seat_of(work, ref, person_ref, role)
    deputy = seat.deputy
    if deputy is None or deputy.accepted_at is None:
        raise Refused("role.no_deputy")
    if seat.is_away:
        raise Refused("role.sits_in")
    _check_taker(work, seat, deputy)
    _seat_now(work, seat.holder, deputy)
    seats.record(work, seat, "role.sit-in", holder=seat.holder.person_id, deputy=deputy.person_id)
    seats.tell_of(work, seat, "role.sit-in", seat.holder, deputy)


@action("challenge:change-hands")
def come_back(work: UnitOfWork, ref: str, person_ref: str, role: str) -> None:
    """The holder is back, and the deputy stands by again: said by either of them, by a lead or an approver.

    Refuses: missing, role.fixed, role.not_away.
    """
    seat = seat_of(work, ref, person_ref, role)
    if not seat.is_away or seat.deputy is None:
        raise Refused("role.not_away")
    _seat_now(work, seat.deputy, seat.holder)
    seats.record(work, seat, "role.return", holder=seat.holder.person_id, deputy=seat.deputy.person_id)
    seats.tell_of(work, seat, "role.return", seat.holder, seat.deputy)


@action("challenge:change-hands", around=seats.counted)
def hand_over(work: UnitOfWork, ref: str, person_ref: str, role: str, email: str) -> Literal["asked", "made"]:
    """Hand this person's role to another for good: by its holder, or while they are away by a lead or an approver.

    `asked` until the other takes over; `made` at once where a deputy is chosen who has accepted.
    Refuses: missing, role.fixed, role.unaccepted, role.asked, and what `name` refuses.
    """
    seat = seat_of(work, ref, person_ref, role, holder_alone=True)
    if seat.asked is not None:
        raise Refused("role.asked")
    person = seats.person_of(work, seat.challenge, email)
    deputy = seat.deputy
    if deputy is not None and deputy.person_id == person.id and deputy.accepted_at is not None:
        hand_to(work, seat, deputy)
        return "made"
    row = _join(work, seat, email)
    work.note("role.ask", seat.challenge.id, role=role)
    _ask(work, seat, row, "role.offer")
    return "asked"


@action("challenge:change-hands")
def take_over(work: UnitOfWork, ref: str, role: str, undertaken: bool = False) -> None:
    """Take over the role that is handed to the actor; its holder's part ends at this instant.

    Refuses: missing, role.fixed, role.own_proposal, practice.first, undertaking.missing, and what `name` refuses.
    """
    seat = seats.find(work, ref, work.actor.ref, role)
    if seat.row is not seat.asked:
        raise Refused("missing")
    seats.stands_apart(work, seat.challenge)
    seats.check_practised(work, seat.challenge, role)
    seats.undertake(work, seat.row, undertaken)
    hand_to(work, seat, seat.row)


def seat_of(work: UnitOfWork, ref: str, person_ref: str, role: str, *, holder_alone: bool = False) -> Seat:
    """The seat of a person who holds a role or is deputy in it, for those who may change it.

    With `holder_alone`, a lead or an approver may only while the holder is away, and its deputy never may.
    """
    seat = seats.find(work, ref, person_ref, role)
    me = work.actor.person_id
    barred = not seat.is_away or (seat.deputy is not None and seat.deputy.person_id == me)
    if seat.row is seat.asked or (holder_alone and barred and me != seat.holder.person_id):
        raise Refused("missing")
    seats.may_change(work, seat, seat.holder, seat.deputy)
    if seat.holder.accepted_at is None:
        raise Refused("role.unaccepted")
    return seat


def _join(work: UnitOfWork, seat: Seat, email: str) -> RoleAssignment:
    """A row in the seat for the person of this address; it waits until they accept and are needed."""
    person = seats.person_of(work, seat.challenge, email)
    if person.id in {row.person_id for row in seat.rows}:
        raise Refused("role.taken")
    seats.check_membership(work, seat.challenge, person.id, external=False)
    seats.check_separation(work, seat.challenge, person.id, seat.role)
    row = RoleAssignment(
        person_id=person.id, role=seat.role, challenge_id=seat.challenge.id, deputy=False,
        seat_id=seat.number, from_at=work.now, rests_at=work.now,
    )  # fmt: skip
    work.session.add(row)
    return row


def _ask(work: UnitOfWork, seat: Seat, row: RoleAssignment, kind: str) -> None:
    link = f"/desk/challenges/{seat.challenge.ref}/team"
    words = {"title": seat.challenge.title, "role": seat.role, "name": work.actor.name}
    work.tell(kind, row.person_id, link, seat.challenge.id, **words)


def _check_taker(work: UnitOfWork, seat: Seat, row: RoleAssignment) -> None:
    """What held when somebody was asked holds when they begin."""
    seats.check_membership(work, seat.challenge, row.person_id, external=row.external)
    seats.check_separation(work, seat.challenge, row.person_id, seat.role, seat=seat.number)


def hand_to(work: UnitOfWork, seat: Seat, row: RoleAssignment) -> None:
    """Let this row of a seat hold it from now on, and end the part of who held it."""
    _check_taker(work, seat, row)
    before = seat.holder
    if seat.deputy is not None and seat.deputy is not row:
        seat.deputy.rests_at = seat.deputy.rests_at or work.now
    before.until_at = work.now
    row.deputy = False
    row.accepted_at = row.accepted_at or work.now
    _seat_now(work, None, row)
    seats.record(work, seat, "role.hand-over", holder=before.person_id, successor=row.person_id)
    seats.tell_of(work, seat, "role.hand-over", before, row)


def _seat_now(work: UnitOfWork, rests: RoleAssignment | None, acts: RoleAssignment) -> None:
    """One of a seat is in office: the other rests first, since the database holds that there is one chair."""
    if rests is not None:
        rests.rests_at = work.now
    work.session.flush()
    acts.rests_at = None
