"""The private keys that sign the log's checkpoints: files that the worker and the command line read, and no page.

A file holds a key as Go's sumdb/note spells it, so that stock tools can sign with it too.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from pathlib import Path

from marketplace.outside.keys import write_once

ED25519 = b"\x01"


def keep(folder: Path, name: str, key_id: str, seed: bytes) -> None:
    """Write a new key durably. `key_id` is hexadecimal, `seed` the 32 private bytes."""
    write_once(path(folder, key_id), f"PRIVATE+KEY+{name}+{key_id}+{b64encode(ED25519 + seed).decode()}")


def read(folder: Path, key_id: str) -> bytes | None:
    """The seed of this key; None where the folder does not hold it. What is no key is a ValueError."""
    try:
        text = path(folder, key_id).read_text()
    except FileNotFoundError:
        return None
    # The name and the id hold no plus; base64 may.
    *_names, spelt = text.strip().split("+", 4)
    content = b64decode(spelt, validate=True)
    if content[:1] != ED25519 or len(content) != 33:
        raise ValueError(f"{path(folder, key_id)} is no signing key")
    return content[1:]


def ids(folder: Path) -> list[str]:
    """The ids of the keys that are here, in hexadecimal."""
    return sorted(path.stem.removeprefix("log-") for path in folder.glob("log-*.key"))


def path(folder: Path, key_id: str) -> Path:
    """Where this key is kept."""
    return folder / f"log-{key_id}.key"
