"""Seats: a role's deputy, and who is asked to take it over, beside its holder."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
CHAIR = "role = 'chair' AND until_at IS NULL"


def upgrade() -> None:
    seat = sa.Column(
        "seat_id", NUMBER, sa.ForeignKey("role_assignment.id", name=op.f("fk_role_assignment_seat_id"))
    )
    op.add_column("role_assignment", seat, inline_references=True)
    op.add_column("role_assignment", sa.Column("rests_at", INSTANT))
    op.drop_index("uq_role_assignment_chair", "role_assignment")
    _one_chair(f"{CHAIR} AND rests_at IS NULL")


def downgrade() -> None:
    """Whoever stands by, sits in or was asked leaves, and who is away is back."""
    op.drop_index("uq_role_assignment_chair", "role_assignment")
    op.execute(
        "UPDATE role_assignment SET until_at = from_at"
        " WHERE until_at IS NULL AND (deputy OR (rests_at IS NOT NULL AND accepted_at IS NULL))"
    )
    op.drop_column("role_assignment", "rests_at")
    op.drop_column("role_assignment", "seat_id")
    _one_chair(CHAIR)


def _one_chair(where: str) -> None:
    op.create_index(
        "uq_role_assignment_chair", "role_assignment", ["challenge_id"], unique=True,
        sqlite_where=sa.text(where), postgresql_where=sa.text(where),
    )  # fmt: skip
