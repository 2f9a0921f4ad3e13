"""The one signer of the log. It hashes what was committed, and signs checkpoints that never contradict each other.

The order is: leaves committed, hashed into tiles, (size, root) kept in the mark outside of the database, the note
signed, stored, and with that served. A crash between any two of them is mended by the next round, which does the same
again: it signs nothing below the mark, and at the mark's size nothing but the mark's root.
"""

from __future__ import annotations

import logging
from time import monotonic

from sqlalchemy import Connection

from marketplace import integrity
from marketplace.actions import log as steps
from marketplace.jobs.office import Office
from marketplace.jobs.patrol import Patrol
from marketplace.jobs.rotation import new_key
from marketplace.models.database import installation, reading
from marketplace.outside import signing
from marketplace.policy import SYSTEM
from marketplace.queries import log as queries
from marketplace.rules.log import STOPS, told
from marketplace.tlog import checkpoints, notes, tree
from marketplace.tlog.checkpoints import Checkpoint

log = logging.getLogger(__name__)

# A long backlog must not keep a deadline waiting.
HASHING_SECONDS = 0.5
PATROL_SECONDS = 0.5


def start(note: str) -> Checkpoint:
    """Mark a log that this machine has no mark of with a checkpoint that was published. Nothing else makes a mark anew.

    A ValueError where it is not signed by the log, or not what this database holds, or where there is a mark.
    """
    marks = installation().marks
    keys = [notes.VerifierKey.parse(key) for key in queries.vkeys(SYSTEM)]
    checkpoint = checkpoints.parse(notes.open_note(note, keys).text)
    with reading() as connection:
        log_id = integrity.log_id(connection)
        if integrity.marked(log_id) is not None:
            raise ValueError("This machine has a mark of this log already")
        if code := integrity.differs(connection, checkpoint):
            raise ValueError(told(code))
    marks.write(log_id, checkpoint.body())
    return checkpoint


class Signer:
    """Signs the log of this installation while it is the only one to do so."""

    def __init__(self, process: str) -> None:
        self._office = Office(steps.SIGNER, process, locked=True)
        self._log_id = ""
        self._patrol = Patrol()

    def round(self) -> None:
        """Sign all that was committed, unless somebody else does or the database is not the one that was signed."""
        if not self._is_the_one():
            return
        began = monotonic()
        while steps.integrate() == steps.MOST and monotonic() - began < HASHING_SECONDS:
            pass
        _make_first_key()
        unchanged = self._patrol.walk(PATROL_SECONDS)
        with reading() as connection:
            # One snapshot: what is compared with the mark is what is signed.
            code = integrity.fault(connection) or ("" if unchanged else "log.different")
            code = code or ("" if _signers(connection) else "log.keyless")
            ahead = None if code else _unsigned(connection)
            signers = _signers(connection, ahead.size) if ahead else []
        self._tell(code)
        if ahead:
            self._sign(signers, ahead)

    @property
    def has_checked_all(self) -> bool:
        """Whether every entry was compared with the tree since this process became the one that signs."""
        return self._patrol.went_round

    def rest(self) -> None:
        """Let another process sign."""
        self._office.rest()

    def _is_the_one(self) -> bool:
        """Whether this process holds the machine's lock for the log, and the lease that all machines share."""
        with reading() as connection:
            log_id = integrity.log_id(connection)
        if log_id != self._log_id:
            self.rest()
            self._log_id, self._patrol = log_id, Patrol()
            marks = installation().marks
            if log_id and marks.read(log_id) is None and marks.others(log_id):
                log.warning("a new database is a new log: %s", log_id)
        return bool(log_id) and self._office.hold(log_id)

    def _tell(self, code: str) -> None:
        """Let everybody on this machine know why nothing may be written, or that it may be again."""
        marks = installation().marks
        if code == marks.stopped(self._log_id):
            return
        if code:
            marks.stop(self._log_id, code)
            log.error("the log is not signed and nothing can be written: %s", STOPS[code])
        else:
            marks.resume(self._log_id)
            log.warning("the log is signed, and can be written, again")

    def _sign(self, signers: list[notes.Signer], checkpoint: Checkpoint) -> None:
        # A crash before this line leaves tiles that nobody was told of: the next round comes here again.
        installation().marks.write(self._log_id, checkpoint.body())
        # A crash here leaves the mark ahead of the checkpoint: no other root is ever signed at this size.
        note = notes.join(checkpoint.body(), [key.sign(checkpoint.body()) for key in signers])
        # A crash here leaves a note that nobody saw; the same text is signed again, or that of a later size.
        steps.store_checkpoint(self._office.holder, checkpoint.size, note)
        # Stored, it is served; a crash from here on changes nothing.


def _unsigned(connection: Connection) -> Checkpoint | None:
    """The tree as far as it is hashed, or as a key that retires signs it; None where the last checkpoint covers it."""
    size, last = integrity.hashed(connection), integrity.last_checkpoint(connection)
    covered = last.size if last else 0
    mark = integrity.marked(integrity.log_id(connection))
    if covered >= size or (mark and mark.size > size):
        return None
    size = min(size, queries.retiring(connection, max(covered + 1, mark.size if mark else 0)) or size)
    root = tree.root_at(integrity.nodes(connection, size), size)
    return Checkpoint(installation().settings.log_origin, size, root)


def _signers(connection: Connection, size: int | None = None) -> list[notes.Signer]:
    """The current key, and those that retire at `size` or later; none where the current one's file is not here."""
    settings = installation().settings
    keys = [notes.VerifierKey.parse(key) for key in queries.signing(connection, size)]
    seeds = [signing.read(settings.key_dir, key.key_id.hex()) for key in keys]
    if not seeds or seeds[0] is None:
        return []
    return [notes.Signer(seed, key.name) for seed, key in zip(seeds, keys, strict=True) if seed]


def _make_first_key() -> None:
    if queries.vkeys(SYSTEM):
        return
    key, settings = new_key(), installation().settings
    # A crash here leaves a file that nothing was signed with.
    if steps.add_first_key(key) and settings.production:
        log.warning("the log has a key of its own now, in %s: back it up", settings.key_dir)
