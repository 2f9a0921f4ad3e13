"""The log's own sums: what they cost without a request and without a database, and how long a proof is."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.tlog import notes, proofs, tiles, tree
from marketplace.tlog.checkpoints import Checkpoint
from tests.bench.measure import Work
from tests.tlog import logs
from tests.tlog.logs import equal_leaves, equal_tiles

MILLION, BILLION = 10**6, 10**9
LEAF = tree.leaf_hash(b"")
WITNESSES = [notes.Cosigner(bytes([number]) * 32, f"witness-{number}.example/w") for number in (1, 2)]
KEYS = [logs.SIGNER.key, *(each.key for each in WITNESSES)]


@dataclass(frozen=True)
class Size:
    """`target` is the most bytes it may have, where there is a limit."""

    name: str
    bytes: int
    target: int | None = None


def works() -> list[Work]:
    """Each reads the tiles anew, as a process does that has just begun; only storage is left out."""
    root, path = tree.root_at(equal_leaves, MILLION), tree.inclusion(equal_leaves, _nth(0), MILLION)
    note = _note(MILLION)
    return [
        Work("One leaf more, after a million", lambda n: tiles.extend(MILLION + n, equal_tiles, [LEAF])),
        Work("One leaf more, after a billion", lambda n: tiles.extend(BILLION + n, equal_tiles, [LEAF])),
        Work(
            "One leaf more, which fills three tiles", lambda _: tiles.extend(256**3 - 1, equal_tiles, [LEAF])
        ),
        Work("Root over a million", lambda n: tree.root_at(tiles.node(equal_tiles), MILLION - n)),
        Work(
            "Proof of one leaf among a million",
            lambda n: tree.inclusion(tiles.node(equal_tiles), _nth(n), MILLION),
            2,
        ),
        Work(
            "Proof of growth to a million",
            lambda n: tree.consistency(tiles.node(equal_tiles), _nth(n), MILLION),
        ),
        Work("A leaf’s proof checked", lambda _: tree.included(LEAF, _nth(0), MILLION, path, root)),
        Work("A checkpoint signed by log and two witnesses", lambda n: _note(MILLION + n)),
        Work("Its signatures checked", lambda _: notes.open_note(note, KEYS)),
    ]


def sizes() -> list[Size]:
    """At the most: the longest path there is among so many leaves."""
    million, billion = tree.inclusion(equal_leaves, 0, MILLION), tree.inclusion(equal_leaves, 0, BILLION)
    file = proofs.spell(MILLION - 1, million, _note(MILLION))
    return [
        Size("Hashes of a proof among a million", len(b"".join(million)), 1024),
        Size("Hashes of a proof among a billion", len(b"".join(billion))),
        Size("Proof file among a million, with two cosignatures", len(file.encode()), 2048),
    ]


def _note(size: int) -> str:
    body = Checkpoint(logs.ORIGIN, size, tree.root_at(equal_leaves, size)).body()
    return notes.join(body, [logs.SIGNER.sign(body), *(each.sign(body, logs.SEEN_AT) for each in WITNESSES)])


def _nth(number: int) -> int:
    """One leaf after another, all over the log."""
    return (54_321 + number * 99_991) % MILLION
