"""Attachments: encrypted before they come here, found by the SHA-256 of their ciphertext."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from marketplace.outside import durable


class FileStore:
    """A folder of content-addressed ciphertexts; the name is the hash, so nothing is overwritten."""

    def __init__(self, url: str) -> None:
        scheme, _, place = url.partition(":")
        if scheme != "file":
            raise ValueError(f"STORAGE_URL {url!r} names a kind of storage that is not installed")
        self._folder = Path(place)

    def put(self, ciphertext: bytes) -> str:
        """Keep `ciphertext` durably and return its name (64 hex digits)."""
        name = hashlib.sha256(ciphertext).hexdigest()
        target = self._path(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        # A crash before the next line has ended leaves a file that no row names.
        durable.put(target, ciphertext)
        durable.settle(target.parent)
        # That folder's own name may be as new.
        durable.settle(self._folder)
        return name

    def get(self, name: str) -> bytes:
        return self._path(name).read_bytes()

    def remove(self, name: str) -> None:
        self._path(name).unlink(missing_ok=True)

    def old(self, before: float) -> Iterator[Path]:
        """Everything that was written before this second since 1970, also what a crash left half-written."""
        for path in self._folder.glob("??/*"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < before:
                    yield path

    def _path(self, name: str) -> Path:
        if len(name) != 64 or not set(name) <= set("0123456789abcdef"):
            raise ValueError("not the name of a stored file")
        return self._folder / name[:2] / name
