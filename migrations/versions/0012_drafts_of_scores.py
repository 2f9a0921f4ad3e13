"""Scores that are begun, and how many words a panel has before it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "score_draft",
        sa.Column("stage_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("proposal_id", NUMBER, nullable=False),
        sa.Column("criterion", sa.Text(), nullable=False),
        sa.Column("level", NUMBER, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_score_draft_person_id")),
        sa.ForeignKeyConstraint(
            ["stage_id", "proposal_id"],
            ["proposal.stage_id", "proposal.id"],
            name=op.f("fk_score_draft_stage_id_proposal_id"),
        ),
        sa.PrimaryKeyConstraint(
            "stage_id", "person_id", "proposal_id", "criterion", name=op.f("pk_score_draft")
        ),
    )
    op.add_column("proposal", sa.Column("words", NUMBER, nullable=True))


def downgrade() -> None:
    op.drop_column("proposal", "words")
    op.drop_table("score_draft")
