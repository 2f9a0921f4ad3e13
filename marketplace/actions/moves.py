"""Moving a challenge through its lifecycle: one action for every row, and what each row entails."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from marketplace.actions import eligibility, moderation, reopening, replies, requests, sealed, seats, stages
from marketplace.actions.action import UnitOfWork, action
from marketplace.actions.challenges import content_of, in_force
from marketplace.actions.panel import Ground, panel_case
from marketplace.actions.requests import Details as Details
from marketplace.cases import case_of, chosen_of
from marketplace.models.challenges import (
    Challenge,
    ChallengeText,
    ChallengeVersion,
    EngagementRecord,
    Outcome,
)
from marketplace.models.evaluation import Decision, DecisionLine
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal
from marketplace.models.stages import Stage
from marketplace.policy import On
from marketplace.rules import canonical, contents, lifecycle, regimes
from marketplace.rules.challenges import Content
from marketplace.rules.instants import instant
from marketplace.rules.lifecycle import Case, Move
from marketplace.rules.refusals import Refused
from marketplace.rules.wording import CHECKS
from marketplace.rules.wording import MOVES as WORDS
from marketplace.rules.working_days import is_working_day, uk_date

AWARD_CHECKS = tuple(CHECKS)


@dataclass
class Step:
    """One move in the making: the record, its content, what was given, and what the leaf will say."""

    work: UnitOfWork
    challenge: Challenge
    content: Content
    details: Details
    data: dict[str, Any]
    private: dict[str, object]


@action("challenge:move")
def make(work: UnitOfWork, ref: str, name: str, details: Details) -> str:
    """Make a move, or ask for it where a second person must agree. Returns `made` or `asked`.

    Refuses: missing (no such move, or not yours), role.own_proposal, move.state, stage.suspended, move.reason,
    move.changed, move.asked, move.not_yours, and whatever the row's guards say.
    """
    challenge = work.lock(Challenge, Challenge.ref == ref)
    rows = [work.hold(Stage, Stage.id == each) for each in _stage_ids(work, challenge)]
    move = lifecycle.BY_NAME.get(("challenge", name)) or lifecycle.BY_NAME.get(("stage", name))
    if move is None or name not in WORDS:
        raise Refused("missing")
    seats.stands_apart(work, challenge)
    stage = _current(rows) if move.of == "stage" else None
    if stage is not None and challenge.state not in lifecycle.RUNNING_STATES:
        raise Refused("stage.suspended")
    if stage is not None and name in PREPARE_STAGE:
        _check_possible(work, challenge, move, _case_now(work, challenge), stage.state)
    if move.second:
        answered = requests.ask_or_agree(work, challenge, move, details, stage.state if stage else "")
        if answered is None:
            return "asked"
        details = answered
    if stage is not None:
        return _move_stage(work, challenge, stage, move, details)
    return _move_challenge(work, challenge, name, details)


def _move_challenge(work: UnitOfWork, challenge: Challenge, name: str, details: Details) -> str:
    content = content_of(work, challenge)
    closes_at = details.closes_at or content.terms.closes_at
    case = replace(
        _case_of(work, challenge, content, closes_at),
        checks_confirmed=set(details.checks) >= set(AWARD_CHECKS),
    )
    step = Step(work, challenge, content, details, {}, {})
    before = challenge.state
    _check_possible(work, challenge, lifecycle.BY_NAME["challenge", name], case, challenge.state)
    PREPARE.get(name, _nothing)(step)
    if name in ("suspend", "terminate"):
        step.data["from"] = before
    work.move(challenge, name, case, reason=details.reason, data=step.data, private=step.private)
    AFTER.get(name, _nothing)(step)
    requests.lapse(work, challenge)
    return "made"


def _case_now(work: UnitOfWork, challenge: Challenge) -> Case:
    return _case_of(work, challenge, content_of(work, challenge), None)


def _case_of(work: UnitOfWork, challenge: Challenge, content: Content, closes_at: datetime | None) -> Case:
    return case_of(work.session.connection(), work.actor, challenge.id, content, work.now, closes_at)


def _check_possible(work: UnitOfWork, challenge: Challenge, move: Move, case: Case, state: str) -> None:
    """Refuse before anything is prepared, so that a refused move prepares nothing."""
    if not move.by & work.roles(On(challenge_id=challenge.id)):
        raise Refused("missing")
    if no := lifecycle.refusal(move, state, case):
        raise Refused(no.code, **no.facts)


def _move_stage(work: UnitOfWork, challenge: Challenge, stage: Stage, move: Move, details: Details) -> str:
    content = content_of(work, challenge)
    case = _case_of(work, challenge, content, details.closes_at)
    data: dict[str, Any] = {"stage": stage.number}
    if move.name == "score":
        case, found = panel_case(work, challenge, stage, content)
        data |= found
        if content.eligibility.conditions:
            eligibility.screen(work, challenge, stage)
    elif move.name == "reschedule":
        data["closes_at"] = instant(details.closes_at) if details.closes_at else ""
    _check_possible(work, challenge, move, case, stage.state)
    if prepare := PREPARE_STAGE.get(move.name):
        version, content = in_force(work, challenge)
        data |= prepare(work, Ground(challenge, stage, content, version.content_hash), details)
    work.move(stage, move.name, case, reason=details.reason, data=data)
    if move.name == "reschedule":
        stage.closes_at = challenge.closes_at = details.closes_at
        stages.draw_covers(work, stage)
    requests.lapse(work, challenge)
    return "made"


def _stage_ids(work: UnitOfWork, challenge: Challenge) -> list[int]:
    return list(
        work.session.scalars(select(Stage.id).filter_by(challenge_id=challenge.id).order_by(Stage.number))
    )


def _current(rows: list[Stage]) -> Stage:
    """The last stage that began; refuses `missing` before any did."""
    begun = [stage for stage in rows if stage.state != "planned"]
    if not begun:
        raise Refused("missing")
    return begun[-1]


def _nothing(_step: Step) -> None:
    """Most rows are their state and their leaf alone."""


def _fix_version(step: Step) -> None:
    """Make the content as it stands a version that never changes, unless it is one already."""
    work, challenge = step.work, step.challenge
    digest = contents.digest(step.content)
    challenge.title, challenge.topic = step.content.problem.title, step.content.problem.topic
    known = work.session.scalars(
        select(ChallengeVersion).filter_by(challenge_id=challenge.id, number=challenge.version)
    ).one_or_none()
    if known is None or known.content_hash != digest:
        challenge.version = (challenge.version or 0) + 1
        work.session.add(
            ChallengeVersion(
                challenge_id=challenge.id, number=challenge.version, content=contents.spell(step.content),
                content_hash=digest, created_at=work.now, made_by_id=work.actor.person_id,
            )
        )  # fmt: skip
    step.data |= {"version": challenge.version, "content": digest}


def _engage(step: Step) -> None:
    _fix_version(step)
    _index(step)


def _approve(step: Step) -> None:
    if step.details.seen != contents.digest(step.content):
        raise Refused("move.changed")
    _fix_version(step)
    # An internal move: its journal row carries what the leaf at opening will say publicly.
    step.data.clear()


def _open(step: Step) -> None:
    work, challenge, terms = step.work, step.challenge, step.content.terms
    _fix_version(step)
    _index(step)
    challenge.opened_at, challenge.closes_at = work.now, terms.closes_at
    step.data |= {
        "closes_at": instant(terms.closes_at) if terms.closes_at else "",
        "stages": len(step.content.stages.stages),
        "rules": terms.regime,
        "engagement": _engagement_hash(work, challenge),
    }


def _begin_first(step: Step) -> None:
    work, challenge = step.work, step.challenge
    rows = [
        Stage(challenge_id=challenge.id, number=n, state="planned")
        for n, _ in enumerate(step.content.stages.stages, 1)
    ]
    work.session.add_all(rows)
    work.session.flush()
    if challenge.closes_at:
        stages.begin(work, challenge, rows[0], challenge.closes_at)


def _engagement_hash(work: UnitOfWork, challenge: Challenge) -> str:
    """SHA-256 of the record of talks, which becomes public in this very action."""
    rows = work.session.scalars(
        select(EngagementRecord).filter_by(challenge_id=challenge.id).order_by(EngagementRecord.id)
    )
    record = [{"met": row.met, "given": row.given, "on": row.met_on.isoformat()} for row in rows]
    return hashlib.sha256(canonical.general(record)).hexdigest()


def _index(step: Step) -> None:
    """Let the search find it, from the first moment at which it is public."""
    text = step.work.session.get(ChallengeText, step.challenge.id)
    if text is None:
        text = ChallengeText(challenge_id=step.challenge.id)
        step.work.session.add(text)
    text.title, text.body = step.content.problem.title, contents.searchable(step.content)


def _notice(step: Step) -> None:
    step.challenge.noticed_at = step.work.now
    step.data |= _winners(step.work, step.challenge)
    step.data["standstill_until"] = _begin_standstill(step)


def _begin_standstill(step: Step) -> str:
    """Count the standstill from now, by rules and terms. Its last day, empty where there is none."""
    terms, now = step.content.terms, step.work.now
    regime = regimes.REGIMES[terms.regime]
    step.challenge.standstill_ends_at = regimes.standstill_ends_at(regime, now, terms.standstill_days)
    last = regimes.last_standstill_day(regime, now, terms.standstill_days)
    return last.isoformat() if last else ""


def _award_at_once(step: Step) -> None:
    """Where the rules have no standstill the notice and the award are one act."""
    if step.challenge.standstill_ends_at is None:
        _award(step)
        case = Case(now=step.work.now)
        data = {key: step.data[key] for key in ("proposals", "suppliers")}
        step.work.move(step.challenge, "award", case, data=data)


def _award(step: Step) -> None:
    step.challenge.awarded_at = step.work.now
    step.data |= _winners(step.work, step.challenge)


def _winners(work: UnitOfWork, challenge: Challenge) -> dict[str, list[str]]:
    stage_id = chosen_of(work.session.connection(), challenge.id).stage_id
    rows = work.session.execute(
        select(Proposal.ref, Organisation.slug)
        .join(DecisionLine, DecisionLine.proposal_id == Proposal.id)
        .join(Decision, Decision.id == DecisionLine.decision_id)
        .join(Organisation, Organisation.id == Proposal.supplier_id)
        .where(
            Proposal.stage_id == stage_id,
            Decision.replaced_at.is_(None),
            DecisionLine.outcome == "forward",
        )
        .order_by(DecisionLine.rank, Proposal.letter)
    ).all()
    return {"proposals": [ref for ref, _ in rows], "suppliers": [slug for _, slug in rows]}


def _resume(step: Step) -> None:
    """Nothing ran meanwhile: a collecting stage gets a new deadline, a standstill begins anew."""
    work, challenge, details = step.work, step.challenge, step.details
    replies.extend(work, challenge)
    step.data |= {"to": challenge.resumes_to}
    if challenge.resumes_to == "standstill":
        step.data["standstill_until"] = _begin_standstill(step)
    stage = work.session.scalars(
        select(Stage).filter_by(challenge_id=challenge.id, state="collecting")
    ).one_or_none()
    if stage is None or stage.closes_at is None:
        return
    until = details.closes_at or stage.closes_at
    if until <= work.now or until < stage.closes_at:
        raise Refused("deadline.past")
    if not is_working_day(uk_date(until)):
        raise Refused("deadline.not_working_day")
    stage.closes_at = challenge.closes_at = until
    stages.draw_covers(work, stage)
    step.data["closes_at"] = instant(until)


def _end(step: Step) -> None:
    step.challenge.ended_at = step.work.now


def _account_for_the_rest(step: Step) -> None:
    """Ended with sealed entries that nobody will open: each is accounted for, none is read."""
    for stage in step.work.session.scalars(select(Stage).filter_by(challenge_id=step.challenge.id)):
        sealed.account_unopened(step.work, step.challenge, stage)


def _complete(step: Step) -> None:
    outcome = step.work.session.get_one(Outcome, step.challenge.id)
    step.data |= {"in_use": outcome.in_use, "spent": outcome.spent, "currency": outcome.currency}
    step.private |= {"result": outcome.result, "lessons": outcome.lessons}
    _end(step)


Effect = Callable[[Step], None]
PREPARE: dict[str, Effect] = {
    "engage": _engage, "approve": _approve, "open": _open, "notice": _notice, "award": _award,
    "resume": _resume, "terminate": _end, "complete": _complete, "end": _complete,
}  # fmt: skip
AFTER: dict[str, Effect] = {
    "open": _begin_first, "notice": _award_at_once, "terminate": _account_for_the_rest
}  # fmt: skip
PREPARE_STAGE: dict[str, Callable[[UnitOfWork, Ground, Details], dict[str, Any]]] = {
    "reopen": reopening.reopen, "call-reserve": reopening.call_reserve, "revise": moderation.revise,
}  # fmt: skip
