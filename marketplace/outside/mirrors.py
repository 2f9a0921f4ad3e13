"""A log as files, by their paths below `/log/`: in a folder that any web server can serve, or behind an address."""

from __future__ import annotations

import http.client
import shutil
import urllib.error
import urllib.request
from contextlib import AbstractContextManager
from pathlib import Path

from marketplace.outside import durable

MOST_BYTES = 2**25
"""The longest file of a log is a bundle of 256 entries, each below 2**16 bytes."""
SECONDS = 30.0


class Folder:
    """A folder on this machine."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._touched: set[Path] = set()

    def __str__(self) -> str:
        return str(self.path)

    def alone(self) -> AbstractContextManager[bool]:
        """Whether nobody else writes here; until the end of the block nobody else can."""
        self.path.mkdir(parents=True, exist_ok=True)
        return durable.alone(self.path)

    def holds(self, path: str) -> bool:
        return (self.path / path).exists()

    def read(self, path: str) -> bytes | None:
        """A file; None where there is none."""
        try:
            return (self.path / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def put(self, path: str, content: bytes) -> None:
        """Write a file, whole or not at all. Its name is on the disk after `settle`."""
        target = self.path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        durable.put(target, content, durable.PUBLIC)
        self._touched |= {each for each in target.parents if each.is_relative_to(self.path)}

    def settle(self) -> None:
        """Make the names of all that was put here durable."""
        for folder in self._touched:
            durable.settle(folder)
        self._touched.clear()

    def drop(self, path: str) -> None:
        """Remove what is below a path, where there is anything."""
        shutil.rmtree(self.path / path, ignore_errors=True)


class Address:
    """A web server's `/log/`, or a mirror of it. Nothing that it answers is believed unless it is proved."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    def __str__(self) -> str:
        return self._url

    def read(self, path: str) -> bytes | None:
        """As `Folder.read`. An address that does not answer, or too much, is a ValueError."""
        url = f"{self._url}/{path}"
        try:
            with urllib.request.urlopen(url, timeout=SECONDS) as answer:  # noqa: S310 - an operator names it
                content: bytes = answer.read(MOST_BYTES)
                return content
        except urllib.error.HTTPError as error:
            if error.code in (404, 410):
                return None
            raise ValueError(f"{url} answers {error.code}") from None
        except (OSError, http.client.HTTPException) as error:
            raise ValueError(f"{url} does not answer: {error}") from None


Mirror = Folder | Address


def mirror(place: str) -> Mirror:
    """The log at a path or behind an address."""
    return Address(place) if place.startswith(("http://", "https://")) else Folder(Path(place))
