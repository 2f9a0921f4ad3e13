"""Rows that keep the service itself running; none of them is anybody's act."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.base import Model


class IdempotencyKey(Model):
    """A form or request that took effect: sent again it gets the same answer, for 48 hours."""

    __tablename__ = "idempotency_key"
    actor: Mapped[str] = mapped_column(primary_key=True)
    action: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    body_hash: Mapped[str]
    result: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)


class Throttle(Model):
    """How often something was tried from one place or on one account in one window."""

    __tablename__ = "throttle"
    name: Mapped[str] = mapped_column(primary_key=True)
    window_starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int]


class Lease(Model):
    """Who may do a job that only one process may do, and until when."""

    __tablename__ = "lease"
    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    ends_at: Mapped[datetime]


class Heartbeat(Model):
    """The service was alive in this minute."""

    __tablename__ = "heartbeat"
    minute: Mapped[datetime] = mapped_column(primary_key=True)
