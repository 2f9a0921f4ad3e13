"""What this machine remembers of the logs that it signed: a folder outside of the database, which is never backed up.

A database may be restored from yesterday; the mark says how far the log had come, so that nothing is signed that
would contradict what was published since.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from pathlib import Path
from typing import IO

from marketplace.outside import durable

LOCK, STOPPED, MACHINE = ".lock", ".stopped", "machine.id"


class Marks:
    """One file for each log, named by its id: the text of the checkpoint that was about to be signed last."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, log_id: str) -> str | None:
        """The mark of this log; None where this machine has none."""
        try:
            return (self._folder / log_id).read_text()
        except FileNotFoundError:
            return None

    def write(self, log_id: str, text: str) -> None:
        """Keep the mark durably. A crash inside leaves the mark before it, whole."""
        self._replace(self._folder / log_id, text)

    def others(self, log_id: str) -> bool:
        """Whether there is a mark of any other log."""
        with suppress(FileNotFoundError):
            names = {path.name for path in self._folder.iterdir() if "." not in path.name}
            return bool(names - {log_id})
        return False

    def stop(self, log_id: str, code: str) -> None:
        """Tell every process of this machine why this log is not signed and nothing may be written."""
        self._replace(self._folder / f"{log_id}{STOPPED}", code)

    def stopped(self, log_id: str) -> str:
        """The code that `stop` kept; empty where nothing stopped the log."""
        try:
            return (self._folder / f"{log_id}{STOPPED}").read_text()
        except FileNotFoundError:
            return ""

    def resume(self, log_id: str) -> None:
        (self._folder / f"{log_id}{STOPPED}").unlink(missing_ok=True)

    def machine(self) -> str:
        """A random name of this machine, made when it is first asked for."""
        path = self._folder / MACHINE
        if not path.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            durable.put_first(path, secrets.token_hex(8).encode(), durable.PUBLIC)
        return path.read_text()

    def lock(self, name: str) -> IO[bytes] | None:
        """Be the one process of this machine with this lock, until the file is closed; None while another is."""
        return durable.lock(self._folder / f"{name}{LOCK}")

    def _replace(self, path: Path, text: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        durable.put(path, text.encode(), durable.PUBLIC)
        durable.settle(self._folder)
