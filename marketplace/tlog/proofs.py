"""Proofs that a leaf is in a log, as files that need nothing else to be checked (C2SP tlog-proof)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from marketplace.tlog import checkpoints, notes, spelling, tree
from marketplace.tlog.checkpoints import Checkpoint
from marketplace.tlog.notes import VerifierKey

FORMAT = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True)
class Proof:
    """`path` leads from leaf `index` to the root in `note`, a signed checkpoint. Nobody answers for `extra`."""

    index: int
    path: list[bytes]
    note: str
    extra: bytes = b""

    def check(self, leaf: bytes, keys: Collection[VerifierKey]) -> Checkpoint:
        """The checkpoint of a log with one of these keys, which has this leaf at `index`. Otherwise a ValueError.

        Among the keys may be witnesses', but the log itself has to have signed, under its origin as its name.
        """
        opened = notes.open_note(self.note, keys)
        checkpoint = checkpoints.parse(opened.text)
        if not any(key.algorithm == notes.ED25519 and key.name == checkpoint.origin for key in opened.by):
            raise ValueError(f"the log {checkpoint.origin} did not sign its checkpoint with a known key")
        if not tree.included(tree.leaf_hash(leaf), self.index, checkpoint.size, self.path, checkpoint.root):
            raise ValueError(f"the path does not lead from this leaf at {self.index} to the root")
        return checkpoint


def spell(index: int, path: Sequence[bytes], note: str, extra: bytes = b"") -> str:
    """The text of a proof file."""
    lines = [f"extra {spelling.in_base64(extra)}"] if extra else []
    lines += [f"index {index}", *map(spelling.in_base64, path)]
    return "\n".join([FORMAT, *lines, "", note])


def parse(text: str) -> Proof:
    """The proof that `spell` wrote, not checked. Anything else is a ValueError."""
    head, gap, note = text.partition("\n\n")
    form, *lines = head.split("\n")
    if form != FORMAT or not gap or not lines:
        raise ValueError("no proof file")
    extra = lines.pop(0) if lines[0].startswith("extra ") else ""
    index, *path = lines or [""]
    return Proof(
        spelling.number(spelling.labelled("index", index)),
        [*map(spelling.hash_from, path)],
        note,
        spelling.from_base64(spelling.labelled("extra", extra)) if extra else b"",
    )
