"""How a panel agrees: final levels, meetings, reopened locks, recusals, eligibility, prices and debriefs."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
STANDING = sa.text("replaced_at IS NULL")
OUTCOMES = "outcome IN ('forward', 'reserve', 'not_selected', 'below_threshold'{})"


def upgrade() -> None:
    _tables()
    _columns()
    _constraints()


def _tables() -> None:
    op.create_table(
        "meeting",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("stage_id", NUMBER, nullable=False),
        sa.Column("held_at", INSTANT, nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("recorded_by_id", NUMBER, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_meeting_recorded_by_id")),
        sa.ForeignKeyConstraint(["stage_id"], ["stage.id"], name=op.f("fk_meeting_stage_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
    )
    op.create_table(
        "recusal",
        sa.Column("stage_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_id", NUMBER, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_recusal_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recusal_person_id")),
        sa.ForeignKeyConstraint(["stage_id"], ["stage.id"], name=op.f("fk_recusal_stage_id")),
        sa.PrimaryKeyConstraint("stage_id", "person_id", name=op.f("pk_recusal")),
    )
    op.create_table(
        "reopened_lock",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("stage_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("log_index", NUMBER, nullable=True),
        sa.Column("salts", sa.LargeBinary(), nullable=True),
        sa.Column("scores", sa.Text(), nullable=False),
        sa.Column("reopened_at", INSTANT, nullable=False),
        sa.Column("reopened_by_id", NUMBER, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reopened_lock_person_id")),
        sa.ForeignKeyConstraint(
            ["reopened_by_id"], ["person.id"], name=op.f("fk_reopened_lock_reopened_by_id")
        ),
        sa.ForeignKeyConstraint(["stage_id"], ["stage.id"], name=op.f("fk_reopened_lock_stage_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reopened_lock")),
    )
    op.create_table(
        "agreed_level",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("stage_id", NUMBER, nullable=False),
        sa.Column("proposal_id", NUMBER, nullable=False),
        sa.Column("criterion", sa.Text(), nullable=False),
        sa.Column("level", NUMBER, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("outside", sa.Boolean(), nullable=False),
        sa.Column("made_by_id", NUMBER, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("signed_by_id", NUMBER, nullable=True),
        sa.Column("signed_at", INSTANT, nullable=True),
        sa.Column("replaced_at", INSTANT, nullable=True),
        sa.CheckConstraint("level IS NULL OR level >= 0", name=op.f("ck_agreed_level_level_not_negative")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_agreed_level_made_by_id")),
        sa.ForeignKeyConstraint(["signed_by_id"], ["person.id"], name=op.f("fk_agreed_level_signed_by_id")),
        sa.ForeignKeyConstraint(
            ["stage_id", "proposal_id"],
            ["proposal.stage_id", "proposal.id"],
            name=op.f("fk_agreed_level_stage_id_proposal_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreed_level")),
    )
    op.create_table(
        "attendance",
        sa.Column("meeting_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_attendance_meeting_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attendance_person_id")),
        sa.PrimaryKeyConstraint("meeting_id", "person_id", name=op.f("pk_attendance")),
    )
    op.create_table(
        "eligibility_check",
        sa.Column("stage_id", NUMBER, nullable=False),
        sa.Column("proposal_id", NUMBER, nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("passes", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("by_id", NUMBER, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_eligibility_check_by_id")),
        sa.ForeignKeyConstraint(
            ["stage_id", "proposal_id"],
            ["proposal.stage_id", "proposal.id"],
            name=op.f("fk_eligibility_check_stage_id_proposal_id"),
        ),
        sa.PrimaryKeyConstraint("stage_id", "proposal_id", "condition", name=op.f("pk_eligibility_check")),
    )
    op.create_table(
        "eligibility_doubt",
        sa.Column("stage_id", NUMBER, nullable=False),
        sa.Column("proposal_id", NUMBER, nullable=False),
        sa.Column("told_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("reply", sa.LargeBinary(), nullable=True),
        sa.Column("replied_at", INSTANT, nullable=True),
        sa.Column("refused", sa.Boolean(), nullable=True),
        sa.Column("ruling", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("ruled_by_id", NUMBER, nullable=True),
        sa.Column("ruled_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["ruled_by_id"], ["person.id"], name=op.f("fk_eligibility_doubt_ruled_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["stage_id", "proposal_id"],
            ["proposal.stage_id", "proposal.id"],
            name=op.f("fk_eligibility_doubt_stage_id_proposal_id"),
        ),
        sa.PrimaryKeyConstraint("stage_id", "proposal_id", name=op.f("pk_eligibility_doubt")),
    )
    op.create_table(
        "agreed_reason",
        sa.Column("agreed_level_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreed_level_id"], ["agreed_level.id"], name=op.f("fk_agreed_reason_agreed_level_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_agreed_reason_person_id")),
        sa.PrimaryKeyConstraint("agreed_level_id", "person_id", name=op.f("pk_agreed_reason")),
    )
    op.create_table(
        "debrief",
        sa.Column("summary_id", NUMBER, nullable=False),
        sa.Column("wants_meeting", sa.Boolean(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("asked_by_id", NUMBER, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answer_language", sa.Text(), nullable=False),
        sa.Column("answered_by_id", NUMBER, nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_debrief_answered_by_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_debrief_asked_by_id")),
        sa.ForeignKeyConstraint(["summary_id"], ["summary.id"], name=op.f("fk_debrief_summary_id")),
        sa.PrimaryKeyConstraint("summary_id", name=op.f("pk_debrief")),
    )

    for name, table, columns in (
        ("ix_meeting_stage_id", "meeting", ["stage_id"]),
        ("ix_recusal_person_id", "recusal", ["person_id"]),
        ("ix_reopened_lock_stage_id", "reopened_lock", ["stage_id"]),
        ("ix_attendance_person_id", "attendance", ["person_id"]),
        ("ix_agreed_reason_person_id", "agreed_reason", ["person_id"]),
        ("ix_clarification_proposal", "clarification", ["stage_id", "proposal_id"]),
    ):
        op.create_index(name, table, columns)
    op.create_index(
        "uq_agreed_level_standing", "agreed_level", ["stage_id", "proposal_id", "criterion"], unique=True,
        sqlite_where=STANDING, postgresql_where=STANDING,
    )  # fmt: skip


COLUMNS: tuple[tuple[str, str, sa.types.TypeEngine[Any], Any], ...] = (
    ("clarification", "answer", sa.Text(), ""),
    ("clarification", "words", NUMBER, "200"),
    ("organisation", "requires_practice", sa.Boolean(), sa.false()),
    ("person", "worked_for", sa.Text(), ""),
    ("person", "practised_at", INSTANT, None),
    ("proposal", "price", NUMBER, None),
    ("role_assignment", "undertaken_at", INSTANT, None),
    ("stage", "final_at", INSTANT, None),
    ("stage", "beacon", sa.Text(), ""),
    ("summary", "replaced_at", INSTANT, None),
)
"""Table, column, type, and the default of those that are never empty."""
CHECKED = (
    ("clarification", "kind", "ambiguity", "'ambiguity', 'error', 'missing'"),
    ("proposal", "excluded", "", "'', 'eligibility', 'withdrawn', 'exclusion'"),
)


def _columns() -> None:
    for table, name, kind, fallback in COLUMNS:
        op.add_column(table, sa.Column(name, kind, server_default=fallback, nullable=fallback is None))
    for table, name, default, values in CHECKED:
        # In one statement, so that no table that others refer to is rebuilt.
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN {name} TEXT DEFAULT '{default}' NOT NULL"
            f" CONSTRAINT ck_{table}_{name}_known CHECK ({name} IN ({values}))"
        )


def _constraints() -> None:
    _outcomes(", 'excluded'")
    with op.batch_alter_table("summary") as table:
        table.drop_constraint(op.f("uq_summary_stage_id_proposal_id"), type_="unique")
    op.create_index(
        "uq_summary_standing", "summary", ["stage_id", "proposal_id"], unique=True,
        sqlite_where=STANDING, postgresql_where=STANDING,
    )  # fmt: skip
    # Levels that a decision rests on were final when they were locked.
    op.execute(
        "UPDATE stage SET final_at = COALESCE(decided_at, opened_at) WHERE state IN ('moderating', 'decided')"
    )


def downgrade() -> None:
    """What was replaced, and what only this schema can say, goes."""
    op.execute("DELETE FROM debrief")
    op.drop_table("debrief")
    op.execute("DELETE FROM summary WHERE replaced_at IS NOT NULL")
    op.drop_index("uq_summary_standing", "summary")
    with op.batch_alter_table("summary") as table:
        table.create_unique_constraint(op.f("uq_summary_stage_id_proposal_id"), ["stage_id", "proposal_id"])
    op.execute("UPDATE decision_line SET outcome = 'not_selected' WHERE outcome = 'excluded'")
    _outcomes("")
    for table_name, name, _default, _values in CHECKED:
        op.drop_column(table_name, name)
    op.drop_index("ix_clarification_proposal", "clarification")
    for table_name, name, _kind, _fallback in COLUMNS:
        op.drop_column(table_name, name)
    for name in (
        "agreed_reason", "agreed_level", "attendance", "meeting", "eligibility_check", "eligibility_doubt",
        "recusal", "reopened_lock",
    ):  # fmt: skip
        op.drop_table(name)


def _outcomes(more: str) -> None:
    with op.batch_alter_table("decision_line") as table:
        table.drop_constraint(op.f("ck_decision_line_outcome_known"), type_="check")
        table.create_check_constraint(op.f("ck_decision_line_outcome_known"), OUTCOMES.format(more))
