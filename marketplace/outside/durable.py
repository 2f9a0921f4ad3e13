"""Files that are whole or not there, also after a crash or a power cut; and being alone with one."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

PRIVATE = 0o600
PUBLIC = 0o644
"""Whoever serves pages, or the log's files, may be another user."""


def put(path: Path, content: bytes, mode: int = PRIVATE) -> None:
    """Write a file in place of the one that may be there. Its name is on the disk after `settle`."""
    with _aside(path, content, mode) as aside:
        # A crash before this line leaves the former file and one beside it that nobody reads; after it, the new one.
        os.replace(aside, path)


def put_first(path: Path, content: bytes, mode: int = PRIVATE) -> None:
    """Write a file, on the disk with its name; one that is there already stays as it is."""
    # Of two processes that come at once, the second finds the first's.
    with _aside(path, content, mode) as aside, suppress(FileExistsError):
        os.link(aside, path)
    settle(path.parent)


def settle(folder: Path) -> None:
    """Make names in a folder as durable as the files they name."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def lock(path: Path) -> IO[bytes] | None:
    """Be the one process with the lock in this file, until it is closed; None while another is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("ab")
    if _lock(file.fileno()):
        return file
    file.close()
    return None


@contextmanager
def alone(path: Path) -> Iterator[bool]:
    """Whether no other process has the lock in this file or folder; until the end of the block none can have it."""
    opened = os.open(path, os.O_RDONLY if path.is_dir() else os.O_WRONLY | os.O_CREAT, PRIVATE)
    try:
        yield _lock(opened)
    finally:
        os.close(opened)


def _lock(opened: int) -> bool:
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@contextmanager
def _aside(path: Path, content: bytes, mode: int) -> Iterator[Path]:
    """The whole file, under a name of its own beside the one that it is to take: a full disk keeps nothing of it."""
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield aside
    finally:
        aside.unlink(missing_ok=True)
