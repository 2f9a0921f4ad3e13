"""A panel's final levels can be revised where two people agree."""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

FOR_TWO = ("resume", "terminate", "reschedule")
AFTER_DECISION = ("call-reserve", "reopen")


def upgrade() -> None:
    _asked_for((*FOR_TWO, "revise", *AFTER_DECISION))


def downgrade() -> None:
    """What was asked for by a move of this schema alone goes."""
    op.execute("DELETE FROM move_request WHERE move = 'revise'")
    _asked_for((*FOR_TWO, *AFTER_DECISION))


def _asked_for(moves: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{move}'" for move in moves)
    with op.batch_alter_table("move_request") as table:
        table.drop_constraint(op.f("ck_move_request_move_known"), type_="check")
        table.create_check_constraint(op.f("ck_move_request_move_known"), f"move IN ({listed})")
