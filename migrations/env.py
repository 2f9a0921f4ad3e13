"""Runs and writes migrations on the connection in config.attributes["connection"].

The caller hands it over; it has no transaction open. All pending revisions are one transaction.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from alembic.operations import MigrationScript
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from marketplace.models import metadata


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        compare_type=True,
        transactional_ddl=True,
        process_revision_directives=number,
    )
    with foreign_keys_checked_at_the_end(connection), connection.begin():
        context.run_migrations()
        refuse_broken_references(connection)


@contextmanager
def foreign_keys_checked_at_the_end(connection: Connection) -> Iterator[None]:
    """On SQLite, switch enforcement off: rebuilding a table would empty those that refer to it."""
    if connection.dialect.name != "sqlite":
        yield
        return
    # Past SQLAlchemy, because it would begin a transaction first, and inside one SQLite ignores this pragma.
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    if driver.execute("PRAGMA foreign_keys").fetchone() != (0,):
        raise RuntimeError("Migrations need a connection without an open transaction.")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def refuse_broken_references(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(10)
    if broken:
        rows = ", ".join(f"{table} row {row} to {target}" for table, row, target, _ in broken)
        raise RuntimeError(f"The migration leaves references to nothing, so it is undone: {rows}.")


def number(
    migration: MigrationContext,
    _revision: str | Iterable[str | None] | Iterable[str],
    scripts: list[MigrationScript],
) -> None:
    """Name a new revision 0001, 0002, …, so that two branches made at once clash in the file name."""
    taken = [int(script.revision) for script in context.script.walk_revisions()]
    for script in scripts:
        script.rev_id = f"{max(taken, default=0) + 1:04}"


handed_over = context.config.attributes.get("connection")
if context.is_offline_mode() or handed_over is None:
    raise SystemExit("Migrations run through `flask --app wsgi db …`, which knows the database.")
migrate(handed_over)
