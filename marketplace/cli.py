"""Commands for whoever runs the service: `flask --app wsgi …`."""

from __future__ import annotations

import shutil
from pathlib import Path

import click
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from marketplace.models import db as database
from marketplace.models.database import installation

ROOT = Path(__file__).resolve().parent.parent


def alembic_config() -> Config:
    return Config(toml_file=str(ROOT / "pyproject.toml"))


@click.group()
def db() -> None:
    """The database's schema."""


@db.command()
def upgrade() -> None:
    """Bring the schema to this version; an existing SQLite file is copied beside itself first."""
    upgrade_schema()


@db.command()
def check() -> None:
    """Exit with 1 unless the schema is this version's."""
    with database.engine.connect() as connection:
        now = MigrationContext.configure(connection).get_current_revision()
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    click.echo(f"schema {now or 'missing'}, this version needs {head}")
    if now != head:
        raise SystemExit(1)


def upgrade_schema(revision: str = "head") -> None:
    """Run the migrations up to `revision` on the active installation's database."""
    _copy_first()
    config = alembic_config()
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def _copy_first() -> None:
    path = Path(database.engine.url.database or "")
    if database.engine.dialect.name == "sqlite" and path.exists() and inspect(database.engine).has_table("alembic_version"):
        config = alembic_config()
        with database.engine.connect() as connection:
            behind = MigrationContext.configure(connection).get_current_revision()
        if behind != ScriptDirectory.from_config(config).get_current_head():
            shutil.copy2(path, path.with_name(f"{path.name}.before-upgrade"))


@click.command("keys")
@click.argument("what", type=click.Choice(["check"]))
def keys(what: str) -> None:
    """`keys check` proves that the sealing and record keys open what they close."""
    installation().keys.check()
    click.echo(f"The keys in {installation().settings.key_dir} open what they close.")


COMMANDS: tuple[click.Command, ...] = (keys,)
