"""Indexes for lists whose cost must not follow the number of challenges, and for sums over a panel."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_challenge_state_opened", "challenge", ["state", "opened_at", "id"]),
    ("ix_challenge_authority_closes", "challenge", ["authority_id", "state", "closes_at", "id"]),
    ("ix_challenge_ended", "challenge", ["ended_at", "id"]),
    ("ix_organisation_kind_name", "organisation", ["kind", "name", "id"]),
    ("ix_agreement_stage_id", "agreement", ["stage_id"]),
    ("ix_score_levels", "score", ["stage_id", "proposal_id", "criterion", "person_id", "level"]),
)


def upgrade() -> None:
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns)
    op.create_index(
        "ix_score_left_out", "score", ["stage_id", "person_id"],
        sqlite_where=sa.text("counted IS 0"), postgresql_where=sa.text("counted IS false"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_score_left_out", "score")
    for name, table, _ in INDEXES:
        op.drop_index(name, table)
