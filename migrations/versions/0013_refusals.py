"""A refusal for eligibility stands once a second person confirmed it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CONFIRMER = "fk_eligibility_doubt_confirmed_by_id"


def upgrade() -> None:
    with op.batch_alter_table("eligibility_doubt") as table:
        table.add_column(sa.Column("confirmed_by_id", NUMBER, nullable=True))
        table.add_column(sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
        table.create_foreign_key(op.f(CONFIRMER), "person", ["confirmed_by_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("eligibility_doubt") as table:
        table.drop_constraint(op.f(CONFIRMER), type_="foreignkey")
        table.drop_column("confirmed_at")
        table.drop_column("confirmed_by_id")
