"""A public challenge: what it says, where it stands, and how its words changed.

How many proposals came is in no answer before the deadline, and who they came from in none at all
here but for those taken forward from an earlier stage, once that decision is public.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Row, Select, and_, or_, select, type_coerce

from marketplace.models.challenges import (
    IN_FORCE,
    Challenge,
    ChallengeVersion,
    EngagementRecord,
    MoveReason,
    Outcome,
    PortalNotice,
)
from marketplace.models.erasures import ERASED
from marketplace.models.evaluation import CONFIRMED, Decision, DecisionLine
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal
from marketplace.models.stages import Stage
from marketplace.models.statements import prepared
from marketplace.models.trail import LogEvent
from marketplace.queries.query import Reader, query
from marketplace.queries.recovered import standing
from marketplace.rules import canonical, contents, lifecycle
from marketplace.rules.challenges import Content, StagePlan
from marketplace.rules.differences import Change, differences
from marketplace.rules.lifecycle import PUBLIC_STATES, RUNNING_STATES
from marketplace.rules.refusals import Refused

COUNTED = ("closed", "opened", "scoring", "moderating", "decided")
RESULT_STATES = ("standstill", "awarded", "delivering", "completed", "terminated")


@dataclass(frozen=True)
class Head:
    """What every page of one challenge begins with; `state` is what it is by the clock.

    `erased` is the entry that says that words of the version in force were erased.
    """

    id: int
    ref: str
    title: str
    state: str
    resumes_to: str | None
    authority: str
    authority_slug: str
    version: int
    opened_at: datetime | None
    closes_at: datetime | None
    noticed_at: datetime | None
    standstill_ends_at: datetime | None
    awarded_at: datetime | None
    ended_at: datetime | None
    content: Content
    erased: int | None
    now: datetime

    @property
    def has_result(self) -> bool:
        """Whether results are public: after the award notice, or after an end without one."""
        return (self.resumes_to or self.state) in RESULT_STATES


@dataclass(frozen=True)
class PublicStage:
    """A stage as planned and as it went. `received` is None until the deadline has passed."""

    number: int
    plan: StagePlan
    state: str
    opens_at: datetime | None
    closes_at: datetime | None
    opened_at: datetime | None
    decided_at: datetime | None
    received: int | None
    forward: tuple[str, ...]


@dataclass(frozen=True)
class Meeting:
    met: str
    given: str
    met_on: date
    language: str


@dataclass(frozen=True)
class Reason:
    """The words somebody gave for a public move, with the entry of the trail that commits to them."""

    move: str
    reason: str
    language: str
    at: datetime
    index: int


@dataclass(frozen=True)
class Elsewhere:
    """A notice on a national portal."""

    kind: str
    number: str
    link: str
    published_on: date


@dataclass(frozen=True)
class PublicOutcome:
    """What became of it; `spent` in minor units of `currency`."""

    result: str
    in_use: bool
    spent: int
    currency: str
    lessons: str
    language: str


@dataclass(frozen=True)
class PublishedVersion:
    """One wording, when it became public, how it differs from the one before, and the entry that erased words of it."""

    number: int
    at: datetime | None
    index: int | None
    content_hash: str
    language: str
    currency: str
    changes: tuple[Change, ...]
    erased: int | None = None


@dataclass(frozen=True)
class Detail:
    """A whole challenge. `latest` is the version in force, where it is not the first."""

    head: Head
    stages: tuple[PublicStage, ...]
    meetings: tuple[Meeting, ...]
    reasons: tuple[Reason, ...]
    notices: tuple[Elsewhere, ...]
    outcome: PublicOutcome | None
    latest: PublishedVersion | None


@dataclass(frozen=True)
class Versions:
    head: Head
    versions: tuple[PublishedVersion, ...]


@query
def detail(read: Reader, ref: str) -> Detail:
    """Everything one needs to decide whether to propose. Refuses missing for what is not public."""
    head = find(read, ref)
    return Detail(
        head=head,
        stages=stages(read, head),
        meetings=tuple(Meeting(*row) for row in read.connection.execute(*_met(head.id)))
        if head.opened_at
        else (),
        reasons=reasons(read, head),
        notices=_notices(read, head),
        outcome=outcome(read, head),
        latest=_versions(read, head, head.version - 1)[-1] if head.version > 1 else None,
    )


@query
def versions(read: Reader, ref: str) -> Versions:
    """Every wording, newest first, each beside what it changed. Refuses missing."""
    head = find(read, ref)
    return Versions(head, tuple(reversed(_versions(read, head))))


@query
def head_of(read: Reader, ref: str) -> Head:
    """The head alone, for pages about one challenge. Refuses missing."""
    return find(read, ref)


def find(read: Reader, ref: str) -> Head:
    """The head of a public challenge; refuses missing for one that nobody published."""
    row = read.connection.execute(*_found(ref)).one_or_none()
    if row is None:
        raise Refused("missing")
    return _head(row, read.now)


@prepared
def _found(ref: str) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Challenge.id, Challenge.ref, Challenge.state, Challenge.resumes_to, Challenge.version, Challenge.opened_at,
            Challenge.closes_at, Challenge.noticed_at, Challenge.standstill_ends_at, Challenge.awarded_at,
            Challenge.ended_at, Organisation.name, Organisation.slug, ChallengeVersion.content,
            ERASED.label("erased"),
        )
        .join(Organisation, Organisation.id == Challenge.authority_id)
        .join(ChallengeVersion, IN_FORCE)
        .where(Challenge.ref == ref, Challenge.state.in_(PUBLIC_STATES))
    )  # fmt: skip


def _head(row: Row[*tuple[Any, ...]], now: datetime) -> Head:
    content = contents.parse(row.content)
    return Head(
        id=row.id,
        ref=row.ref,
        title=content.problem.title,
        state=lifecycle.effective_challenge(row.state, row.closes_at, now),
        resumes_to=row.resumes_to,
        authority=row.name,
        authority_slug=row.slug,
        version=row.version,
        opened_at=row.opened_at,
        closes_at=row.closes_at,
        noticed_at=row.noticed_at,
        standstill_ends_at=row.standstill_ends_at,
        awarded_at=row.awarded_at,
        ended_at=row.ended_at,
        content=content,
        erased=row.erased,
        now=now,
    )


def stages(read: Reader, head: Head) -> tuple[PublicStage, ...]:
    """Every planned stage, with what is known of those that began."""
    rows = read.connection.execute(*_begun(head.id))
    begun = {row.number: row for row in rows}
    names = _taken_forward(read, head) if any(row.decided_at for row in begun.values()) else {}
    return tuple(
        _stage(number, plan, begun.get(number), names.get(number, ()), head)
        for number, plan in enumerate(head.content.stages.stages, 1)
    )


@prepared
def _begun(challenge_id: int) -> Select[*tuple[Any, ...]]:
    row = Stage
    return select(
        row.number, row.state, row.opens_at, row.closes_at, row.opened_at, row.decided_at, row.received
    ).where(row.challenge_id == challenge_id)


def _stage(
    number: int, plan: StagePlan, row: Row[*tuple[Any, ...]] | None, forward: tuple[str, ...], head: Head
) -> PublicStage:
    if row is None:
        return PublicStage(number, plan, "planned", None, None, None, None, None, ())
    running = head.state in RUNNING_STATES
    state = lifecycle.effective_stage(row.state, row.closes_at, head.now, running=running)
    return PublicStage(
        number=number,
        plan=plan,
        state=state,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        opened_at=row.opened_at,
        decided_at=row.decided_at,
        received=row.received if state in COUNTED else None,
        forward=forward,
    )


def _taken_forward(read: Reader, head: Head) -> dict[int, tuple[str, ...]]:
    """Names of those taken forward, by stage: an earlier stage's once published, the last one's with the notice."""
    found: dict[int, tuple[str, ...]] = {}
    last = len(head.content.stages.stages)
    for number, name in read.connection.execute(*_forward(head.id, last, bool(head.noticed_at))):
        found[number] = (*found.get(number, ()), name)
    return found


@prepared
def _forward(challenge_id: int, last: int, noticed: bool) -> Select[*tuple[Any, ...]]:
    earlier = and_(Stage.number < last, Stage.published_at.is_not(None))
    return (
        select(Stage.number, Organisation.name)
        .join(Decision, Decision.stage_id == Stage.id)
        .join(DecisionLine, DecisionLine.decision_id == Decision.id)
        .join(Proposal, Proposal.id == DecisionLine.proposal_id)
        .join(Organisation, Organisation.id == Proposal.supplier_id)
        .where(
            Stage.challenge_id == challenge_id,
            or_(earlier, and_(Stage.number == last, type_coerce(noticed, Boolean))),
            CONFIRMED,
            DecisionLine.outcome == "forward",
        )
        .order_by(Stage.number, Organisation.name)
    )


@prepared
def _met(challenge_id: int) -> Select[*tuple[Any, ...]]:
    row = EngagementRecord
    return (
        select(row.met, row.given, row.met_on, row.language)
        .where(row.challenge_id == challenge_id)
        .order_by(row.met_on, row.id)
    )


def reasons(read: Reader, head: Head) -> tuple[Reason, ...]:
    """What was given as reasons for public moves, the latest first."""
    return tuple(Reason(*each) for each in read.connection.execute(*_given(head.id)))


@prepared
def _given(challenge_id: int) -> Select[*tuple[Any, ...]]:
    row = MoveReason
    return (
        select(row.move, row.reason, row.language, row.at, row.log_index)
        .where(row.challenge_id == challenge_id, row.log_index.is_not(None))
        .order_by(row.log_index.desc())
    )


def _notices(read: Reader, head: Head) -> tuple[Elsewhere, ...]:
    """Notices elsewhere, each once the move that rests on it is public."""
    public = [
        kind
        for kind, since in (
            ("opening", head.opened_at),
            ("award", head.noticed_at),
            ("contract", head.awarded_at),
        )
        if since
    ]
    if not public:
        return ()
    return tuple(Elsewhere(*each) for each in read.connection.execute(*_elsewhere(head.id, public)))


@prepared
def _elsewhere(challenge_id: int, kinds: list[str]) -> Select[*tuple[Any, ...]]:
    row = PortalNotice
    return (
        select(row.kind, row.number, row.link, row.published_on)
        .where(row.challenge_id == challenge_id, row.kind.in_(kinds))
        .order_by(row.published_on, row.id)
    )


def outcome(read: Reader, head: Head) -> PublicOutcome | None:
    """The result, once completing has published it; before that it is the team's draft."""
    if head.state != "completed":
        return None
    row = read.connection.execute(*_reported(head.id)).one_or_none()
    return None if row is None else PublicOutcome(*row)


@prepared
def _reported(challenge_id: int) -> Select[*tuple[Any, ...]]:
    row = Outcome
    return select(row.result, row.in_use, row.spent, row.currency, row.lessons, row.language).where(
        row.challenge_id == challenge_id
    )


def _versions(read: Reader, head: Head, first: int = 1) -> list[PublishedVersion]:
    """The wordings from number `first` on, each beside what it changed; of the first that is not known."""
    published = _published(read, head)
    rows = read.connection.execute(
        select(ChallengeVersion.number, ChallengeVersion.content, ChallengeVersion.content_hash, ERASED)
        .where(ChallengeVersion.challenge_id == head.id, ChallengeVersion.number.between(first, head.version))
        .order_by(ChallengeVersion.number)
    )
    found: list[PublishedVersion] = []
    before: Content | None = None
    for number, spelled, content_hash, gone in rows:
        content = contents.parse(spelled)
        changes = differences(before, content) if before is not None else ()
        at, index = published.get(number, (None, None))
        currency = content.stages.currency
        found.append(
            PublishedVersion(number, at, index, content_hash, content.language, currency, changes, gone)
        )
        before = content
    return found


def _published(read: Reader, head: Head) -> dict[int, tuple[datetime, int]]:
    """When each version became public, and the entry of the trail that says so."""
    rows = read.connection.execute(
        select(LogEvent.index, LogEvent.at, LogEvent.leaf)
        .where(LogEvent.challenge_id == head.id, LogEvent.kind.in_(("challenge.engage", "challenge.open")))
        .order_by(LogEvent.index)
    )
    found: dict[int, tuple[datetime, int]] = {}
    for index, at, leaf in standing(read, rows):
        found.setdefault(canonical.decode(leaf)["data"]["version"], (at, index))
    return found
