"""Installations that watch each other: who cosigns our checkpoints, and whose checkpoints we cosign.

Whoever is removed keeps their row, so that one who comes back is held to what they showed before.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.base import Key, Model


class Witness(Model):
    """Another installation that cosigns our checkpoints; `size` is the last that it is known to have seen.

    `fault` is a code of what went wrong the last time, empty where nothing did; it is so since `failing_since`.
    """

    __tablename__ = "witness"
    id: Mapped[Key]
    url: Mapped[str]
    vkey: Mapped[str] = mapped_column(unique=True)
    size: Mapped[int] = mapped_column(default=0)
    seen_at: Mapped[datetime | None]
    fault: Mapped[str] = mapped_column(default="")
    failing_since: Mapped[datetime | None]
    next_try_at: Mapped[datetime]
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class WitnessedLog(Model):
    """Another log that we cosign: its keys, one a line, and the last checkpoint of it, which alone is kept.

    `fault` is a code of what it signed and we refused, last seen at `fault_at`; `evidence` is a checkpoint signed by
    it that contradicts the one we cosigned.
    """

    __tablename__ = "witnessed_log"
    id: Mapped[Key]
    origin: Mapped[str] = mapped_column(unique=True)
    vkeys: Mapped[str]
    size: Mapped[int] = mapped_column(default=0)
    root: Mapped[bytes | None]
    note: Mapped[str] = mapped_column(default="")
    seen_at: Mapped[datetime | None]
    fault: Mapped[str] = mapped_column(default="")
    fault_at: Mapped[datetime | None]
    evidence: Mapped[str] = mapped_column(default="")
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
