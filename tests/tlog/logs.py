"""A log as the tests need one: leaves that tell their index, tiles in a dictionary, its key and a witness's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from marketplace.tlog import tiles, tree
from marketplace.tlog.checkpoints import Checkpoint
from marketplace.tlog.notes import Cosigner, Signer, join
from marketplace.tlog.tree import Node

ORIGIN = "log.example/log"
SIGNER = Signer(b"\x01" * 32, ORIGIN)
WITNESS = Cosigner(b"\x02" * 32, "witness.example/w")
SEEN_AT = 1_790_000_000

Tiles = dict[tuple[int, int], bytes]


def leaf(index: int) -> bytes:
    return b'{"i":%d}' % index


@cache
def leaf_hash(index: int) -> bytes:
    return tree.leaf_hash(leaf(index))


def leaf_hashes(begin: int, end: int) -> list[bytes]:
    return [leaf_hash(index) for index in range(begin, end)]


def grown(stored: Tiles, size: int, end: int) -> Tiles:
    """What is stored once the log of `size` leaves has grown to `end`."""
    return stored | tiles.extend(size, reader(stored), leaf_hashes(size, end))


def reader(stored: Tiles) -> tiles.Read:
    return lambda level, n: stored.get((level, n), b"")


@cache
def nodes(size: int) -> Node:
    """The nodes of a log of this size, kept for all tests of a process."""
    return tiles.node(reader(grown({}, 0, size)))


@cache
def checkpoint(size: int) -> Checkpoint:
    return Checkpoint(ORIGIN, size, tree.root_at(nodes(size), size))


@cache
def note(size: int) -> str:
    """The log's checkpoint, signed by itself and by the witness."""
    body = checkpoint(size).body()
    return join(body, [SIGNER.sign(body), WITNESS.sign(body, SEEN_AT)])


def equal_leaves(level: int, _n: int) -> bytes:
    """The nodes of a log in which every leaf is empty: it may be as long as one likes without being stored."""
    return _joined_to_itself(level)


def equal_tiles(level: int, _n: int) -> bytes:
    """Its tiles."""
    return _joined_to_itself(level * tiles.HEIGHT) * tiles.WIDTH


@cache
def _joined_to_itself(level: int) -> bytes:
    if level == 0:
        return tree.leaf_hash(b"")
    below = _joined_to_itself(level - 1)
    return tree.node_hash(below, below)


def refused(call: Callable[..., object], *given: object) -> bool:
    """Whether this is a ValueError. Any other failure is the test's."""
    try:
        call(*given)
    except ValueError:
        return True
    return False


def with_one_bit_changed(content: bytes) -> Iterator[bytes]:
    for place, byte in enumerate(content):
        for bit in range(8):
            yield content[:place] + bytes([byte ^ 1 << bit]) + content[place + 1 :]
