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

_PIECES = re.compile(r"\S+\s*|\s+")
NAMES = {
    "problem": "The problem",
    "affected": "Who is affected",
    "tried": "What was tried before",
    "outcomes": "What success looks like",
    "data": "Data we can offer",
    "adoption": "Adoption and rights",
    "stages": "Stages and money",
    "questions": "Questions",
    "criteria": "Criteria",
    "terms": "Rules and dates",
    "language": "Language",
}


@dataclass(frozen=True)
class Change:
    """One field that changed: `where` in words, and its text as pieces that stayed, went or came."""

    where: str
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


def _fields(content: Content) -> Iterator[tuple[str, str]]:
    for section, value in msgspec.to_builtins(content).items():
        yield from _texts(NAMES[section], value, [])


def _texts(section: str, value: Any, path: list[str]) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(section, item, [*path, key.replace("_", " ")])
    elif isinstance(value, list):
        for place, item in enumerate(value, 1):
            yield from _texts(section, item, [*path, str(place)])
    else:
        yield ": ".join([section, " ".join(path)] if path else [section]), "" if value is None else str(value)


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
