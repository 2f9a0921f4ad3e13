"""The only place that reads the wall clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta


class Clock:
    """Tells UTC instants to the microsecond; a rehearsal, a test or the demonstration may set it."""

    def __init__(self) -> None:
        self._set: datetime | None = None

    def now(self) -> datetime:
        return self._set or datetime.now(UTC)

    def set(self, instant: datetime) -> None:
        """Stand still at `instant`, which must carry its time zone."""
        if instant.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        self._set = instant.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        self.set(self.now() + by)

    def release(self) -> None:
        """Follow the wall clock again."""
        self._set = None

    @contextmanager
    def at(self, instant: datetime) -> Iterator[None]:
        """Stand still at `instant` for the length of a block."""
        before = self._set
        self.set(instant)
        try:
            yield
        finally:
            self._set = before
