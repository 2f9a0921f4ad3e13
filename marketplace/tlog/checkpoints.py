"""Checkpoints: how many leaves a log has and the root over them, as the text of a note (C2SP tlog-checkpoint)."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.tlog import spelling


@dataclass(frozen=True)
class Checkpoint:
    """`origin` names the log. `extensions` are further lines, which only other logs write."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def body(self) -> str:
        """The text that is signed."""
        lines = [self.origin, str(self.size), spelling.in_base64(self.root), *self.extensions]
        return "".join(f"{line}\n" for line in lines)


def parse(text: str) -> Checkpoint:
    """The checkpoint whose `body` this is. Anything else is a ValueError.

    The text is that of a note which was opened, not the whole note.
    """
    *lines, end = text.split("\n")
    if len(lines) < 3 or not all(lines) or end:
        raise ValueError("no checkpoint")
    origin, size, root, *extensions = lines
    return Checkpoint(origin, spelling.number(size), spelling.hash_from(root), tuple(extensions))
