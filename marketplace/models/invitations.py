"""Invitations to work for an organisation, each sent to one e-mail address."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.base import Key, Model, link, one_of
from marketplace.rules.roles import ON_ORGANISATION


class Invitation(Model):
    """Waits for an answer until `ends_at`; the mailed link holds the token, this its hash."""

    __tablename__ = "invitation"
    id: Mapped[Key]
    ref: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[int] = link("organisation")
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
        one_of("role", tuple(ON_ORGANISATION)),
        one_of("answer", ("accepted", "declined", "withdrawn")),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
        Index("uq_invitation_waiting", "organisation_id", "email", unique=True,
              sqlite_where=text("answer IS NULL"), postgresql_where=text("answer IS NULL")),
    )  # fmt: skip
