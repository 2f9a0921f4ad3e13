"""Worlds are built once by each test process and kept: a test that asks for the same one gets a copy.

A world stands for a whole installation, so a kept one only goes where nobody has written yet. Anywhere else,
and for other arguments or at another instant, its factory builds as ever.
"""

from __future__ import annotations

import copy
import functools
import inspect
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from flask import Flask, current_app
from sqlalchemy import Connection

from marketplace.config import Settings
from marketplace.models.base import db
from marketplace.models.database import installation
from tests import postgres

P = ParamSpec("P")
W = TypeVar("W")

MOST = 40
"""How many worlds a process keeps: each takes ten megabytes on PostgreSQL, of memory where that is the disk."""


@dataclass
class Ground:
    """What the world of one test is built on: a folder, and a database that may stand outside of it."""

    folder: Path
    settings: Settings
    untouched: bool
    fresh: bool = True
    """Whether nobody ever wrote here, so that its database is an empty one."""

    @property
    def is_free(self) -> bool:
        """Whether nobody has written here yet, nor changed what kind of installation this is."""
        return self.untouched and installation().settings == self.settings


@dataclass(frozen=True)
class Kept:
    """A world as it was when its factory had just built it."""

    made: Any
    now: datetime
    folder: Path
    database: str | None
    """The address of its copy on PostgreSQL; an SQLite file lies in the folder."""


_kept: dict[tuple[object, ...], Kept] = {}
"""The one that was asked for last stands last."""


def lay_ground(app: Flask, folder: Path, settings: Settings, *, patched: bool) -> None:
    """Tell that `app` stands on a new, empty installation in `folder`; where code is `patched`, none is kept."""
    app.extensions["ground"] = Ground(folder, copy.copy(settings), untouched=not patched)


def begin_anew(app: Flask, now: datetime) -> None:
    """Let the next factory put its kept world here once more, at `now`, in place of all that was written since."""
    ground: Ground = app.extensions["ground"]
    ground.untouched, ground.fresh = True, False
    installation().clock.set(now)


def note_writing(_connection: Connection) -> None:
    current_app.extensions["ground"].untouched = False


def kept(build: Callable[P, W]) -> Callable[P, W]:
    """Make a factory that keeps what it built, for tests that ask for it with the same arguments."""
    signature = inspect.signature(build)

    @functools.wraps(build)
    def factory(*args: P.args, **kwargs: P.kwargs) -> W:
        ground: Ground | None = current_app.extensions.get("ground")
        if ground is None or not ground.is_free:
            return build(*args, **kwargs)
        asked = signature.bind(*args, **kwargs)
        asked.apply_defaults()
        key = (build, db.engine.dialect.name, repr(asked), installation().clock.now())
        if key in _kept:
            _kept[key] = _kept.pop(key)
            return _put(_kept[key], ground)
        made = build(*args, **kwargs)
        _kept[key] = _keep(made, ground)
        if len(_kept) > MOST:
            _forget(_kept.pop(next(iter(_kept))))
        return made

    return factory


def _keep(made: object, ground: Ground) -> Kept:
    _disconnect(ground)
    # Beside the folders of tests, which pytest clears away.
    folder = Path(tempfile.mkdtemp(prefix="world-", dir=ground.folder.parent.parent))
    shutil.copytree(ground.folder, folder, dirs_exist_ok=True)
    database = None if _in_folder() else postgres.keep(ground.settings.database_url)
    return Kept(copy.deepcopy(made), installation().clock.now(), folder, database)


def _put(world: Kept, ground: Ground) -> Any:
    _disconnect(ground)
    ground.untouched = False
    shutil.copytree(world.folder, ground.folder, dirs_exist_ok=True)
    if world.database:
        postgres.put_back(world.database, ground.settings.database_url, fresh=ground.fresh)
    ground.fresh = False
    installation().clock.set(world.now)
    return copy.deepcopy(world.made)


def _forget(world: Kept) -> None:
    shutil.rmtree(world.folder)
    if world.database:
        postgres.drop_database(world.database)


def _in_folder() -> bool:
    return db.engine.dialect.name == "sqlite"


def _disconnect(ground: Ground) -> None:
    for engine in db.engines.values():
        engine.dispose()
    assert not any(ground.folder.glob("*-wal")), "A factory was called while the test was reading."
