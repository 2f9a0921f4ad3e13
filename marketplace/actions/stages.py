"""A stage keeps time: it begins with a key of its own, gathers cover, and closes by the clock."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from marketplace.actions import sealed
from marketplace.actions.action import UnitOfWork, action, closers
from marketplace.models.challenges import Challenge
from marketplace.models.proposals import CoverEntry, Proposal, waiting_covers
from marketplace.models.stages import Stage
from marketplace.models.upkeep import Heartbeat
from marketplace.policy import On
from marketplace.rules import lifecycle
from marketplace.rules.instants import instant
from marketplace.rules.lifecycle import Case

COVER_LIMIT = 64
# A worker that is busy adds one a little late; one that did not run would add many at once.
COVER_LATE = timedelta(seconds=10)
HEARTBEAT_WITHIN = timedelta(minutes=5)
_random = secrets.SystemRandom()


def find(
    work: UnitOfWork, challenge_ref: str, number: int, *, share: bool = False
) -> tuple[Challenge, Stage]:
    """A challenge, and its stage locked, once the actor's permission was found on the challenge.

    `share` lets others hold the stage too. Refuses: missing.
    """
    challenge = work.hold(Challenge, Challenge.ref == challenge_ref, share=True)
    work.require(On(challenge_id=challenge.id))
    stage = work.hold(Stage, Stage.challenge_id == challenge.id, Stage.number == number, share=share)
    return challenge, stage


def begin(work: UnitOfWork, challenge: Challenge, stage: Stage, closes_at: datetime) -> None:
    """Start collecting: a key that only opening unwraps, and moments for entries without meaning."""
    work.move(stage, "collect", Case(now=work.now))
    stage.opens_at, stage.closes_at = work.now, closes_at
    stage.age_recipient, stage.age_identity = work.keys.new_pair()
    draw_covers(work, stage)


def draw_covers(work: UnitOfWork, stage: Stage) -> None:
    """Draw moments for entries without meaning between now and the deadline, whenever one is set.

    A new number is drawn with every deadline: in time that was added, an entry must not be a proposal for sure.
    """
    unspent = delete(CoverEntry).where(CoverEntry.stage_id == stage.id, CoverEntry.log_index.is_(None))
    work.session.execute(unspent)
    for _ in range(secrets.randbelow(COVER_LIMIT + 1)):
        work.session.add(CoverEntry(stage_id=stage.id, due_at=_cover_moment(work.now, stage)))


def _cover_moment(now: datetime, stage: Stage) -> datetime:
    assert stage.closes_at is not None  # noqa: S101 - the database holds it
    # Half of them in the last tenth, where proposals crowd too.
    share = _random.uniform(0.9, 1.0) if _random.random() < 0.5 else _random.random()
    return now + (stage.closes_at - now) * share


@action("stage:keep-time")
def close(work: UnitOfWork, stage_id: int) -> str:
    """Close a stage whose deadline has passed, or interrupt it where the service was not running.

    Returns the state it is in afterwards; does nothing to a stage that is not due.
    """
    challenge_id = work.session.scalars(select(Stage.challenge_id).where(Stage.id == stage_id)).one()
    challenge = work.hold(Challenge, Challenge.id == challenge_id)
    stage = work.lock(Stage, Stage.id == stage_id)
    running = challenge.state in lifecycle.RUNNING_STATES
    if (
        stage.closes_at is None
        or lifecycle.effective_stage(stage.state, stage.closes_at, work.now, running=running) == stage.state
    ):
        return stage.state
    last = _last_heartbeat(work, stage.closes_at)
    if last is None or last < stage.closes_at - HEARTBEAT_WITHIN:
        _interrupt(work, stage, last)
    else:
        _close(work, challenge, stage)
    return stage.state


@action("stage:keep-time")
def add_covers(work: UnitOfWork) -> int:
    """Add every cover entry that is due. Returns how many: for the worker, never for the public.

    One that could not be added at its moment gets another one: several that came at once, as the service began to run
    again, would be known for what they are.
    """
    due = work.session.execute(
        waiting_covers(work.now)
        .where(CoverEntry.due_at <= work.now)
        .order_by(CoverEntry.id)
        .limit(COVER_LIMIT)
        .with_for_update(skip_locked=True, of=CoverEntry)
    ).all()
    on_time = [row for row in due if row.CoverEntry.due_at >= work.now - COVER_LATE]
    for cover, stage, ref in on_time:
        value = {"challenge": ref, "cover": secrets.token_hex(16), "stage": stage.number}
        sealed.add(work, stage, "cover", value, (stage.age_recipient or "",), cover)
    for cover, stage, _ref in due:
        if cover.due_at < work.now - COVER_LATE:
            cover.due_at = _cover_moment(work.now, stage)
    if moved := len(due) - len(on_time):
        work.note("stage.move_covers", count=moved)
    return len(on_time)


def _close(work: UnitOfWork, challenge: Challenge, stage: Stage) -> None:
    assert stage.closes_at is not None  # noqa: S101 - the database holds it
    submitted = select(func.count()).where(Proposal.stage_id == stage.id, Proposal.state == "submitted")
    stage.received = work.session.scalars(submitted).one()
    stage.closed_at = work.now
    case = Case(now=work.now, received=stage.received)
    data = {"stage": stage.number, "received": stage.received, "closes_at": instant(stage.closes_at)}
    work.move(stage, "close", case, data=data)
    if stage.number == 1:
        work.move(challenge, "begin", case)
    if not stage.received:
        stage.decided_at = stage.published_at = work.now
        sealed.account_unopened(work, challenge, stage)
        work.move(stage, "nobody", case, data={"stage": stage.number, "forward": 0, "received": 0})


def _interrupt(work: UnitOfWork, stage: Stage, last: datetime | None) -> None:
    assert stage.closes_at is not None  # noqa: S101 - the database holds it
    data: dict[str, object] = {"stage": stage.number, "closes_at": instant(stage.closes_at)}
    if last is not None:
        data["last_heartbeat"] = instant(last)
    work.move(stage, "interrupt", Case(now=work.now), data=data)


def _last_heartbeat(work: UnitOfWork, before: datetime) -> datetime | None:
    return work.session.scalars(select(func.max(Heartbeat.minute)).where(Heartbeat.minute < before)).one()


closers.append(close)
