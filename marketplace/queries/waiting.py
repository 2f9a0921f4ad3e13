"""What waits on one challenge for the roles that a person holds there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from marketplace.queries.facts import Facts
from marketplace.queries.query import Reader
from marketplace.rules import lifecycle
from marketplace.rules.challenges import SECTIONS
from marketplace.rules.roles import SCORERS, Role


@dataclass(frozen=True)
class Waiting:
    """One task: its code (words in rules/wording.TASKS), where it is done, by when, and since when."""

    task: str
    href: str
    challenge: str
    challenge_href: str
    due: datetime | None
    since: datetime
    facts: dict[str, Any] = field(default_factory=dict)


def tasks_of(read: Reader, row: Row, roles: dict[Role, Row], facts: Facts) -> Iterator[Waiting]:
    """What waits on one challenge for the roles held there."""
    base = f"/desk/challenges/{row.ref}"

    def task(
        code: str, page: str, *, due: datetime | None = None, since: datetime | None = None, **words: Any
    ) -> Waiting:
        title = row.title or "A challenge without a title"
        return Waiting(code, f"{base}{page}", title, base, due, since or row.created_at, words)

    if row.state in lifecycle.ENDED_STATES:
        return
    yield from _of_person(task, row, roles)
    yield from _of_writing(task, row, roles, facts)
    yield from _of_requests(read, task, row, roles, facts)
    begun = [stage for stage in facts.stages.get(row.id, ()) if stage.state != "planned"]
    if begun and row.state != "suspended":
        yield from _of_stage(read, task, row, roles, facts, begun[-1])
        yield from _of_award(read, task, row, roles, facts, begun[-1])


def _of_person(task: Any, row: Row, roles: dict[Role, Row]) -> Iterator[Waiting]:
    asked = [role for role in SCORERS if role in roles and roles[role].accepted_at is None]
    if asked:
        yield task("accept", "/team", due=row.closes_at, since=roles[asked[0]].from_at, role=str(asked[0]))
    opener = roles.get(Role.OPENER)
    if opener is not None and opener.no_interest_at is None:
        yield task("no-interest", "/team", due=row.closes_at, since=opener.from_at)


def _of_writing(task: Any, row: Row, roles: dict[Role, Row], facts: Facts) -> Iterator[Waiting]:
    done, total = facts.done.get(row.id, 0), len(SECTIONS)
    if row.state == "draft" and Role.EDITOR in roles:
        yield task("send", "/moves/send") if done == total else task("write", "", done=done, total=total)
    if row.state in ("review", "engagement") and Role.APPROVER in roles and row.id not in facts.authors:
        yield task("approve", "/moves/approve")
    if row.state == "engagement" and Role.LEAD in roles:
        yield task("engage", "/meetings")
    if row.state == "approved" and Role.LEAD in roles:
        yield task("open", "/moves/open")


def _of_requests(
    read: Reader, task: Any, row: Row, roles: dict[Role, Row], facts: Facts
) -> Iterator[Waiting]:
    if not roles.keys() & {Role.LEAD, Role.APPROVER}:
        return
    asked = [
        each
        for each in facts.requests.get(row.id, ())
        if (each.state_seen, each.version_seen) == (row.state, row.version)
    ]
    for each in asked:
        if each.asked_by_id != read.actor.person_id:
            yield task("agree", f"/moves/{each.move}", since=each.asked_at, name=each.name, move=each.move)
    if asked:
        return
    if row.state == "suspended":
        yield task("resume", "/moves/resume")
    elif any(stage.state == "interrupted" for stage in facts.stages.get(row.id, ())):
        yield task("reschedule", "/moves/reschedule")


def _of_stage(
    read: Reader, task: Any, row: Row, roles: dict[Role, Row], facts: Facts, stage: Row
) -> Iterator[Waiting]:
    running = row.state in lifecycle.RUNNING_STATES
    state = lifecycle.effective_stage(stage.state, stage.closes_at, read.now, running=running)
    interests = facts.interests.get(stage.id, [])
    conflicts = {each.person_id for each in interests if each.interest == "conflict"}
    me, place = read.actor.person_id, f"/stages/{stage.number}"
    scores = bool(roles.keys() & set(SCORERS)) and me not in conflicts
    declared = facts.declared.get(stage.id, set())
    decision = facts.decisions.get(stage.id)
    if state == "closed" and Role.OPENER in roles and stage.id not in facts.confirmed:
        yield task("open-proposals", f"{place}/opening", since=stage.closes_at)
    if state == "opened" and scores and me not in declared:
        yield task("declare", f"{place}/declaration", since=stage.opened_at)
    if (
        state == "opened"
        and Role.CHAIR in roles
        and any(each.interest == "manageable" and each.consented_at is None for each in interests)
    ):
        yield task("consent", f"{place}/consents", since=stage.opened_at)
    if state == "opened" and Role.LEAD in roles and facts.scorers.get(row.id, set()) <= declared:
        yield task("begin-scoring", "/moves/score", since=stage.opened_at)
    if state == "scoring" and scores and stage.id not in facts.locked:
        yield task("score", f"{place}/scores", since=stage.opened_at)
    if state == "moderating" and Role.CHAIR in roles and decision is None:
        yield task("decide", f"{place}/ranking", since=stage.opened_at)
    if (
        state == "moderating"
        and decision is not None
        and decision.confirmed_at is None
        and _may_confirm(read, roles, decision)
    ):
        yield task("confirm", f"{place}/decision", since=decision.proposed_at)


def _may_confirm(read: Reader, roles: dict[Role, Row], decision: Row) -> bool:
    scored = roles.keys() & set(SCORERS)
    return Role.APPROVER in roles and not scored and decision.proposed_by_id != read.actor.person_id


def _of_award(
    read: Reader, task: Any, row: Row, roles: dict[Role, Row], facts: Facts, stage: Row
) -> Iterator[Waiting]:
    """The lead's way from the last decision to the end."""
    if Role.LEAD not in roles:
        return
    reported = row.id in facts.outcomes
    if stage.state == "decided" and row.state == "in_progress":
        yield from _after_decision(task, row, facts, stage, reported)
    elif row.state == "standstill" and row.standstill_ends_at and row.standstill_ends_at <= read.now:
        yield task("award", "/moves/award", since=row.standstill_ends_at)
    elif row.state == "awarded":
        yield task("deliver", "/moves/deliver")
    elif row.state == "delivering":
        yield task("complete", "/moves/complete") if reported else task("report", "/outcome")


def _after_decision(task: Any, row: Row, facts: Facts, stage: Row, reported: bool) -> Iterator[Waiting]:
    last = facts.stages[row.id][-1].id == stage.id
    if stage.id in facts.untold:
        yield task("summaries", f"/stages/{stage.number}/summaries", since=stage.closes_at)
    elif facts.forward.get(stage.id, 0):
        yield task("notice", "/moves/notice") if last else task("next-stage", "")
    else:
        yield task("end", "/moves/end") if reported else task("report", "/outcome")
