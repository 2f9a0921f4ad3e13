"""Who leaves a panel half-way: the entry that commits to the reason, and moves that only some can ask for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ALL = (
    "send", "send-back", "engage", "approve", "open", "begin", "notice", "award", "deliver", "complete", "end",
    "suspend", "resume", "terminate", "collect", "close", "interrupt", "reschedule", "nobody", "open-proposals",
    "score", "moderate", "decide",
)  # fmt: skip
FOR_TWO = ("resume", "terminate", "reschedule")


def upgrade() -> None:
    op.add_column("recusal", sa.Column("log_index", NUMBER, nullable=True))
    op.create_index("ix_recusal_log_index", "recusal", ["log_index"])
    _asked_for(FOR_TWO)


def downgrade() -> None:
    _asked_for(ALL)
    op.drop_index("ix_recusal_log_index", "recusal")
    op.drop_column("recusal", "log_index")


def _asked_for(moves: tuple[str, ...]) -> None:
    """A request is made only for a move to which a second person agrees."""
    listed = ", ".join(f"'{move}'" for move in moves)
    with op.batch_alter_table("move_request") as table:
        table.drop_constraint(op.f("ck_move_request_move_known"), type_="check")
        table.create_check_constraint(op.f("ck_move_request_move_known"), f"move IN ({listed})")
