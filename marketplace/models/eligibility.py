"""Whether a proposal may be scored at all: each published condition, and the supplier's right of reply."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.base import Model, link
from marketplace.models.evaluation import proposal_of_stage
from marketplace.models.proposals import ELIGIBLE, Proposal


class EligibilityCheck(Model):
    """Whether a proposal meets one published condition, with a reason."""

    __tablename__ = "eligibility_check"
    stage_id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(primary_key=True)
    condition: Mapped[str] = mapped_column(primary_key=True)
    passes: Mapped[bool]
    reason: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    by_id: Mapped[int] = link("person", index=False)
    at: Mapped[datetime]
    __table_args__ = (proposal_of_stage(),)


class EligibilityDoubt(Model):
    """A supplier was told which conditions its proposal seems to miss, and may reply before it is ruled on.

    `reply` is age ciphertext for the record key and its supplier. A refusal stands once a second person confirmed it.
    """

    __tablename__ = "eligibility_doubt"
    stage_id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(primary_key=True)
    told_at: Mapped[datetime]
    due_at: Mapped[datetime]
    reply: Mapped[bytes | None]
    replied_at: Mapped[datetime | None]
    refused: Mapped[bool | None]
    ruling: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="en")
    ruled_by_id: Mapped[int | None] = link("person", index=False)
    ruled_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = link("person", index=False)
    confirmed_at: Mapped[datetime | None]
    __table_args__ = (proposal_of_stage(),)


# Told, and neither ruled eligible nor refused by two people.
IN_DOUBT = and_(EligibilityDoubt.confirmed_at.is_(None), EligibilityDoubt.refused.is_not(False))


def unchecked(stage_id: int, conditions: int) -> Select[int]:
    """The opened proposals of a stage that were not checked against each of so many conditions."""
    row = EligibilityCheck
    checked = (
        select(func.count())
        .where(row.stage_id == stage_id, row.proposal_id == Proposal.id)
        .correlate(Proposal)
        .scalar_subquery()
    )
    return select(Proposal.id).where(
        Proposal.stage_id == stage_id, Proposal.letter.is_not(None), ELIGIBLE, checked < conditions
    )


def in_doubt(stage_id: int) -> Select[int]:
    """The proposals of a stage on which nobody has ruled for good."""
    return select(EligibilityDoubt.proposal_id).where(EligibilityDoubt.stage_id == stage_id, IN_DOUBT)
