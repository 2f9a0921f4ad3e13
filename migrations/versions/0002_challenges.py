"""Challenges, their stages, roles on them, and the tables of the trail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "log_head",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("size", NUMBER, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_log_head_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_head")),
    )
    op.create_table(
        "log_opening",
        sa.Column("index", NUMBER, autoincrement=False, nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("index", "field", name=op.f("pk_log_opening")),
    )
    op.create_table(
        "challenge",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("authority_id", NUMBER, nullable=False),
        sa.Column("round_id", NUMBER, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("resumes_to", sa.Text(), nullable=True),
        sa.Column("version", NUMBER, nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("conflicts_assessment", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("opened_at", INSTANT, nullable=True),
        sa.Column("closes_at", INSTANT, nullable=True),
        sa.Column("noticed_at", INSTANT, nullable=True),
        sa.Column("standstill_ends_at", INSTANT, nullable=True),
        sa.Column("awarded_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "(state = 'suspended') = (resumes_to IS NOT NULL)",
            name=op.f("ck_challenge_resumes_to_when_suspended"),
        ),
        sa.CheckConstraint(
            "state <> 'standstill' OR noticed_at IS NOT NULL", name=op.f("ck_challenge_standstill_has_notice")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'review', 'engagement', 'approved', 'open', 'in_progress', 'standstill', 'awarded', 'delivering', 'completed', 'suspended', 'terminated')",
            name=op.f("ck_challenge_state_known"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('open', 'in_progress') OR closes_at IS NOT NULL",
            name=op.f("ck_challenge_open_has_deadline"),
        ),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["organisation.id"], name=op.f("fk_challenge_authority_id")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_challenge_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenge")),
        sa.UniqueConstraint("ref", name=op.f("uq_challenge_ref")),
    )
    op.create_index(op.f("ix_challenge_authority_id"), "challenge", ["authority_id"], unique=False)
    op.create_index("ix_challenge_opened", "challenge", ["opened_at", "id"], unique=False)
    op.create_index(op.f("ix_challenge_round_id"), "challenge", ["round_id"], unique=False)
    op.create_index("ix_challenge_state_closes", "challenge", ["state", "closes_at", "id"], unique=False)
    op.create_table(
        "challenge_author",
        sa.Column("challenge_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["challenge.id"], name=op.f("fk_challenge_author_challenge_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_challenge_author_person_id")),
        sa.PrimaryKeyConstraint("challenge_id", "person_id", name=op.f("pk_challenge_author")),
    )
    op.create_index(op.f("ix_challenge_author_person_id"), "challenge_author", ["person_id"], unique=False)
    op.create_table(
        "challenge_section",
        sa.Column("challenge_id", NUMBER, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("edition", NUMBER, nullable=False),
        sa.Column("edited_by_id", NUMBER, nullable=True),
        sa.Column("edited_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "name IN ('problem', 'affected', 'tried', 'outcomes', 'data', 'adoption', 'stages', 'questions', 'criteria', 'terms')",
            name=op.f("ck_challenge_section_name_known"),
        ),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["challenge.id"], name=op.f("fk_challenge_section_challenge_id")
        ),
        sa.ForeignKeyConstraint(
            ["edited_by_id"], ["person.id"], name=op.f("fk_challenge_section_edited_by_id")
        ),
        sa.PrimaryKeyConstraint("challenge_id", "name", name=op.f("pk_challenge_section")),
    )
    op.create_table(
        "challenge_text",
        sa.Column("challenge_id", NUMBER, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["challenge.id"], name=op.f("fk_challenge_text_challenge_id")
        ),
        sa.PrimaryKeyConstraint("challenge_id", name=op.f("pk_challenge_text")),
    )
    op.create_table(
        "challenge_version",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("challenge_id", NUMBER, nullable=False),
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("made_by_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["challenge.id"], name=op.f("fk_challenge_version_challenge_id")
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_challenge_version_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenge_version")),
        sa.UniqueConstraint("challenge_id", "number", name=op.f("uq_challenge_version_challenge_id_number")),
    )
    op.create_table(
        "engagement_record",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("challenge_id", NUMBER, nullable=False),
        sa.Column("met", sa.Text(), nullable=False),
        sa.Column("given", sa.Text(), nullable=False),
        sa.Column("met_on", sa.Date(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["challenge.id"], name=op.f("fk_engagement_record_challenge_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagement_record")),
    )
    op.create_index(
        op.f("ix_engagement_record_challenge_id"), "engagement_record", ["challenge_id"], unique=False
    )
    op.create_table(
        "journal",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("person_id", NUMBER, nullable=True),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("challenge_id", NUMBER, nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["challenge_id"], ["challenge.id"], name=op.f("fk_journal_challenge_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_journal_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
    )
    op.create_index(op.f("ix_journal_challenge_id"), "journal", ["challenge_id"], unique=False)
    op.create_index(op.f("ix_journal_person_id"), "journal", ["person_id"], unique=False)
    op.create_table(
        "log_event",
        sa.Column("index", NUMBER, autoincrement=False, nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("challenge_id", NUMBER, nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["challenge_id"], ["challenge.id"], name=op.f("fk_log_event_challenge_id")),
        sa.PrimaryKeyConstraint("index", name=op.f("pk_log_event")),
    )
    op.create_index("ix_log_event_challenge", "log_event", ["challenge_id", "index"], unique=False)
    op.create_index("ix_log_event_kind", "log_event", ["kind", "index"], unique=False)
    op.create_table(
        "move_reason",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("challenge_id", NUMBER, nullable=False),
        sa.Column("move", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("log_index", NUMBER, nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["challenge_id"], ["challenge.id"], name=op.f("fk_move_reason_challenge_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_move_reason")),
    )
    op.create_index(op.f("ix_move_reason_challenge_id"), "move_reason", ["challenge_id"], unique=False)
    op.create_table(
        "move_request",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("challenge_id", NUMBER, nullable=False),
        sa.Column("move", sa.Text(), nullable=False),
        sa.Column("asked_by_id", NUMBER, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("state_seen", sa.Text(), nullable=False),
        sa.Column("version_seen", NUMBER, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("closes_at", INSTANT, nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("answered_by_id", NUMBER, nullable=True),
        sa.CheckConstraint(
            "move IN ('send', 'send-back', 'engage', 'approve', 'open', 'begin', 'notice', 'award', 'deliver', 'complete', 'end', 'suspend', 'resume', 'terminate', 'collect', 'close', 'interrupt', 'reschedule', 'nobody', 'open-proposals', 'score', 'moderate', 'decide')",
            name=op.f("ck_move_request_move_known"),
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_move_request_answered_by_id")
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_move_request_asked_by_id")),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["challenge.id"], name=op.f("fk_move_request_challenge_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_move_request")),
    )
    op.create_index(
        "uq_move_request_waiting",
        "move_request",
        ["challenge_id", "move"],
        unique=True,
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_table(
        "outcome",
        sa.Column("challenge_id", NUMBER, nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("in_use", sa.Boolean(), nullable=False),
        sa.Column("spent", NUMBER, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("lessons", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("reported_at", INSTANT, nullable=False),
        sa.CheckConstraint("spent >= 0", name=op.f("ck_outcome_spent_not_negative")),
        sa.ForeignKeyConstraint(["challenge_id"], ["challenge.id"], name=op.f("fk_outcome_challenge_id")),
        sa.PrimaryKeyConstraint("challenge_id", name=op.f("pk_outcome")),
    )
    op.create_table(
        "portal_notice",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("challenge_id", NUMBER, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "kind IN ('opening', 'award', 'contract')", name=op.f("ck_portal_notice_kind_known")
        ),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["challenge.id"], name=op.f("fk_portal_notice_challenge_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_notice")),
    )
    op.create_index(op.f("ix_portal_notice_challenge_id"), "portal_notice", ["challenge_id"], unique=False)
    op.create_table(
        "public_reference",
        sa.Column("challenge_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["challenge.id"], name=op.f("fk_public_reference_challenge_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_public_reference_person_id")),
        sa.PrimaryKeyConstraint("challenge_id", "person_id", name=op.f("pk_public_reference")),
    )
    op.create_index(op.f("ix_public_reference_person_id"), "public_reference", ["person_id"], unique=False)
    op.create_table(
        "role_assignment",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("organisation_id", NUMBER, nullable=True),
        sa.Column("programme_id", NUMBER, nullable=True),
        sa.Column("round_id", NUMBER, nullable=True),
        sa.Column("challenge_id", NUMBER, nullable=True),
        sa.Column("deputy", sa.Boolean(), nullable=False),
        sa.Column("external", sa.Boolean(), nullable=False),
        sa.Column("from_at", INSTANT, nullable=False),
        sa.Column("accepted_at", INSTANT, nullable=True),
        sa.Column("no_interest_at", INSTANT, nullable=True),
        sa.Column("until_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "CASE WHEN role = 'operator' THEN 0 ELSE 1 END = CASE WHEN organisation_id IS NULL THEN 0 ELSE 1 END + CASE WHEN programme_id IS NULL THEN 0 ELSE 1 END + CASE WHEN round_id IS NULL THEN 0 ELSE 1 END + CASE WHEN challenge_id IS NULL THEN 0 ELSE 1 END",
            name=op.f("ck_role_assignment_one_record"),
        ),
        sa.CheckConstraint(
            "role IN ('anyone', 'person', 'system', 'operator', 'member', 'administrator', 'editor', 'approver', 'lead', 'opener', 'evaluator', 'chair', 'observer', 'author')",
            name=op.f("ck_role_assignment_role_known"),
        ),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["challenge.id"], name=op.f("fk_role_assignment_challenge_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_role_assignment_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_assignment_person_id")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_role_assignment_programme_id")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_role_assignment_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_assignment")),
    )
    op.create_index(
        op.f("ix_role_assignment_challenge_id"), "role_assignment", ["challenge_id"], unique=False
    )
    op.create_index(
        op.f("ix_role_assignment_organisation_id"), "role_assignment", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_role_assignment_person_id"), "role_assignment", ["person_id"], unique=False)
    op.create_index(
        "uq_role_assignment_chair",
        "role_assignment",
        ["challenge_id"],
        unique=True,
        sqlite_where=sa.text("role = 'chair' AND until_at IS NULL"),
        postgresql_where=sa.text("role = 'chair' AND until_at IS NULL"),
    )
    op.create_index(
        "uq_role_assignment_challenge",
        "role_assignment",
        ["challenge_id", "person_id", "role"],
        unique=True,
        sqlite_where=sa.text("until_at IS NULL AND challenge_id IS NOT NULL"),
        postgresql_where=sa.text("until_at IS NULL AND challenge_id IS NOT NULL"),
    )
    op.create_index(
        "uq_role_assignment_organisation",
        "role_assignment",
        ["organisation_id", "person_id", "role"],
        unique=True,
        sqlite_where=sa.text("until_at IS NULL AND organisation_id IS NOT NULL"),
        postgresql_where=sa.text("until_at IS NULL AND organisation_id IS NOT NULL"),
    )
    op.create_table(
        "stage",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("challenge_id", NUMBER, nullable=False),
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opens_at", INSTANT, nullable=True),
        sa.Column("closes_at", INSTANT, nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("opened_at", INSTANT, nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("published_at", INSTANT, nullable=True),
        sa.Column("received", NUMBER, nullable=True),
        sa.Column("age_recipient", sa.Text(), nullable=True),
        sa.Column("age_identity", sa.LargeBinary(), nullable=True),
        sa.Column("opening_record", sa.Text(), nullable=True),
        sa.Column("early_reads", NUMBER, nullable=False),
        sa.CheckConstraint(
            "state <> 'collecting' OR closes_at IS NOT NULL", name=op.f("ck_stage_collecting_has_deadline")
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'collecting', 'closed', 'opened', 'scoring', 'moderating', 'decided', 'interrupted')",
            name=op.f("ck_stage_state_known"),
        ),
        sa.CheckConstraint(
            "opened_at IS NULL OR age_identity IS NULL", name=op.f("ck_stage_key_gone_once_opened")
        ),
        sa.ForeignKeyConstraint(["challenge_id"], ["challenge.id"], name=op.f("fk_stage_challenge_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage")),
        sa.UniqueConstraint("challenge_id", "number", name=op.f("uq_stage_challenge_id_number")),
    )
    op.create_index("ix_stage_state_closes", "stage", ["state", "closes_at"], unique=False)
    op.create_table(
        "opening_confirmation",
        sa.Column("stage_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("visit", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_opening_confirmation_person_id")),
        sa.ForeignKeyConstraint(["stage_id"], ["stage.id"], name=op.f("fk_opening_confirmation_stage_id")),
        sa.PrimaryKeyConstraint("stage_id", "person_id", name=op.f("pk_opening_confirmation")),
        sa.UniqueConstraint("stage_id", "visit", name=op.f("uq_opening_confirmation_stage_id_visit")),
    )
    op.create_index(
        op.f("ix_opening_confirmation_person_id"), "opening_confirmation", ["person_id"], unique=False
    )
    # ### end Alembic commands ###


def downgrade() -> None:
    op.drop_table("opening_confirmation")
    op.drop_table("stage")
    op.drop_table("role_assignment")
    op.drop_table("public_reference")
    op.drop_table("portal_notice")
    op.drop_table("outcome")
    op.drop_table("move_request")
    op.drop_table("move_reason")
    op.drop_table("log_event")
    op.drop_table("journal")
    op.drop_table("engagement_record")
    op.drop_table("challenge_version")
    op.drop_table("challenge_text")
    op.drop_table("challenge_section")
    op.drop_table("challenge_author")
    op.drop_table("challenge")
    op.drop_table("log_opening")
    op.drop_table("log_head")
