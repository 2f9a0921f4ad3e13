"""Everything is killed and started again, twenty times at random moments, while suppliers hand in and withdraw."""

from __future__ import annotations

import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from functools import partial
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.models.database import installation, reading
from marketplace.models.proposals import Proposal, SealedEntry
from marketplace.models.trail import LogEvent
from marketplace.policy import ANYONE, SYSTEM
from marketplace.queries import log, verdict
from marketplace.rules.working_days import midday, next_working_day
from marketplace.tlog import checkpoints, notes, tree
from marketplace.tlog.checkpoints import Checkpoint
from tests import factories as f
from tests.jobs.test_worker import ROOT, environment_with
from tests.web.forms import visit_of

pytestmark = pytest.mark.long

RESTARTS = 20
CLIENTS = 3
LIVES_SECONDS = (0.1, 0.8)
PATIENCE_SECONDS = 30.0


HOST = """
import os, sys
from gunicorn.app.wsgiapp import WSGIApplication
from marketplace.app import create_app
from marketplace.config import from_environment
from marketplace.jobs import worker

def serve():
    sys.argv = ["gunicorn", "--log-level", "error"]
    WSGIApplication().run()

def work():
    worker.run(create_app(from_environment()))

# Everything is imported and compressed once: a start is then quick enough for twenty of them.
create_app(from_environment())
for line in sys.stdin:
    group = 0
    for part in (serve, work):
        child = os.fork()
        if child == 0:
            os.setpgid(0, group)
            part()
            os._exit(0)
        os.setpgid(child, group or child)
        group = group or child
    print(group, flush=True)
    os.waitpid(group, 0)
"""


class Client(threading.Thread):
    """A supplier that hands in and withdraws, again and again, and counts what was acknowledged."""

    def __init__(self, port: int, cookie: str, ref: str, over: threading.Event) -> None:
        super().__init__()
        self.ref = ref
        self.acknowledged = 0
        self._port = port
        self._over = over
        self._cookie = cookie

    def run(self) -> None:
        while not self._over.is_set():
            self._press("check")
            self._press("withdraw")

    def _press(self, page: str) -> None:
        """Send a form, and send it again until it is answered: its key makes it count once."""
        _status, form = self._ask("GET", page)
        hidden = {name: re.findall(rf'name="{name}" value="([^"]*)"', form)[-1:] for name in KEYS}
        status, words = self._ask("POST", page, urlencode(hidden, doseq=True))
        assert status == 303 or self._over.is_set(), (status, words)
        self.acknowledged += status == 303

    def _ask(self, method: str, page: str, body: str = "") -> tuple[int, str]:
        headers = {"Cookie": self._cookie, "Content-Type": "application/x-www-form-urlencoded"}
        while not self._over.is_set():
            with suppress(OSError, HTTPException), closing(connect(self._port)) as connection:
                connection.request(method, f"/desk/proposals/{self.ref}/{page}", body, headers)
                answer = connection.getresponse()
                words = answer.read().decode()
                self._cookie = (answer.headers["Set-Cookie"] or self._cookie).partition(";")[0]
                return answer.status, words
            time.sleep(0.02)
        return 0, ""


KEYS = ("csrf_token", "once")


def connect(port: int) -> HTTPConnection:
    return HTTPConnection("127.0.0.1", port, timeout=10)


class Watcher(threading.Thread):
    """Somebody who keeps every checkpoint that was ever served."""

    def __init__(self, port: int, over: threading.Event) -> None:
        super().__init__()
        self.kept: set[str] = set()
        self._port = port
        self._over = over

    def keeps(self, count: int) -> bool:
        return len(self.kept) >= count

    def run(self) -> None:
        while not self._over.wait(0.05):
            if note := read(self._port, "/log/checkpoint"):
                self.kept.add(note)


def read(port: int, path: str) -> str:
    """What is served; empty where nothing is."""
    with suppress(OSError, HTTPException), closing(connect(port)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.read().decode() if answer.status == 200 else ""
    return ""


class Service:
    """Gunicorn and the worker as processes of their own; each start is killed as a whole."""

    def __init__(self, port: int) -> None:
        own = environment_with(PORT=str(port), WEB_CONCURRENCY="1")
        self._port = port
        self._host = subprocess.Popen(
            [sys.executable, "-c", HOST], cwd=ROOT, env=own, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )  # fmt: skip

    @contextmanager
    def started(self) -> Iterator[None]:
        assert self._host.stdin is not None
        assert self._host.stdout is not None
        self._host.stdin.write("start\n")
        self._host.stdin.flush()
        group = int(self._host.stdout.readline())
        try:
            wait_for(lambda: read(self._port, "/healthz"), "the service does not start")
            yield
        finally:
            os.killpg(group, signal.SIGKILL)
            wait_for(self._is_gone, "the service does not die")

    def _is_gone(self) -> bool:
        with socket.socket() as caller:
            return caller.connect_ex(("127.0.0.1", self._port)) != 0

    def end(self) -> None:
        self._host.communicate()


def wait_for(so: Callable[[], object], otherwise: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not so():
        assert time.monotonic() < until, otherwise
        time.sleep(0.02)


def opened(note: str) -> Checkpoint:
    keys = [notes.VerifierKey.parse(key) for key in log.vkeys(ANYONE)]
    return checkpoints.parse(notes.open_note(note, keys).text)


def leaves() -> list[bytes]:
    with reading() as connection:
        return list(connection.scalars(select(LogEvent.leaf).order_by(LogEvent.index)))


def sealed_of(ref: str) -> list[int]:
    with reading() as connection:
        return list(
            connection.scalars(
                select(SealedEntry.log_index)
                .join(Proposal, Proposal.id == SealedEntry.proposal_id)
                .where(Proposal.ref == ref)
            )
        )


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def clients_of(app: Flask, port: int, over: threading.Event) -> list[Client]:
    """Suppliers with a draft, each signed in; the deadline is far."""
    closes_at = midday(next_working_day((installation().clock.now() + timedelta(days=30)).date()))
    world, found = f.an_open_challenge(closes_at=closes_at), []
    for _ in range(CLIENTS):
        ref = f.a_draft_proposal(world)
        cookie = visit_of(app, world.suppliers[-1].administrator).get_cookie("visit")
        assert cookie is not None
        found.append(Client(port, f"{cookie.key}={cookie.value}", ref, over))
    return found


def test_twenty_kills_under_load_leave_one_log_with_everything_acknowledged(app: Flask, port: int) -> None:
    installation().clock.release()
    over = threading.Event()
    clients, watcher, service = clients_of(app, port, over), Watcher(port, over), Service(port)
    for thread in (*clients, watcher):
        thread.start()
    try:
        for life in range(RESTARTS):
            with service.started():
                if life % 2:
                    # The worker begins later than the web server: half of the kills come while it signs.
                    wait_for(partial(watcher.keeps, life // 2 + 1), "nothing is signed")
                time.sleep(random.uniform(*LIVES_SECONDS))
        over.set()
        with service.started():
            wait_for(lambda: is_signed(port), "what was committed is not signed")
    finally:
        over.set()
        for thread in (*clients, watcher):
            thread.join()
        service.end()
    hashes = [tree.leaf_hash(leaf) for leaf in leaves()]
    assert verdict.verify(SYSTEM).wrong == ()
    for note in {*watcher.kept, log.checkpoint(ANYONE) or ""}:
        kept = opened(note)
        assert kept.root == tree.root(hashes[: kept.size])
    assert len(watcher.kept) >= RESTARTS // 2
    for client in clients:
        assert 0 < client.acknowledged <= len(sealed_of(client.ref))


def is_signed(port: int) -> bool:
    """Whether the service serves a checkpoint over all that was committed."""
    note = read(port, "/log/checkpoint")
    return bool(note) and opened(note).size == len(leaves())
