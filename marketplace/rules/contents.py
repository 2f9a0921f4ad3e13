"""Spelling a challenge's content: to canonical JSON and back, whole or one section at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

from marketplace.rules import canonical
from marketplace.rules.challenges import SECTIONS, Content, Section
from marketplace.rules.refusals import Refused


def section(name: str, content: Mapping[str, Any]) -> Section:
    """A section from plain values; refuses `missing` for an unknown name, `form.invalid` for shapes."""
    if name not in SECTIONS:
        raise Refused("missing")
    try:
        return msgspec.convert(content, SECTIONS[name])
    except msgspec.ValidationError as error:
        raise Refused("form.invalid") from error


def spell(value: Section | Content) -> str:
    """Canonical JSON of a section or a whole content."""
    return canonical.general(msgspec.to_builtins(value)).decode()


def parse_section(name: str, spelled: str) -> Section:
    return msgspec.json.decode(spelled, type=SECTIONS[name])


def parse(spelled: str) -> Content:
    """The content of a version."""
    return msgspec.json.decode(spelled, type=Content)


def whole(sections: Mapping[str, str], language: str) -> Content:
    """All sections, each spelled as JSON, as one content."""
    # Each name has its own type of section, which a dictionary cannot say.
    return Content(language=language, **{name: parse_section(name, text) for name, text in sections.items()})  # type: ignore[arg-type]


def digest(content: Content) -> str:
    """SHA-256, in hex, of what everybody signs."""
    return hashlib.sha256(spell(content).encode()).hexdigest()


def searchable(content: Content) -> str:
    """The words that the search looks through, besides the title."""
    problem = content.problem
    outcomes = " ".join(outcome.measure for outcome in content.outcomes.outcomes)
    return "\n".join(
        (
            problem.summary,
            problem.problem,
            problem.why_now,
            content.affected.affected,
            content.tried.tried,
            outcomes,
        )
    )
