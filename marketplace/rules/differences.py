"""How two wordings of a challenge differ, field by field and word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

import msgspec

from marketplace.rules.challenges import Content

Part = tuple[Literal["same", "gone", "new"], str]
Place = tuple[str | int, ...]

_PIECES = re.compile(r"\S+\s*|\s+")


@dataclass(frozen=True)
class Change:
    """One field that changed, as pieces that stayed, went or came.

    `place` leads to it through the content: ("criteria", "criteria", 2, "levels", 0). A list's items are
    counted as people read them, from 1, and levels from 0.
    """

    place: Place
    parts: tuple[Part, ...]


def differences(before: Content, after: Content) -> tuple[Change, ...]:
    """Every field that differs, in the order of the content; fields that came or went are whole pieces."""
    old, new = dict(_fields(before)), dict(_fields(after))
    places = [*new, *(place for place in old if place not in new)]
    return tuple(
        Change(place, _parts(old.get(place, ""), new.get(place, "")))
        for place in places
        if old.get(place, "") != new.get(place, "")
    )


def _fields(content: Content) -> Iterator[tuple[Place, str]]:
    return _texts((), msgspec.to_builtins(content))


def _texts(place: Place, value: Any) -> Iterator[tuple[Place, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _texts((*place, key), item)
    elif isinstance(value, list | tuple):
        first = 0 if place[-1] == "levels" else 1
        for number, item in enumerate(value, first):
            yield from _texts((*place, number), item)
    else:
        yield place, "" if value is None else str(value)


def _parts(before: str, after: str) -> tuple[Part, ...]:
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    found: list[Part] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(("same", "".join(old[a:b])))
            continue
        if a < b:
            found.append(("gone", "".join(old[a:b])))
        if c < d:
            found.append(("new", "".join(new[c:d])))
    return tuple(found)
