"""The proposals of one person's suppliers, as their desk shows them, and what these ask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, and_, select

from marketplace.models.accounts import RoleAssignment
from marketplace.models.challenges import IN_FORCE, Challenge, ChallengeVersion
from marketplace.models.evaluation import Summary
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal
from marketplace.models.stages import Stage
from marketplace.models.statements import prepared, unindexed
from marketplace.queries.query import Reader
from marketplace.queries.waiting import Waiting
from marketplace.rules import contents, lifecycle, limits
from marketplace.rules.proposals import parse_draft

Rows = Select[*tuple[Any, ...]]

SUMMARY_SHOWN = timedelta(days=28)


@dataclass(frozen=True)
class Draft:
    """A proposal of one of this person's suppliers. `progress` counts answers while it can be handed in."""

    ref: str
    challenge_ref: str
    challenge: str
    language: str
    supplier: str
    state: str
    collecting: bool
    closes_at: datetime | None
    told: bool
    progress: tuple[int, int] | None


def own(read: Reader) -> list[tuple[Draft, Row]]:
    """The proposals of the reader's suppliers, newest first, each beside its row for `tasks`."""
    me = read.actor.person_id or 0
    answered = {row.id: _answered(read, row) for row in read.connection.execute(*_open_drafts(me))}
    return [
        (
            Draft(
                row.ref, row.challenge_ref, row.title, row.language, row.supplier, row.state,
                _takes_more(read, row), row.closes_at, row.sent_at is not None,
                answered.get(row.id) if _takes_more(read, row) else None,
            ),
            row,
        )
        for row in read.connection.execute(*_own_proposals(me))
    ]  # fmt: skip


def _answered(read: Reader, row: Row) -> tuple[int, int]:
    """How much of what is asked the draft has, a price included where it counts, and how much there is."""
    draft, content = parse_draft(read.keys.unseal(row.draft, row.age_identity)), contents.parse(row.content)
    used = [
        (limits.words(draft.answers.get(each.id, "")), each.words) for each in content.questions.questions
    ]
    done = [0 < words <= most for words, most in used]
    if content.criteria.price.counts:
        done.append(draft.price is not None)
    return sum(done), len(done)


def _of_own_suppliers(me: int) -> Select[int | None]:
    row = RoleAssignment
    return select(row.organisation_id).where(row.person_id == me, row.until_at.is_(None))


@prepared
def _open_drafts(me: int) -> Rows:
    return (
        select(Proposal.id, Proposal.draft, Organisation.age_identity, ChallengeVersion.content)
        .join(Stage, Stage.id == Proposal.stage_id)
        .join(Challenge, Challenge.id == Stage.challenge_id)
        .join(ChallengeVersion, IN_FORCE)
        .join(Organisation, Organisation.id == Proposal.supplier_id)
        .where(
            Proposal.supplier_id.in_(_of_own_suppliers(me)), Proposal.state == "draft",
            unindexed(Stage.state) == "collecting",
        )
    )  # fmt: skip


@prepared
def _own_proposals(me: int) -> Rows:
    """With when a summary was sent."""
    told = and_(
        Summary.proposal_id == Proposal.id, Summary.stage_id == Proposal.stage_id,
        Summary.replaced_at.is_(None),
    )  # fmt: skip
    return (
        select(
            Proposal.id, Proposal.ref, Proposal.state, Proposal.created_at, Stage.state.label("stage_state"),
            Stage.closes_at, Challenge.ref.label("challenge_ref"), Challenge.title, Challenge.language,
            Challenge.state.label("challenge_state"), Organisation.name.label("supplier"), Summary.sent_at,
        )
        .join(Stage, Stage.id == Proposal.stage_id)
        .join(Challenge, Challenge.id == Stage.challenge_id)
        .join(Organisation, Organisation.id == Proposal.supplier_id)
        .outerjoin(Summary, told)
        .where(Proposal.supplier_id.in_(_of_own_suppliers(me)))
        .order_by(Proposal.id.desc())
    )  # fmt: skip


def _takes_more(read: Reader, row: Row) -> bool:
    running = row.challenge_state in lifecycle.RUNNING_STATES
    state = lifecycle.effective_stage(row.stage_state, row.closes_at, read.now, running=running)
    return running and state == "collecting"


def tasks(read: Reader, proposals: list[tuple[Draft, Row]]) -> Iterator[Waiting]:
    """What these ask of the reader: to hand a draft in, to read a summary."""
    for draft, row in proposals:
        base, public = f"/desk/proposals/{row.ref}", f"/challenges/{row.challenge_ref}"
        if row.state == "draft" and draft.collecting:
            yield Waiting(
                "propose", base, row.title, public, row.closes_at, row.created_at, {"name": row.supplier},
                row.language, draft.progress,
            )  # fmt: skip
        if row.sent_at is not None and read.now - row.sent_at < SUMMARY_SHOWN:
            yield Waiting(
                "summary", f"{base}/summary", row.title, public, None, row.sent_at, language=row.language
            )
