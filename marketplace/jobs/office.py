"""What only one process may do at a time, and how another takes over."""

from __future__ import annotations

from datetime import timedelta
from time import monotonic
from typing import IO

from marketplace.actions import upkeep
from marketplace.models.database import installation

LEASE = timedelta(seconds=45)
RENEW_SECONDS = 15.0


class Office:
    """A lease in the database, which all machines share, and a lock of this machine.

    The lease of a process that was killed runs out in time. Whoever then has the machine's lock knows that no other
    process here is alive in this office, and takes it over at once. With `locked` nobody holds it without the lock.
    """

    def __init__(self, name: str, process: str, *, locked: bool = False) -> None:
        self._name = name
        self._process = process
        self._locked = locked
        self._lock: IO[bytes] | None = None
        self._renewed = -RENEW_SECONDS
        self._mine = False

    @property
    def holder(self) -> str:
        """Who holds the lease while this process does."""
        return f"{installation().marks.machine()}:{self._process}"

    def hold(self, lock: str) -> bool:
        """Take the office or keep it; False while somebody else is in it. `lock` is the same name each time."""
        self._lock = self._lock or installation().marks.lock(lock)
        if self._locked and self._lock is None:
            return False
        if monotonic() - self._renewed >= RENEW_SECONDS or not self._mine:
            alone = self._lock is not None
            self._mine = upkeep.take_lease(self._name, self.holder, LEASE, alone=alone)
            self._renewed = monotonic()
        return self._mine

    def rest(self) -> None:
        """Let another process do it."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None
        if self._mine:
            upkeep.drop_lease(self._name, self.holder)
            self._mine = False
