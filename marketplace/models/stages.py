"""A stage of a challenge: its state and dates, its key while sealed, and who opened it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.base import Key, Model, link, one_of
from marketplace.rules.lifecycle import STAGE_STATES


class Stage(Model):
    """`age_identity` is the private half, encrypted to the sealing key, and gone once opened.

    At `final_at` the panel's levels were final; before it nobody sees a total, a rank or a price. `beacon` is
    the hex of the public random value that breaks ties, once there was need of one.
    """

    __tablename__ = "stage"
    id: Mapped[Key]
    challenge_id: Mapped[int] = link("challenge", index=False)
    number: Mapped[int]
    state: Mapped[str] = mapped_column(default="planned")
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    final_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    received: Mapped[int | None]
    age_recipient: Mapped[str | None]
    age_identity: Mapped[bytes | None]
    opening_record: Mapped[str | None]
    early_reads: Mapped[int] = mapped_column(default=0)
    beacon: Mapped[str] = mapped_column(default="", server_default="")
    __table_args__ = (
        UniqueConstraint("challenge_id", "number"),
        one_of("state", STAGE_STATES),
        CheckConstraint("state <> 'collecting' OR closes_at IS NOT NULL", name="collecting_has_deadline"),
        CheckConstraint("opened_at IS NULL OR age_identity IS NULL", name="key_gone_once_opened"),
        Index("ix_stage_state_closes", "state", "closes_at"),
    )


class OpeningConfirmation(Model):
    """One of the two openers, in a visit of their own, says: open it."""

    __tablename__ = "opening_confirmation"
    stage_id: Mapped[int] = link("stage", primary_key=True, index=False)
    person_id: Mapped[int] = link("person", primary_key=True)
    visit: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("stage_id", "visit"),)


class Agreement(Model):
    """A contract with one supplier for one stage; at most one stands."""

    __tablename__ = "agreement"
    id: Mapped[Key]
    stage_id: Mapped[int] = link("stage")
    proposal_id: Mapped[int] = link("proposal")
    buyer_id: Mapped[int] = link("organisation", index=False)
    supplier_id: Mapped[int] = link("organisation")
    value: Mapped[int]
    currency: Mapped[str]
    signed_on: Mapped[date]
    paid_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("value >= 0", name="value_not_negative"),
        Index("uq_agreement_standing", "stage_id", "proposal_id", unique=True,
              sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL")),
    )  # fmt: skip
