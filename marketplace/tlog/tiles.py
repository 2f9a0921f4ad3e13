"""Tiles and entry bundles: the tree and its leaves as files that never change (C2SP tlog-tiles).

Tile `(level, n)` holds, one after the other, up to 256 hashes over 256**level leaves each: with D the leaves, hash `i`
is MTH(D[(n * 256 + i) * 256**level : (n * 256 + i + 1) * 256**level]). A partial tile is a prefix of the full one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Literal

from marketplace.tlog.tree import HASH_BYTES, Node, node_hash, root

HEIGHT = 8
WIDTH = 1 << HEIGHT
TILE_BYTES = WIDTH * HASH_BYTES

Level = int | Literal["entries"]
Read = Callable[[int, int], bytes]

_PREFIX_BYTES = 2
# The leaves of 2**63 entries fill 2**55 bundles, which is a number of 17 digits.
_PATH = re.compile(r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([0-9]{1,3}))?")


def node(read: Read) -> Node:
    """The tree's nodes out of tiles. What was read or computed once is kept as long as the result is.

    `read(level, n)` gives a tile as it is stored; a node that it does not hold yet is a ValueError.
    """
    tile = cache(lambda level, n: _levels(read(level, n)))

    def at(level: int, n: int) -> bytes:
        above, height = divmod(level, HEIGHT)
        of, place = divmod(n, WIDTH >> height)
        hashes = tile(above, of)[height]
        if place >= len(hashes):
            raise ValueError(f"the tile ends before node {n} of level {level}")
        return hashes[place]

    return at


def _levels(tile: bytes) -> list[list[bytes]]:
    """A tile's hashes and, above them, the complete nodes that they make: all of them take less time than asking."""
    levels = [list(_cut(tile[: len(tile) // HASH_BYTES * HASH_BYTES], HASH_BYTES))]
    for _height in range(HEIGHT - 1):
        below = levels[-1]
        levels.append([node_hash(*pair) for pair in zip(below[::2], below[1::2], strict=False)])
    return levels


def extend(size: int, read: Read, hashes: Sequence[bytes]) -> dict[tuple[int, int], bytes]:
    """The tiles that change, whole, when the leaves with these hashes follow the first `size`.

    On each level only the last tile is read, and only where it is partial; what it may hold beyond `size` is written
    anew, so that an extension which was broken off can be repeated.
    """
    changed: dict[tuple[int, int], bytes] = {}
    level, fresh = 0, hashes
    while fresh:
        n, held = divmod(size >> level * HEIGHT, WIDTH)
        tiles = list(_cut(_beginning(read, level, n, held) + b"".join(fresh), TILE_BYTES))
        changed.update({(level, n + place): tile for place, tile in enumerate(tiles)})
        fresh = [root(list(_cut(tile, HASH_BYTES))) for tile in tiles if len(tile) == TILE_BYTES]
        level += 1
    return changed


def _beginning(read: Read, level: int, n: int, held: int) -> bytes:
    """The first `held` hashes of a tile."""
    if not held:
        return b""
    beginning = read(level, n)[: held * HASH_BYTES]
    if len(beginning) != held * HASH_BYTES:
        raise ValueError(f"tile {n} of level {level} holds fewer than {held} hashes")
    return beginning


def _cut(content: bytes, length: int) -> Iterator[bytes]:
    return (content[start : start + length] for start in range(0, len(content), length))


def path(level: Level, n: int, width: int = WIDTH) -> str:
    """Where a tile or a bundle is served, below the log's address: `tile/0/x001/234.p/17`."""
    digits = f"{n:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    *upper, last = (digits[start : start + 3] for start in range(0, len(digits), 3))
    elements = "".join(f"x{element}/" for element in upper) + last
    return f"tile/{level}/{elements}" + (f".p/{width}" if width < WIDTH else "")


def parse(text: str) -> tuple[Level, int, int]:
    """What `path` spelt: level, n and width. Any other spelling is a ValueError."""
    spelt = _PATH.fullmatch(text)
    if spelt is None:
        raise ValueError("no path of a tile")
    level: Level = "entries" if spelt[1] == "entries" else int(spelt[1])
    n = int(spelt[2].replace("x", "").replace("/", ""))
    width = int(spelt[3] or WIDTH)
    if path(level, n, width) != text or not 1 <= width <= WIDTH or (level != "entries" and level > 63):
        raise ValueError("no path of a tile")
    return level, n, width


def covered(level: Level, n: int, width: int, size: int) -> bool:
    """Whether the first `size` leaves fill this tile or bundle up to this width.

    Smaller widths are those of earlier checkpoints.
    """
    hashes = size >> HEIGHT * (0 if level == "entries" else level)
    return 1 <= width <= min(WIDTH, hashes - n * WIDTH)


def parts(size: int) -> Iterator[tuple[Level, int, int]]:
    """Level, number and width of every bundle and tile that the first `size` leaves fill, wholly or in part."""
    level = 0
    while hashes := size >> level * HEIGHT:
        for n in range(-(-hashes // WIDTH)):
            width = min(WIDTH, hashes - n * WIDTH)
            if level == 0:
                yield "entries", n, width
            yield level, n, width
        level += 1


def bundle(leaves: Iterable[bytes]) -> bytes:
    """Leaves one after the other, each behind its length in two bytes, big-endian. Longer ones are a ValueError."""
    content = bytearray()
    for leaf in leaves:
        if len(leaf) >= 1 << 8 * _PREFIX_BYTES:
            raise ValueError(f"a leaf of {len(leaf)} bytes is too long for a bundle")
        content += len(leaf).to_bytes(_PREFIX_BYTES) + leaf
    return bytes(content)


def unbundle(content: bytes) -> list[bytes]:
    """The leaves of a bundle. One that is cut off is a ValueError."""
    leaves, place = [], 0
    while place < len(content):
        start = place + _PREFIX_BYTES
        place = start + int.from_bytes(content[place:start])
        leaves.append(content[start:place])
    if place != len(content):
        raise ValueError("the bundle is cut off")
    return leaves
