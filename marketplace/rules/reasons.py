"""What makes a reason one: words of one's own about the proposal, and enough of them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from marketplace.rules.limits import REASON_LEAST

_FILLERS = frozenset(
    [
        "a",
        "an",
        "and",
        "in",
        "is",
        "it",
        "level",
        "of",
        "score",
        "scores",
        "that",
        "the",
        "this",
        "to",
        "with",
    ]
)


def refusal(reason: str, level_texts: Iterable[str]) -> str | None:
    """The code that refuses a reason, or `None`.

    `score.reason_short`: fewer than 20 characters, runs of white space counted as one, or no word.
    `score.reason_paraphrase`: nothing but words of the scale, which says nothing of the proposal.
    """
    said = _vocabulary(reason)
    if len(" ".join(reason.split())) < REASON_LEAST or not said:
        return "score.reason_short"
    scale = set().union(*map(_vocabulary, level_texts))
    own = {word for word in said - scale - _FILLERS if not word.isdigit()}
    return None if own else "score.reason_paraphrase"


def _vocabulary(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))
