"""Many small whole numbers side by side in a few large ones, so that a database adds and sends them at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

BITS = 62
"""How much of one of the database's whole numbers may be filled."""

K = TypeVar("K")


class Packing(Generic[K]):
    """Where each key's number stands; `most` is the largest that it can become by adding."""

    def __init__(self, most: Mapping[K, int]) -> None:
        self.places: dict[K, tuple[int, int, int]] = {}
        number, used = 0, 0
        for key, largest in most.items():
            bits = largest.bit_length()
            if used + bits > BITS:
                number, used = number + 1, 0
            self.places[key] = number, used, (1 << bits) - 1
            used += bits
        self.numbers = number + 1
        self._cut = tuple(self.places.values())

    def factors(self, number: int) -> dict[K, int]:
        """By what each key's number is multiplied before it is added to this large one."""
        return {key: 1 << shift for key, (of, shift, _mask) in self.places.items() if of == number}

    def unpack(self, packed: Sequence[int]) -> dict[K, int]:
        return dict(zip(self.places, self.values(packed), strict=True))

    def values(self, packed: Sequence[int]) -> tuple[int, ...]:
        """The same without the keys, in their order."""
        return tuple([packed[number] >> shift & mask for number, shift, mask in self._cut])
