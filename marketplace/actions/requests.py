"""Where two people must agree: the first asks, bound to what they saw, and the second's act makes the move."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from marketplace.actions.action import UnitOfWork
from marketplace.models.challenges import Challenge, MoveRequest
from marketplace.policy import On, holders
from marketplace.rules.lifecycle import Move
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import Role
from marketplace.rules.wording import MOVES as WORDS


@dataclass(frozen=True)
class Details:
    """What the person adds to a move: `seen` is the hash of the content that they read.

    `subject` is the letter of the proposal that it is about, where it is about one; `asked_by_id` is whoever
    asked first, where a second person agrees.
    """

    reason: str = ""
    closes_at: datetime | None = None
    seen: str = ""
    checks: tuple[str, ...] = ()
    subject: str = ""
    asked_by_id: int | None = None


def ask_or_agree(
    work: UnitOfWork, challenge: Challenge, move: Move, details: Details, stage_state: str
) -> Details | None:
    """The first of two people asks and None comes back; the second's call gets the first's words.

    The two hold different ones of the roles that the move asks for, and what was asked for must still be as seen.
    `stage_state` is that of the stage, for a move of one.
    """
    asked_of = move.second or frozenset()
    mine = work.roles(On(challenge_id=challenge.id)) & asked_of
    if not mine:
        raise Refused("missing")
    state = stage_state or challenge.state
    if state not in move.sources:
        raise Refused("move.state", state=state.replace("_", " "))
    waiting = work.session.scalars(
        select(MoveRequest)
        .filter_by(challenge_id=challenge.id, move=move.name, answered_at=None)
        .with_for_update()
    ).one_or_none()
    theirs = _roles_of_asker(work, waiting) & asked_of if waiting is not None else set()
    if (
        waiting is not None
        and theirs
        and waiting.state_seen == challenge.state
        and waiting.version_seen == challenge.version
    ):
        return _agree(work, waiting, mine, theirs)
    if waiting is not None:
        # Asked for in another state, or by somebody who left or is away: it lapses, and this call asks anew.
        waiting.answered_at = work.now
        work.session.flush()
    _ask(work, challenge, move, details)
    return None


def _ask(work: UnitOfWork, challenge: Challenge, move: Move, details: Details) -> None:
    if not details.reason:
        raise Refused("move.reason")
    if move.name == "reschedule" and details.closes_at is None:
        raise Refused("deadline.missing")
    work.session.add(
        MoveRequest(
            challenge_id=challenge.id, move=move.name, asked_by_id=work.actor.person_id, asked_at=work.now,
            state_seen=challenge.state, version_seen=challenge.version, reason=details.reason,
            closes_at=details.closes_at, subject=details.subject,
        )
    )  # fmt: skip
    work.note("move.ask", challenge.id, move=move.name)
    people = holders(work.session.connection(), challenge.id)
    for person_id in sorted({each for role in move.second or () for each in people.get(role, ())}):
        if person_id != work.actor.person_id:
            link = f"/desk/challenges/{challenge.ref}/moves/{move.name}"
            verb = WORDS[move.name].button.lower()
            work.tell("challenge.ask", person_id, link, challenge.id, title=challenge.title, move=verb)


def _roles_of_asker(work: UnitOfWork, waiting: MoveRequest) -> set[Role]:
    people = holders(work.session.connection(), waiting.challenge_id)
    return {role for role, holding in people.items() if waiting.asked_by_id in holding}


def _agree(work: UnitOfWork, waiting: MoveRequest, mine: frozenset[Role], theirs: set[Role]) -> Details:
    if waiting.asked_by_id == work.actor.person_id:
        raise Refused("move.asked")
    if not any(one is not other for one in mine for other in theirs):
        raise Refused("move.not_yours")
    waiting.answered_at, waiting.answered_by_id = work.now, work.actor.person_id
    return Details(
        reason=waiting.reason, closes_at=waiting.closes_at, subject=waiting.subject,
        asked_by_id=waiting.asked_by_id,
    )  # fmt: skip


def lapse(work: UnitOfWork, challenge: Challenge) -> None:
    """What was asked for before a move is not agreed to after it, even where the state comes back."""
    standing = select(MoveRequest).filter_by(challenge_id=challenge.id, answered_at=None)
    for waiting in work.session.scalars(standing):
        waiting.answered_at = work.now
