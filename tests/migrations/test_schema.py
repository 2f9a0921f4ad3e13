"""The migrations make exactly the schema that the models describe, and can be undone with data."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Connection, create_engine, func, inspect, select, text

from marketplace import cli
from marketplace.models.base import db, metadata
from marketplace.models.challenges import ChallengeSection
from marketplace.rules import challenges as c
from marketplace.rules import contents
from tests import factories

OURS_ALONE = {"challenge_search", "alembic_version"}
TRIGGERS = {
    "sqlite": {
        "log_event_no_update", "log_event_no_delete", "log_event_next", "journal_no_update", "journal_no_delete",
        "journal_no_replace", "challenge_version_no_update", "challenge_version_no_delete",
        "challenge_version_no_replace", "log_head_grows", "challenge_text_added", "challenge_text_removed",
        "challenge_text_changed", "erasure_no_update", "erasure_no_delete",
    },
    "postgresql": {
        "log_event_insert_only", "log_event_no_truncate", "log_event_next", "journal_no_update", "journal_no_delete",
        "journal_no_truncate", "challenge_version_no_update", "challenge_version_no_delete",
        "challenge_version_no_truncate", "log_head_grows", "erasure_no_update", "erasure_no_delete",
    },
}  # fmt: skip


def ours(name: str | None) -> bool:
    return not (name or "").startswith("challenge_search") and name != "challenge_text_search"


def test_models_and_migrations_describe_one_schema(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_object": lambda _o, name, _t, _r, _c: ours(name),
                "include_name": lambda name, _t, _p: ours(name),
            },
        )
        assert compare_metadata(context, metadata) == []


def test_every_check_constraint_of_the_models_is_in_the_database(app: Flask) -> None:
    with db.engine.connect() as connection:
        inspector = inspect(connection)
        for table in metadata.tables.values():
            wanted = {str(c.name): _plain(str(c.sqltext)) for c in table.constraints if hasattr(c, "sqltext")}
            found = {c["name"]: c["sqltext"] for c in inspector.get_check_constraints(table.name)}
            assert set(wanted) == set(found), table.name
            if connection.dialect.name == "sqlite":
                assert wanted == {name: _plain(sql) for name, sql in found.items()}


def _plain(sql: str) -> str:
    return re.sub(r"[\s()\"]+", " ", sql).strip()


def test_the_guards_are_in_the_database(app: Flask) -> None:
    with db.engine.connect() as connection:
        assert _triggers(connection) == TRIGGERS[connection.dialect.name]


def _triggers(connection: Connection) -> set[str]:
    if connection.dialect.name == "sqlite":
        return set(connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")))
    return set(connection.scalars(text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")))


def test_the_whole_schema_can_be_taken_down_and_built_again(app: Flask) -> None:
    _run(command.downgrade, "base")
    with db.engine.connect() as connection:
        assert set(inspect(connection).get_table_names()) <= OURS_ALONE
    _run(command.upgrade, "head")
    test_models_and_migrations_describe_one_schema(app)


def test_each_revision_steps_down_and_up_again_with_data(app: Flask) -> None:
    factories.an_open_challenge()
    before = _rows()
    _run(command.downgrade, "0003")
    _run(command.upgrade, "head")
    after = _rows()
    before.pop("log_head"), after.pop("log_head")
    # The older schema has no place for invitations, nor for messages to people without an account.
    invitations = before.pop("invitation")
    assert after.pop("invitation") == 0
    assert after == before | {"notice": before["notice"] - invitations}


def test_a_draft_begun_before_conditions_were_asked_for_says_nothing_of_them(app: Flask) -> None:
    draft, open_since = factories.a_draft_challenge(), factories.an_open_challenge()
    _run(command.downgrade, "0008")
    _run(command.upgrade, "head")
    row = ChallengeSection
    with db.engine.connect() as connection:
        rows = connection.execute(select(row.challenge_id, row.content).where(row.name == "eligibility"))
        found = {challenge_id: content for challenge_id, content in rows}
    assert found[draft.id] == contents.spell(c.Eligibility())
    assert found[open_since.id] == contents.spell(c.Eligibility(everyone=True))


def _rows() -> dict[str, int]:
    with db.engine.connect() as connection:
        return {
            name: connection.scalars(select(func.count()).select_from(table)).one()
            for name, table in metadata.tables.items()
        }


def _run(step: object, revision: str) -> None:
    config = cli.alembic_config()
    with db.engine.connect() as connection:
        config.attributes["connection"] = connection
        step(config, revision)  # type: ignore[operator]


def test_revisions_are_numbered_in_one_line() -> None:
    script = ScriptDirectory.from_config(cli.alembic_config())
    revisions = [each.revision for each in script.walk_revisions()][::-1]
    assert revisions == [f"{number:04}" for number in range(1, len(revisions) + 1)]
    assert len(script.get_heads()) == 1


def test_upgrading_copies_the_old_file_first(tmp_path: Path) -> None:
    from tests.conftest import create_app, settings_in

    path = tmp_path / "old.db"
    app = create_app(settings_in(tmp_path, f"sqlite:///{path}"))
    with app.app_context():
        cli.upgrade_schema("0002")
        cli.upgrade_schema()
        db.engine.dispose()
    copy = create_engine(f"sqlite:///{path}.before-upgrade")
    with copy.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "0002"
    copy.dispose()


@pytest.mark.parametrize("name", ["read"])
def test_queries_have_an_engine_of_their_own(app: Flask, name: str) -> None:
    assert db.engines[name] is not db.engine
