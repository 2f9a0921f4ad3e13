"""A witness that fails says since when, and a log that we watch what it showed against itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("witness", sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("witnessed_log", sa.Column("fault", sa.Text(), server_default="", nullable=False))
    op.add_column("witnessed_log", sa.Column("fault_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("witnessed_log", sa.Column("evidence", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    for name in ("evidence", "fault_at", "fault"):
        op.drop_column("witnessed_log", name)
    op.drop_column("witness", "failing_since")
