"""The signer: what was committed is hashed, signed and served, and nothing ever contradicts what was published."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.actions import log as steps
from marketplace.actions import upkeep
from marketplace.clock import Clock
from marketplace.jobs import office, signer
from marketplace.jobs.signer import Signer
from marketplace.models.database import install, installation, reading
from marketplace.models.trail import LogEvent
from marketplace.policy import ANYONE, SYSTEM
from marketplace.queries import log
from marketplace.tlog import checkpoints, notes, proofs, tree
from marketplace.tlog.checkpoints import Checkpoint
from tests import factories as f
from tests.copies import a_log, sizes, stopped_code


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


def test_only_one_process_of_a_machine_signs(app: Flask) -> None:
    first, second = Signer("first"), Signer("second")
    f.grow_the_log(SYSTEM, 1)
    first.round()
    f.grow_the_log(SYSTEM, 1)
    second.round()
    assert sizes() == [2]
    first.rest()
    second.round()
    assert sizes() == [2, 3]
    f.grow_the_log(SYSTEM, 1)
    first.round()
    assert sizes() == [2, 3]
    second.rest()


def test_only_one_machine_signs(app: Flask, folder: Path, clock: Clock) -> None:
    """The other has a mark of its own, made from a checkpoint, and waits until the lease runs out."""
    first, second = Signer("first"), Signer("second")
    f.grow_the_log(SYSTEM, 1)
    first.round()
    here = app.extensions["installation"]
    there = install(replace(here.settings, log_mark=folder / "there"), clock)
    app.extensions["installation"] = there
    signer.start(log.checkpoint(ANYONE) or "")
    f.grow_the_log(SYSTEM, 1)
    second.round()
    assert sizes() == [2]
    clock.advance(office.LEASE)
    second.round()
    assert sizes() == [2, 3]
    # The first wakes after its lease lapsed: it holds what it signed before it slept.
    app.extensions["installation"] = here
    assert not steps.store_checkpoint(first._office.holder, 3, "the same again")
    assert not steps.store_checkpoint(first._office.holder, 99, "something else")
    f.grow_the_log(SYSTEM, 1)
    first.round()
    assert sizes() == [2, 3]
    app.extensions["installation"] = there
    second.round()
    assert sizes() == [2, 3, 4]
    second.rest()
    first.rest()


def test_a_checkpoint_without_the_lease_or_behind_the_last_is_not_stored(app: Flask, clock: Clock) -> None:
    f.grow_the_log(SYSTEM, 1)
    f.sign_the_log()
    assert not steps.store_checkpoint("me", 9, "a note")
    assert upkeep.take_lease(steps.SIGNER, "me", office.LEASE)
    assert not steps.store_checkpoint("me", 2, "a note")
    assert not steps.store_checkpoint("me", 1, "a note")
    clock.advance(office.LEASE)
    assert not steps.store_checkpoint("me", 9, "a note")
    assert sizes() == [2]


def test_a_clock_that_goes_backwards_reorders_nothing(app: Flask, clock: Clock) -> None:
    f.grow_the_log(SYSTEM, 1)
    first = Signer("first")
    first.round()
    for _ in range(3):
        clock.set(clock.now().replace(year=clock.now().year - 1))
        f.grow_the_log(SYSTEM, 1)
        first.round()
    first.rest()
    assert sizes() == [2, 3, 4, 5]
    assert stopped_code() == ""


@contextmanager
def a_full_disk() -> Iterator[None]:
    """No file of this process can grow until the end of the block."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_on_a_full_disk_the_mark_stays_as_it_is_and_nothing_else_stands_beside_it(app: Flask) -> None:
    f.grow_the_log(SYSTEM, 1)
    f.sign_the_log()
    folder = installation().settings.log_mark
    before = {each.name: each.read_bytes() for each in folder.iterdir()}
    with a_full_disk(), pytest.raises(OSError, match="too large"):
        installation().marks.write(a_log(), "localhost/log\n9\n")
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == before
