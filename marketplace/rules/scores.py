"""An evaluator's own scores: in which order they read, what is unchanged, and how much is left."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable
from datetime import timedelta

from marketplace.rules import limits, reasons
from marketplace.rules.challenges import Criterion

# Brysbaert (2019), How many words do we read per minute?, Journal of Memory and Language 109, 104047: adults read
# non-fiction in English silently at 238 words a minute on average, most of them between 175 and 300.
WORDS_A_MINUTE = 238
# Our own assumption: to weigh an answer against the levels and to write two sentences. Nothing published says it.
A_SCORE = timedelta(minutes=3)


def own_order(stage: str, person: str, letters: Iterable[str]) -> list[str]:
    """The letters in an order of this person's own, the same at each visit.

    What is read first and last is judged differently, so no proposal is first for everybody.
    """

    def place(letter: str) -> bytes:
        return hashlib.sha256("\n".join((stage, person, letter)).encode()).digest()

    return sorted(letters, key=place)


def fingerprint(level: int | None, reason: str, question: str) -> str:
    """What tells one state of a score from another; empty where nothing is given. The answer alone is nothing."""
    if level is None and not reason:
        return ""
    return hashlib.sha256("\n".join((str(level), question, reason)).encode()).hexdigest()[:16]


def refusal(
    criterion: Criterion, answers: Container[str], level: int | None, reason: str, question: str
) -> str:
    """The code that says why this is no score yet; empty where it is one. `answers` are those to point to.

    score.level, score.reason_short, score.reason_paraphrase, score.reason_long, score.pointer.
    """
    if level is None:
        return "score.level"
    if code := reasons.refusal(reason, criterion.levels):
        return code
    if len(reason) > limits.REASON:
        return "score.reason_long"
    return "" if question in answers else "score.pointer"


def words_left(words: int, left: int, each: int) -> int:
    """Of a proposal's words, the share that goes with the `left` of its `each` criteria."""
    return -(-words * left // each)


def time_left(words: int, scores: int) -> timedelta:
    """How long the words take to read, and as many scores to give: whole minutes, counted up."""
    reading = timedelta(minutes=words) / WORDS_A_MINUTE
    whole = -(-(reading + scores * A_SCORE) // timedelta(minutes=1))
    return timedelta(minutes=whole)
