"""Every test gets an installation of its own, on SQLite and, unless deselected, on PostgreSQL."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from hypothesis import settings as hypothesis_settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Dialect, event, make_url

from marketplace.app import create_app
from marketplace.cli import upgrade_schema
from marketplace.clock import Clock
from marketplace.config import Settings, from_environment
from marketplace.models.base import db
from marketplace.models.database import install, installation
from marketplace.rules import passwords
from tests import postgres, worlds

# A busy machine is no fault of the rule that is tested.
hypothesis_settings.register_profile("any machine", deadline=None)
hypothesis_settings.load_profile("any machine")

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let each of two workers begin with half of the journeys: they are long, and at the end nobody could share one."""
    long = [item for item in items if item.get_closest_marker("browser")]
    rest = [item for item in items if not item.get_closest_marker("browser")]
    half = len(rest) // 2
    items[:] = [*long[::2], *rest[:half], *long[1::2], *rest[half:]]


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: look for garbage in what the tests make alone."""
    gc.freeze()


def long_except(always: Iterable[object], values: Iterable[object]) -> list[object]:
    """Values to try one by one: those of `always` in every run, the others where there is time for long tests."""
    few = list(always)
    return [
        pytest.param(
            *(each if isinstance(each, tuple) else (each,)), marks=() if each in few else pytest.mark.long
        )
        for each in values
    ]


def settings_in(folder: Path, database_url: str) -> Settings:
    return from_environment(
        {
            "DAYLIGHT_ENV": "test",
            "DATABASE_URL": database_url,
            "SECRET_KEY": "a secret for tests alone, long enough",
            "KEY_DIR": str(folder / "keys"),
            "LOG_MARK": str(folder / "log-mark"),
            "STORAGE_URL": f"file:{folder / 'files'}",
            "MAIL_DIR": str(folder / "mail"),
            "BASE_URL": "http://localhost",
        }
    )


def migrate(folder: Path, url: str) -> None:
    app = create_app(settings_in(folder, url))
    with app.app_context():
        upgrade_schema()
        for engine in db.engines.values():
            engine.dispose()


def migrate_template(url: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        migrate(Path(folder), url)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty database file that each test copies."""
    folder = tmp_path_factory.mktemp("template")
    migrate(folder, f"sqlite:///{folder / 'daylight.db'}")
    return folder / "daylight.db"


@pytest.fixture
def folder(tmp_path: Path, migrated_sqlite: Path) -> Path:
    """Where the test's installation keeps its keys and files. All of a process share their keys."""
    folder = tmp_path / "installation"
    shutil.copytree(migrated_sqlite.parent / "keys", folder / "keys")
    return folder


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, folder: Path, migrated_sqlite: Path) -> Iterator[str]:
    """A fresh, migrated database on the engine of this run."""
    if request.param == "sqlite":
        shutil.copy(migrated_sqlite, folder / "daylight.db")
        yield f"sqlite:///{folder / 'daylight.db'}"
        return
    url = postgres.fresh_database(postgres.server(), migrate_template)
    yield url
    postgres.drop_database(url)


@pytest.fixture(scope="session", autouse=True)
def own_hasher() -> Iterator[PasswordHasher]:
    """The service's own hashing of passwords, which takes its time on purpose; tests do with a quick one."""
    own = passwords._HASHER
    passwords._HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    yield own
    passwords._HASHER = own


@pytest.fixture
def clock() -> Clock:
    clock = Clock()
    clock.set(START)
    return clock


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates that were compiled once in this run, whichever process and application did it."""
    folder = tmp_path_factory.getbasetemp()
    folder = (folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "compiled"
    folder.mkdir(exist_ok=True)
    return FileSystemBytecodeCache(str(folder))


@pytest.fixture
def app(
    request: pytest.FixtureRequest,
    folder: Path,
    database_url: str,
    clock: Clock,
    compiled: FileSystemBytecodeCache,
) -> Iterator[Flask]:
    """An installation with a clock that stands at `START`, and its application context."""
    app = application(make_url(database_url).get_backend_name())
    app.jinja_env.bytecode_cache = compiled
    config = app.config.copy()
    settings = settings_in(folder, database_url)
    app.extensions["installation"] = install(settings, clock)
    worlds.lay_ground(app, folder, settings, patched="monkeypatch" in request.fixturenames)
    with app.app_context():
        yield app
        for engine in db.engines.values():
            engine.dispose()
    app.config.clear()
    app.config.update(config)


@cache
def application(backend: str) -> Flask:
    """The one application of this process for a kind of database.

    Only what it stands on changes from test to test: to build it anew, and to have each statement and
    template compiled anew, would take longer than most tests.
    """
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings_in(Path(folder), f"{backend}:///{folder}/none"))
    with app.app_context():
        for engine in db.engines.values():
            event.listen(engine, "do_connect", _connect_to_the_tests_own)
        event.listen(db.engine, "begin", worlds.note_writing)
    return app


def _connect_to_the_tests_own(dialect: Dialect, *_usual: object) -> object:
    arguments, options = dialect.create_connect_args(make_url(installation().settings.database_url))
    return dialect.connect(*arguments, **options)
