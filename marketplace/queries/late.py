"""For whom a challenge waits, as its lead and its approver may know it: who, for what, since when.

Nobody on the panel learns how far another of the panel is, so nothing of this is told to them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Row, select

from marketplace.models.accounts import RoleAssignment
from marketplace.models.evaluation import Decision, Declaration, ScoreLock
from marketplace.models.stages import OpeningConfirmation
from marketplace.queries.query import Reader
from marketplace.queries.team import Member
from marketplace.rules.roles import SCORERS, Role
from marketplace.rules.waiting import is_late

ASKING = frozenset({Role.LEAD, Role.APPROVER})


@dataclass(frozen=True)
class Waited:
    """One person and what is waited for: a code of rules/wording.WAITED; `late` as rules/waiting says."""

    name: str
    role: Role
    code: str
    since: datetime
    late: bool


def waited_for(
    read: Reader, challenge_id: int, team: tuple[Member, ...], stage: Row | None, decision_on: date | None
) -> tuple[Waited, ...]:
    """Everybody who is waited for, longest first; nobody for whom this is not theirs to know."""
    held = {each.role for each in team if each.is_you and each.acts}
    if not held & ASKING or held & set(SCORERS):
        return ()
    found = _unaccepted(read, challenge_id, team) + (_in_stage(read, team, stage) if stage else [])
    waited = [
        Waited(member.name, member.role, code, since, is_late(code, since, read.now, decision_on))
        for member, code, since in found
    ]
    return tuple(sorted(waited, key=lambda each: (each.since, each.name)))


Found = list[tuple[Member, str, datetime]]


def _unaccepted(read: Reader, challenge_id: int, team: tuple[Member, ...]) -> Found:
    row = RoleAssignment
    asked = {
        (each.person_id, each.role): each.from_at
        for each in read.connection.execute(
            select(row.person_id, row.role, row.from_at).where(
                row.challenge_id == challenge_id, row.until_at.is_(None), row.accepted_at.is_(None)
            )
        )
    }
    return [
        (member, "accept", asked[member.person_id, str(member.role)])
        for member in team
        if not member.accepted and (member.person_id, str(member.role)) in asked
    ]


def _in_stage(read: Reader, team: tuple[Member, ...], stage: Row) -> Found:
    """Who has still to act in the state that the stage is in."""
    panel = [member for member in team if member.acts and member.role in SCORERS]
    match stage.state:
        case "closed":
            openers = [member for member in team if member.acts and member.role is Role.OPENER]
            return _without(read, OpeningConfirmation, stage, openers, "open", stage.closes_at)
        case "opened":
            return _without(read, Declaration, stage, panel, "declare", stage.opened_at)
        case "scoring":
            return _without(read, ScoreLock, stage, panel, "lock", stage.opened_at)
        case "moderating":
            return _deciding(read, team, stage)
    return []


def _without(
    read: Reader,
    table: type[OpeningConfirmation] | type[Declaration] | type[ScoreLock],
    stage: Row,
    members: list[Member],
    code: str,
    since: datetime,
) -> Found:
    """Those of the members who have no row in the table for this stage."""
    done = set(read.connection.scalars(select(table.person_id).where(table.stage_id == stage.id)))
    return [(member, code, since) for member in members if member.person_id not in done]


def _deciding(read: Reader, team: tuple[Member, ...], stage: Row) -> Found:
    """The chair until a decision is proposed, then the approvers until it is confirmed."""
    proposed = read.connection.scalar(
        select(Decision.proposed_at).where(Decision.stage_id == stage.id, Decision.replaced_at.is_(None))
    )
    locked = select(ScoreLock.at).where(ScoreLock.stage_id == stage.id).order_by(ScoreLock.at.desc()).limit(1)
    role, code = (Role.APPROVER, "confirm") if proposed else (Role.CHAIR, "propose")
    since = proposed or read.connection.scalar(locked) or stage.opened_at
    return [(member, code, since) for member in team if member.acts and member.role is role]
