"""Instants as sentences say them, for refusals and messages, and as leaves spell them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from marketplace.rules.working_days import UK


def spoken(at: datetime) -> str:
    """ "12pm (midday) on Monday 23 November 2026 (UK time)"."""
    local = at.astimezone(UK)
    if (local.hour, local.minute) == (12, 0):
        time = "12pm (midday)"
    else:
        minutes = f":{local:%M}" if local.minute else ""
        time = f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}"
    return f"{time} on {spoken_day(local.date())} (UK time)"


def spoken_day(day: date) -> str:
    """ "Monday 23 November 2026"."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def instant(at: datetime) -> str:
    """As leaves spell it: whole seconds, UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
