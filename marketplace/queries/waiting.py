"""What waits on one challenge for one person, by the roles that they hold there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from marketplace.queries.facts import Facts, acts
from marketplace.rules import lifecycle, replies
from marketplace.rules.challenges import SECTIONS
from marketplace.rules.roles import SCORERS, Role
from marketplace.rules.working_days import midday

MOVES_ON = (Role.LEAD, Role.APPROVER)


@dataclass(frozen=True)
class Waiting:
    """One task: its code (words in rules/duties.TASKS), where it is done, by when, and since when.

    `progress` counts what is done of it and in all; `language` is that of the challenge's title.
    """

    task: str
    href: str
    challenge: str
    challenge_href: str
    due: datetime | None
    since: datetime
    facts: dict[str, Any] = field(default_factory=dict)
    language: str = ""
    progress: tuple[int, int] | None = None


@dataclass(frozen=True)
class Place:
    """Where somebody stands on a challenge: `roles` are those they act in, `rows` all that they have there."""

    challenge: Row
    person_id: int
    rows: tuple[Row, ...]
    facts: Facts
    now: datetime

    @property
    def roles(self) -> dict[Role, Row]:
        return {Role(row.role): row for row in self.rows if acts(row)}

    @property
    def seats(self) -> set[int]:
        return {row.seat for row in self.rows if acts(row)}

    def task(
        self, code: str, page: str, *, due: datetime | None = None, since: datetime | None = None,
        progress: tuple[int, int] | None = None, **words: Any,
    ) -> Waiting:  # fmt: skip
        row, base = self.challenge, f"/desk/challenges/{self.challenge.ref}"
        since = since or row.created_at
        return Waiting(code, f"{base}{page}", row.title, base, due, since, words, row.language, progress)

    def decide_by(self, stage: Row) -> datetime | None:
        """Midday of the day on which the decision was announced; later stages announce none."""
        plan = self.facts.plans.get(self.challenge.id)
        day = plan.terms.decision_on if plan and stage.number == 1 else None
        return midday(day) if day else None


def place_of(challenge: Row, person_id: int, facts: Facts, now: datetime) -> Place:
    """Where this person stands on the challenge, out of the facts of many."""
    rows = tuple(row for row in facts.team.get(challenge.id, ()) if row.person_id == person_id)
    return Place(challenge, person_id, rows, facts, now)


def tasks_of(here: Place) -> Iterator[Waiting]:
    """What waits there for this person."""
    row = here.challenge
    yield from _of_suppliers(here)
    if row.state in lifecycle.ENDED_STATES:
        return
    yield from _of_person(here)
    yield from _of_writing(here)
    yield from _of_requests(here)
    yield from _of_team(here)
    begun = [stage for stage in here.facts.stages.get(row.id, ()) if stage.state != "planned"]
    if begun and row.state != "suspended":
        yield from _of_stage(here, begun[-1])
        yield from _of_award(here, begun[-1])


def _of_person(here: Place) -> Iterator[Waiting]:
    """What somebody was asked to be, and what an opener declares."""
    closes_at = here.challenge.closes_at
    due = closes_at if closes_at and closes_at > here.now else None
    asked = [row for row in here.rows if row.accepted_at is None]
    for code, rows in (
        ("accept", [row for row in asked if row.rests_at is None]),
        ("deputise", [row for row in asked if row.rests_at is not None and row.deputy]),
        ("take-over", [row for row in asked if row.rests_at is not None and not row.deputy]),
    ):
        if rows:
            roles = tuple(row.role for row in rows)
            yield here.task(code, "/team", due=due, since=rows[0].from_at, roles=roles)
    opener = here.roles.get(Role.OPENER)
    if opener is not None and opener.no_interest_at is None:
        yield here.task("no-interest", "/team", due=due, since=opener.from_at)


def _of_writing(here: Place) -> Iterator[Waiting]:
    row, roles, task = here.challenge, here.roles, here.task
    done, total = here.facts.done.get(row.id, 0), len(SECTIONS)
    if row.state == "draft" and Role.EDITOR in roles:
        yield task("send", "/moves/send") if done == total else task("write", "", progress=(done, total))
    wrote = here.person_id in here.facts.authors.get(row.id, ())
    if row.state in ("review", "engagement") and Role.APPROVER in roles and not wrote:
        yield task("approve", "/moves/approve")
    if row.state == "engagement" and Role.LEAD in roles:
        yield task("engage", "/meetings")
    if row.state == "approved" and Role.LEAD in roles:
        yield task("open", "/moves/open")


def _of_requests(here: Place) -> Iterator[Waiting]:
    row, facts = here.challenge, here.facts
    asked = [
        each
        for each in facts.requests.get(row.id, ())
        if (each.state_seen, each.version_seen) == (row.state, row.version)
        and here.roles.keys() & lifecycle.asked_of(each.move)
        and each.asked_by_id in facts.in_office(row.id, *lifecycle.asked_of(each.move))
    ]
    for each in asked:
        if each.asked_by_id != here.person_id:
            yield here.task(
                "agree", f"/moves/{each.move}", since=each.asked_at, name=each.name, move=each.move
            )
    if asked or not here.roles.keys() & set(MOVES_ON):
        return
    if row.state == "suspended":
        yield here.task("resume", "/moves/resume")
    elif any(stage.state == "interrupted" for stage in facts.stages.get(row.id, ())):
        yield here.task("reschedule", "/moves/reschedule")


def _of_team(here: Place) -> Iterator[Waiting]:
    """Once it is approved, whoever appoints is asked for those without whom it cannot go on."""
    row = here.challenge
    if row.state in lifecycle.WRITING_STATES or not here.roles.keys() & {Role.LEAD, Role.EDITOR}:
        return
    stages = here.facts.stages.get(row.id, ())
    needed = {Role.LEAD: 1, Role.APPROVER: 1}
    needed |= {Role.OPENER: 2} if all(stage.opened_at is None for stage in stages) else {}
    needed |= {Role.CHAIR: 1} if not stages or any(stage.state != "decided" for stage in stages) else {}
    seats = [each.role for each in here.facts.team[row.id] if each.rests_at is None]
    missing = tuple(str(role) for role, count in needed.items() if seats.count(role) < count)
    if missing:
        yield here.task("appoint", "/team", roles=missing)


def _of_stage(here: Place, stage: Row) -> Iterator[Waiting]:
    state = lifecycle.effective_stage(
        stage.state, stage.closes_at, here.now, running=here.challenge.state in lifecycle.RUNNING_STATES
    )
    confirmed = here.seats & here.facts.confirmed.get(stage.id, set())
    if state == "closed" and Role.OPENER in here.roles and not confirmed:
        yield here.task("open-proposals", f"/stages/{stage.number}/opening", since=stage.closes_at)
    elif state in lifecycle.DECLARING_STATES:
        yield from _of_panel(here, stage)
        yield from _of_decision(here, stage)


def _of_panel(here: Place, stage: Row) -> Iterator[Waiting]:
    facts, place = here.facts, f"/stages/{stage.number}"
    when = {"since": stage.opened_at, "due": here.decide_by(stage)}
    interests = facts.interests.get(stage.id, [])
    conflicts = {each.person_id for each in interests if each.interest == "conflict"}
    declared = facts.declared.get(stage.id, set())
    scores = bool(here.roles.keys() & set(SCORERS)) and here.person_id not in conflicts
    locked = bool(here.seats & facts.locked.get(stage.id, set()))
    if scores and here.person_id not in declared and (not locked or Role.CHAIR in here.roles):
        yield here.task("declare", f"{place}/declaration", **when)
    elif stage.state == "scoring" and scores and not locked:
        yield here.task("score", f"{place}/scores", **when)
    elif stage.state == "scoring" and Role.CHAIR in here.roles and _all_locked(here, stage, conflicts):
        yield here.task("go-on", f"{place}/moderate", **when)
    if _consents(here, {each.person_id for each in interests if _waits(each)}):
        yield here.task("consent", f"{place}/consents", **when)
    if Role.LEAD in here.roles and _lacks_somebody(here, stage):
        yield here.task("replace", f"{place}/panel", **when)
    yield from _of_conditions(here, stage)
    settled = not (_is_unchecked(here, stage) or facts.doubts.get(stage.id))
    ready = stage.state == "opened" and facts.in_office(here.challenge.id, *SCORERS) <= declared and settled
    if ready and Role.LEAD in here.roles:
        yield here.task("begin-scoring", "/moves/score", **when)


def _all_locked(here: Place, stage: Row, conflicts: set[int]) -> bool:
    """Only after a decision was taken back: otherwise the last lock itself ends the scoring."""
    team, locked = here.facts.team[here.challenge.id], here.facts.locked.get(stage.id, set())
    seats = {row.seat for row in team if row.role in SCORERS and acts(row) and row.person_id not in conflicts}
    return seats <= locked and not here.facts.lacks(here.challenge.id, stage, asked=False)


def _lacks_somebody(here: Place, stage: Row) -> bool:
    """Whether somebody must be found for the panel besides a chair, who is missed by name elsewhere."""
    team = here.facts.team[here.challenge.id]
    chairless = not any(row.role == Role.CHAIR and row.rests_at is None for row in team)
    lacking = here.facts.lacks(here.challenge.id, stage, asked=True)
    return stage.state in ("opened", "scoring") and lacking > chairless


def _is_unchecked(here: Place, stage: Row) -> bool:
    """Whether conditions were published against which somebody is still to be checked."""
    plan = here.facts.plans.get(here.challenge.id)
    return plan is not None and bool(plan.eligibility.conditions) and stage.id in here.facts.unchecked


def _of_conditions(here: Place, stage: Row) -> Iterator[Waiting]:
    """The lead checks and rules; an approver who did not rule confirms a refusal."""
    if stage.state != "opened":
        return
    place, doubts = f"/stages/{stage.number}", here.facts.doubts.get(stage.id, [])
    leads, approves = Role.LEAD in here.roles, Role.APPROVER in here.roles
    if leads and _is_unchecked(here, stage):
        yield here.task("check-eligibility", f"{place}/eligibility", since=stage.opened_at)
    for row in doubts:
        if leads and row.refused is None and not replies.is_open(row.due_at, row.replied_at, here.now):
            since = row.replied_at or row.due_at
            yield here.task("rule", f"{place}/eligibility/{row.letter}", since=since, letter=row.letter)
        elif approves and row.refused and row.ruled_by_id != here.person_id:
            page = f"{place}/refusals/{row.letter}"
            yield here.task("confirm-refusal", page, since=row.ruled_at, letter=row.letter)


def _waits(interest: Row) -> bool:
    return interest.interest == "manageable" and interest.consented_at is None


def _consents(here: Place, waiting: set[int]) -> bool:
    """The chair consents to the panel's interests, and an approver to those of whoever chairs."""
    chairs = {row.person_id for row in here.facts.team[here.challenge.id] if row.role == Role.CHAIR}
    own = Role.APPROVER in here.roles and waiting & chairs
    return bool(own or (Role.CHAIR in here.roles and waiting - chairs))


def _of_decision(here: Place, stage: Row) -> Iterator[Waiting]:
    decision, place = here.facts.decisions.get(stage.id), f"/stages/{stage.number}"
    if stage.state != "moderating":
        return
    if Role.APPROVER in here.roles and stage.final_at is None and stage.id in here.facts.unsigned:
        yield here.task("sign", f"{place}/moderation/signatures", due=here.decide_by(stage))
    if Role.CHAIR in here.roles and stage.final_at is None:
        yield here.task("moderate", f"{place}/moderation", since=stage.opened_at, due=here.decide_by(stage))
    elif Role.CHAIR in here.roles and decision is None:
        yield here.task("decide", f"{place}/ranking", since=stage.opened_at, due=here.decide_by(stage))
    if decision is not None and decision.confirmed_at is None and _may_confirm(here, decision):
        yield here.task("confirm", f"{place}/decision", since=decision.proposed_at, due=here.decide_by(stage))


def _may_confirm(here: Place, decision: Row) -> bool:
    scored = here.roles.keys() & set(SCORERS)
    return Role.APPROVER in here.roles and not scored and decision.proposed_by_id != here.person_id


def _of_suppliers(here: Place) -> Iterator[Waiting]:
    """Whoever asks back about a summary is answered, even after the end."""
    for stage in here.facts.stages.get(here.challenge.id, ()) if Role.LEAD in here.roles else ():
        if stage.id in here.facts.debriefs:
            since = here.facts.debriefs[stage.id]
            yield here.task("debrief", f"/stages/{stage.number}/debriefs", since=since)


def _of_award(here: Place, stage: Row) -> Iterator[Waiting]:
    """The lead's way from the last decision to the end."""
    row = here.challenge
    if Role.LEAD not in here.roles:
        return
    reported = row.id in here.facts.outcomes
    if stage.state == "decided" and row.state == "in_progress":
        yield from _after_decision(here, stage, reported)
    elif row.state == "standstill" and row.standstill_ends_at and row.standstill_ends_at <= here.now:
        yield here.task("award", "/moves/award", since=row.standstill_ends_at)
    elif row.state == "awarded":
        yield here.task("deliver", "/moves/deliver")
    elif row.state == "delivering":
        yield here.task("complete", "/moves/complete") if reported else here.task("report", "/outcome")


def _after_decision(here: Place, stage: Row, reported: bool) -> Iterator[Waiting]:
    facts = here.facts
    last = facts.stages[here.challenge.id][-1].id == stage.id
    if stage.id in facts.untold:
        yield here.task("summaries", f"/stages/{stage.number}/summaries", since=stage.closes_at)
    elif facts.forward.get(stage.id, 0):
        yield here.task("notice", "/moves/notice") if last else here.task("next-stage", "")
    else:
        yield here.task("end", "/moves/end") if reported else here.task("report", "/outcome")
