"""The draw that breaks a tie which no criterion breaks: a public random value that nobody here can choose.

Source: drand, run by the League of Entropy, network “quicknet” (https://docs.drand.love/docs/dev-guide/developer/http-api,
`/{chain hash}/info`): its first round was published at `GENESIS`, and another follows every `PERIOD` seconds.
Letters are given at the opening and stand in its public record. The round is fixed by the instant of the opening,
and comes into being only after it, so that whoever gives the letters cannot know which of them it favours.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

GENESIS = datetime.fromtimestamp(1692803367, UTC)
PERIOD = timedelta(seconds=3)
CHAIN = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
AFTER = timedelta(hours=1)
"""How long after the opening the round lies, at least."""
MIRRORS = ("https://api.drand.sh", "https://drand.cloudflare.com")


def round_of(opened_at: datetime) -> int:
    """The first round at least an hour after a stage was opened; round 1 is that of `GENESIS`."""
    return -(-(opened_at + AFTER - GENESIS) // PERIOD) + 1


def published_at(round: int) -> datetime:
    """When a round becomes public."""
    return GENESIS + (round - 1) * PERIOD


def addresses(round: int) -> tuple[str, ...]:
    """Where anybody reads a round's value, as `randomness`."""
    return tuple(f"{mirror}/{CHAIN}/public/{round}" for mirror in MIRRORS)


def is_beacon(text: str) -> bool:
    """Whether it has the form of a round's value: 32 bytes in lower case hex."""
    return re.fullmatch("[0-9a-f]{64}", text) is not None
