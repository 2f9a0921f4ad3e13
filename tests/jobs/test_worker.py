"""The worker as a process: it starts from the command line, works, and ends when it is told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from marketplace.actions import accounts
from marketplace.models.database import installation, reading
from marketplace.models.notices import Notice
from marketplace.models.upkeep import Lease
from marketplace.policy import ANYONE
from tests.factories import PASSWORD

ROOT = Path(__file__).resolve().parents[2]


def environment_with(**settings: str) -> dict[str, str]:
    """What a process of this installation finds in its environment; `settings` stand in place of its own."""
    place = installation()
    return os.environ | {
        "DAYLIGHT_ENV": "test",
        "DATABASE_URL": place.settings.database_url,
        "SECRET_KEY": place.settings.secret_key,
        "KEY_DIR": str(place.settings.key_dir),
        "LOG_MARK": str(place.settings.log_mark),
        "MAIL_DIR": str(place.settings.mail_dir),
        "STORAGE_URL": place.settings.storage_url,
        "BASE_URL": place.settings.base_url,
        **settings,
    }


def command(*words: str, **settings: str) -> subprocess.Popen[str]:
    """A `flask` command of this installation."""
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", *words], cwd=ROOT, env=environment_with(**settings),
        text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def follow_the_wall_clock() -> None:
    # A process of its own has a clock of its own.
    installation().clock.release()


def sent() -> int:
    with reading() as connection:
        return len(list(connection.scalars(select(Notice.id).where(Notice.sent_at.is_not(None)))))


def test_it_delivers_and_ends_cleanly_on_sigterm(app: Flask) -> None:
    follow_the_wall_clock()
    accounts.register(ANYONE, "Robin Vale", "robin.vale@aldermere.example", PASSWORD)
    process = command("worker")
    try:
        for _ in range(300):
            if sent() or process.poll() is not None:
                break
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        words, _ = process.communicate(timeout=20)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0, words
    assert sent() == 1, words
    with reading() as connection:
        assert connection.scalar(select(Lease.name)) is None


def test_an_operator_is_invited_once(app: Flask) -> None:
    invite = partial(app.test_cli_runner().invoke, args=["operator", "invite", "olive@aldermere.example"])
    first = invite()
    assert first.exit_code == 0, first.output
    assert "http://localhost/password/" in first.output
    again = invite()
    assert again.exit_code == 1
    assert "holds that role already" in again.output
