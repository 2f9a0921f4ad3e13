"""Copies of a whole database, as backups are, and what the log says where one was put in place."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import mkdtemp

import pytest
from sqlalchemy import make_url, select

from marketplace import integrity
from marketplace.models.base import db
from marketplace.models.database import installation, reading
from marketplace.models.trail import LogCheckpoint
from marketplace.policy import ANYONE
from marketplace.queries import log
from marketplace.rules.refusals import Refused
from tests import postgres


class Copy:
    """One copy, from when it is made until it is forgotten."""

    def __init__(self, folder: Path) -> None:
        self._url = installation().settings.database_url
        self._file = folder / "daylight.db"
        disconnect()
        if self._in_file:
            self._kept = str(shutil.copy(self._file, Path(mkdtemp(dir=folder.parent))))
        else:
            self._kept = postgres.keep(self._url)

    @property
    def _in_file(self) -> bool:
        return make_url(self._url).get_backend_name() == "sqlite"

    def restore(self) -> None:
        disconnect()
        if self._in_file:
            shutil.copy(self._kept, self._file)
            return
        postgres.drop_database(self._url)
        postgres.copy(self._url, postgres.named(self._kept), postgres.named(self._url))

    def restore_and_begin_anew(self) -> None:
        """Put it in place while no process runs: the next one has compared nothing yet."""
        self.restore()
        integrity._FITTING.clear()

    def forget(self) -> None:
        if not self._in_file:
            postgres.drop_database(self._kept)


def disconnect() -> None:
    for engine in db.engines.values():
        engine.dispose()


def refused(act: object, *given: object) -> str:
    with pytest.raises(Refused) as caught:
        act(*given)  # type: ignore[operator]
    return caught.value.code


def stopped_code() -> str:
    return log.stopped(ANYONE)


def sizes() -> list[int]:
    with reading() as connection:
        return list(connection.scalars(select(LogCheckpoint.size).order_by(LogCheckpoint.size)))


def a_mark() -> Path:
    (mark,) = [each for each in installation().settings.log_mark.iterdir() if "." not in each.name]
    return mark


def a_log() -> str:
    with reading() as connection:
        return integrity.log_id(connection)
