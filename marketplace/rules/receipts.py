"""A receipt as a file: an entry of the log, what opens it, and the proof that the log has it."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any


def receipt(
    origin: str, index: int, leaf: bytes, vkey: str = "", proof: str = "", content: Mapping[str, Any] | None = None
) -> dict[str, Any]:  # fmt: skip
    """What the file says. `content` is salt and value of what the entry commits to; without it nothing is opened.

    `proof` is a tlog-proof, empty before a checkpoint covers the entry, and `vkey` the key that signed it.
    """
    found: dict[str, Any] = {"format": "receipt/1", "origin": origin}
    if vkey:
        found["vkey"] = vkey
    found |= {"index": index, "leaf": base64.b64encode(leaf).decode()}
    if content is not None:
        found["openings"] = {"content": dict(content)}
    if proof:
        found["proof"] = proof
    return found


def spell(receipt: Mapping[str, Any]) -> str:
    """The file's text."""
    return json.dumps(receipt, indent=1, ensure_ascii=False) + "\n"
