"""Invitations, browsers that were seen before, changes of address, and notices to other addresses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("organisation_id", NUMBER, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("invited_by_id", NUMBER, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.CheckConstraint("role IN ('member', 'administrator')", name=op.f("ck_invitation_role_known")),
        sa.CheckConstraint(
            "answer IN ('accepted', 'declined', 'withdrawn')", name=op.f("ck_invitation_answer_known")
        ),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_invitation_answered")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_invitation_organisation_id")
        ),
        sa.ForeignKeyConstraint(["invited_by_id"], ["person.id"], name=op.f("fk_invitation_invited_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("ref", name=op.f("uq_invitation_ref")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    op.create_index(op.f("ix_invitation_organisation_id"), "invitation", ["organisation_id"])
    _one_at_a_time("invitation", ["organisation_id", "email"], "answer IS NULL")
    op.create_table(
        "device",
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_device_person_id")),
        sa.PrimaryKeyConstraint("person_id", "token_hash", name=op.f("pk_device")),
    )
    op.create_table(
        "address_change",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("old_token_hash", sa.Text(), nullable=False),
        sa.Column("new_token_hash", sa.Text(), nullable=False),
        sa.Column("visit_hash", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("old_agreed_at", INSTANT, nullable=True),
        sa.Column("new_agreed_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_address_change_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_change")),
        sa.UniqueConstraint("old_token_hash", name=op.f("uq_address_change_old_token_hash")),
        sa.UniqueConstraint("new_token_hash", name=op.f("uq_address_change_new_token_hash")),
    )
    _one_at_a_time("address_change", ["person_id"], "ended_at IS NULL")
    op.add_column("visit", sa.Column("device_hash", sa.Text(), nullable=True))
    with op.batch_alter_table("notice") as notice:
        notice.add_column(sa.Column("address", sa.LargeBinary(), nullable=True))
        notice.alter_column("person_id", existing_type=NUMBER, nullable=True)
        notice.create_check_constraint(
            op.f("ck_notice_goes_somewhere"), "person_id IS NOT NULL OR address IS NOT NULL"
        )


def downgrade() -> None:
    # What was sent to people without an account has no place in the older schema.
    op.execute(sa.text("DELETE FROM notice WHERE person_id IS NULL"))
    with op.batch_alter_table("notice") as notice:
        notice.drop_constraint(op.f("ck_notice_goes_somewhere"), type_="check")
        notice.alter_column("person_id", existing_type=NUMBER, nullable=False)
        notice.drop_column("address")
    op.drop_column("visit", "device_hash")
    op.drop_table("address_change")
    op.drop_table("device")
    op.drop_table("invitation")


def _one_at_a_time(table: str, columns: list[str], where: str) -> None:
    op.create_index(
        f"uq_{table}_waiting", table, columns, unique=True,
        sqlite_where=sa.text(where), postgresql_where=sa.text(where),
    )  # fmt: skip
