"""What a log hands to a witness: its new checkpoint, and how it follows from the last (C2SP tlog-witness).

This is the body of a request to `add-checkpoint`. The answer is one signature line or more, which a note can end with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from marketplace.tlog import spelling
from marketplace.tlog.checkpoints import Checkpoint
from marketplace.tlog.tree import consistent

MOST_HASHES = 63

Fault = Literal["stale", "fork", "proof"]


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


def fault(asked: Submission, checkpoint: Checkpoint, size: int, root: bytes) -> Fault | None:
    """Why a witness that cosigned `size` leaves under `root` last may not cosign this one; None where it may.

    A witness that has cosigned nothing of a log knows the empty tree. `stale`: the path begins at another size; `fork`:
    as many leaves, and others; `proof`: it does not show that the log only grew.
    """
    if asked.old != size:
        return "stale"
    if checkpoint.size == size and checkpoint.root != root:
        return "fork"
    return None if consistent(size, root, checkpoint.size, checkpoint.root, asked.path) else "proof"
