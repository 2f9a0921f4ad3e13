"""Instants as leaves spell them."""

from __future__ import annotations

from datetime import UTC, datetime


def instant(at: datetime) -> str:
    """As leaves spell it: whole seconds, UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
