"""One challenge as its team works on it: its draft, its people, its record, and its next moves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Row, select

from marketplace.cases import case_of
from marketplace.models.accounts import Person, RoleAssignment
from marketplace.models.challenges import (
    Challenge,
    ChallengeSection,
    EngagementRecord,
    MoveRequest,
    Outcome,
    PortalNotice,
)
from marketplace.models.organisations import Organisation
from marketplace.models.stages import Stage
from marketplace.policy import On
from marketplace.queries import moves
from marketplace.queries.query import Reader, query
from marketplace.queries.team import Member, Seat, changes, gaps_of, seats_of, team_of
from marketplace.rules import contents, lifecycle, stages
from marketplace.rules.challenges import SECTIONS, Content, Section
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import ON_ORGANISATION, Role


@dataclass(frozen=True)
class Task:
    """One section of the list: how far it is, and the codes of what it lacks."""

    name: str
    state: stages.SectionState
    gaps: tuple[str, ...]


@dataclass(frozen=True)
class Meeting:
    met: str
    given: str
    met_on: date
    language: str


@dataclass(frozen=True)
class Notice:
    kind: str
    number: str
    link: str
    published_on: date


@dataclass(frozen=True)
class Request:
    """The first of two people asked for a move; `lapsed` where the challenge or that person moved on since."""

    move: str
    by: str
    at: datetime
    reason: str
    closes_at: datetime | None
    subject: str
    is_yours: bool
    lapsed: bool


@dataclass(frozen=True)
class StageNow:
    number: int
    name: str
    state: str
    opens_at: datetime | None
    closes_at: datetime | None
    final_at: datetime | None
    decided_at: datetime | None
    received: int | None


@dataclass(frozen=True)
class Reported:
    result: str
    in_use: bool
    spent: int
    currency: str
    lessons: str
    language: str


@dataclass(frozen=True)
class Work:
    """All that the team of a challenge sees of it; `seen` is the hash of the content as shown.

    `roles` are those in which the reader acts; `team` has those as well who stand by, are away or were asked.
    """

    ref: str
    title: str
    language: str
    authority: str
    verified: bool
    state: str
    roles: frozenset[Role]
    content: Content
    seen: str
    conflicts: str
    tasks: tuple[Task, ...]
    missing: tuple[str, ...]
    team: tuple[Member, ...]
    team_gaps: tuple[str, ...]
    meetings: tuple[Meeting, ...]
    notices: tuple[Notice, ...]
    requests: tuple[Request, ...]
    stages: tuple[StageNow, ...]
    moves: tuple[moves.Possible, ...]
    outcome: Reported | None
    closes_at: datetime | None
    standstill_ends_at: datetime | None
    now: datetime

    @property
    def can_edit(self) -> bool:
        return Role.EDITOR in self.roles and self.state in lifecycle.EDITABLE_STATES

    @property
    def stage(self) -> StageNow | None:
        """The last stage that began."""
        return next((each for each in reversed(self.stages) if each.state != "planned"), None)

    @property
    def seats(self) -> tuple[Seat, ...]:
        return seats_of(self.team)

    def changes(self, seat: Seat) -> tuple[tuple[str, Member], ...]:
        """What the reader may do about a seat, and to whom."""
        writing = self.state in lifecycle.WRITING_STATES
        return () if self.state in lifecycle.ENDED_STATES else changes(seat, self.roles, writing)

    def mine(self) -> tuple[Member, ...]:
        return tuple(each for each in self.team if each.is_you)


@dataclass(frozen=True)
class Draft:
    """One section to edit, with the rest of the content that its form speaks about."""

    ref: str
    title: str
    language: str
    name: str
    section: Section
    edition: int
    saved_at: datetime | None
    content: Content
    editable: bool
    opened_at: datetime | None
    now: datetime


@dataclass(frozen=True)
class Authority:
    slug: str
    name: str
    verified: bool


@query
def work(read: Reader, ref: str) -> Work:
    """The working record of one challenge for its team. Refuses: missing."""
    head = _head(read, ref)
    read.require("challenge:work", On(challenge_id=head.id))
    content, _ = _content(read, head)
    planned = _stages(read, head.id)
    state = lifecycle.effective_challenge(head.state, head.closes_at, read.now)
    case = case_of(read.connection, read.actor, head.id, content, read.now, content.terms.closes_at)
    team = team_of(read, head.id)
    held = frozenset(each.role for each in team if each.is_you and each.acts)
    begun = next((stage.state for stage in reversed(planned) if stage.state != "planned"), "")
    return Work(
        ref=head.ref,
        title=head.title,
        language=head.language,
        authority=head.authority,
        verified=head.verified_at is not None,
        state=state,
        roles=held,
        content=content,
        seen=contents.digest(content),
        conflicts=head.conflicts_assessment,
        tasks=tuple(_tasks(content, case.missing)),
        missing=case.missing,
        team=team,
        team_gaps=tuple(gaps_of(team, case.author_ids, content.terms.minimum_panel)),
        meetings=_meetings(read, head.id),
        notices=_notices(read, head.id),
        requests=_requests(read, head, case.holders),
        stages=tuple(_stage_now(read, stage, content, head.state) for stage in planned),
        moves=moves.possible(held, state, begun, case),
        outcome=_outcome(read, head.id),
        closes_at=head.closes_at,
        standstill_ends_at=head.standstill_ends_at,
        now=read.now,
    )


@query
def draft(read: Reader, ref: str, name: str) -> Draft:
    """One section for its editor. Refuses: missing (no such section, or not an editor)."""
    head = _head(read, ref)
    read.require("challenge:edit", On(challenge_id=head.id))
    if name not in SECTIONS:
        raise Refused("missing")
    content, rows = _content(read, head)
    return Draft(
        ref=head.ref,
        title=head.title,
        language=head.language,
        name=name,
        section=getattr(content, name),
        edition=rows[name].edition,
        saved_at=rows[name].edited_at if rows[name].edited_by_id else None,
        content=content,
        editable=head.state in lifecycle.EDITABLE_STATES,
        opened_at=head.opened_at,
        now=read.now,
    )


@query
def authorities(read: Reader) -> tuple[Authority, ...]:
    """Those for which this person may start a challenge, by name."""
    row, held = Organisation, RoleAssignment
    rows = read.connection.execute(
        select(row.slug, row.name, row.verified_at)
        .join(held, held.organisation_id == row.id)
        .where(
            held.person_id == read.actor.person_id,
            held.until_at.is_(None),
            held.role.in_(ON_ORGANISATION),
            row.kind == "authority",
        )
        .group_by(row.slug, row.name, row.verified_at)
        .order_by(row.name)
    )
    return tuple(Authority(each.slug, each.name, each.verified_at is not None) for each in rows)


def _head(read: Reader, ref: str) -> Row:
    """The challenge beside its authority's name; refuses `missing` for an unknown reference."""
    row = Challenge
    head = read.connection.execute(
        select(
            row.id,
            row.ref,
            row.title,
            row.state,
            row.version,
            row.language,
            row.conflicts_assessment,
            row.opened_at,
            row.closes_at,
            row.standstill_ends_at,
            Organisation.name.label("authority"),
            Organisation.verified_at,
        )
        .join(Organisation, Organisation.id == row.authority_id)
        .where(row.ref == ref)
    ).one_or_none()
    if head is None:
        raise Refused("missing")
    return head


def _content(read: Reader, head: Row) -> tuple[Content, dict[str, Row]]:
    """The content as its sections stand, and the row of each."""
    row = ChallengeSection
    columns = (row.name, row.content, row.edition, row.edited_by_id, row.edited_at)
    found = read.connection.execute(select(*columns).filter_by(challenge_id=head.id))
    rows = {each.name: each for each in found}
    return contents.whole({name: each.content for name, each in rows.items()}, head.language), rows


def _tasks(content: Content, missing: tuple[str, ...]) -> Iterable[Task]:
    for name in SECTIONS:
        section: Section = getattr(content, name)
        lacking = tuple(code for code in missing if code.startswith(f"{name}."))
        state = stages.section_state(name, section)
        # What a section lacks only beside another one, it lacks all the same.
        yield Task(name, "started" if lacking and state == "done" else state, lacking)


def _meetings(read: Reader, challenge_id: int) -> tuple[Meeting, ...]:
    row = EngagementRecord
    rows = read.connection.execute(
        select(row.met, row.given, row.met_on, row.language)
        .filter_by(challenge_id=challenge_id)
        .order_by(row.met_on, row.id)
    )
    return tuple(Meeting(*each) for each in rows)


def _notices(read: Reader, challenge_id: int) -> tuple[Notice, ...]:
    row = PortalNotice
    rows = read.connection.execute(
        select(row.kind, row.number, row.link, row.published_on)
        .filter_by(challenge_id=challenge_id)
        .order_by(row.id)
    )
    return tuple(Notice(*each) for each in rows)


def _outcome(read: Reader, challenge_id: int) -> Reported | None:
    row = Outcome
    found = read.connection.execute(
        select(row.result, row.in_use, row.spent, row.currency, row.lessons, row.language).filter_by(
            challenge_id=challenge_id
        )
    ).one_or_none()
    return Reported(*found) if found else None


def _requests(read: Reader, head: Row, people: Mapping[Role, frozenset[int]]) -> tuple[Request, ...]:
    """What the first of two people asked for; it lapses with the state, and when they no longer act."""
    row = MoveRequest
    rows = read.connection.execute(
        select(row, Person.name.label("by"))
        .join(Person, Person.id == row.asked_by_id)
        .where(row.challenge_id == head.id, row.answered_at.is_(None))
        .order_by(row.id)
    )
    return tuple(
        Request(
            each.move,
            each.by,
            each.asked_at,
            each.reason,
            each.closes_at,
            each.subject,
            each.asked_by_id == read.actor.person_id,
            (each.state_seen, each.version_seen) != (head.state, head.version)
            or each.asked_by_id not in _entitled(people, each.move),
        )
        for each in rows
    )


def _entitled(people: Mapping[Role, frozenset[int]], move: str) -> frozenset[int]:
    return frozenset().union(*(people.get(role, frozenset()) for role in lifecycle.asked_of(move)))


def _stages(read: Reader, challenge_id: int) -> list[Row]:
    row = Stage
    columns = (
        row.id,
        row.number,
        row.state,
        row.opens_at,
        row.closes_at,
        row.final_at,
        row.decided_at,
        row.received,
    )
    return list(
        read.connection.execute(select(*columns).filter_by(challenge_id=challenge_id).order_by(row.number))
    )


def _stage_now(read: Reader, stage: Row, content: Content, challenge_state: str) -> StageNow:
    running = challenge_state in lifecycle.RUNNING_STATES
    plans = content.stages.stages
    return StageNow(
        number=stage.number,
        name=plans[stage.number - 1].name if stage.number <= len(plans) else f"Stage {stage.number}",
        state=lifecycle.effective_stage(stage.state, stage.closes_at, read.now, running=running),
        opens_at=stage.opens_at,
        closes_at=stage.closes_at,
        final_at=stage.final_at,
        decided_at=stage.decided_at,
        received=stage.received,
    )
