"""What was erased leaves a row; words of a version or of the journal can go then, and nothing else of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
VERSION = ("id", "challenge_id", "number", "content_hash", "created_at", "made_by_id")
JOURNAL = ("id", "at", "person_id", "act", "challenge_id")


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entry", NUMBER, nullable=True),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("challenge_id", NUMBER, nullable=True),
        sa.Column("version", NUMBER, nullable=True),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("log_index", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(["challenge_id"], ["challenge.id"], name=op.f("fk_erasure_challenge_id")),
        sa.UniqueConstraint("ref", "place", name=op.f("uq_erasure_ref_place")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
    )
    op.create_index("ix_erasure_challenge_id_version", "erasure", ["challenge_id", "version"])
    op.create_index("ix_erasure_entry", "erasure", ["entry"])
    for statement in _up(op.get_bind().dialect.name):
        op.execute(sa.text(statement))


def downgrade() -> None:
    """That something was erased goes; what was erased stays gone."""
    for statement in _down(op.get_bind().dialect.name):
        op.execute(sa.text(statement))
    op.drop_table("erasure")


# Open only inside the transaction that erases: at its end the row has the index of its entry.
_ERASING = {
    "challenge_version": "EXISTS (SELECT 1 FROM erasure WHERE erasure.challenge_id = OLD.challenge_id"
    " AND erasure.version = OLD.number AND erasure.log_index IS NULL)",
    "journal": "EXISTS (SELECT 1 FROM erasure JOIN person ON person.ref = erasure.owner"
    " WHERE person.id = OLD.person_id AND erasure.log_index IS NULL)",
}


def _allowed(table: str, same: str) -> str:
    kept = VERSION if table == "challenge_version" else JOURNAL
    return " AND ".join([*(f"NEW.{column} {same} OLD.{column}" for column in kept), _ERASING[table]])


def _up(dialect: str) -> list[str]:
    if dialect == "sqlite":
        found = []
        for table in _ERASING:
            found += [
                f"DROP TRIGGER {table}_no_update",
                f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
                f"WHEN NOT ({_allowed(table, 'IS')}) "
                f"BEGIN SELECT RAISE(ABORT, '{table} only grows'); END",
            ]
        return [
            *found,
            "CREATE TRIGGER erasure_no_delete BEFORE DELETE ON erasure "
            "BEGIN SELECT RAISE(ABORT, 'erasure only grows'); END",
            "CREATE TRIGGER erasure_no_update BEFORE UPDATE ON erasure WHEN OLD.log_index IS NOT NULL "
            "BEGIN SELECT RAISE(ABORT, 'erasure only grows'); END",
        ]
    found = []
    for table in _ERASING:
        found += [
            f"CREATE FUNCTION {table}_only_erased() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF {_allowed(table, 'IS NOT DISTINCT FROM')} THEN RETURN NEW; END IF; "
            f"RAISE EXCEPTION '{table} only grows'; END $$",
            f"DROP TRIGGER {table}_insert_only ON {table}",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION only_grows()",
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_only_erased()",
        ]
    return [
        *found,
        "CREATE FUNCTION erasure_only_told() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN IF OLD.log_index IS NULL THEN RETURN NEW; END IF; "
        "RAISE EXCEPTION 'erasure only grows'; END $$",
        "CREATE TRIGGER erasure_no_delete BEFORE DELETE ON erasure FOR EACH ROW EXECUTE FUNCTION only_grows()",
        "CREATE TRIGGER erasure_no_update BEFORE UPDATE ON erasure "
        "FOR EACH ROW EXECUTE FUNCTION erasure_only_told()",
    ]


def _down(dialect: str) -> list[str]:
    found = []
    if dialect == "sqlite":
        for table in _ERASING:
            found += [
                f"DROP TRIGGER {table}_no_update",
                f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} only grows'); END",
            ]
        return ["DROP TRIGGER erasure_no_update", "DROP TRIGGER erasure_no_delete", *found]
    for table in _ERASING:
        found += [
            f"DROP TRIGGER {table}_no_update ON {table}",
            f"DROP TRIGGER {table}_no_delete ON {table}",
            f"CREATE TRIGGER {table}_insert_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION only_grows()",
            f"DROP FUNCTION {table}_only_erased()",
        ]
    return [
        "DROP TRIGGER erasure_no_update ON erasure",
        "DROP TRIGGER erasure_no_delete ON erasure",
        *found,
        "DROP FUNCTION erasure_only_told()",
    ]
