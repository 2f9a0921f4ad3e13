"""Goes through the log again and again, and compares every leaf with the tree that was signed."""

from __future__ import annotations

from time import monotonic

from marketplace import integrity
from marketplace.models.database import reading
from marketplace.tlog import tiles


class Patrol:
    """Roots are made from tiles, so that a leaf which was changed long after it was signed shows nowhere else."""

    def __init__(self) -> None:
        self._n = 0
        self.went_round = False

    def walk(self, seconds: float) -> bool:
        """Check some leaves; False, for as long as it is so, where some are not what was signed.

        The first time round it takes as long as it may, so that a log of usual length is checked as a whole before
        anything is signed. Later it takes one tile at a time.
        """
        until = monotonic() + seconds
        with reading() as connection:
            size = integrity.hashed(connection)
            while integrity.holds(connection, self._n, size):
                self._n += 1
                if self._n * tiles.WIDTH >= size:
                    self._n, self.went_round = 0, True
                if self.went_round or monotonic() > until:
                    return True
        return False
