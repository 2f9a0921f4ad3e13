"""Notices: the outbox that is itself the record of every message we send."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ColumnElement, Index, and_, exists, or_, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.base import Key, Model, link
from marketplace.models.trail import LogCheckpoint

PROOF_WAIT = timedelta(minutes=2)


class Notice(Model):
    """One message to one person; `payload` is age ciphertext of its subject, text and link.

    `log_index` is an entry whose leaf goes along, with its proof once a checkpoint covers it.
    `address` is age ciphertext of where it goes, where that is not the address of the person's account.
    """

    __tablename__ = "notice"
    id: Mapped[Key]
    person_id: Mapped[int | None] = link("person")
    address: Mapped[bytes | None]
    kind: Mapped[str]
    challenge_id: Mapped[int | None] = link("challenge", index=False)
    payload: Mapped[bytes]
    message_id: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    log_index: Mapped[int | None]
    __table_args__ = (
        CheckConstraint("person_id IS NOT NULL OR address IS NOT NULL", name="goes_somewhere"),
        Index("ix_notice_waiting", "next_try_at",
              sqlite_where=text("sent_at IS NULL"), postgresql_where=text("sent_at IS NULL")),
    )  # fmt: skip


def due(now: datetime) -> ColumnElement[bool]:
    """Of a notice in a statement: whether it leaves now.

    What carries an entry waits for a checkpoint over it, and no longer than `PROOF_WAIT`: a log that is
    not signed holds no message up for good.
    """
    proved = or_(
        Notice.log_index.is_(None),
        Notice.created_at <= now - PROOF_WAIT,
        exists().where(LogCheckpoint.size > Notice.log_index),
    )
    return and_(Notice.sent_at.is_(None), Notice.next_try_at <= now, proved)
