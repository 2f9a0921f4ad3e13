"""What is asked of a supplier about its proposals after opening, and what it may still reply to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Select, func, literal, select, union_all

from marketplace.models.accounts import RoleAssignment
from marketplace.models.challenges import Challenge
from marketplace.models.clarifications import Clarification
from marketplace.models.eligibility import EligibilityDoubt
from marketplace.models.proposals import ELIGIBLE, Proposal
from marketplace.models.stages import Stage
from marketplace.models.statements import prepared
from marketplace.queries.proposals import own_row
from marketplace.queries.query import Reader, query
from marketplace.queries.waiting import Waiting
from marketplace.rules import replies
from marketplace.rules.lifecycle import RUNNING_STATES


@dataclass(frozen=True)
class Asked:
    """A doubt about eligibility or a question of this `number`; `page` is the one below the proposal's.

    `open` says that a reply may still come; `refused` that the proposal is not scored because of it.
    """

    kind: Literal["doubt", "question"]
    number: int
    page: str
    at: datetime
    due_at: datetime
    replied_at: datetime | None
    open: bool
    refused: bool


@dataclass(frozen=True)
class Heard:
    """What the public learns of it: how many were refused, how often somebody was asked, and how many replied."""

    refused: int
    asked: int
    answered: int


def heard_at(read: Reader, stage_id: int) -> Heard:
    """The counts of a stage, for everyone."""
    return Heard(*read.connection.execute(*_counted(stage_id)).one())


@query
def asked_of(read: Reader, proposal_ref: str) -> tuple[Asked, ...]:
    """Everything asked about one's own proposal, the latest first. Refuses: missing."""
    rows = read.connection.execute(*_about_one(own_row(read, proposal_ref).id))
    return tuple(_asked(read, row) for row in rows)


def tasks(read: Reader) -> Iterator[Waiting]:
    """What the suppliers of this person may still reply to."""
    for row in read.connection.execute(*_waiting(read.actor.person_id or 0)):
        it = _asked(read, row)
        if it.open:
            yield Waiting(
                f"reply-{it.kind}", f"/desk/proposals/{row.ref}/{it.page}", row.title,
                f"/challenges/{row.challenge_ref}", it.due_at, it.at, language=row.language,
            )  # fmt: skip


def _asked(read: Reader, row: Any) -> Asked:
    doubt = row.kind == "doubt"
    waits = row.ruled_at is None and replies.is_open(row.due_at, row.replied_at, read.now)
    return Asked(
        kind=row.kind, number=row.number, page="eligibility" if doubt else f"clarifications/{row.number}", at=row.at,
        due_at=row.due_at, replied_at=row.replied_at,
        open=waits and row.state in RUNNING_STATES and (doubt or not row.excluded),
        refused=doubt and row.excluded == "eligibility",
    )  # fmt: skip


@prepared
def _counted(stage_id: int) -> Select[*tuple[Any, ...]]:
    row = Clarification
    refused = select(func.count()).where(Proposal.stage_id == stage_id, ~ELIGIBLE).scalar_subquery()
    return select(refused, func.count(row.id), func.count(row.replied_at)).where(row.stage_id == stage_id)


def _all(*proposals: Any) -> Select[*tuple[Any, ...]]:
    doubt, question = EligibilityDoubt, Clarification
    asked = union_all(
        select(
            literal("doubt").label("kind"), literal(0).label("number"), doubt.proposal_id,
            doubt.told_at.label("at"), doubt.due_at, doubt.replied_at, doubt.ruled_at,
        ).join(Proposal, Proposal.id == doubt.proposal_id).where(*proposals),
        select(
            literal("question"), question.id, question.proposal_id, question.asked_at, question.due_at,
            question.replied_at, literal(None),
        ).join(Proposal, Proposal.id == question.proposal_id).where(*proposals),
    ).subquery()  # fmt: skip
    return (
        select(
            asked, Proposal.ref, Proposal.excluded, Challenge.ref.label("challenge_ref"), Challenge.title,
            Challenge.language, Challenge.state,
        )
        .join(Proposal, Proposal.id == asked.c.proposal_id)
        .join(Stage, Stage.id == Proposal.stage_id)
        .join(Challenge, Challenge.id == Stage.challenge_id)
        .order_by(asked.c.at.desc(), asked.c.number.desc())
    )  # fmt: skip


@prepared
def _about_one(proposal_id: int) -> Select[*tuple[Any, ...]]:
    return _all(Proposal.id == proposal_id)


@prepared
def _waiting(me: int) -> Select[*tuple[Any, ...]]:
    row = RoleAssignment
    own = select(row.organisation_id).where(row.person_id == me, row.until_at.is_(None))
    return _all(Proposal.supplier_id.in_(own))
