"""Who does what on a challenge: appointments, acceptance, and separation of duties."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select

from marketplace import policy
from marketplace.actions.action import UnitOfWork, action
from marketplace.models.accounts import Person, RoleAssignment
from marketplace.models.challenges import Challenge, ChallengeAuthor
from marketplace.models.evaluation import DeclaredInterest
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal
from marketplace.models.stages import Stage
from marketplace.rules.lifecycle import ENDED_STATES
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import ON_CHALLENGE, SCORERS, Role

REMOVABLE_STATES = ("draft", "review", "engagement")


@action("challenge:appoint")
def appoint(work: UnitOfWork, ref: str, email: str, role: str, external: bool = False) -> str:
    """Give a person a role on a challenge; evaluators and the chair must accept it. Returns their ref.

    Refuses: role.unknown, organisation.member_unknown, role.not_member, role.taken, role.one_chair,
    role.two_openers, role.editor_approves, role.approver_scores, role.conflict, role.fixed; of oneself
    role.own_proposal, which asking for somebody else must not reveal.
    """
    challenge = work.lock(Challenge, Challenge.ref == ref)
    if challenge.state in ENDED_STATES:
        raise Refused("role.fixed")
    if role not in ON_CHALLENGE:
        raise Refused("role.unknown")
    person = work.session.scalars(select(Person).where(Person.email == email.strip().lower())).one_or_none()
    if person is None or person.closed_at is not None:
        raise Refused("organisation.member_unknown")
    _check_membership(work, challenge, person, Role(role), external)
    _check_separation(work, challenge, person.id, Role(role))
    if person.id == work.actor.person_id:
        _stands_apart(work, challenge)
    waits = Role(role) in SCORERS and person.id != work.actor.person_id
    work.session.add(
        RoleAssignment(
            person_id=person.id, role=role, challenge_id=challenge.id, external=external, from_at=work.now,
            accepted_at=None if waits else work.now,
        )
    )  # fmt: skip
    work.note("role.appoint", challenge.id, person=person.ref, role=role, external=external)
    link = f"/desk/challenges/{ref}/team"
    if person.id != work.actor.person_id:
        work.tell("role.given", person.id, link, challenge.id, title=challenge.title, role=role)
    return person.ref


@action("challenge:accept-role")
def accept(work: UnitOfWork, ref: str) -> None:
    """Accept every role that waits for the actor on this challenge. Refuses: role.own_proposal."""
    challenge = work.lock(Challenge, Challenge.ref == ref)
    mine = RoleAssignment.person_id == work.actor.person_id
    offered = _assignments(work, challenge.id, mine, RoleAssignment.accepted_at.is_(None))
    if offered:
        _stands_apart(work, challenge)
    for row in offered:
        row.accepted_at = work.now
    work.note("role.accept", challenge.id)


@action("challenge:accept-role")
def declare_no_interest(work: UnitOfWork, ref: str) -> None:
    """An opener states that they have no interest in who wins; without it nobody can approve.

    Refuses: missing (no opener), role.own_proposal.
    """
    challenge = work.lock(Challenge, Challenge.ref == ref)
    mine = RoleAssignment.person_id == work.actor.person_id
    rows = _assignments(work, challenge.id, mine, RoleAssignment.role == Role.OPENER)
    if not rows:
        raise Refused("missing")
    _stands_apart(work, challenge)
    for row in rows:
        row.no_interest_at = row.no_interest_at or work.now
    work.note("role.no_interest", challenge.id)


@action("challenge:appoint")
def remove(work: UnitOfWork, ref: str, person_ref: str, role: str) -> None:
    """End a person's role before approval. Refuses: role.fixed afterwards, missing."""
    challenge = work.lock(Challenge, Challenge.ref == ref)
    if challenge.state not in REMOVABLE_STATES:
        raise Refused("role.fixed")
    person_id = work.session.scalars(select(Person.id).where(Person.ref == person_ref)).one_or_none()
    rows = _assignments(
        work, challenge.id, RoleAssignment.person_id == person_id, RoleAssignment.role == role
    )
    if not rows:
        raise Refused("missing")
    for row in rows:
        row.until_at = work.now
    work.note("role.remove", challenge.id, person=person_ref, role=role)


def _assignments(work: UnitOfWork, challenge_id: int, *where: ColumnElement[bool]) -> list[RoleAssignment]:
    standing = (RoleAssignment.challenge_id == challenge_id, RoleAssignment.until_at.is_(None))
    return list(work.session.scalars(select(RoleAssignment).where(*standing, *where)))


def _check_membership(
    work: UnitOfWork, challenge: Challenge, person: Person, role: Role, external: bool
) -> None:
    """Everybody belongs to the authority, but for outside experts who score."""
    if external and role in (*SCORERS, Role.OBSERVER):
        return
    member = select(RoleAssignment.id).where(
        RoleAssignment.organisation_id == challenge.authority_id,
        RoleAssignment.person_id == person.id,
        RoleAssignment.until_at.is_(None),
    )
    if work.session.scalars(member).first() is None:
        name = work.session.scalars(
            select(Organisation.name).where(Organisation.id == challenge.authority_id)
        ).one()
        raise Refused("role.not_member", name=name)


def _stands_apart(work: UnitOfWork, challenge: Challenge) -> None:
    """Refuse `role.own_proposal` to a member of a supplier with a draft or a proposal here."""
    mine = select(RoleAssignment.organisation_id).where(
        RoleAssignment.person_id == work.actor.person_id, RoleAssignment.until_at.is_(None)
    )
    theirs = (
        select(Proposal.id)
        .join(Stage, Stage.id == Proposal.stage_id)
        .where(Stage.challenge_id == challenge.id, Proposal.supplier_id.in_(mine))
    )
    if work.session.scalars(theirs.limit(1)).first() is not None:
        raise Refused("role.own_proposal")


def _check_separation(work: UnitOfWork, challenge: Challenge, person_id: int, role: Role) -> None:
    """Approver ≠ author, approver ≠ scorer, openers are two, the chair is one; a conflict stays one."""
    held = policy.holders(work.session.connection(), challenge.id)
    mine = {each for each, people in held.items() if person_id in people}
    if role in mine:
        raise Refused("role.taken")
    conflict = (
        select(DeclaredInterest.person_id)
        .join(Stage, Stage.id == DeclaredInterest.stage_id)
        .where(Stage.challenge_id == challenge.id, DeclaredInterest.interest == "conflict")
    )
    if person_id in set(work.session.scalars(conflict)):
        raise Refused("role.conflict")
    wrote = select(ChallengeAuthor).filter_by(challenge_id=challenge.id, person_id=person_id)
    is_author = Role.EDITOR in mine or work.session.scalars(wrote).first() is not None
    if (role is Role.APPROVER and is_author) or (role is Role.EDITOR and Role.APPROVER in mine):
        raise Refused("role.editor_approves")
    if (role is Role.APPROVER and mine & set(SCORERS)) or (role in SCORERS and Role.APPROVER in mine):
        raise Refused("role.approver_scores")
    if role in SCORERS and mine & set(SCORERS):
        raise Refused("role.taken")
    if role is Role.CHAIR and held.get(Role.CHAIR):
        raise Refused("role.one_chair")
    if role is Role.OPENER and len(held.get(Role.OPENER, ())) >= 2:
        raise Refused("role.two_openers")
