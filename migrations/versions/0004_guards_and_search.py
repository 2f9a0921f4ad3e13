"""What the database itself refuses, and the index that search looks through."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSERT_ONLY = ("log_event", "journal", "challenge_version")


def upgrade() -> None:
    op.execute(sa.text("INSERT INTO log_head (id, size) VALUES (1, 0)"))
    for statement in _statements(op.get_bind().dialect.name, "up"):
        op.execute(sa.text(statement))


def downgrade() -> None:
    for statement in _statements(op.get_bind().dialect.name, "down"):
        op.execute(sa.text(statement))
    op.execute(sa.text("DELETE FROM log_head"))


def _statements(dialect: str, way: str) -> list[str]:
    if dialect == "sqlite":
        return _sqlite_up() if way == "up" else _sqlite_down()
    return _postgresql_up() if way == "up" else _postgresql_down()


def _sqlite_up() -> list[str]:
    found = []
    for table in INSERT_ONLY:
        for verb in ("UPDATE", "DELETE"):
            found.append(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
            )
    # INSERT OR REPLACE fires no delete trigger, so an index that is taken or skipped is refused too.
    found.append(
        'CREATE TRIGGER log_event_next BEFORE INSERT ON log_event WHEN NEW."index" <> '
        '(SELECT COALESCE(MAX("index") + 1, 0) FROM log_event) '
        "BEGIN SELECT RAISE(ABORT, 'log_event has no gaps'); END"
    )
    for table in ("journal", "challenge_version"):
        found.append(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) "
            f"BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
        )
    found += [
        "CREATE TRIGGER log_head_grows BEFORE UPDATE ON log_head WHEN NEW.size < OLD.size "
        "BEGIN SELECT RAISE(ABORT, 'log_head only grows'); END",
        "CREATE VIRTUAL TABLE challenge_search USING fts5(title, body, content='challenge_text', "
        "content_rowid='challenge_id', tokenize='porter unicode61 remove_diacritics 2')",
        "CREATE TRIGGER challenge_text_added AFTER INSERT ON challenge_text BEGIN "
        "INSERT INTO challenge_search (rowid, title, body) VALUES (NEW.challenge_id, NEW.title, NEW.body); END",
        "CREATE TRIGGER challenge_text_removed AFTER DELETE ON challenge_text BEGIN "
        "INSERT INTO challenge_search (challenge_search, rowid, title, body) "
        "VALUES ('delete', OLD.challenge_id, OLD.title, OLD.body); END",
        "CREATE TRIGGER challenge_text_changed AFTER UPDATE ON challenge_text BEGIN "
        "INSERT INTO challenge_search (challenge_search, rowid, title, body) "
        "VALUES ('delete', OLD.challenge_id, OLD.title, OLD.body); "
        "INSERT INTO challenge_search (rowid, title, body) VALUES (NEW.challenge_id, NEW.title, NEW.body); END",
    ]
    return found


def _sqlite_down() -> list[str]:
    names = [f"{table}_no_{verb}" for table in INSERT_ONLY for verb in ("update", "delete")]
    names += ["log_event_next", "journal_no_replace", "challenge_version_no_replace", "log_head_grows"]
    names += ["challenge_text_added", "challenge_text_removed", "challenge_text_changed"]
    return [*(f"DROP TRIGGER {name}" for name in names), "DROP TABLE challenge_search"]


def _postgresql_up() -> list[str]:
    found = [
        "CREATE FUNCTION only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% only grows', TG_TABLE_NAME; END $$",
        "CREATE FUNCTION head_grows() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN IF NEW.size < OLD.size THEN RAISE EXCEPTION 'log_head only grows'; END IF; RETURN NEW; END $$",
        "CREATE FUNCTION log_has_no_gaps() RETURNS trigger LANGUAGE plpgsql AS "
        '$$ BEGIN IF NEW."index" <> (SELECT COALESCE(MAX("index") + 1, 0) FROM log_event) '
        "THEN RAISE EXCEPTION 'log_event has no gaps'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER log_head_grows BEFORE UPDATE ON log_head FOR EACH ROW EXECUTE FUNCTION head_grows()",
        "CREATE TRIGGER log_event_next BEFORE INSERT ON log_event FOR EACH ROW EXECUTE FUNCTION log_has_no_gaps()",
    ]
    for table in INSERT_ONLY:
        found.append(
            f"CREATE TRIGGER {table}_insert_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION only_grows()"
        )
        found.append(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION only_grows()"
        )
    found.append(
        "CREATE INDEX challenge_text_search ON challenge_text USING gin "
        "((setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', body), 'B')))"
    )
    return found


def _postgresql_down() -> list[str]:
    found = ["DROP INDEX challenge_text_search"]
    for table in INSERT_ONLY:
        found += [
            f"DROP TRIGGER {table}_insert_only ON {table}",
            f"DROP TRIGGER {table}_no_truncate ON {table}",
        ]
    found += ["DROP TRIGGER log_event_next ON log_event", "DROP TRIGGER log_head_grows ON log_head"]
    return [*found, *(f"DROP FUNCTION {name}()" for name in ("log_has_no_gaps", "head_grows", "only_grows"))]
