"""Languages that people may write a challenge or a proposal in, as HTML's `lang` takes them."""

from __future__ import annotations

# English, and the other languages of the British Isles in which councils and suppliers write.
LANGUAGES = ("en", "cy", "gd", "ga", "sco", "kw")


def offered(own: str) -> tuple[str, ...]:
    """Those to choose from where the interface speaks `own`, which comes first."""
    return (own, *(each for each in LANGUAGES if each != own))
