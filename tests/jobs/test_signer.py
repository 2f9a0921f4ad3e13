"""The signer: what was committed is hashed, signed and served, and nothing ever contradicts what was published."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from marketplace.models.database import reading
from marketplace.models.trail import LogEvent
from marketplace.policy import ANYONE, SYSTEM
from marketplace.queries import log
from marketplace.tlog import checkpoints, notes, proofs, tree
from marketplace.tlog.checkpoints import Checkpoint
from tests import factories as f


def leaves() -> list[bytes]:
    with reading() as connection:
        return list(connection.scalars(select(LogEvent.leaf).order_by(LogEvent.index)))


def served() -> Checkpoint:
    """The checkpoint that is served, its signature checked."""
    keys = [notes.VerifierKey.parse(key) for key in log.vkeys(ANYONE)]
    return checkpoints.parse(notes.open_note(log.checkpoint(ANYONE) or "", keys).text)


def test_what_was_committed_is_signed_and_every_entry_is_proved(app: Flask) -> None:
    for count in (1, 2, 5, 300):
        f.grow_the_log(SYSTEM, count)
        f.sign_the_log()
        checkpoint = served()
        hashes = [tree.leaf_hash(leaf) for leaf in leaves()]
        assert checkpoint == Checkpoint("localhost/log", len(hashes), tree.root(hashes))
    keys = [notes.VerifierKey.parse(key) for key in log.vkeys(ANYONE)]
    for index, leaf in enumerate(leaves()):
        assert proofs.parse(log.proof(ANYONE, index)).check(leaf, keys) == checkpoint
