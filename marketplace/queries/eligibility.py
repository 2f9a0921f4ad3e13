"""How proposals stand against the published conditions: for the lead, for who confirms, and for each supplier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, Select, select

from marketplace import policy
from marketplace.models.eligibility import EligibilityCheck, EligibilityDoubt
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal
from marketplace.models.statements import prepared
from marketplace.queries.evaluation import OPENED_STATES, Place, place
from marketplace.queries.opened import OpenedProposal, opened_proposals
from marketplace.queries.proposals import OwnProposal, about, own_row
from marketplace.queries.query import Reader, query
from marketplace.rules import contents, replies
from marketplace.rules.challenges import Condition, Content
from marketplace.rules.lifecycle import RUNNING_STATES
from marketplace.rules.proposals import digest
from marketplace.rules.refusals import Refused

Stands = Literal["unchecked", "passed", "waiting", "ready", "proposed", "accepted", "refused"]
"""Where a proposal stands: `waiting` for a reply, `ready` to be ruled on, a refusal `proposed` to a second person."""

Checks = dict[tuple[int, str], tuple[bool | None, str, str]]
"""Whether it is met, the reason, and the reason's language, by proposal and condition."""


@dataclass(frozen=True)
class Checked:
    """A published condition and what was found of it; `passes` is None before it is checked."""

    condition: Condition
    passes: bool | None
    reason: str
    language: str


@dataclass(frozen=True)
class Doubt:
    """What a supplier was told, what it replied, and what was ruled; `language` is that of the ruling."""

    told_at: datetime
    due_at: datetime
    reply: str
    replied_at: datetime | None
    refused: bool | None
    ruling: str
    language: str
    ruled_at: datetime | None
    confirmed_at: datetime | None

    @property
    def seen(self) -> str:
        """What somebody who confirms the ruling has read."""
        return digest(self.ruling)

    def open(self, now: datetime) -> bool:
        """Whether the reply may still come."""
        return self.ruled_at is None and replies.is_open(self.due_at, self.replied_at, now)


@dataclass(frozen=True)
class Standing:
    """One proposal against every condition, in their published order; `now` is the instant of the reading."""

    letter: str
    ref: str
    supplier: str
    reply_language: str
    checks: tuple[Checked, ...]
    doubt: Doubt | None
    excluded: bool
    now: datetime

    @property
    def failed(self) -> tuple[Checked, ...]:
        return tuple(each for each in self.checks if each.passes is False)

    @property
    def stands(self) -> Stands:
        if self.excluded:
            return "refused"
        if self.doubt is None:
            return "unchecked" if any(each.passes is None for each in self.checks) else "passed"
        if self.doubt.refused is not None:
            return "proposed" if self.doubt.refused else "accepted"
        return "waiting" if self.doubt.open(self.now) else "ready"


@dataclass(frozen=True)
class Overview:
    place: Place
    rows: tuple[Standing, ...]

    @property
    def open(self) -> bool:
        """Whether anything can be checked or ruled on now."""
        return self.place.running and self.place.state == "opened"

    @property
    def settled(self) -> int:
        return sum(row.stands in ("passed", "accepted", "refused") for row in self.rows)


@dataclass(frozen=True)
class Dossier:
    """One proposal for the lead: how it stands, beside its own words."""

    overview: Overview
    row: Standing
    opened: OpenedProposal

    @property
    def place(self) -> Place:
        return self.overview.place


@dataclass(frozen=True)
class Refusal:
    """A refusal for whoever confirms it: by letter, without its supplier's name or the proposal's text."""

    place: Place
    row: Standing
    mine: bool

    @property
    def open(self) -> bool:
        return self.place.running and self.place.state == "opened" and self.row.stands == "proposed"


@dataclass(frozen=True)
class Own:
    """What a supplier reads of its own proposal; `contact` is whom it may ask."""

    about: OwnProposal
    row: Standing
    contact: str
    running: bool


@query
def overview(read: Reader, challenge_ref: str, stage: int) -> Overview:
    """Every opened proposal against the conditions.

    Refuses: missing (there is none, or before opening), role.own_proposal.
    """
    return _overview(read, _place(read, challenge_ref, stage, "stage:check-eligibility"))


@query
def dossier(read: Reader, challenge_ref: str, stage: int, letter: str) -> Dossier:
    """One of them with every answer; refuses as `overview`, and missing for an unknown letter."""
    found = _overview(read, _place(read, challenge_ref, stage, "stage:check-eligibility"))
    row = next((row for row in found.rows if row.letter == letter), None)
    if row is None:
        raise Refused("missing")
    [opened] = opened_proposals(read, found.place.stage_id, [letter])
    return Dossier(found, row, opened)


@query
def refusal(read: Reader, challenge_ref: str, stage: int, letter: str) -> Refusal:
    """A refusal that waits for a second person or has had one; refuses as `overview`, and missing without one."""
    here = _place(read, challenge_ref, stage, "stage:sign")
    row = next((row for row in _overview(read, here).rows if row.letter == letter), None)
    if row is None or row.doubt is None or not row.doubt.refused:
        raise Refused("missing")
    by = read.connection.scalar(*_ruled_by(here.stage_id, letter))
    return Refusal(here, row, by == read.actor.person_id)


@query
def own(read: Reader, proposal_ref: str) -> Own:
    """A doubt about one's own proposal, and what came of it. Refuses: missing (not yours, or no doubt)."""
    row = own_row(read, proposal_ref)
    content = contents.parse(row.content)
    found = read.connection.execute(*_rows_of(row.id)).one_or_none()
    if found is None or found.told_at is None:
        raise Refused("missing")
    standing = _standing(read, content, found, _checks(read, found.stage_id))
    running = row.challenge_state in RUNNING_STATES
    return Own(about(read, row), standing, content.terms.contact, running)


def _place(read: Reader, challenge_ref: str, stage: int, permission: str) -> Place:
    here = place(read, challenge_ref, stage, permission)
    policy.stands_apart(read.connection, read.actor, here.challenge_id)
    if here.state not in OPENED_STATES or not here.content.eligibility.conditions:
        raise Refused("missing")
    return here


def _overview(read: Reader, here: Place) -> Overview:
    checks = _checks(read, here.stage_id)
    rows = read.connection.execute(*_rows(here.stage_id))
    found = [_standing(read, here.content, row, checks) for row in rows]
    return Overview(here, tuple(sorted(found, key=lambda each: (len(each.letter), each.letter))))


def _standing(read: Reader, content: Content, row: Row[*tuple[Any, ...]], checks: Checks) -> Standing:
    found = (
        (each, checks.get((row.id, each.id), (None, "", content.language)))
        for each in content.eligibility.conditions
    )
    return Standing(
        letter=row.letter, ref=row.ref, supplier=row.name, reply_language=row.language,
        checks=tuple(Checked(condition, *said) for condition, said in found),
        doubt=_doubt(read, row) if row.told_at else None, excluded=row.excluded == "eligibility", now=read.now,
    )  # fmt: skip


def _doubt(read: Reader, row: Row[*tuple[Any, ...]]) -> Doubt:
    reply = read.keys.read(row.reply).decode() if row.reply else ""
    return Doubt(
        row.told_at, row.due_at, reply, row.replied_at, row.refused, row.ruling, row.said_in, row.ruled_at,
        row.confirmed_at,
    )  # fmt: skip


def _checks(read: Reader, stage_id: int) -> Checks:
    rows = read.connection.execute(*_checked(stage_id))
    return {(row.proposal_id, row.condition): (row.passes, row.reason, row.language) for row in rows}


@prepared
def _checked(stage_id: int) -> Select[*tuple[Any, ...]]:
    row = EligibilityCheck
    return select(row.proposal_id, row.condition, row.passes, row.reason, row.language).where(
        row.stage_id == stage_id
    )


def _with_doubts() -> Select[*tuple[Any, ...]]:
    row, doubt = Proposal, EligibilityDoubt
    return (
        select(
            row.id, row.stage_id, row.letter, row.ref, row.language, row.excluded, Organisation.name,
            doubt.told_at, doubt.due_at, doubt.reply, doubt.replied_at, doubt.refused, doubt.ruling,
            doubt.language.label("said_in"), doubt.ruled_at, doubt.confirmed_at,
        )
        .join(Organisation, Organisation.id == row.supplier_id)
        .outerjoin(doubt, doubt.proposal_id == row.id)
        .where(row.letter.is_not(None))
    )  # fmt: skip


@prepared
def _rows(stage_id: int) -> Select[*tuple[Any, ...]]:
    return _with_doubts().where(Proposal.stage_id == stage_id)


@prepared
def _rows_of(proposal_id: int) -> Select[*tuple[Any, ...]]:
    return _with_doubts().where(Proposal.id == proposal_id)


@prepared
def _ruled_by(stage_id: int, letter: str) -> Select[*tuple[Any, ...]]:
    doubt = EligibilityDoubt
    return (
        select(doubt.ruled_by_id)
        .join(Proposal, Proposal.id == doubt.proposal_id)
        .where(doubt.stage_id == stage_id, Proposal.letter == letter)
    )
