"""Two engines over one database: one that writes, in a fair queue, and one that can only read.

SQLite is set up so that a reader never waits for a writer and writers never overtake unfairly:
measured without the queue, one of three processes made 1,611 commits and the others one each.
"""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app
from sqlalchemy import URL, Connection, Engine, event, make_url
from sqlalchemy.orm import Session

from marketplace.clock import Clock
from marketplace.config import Settings
from marketplace.models.base import db
from marketplace.outside import cosigner
from marketplace.outside.erasures import ErasureList
from marketplace.outside.files import FileStore
from marketplace.outside.keys import KeyRing
from marketplace.outside.mail import Post
from marketplace.outside.marks import Marks
from marketplace.outside.scanner import Scanner
from marketplace.tlog.notes import Cosigner
from marketplace.words import Words
from marketplace.words import load as load_words

# Milliseconds: for a lock that a write needs, and for one that can be had later as well.
PATIENCE = 10_000
PATIENCE_AFTERWARDS = 1_000


class WriteQueue:
    """Lets one writer at a time through, in this process and across processes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._here = threading.Lock()

    @contextmanager
    def __call__(self) -> Iterator[None]:
        with self._here, self._path.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


@dataclass(frozen=True)
class Installation:
    """What one running Daylight stands on; found through the application whose context is active.

    `cosigner` is None where this installation is nobody's witness.
    """

    settings: Settings
    clock: Clock
    keys: KeyRing
    cosigner: Cosigner | None
    erasures: ErasureList
    files: FileStore
    post: Post
    marks: Marks
    scanner: Scanner
    queue: WriteQueue | None
    words: Words


def prepare(app: Flask, settings: Settings, clock: Clock) -> None:
    """Give `app` its engines and doors. Called once, while the application is put together."""
    url = _address(settings)
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_BINDS"] = {"read": url}
    db.init_app(app)
    app.extensions["installation"] = install(settings, clock)
    with app.app_context():
        _set_up(db.engine, writes=True)
        _set_up(db.engines["read"], writes=False)


def install(settings: Settings, clock: Clock) -> Installation:
    """What these settings name. Folders and keys that are missing are made; keys never in production."""
    url = _address(settings)
    queue = None
    if _in_a_file(url):
        path = Path(url.database or "")
        path.parent.mkdir(parents=True, exist_ok=True)
        queue = WriteQueue(path.with_name(path.name + ".lock"))
    return Installation(
        settings=settings,
        clock=clock,
        keys=KeyRing(settings.key_dir, create=not settings.production),
        cosigner=_cosigner(settings),
        erasures=ErasureList(settings.key_dir / "erasures.jsonl"),
        files=FileStore(settings.storage_url),
        post=Post(settings.smtp_url, settings.mail_dir, f"{settings.service_name} <{settings.mail_from}>"),
        marks=Marks(settings.log_mark),
        scanner=Scanner(settings.clamd_url),
        queue=queue,
        words=load_words(settings.language, settings.translations),
    )


def make_cosigner(settings: Settings) -> None:
    """Make the key that signs for other logs here, under the name by which the installation is reached now."""
    cosigner.make(settings.key_dir, f"{urlsplit(settings.base_url).netloc}/witness")


def _cosigner(settings: Settings) -> Cosigner | None:
    if not settings.production:
        make_cosigner(settings)
    key = cosigner.read(settings.key_dir)
    return Cosigner(key[1], key[0]) if key else None


def _address(settings: Settings) -> URL:
    url = make_url(settings.database_url)
    if _in_a_file(url):
        # Relative to where the service runs, not to Flask's idea of an instance folder.
        url = url.set(database=str(Path(url.database or "").absolute()))
    return url


def _in_a_file(url: URL) -> bool:
    return url.get_backend_name() == "sqlite" and bool(url.database)


def application() -> Flask:
    """The active application itself, for whoever goes on in another thread or after a request has ended."""
    found: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # what the context stands for
    return found


def installation() -> Installation:
    """The installation of the active application."""
    found: Installation = current_app.extensions["installation"]
    return found


@contextmanager
def writing() -> Iterator[Session]:
    """A session in one write transaction, begun after this writer's turn has come.

    Commits at the end of the block; a crash anywhere inside leaves nothing of it.
    """
    queue = installation().queue
    turn: AbstractContextManager[None] = queue() if queue else nullcontext()
    with turn, Session(db.engine, expire_on_commit=False) as session, session.begin():
        session.connection()
        yield session


@contextmanager
def reading() -> Iterator[Connection]:
    """A connection that the database itself holds read-only, in a transaction of its own."""
    with db.engines["read"].connect() as connection, connection.begin():
        yield connection


def wipe(erased_at: datetime | None = None) -> bool:
    """Take what was erased out of the files too, once its transaction has ended; whether that is done.

    What goes is what `empty_log` empties, and the copy that was made before an upgrade, unless it is younger than
    `erased_at`. PostgreSQL keeps old rows until VACUUM frees their place and others fill it.
    """
    if db.engine.dialect.name != "sqlite":
        return False
    copy = Path(f"{_address(installation().settings).database}.before-upgrade")
    if copy.exists() and (erased_at is None or copy.stat().st_mtime <= erased_at.timestamp()):
        copy.unlink()
    return empty_log()


def empty_log() -> bool:
    """Bring all of SQLite's log into the file, where zeros stand over what was deleted; whether the log is empty.

    Whoever reads meanwhile keeps it from being emptied, and is waited for a second: then the next one does it.
    """
    if db.engine.dialect.name != "sqlite":
        return False
    here = installation()
    turn: AbstractContextManager[None] = here.queue() if here.queue else nullcontext()
    with turn, closing(db.engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={PATIENCE_AFTERWARDS}")
        busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout={PATIENCE}")
    return not busy


def _set_up(engine: Engine, *, writes: bool) -> None:
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_connect if writes else _sqlite_connect_read_only)
        event.listen(engine, "begin", _begin_immediate if writes else _begin)
    elif not writes:
        event.listen(engine, "connect", _postgresql_read_only)


def _sqlite_connect(connection: Any, _record: Any) -> None:
    # Autobegin of the driver off: we say ourselves when and how a transaction begins.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        f"busy_timeout={PATIENCE}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_connect_read_only(connection: Any, record: Any) -> None:
    _sqlite_connect(connection, record)
    connection.execute("PRAGMA query_only=ON")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _postgresql_read_only(connection: Any, _record: Any) -> None:
    connection.execute("SET default_transaction_read_only = on")
    connection.commit()
