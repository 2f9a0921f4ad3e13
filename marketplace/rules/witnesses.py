"""Witnesses: other installations that cosign our checkpoints, and what can be wrong with one."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from marketplace.words import N_

ADDRESS = 300
"""Characters of a witness's address."""
KEYS = 8
"""Keys that one log may sign with."""
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=10)
COUNTS_FOR = timedelta(days=1)
"""So long a witness that does not answer still counts as one."""

FAULTS: dict[str, str] = {
    "silent": N_("It does not answer."),
    "certificate": N_("Its certificate is not valid, so nothing was sent."),
    "unknown": N_("It does not know our log. Its operator has to add the origin and the key below."),
    "key": N_("It knows another key for our log. Its operator has to add the key below."),
    "busy": N_("It is busy, or refuses for a while."),
    "broken": N_("It answers in a way that no witness does."),
    "unsigned": N_("What it sent is not signed by its key. Check the key with its operator."),
    "forgot": N_("It has forgotten what it saw. Ask its operator why; then remove it and add it again."),
    "ahead": N_("It has seen more entries of our log than there are."),
    "fork": N_("It has seen other entries in our log than those that are here."),
    "proof": N_("It does not accept that our log has only grown since it saw it last."),
}
"""What went wrong with a witness the last time, by code."""

REFUSED: dict[str, str] = {
    "fork": N_(
        "It signed two checkpoints of the same size with different entries. Keep both and tell its operator and ours: no honest log does this."
    ),
    "proof": N_(
        "A checkpoint that it signed came with a proof that does not hold. Anybody can send such a proof, so that this alone accuses nobody; it passes with the next good one."
    ),
}
"""What came in the name of a log that we watch and was not cosigned, by code."""

CONTRADICTIONS = frozenset({"ahead", "fork", "proof"})
"""Where a witness and our log cannot both be right."""
PASSING = frozenset({"silent", "certificate", "busy", "broken"})
"""What says nothing of the log, nor of what the witness saw of it."""


def counts(seen_at: datetime | None, fault: str, failing_since: datetime | None, now: datetime) -> bool:
    """Whether a witness watches our log: it has cosigned it, and nothing but a short silence came after that."""
    if seen_at is None or failing_since is None:
        return seen_at is not None
    return fault in PASSING and now - failing_since < COUNTS_FOR


def wait(failing: timedelta) -> timedelta:
    """How long to leave a witness alone that has failed for so long: about as long again."""
    return min(max(failing, FIRST_WAIT), LONGEST_WAIT)


def address(text: str, *, plain: bool) -> str:
    """A witness's address, below which `/add-checkpoint` is; with `plain`, http is allowed too.

    Anything else is a ValueError. An equals sign, a question or a password has no place in it.
    """
    parts = urlsplit(text)
    schemes = ("https", "http") if plain else ("https",)
    # A port that is no number raises as it is read.
    if parts.scheme not in schemes or not parts.hostname or parts.port == 0 or "@" in parts.netloc:
        raise ValueError("no address of a witness")
    if len(text) > ADDRESS or not text.isascii() or not text.isprintable() or set(text) & set(" =?#\\"):
        raise ValueError("no address of a witness")
    return text.rstrip("/")


def configured(entry: str) -> tuple[str, str]:
    """Address and verifier key of a witness as the setting names it: `https://host/witness=<verifier key>`."""
    url, _equals, vkey = entry.partition("=")
    return url, vkey
