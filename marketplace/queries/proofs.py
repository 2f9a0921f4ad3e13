"""An entry under the checkpoint that is served: the proof, checked, and who signed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from marketplace.models.trail import LogCheckpoint
from marketplace.models.witnesses import Witness
from marketplace.queries import log
from marketplace.queries.query import Reader
from marketplace.tlog import checkpoints, notes, proofs
from marketplace.tlog.notes import VerifierKey


@dataclass(frozen=True)
class Proved:
    """A proof as a file (C2SP tlog-proof) and what it says. `holds` is whether this service found it right just now.

    The checkpoint counts `size` entries, has the root `root` in hexadecimal and was made at `at`. `key` is the
    verifier key that signed it, empty where none did that is known; `witnesses` are those whose cosignatures
    hold, by name; `steps` lead from the entry to the root.
    """

    text: str
    holds: bool
    size: int
    root: str
    at: datetime | None
    key: str
    witnesses: tuple[str, ...]
    steps: int


def proved(read: Reader, index: int, leaf: bytes) -> Proved | None:
    """How this entry is proved now; None while no checkpoint covers it."""
    text = log.proof_of(read, index)
    if text is None:
        return None
    proof = proofs.parse(text)
    checkpoint = checkpoints.parse(notes.split(proof.note)[0])
    keys = [*_signers(proof.note, map(VerifierKey.parse, log.keys_of(read)))]
    witnesses = read.connection.scalars(select(Witness.vkey).where(Witness.removed_at.is_(None)))
    return Proved(
        text=text,
        holds=_holds(proof, leaf, keys),
        size=checkpoint.size,
        root=checkpoint.root.hex(),
        at=read.connection.scalar(select(LogCheckpoint.at).where(LogCheckpoint.size == checkpoint.size)),
        key=str(keys[0]) if keys else "",
        witnesses=tuple(sorted(key.name for key in _signers(proof.note, map(VerifierKey.parse, witnesses)))),
        steps=len(proof.path),
    )


def _signers(note: str, keys: Iterable[VerifierKey]) -> Iterator[VerifierKey]:
    """Those of the keys whose signature below the note holds."""
    for key in keys:
        with suppress(ValueError):
            yield from notes.open_note(note, [key]).by


def _holds(proof: proofs.Proof, leaf: bytes, keys: Sequence[VerifierKey]) -> bool:
    try:
        proof.check(leaf, keys)
    except ValueError:
        return False
    return True
