"""Invitations to work for an organisation or on one challenge, each sent to one e-mail address."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.base import Key, Model, link, one_of
from marketplace.rules.roles import FROM_OUTSIDE, ON_ORGANISATION


class Invitation(Model):
    """Waits for an answer until `ends_at`; the mailed link holds the token, this its hash.

    On a challenge it is for a role of its own, or for a seat: to be its deputy, or to take it over.
    """

    __tablename__ = "invitation"
    id: Mapped[Key]
    ref: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[int | None] = link("organisation")
    challenge_id: Mapped[int | None] = link("challenge")
    seat_id: Mapped[int | None] = link("role_assignment", index=False)
    deputy: Mapped[bool] = mapped_column(default=False, server_default=false())
    email: Mapped[str]
    role: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    invited_by_id: Mapped[int] = link("person", index=False)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    __table_args__ = (
        one_of("role", (*ON_ORGANISATION, *FROM_OUTSIDE)),
        CheckConstraint("(organisation_id IS NULL) <> (challenge_id IS NULL)", name="one_place"),
        one_of("answer", ("accepted", "declined", "withdrawn")),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
        Index("uq_invitation_waiting", "organisation_id", "email", unique=True,
              sqlite_where=text("answer IS NULL"), postgresql_where=text("answer IS NULL")),
        Index("uq_invitation_expert_waiting", "challenge_id", "email", unique=True,
              sqlite_where=text("answer IS NULL"), postgresql_where=text("answer IS NULL")),
    )  # fmt: skip
