"""The worker: one process, by lease, that keeps time, sweeps and signs the log; other threads deliver and scan.

Mail, scanner and witnesses have threads of their own because a server may take its time to answer, and a deadline
must not wait for that. What fails is logged and tried again; the worker itself goes on.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable
from hashlib import sha256
from time import monotonic

from flask import Flask

from marketplace import integrity
from marketplace.actions import files, upkeep
from marketplace.jobs import erasures, notices, scans, time
from marketplace.jobs.office import Office
from marketplace.jobs.signer import Signer
from marketplace.jobs.witnesses import Asking
from marketplace.models.database import empty_log, installation
from marketplace.policy import SYSTEM
from marketplace.queries import log as queries

log = logging.getLogger(__name__)

SWEEP_SECONDS = 3600.0
ROUND_SECONDS = 1.0
SCAN_SECONDS = 60.0
# The process that supervises this one waits ten seconds before it kills.
PATIENCE_SECONDS = 8.0


def run(app: Flask, once: bool = False, stop: threading.Event | None = None) -> None:
    """Work until `stop` is set, or do what is due now and return.

    While another process holds the lease this one waits, ready to take over. Raises `UnsafeSettings` where they
    name another log than the database is.
    """
    stop = stop or threading.Event()
    keeper = Keeper(f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}")
    with app.app_context():
        integrity.check_settings()
        try:
            if once:
                keeper.round()
                keeper.asking.finish(PATIENCE_SECONDS)
                if keeper.works:
                    scans.settle()
                    notices.deliver()
            else:
                _until(app, stop, keeper)
        finally:
            keeper.rest()


def _until(app: Flask, stop: threading.Event, keeper: Keeper) -> None:
    others = [
        threading.Thread(target=work, args=(app, stop), name=name, daemon=True)
        for name, work in (("post", _deliver), ("scanner", _scan))
    ]
    for thread in others:
        thread.start()
    while not stop.is_set():
        attempt(keeper.round)
        stop.wait(keeper.pause())
    until = monotonic() + PATIENCE_SECONDS
    for thread in others:
        thread.join(max(0.0, until - monotonic()))


def _deliver(app: Flask, stop: threading.Event) -> None:
    """Claims are exclusive row by row, so this needs no lease.

    An older copy of the database would send again what left since.
    """
    with app.app_context():
        while not stop.is_set():
            if queries.stopped(SYSTEM) or not attempt(lambda: notices.deliver(most=1)):
                stop.wait(ROUND_SECONDS)


def _scan(app: Flask, stop: threading.Event) -> None:
    """Two that ask about one file find the same, so this needs no lease either."""
    with app.app_context():
        while not stop.is_set():
            if not queries.stopped(SYSTEM):
                attempt(scans.settle)
            stop.wait(SCAN_SECONDS)


class Keeper:
    """What the process that holds the lease does every second."""

    def __init__(self, process: str) -> None:
        self._office = Office("worker", process)
        self._signer = Signer(process)
        self.asking = Asking()
        self._pulse = time.Pulse()
        self._swept = -SWEEP_SECONDS
        self._mine = False
        self._erased = False

    @property
    def works(self) -> bool:
        """Whether the lease is this process's, and nothing keeps the installation from writing."""
        return self._mine and not queries.stopped(SYSTEM)

    def round(self) -> None:
        self._mine = self._office.hold(_lock())
        if not self._mine:
            self._signer.rest()
            return
        if not self._erased:
            # The database may be one from a backup. Also where the log is stopped: its pages can still be read.
            self._erased = attempt(erasures.again) is not None
        if self.works:
            self._keep()
        self._signer.round()
        if self.works:
            self.asking.round()

    def pause(self) -> float:
        """Seconds until the next round."""
        found = attempt(lambda: time.pause(ROUND_SECONDS)) if self.works else None
        return found if isinstance(found, float) else ROUND_SECONDS

    def rest(self) -> None:
        """Let another process do all of it."""
        self._signer.rest()
        self._office.rest()

    def _keep(self) -> None:
        # A service that takes nothing is not alive: a deadline that passes meanwhile interrupts its stage.
        self._pulse.beat()
        time.keep()
        if monotonic() - self._swept >= SWEEP_SECONDS:
            upkeep.sweep()
            files.sweep()
            empty_log()
            self._swept = monotonic()


def _lock() -> str:
    """The name of the lock of this machine for whoever works on this database."""
    return f"worker-{sha256(installation().settings.database_url.encode()).hexdigest()[:16]}"


def attempt(job: Callable[[], object]) -> object:
    """What `job` returns; what it raises is logged, None returned, and the next round tries again."""
    try:
        return job()
    except Exception:
        log.exception("a job failed and is tried again")
        return None
