"""Two installations, each with its own server, worker and database, witness each other over HTTP."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from flask import Flask

from marketplace.actions import witnesses, witnessing
from marketplace.app import create_app
from marketplace.config import Settings, from_environment
from marketplace.models.base import db
from marketplace.policy import SYSTEM
from marketplace.tlog import checkpoints, notes
from marketplace.tlog.notes import VerifierKey
from tests import factories as f
from tests.jobs.test_foreign_witness import free_port

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Neighbour:
    """One installation, as its operator and the public know it."""

    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return self.environment["BASE_URL"]

    @property
    def settings(self) -> Settings:
        return from_environment(self.environment)

    def get(self, path: str) -> str:
        try:
            with urlopen(self.url + path, timeout=60) as answer:  # noqa: S310 - our own server
                return str(answer.read().decode())
        except URLError:
            return ""

    @contextmanager
    def inside(self) -> Iterator[Flask]:
        """Its own application, for what its operator does."""
        app = create_app(self.settings)
        with app.app_context():
            yield app
            for engine in db.engines.values():
                engine.dispose()

    def start(self) -> None:
        with open(Path(self.environment["MAIL_DIR"]).with_name("serve.log"), "ab") as said:
            self.process = subprocess.Popen(
                [sys.executable, "bin/serve"], cwd=ROOT, env=os.environ | self.environment, start_new_session=True,
                stdout=said, stderr=said,
            )  # fmt: skip

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)
            self.process = None

    def served(self, *witnesses: VerifierKey) -> tuple[int, list[str]]:
        """The size of its checkpoint, and who signed that: its own key and those of these witnesses; 0 before it is."""
        note = self.get("/log/checkpoint")
        if not note:
            return 0, []
        known = [*map(VerifierKey.parse, self.get("/log/vkey").split()), *witnesses]
        opened = notes.open_note(note, known)
        return checkpoints.parse(opened.text).size, [key.name for key in opened.by]

    def comes_to(self, size: int, *witnesses: VerifierKey, seconds: float = 120) -> None:
        """Wait until it serves a checkpoint of this size that these witnesses cosigned."""
        wanted = size, [self.settings.log_origin, *(key.name for key in witnesses)]
        end = time.monotonic() + seconds
        while (found := self.served(*witnesses)) != wanted:
            assert time.monotonic() < end, (wanted, found)
            time.sleep(0.1)

    def key(self) -> VerifierKey:
        return VerifierKey.parse(self.get("/witness/vkey").strip())


def environment(folder: Path, name: str, database_url: str) -> dict[str, str]:
    port = free_port()
    return {
        "DAYLIGHT_ENV": "test", "SECRET_KEY": f"a secret for {name} alone, long enough", "PORT": str(port),
        "DATABASE_URL": database_url, "KEY_DIR": str(folder / "keys"), "LOG_MARK": str(folder / "mark"),
        "STORAGE_URL": f"file:{folder / 'files'}", "MAIL_DIR": str(folder / "mail"), "WEB_CONCURRENCY": "1",
        "BASE_URL": f"http://127.0.0.1:{port}", "LOG_ORIGIN": f"{name}.example/log",
    }  # fmt: skip


@pytest.fixture
def neighbours(database_url: str, tmp_path: Path, migrated_sqlite: Path) -> Iterator[list[Neighbour]]:
    """Two that run and know nothing of each other; the second is always on SQLite."""
    south = tmp_path / "south"
    south.mkdir()
    shutil.copy(migrated_sqlite, south / "daylight.db")
    both = [
        Neighbour(environment(tmp_path / "north", "north", database_url)),
        Neighbour(environment(south, "south", f"sqlite:///{south / 'daylight.db'}")),
    ]
    try:
        for each in both:
            grow(each, 3)
            each.start()
        yield both
    finally:
        for each in both:
            each.stop()


def grow(neighbour: Neighbour, entries: int) -> None:
    with neighbour.inside():
        f.grow_the_log(SYSTEM, entries)


def introduce(one: Neighbour, other: Neighbour) -> None:
    """Their operators tell each other their keys and addresses."""
    for watcher, watched in ((one, other), (other, one)):
        with watcher.inside():
            witnessing.add(SYSTEM, watched.get("/log/vkey"))
    for watched, watcher in ((one, other), (other, one)):
        with watched.inside():
            witnesses.add(SYSTEM, f"{watcher.url}/witness", str(watcher.key()))


@pytest.mark.long
def test_each_served_checkpoint_carries_the_others_cosignature(neighbours: list[Neighbour]) -> None:
    north, south = neighbours
    for each in neighbours:
        each.comes_to(4)
    introduce(north, south)
    keys = [north.key(), south.key()]
    for size in (4, 304):
        north.comes_to(size, keys[1])
        south.comes_to(size, keys[0])
        for each in neighbours:
            grow(each, 300)
    north.comes_to(604, keys[1])
    south.stop()
    grow(north, 1)
    north.comes_to(605)
    assert north.served(keys[1])[1] == ["north.example/log"], "it goes on alone"
    south.start()
    north.comes_to(605, keys[1])
