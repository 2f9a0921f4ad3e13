"""An entry under the checkpoint that is served: the proof, and what this service finds when it checks it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Row

from marketplace import integrity
from marketplace.queries import log, witnesses
from marketplace.queries.query import Reader
from marketplace.tlog import checkpoints, notes, proofs, tree
from marketplace.tlog.notes import VerifierKey


@dataclass(frozen=True)
class Signed:
    """A checkpoint: the first `size` entries have the root `root`, in hexadecimal; it was made at `at`.

    `key` is the log's key that signed it, empty where none of the known did; `witnesses` are those whose
    cosignatures hold, by name.
    """

    size: int
    root: str
    at: datetime
    key: str
    witnesses: tuple[str, ...]


@dataclass(frozen=True)
class Proved:
    """A proof as a file (C2SP tlog-proof): `leads` tells whether its `steps` go from the entry to the root."""

    text: str
    steps: int
    leads: bool
    checkpoint: Signed

    @property
    def holds(self) -> bool:
        return self.leads and bool(self.checkpoint.key)


def latest(read: Reader) -> Signed | None:
    """The checkpoint that is served; None before the first."""
    served = integrity.last_checkpoint(read.connection)
    return _signed(read, served) if served else None


def proved(read: Reader, index: int, leaf: bytes) -> Proved | None:
    """How this entry is proved now; None while no checkpoint covers it."""
    served = integrity.last_checkpoint(read.connection)
    text = log.proof_under(read, index, served) if served else None
    if served is None or text is None:
        return None
    proof, under = proofs.parse(text), _signed(read, served)
    leads = tree.included(tree.leaf_hash(leaf), index, under.size, proof.path, bytes.fromhex(under.root))
    return Proved(text, len(proof.path), leads, under)


def _signed(read: Reader, served: Row[tuple[int, str, datetime]]) -> Signed:
    note = served.note
    said = checkpoints.parse(notes.split(note)[0])
    keys = _signers(note, log.keys_of(read))
    return Signed(
        size=said.size,
        root=said.root.hex(),
        at=served.at,
        key=next((key for key in keys if VerifierKey.parse(key).name == said.origin), ""),
        witnesses=tuple(VerifierKey.parse(key).name for key in _signers(note, witnesses.keys_of(read))),
    )


def _signers(note: str, keys: Iterable[str]) -> list[str]:
    return [key for key in keys if _did_sign(note, key)]


@lru_cache(maxsize=1024)
def _did_sign(note: str, key: str) -> bool:
    """Whether the key's signature is there and holds; remembered, since many pages ask it of few notes."""
    try:
        notes.open_note(note, [VerifierKey.parse(key)])
    except ValueError:
        return False
    return True
