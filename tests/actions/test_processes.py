"""Three processes write at once: nobody starves, and nothing is lost."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

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
    done, until = 0, time.monotonic() + 3
    while time.monotonic() < until:
        write(SYSTEM, who)
        done += 1
print(json.dumps(done))
"""


def test_three_processes_share_the_log_fairly_and_lose_nothing(
    app: Flask, tmp_path: Path, database_url: str
) -> None:
    running = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), database_url, f"writer-{number}"],
            stdout=subprocess.PIPE,
            cwd=Path.cwd(),
        )
        for number in range(3)
    ]
    counts = [json.loads(process.communicate(timeout=60)[0]) for process in running]
    with reading() as connection:
        indexes = list(connection.scalars(select(LogEvent.index).order_by(LogEvent.index)))
        size = connection.scalar(select(LogHead.size))
    assert size == sum(counts) + 1
    assert indexes == list(range(sum(counts) + 1))
    assert min(counts) * 3 >= max(counts), counts
