"""What was erased: a row for each place in which words stood, and none of the words."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped

from marketplace.models.base import Key, Model, link
from marketplace.models.challenges import ChallengeVersion


class Erasure(Model):
    """Words are gone from one place. Rows of one `ref` were erased in one act; `log_index` says so in public.

    `owner` is the reference of the challenge, the organisation's slug or the person's reference, and `place` what
    `published.py` calls it. `entry` and `field` name the commitment whose opening is gone, where there was one.
    """

    __tablename__ = "erasure"
    id: Mapped[Key]
    ref: Mapped[str]
    owner: Mapped[str]
    place: Mapped[str]
    made_at: Mapped[datetime]
    entry: Mapped[int | None]
    field: Mapped[str]
    challenge_id: Mapped[int | None] = link("challenge", index=False)
    version: Mapped[int | None]
    ground: Mapped[str]
    at: Mapped[datetime]
    log_index: Mapped[int | None]
    __table_args__ = (
        UniqueConstraint("ref", "place"),
        Index("ix_erasure_challenge_id_version", "challenge_id", "version"),
        Index("ix_erasure_entry", "entry"),
    )


# Of a version in a statement: the last entry that says that words of it were erased.
ERASED = (
    select(func.max(Erasure.log_index))
    .where(Erasure.challenge_id == ChallengeVersion.challenge_id, Erasure.version == ChallengeVersion.number)
    .scalar_subquery()
)
