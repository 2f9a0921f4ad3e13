"""The panel's work: declarations, scores, locks, the decision and each supplier's summary."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKeyConstraint,
    Index,
    ScalarSelect,
    Select,
    func,
    select,
    text,
    union_all,
)
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.accounts import IN_OFFICE, RoleAssignment
from marketplace.models.base import Key, Model, link, one_of
from marketplace.models.proposals import ELIGIBLE, Proposal
from marketplace.models.stages import OpeningConfirmation, Stage
from marketplace.rules.roles import SCORERS, Role

INTERESTS = ("none", "manageable", "conflict")
LINE_OUTCOMES = ("forward", "reserve", "not_selected", "below_threshold", "excluded")
GROUNDS = ("", "withdrawn", "exclusion")


def proposal_of_stage() -> ForeignKeyConstraint:
    """A row about a proposal of this very stage."""
    return ForeignKeyConstraint(["stage_id", "proposal_id"], ["proposal.stage_id", "proposal.id"])


class Declaration(Model):
    """One of the panel has declared against every name; before that no text opens to them."""

    __tablename__ = "declaration"
    stage_id: Mapped[int] = link("stage", primary_key=True, index=False)
    person_id: Mapped[int] = link("person", primary_key=True)
    at: Mapped[datetime]


class DeclaredInterest(Model):
    """What one evaluator declared on one proposal, with the chair's consent where it is needed."""

    __tablename__ = "declared_interest"
    stage_id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = link("person", primary_key=True)
    proposal_id: Mapped[int] = mapped_column(primary_key=True)
    interest: Mapped[str]
    grounds: Mapped[str] = mapped_column(default="")
    consented_at: Mapped[datetime | None]
    __table_args__ = (proposal_of_stage(), one_of("interest", INTERESTS))


class Score(Model):
    """One evaluator's level for one criterion of one proposal, with a reason and what it points to."""

    __tablename__ = "score"
    stage_id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = link("person", primary_key=True, index=False)
    proposal_id: Mapped[int] = mapped_column(primary_key=True)
    criterion: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[int]
    reason: Mapped[str]
    question: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    saved_at: Mapped[datetime]
    counted: Mapped[bool] = mapped_column(default=True)
    __table_args__ = (
        proposal_of_stage(),
        CheckConstraint("level >= 0", name="level_not_negative"),
        # Sums over a panel are read from this index alone; and whose scores do not count, from the other.
        Index("ix_score_levels", "stage_id", "proposal_id", "criterion", "person_id", "level"),
        Index("ix_score_left_out", "stage_id", "person_id",
              sqlite_where=text("counted IS 0"), postgresql_where=text("counted IS false")),
    )  # fmt: skip


class ScoreDraft(Model):
    """A score that its evaluator has begun, as typed: it lacks a level, or a reason that holds.

    A cell has a score or a draft of one person, never both, so that nothing unfinished is ever counted. It is
    plain as scores are: the key that would open it lies beside the database.
    """

    __tablename__ = "score_draft"
    stage_id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = link("person", primary_key=True, index=False)
    proposal_id: Mapped[int] = mapped_column(primary_key=True)
    criterion: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[int | None]
    reason: Mapped[str]
    question: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    saved_at: Mapped[datetime]
    __table_args__ = (proposal_of_stage(),)


class ScoreLock(Model):
    """An evaluator has finished; a sealed leaf commits to levels and hashed reasons.

    `salts` open those hashes: age ciphertext for the record key of a JSON list, in the order of the leaf's
    reasons. They stand apart from the leaf's opening, so that levels can be shown while reasons stay closed.
    """

    __tablename__ = "score_lock"
    stage_id: Mapped[int] = link("stage", primary_key=True, index=False)
    person_id: Mapped[int] = link("person", primary_key=True)
    at: Mapped[datetime]
    log_index: Mapped[int | None]
    salts: Mapped[bytes | None]


class ReopenedLock(Model):
    """A lock that the chair reopened, for a reason: what it fixed is kept beside what is locked later.

    `scores` is a JSON list of letter, criterion, level, reason and answer pointed to.
    """

    __tablename__ = "reopened_lock"
    id: Mapped[Key]
    stage_id: Mapped[int] = link("stage")
    person_id: Mapped[int] = link("person", index=False)
    at: Mapped[datetime]
    log_index: Mapped[int | None]
    salts: Mapped[bytes | None]
    scores: Mapped[str]
    reopened_at: Mapped[datetime]
    reopened_by_id: Mapped[int] = link("person", index=False)
    reason: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")


class Recusal(Model):
    """Somebody of the panel stepped back or was stood down: their scores of this stage do not count.

    `reason` is in general words; it is public with the result, beside entry `log_index` that commits to it.
    """

    __tablename__ = "recusal"
    stage_id: Mapped[int] = link("stage", primary_key=True, index=False)
    person_id: Mapped[int] = link("person", primary_key=True)
    at: Mapped[datetime]
    by_id: Mapped[int] = link("person", index=False)
    reason: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    log_index: Mapped[int | None]
    __table_args__ = (Index("ix_recusal_log_index", "log_index"),)


class Meeting(Model):
    """The panel met to agree its levels: when, who was there, and what the chair wrote down of it."""

    __tablename__ = "meeting"
    id: Mapped[Key]
    stage_id: Mapped[int] = link("stage")
    held_at: Mapped[datetime]
    notes: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="en")
    recorded_by_id: Mapped[int] = link("person", index=False)
    recorded_at: Mapped[datetime]


class Attendance(Model):
    __tablename__ = "attendance"
    meeting_id: Mapped[int] = link("meeting", primary_key=True, index=False)
    person_id: Mapped[int] = link("person", primary_key=True)


class AgreedLevel(Model):
    """The panel's one level for a criterion of a proposal; without a level nobody agreed, and the mean counts.

    A level outside the range of the individual scores counts once a second person signed it.
    """

    __tablename__ = "agreed_level"
    id: Mapped[Key]
    stage_id: Mapped[int] = mapped_column()
    proposal_id: Mapped[int] = mapped_column()
    criterion: Mapped[str]
    level: Mapped[int | None]
    reason: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    outside: Mapped[bool] = mapped_column(default=False)
    made_by_id: Mapped[int] = link("person", index=False)
    made_at: Mapped[datetime]
    signed_by_id: Mapped[int | None] = link("person", index=False)
    signed_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]
    __table_args__ = (
        proposal_of_stage(),
        CheckConstraint("level IS NULL OR level >= 0", name="level_not_negative"),
        Index("uq_agreed_level_standing", "stage_id", "proposal_id", "criterion", unique=True,
              sqlite_where=text("replaced_at IS NULL"), postgresql_where=text("replaced_at IS NULL")),
    )  # fmt: skip


class AgreedReason(Model):
    """Why the panel moved away from one evaluator's own level."""

    __tablename__ = "agreed_reason"
    agreed_level_id: Mapped[int] = link("agreed_level", primary_key=True, index=False)
    person_id: Mapped[int] = link("person", primary_key=True)
    reason: Mapped[str]


class Draw(Model):
    """What one person read as the public random value that breaks ties; two who read the same settle it."""

    __tablename__ = "draw"
    stage_id: Mapped[int] = link("stage", primary_key=True, index=False)
    person_id: Mapped[int] = link("person", primary_key=True)
    beacon: Mapped[str]
    at: Mapped[datetime]


class Decision(Model):
    """Who goes on, proposed by the chair and confirmed by an approver who did not score.

    `record` is the public document whose hash the leaf carries, canonical JSON, from confirmation on.
    """

    __tablename__ = "decision"
    id: Mapped[Key]
    stage_id: Mapped[int] = link("stage")
    proposed_by_id: Mapped[int] = link("person", index=False)
    proposed_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None] = link("person", index=False)
    confirmed_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]
    rank_reason: Mapped[str] = mapped_column(default="")
    why: Mapped[str]
    record: Mapped[str | None]
    language: Mapped[str] = mapped_column(default="en")
    __table_args__ = (
        Index("uq_decision_standing", "stage_id", unique=True,
              sqlite_where=text("replaced_at IS NULL"), postgresql_where=text("replaced_at IS NULL")),
    )  # fmt: skip


CONFIRMED = Decision.confirmed_at.is_not(None) & Decision.replaced_at.is_(None)
"""Of a decision in a statement: whether it is the one that counts."""


class DecisionLine(Model):
    """A proposal's place in a decision: rank, exact total and the words its supplier reads.

    `ground` says why it is excluded by this decision, and is empty otherwise.
    """

    __tablename__ = "decision_line"
    decision_id: Mapped[int] = link("decision", primary_key=True, index=False)
    proposal_id: Mapped[int] = link("proposal", primary_key=True)
    outcome: Mapped[str]
    rank: Mapped[int | None]
    total_top: Mapped[int]
    total_bottom: Mapped[int]
    reason: Mapped[str] = mapped_column(default="")
    ground: Mapped[str] = mapped_column(default="", server_default="")
    __table_args__ = (
        one_of("outcome", LINE_OUTCOMES),
        one_of("ground", GROUNDS),
        CheckConstraint("total_bottom > 0", name="total_is_a_fraction"),
    )


class Summary(Model):
    """What one supplier is told: a frozen document, sent to all in one action."""

    __tablename__ = "summary"
    id: Mapped[Key]
    stage_id: Mapped[int] = link("stage", index=False)
    proposal_id: Mapped[int] = link("proposal")
    content: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    sent_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]
    __table_args__ = (
        Index("uq_summary_standing", "stage_id", "proposal_id", unique=True,
              sqlite_where=text("replaced_at IS NULL"), postgresql_where=text("replaced_at IS NULL")),
    )  # fmt: skip


class Debrief(Model):
    """What a supplier asks once about its summary, and whether it wants to meet; one answer."""

    __tablename__ = "debrief"
    summary_id: Mapped[int] = link("summary", primary_key=True, index=False)
    wants_meeting: Mapped[bool] = mapped_column(default=False)
    question: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    asked_by_id: Mapped[int] = link("person", index=False)
    asked_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(default="")
    answer_language: Mapped[str] = mapped_column(default="en")
    answered_by_id: Mapped[int | None] = link("person", index=False)
    answered_at: Mapped[datetime | None]


def counted_evaluators(stage_id: int) -> Select[int]:
    """Who locked and counts, in the order in which their locks stand in the trail: E1, E2 and so on."""
    return (
        select(ScoreLock.person_id)
        .where(ScoreLock.stage_id == stage_id, ~left_out())
        .order_by(ScoreLock.log_index, ScoreLock.person_id)
    )


def left_out() -> ColumnElement[bool]:
    """Of a lock in a statement: whether whoever locked does not count in that stage."""
    theirs = (Recusal.stage_id == ScoreLock.stage_id) & (Recusal.person_id == ScoreLock.person_id)
    return select(Recusal.person_id).where(theirs).correlate(ScoreLock).exists()


def changed_at(stage_id: int) -> Select[datetime]:
    """When the levels that count last changed: by a lock, or because somebody left the panel."""
    instants = union_all(
        select(ScoreLock.at).where(ScoreLock.stage_id == stage_id),
        select(Recusal.at).where(Recusal.stage_id == stage_id),
    ).subquery()
    return select(func.max(instants.c.at))


def counted_levels(stage_id: int) -> Select[int, str, int, int]:
    """Proposal, criterion, person and level of every score that counts; the panel's order is the caller's."""
    row = Score
    return select(row.proposal_id, row.criterion, row.person_id, row.level).where(
        row.stage_id == stage_id, counts(stage_id)
    )


def counts(stage_id: int) -> ColumnElement[bool]:
    """Of a score in a statement: whether its author locked and counts. Some leave before they lock."""
    return Score.person_id.in_(counted_evaluators(stage_id).order_by(None))


def said_of_cells(stage_id: int) -> Select[AgreedLevel]:
    """What the panel said of cells and still stands."""
    return select(AgreedLevel).where(AgreedLevel.stage_id == stage_id, AgreedLevel.replaced_at.is_(None))


def seats_with(
    done: type[ScoreLock] | type[OpeningConfirmation], stages: Iterable[int] | Select[int]
) -> Select[int, int]:
    """Stage and seat, for each seat in which somebody has locked, or confirmed the opening, of these stages.

    It is the seat that they had at that instant, and the one that they are in now: nobody does it twice. The lock of
    somebody who does not count leaves the seat open for whoever sits there next.
    """
    row, roles = RoleAssignment, SCORERS if done is ScoreLock else (Role.OPENER,)
    theirs = (row.challenge_id == Stage.challenge_id) & (row.person_id == done.person_id)
    then = (row.from_at <= done.at) & (row.until_at.is_(None) | (row.until_at >= done.at))
    found = (
        select(done.stage_id, row.seat.label("seat"))
        .join(Stage, Stage.id == done.stage_id)
        .join(row, theirs & (then | IN_OFFICE) & row.role.in_(roles))
        .where(done.stage_id.in_(stages))
    )
    return found.where(~left_out()) if done is ScoreLock else found


def taken_forward(stage_id: int | ScalarSelect[int], outcome: str = "forward") -> Select[int]:
    """The proposals that the stage's confirmed and standing decision takes forward, or holds in `reserve`."""
    return (
        select(DecisionLine.proposal_id)
        .join(Decision, Decision.id == DecisionLine.decision_id)
        .where(
            Decision.stage_id == stage_id, CONFIRMED,
            DecisionLine.outcome == outcome,
        )
    )  # fmt: skip


def untold(stage_id: int | ScalarSelect[int]) -> Select[int]:
    """The proposals of the stage whose suppliers still wait for their summary of what is decided now.

    Who was refused for eligibility was told then, and has no scores to read.
    """
    told = select(Summary.proposal_id).where(Summary.stage_id == stage_id, Summary.replaced_at.is_(None))
    return select(Proposal.id).where(
        Proposal.stage_id == stage_id, Proposal.state == "submitted", ELIGIBLE, Proposal.id.not_in(told)
    )
