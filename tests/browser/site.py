"""A Daylight that serves pages from a thread of the test's own process, under the test's clock."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from marketplace.actions import upkeep
from marketplace.app import create_app
from marketplace.clock import Clock
from marketplace.jobs import time
from marketplace.models.base import db
from tests.conftest import settings_in


@dataclass(frozen=True)
class Site:
    """What the test sees of it. The test's own context is the application's."""

    app: Flask
    clock: Clock
    address: str

    def go_past(self, deadline: datetime) -> None:
        """Let the clock go past a deadline while the service runs, its worker included."""
        self.clock.set(deadline - timedelta(minutes=1))
        upkeep.beat()
        self.clock.set(deadline + timedelta(seconds=1))
        time.keep()


class Quiet(WSGIRequestHandler):
    """Handles requests without a line for each."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@contextmanager
def serving(folder: Path, migrated: Path, clock: Clock) -> Iterator[Site]:
    """Serve an empty installation kept in `folder` until the end of the block."""
    shutil.copy(migrated, folder / "daylight.db")
    server = make_server("127.0.0.1", 0, Flask(__name__), threaded=True, request_handler=Quiet)
    address = f"http://127.0.0.1:{server.port}"
    settings = replace(settings_in(folder, f"sqlite:///{folder / 'daylight.db'}"), base_url=address)
    # The port is known first: addresses in messages and on pages are those of this server.
    server.app = app = create_app(settings, clock)
    with _answering(server), app.app_context():
        yield Site(app, clock, address)
        for engine in db.engines.values():
            engine.dispose()


@contextmanager
def listening(app: Flask) -> Iterator[str]:
    """The test's own installation at an address, until the end of the block."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    with _answering(server):
        yield f"http://127.0.0.1:{server.port}"


@contextmanager
def _answering(server: BaseWSGIServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
