"""The opening of a stage: what its two openers see before and after, and the public account of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from marketplace.models.accounts import Person, RoleAssignment
from marketplace.models.challenges import Challenge
from marketplace.models.proposals import Proposal, Submission
from marketplace.models.stages import OpeningConfirmation, Stage
from marketplace.policy import On
from marketplace.queries.query import Reader, query
from marketplace.rules.lifecycle import PUBLIC_STATES, RUNNING_STATES, effective_stage
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import Role


@dataclass(frozen=True)
class Confirmed:
    name: str
    at: datetime
    mine: bool


@dataclass(frozen=True)
class Hash:
    """The SHA-256 of one ciphertext; `letter` is empty until it is opened."""

    letter: str
    hash: str


@dataclass(frozen=True)
class Opening:
    """Counts and hashes, no supplier's name. Before the deadline there is neither: `received` is None.

    `awaited` are the openers who have not confirmed, the actor left out.
    """

    challenge_ref: str
    title: str
    language: str
    challenge_state: str
    stage: int
    state: str
    closes_at: datetime | None
    opened_at: datetime | None
    received: int | None
    early_reads: int
    hashes: tuple[Hash, ...]
    confirmed: tuple[Confirmed, ...]
    awaited: tuple[str, ...]
    record_hash: str

    @property
    def mine(self) -> bool:
        return any(each.mine for each in self.confirmed)

    @property
    def waits(self) -> bool:
        """Whether the actor's own confirmation is what is missing."""
        return self.stands == "yours"

    @property
    def stands(self) -> str:
        """How it stands: opened, nobody (no proposal came), suspended, ended; planned, collecting, interrupted
        before it closes; then yours or another's to confirm."""
        if self.opened_at or self.state == "decided":
            return "opened" if self.opened_at else "nobody"
        if self.challenge_state not in RUNNING_STATES:
            return "suspended" if self.challenge_state == "suspended" else "ended"
        if self.state != "closed":
            return self.state
        return "another" if self.mine else "yours"


@query
def opening(read: Reader, challenge_ref: str, number: int) -> Opening:
    """The page of the openers; refuses `missing` to everyone else."""
    row = read.connection.execute(
        select(
            Stage.id, Stage.challenge_id, Stage.number, Stage.state, Stage.closes_at, Stage.opened_at,
            Stage.early_reads, Stage.opening_record, Challenge.ref, Challenge.title, Challenge.language,
            Challenge.state.label("challenge_state"),
        )
        .join(Challenge, Challenge.id == Stage.challenge_id)
        .where(Challenge.ref == challenge_ref, Stage.number == number)
    ).one_or_none()  # fmt: skip
    if row is None:
        raise Refused("missing")
    read.require("stage:open", On(challenge_id=row.challenge_id))
    running = row.challenge_state in RUNNING_STATES
    state = effective_stage(row.state, row.closes_at, read.now, running=running)
    past = state not in ("planned", "collecting", "interrupted")
    hashes = _hashes(read, row.id) if past else ()
    record = row.opening_record
    return Opening(
        challenge_ref=row.ref, title=row.title, language=row.language, challenge_state=row.challenge_state,
        stage=row.number, state=state, closes_at=row.closes_at, opened_at=row.opened_at,
        received=len(hashes) if past else None, early_reads=row.early_reads, hashes=hashes,
        confirmed=_confirmed(read, row.id), awaited=_awaited(read, row.challenge_id, row.id),
        record_hash=hashlib.sha256(record.encode()).hexdigest() if record else "",
    )  # fmt: skip


@query
def record(read: Reader, challenge_ref: str, number: int) -> str:
    """The opening record, byte for byte as its hash in the trail says; refuses `missing` until opened."""
    found = read.connection.scalar(
        select(Stage.opening_record)
        .join(Challenge, Challenge.id == Stage.challenge_id)
        .where(Challenge.ref == challenge_ref, Challenge.state.in_(PUBLIC_STATES), Stage.number == number)
    )
    if found is None:
        raise Refused("missing")
    return found


def _hashes(read: Reader, stage_id: int) -> tuple[Hash, ...]:
    rows = read.connection.execute(
        select(Proposal.letter, Submission.ciphertext_hash)
        .join(Submission, Submission.proposal_id == Proposal.id)
        .where(Proposal.stage_id == stage_id, Proposal.state == "submitted", Submission.current)
        .order_by(Submission.ciphertext_hash)
    )
    return tuple(Hash(row.letter or "", row.ciphertext_hash) for row in rows)


def _confirmed(read: Reader, stage_id: int) -> tuple[Confirmed, ...]:
    rows = read.connection.execute(
        select(Person.id, Person.name, OpeningConfirmation.at)
        .join(Person, Person.id == OpeningConfirmation.person_id)
        .where(OpeningConfirmation.stage_id == stage_id)
        .order_by(OpeningConfirmation.at)
    )
    return tuple(Confirmed(row.name, row.at, row.id == read.actor.person_id) for row in rows)


def _awaited(read: Reader, challenge_id: int, stage_id: int) -> tuple[str, ...]:
    done = select(OpeningConfirmation.person_id).where(OpeningConfirmation.stage_id == stage_id)
    found = read.connection.scalars(
        select(Person.name)
        .join(RoleAssignment, RoleAssignment.person_id == Person.id)
        .where(
            RoleAssignment.challenge_id == challenge_id, RoleAssignment.role == Role.OPENER,
            RoleAssignment.until_at.is_(None), Person.id != read.actor.person_id, Person.id.not_in(done),
        )
        .order_by(Person.name)
    )  # fmt: skip
    return tuple(found)
