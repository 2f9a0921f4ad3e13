"""Three processes write at once: nobody starves, and nothing is lost."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.models.database import reading
from marketplace.models.trail import LogEvent, LogHead

WRITER = """
import json, sys, time
from marketplace.actions.action import action
from marketplace.app import create_app
from marketplace.policy import SYSTEM
from tests.conftest import settings_in
from pathlib import Path

@action("stage:keep-time")
def write(work, who):
    work.leaf("organisation.verify", None, {"organisation": who})

folder, url, who = sys.argv[1:]
app = create_app(settings_in(Path(folder), url))
with app.app_context():
    print("ready", flush=True)
    sys.stdin.readline()
    done, until = 0, time.monotonic() + 1
    while time.monotonic() < until:
        write(SYSTEM, who)
        done += 1
print(json.dumps(done))
"""


@pytest.mark.long
def test_three_processes_share_the_log_fairly_and_lose_nothing(
    app: Flask, folder: Path, database_url: str
) -> None:
    running = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder), database_url, f"writer-{number}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path.cwd(),
        )
        for number in range(3)
    ]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
    counts = [json.loads(output) for output in _told_to_begin(running)]
    with reading() as connection:
        indexes = list(connection.scalars(select(LogEvent.index).order_by(LogEvent.index)))
        size = connection.scalar(select(LogHead.size))
    assert size == sum(counts) + 1
    assert indexes == list(range(sum(counts) + 1))
    assert min(counts) * 3 >= max(counts), counts


def _told_to_begin(running: list[subprocess.Popen[bytes]]) -> list[bytes]:
    """Let all of them write from the same moment on, and wait for what each says at its end."""
    for process in running:
        assert process.stdin is not None
        process.stdin.write(b"begin\n")
        process.stdin.flush()
    return [process.communicate(timeout=120)[0] for process in running]
