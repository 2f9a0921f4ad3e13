"""What the lead asks suppliers once their proposals are opened, and what they reply."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Select, func, select
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.base import Key, Model, link, one_of
from marketplace.models.evaluation import proposal_of_stage
from marketplace.models.proposals import Proposal

CLARIFIES = ("ambiguity", "error", "missing")


class Clarification(Model):
    """After opening, the lead asks one supplier about an ambiguity, an error or what is missing.

    The reply stands beside the answer that it is about, never over it, and takes at most `words`; it is age
    ciphertext for the record key and its supplier. `answer` is that answer's question.
    """

    __tablename__ = "clarification"
    id: Mapped[Key]
    stage_id: Mapped[int] = mapped_column()
    proposal_id: Mapped[int] = mapped_column()
    kind: Mapped[str] = mapped_column(default="ambiguity", server_default="ambiguity")
    answer: Mapped[str] = mapped_column(default="", server_default="")
    question: Mapped[str]
    words: Mapped[int] = mapped_column(default=200, server_default="200")
    language: Mapped[str] = mapped_column(default="en")
    asked_by_id: Mapped[int] = link("person", index=False)
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    reply: Mapped[bytes | None]
    replied_at: Mapped[datetime | None]
    __table_args__ = (
        proposal_of_stage(), one_of("kind", CLARIFIES),
        Index("ix_clarification_proposal", "stage_id", "proposal_id"),
    )  # fmt: skip


def open_questions(stage_id: int, now: datetime) -> Select[datetime | None]:
    """Until when the last reply may still come at a stage from somebody who competes; None where none may."""
    row = Clarification
    return (
        select(func.max(row.due_at))
        .join(Proposal, Proposal.id == row.proposal_id)
        .where(row.stage_id == stage_id, row.replied_at.is_(None), row.due_at > now, Proposal.excluded == "")
    )
