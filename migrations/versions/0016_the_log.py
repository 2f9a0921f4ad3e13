"""The log is hashed, signed and witnessed; attachments are scanned."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SCANS = "'waiting', 'clean', 'infected', 'unasked'"


def upgrade() -> None:
    op.create_table(
        "log_tile",
        sa.Column("level", NUMBER, nullable=False),
        sa.Column("n", NUMBER, nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "n", name=op.f("pk_log_tile")),
    )
    op.create_table(
        "log_checkpoint",
        sa.Column("size", NUMBER, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_log_checkpoint")),
    )
    op.create_table(
        "log_key",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("vkey", sa.Text(), nullable=False),
        sa.Column("last_size", NUMBER, nullable=True),
        sa.UniqueConstraint("vkey", name=op.f("uq_log_key_vkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_key")),
    )
    _witnesses()
    op.execute(
        "ALTER TABLE proposal_file ADD COLUMN scan TEXT NOT NULL DEFAULT 'waiting'"
        f" CONSTRAINT ck_proposal_file_scan_known CHECK (scan IN ({SCANS}))"
    )
    op.add_column("notice", sa.Column("log_index", NUMBER, nullable=True))


def _witnesses() -> None:
    op.create_table(
        "witness",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("vkey", sa.Text(), nullable=False),
        sa.Column("size", NUMBER, nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.UniqueConstraint("vkey", name=op.f("uq_witness_vkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_witness")),
    )
    op.create_table(
        "witnessed_log",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("vkeys", sa.Text(), nullable=False),
        sa.Column("size", NUMBER, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.UniqueConstraint("origin", name=op.f("uq_witnessed_log_origin")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_witnessed_log")),
    )


def downgrade() -> None:
    """What was signed and witnessed goes; the leaves stay."""
    with op.batch_alter_table("notice") as table:
        table.drop_column("log_index")
    with op.batch_alter_table("proposal_file") as table:
        table.drop_constraint(op.f("ck_proposal_file_scan_known"), type_="check")
        table.drop_column("scan")
    for table_name in ("witnessed_log", "witness", "log_key", "log_checkpoint", "log_tile"):
        op.drop_table(table_name)
