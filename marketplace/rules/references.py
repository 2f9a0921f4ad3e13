"""Public references: a prefix and eight random characters of Crockford's base32."""

from __future__ import annotations

import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new(prefix: str) -> str:
    """A reference such as `CH-7K3MZQ0A`; 40 random bits, and the database refuses a second one."""
    return f"{prefix}-" + "".join(secrets.choice(ALPHABET) for _ in range(8))


def slug(name: str) -> str:
    """An address part made of a name: lower-case ASCII words joined by hyphens, never empty."""
    words = re.findall(r"[a-z0-9]+", name.lower().replace("’", "").replace("'", ""))
    return "-".join(words)[:60].strip("-") or "organisation"
