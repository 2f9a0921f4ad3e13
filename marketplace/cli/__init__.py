"""Commands for whoever runs the service: `flask --app wsgi …`."""

from __future__ import annotations

import json
import signal
import sqlite3
import threading
from pathlib import Path

import click
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from marketplace.actions import accounts
from marketplace.cli.erasures import erasures
from marketplace.cli.keys import keys
from marketplace.cli.log import log
from marketplace.cli.person import person
from marketplace.demo import load
from marketplace.jobs import worker as loop
from marketplace.models import db as database
from marketplace.models.database import application, installation
from marketplace.policy import SYSTEM
from marketplace.rules.refusals import Refused

ROOT = Path(__file__).resolve().parents[2]


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
    if database.engine.dialect.name != "sqlite" or not path.exists():
        return
    config = alembic_config()
    with database.engine.connect() as connection:
        behind = MigrationContext.configure(connection).get_current_revision()
    if behind in (None, ScriptDirectory.from_config(config).get_current_head()):
        return
    # Through SQLite itself, since what was committed last may still stand in the log beside the file.
    with sqlite3.connect(path) as old, sqlite3.connect(f"{path}.before-upgrade") as copy:
        old.backup(copy)
    old.close()
    copy.close()


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
def worker(once: bool) -> None:
    """Deliver notices and keep time, until SIGTERM or Ctrl-C; one process at a time does."""
    installation().keys.check()
    stop = threading.Event()
    for asked in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked, lambda _number, _frame: stop.set())
    loop.run(application(), once=once, stop=stop)


@click.group()
def operator() -> None:
    """The people who verify public authorities."""


@operator.command()
@click.argument("email")
def invite(email: str) -> None:
    """Make EMAIL an operator; whoever has no account here yet is mailed a link to set a password."""
    try:
        answer = accounts.make_operator(SYSTEM, email)
    except Refused as no:
        raise click.ClickException(no.sentence) from None
    click.echo(f"{email} is an operator. A message with a link waits to be delivered.")
    if answer["link"]:
        click.echo(f"In development the link is shown here too: {answer['link']}")


@click.group()
def demo() -> None:
    """Invented authorities, suppliers and challenges to look at and to try things on."""


@demo.command("load")
@click.option("--if-new", is_flag=True, help="Do nothing, and say nothing, where there is content.")
@click.option("--size", type=click.Choice(["small", "large"]), default="small", show_default=True)
def load_demo(if_new: bool, size: str) -> None:
    """Load challenges in different states, relative to today. Only into an empty installation.

    The small demonstration has ten of them; the large one has 64 more, of sixteen councils, and takes minutes.
    """
    if installation().settings.production:
        raise click.ClickException("Demonstrations and production do not go together.")
    if not load.load(large=size == "large") and not if_new:
        raise click.ClickException("There is content already. A demonstration needs an empty database.")


@demo.command("people")
def demo_people() -> None:
    """Who can sign in to the demonstration."""
    path = load.people_file()
    if not path.exists():
        return
    listed = json.loads(path.read_text())
    click.echo(f"Everybody’s password is {listed[0]['password']}")
    for email in dict.fromkeys(each["email"] for each in listed):
        roles = [
            f"{each['role']} of {each['challenge']}".removesuffix(" of ")
            for each in listed
            if each["email"] == email
        ]
        click.echo(f"  {email:44} {', '.join(dict.fromkeys(roles))}")


COMMANDS: tuple[click.Command, ...] = (keys, worker, operator, demo, log, person, erasures)
