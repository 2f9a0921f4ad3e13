"""What waits for one person, over all their challenges and organisations, soonest first.

The number of statements is fixed: each gathers one kind of fact for all challenges at once, and the
tasks follow from the facts. Nothing here tells who proposed before a stage is opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select

from marketplace.models.accounts import Person, RoleAssignment
from marketplace.models.challenges import Challenge, ChallengeAuthor, ChallengeSection, MoveRequest, Outcome
from marketplace.models.evaluation import (
    Decision,
    DecisionLine,
    Declaration,
    DeclaredInterest,
    ScoreLock,
    Summary,
)
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal
from marketplace.models.stages import OpeningConfirmation, Stage
from marketplace.queries.query import Reader, query
from marketplace.rules import contents, lifecycle, stages
from marketplace.rules.challenges import SECTIONS
from marketplace.rules.roles import SCORERS, Role

SUMMARY_SHOWN = timedelta(days=28)
NEVER = datetime.max.replace(tzinfo=UTC)


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


@dataclass(frozen=True)
class Mine:
    """A challenge on which this person holds roles."""

    ref: str
    title: str
    state: str
    roles: tuple[str, ...]
    closes_at: datetime | None


@dataclass(frozen=True)
class Belongs:
    slug: str
    name: str
    kind: str
    verified: bool


@dataclass(frozen=True)
class Draft:
    """A proposal of one of this person's suppliers, whatever became of it."""

    ref: str
    challenge: str
    supplier: str
    state: str
    closes_at: datetime | None
    takes_more: bool


@dataclass(frozen=True)
class Desk:
    waiting: tuple[Waiting, ...]
    challenges: tuple[Mine, ...]
    organisations: tuple[Belongs, ...]
    proposals: tuple[Draft, ...]
    is_operator: bool
    now: datetime


@dataclass(frozen=True)
class Facts:
    """What is known of all of a person's challenges, by challenge or by stage."""

    stages: dict[int, list[Row]]
    done: dict[int, int]
    authors: frozenset[int]
    requests: dict[int, list[Row]]
    confirmed: frozenset[int]
    declared: dict[int, set[int]]
    interests: dict[int, list[Row]]
    locked: frozenset[int]
    decisions: dict[int, Row]
    forward: dict[int, int]
    untold: frozenset[int]
    outcomes: frozenset[int]
    scorers: dict[int, set[int]]


@query
def desk(read: Reader) -> Desk:
    """Everything on this person's desk; the platform permission is that of being signed in."""
    read.require("desk:see")
    held = _held(read)
    rows = {row.id: row for row in held}
    roles: dict[int, dict[Role, Row]] = {}
    for row in held:
        roles.setdefault(row.id, {})[Role(row.role)] = row
    facts = _facts(read, list(rows))
    waiting = [task for key, row in rows.items() for task in _tasks(read, row, roles[key], facts)]
    belongs, is_operator = _organisations(read)
    proposals = _proposals(read)
    waiting += _supplier_tasks(read, proposals)
    waiting += _verifications(read, is_operator)
    return Desk(
        waiting=tuple(sorted(waiting, key=lambda task: (task.due or NEVER, task.since))),
        challenges=tuple(_mine(read, row, roles[key]) for key, row in rows.items()),
        organisations=belongs,
        proposals=tuple(_draft(read, row) for row in proposals),
        is_operator=is_operator,
        now=read.now,
    )


def _held(read: Reader) -> list[Row]:
    """The person's roles on challenges, newest challenge first."""
    row, role = Challenge, RoleAssignment
    return list(
        read.connection.execute(
            select(
                row.id, row.ref, row.title, row.state, row.version, row.closes_at, row.created_at, row.standstill_ends_at,
                role.role, role.accepted_at, role.no_interest_at, role.from_at,
            )
            .join(role, role.challenge_id == row.id)
            .where(role.person_id == read.actor.person_id, role.until_at.is_(None))
            .order_by(row.id.desc(), role.id)
        )
    )  # fmt: skip


def _facts(read: Reader, ids: list[int]) -> Facts:
    execute, me = read.connection.execute, read.actor.person_id
    stage = select(Stage.id).where(Stage.challenge_id.in_(ids))
    shown = (Stage.id, Stage.challenge_id, Stage.number, Stage.state, Stage.closes_at, Stage.closed_at, Stage.opened_at)
    asked = (MoveRequest.challenge_id, MoveRequest.move, MoveRequest.asked_at, MoveRequest.asked_by_id,
             MoveRequest.state_seen, MoveRequest.version_seen, Person.name)  # fmt: skip
    interest = DeclaredInterest
    standing = select(Decision.id).where(Decision.stage_id.in_(stage), Decision.replaced_at.is_(None))
    forward = (
        select(Decision.stage_id, func.count())
        .join(DecisionLine, DecisionLine.decision_id == Decision.id)
        .where(Decision.id.in_(standing), Decision.confirmed_at.is_not(None), DecisionLine.outcome == "forward")
        .group_by(Decision.stage_id)
    )
    told = select(Summary.proposal_id).where(Summary.stage_id == Proposal.stage_id)
    untold = select(Proposal.stage_id).where(
        Proposal.stage_id.in_(stage), Proposal.state == "submitted", Proposal.id.not_in(told)
    )
    return Facts(
        stages=_grouped(execute(select(*shown).where(Stage.challenge_id.in_(ids)).order_by(Stage.number)), "challenge_id"),
        done=_sections_done(read, ids),
        authors=_ids(execute(select(ChallengeAuthor.challenge_id).where(ChallengeAuthor.challenge_id.in_(ids), ChallengeAuthor.person_id == me))),
        requests=_grouped(
            execute(
                select(*asked)
                .join(Person, Person.id == MoveRequest.asked_by_id)
                .where(MoveRequest.challenge_id.in_(ids), MoveRequest.answered_at.is_(None))
            ),
            "challenge_id",
        ),
        confirmed=_ids(execute(select(OpeningConfirmation.stage_id).where(OpeningConfirmation.stage_id.in_(stage), OpeningConfirmation.person_id == me))),
        declared=_pairs(execute(select(Declaration.stage_id, Declaration.person_id).where(Declaration.stage_id.in_(stage)))),
        interests=_grouped(
            execute(
                select(interest.stage_id, interest.person_id, interest.interest, interest.consented_at).where(
                    interest.stage_id.in_(stage), interest.interest != "none"
                )
            ),
            "stage_id",
        ),
        locked=_ids(execute(select(ScoreLock.stage_id).where(ScoreLock.stage_id.in_(stage), ScoreLock.person_id == me))),
        decisions={
            row.stage_id: row
            for row in execute(
                select(Decision.stage_id, Decision.proposed_by_id, Decision.proposed_at, Decision.confirmed_at).where(Decision.id.in_(standing))
            )
        },
        forward={stage_id: count for stage_id, count in execute(forward)},
        untold=_ids(execute(untold.distinct())),
        outcomes=_ids(execute(select(Outcome.challenge_id).where(Outcome.challenge_id.in_(ids)))),
        scorers=_pairs(
            execute(
                select(RoleAssignment.challenge_id, RoleAssignment.person_id).where(
                    RoleAssignment.challenge_id.in_(ids), RoleAssignment.role.in_(SCORERS), RoleAssignment.until_at.is_(None)
                )
            )
        ),
    )  # fmt: skip


def _grouped(rows: Iterable[Row], key: str) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(getattr(row, key), []).append(row)
    return found


def _pairs(rows: Iterable[Row]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for key, value in rows:
        found.setdefault(key, set()).add(value)
    return found


def _ids(rows: Iterable[Row]) -> frozenset[int]:
    return frozenset(row[0] for row in rows)


def _sections_done(read: Reader, ids: list[int]) -> dict[int, int]:
    """How many sections of each draft lack nothing."""
    row = ChallengeSection
    drafts = select(Challenge.id).where(Challenge.id.in_(ids), Challenge.state == "draft")
    done: dict[int, int] = {}
    for each in read.connection.execute(select(row.challenge_id, row.name, row.content).where(row.challenge_id.in_(drafts))):
        section = contents.parse_section(each.name, each.content)
        done[each.challenge_id] = done.get(each.challenge_id, 0) + (stages.section_state(each.name, section) == "done")
    return done


def _tasks(read: Reader, row: Row, roles: dict[Role, Row], facts: Facts) -> Iterator[Waiting]:
    """What waits on one challenge for the roles held there."""
    base = f"/desk/challenges/{row.ref}"

    def task(code: str, page: str, *, due: datetime | None = None, since: datetime | None = None, **words: Any) -> Waiting:
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


def _of_requests(read: Reader, task: Any, row: Row, roles: dict[Role, Row], facts: Facts) -> Iterator[Waiting]:
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


def _of_stage(read: Reader, task: Any, row: Row, roles: dict[Role, Row], facts: Facts, stage: Row) -> Iterator[Waiting]:
    running = row.state in lifecycle.RUNNING_STATES
    state = lifecycle.effective_stage(stage.state, stage.closes_at, read.now, running=running)
    interests = facts.interests.get(stage.id, [])
    conflicts = {each.person_id for each in interests if each.interest == "conflict"}
    me = read.actor.person_id
    scores = bool(roles.keys() & set(SCORERS)) and me not in conflicts
    declared = facts.declared.get(stage.id, set())
    decision = facts.decisions.get(stage.id)
    if state == "closed" and Role.OPENER in roles and stage.id not in facts.confirmed:
        yield task("open-proposals", "/opening", since=stage.closes_at)
    if state == "opened" and scores and me not in declared:
        yield task("declare", "/declarations", since=stage.opened_at)
    if state == "opened" and Role.CHAIR in roles and any(
        each.interest == "manageable" and each.consented_at is None for each in interests
    ):
        yield task("consent", "/declarations", since=stage.opened_at)
    if state == "opened" and Role.LEAD in roles and facts.scorers.get(row.id, set()) <= declared:
        yield task("begin-scoring", "/moves/score", since=stage.opened_at)
    if state == "scoring" and scores and stage.id not in facts.locked:
        yield task("score", "/scores", since=stage.opened_at)
    if state == "moderating" and Role.CHAIR in roles and decision is None:
        yield task("decide", "/ranking", since=stage.opened_at)
    if state == "moderating" and decision is not None and decision.confirmed_at is None and _may_confirm(read, roles, decision):
        yield task("confirm", "/decision", since=decision.proposed_at)


def _may_confirm(read: Reader, roles: dict[Role, Row], decision: Row) -> bool:
    scored = roles.keys() & set(SCORERS)
    return Role.APPROVER in roles and not scored and decision.proposed_by_id != read.actor.person_id


def _of_award(read: Reader, task: Any, row: Row, roles: dict[Role, Row], facts: Facts, stage: Row) -> Iterator[Waiting]:
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
        yield task("summaries", "/decision", since=stage.closes_at)
    elif facts.forward.get(stage.id, 0):
        yield task("notice", "/moves/notice") if last else task("next-stage", "")
    else:
        yield task("end", "/moves/end") if reported else task("report", "/outcome")


def _mine(read: Reader, row: Row, roles: dict[Role, Row]) -> Mine:
    state = lifecycle.effective_challenge(row.state, row.closes_at, read.now)
    return Mine(row.ref, row.title, state, tuple(str(role) for role in roles), row.closes_at)


def _organisations(read: Reader) -> tuple[tuple[Belongs, ...], bool]:
    """The person's organisations by name, and whether they are an operator."""
    row, role = Organisation, RoleAssignment
    rows = read.connection.execute(
        select(role.role, row.slug, row.name, row.kind, row.verified_at)
        .outerjoin(row, row.id == role.organisation_id)
        .where(role.person_id == read.actor.person_id, role.until_at.is_(None), role.challenge_id.is_(None))
        .order_by(row.name, row.slug)
    ).all()
    found = {each.slug: Belongs(each.slug, each.name, each.kind, each.verified_at is not None) for each in rows if each.slug}
    return tuple(found.values()), any(each.role == Role.OPERATOR for each in rows)


def _proposals(read: Reader) -> list[Row]:
    """The proposals of the person's suppliers, newest first, with when a summary was sent."""
    mine = select(RoleAssignment.organisation_id).where(
        RoleAssignment.person_id == read.actor.person_id, RoleAssignment.until_at.is_(None)
    )
    return list(
        read.connection.execute(
            select(
                Proposal.ref, Proposal.state, Proposal.created_at, Stage.state.label("stage_state"), Stage.closes_at,
                Challenge.ref.label("challenge_ref"), Challenge.title, Challenge.state.label("challenge_state"),
                Organisation.name.label("supplier"), Summary.sent_at,
            )
            .join(Stage, Stage.id == Proposal.stage_id)
            .join(Challenge, Challenge.id == Stage.challenge_id)
            .join(Organisation, Organisation.id == Proposal.supplier_id)
            .outerjoin(Summary, (Summary.proposal_id == Proposal.id) & (Summary.stage_id == Proposal.stage_id))
            .where(Proposal.supplier_id.in_(mine))
            .order_by(Proposal.id.desc())
        )
    )  # fmt: skip


def _takes_more(read: Reader, row: Row) -> bool:
    running = row.challenge_state in lifecycle.RUNNING_STATES
    state = lifecycle.effective_stage(row.stage_state, row.closes_at, read.now, running=running)
    return running and state == "collecting"


def _supplier_tasks(read: Reader, rows: list[Row]) -> Iterator[Waiting]:
    for row in rows:
        public = f"/challenges/{row.challenge_ref}"
        if row.state == "draft" and _takes_more(read, row):
            href = f"/desk/proposals/{row.ref}"
            yield Waiting("propose", href, row.title, public, row.closes_at, row.created_at, {"name": row.supplier})
        if row.sent_at is not None and read.now - row.sent_at < SUMMARY_SHOWN:
            yield Waiting("summary", f"/desk/proposals/{row.ref}/summary", row.title, public, None, row.sent_at)


def _draft(read: Reader, row: Row) -> Draft:
    return Draft(row.ref, row.title, row.supplier, row.state, row.closes_at, _takes_more(read, row))


def _verifications(read: Reader, is_operator: bool) -> Iterator[Waiting]:
    if not is_operator:
        return
    row = Organisation
    rows = read.connection.execute(
        select(row.slug, row.name, row.created_at).where(row.kind == "authority", row.verified_at.is_(None)).order_by(row.id)
    )
    for each in rows:
        yield Waiting("verify", f"/desk/verifications/{each.slug}", "", "", None, each.created_at, {"name": each.name})
