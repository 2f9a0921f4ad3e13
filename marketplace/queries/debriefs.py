"""What suppliers asked about their summaries: each its own, and the lead all of a stage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from marketplace import policy
from marketplace.models.challenges import Challenge
from marketplace.models.evaluation import Debrief, Summary
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal
from marketplace.models.stages import Stage
from marketplace.policy import On
from marketplace.queries.query import Reader, query
from marketplace.rules.refusals import Refused


@dataclass(frozen=True)
class Asked:
    """A question back and its answer. `standing` says that the summary which it is about still counts."""

    letter: str
    supplier: str
    question: str
    language: str
    wants_meeting: bool
    asked_at: datetime
    standing: bool
    answer: str
    answer_language: str
    answered_at: datetime | None


@dataclass(frozen=True)
class Debriefs:
    """All that was asked at a stage, what waits for an answer first, then the oldest first."""

    challenge_ref: str
    title: str
    language: str
    stage: int
    asked: tuple[Asked, ...]

    def waiting(self, letter: str) -> Asked:
        """The oldest unanswered question about this proposal; refuses `missing` where there is none."""
        for each in self.asked:
            if each.letter == letter and each.answered_at is None:
                return each
        raise Refused("missing")


@query
def debriefs(read: Reader, challenge_ref: str, stage: int) -> Debriefs:
    """What the leads answer. Refuses `missing` to everyone else, role.own_proposal."""
    found = read.connection.execute(
        select(Challenge.id, Challenge.ref, Challenge.title, Challenge.language, Stage.id.label("stage_id"))
        .join(Stage, Stage.challenge_id == Challenge.id)
        .where(Challenge.ref == challenge_ref, Stage.number == stage)
    ).one_or_none()
    read.require("debrief:answer", On(challenge_id=found.id if found else 0))
    if found is None:
        raise Refused("missing")
    policy.stands_apart(read.connection, read.actor, found.id)
    rows = read.connection.execute(_asked().where(Summary.stage_id == found.stage_id))
    return Debriefs(found.ref, found.title, found.language, stage, tuple(_read(row) for row in rows))


def of_proposal(read: Reader, proposal_id: int) -> tuple[Asked, ...]:
    """What its own supplier asked, whose right to read it the caller has checked."""
    return tuple(
        _read(row) for row in read.connection.execute(_asked().where(Summary.proposal_id == proposal_id))
    )


def _asked() -> Select[*tuple[Any, ...]]:
    row = Debrief
    return (
        select(
            Proposal.letter, Organisation.name, row.question, row.language, row.wants_meeting, row.asked_at,
            row.answer, row.answer_language, row.answered_at, Summary.replaced_at,
        )
        .join(Summary, Summary.id == row.summary_id)
        .join(Proposal, Proposal.id == Summary.proposal_id)
        .join(Organisation, Organisation.id == Proposal.supplier_id)
        .order_by(row.answered_at.is_not(None), row.asked_at, row.summary_id)
    )  # fmt: skip


def _read(row: Any) -> Asked:
    return Asked(
        letter=row.letter or "", supplier=row.name, question=row.question, language=row.language,
        wants_meeting=row.wants_meeting, asked_at=row.asked_at, standing=row.replaced_at is None,
        answer=row.answer, answer_language=row.answer_language, answered_at=row.answered_at,
    )  # fmt: skip
