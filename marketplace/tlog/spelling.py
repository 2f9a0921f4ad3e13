"""How the log's texts spell numbers and bytes: each in one way only, so that no text has a twin."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode

from marketplace.tlog.tree import HASH_BYTES

# Sizes and indexes are below 2**63, as in Go and in both databases.
MOST = 2**63 - 1
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


def number(text: str) -> int:
    """A size or an index in decimal digits, without leading zeros. Anything else is a ValueError."""
    if not _NUMBER.fullmatch(text) or int(text) > MOST:
        raise ValueError("no number of leaves")
    return int(text)


def labelled(label: str, line: str) -> str:
    """What stands behind a line's label and one space. A line without either is a ValueError."""
    found, _, value = line.partition(" ")
    if found != label or not value:
        raise ValueError(f"no line that says {label}")
    return value


def in_base64(content: bytes) -> str:
    return b64encode(content).decode("ascii")


def from_base64(text: str) -> bytes:
    """The bytes that `in_base64` spelt (RFC 4648, section 4). Another spelling of them is a ValueError."""
    content = b64decode(text, validate=True)
    if in_base64(content) != text:
        raise ValueError("base64 in another than its usual spelling")
    return content


def hash_from(text: str) -> bytes:
    """A hash spelt in base64."""
    content = from_base64(text)
    if len(content) != HASH_BYTES:
        raise ValueError(f"a hash of {len(content)} bytes")
    return content
