"""Secrets that a browser or a mailed link holds, of which the database keeps the hash alone."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

# A visit ends when it was not used for so long, and in any case after so long.
VISIT_IDLES = timedelta(hours=12)
VISIT_LASTS = timedelta(days=7)
CONFIRM_LASTS = timedelta(days=1)
RESET_LASTS = timedelta(hours=1)
ADDRESS_CHANGE_LASTS = timedelta(days=2)
INVITATION_LASTS = timedelta(days=7)
# So much of a hash names a visit on its owner's page, where nobody else's stand.
SHOWN = 20


def new() -> str:
    """32 random bytes as they stand in a cookie or an address."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is kept of a token. It is random, so that a plain hash cannot be tried backwards."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
