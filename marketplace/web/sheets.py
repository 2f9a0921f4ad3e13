"""What a scoring sheet asks about one criterion, whether the scores count or are practice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from marketplace.rules import limits
from marketplace.web.fields import ProseField, RadioField, SelectField
from marketplace.words import N_


def fields(
    n: int, name: str, levels: Sequence[str], questions: Sequence[tuple[str, str]], language: str = "",
    longest: int = limits.REASON, **level: Any,
) -> dict[str, Any]:  # fmt: skip
    """The fields `level_n` (highest first), `reason_n` and `question_n`; `level` adds options to the first."""
    choices = [
        (str(value), text, {"language": language}) for value, text in reversed(list(enumerate(levels)))
    ]
    return {
        f"level_{n}": RadioField(name, levels=True, choices=choices, **level),
        f"reason_{n}": ProseField(
            N_("Why? Point to something in the answer."), rows=3, longest=longest, language=language,
            least=limits.REASON_LEAST, hint=N_("Its supplier reads this, and the others too where it is selected."),
        ),
        f"question_{n}": SelectField(N_("The answer that the reason points to"), choices=questions),
    }  # fmt: skip
