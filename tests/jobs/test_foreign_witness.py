"""What somebody else wrote, PyPI's aics-witness, cosigns our checkpoints, and is cosigned by our witness."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest
from flask import Flask

from marketplace.actions import witnesses as actions
from marketplace.actions import witnessing
from marketplace.models.database import installation
from marketplace.policy import ANYONE, SYSTEM
from marketplace.queries import log, witnesses
from marketplace.tlog import notes, spelling, tree
from marketplace.tlog.notes import VerifierKey
from tests import factories as f
from tests.browser.site import listening
from tests.jobs.test_witnesses import work
from tests.tlog import logs


def program() -> list[str]:
    """How to run it: as installed here, or as AICS_WITNESS names it, such as in an environment of its own."""
    if named := os.environ.get("AICS_WITNESS"):
        return [named]
    if find_spec("aics_witness") is None:
        missing = "aics-witness is not installed here; AICS_WITNESS may name the program"
        # From Python 3.12 on the development requirements have it, and there is no excuse.
        pytest.fail(missing) if sys.version_info >= (3, 12) else pytest.skip(
            f"{missing} (it needs Python 3.12)"
        )
    return [sys.executable, "-m", "aics_witness"]


@contextmanager
def running(command: list[str], port: int) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, process.stderr and process.stderr.read()
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.communicate(timeout=20)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def signers(vkey: str) -> list[str]:
    known = [VerifierKey.parse(each) for each in (*log.vkeys(ANYONE), vkey)]
    return [key.name for key in notes.open_note(log.checkpoint(ANYONE) or "", known).by]


def test_it_cosigns_each_of_our_checkpoints(app: Flask, tmp_path: Path) -> None:
    command, port, name = program(), free_port(), "foreign.example/w1"
    config = ["--config", str(tmp_path / "witness.json")]

    def run(*words: str) -> str:
        return subprocess.run([*command, *words], capture_output=True, text=True, check=True).stdout

    f.grow_the_log(SYSTEM, 3)
    f.sign_the_log()
    vkey = run("init", *config, "--name", name).strip()
    assert re.fullmatch(rf"{re.escape(name)}\+[0-9a-f]{{8}}\+\S+", vkey)
    run("add-log", *config, "--origin", "localhost/log", "--vkey", log.vkeys(ANYONE)[0])
    actions.add(f.a_person("Olive Operator", operator=True), f"http://127.0.0.1:{port}", vkey)
    with running([*command, "serve", *config, "--listen", f"127.0.0.1:{port}"], port):
        for count in (0, 1, 300):
            f.grow_the_log(SYSTEM, count)
            work()
            assert signers(vkey) == ["localhost/log", name]
    assert [(each.size, each.fault) for each in witnesses.watchers(SYSTEM)] == [(305, "")]


FEED = """
import base64, json, sys
from aics_witness.feeder import submit_checkpoint
told = json.load(sys.stdin)
paths = {int(old): [base64.b64decode(each) for each in path] for old, path in told["paths"].items()}
print(submit_checkpoint(
    told["url"], told["note"], lambda old, _size: paths[old], witness_vkey=told["vkey"]
), end="")
"""


def test_our_witness_cosigns_the_log_that_it_feeds(app: Flask) -> None:
    """Each time it knows nothing of what we cosigned last: it is told, and proves from there."""
    python = [str(Path(program()[0]).with_name("python")), "-c", FEED]
    installation().clock.release()
    witnessing.add(f.a_person("Olive Operator", operator=True), str(logs.SIGNER.key))
    with listening(app) as url:
        for size in (3, 8, 300):
            told = {
                "url": f"{url}/witness", "vkey": app.test_client().get("/witness/vkey").text.strip(),
                "note": logs.note(size), "paths": {old: path(old, size) for old in (0, 3, 8) if old < size},
            }  # fmt: skip
            line = subprocess.run(
                python, input=json.dumps(told), capture_output=True, text=True, check=True
            ).stdout
            opened = notes.open_note(logs.note(size) + line, [VerifierKey.parse(str(told["vkey"]))])
            assert [key.name for key in opened.by] == ["localhost/witness"]


def path(old: int, size: int) -> list[str]:
    return [spelling.in_base64(each) for each in tree.consistency(logs.nodes(size), old, size)]
