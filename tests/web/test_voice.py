"""How the interface speaks: plain, without selling, exclaiming or apologising, and in proper typography."""

from __future__ import annotations

import re
from functools import cache

import pytest

from tests import pseudo

NEVER = (
    "!",
    r"\bsuccessful",
    r"\b(simply|easily|exciting|seamless|unfortunately|sorry|oops)",
    r"\b(stakeholder|leverage|click|invalid)",
    r"\b(e\.g\.|i\.e\.|etc\b)",
    "['\"]",
    r"\.\.\.",
    " - ",
)


@cache
def texts() -> tuple[str, ...]:
    """Every message of the program, plural forms apart."""
    return tuple(
        str(text)
        for message in pseudo.messages()
        for text in (message.id if isinstance(message.id, tuple) else (message.id,))
    )


@pytest.mark.parametrize("never", NEVER)
def test_no_message_speaks_in_another_voice(never: str) -> None:
    assert [text for text in texts() if re.search(never, text, re.IGNORECASE)] == []
