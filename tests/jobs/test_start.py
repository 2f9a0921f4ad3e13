"""What does not start, and what never opens the key that signs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask

from marketplace.models.database import installation
from marketplace.policy import SYSTEM
from tests import factories as f
from tests.jobs.test_worker import ROOT, command, environment_with
from tests.web.conftest import new_browser
from tests.web.forms import visit_of


@pytest.mark.long
def test_neither_worker_nor_web_server_starts_as_another_log(app: Flask) -> None:
    f.grow_the_log(SYSTEM, 1)
    own = environment_with(LOG_ORIGIN="localhost/another")
    web = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:0", "wsgi:app"], cwd=ROOT, env=own, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    worker = command("worker", LOG_ORIGIN="localhost/another")
    for process in (worker, web):
        words, _ = process.communicate(timeout=60)
        assert process.returncode, words
        assert "LOG_ORIGIN is another one than the first entry of the log names." in words


opened: list[str] = []
listening = False


def _note(event: str, arguments: tuple[object, ...]) -> None:
    if listening and event == "open":
        opened.append(str(arguments[0]))


# Python keeps such a hook for as long as it runs.
sys.addaudithook(_note)


@contextmanager
def listened() -> Iterator[list[str]]:
    """The files that are opened meanwhile."""
    global listening
    opened.clear()
    listening = True
    try:
        yield opened
    finally:
        listening = False


def test_pages_never_open_the_key_that_signs(app: Flask) -> None:
    world = f.an_open_challenge()
    f.sign_the_log()
    (key,) = installation().settings.key_dir.glob("log-*.key")
    assert key.stat().st_mode & 0o777 == 0o600
    person = visit_of(app, world.lead)
    with listened() as files:
        f.a_submitted_proposal(world)
        for client in (new_browser(app), person):
            for address in (
                "/", "/trail", "/trail/0", "/desk", "/log/checkpoint", "/log/vkey", "/log/proof/0",
                "/log/tile/0/000.p/1", "/log/tile/entries/000.p/1", "/readyz",
            ):  # fmt: skip
                assert client.get(address).status_code < 400, address
    assert files
    assert str(key) not in files
    with listened() as files:
        f.sign_the_log()
    assert str(key) in files
