"""Bringing back what an older database does not hold: from an export, or from whoever else kept a copy of the log.

Nothing of the copy is believed. It has to be signed by the log, lead to its root entry by entry, begin with what this
database holds, and go at least as far as this machine has signed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from marketplace import integrity
from marketplace.actions import log as steps
from marketplace.actions import recovery
from marketplace.models.database import installation, reading
from marketplace.outside import signing
from marketplace.outside.mirrors import Mirror
from marketplace.policy import SYSTEM
from marketplace.queries import log
from marketplace.rules.refusals import Refused
from marketplace.tlog import checkpoints, notes, tiles, tree
from marketplace.tlog.checkpoints import Checkpoint
from marketplace.tlog.notes import VerifierKey


@dataclass(frozen=True)
class Recovery:
    """The entries that were brought back, by index, both included."""

    first: int
    last: int


def recover(source: Mirror, named: str | None = None) -> Recovery:
    """Bring the log of this database to where `source` is. A ValueError, and nothing is changed, where it must not be.

    `named` is a published checkpoint, as a note: what stands in for the mark on a machine that has none. Killed at any
    moment, it is to be run again.
    """
    place = installation()
    with reading() as connection:
        log_id = integrity.log_id(connection)
    if not log_id:
        raise ValueError("This database holds no log. Put the newest copy of the database in place first")
    lock = place.marks.lock(log_id)
    try:
        signed, first, missing = _compared(source, log_id, named, is_alone=lock is not None)
        try:
            recovery.bring_back(SYSTEM, signed, first, missing)
        except Refused:
            raise ValueError("The log went on meanwhile. Stop the service, then try again") from None
        # A crash from here on leaves tiles to be hashed, which the signer does before it signs.
        while steps.integrate() == steps.MOST:
            pass
    finally:
        if lock is not None:
            lock.close()
    return Recovery(first, signed.size - 1)


def _compared(
    source: Mirror, log_id: str, named: str | None, *, is_alone: bool
) -> tuple[Checkpoint, int, list[bytes]]:
    """The source's checkpoint, our size, and the leaves that we lack."""
    keys, mark = _keys(), integrity.marked(log_id)
    if mark is None and named is None:
        raise ValueError(
            "This machine has no mark of the log. Name the newest checkpoint that you can find with --checkpoint"
        )
    published = source.read("checkpoint")
    if published is None:
        raise ValueError(f"There is no checkpoint in {source}")
    signed = _signed(published.decode(errors="replace"), keys, str(source))
    bounds = [mark] if mark else []
    if named is not None:
        bounds.append(_signed(named, keys, "the checkpoint that is named"))
    with reading() as connection:
        size = integrity.committed(connection)
        furthest = max((each.size for each in bounds), default=0)
        if signed.size < furthest:
            raise ValueError(
                f"{source} ends after {signed.size} entries, and {furthest} were signed. Find a copy that is as long"
            )
        missing = _missing(source, signed, connection, bounds)
    if not missing:
        raise ValueError(f"This database holds all {signed.size} entries of {source}")
    if mark and mark.size <= size and not is_alone:
        # Only where the signer cannot be about to sign may something be put beside it.
        raise ValueError(
            "This database holds all that this machine has signed. Stop the service, then try again"
        )
    return signed, size, missing


def _keys() -> list[VerifierKey]:
    """The keys that this database names, and those whose private halves are here: it may be older than a rotation."""
    settings = installation().settings
    seeds = (signing.read(settings.key_dir, key_id) for key_id in signing.ids(settings.key_dir))
    held = [notes.Signer(seed, settings.log_origin).key for seed in seeds if seed]
    return list(dict.fromkeys([*map(VerifierKey.parse, log.vkeys(SYSTEM)), *held]))


def _signed(note: str, keys: Iterable[VerifierKey], where: str) -> Checkpoint:
    try:
        return checkpoints.parse(notes.open_note(note, keys).text)
    except ValueError as error:
        raise ValueError(f"The log has not signed {where}: {error}") from None


def _missing(
    source: Mirror, signed: Checkpoint, connection: Connection, bounds: Iterable[Checkpoint]
) -> list[bytes]:
    """The leaves that this database lacks, after every leaf was read and all of it compared."""
    hashes, missing = list[bytes](), list[bytes]()
    for first in range(0, signed.size, tiles.WIDTH):
        found = _bundle(source, first // tiles.WIDTH, min(tiles.WIDTH, signed.size - first))
        ours = list(integrity.leaves(connection, first, first + len(found)))
        for index, (one, other) in enumerate(zip(ours, found, strict=False), start=first):
            if one != other:
                raise ValueError(
                    f"Entry {index} in this database is another than in {source}. These are two histories, and "
                    "recovery only adds. Put a copy of the database in place that has not gone another way"
                )
        missing += found[len(ours) :]
        hashes += map(tree.leaf_hash, found)
    if tree.root(hashes) != signed.root:
        raise ValueError(f"The entries in {source} do not lead to the root that is signed there")
    if any(tree.root(hashes[: each.size]) != each.root for each in bounds):
        raise ValueError(f"{source} is another history than the one that was signed on this machine")
    return missing


def _bundle(source: Mirror, n: int, width: int) -> list[bytes]:
    path = tiles.path("entries", n, width)
    content = source.read(path)
    if content is None:
        # A mirror that went on meanwhile has the full one.
        content = source.read(tiles.path("entries", n))
    if content is None:
        raise ValueError(f"{source} has no {path}")
    leaves = tiles.unbundle(content)[:width]
    if len(leaves) != width:
        raise ValueError(f"{path} of {source} ends too early")
    return leaves
