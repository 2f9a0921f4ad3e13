"""Proposals: a supplier's encrypted draft and the sealed submissions made of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Select, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.base import Key, Model, link, one_of
from marketplace.models.challenges import Challenge
from marketplace.models.stages import Stage
from marketplace.rules.lifecycle import RUNNING_STATES

PROPOSAL_STATES = ("draft", "submitted", "withdrawn")
# Refused for eligibility it was never scored; the others were, and are counted no more.
EXCLUDED = ("", "eligibility", "withdrawn", "exclusion")

# Unasked: this installation has no scanner. Waiting: it has one that did not answer yet.
SCANS = ("waiting", "clean", "infected", "unasked")


class Proposal(Model):
    """One supplier's answer to one stage. `draft` is age ciphertext for the supplier alone.

    Outcomes are not a state: the decision's lines say who goes on. `price` is in minor units, sealed with the
    rest until the levels are final. `excluded` says by a code why it is out of the competition. `words` counts
    those of its opened answers.
    """

    __tablename__ = "proposal"
    id: Mapped[Key]
    ref: Mapped[str] = mapped_column(unique=True)
    stage_id: Mapped[int] = link("stage", index=False)
    supplier_id: Mapped[int] = link("organisation")
    number: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(default="draft")
    language: Mapped[str] = mapped_column(default="en")
    version_id: Mapped[int] = link("challenge_version", index=False)
    draft: Mapped[bytes]
    edition: Mapped[int] = mapped_column(default=1)
    letter: Mapped[str | None]
    content: Mapped[bytes | None]
    words: Mapped[int | None]
    price: Mapped[int | None]
    excluded: Mapped[str] = mapped_column(default="", server_default="")
    public_summary: Mapped[str] = mapped_column(default="")
    agrees_to_be_named: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("stage_id", "supplier_id", "number"),
        UniqueConstraint("stage_id", "id"),
        UniqueConstraint("stage_id", "letter"),
        one_of("state", PROPOSAL_STATES),
        one_of("excluded", EXCLUDED),
        CheckConstraint("state <> 'submitted' OR submitted_at IS NOT NULL", name="submitted_has_instant"),
    )


# Whether it takes part in scoring: who was refused for a published condition never does.
ELIGIBLE = Proposal.excluded != "eligibility"


class Submission(Model):
    """One sealed hand-in: ciphertext for the stage and the supplier, committed to by its leaf."""

    __tablename__ = "submission"
    id: Mapped[Key]
    proposal_id: Mapped[int] = link("proposal", index=False)
    number: Mapped[int]
    version_id: Mapped[int] = link("challenge_version", index=False)
    ciphertext: Mapped[bytes]
    ciphertext_hash: Mapped[str]
    at: Mapped[datetime]
    log_index: Mapped[int | None]
    current: Mapped[bool] = mapped_column(default=True)
    __table_args__ = (
        UniqueConstraint("proposal_id", "number"),
        Index("uq_submission_current", "proposal_id", unique=True,
              sqlite_where=text("current"), postgresql_where=text("current")),
    )  # fmt: skip


class ProposalFile(Model):
    """An attachment, kept encrypted and found by the hash of its ciphertext.

    `scan` says what the scanner for malware found: nothing can be downloaded by others before it was asked.
    """

    __tablename__ = "proposal_file"
    id: Mapped[Key]
    proposal_id: Mapped[int] = link("proposal")
    label: Mapped[bytes]
    stored: Mapped[str] = mapped_column(unique=True)
    opened: Mapped[str | None]
    size: Mapped[int]
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    scan: Mapped[str] = mapped_column(default="waiting", server_default="waiting")
    __table_args__ = (one_of("scan", SCANS),)


class SealedEntry(Model):
    """Which stage a sealed leaf belongs to; the leaf itself does not say."""

    __tablename__ = "sealed_entry"
    log_index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    stage_id: Mapped[int] = link("stage")
    kind: Mapped[str]
    proposal_id: Mapped[int | None] = link("proposal", index=False)
    __table_args__ = (one_of("kind", ("proposal", "withdrawal", "lock", "cover")),)


class CoverEntry(Model):
    """A moment drawn when the stage opens at which a leaf without meaning joins the log."""

    __tablename__ = "cover_entry"
    id: Mapped[Key]
    stage_id: Mapped[int] = link("stage", index=False)
    due_at: Mapped[datetime]
    log_index: Mapped[int | None]
    __table_args__ = (Index("ix_cover_entry_due", "stage_id", "due_at"),)


def waiting_covers(now: datetime) -> Select[CoverEntry, Stage, str]:
    """Cover entries to come, with stage and challenge: only while a proposal might come just as well."""
    return (
        select(CoverEntry, Stage, Challenge.ref)
        .join(Stage, Stage.id == CoverEntry.stage_id)
        .join(Challenge, Challenge.id == Stage.challenge_id)
        .where(
            CoverEntry.log_index.is_(None), Stage.state == "collecting", Stage.closes_at > now,
            Challenge.state.in_(RUNNING_STATES),
        )
    )  # fmt: skip
