"""Proposals, the panel's work, notices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("challenge_id", NUMBER, nullable=True),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("next_try_at", INSTANT, nullable=False),
        sa.Column("tries", NUMBER, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["challenge_id"], ["challenge.id"], name=op.f("fk_notice_challenge_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("message_id", name=op.f("uq_notice_message_id")),
    )
    op.create_index(op.f("ix_notice_person_id"), "notice", ["person_id"], unique=False)
    op.create_index(
        "ix_notice_waiting",
        "notice",
        ["next_try_at"],
        unique=False,
        sqlite_where=sa.text("sent_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL"),
    )
    op.create_table(
        "cover_entry",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("stage_id", NUMBER, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("log_index", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(["stage_id"], ["stage.id"], name=op.f("fk_cover_entry_stage_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cover_entry")),
    )
    op.create_index("ix_cover_entry_due", "cover_entry", ["stage_id", "due_at"], unique=False)
    op.create_table(
        "decision",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("stage_id", NUMBER, nullable=False),
        sa.Column("proposed_by_id", NUMBER, nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("confirmed_by_id", NUMBER, nullable=True),
        sa.Column("confirmed_at", INSTANT, nullable=True),
        sa.Column("replaced_at", INSTANT, nullable=True),
        sa.Column("rank_reason", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["person.id"], name=op.f("fk_decision_confirmed_by_id")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["person.id"], name=op.f("fk_decision_proposed_by_id")),
        sa.ForeignKeyConstraint(["stage_id"], ["stage.id"], name=op.f("fk_decision_stage_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index(op.f("ix_decision_stage_id"), "decision", ["stage_id"], unique=False)
    op.create_index(
        "uq_decision_standing",
        "decision",
        ["stage_id"],
        unique=True,
        sqlite_where=sa.text("replaced_at IS NULL"),
        postgresql_where=sa.text("replaced_at IS NULL"),
    )
    op.create_table(
        "declaration",
        sa.Column("stage_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_declaration_person_id")),
        sa.ForeignKeyConstraint(["stage_id"], ["stage.id"], name=op.f("fk_declaration_stage_id")),
        sa.PrimaryKeyConstraint("stage_id", "person_id", name=op.f("pk_declaration")),
    )
    op.create_index(op.f("ix_declaration_person_id"), "declaration", ["person_id"], unique=False)
    op.create_table(
        "proposal",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("stage_id", NUMBER, nullable=False),
        sa.Column("supplier_id", NUMBER, nullable=False),
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("version_id", NUMBER, nullable=False),
        sa.Column("draft", sa.LargeBinary(), nullable=False),
        sa.Column("edition", NUMBER, nullable=False),
        sa.Column("letter", sa.Text(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("public_summary", sa.Text(), nullable=False),
        sa.Column("agrees_to_be_named", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("edited_at", INSTANT, nullable=False),
        sa.Column("submitted_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "state <> 'submitted' OR submitted_at IS NOT NULL", name=op.f("ck_proposal_submitted_has_instant")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'withdrawn')", name=op.f("ck_proposal_state_known")
        ),
        sa.ForeignKeyConstraint(["stage_id"], ["stage.id"], name=op.f("fk_proposal_stage_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["organisation.id"], name=op.f("fk_proposal_supplier_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["challenge_version.id"], name=op.f("fk_proposal_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("ref", name=op.f("uq_proposal_ref")),
        sa.UniqueConstraint("stage_id", "id", name=op.f("uq_proposal_stage_id_id")),
        sa.UniqueConstraint("stage_id", "letter", name=op.f("uq_proposal_stage_id_letter")),
        sa.UniqueConstraint(
            "stage_id", "supplier_id", "number", name=op.f("uq_proposal_stage_id_supplier_id_number")
        ),
    )
    op.create_index(op.f("ix_proposal_supplier_id"), "proposal", ["supplier_id"], unique=False)
    op.create_table(
        "score_lock",
        sa.Column("stage_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("log_index", NUMBER, nullable=True),
        sa.Column("salts", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_score_lock_person_id")),
        sa.ForeignKeyConstraint(["stage_id"], ["stage.id"], name=op.f("fk_score_lock_stage_id")),
        sa.PrimaryKeyConstraint("stage_id", "person_id", name=op.f("pk_score_lock")),
    )
    op.create_index(op.f("ix_score_lock_person_id"), "score_lock", ["person_id"], unique=False)
    op.create_table(
        "agreement",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("stage_id", NUMBER, nullable=False),
        sa.Column("proposal_id", NUMBER, nullable=False),
        sa.Column("buyer_id", NUMBER, nullable=False),
        sa.Column("supplier_id", NUMBER, nullable=False),
        sa.Column("value", NUMBER, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("value >= 0", name=op.f("ck_agreement_value_not_negative")),
        sa.ForeignKeyConstraint(["buyer_id"], ["organisation.id"], name=op.f("fk_agreement_buyer_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_agreement_proposal_id")),
        sa.ForeignKeyConstraint(["stage_id"], ["stage.id"], name=op.f("fk_agreement_stage_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["organisation.id"], name=op.f("fk_agreement_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
    )
    op.create_index(op.f("ix_agreement_proposal_id"), "agreement", ["proposal_id"], unique=False)
    op.create_index(op.f("ix_agreement_supplier_id"), "agreement", ["supplier_id"], unique=False)
    op.create_index(
        "uq_agreement_standing",
        "agreement",
        ["stage_id", "proposal_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "clarification",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("stage_id", NUMBER, nullable=False),
        sa.Column("proposal_id", NUMBER, nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("asked_by_id", NUMBER, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("reply", sa.LargeBinary(), nullable=True),
        sa.Column("replied_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_clarification_asked_by_id")),
        sa.ForeignKeyConstraint(
            ["stage_id", "proposal_id"],
            ["proposal.stage_id", "proposal.id"],
            name=op.f("fk_clarification_stage_id_proposal_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clarification")),
    )
    op.create_table(
        "decision_line",
        sa.Column("decision_id", NUMBER, nullable=False),
        sa.Column("proposal_id", NUMBER, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("rank", NUMBER, nullable=True),
        sa.Column("total_top", NUMBER, nullable=False),
        sa.Column("total_bottom", NUMBER, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('forward', 'reserve', 'not_selected', 'below_threshold')",
            name=op.f("ck_decision_line_outcome_known"),
        ),
        sa.CheckConstraint("total_bottom > 0", name=op.f("ck_decision_line_total_is_a_fraction")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_decision_line_decision_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_decision_line_proposal_id")),
        sa.PrimaryKeyConstraint("decision_id", "proposal_id", name=op.f("pk_decision_line")),
    )
    op.create_index(op.f("ix_decision_line_proposal_id"), "decision_line", ["proposal_id"], unique=False)
    op.create_table(
        "declared_interest",
        sa.Column("stage_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("proposal_id", NUMBER, nullable=False),
        sa.Column("interest", sa.Text(), nullable=False),
        sa.Column("grounds", sa.Text(), nullable=False),
        sa.Column("consented_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "interest IN ('none', 'manageable', 'conflict')", name=op.f("ck_declared_interest_interest_known")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_declared_interest_person_id")),
        sa.ForeignKeyConstraint(
            ["stage_id", "proposal_id"],
            ["proposal.stage_id", "proposal.id"],
            name=op.f("fk_declared_interest_stage_id_proposal_id"),
        ),
        sa.PrimaryKeyConstraint("stage_id", "person_id", "proposal_id", name=op.f("pk_declared_interest")),
    )
    op.create_index(op.f("ix_declared_interest_person_id"), "declared_interest", ["person_id"], unique=False)
    op.create_table(
        "proposal_file",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("proposal_id", NUMBER, nullable=False),
        sa.Column("label", sa.LargeBinary(), nullable=False),
        sa.Column("stored", sa.Text(), nullable=False),
        sa.Column("opened", sa.Text(), nullable=True),
        sa.Column("size", NUMBER, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("removed_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_proposal_file_proposal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_file")),
        sa.UniqueConstraint("stored", name=op.f("uq_proposal_file_stored")),
    )
    op.create_index(op.f("ix_proposal_file_proposal_id"), "proposal_file", ["proposal_id"], unique=False)
    op.create_table(
        "score",
        sa.Column("stage_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("proposal_id", NUMBER, nullable=False),
        sa.Column("criterion", sa.Text(), nullable=False),
        sa.Column("level", NUMBER, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.CheckConstraint("level >= 0", name=op.f("ck_score_level_not_negative")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_score_person_id")),
        sa.ForeignKeyConstraint(
            ["stage_id", "proposal_id"],
            ["proposal.stage_id", "proposal.id"],
            name=op.f("fk_score_stage_id_proposal_id"),
        ),
        sa.PrimaryKeyConstraint("stage_id", "person_id", "proposal_id", "criterion", name=op.f("pk_score")),
    )
    op.create_table(
        "sealed_entry",
        sa.Column("log_index", NUMBER, autoincrement=False, nullable=False),
        sa.Column("stage_id", NUMBER, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("proposal_id", NUMBER, nullable=True),
        sa.CheckConstraint(
            "kind IN ('proposal', 'withdrawal', 'lock', 'cover')", name=op.f("ck_sealed_entry_kind_known")
        ),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_sealed_entry_proposal_id")),
        sa.ForeignKeyConstraint(["stage_id"], ["stage.id"], name=op.f("fk_sealed_entry_stage_id")),
        sa.PrimaryKeyConstraint("log_index", name=op.f("pk_sealed_entry")),
    )
    op.create_index(op.f("ix_sealed_entry_stage_id"), "sealed_entry", ["stage_id"], unique=False)
    op.create_table(
        "submission",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("proposal_id", NUMBER, nullable=False),
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("version_id", NUMBER, nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.Column("ciphertext_hash", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("log_index", NUMBER, nullable=True),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_submission_proposal_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["challenge_version.id"], name=op.f("fk_submission_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint("proposal_id", "number", name=op.f("uq_submission_proposal_id_number")),
    )
    op.create_index(
        "uq_submission_current",
        "submission",
        ["proposal_id"],
        unique=True,
        sqlite_where=sa.text("current"),
        postgresql_where=sa.text("current"),
    )
    op.create_table(
        "summary",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("stage_id", NUMBER, nullable=False),
        sa.Column("proposal_id", NUMBER, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_summary_proposal_id")),
        sa.ForeignKeyConstraint(["stage_id"], ["stage.id"], name=op.f("fk_summary_stage_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summary")),
        sa.UniqueConstraint("stage_id", "proposal_id", name=op.f("uq_summary_stage_id_proposal_id")),
    )
    op.create_index(op.f("ix_summary_proposal_id"), "summary", ["proposal_id"], unique=False)
    # ### end Alembic commands ###


def downgrade() -> None:
    op.drop_table("summary")
    op.drop_table("submission")
    op.drop_table("sealed_entry")
    op.drop_table("score")
    op.drop_table("proposal_file")
    op.drop_table("declared_interest")
    op.drop_table("decision_line")
    op.drop_table("clarification")
    op.drop_table("agreement")
    op.drop_table("score_lock")
    op.drop_table("proposal")
    op.drop_table("declaration")
    op.drop_table("decision")
    op.drop_table("cover_entry")
    op.drop_table("notice")
