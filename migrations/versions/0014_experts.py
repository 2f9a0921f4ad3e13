"""Invitations to one challenge, for experts from outside its authority."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WAITING = sa.text("answer IS NULL")
ROLE = "ck_invitation_role_known"


def upgrade() -> None:
    op.drop_index("uq_invitation_waiting", "invitation")
    with op.batch_alter_table("invitation") as table:
        table.alter_column("organisation_id", existing_type=NUMBER, nullable=True)
        table.add_column(sa.Column("challenge_id", NUMBER, nullable=True))
        table.add_column(sa.Column("seat_id", NUMBER, nullable=True))
        table.add_column(sa.Column("deputy", sa.Boolean(), server_default=sa.false(), nullable=False))
        table.create_foreign_key(op.f("fk_invitation_challenge_id"), "challenge", ["challenge_id"], ["id"])
        table.create_foreign_key(op.f("fk_invitation_seat_id"), "role_assignment", ["seat_id"], ["id"])
        table.drop_constraint(op.f(ROLE), type_="check")
        table.create_check_constraint(
            op.f(ROLE), "role IN ('member', 'administrator', 'evaluator', 'chair', 'observer')"
        )
        table.create_check_constraint(
            op.f("ck_invitation_one_place"), "(organisation_id IS NULL) <> (challenge_id IS NULL)"
        )
    op.create_index("ix_invitation_challenge_id", "invitation", ["challenge_id"])
    _one_at_a_time("uq_invitation_waiting", "organisation_id")
    _one_at_a_time("uq_invitation_expert_waiting", "challenge_id")


def downgrade() -> None:
    """Invitations to a challenge go."""
    op.execute("DELETE FROM invitation WHERE challenge_id IS NOT NULL")
    for name in ("uq_invitation_expert_waiting", "uq_invitation_waiting", "ix_invitation_challenge_id"):
        op.drop_index(name, "invitation")
    with op.batch_alter_table("invitation") as table:
        table.drop_constraint(op.f("ck_invitation_one_place"), type_="check")
        table.drop_constraint(op.f(ROLE), type_="check")
        table.create_check_constraint(op.f(ROLE), "role IN ('member', 'administrator')")
        table.drop_constraint(op.f("fk_invitation_challenge_id"), type_="foreignkey")
        table.drop_constraint(op.f("fk_invitation_seat_id"), type_="foreignkey")
        for name in ("deputy", "seat_id", "challenge_id"):
            table.drop_column(name)
        table.alter_column("organisation_id", existing_type=NUMBER, nullable=False)
    _one_at_a_time("uq_invitation_waiting", "organisation_id")


def _one_at_a_time(name: str, place: str) -> None:
    op.create_index(
        name, "invitation", [place, "email"], unique=True, sqlite_where=WAITING, postgresql_where=WAITING
    )
