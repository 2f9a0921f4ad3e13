"""The trail's ground: the log that only grows, what may be erased beside it, and the journal."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.base import Key, Model, link


class LogHead(Model):
    """One row: how many leaves there are. Locked last, for as short as can be."""

    __tablename__ = "log_head"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int]
    __table_args__ = (CheckConstraint("id = 1", name="single"),)


class LogEvent(Model):
    """A leaf, byte for byte as served. The database refuses to change, remove or skip one.

    `challenge_id` and `kind` repeat what the leaf says, so that pages can filter by them.
    """

    __tablename__ = "log_event"
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    leaf: Mapped[bytes]
    leaf_hash: Mapped[bytes]
    kind: Mapped[str]
    challenge_id: Mapped[int | None] = link("challenge", index=False)
    at: Mapped[datetime]
    __table_args__ = (
        Index("ix_log_event_challenge", "challenge_id", "index"),
        Index("ix_log_event_kind", "kind", "index"),
    )


class LogOpening(Model):
    """Salt and value behind a leaf's commitment, encrypted: the only rows that may be erased."""

    __tablename__ = "log_opening"
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    field: Mapped[str] = mapped_column(primary_key=True)
    ciphertext: Mapped[bytes]


class LogTile(Model):
    """Up to 256 hashes of the tree, joined; only the last tile of a level is still growing, at its end."""

    __tablename__ = "log_tile"
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hashes: Mapped[bytes]


class LogCheckpoint(Model):
    """A signed note over the first `size` leaves, with the cosignatures that came in since."""

    __tablename__ = "log_checkpoint"
    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    note: Mapped[str]
    at: Mapped[datetime]


class LogKey(Model):
    """A verifier key that signs checkpoints: of any size while `last_size` is None, else up to it."""

    __tablename__ = "log_key"
    id: Mapped[Key]
    vkey: Mapped[str] = mapped_column(unique=True)
    last_size: Mapped[int | None]


class JournalEntry(Model):
    """An internal act: append-only, never public, and never the words that somebody wrote."""

    __tablename__ = "journal"
    id: Mapped[Key]
    at: Mapped[datetime]
    person_id: Mapped[int | None] = link("person")
    act: Mapped[str]
    challenge_id: Mapped[int | None] = link("challenge")
    facts: Mapped[str]
