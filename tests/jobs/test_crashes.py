"""The signer is killed at every point of its order, and what comes of it is one log."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace import integrity
from marketplace.actions import log as steps
from marketplace.clock import Clock
from marketplace.models.database import reading
from marketplace.models.trail import LogCheckpoint, LogEvent
from marketplace.policy import ANYONE, SYSTEM
from marketplace.queries import log
from marketplace.tlog import checkpoints, notes, tree
from marketplace.tlog.checkpoints import Checkpoint
from tests import factories as f

VICTIM = """
import os, signal, sys
from datetime import datetime
from pathlib import Path

from sqlalchemy import event

from marketplace.actions import log as steps
from marketplace.app import create_app
from marketplace.clock import Clock
from marketplace.jobs import signer
from marketplace.models.base import db
from marketplace.outside import durable, signing
from marketplace.outside.marks import Marks
from tests.conftest import settings_in

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def before(owner, name):
    setattr(owner, name, die)

def after(owner, name):
    own = getattr(owner, name)
    setattr(owner, name, lambda *given, **named: (own(*given, **named), die()))

def in_the_commit_of(owner, name):
    def killed(*given, **named):
        event.listen(db.engine, "commit", die)
        return own(*given, **named)
    own = getattr(owner, name)
    setattr(owner, name, killed)

folder, url, now = sys.argv[1:]
clock = Clock()
clock.set(datetime.fromisoformat(now))
app = create_app(settings_in(Path(folder), url), clock)
for command in sys.stdin:
    child = os.fork()
    if child == 0:
        with app.app_context():
            exec(command)
            signer.Signer("victim").round()
        os._exit(0)
    print(os.waitpid(child, 0)[1], flush=True)
"""

POINTS = {
    "the key's file is there and its row is not": "before(steps, 'add_first_key')",
    "nothing is hashed": "before(steps, 'integrate')",
    "hashed and not committed": "in_the_commit_of(steps, 'integrate')",
    "hashed": "after(steps, 'integrate')",
    "the mark is not begun": "before(Marks, 'write')",
    "the mark is written aside": "before(durable.os, 'replace')",
    "the mark is in place and its folder not synced": "after(durable.os, 'replace')",
    "marked": "after(Marks, 'write')",
    "signed": "after(signer.notes, 'join')",
    "signed and not committed": "in_the_commit_of(steps, 'store_checkpoint')",
    "stored": "after(steps, 'store_checkpoint')",
}


def leaf_hashes() -> list[bytes]:
    with reading() as connection:
        return [
            tree.leaf_hash(leaf)
            for leaf in connection.scalars(select(LogEvent.leaf).order_by(LogEvent.index))
        ]


def published() -> set[Checkpoint]:
    """Every checkpoint that is or was to be seen, its signature checked, and the mark, which is the last to be one."""
    keys = [notes.VerifierKey.parse(key) for key in log.vkeys(ANYONE)]
    with reading() as connection:
        stored = connection.scalars(select(LogCheckpoint.note)).all()
        mark = integrity.marked(integrity.log_id(connection))
    seen = {checkpoints.parse(notes.open_note(note, keys).text) for note in stored}
    return seen | ({mark} if mark else set())


@pytest.mark.long
def test_a_signer_that_is_killed_anywhere_leaves_one_log(
    app: Flask, folder: Path, database_url: str, clock: Clock
) -> None:
    f.grow_the_log(SYSTEM, 255)
    seen: set[Checkpoint] = set()
    with subprocess.Popen(
        [sys.executable, "-c", VICTIM, str(folder), database_url, clock.now().isoformat()],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as victim:  # fmt: skip
        assert victim.stdin is not None
        assert victim.stdout is not None
        for point, command in POINTS.items():
            f.grow_the_log(SYSTEM, 1)
            victim.stdin.write(f"{command}\n")
            victim.stdin.flush()
            assert victim.stdout.readline() == f"{signal.SIGKILL}\n", point
            seen |= published()
            # Its lock went with it, and so whoever comes next need not wait for its lease.
            f.sign_the_log()
            seen |= published()
            hashes = leaf_hashes()
            assert log.stopped(ANYONE) == "", point
            assert max(each.size for each in seen) == len(hashes), point
    for each in seen:
        assert each.root == tree.root(hashes[: each.size])


def test_a_log_gets_one_first_key(app: Flask) -> None:
    f.grow_the_log(SYSTEM, 1)
    f.sign_the_log()
    keys = log.vkeys(ANYONE)
    assert not steps.add_first_key("another")
    assert log.vkeys(ANYONE) == keys
