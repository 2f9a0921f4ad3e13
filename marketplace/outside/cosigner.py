"""The key with which this installation cosigns other logs, in a file of its own: it never signs our log.

The file holds the name by which other logs know this witness, and 32 bytes in hexadecimal.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from marketplace.outside.keys import write_once

FILE = "witness.key"


def make(folder: Path, name: str) -> None:
    """Make the key, unless there is one: another name or other bytes would be another witness."""
    path = folder / FILE
    if not path.exists():
        write_once(path, f"{name} {secrets.token_hex(32)}")


def read(folder: Path) -> tuple[str, bytes] | None:
    """Name and bytes; None where this installation is nobody's witness."""
    path = folder / FILE
    if not path.exists():
        return None
    name, seed = path.read_text().split()
    return name, bytes.fromhex(seed)
