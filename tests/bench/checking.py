"""What somebody needs who checks a whole log with the program that is handed out, from a copy on their disk."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tests.tools import logs

MILLION = 10**6

# Linux counts to a process's memory that of the one it was begun by, and this one's is large.
BETWEEN = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, used = os.wait4(process.pid, 0)
process.returncode = os.waitstatus_to_exitcode(status)
print(process.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss)
"""


@dataclass(frozen=True)
class Need:
    """`target` is the most of it that may be needed."""

    name: str
    amount: float
    unit: str
    target: float


def needs() -> list[Need]:
    with tempfile.TemporaryDirectory() as folder:
        logs.MadeLog([*leaves()]).put(Path(folder))
        words = [sys.executable, "-c", BETWEEN, sys.executable, str(logs.PROGRAM)]
        words += ["log", folder, "--vkey", f"{folder}/vkey"]
        done = subprocess.run(words, capture_output=True, text=True, check=True)
    code, seconds, kilobytes = done.stdout.split()
    if code != "0":
        raise RuntimeError("the log was not verified")
    return [
        Need("Processor time to check a million entries", float(seconds), "s", 15),
        Need("Memory for that", int(kilobytes) / 1024, "MB", 200),
    ]


def leaves() -> Iterator[bytes]:
    """As long as leaves of an ordinary kind are."""
    yield logs.leaf("log.start", origin=logs.ORIGIN, kind="test")
    for n in range(1, MILLION):
        reason = sha256(n.to_bytes(4, "big")).hexdigest()
        yield (
            '{"at":"2026-11-22T12:00:00Z","by":{"as":"lead","ref":"9f2c9f2c9f2c9f2c"},"challenge":"CH-00000000",'
            f'"data":{{"stage":{n}}},"private":{{"reason":"{reason}"}},"type":"stage.reopen","v":1}}'
        ).encode()
