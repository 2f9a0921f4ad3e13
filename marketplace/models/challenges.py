"""A challenge, its draft sections, its immutable versions, and what surrounds it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, and_, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.base import Key, Model, link, one_of
from marketplace.rules.challenges import SECTIONS
from marketplace.rules.lifecycle import CHALLENGE_STATES, MOVES


class Challenge(Model):
    """Where a challenge stands. Its words are in sections while drafted, in versions afterwards."""

    __tablename__ = "challenge"
    id: Mapped[Key]
    ref: Mapped[str] = mapped_column(unique=True)
    authority_id: Mapped[int] = link("organisation")
    round_id: Mapped[int | None] = link("round")
    state: Mapped[str] = mapped_column(default="draft")
    resumes_to: Mapped[str | None]
    version: Mapped[int | None]
    language: Mapped[str] = mapped_column(default="en")
    title: Mapped[str] = mapped_column(default="")
    topic: Mapped[str] = mapped_column(default="")
    conflicts_assessment: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    noticed_at: Mapped[datetime | None]
    standstill_ends_at: Mapped[datetime | None]
    awarded_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        one_of("state", CHALLENGE_STATES),
        CheckConstraint("(state = 'suspended') = (resumes_to IS NOT NULL)", name="resumes_to_when_suspended"),
        CheckConstraint(
            "state NOT IN ('open', 'in_progress') OR closes_at IS NOT NULL", name="open_has_deadline"
        ),
        CheckConstraint("state <> 'standstill' OR noticed_at IS NOT NULL", name="standstill_has_notice"),
        Index("ix_challenge_state_closes", "state", "closes_at", "id"),
        Index("ix_challenge_state_opened", "state", "opened_at", "id"),
        Index("ix_challenge_authority_closes", "authority_id", "state", "closes_at", "id"),
        Index("ix_challenge_opened", "opened_at", "id"),
        Index("ix_challenge_ended", "ended_at", "id"),
    )


class ChallengeSection(Model):
    """One task of the authoring list, JSON of its struct; `edition` catches two editors at once."""

    __tablename__ = "challenge_section"
    challenge_id: Mapped[int] = link("challenge", primary_key=True, index=False)
    name: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[str]
    edition: Mapped[int] = mapped_column(default=1)
    edited_by_id: Mapped[int | None] = link("person", index=False)
    edited_at: Mapped[datetime]
    __table_args__ = (one_of("name", tuple(SECTIONS)),)


class ChallengeAuthor(Model):
    """Who wrote in a challenge: whoever did can never approve it."""

    __tablename__ = "challenge_author"
    challenge_id: Mapped[int] = link("challenge", primary_key=True, index=False)
    person_id: Mapped[int] = link("person", primary_key=True)


class ChallengeVersion(Model):
    """A whole content as noticed or approved, in canonical JSON; only ever followed by another."""

    __tablename__ = "challenge_version"
    id: Mapped[Key]
    challenge_id: Mapped[int] = link("challenge", index=False)
    number: Mapped[int]
    content: Mapped[str]
    content_hash: Mapped[str]
    created_at: Mapped[datetime]
    made_by_id: Mapped[int] = link("person", index=False)
    __table_args__ = (UniqueConstraint("challenge_id", "number"),)


# Joins a challenge to the one version that is in force.
IN_FORCE = and_(ChallengeVersion.challenge_id == Challenge.id, ChallengeVersion.number == Challenge.version)


class ChallengeText(Model):
    """What the search looks through: one row per public challenge, indexed by the database itself."""

    __tablename__ = "challenge_text"
    challenge_id: Mapped[int] = link("challenge", primary_key=True, index=False)
    title: Mapped[str]
    body: Mapped[str]


class MoveRequest(Model):
    """The first of two people asks for a move; the second's action makes it.

    `subject` is what the move is about beside its challenge: the letter of a proposal, or empty.
    """

    __tablename__ = "move_request"
    id: Mapped[Key]
    challenge_id: Mapped[int] = link("challenge", index=False)
    move: Mapped[str]
    asked_by_id: Mapped[int] = link("person", index=False)
    asked_at: Mapped[datetime]
    state_seen: Mapped[str]
    version_seen: Mapped[int | None]
    reason: Mapped[str]
    closes_at: Mapped[datetime | None]
    subject: Mapped[str] = mapped_column(default="", server_default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = link("person", index=False)
    __table_args__ = (
        one_of("move", tuple(move.name for move in MOVES if move.second)),
        Index("uq_move_request_waiting", "challenge_id", "move", unique=True,
              sqlite_where=text("answered_at IS NULL"), postgresql_where=text("answered_at IS NULL")),
    )  # fmt: skip


class MoveReason(Model):
    """The reason somebody gave for a public move: shown from here, so that it can be erased."""

    __tablename__ = "move_reason"
    id: Mapped[Key]
    challenge_id: Mapped[int] = link("challenge")
    move: Mapped[str]
    reason: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    log_index: Mapped[int | None]
    at: Mapped[datetime]


class EngagementRecord(Model):
    """A supplier met before opening: when, and what they were given. Published at opening."""

    __tablename__ = "engagement_record"
    id: Mapped[Key]
    challenge_id: Mapped[int] = link("challenge")
    met: Mapped[str]
    given: Mapped[str]
    met_on: Mapped[date]
    language: Mapped[str] = mapped_column(default="en")
    created_at: Mapped[datetime]


class PortalNotice(Model):
    """A publication elsewhere: number, link and date, from which the rules' clocks run."""

    __tablename__ = "portal_notice"
    id: Mapped[Key]
    challenge_id: Mapped[int] = link("challenge")
    kind: Mapped[str]
    number: Mapped[str]
    link: Mapped[str] = mapped_column(default="")
    published_on: Mapped[date]
    created_at: Mapped[datetime]
    __table_args__ = (one_of("kind", ("opening", "award", "contract")),)


class Outcome(Model):
    """What became of it: the result against the baseline, in use or not, spend and lessons."""

    __tablename__ = "outcome"
    challenge_id: Mapped[int] = link("challenge", primary_key=True, index=False)
    result: Mapped[str]
    in_use: Mapped[bool]
    spent: Mapped[int]
    currency: Mapped[str]
    lessons: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    reported_at: Mapped[datetime]
    __table_args__ = (CheckConstraint("spent >= 0", name="spent_not_negative"),)
