"""What follows a decision: it is reopened, a reserve is called, and a draw breaks a tie."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
FOR_TWO = ("resume", "terminate", "reschedule")
NOW_TOO = ("call-reserve", "reopen")


def upgrade() -> None:
    op.create_table(
        "draw",
        sa.Column("stage_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("beacon", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_draw_person_id")),
        sa.ForeignKeyConstraint(["stage_id"], ["stage.id"], name=op.f("fk_draw_stage_id")),
        sa.PrimaryKeyConstraint("stage_id", "person_id", name=op.f("pk_draw")),
    )
    op.create_index("ix_draw_person_id", "draw", ["person_id"])
    op.add_column("move_request", sa.Column("subject", sa.Text(), server_default="", nullable=False))
    # In one statement, so that no table is rebuilt for it.
    op.execute(
        "ALTER TABLE decision_line ADD COLUMN ground TEXT DEFAULT '' NOT NULL"
        " CONSTRAINT ck_decision_line_ground_known CHECK (ground IN ('', 'withdrawn', 'exclusion'))"
    )
    _asked_for((*FOR_TWO, *NOW_TOO))


def downgrade() -> None:
    """What was asked for by a move of this schema alone goes."""
    op.execute("DELETE FROM move_request WHERE move IN ('call-reserve', 'reopen')")
    _asked_for(FOR_TWO)
    op.drop_column("decision_line", "ground")
    op.drop_column("move_request", "subject")
    op.drop_table("draw")


def _asked_for(moves: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{move}'" for move in moves)
    with op.batch_alter_table("move_request") as table:
        table.drop_constraint(op.f("ck_move_request_move_known"), type_="check")
        table.create_check_constraint(op.f("ck_move_request_move_known"), f"move IN ({listed})")
