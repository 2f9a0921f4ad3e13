"""What a log hands to a witness: its new checkpoint, and how it follows from the last (C2SP tlog-witness).

This is the body of a request to `add-checkpoint`. The answer is one signature line or more, which a note can end with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.tlog import spelling

MOST_HASHES = 63


@dataclass(frozen=True)
class Submission:
    """`path` shows that the checkpoint in `note` begins with `old` leaves; nothing here is verified yet."""

    old: int
    path: list[bytes]
    note: str


def spell(old: int, path: Sequence[bytes], note: str) -> str:
    """The text that is sent. `path` is empty where the witness knows nothing of the log yet, and `old` zero."""
    return "\n".join([f"old {old}", *map(spelling.in_base64, path), "", note])


def parse(text: str) -> Submission:
    """The submission that `spell` wrote. Anything else is a ValueError."""
    head, gap, note = text.partition("\n\n")
    old, *path = head.split("\n")
    if not gap or len(path) > MOST_HASHES:
        raise ValueError("no checkpoint with its proof")
    return Submission(spelling.number(spelling.labelled("old", old)), [*map(spelling.hash_from, path)], note)
