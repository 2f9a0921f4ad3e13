"""Other logs that we are a witness of: which, by what keys, and cosigning a checkpoint of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from marketplace import integrity
from marketplace.actions import upkeep
from marketplace.actions.accounts import mark
from marketplace.actions.action import UnitOfWork, action
from marketplace.models.database import installation, reading, writing
from marketplace.models.witnesses import WitnessedLog
from marketplace.policy import PLATFORM
from marketplace.rules import limits
from marketplace.rules import witnesses as rules
from marketplace.rules.refusals import Refused
from marketplace.tlog import notes, witnessing
from marketplace.tlog.checkpoints import Checkpoint
from marketplace.tlog.notes import ED25519, VerifierKey
from marketplace.tlog.tree import EMPTY_ROOT
from marketplace.tlog.witnessing import Fault, Submission

A_MINUTE = timedelta(minutes=1)
TRIES = 240
"""Checkpoints that may come from one place in a minute: a log signs one a second at most, and may send it twice."""


@action("witness:keep")
def add(work: UnitOfWork, vkeys: str, origin: str = "") -> int:
    """Cosign the log with these verifier keys, one a line, from now on. Returns its number.

    Its `origin`, the first line of its checkpoints, is its keys' name unless given. A log that was removed comes back
    with the checkpoint that we cosigned last: it cannot go behind that.
    Refuses: witnessing.key, witnessing.here, witnessing.own.
    """
    work.require(PLATFORM)
    keys = _keys(vkeys)
    origin = _origin(origin) or keys[0].name
    if origin == work.place.settings.log_origin:
        raise Refused("witnessing.own")
    found = select(WitnessedLog).where(WitnessedLog.origin == origin).with_for_update()
    row = work.session.scalars(found).one_or_none()
    if row is None:
        row = WitnessedLog(origin=origin, vkeys="", added_at=work.now)
        work.session.add(row)
    elif row.removed_at is None:
        raise Refused("witnessing.here")
    row.added_at, row.removed_at = work.now, None
    _sign_with(work, row, keys, "witnessing.add")
    work.session.flush()
    return row.id


@action("witness:keep")
def change_keys(work: UnitOfWork, number: int, vkeys: str) -> None:
    """Accept the log's checkpoints by these keys alone, such as after it has changed them.

    Refuses: missing, witnessing.key.
    """
    work.require(PLATFORM)
    row = work.hold(WitnessedLog, WitnessedLog.id == number, WitnessedLog.removed_at.is_(None))
    _sign_with(work, row, _keys(vkeys), "witnessing.change-keys")


@action("witness:keep")
def remove(work: UnitOfWork, number: int) -> None:
    """Cosign this log no more. Refuses: missing."""
    work.require(PLATFORM)
    row = work.hold(WitnessedLog, WitnessedLog.id == number, WitnessedLog.removed_at.is_(None))
    row.removed_at = work.now
    work.note("witnessing.remove", origin=row.origin)


def cosign(asked: Submission, checkpoint: Checkpoint, *, client: str = "") -> str:
    """Our cosignature of another log's checkpoint, as a line of its note, once it is kept as the last one.

    Nobody's act, so that it is upkeep: what is asked for is asked in public, by whoever holds the checkpoint.
    Refuses: missing, where we do not watch this log or are no witness; witnessing.throttled; witnessing.signature;
    witnessing.stale, with the `size` that we cosigned last; witnessing.fork; witnessing.proof; log.stopped.
    """
    place = installation()
    log = _log(checkpoint.origin)
    if place.cosigner is None or log is None:
        raise Refused("missing")
    # An older copy of the database has forgotten what it cosigned, and would cosign something else.
    integrity.require_fitting()
    # Before the signatures, which are what costs here.
    upkeep.throttle(f"witnessing {mark(client)}", TRIES, A_MINUTE, "witnessing.throttled")
    try:
        opened = notes.open_note(asked.note, log.keys)
    except ValueError:
        raise Refused("witnessing.signature") from None
    note = notes.join(opened.text, map(str, opened.signatures))
    seen = _see(log.number, asked, checkpoint, note)
    if seen.fault is not None:
        raise Refused(f"witnessing.{seen.fault}", size=seen.size)
    # A crash before this line loses the cosignature, and the log asks for it again from the size that is kept.
    return place.cosigner.sign(opened.text, int(seen.at.timestamp()))


@dataclass(frozen=True)
class _Seen:
    """What became of a checkpoint: cosigned `at`, or why not, and the `size` of the last that was."""

    fault: Fault | None
    size: int
    at: datetime


def _see(number: int, asked: Submission, checkpoint: Checkpoint, note: str) -> _Seen:
    """Keep a checkpoint, as `note`, as the last that we cosign, where it follows from the one before.

    Judged and kept under one lock: of two that come at once the second is judged by the first.
    """
    log = select(WitnessedLog).where(WitnessedLog.id == number, WitnessedLog.removed_at.is_(None))
    with writing() as session:
        row = session.scalars(log.with_for_update()).one_or_none()
        if row is None:
            raise Refused("missing")
        now, root = installation().clock.now(), row.root or EMPTY_ROOT
        fault = witnessing.fault(asked, checkpoint, row.size, root)
        if checkpoint.size == row.size and checkpoint.root != root:
            _accuse(row, note, now)
        elif not row.evidence and fault != "stale":
            # A proof that failed stays until one holds: anybody can send such a proof.
            row.fault, row.fault_at = fault or "", now if fault else None
        if fault is None:
            row.size, row.root, row.note = checkpoint.size, checkpoint.root, note
            # Never dated before the one it follows, whatever the clock did.
            row.seen_at = max(now, row.seen_at or now)
        return _Seen(fault, row.size, row.seen_at or now)


def _accuse(row: WitnessedLog, note: str, now: datetime) -> None:
    """Keep for good the first checkpoint that a log signed against the one we cosigned, whatever was sent with it."""
    if not row.evidence:
        row.fault, row.fault_at, row.evidence = "fork", now, note


@dataclass(frozen=True)
class _Log:
    number: int
    keys: tuple[VerifierKey, ...]


def _log(origin: str) -> _Log | None:
    row = WitnessedLog
    known = select(row.id, row.vkeys).where(row.origin == origin, row.removed_at.is_(None))
    with reading() as connection:
        found = connection.execute(known).one_or_none()
    return _Log(found.id, tuple(map(VerifierKey.parse, found.vkeys.split()))) if found else None


def _sign_with(work: UnitOfWork, row: WitnessedLog, keys: tuple[VerifierKey, ...], act: str) -> None:
    row.vkeys = "\n".join(map(str, keys))
    work.note(act, origin=row.origin, vkeys=row.vkeys)


def _keys(text: str) -> tuple[VerifierKey, ...]:
    """The keys of one log, each once, in the order given; refuses witnessing.key."""
    try:
        keys = tuple(dict.fromkeys(map(VerifierKey.parse, text.split())))
    except ValueError:
        raise Refused("witnessing.key") from None
    good = all(key.algorithm == ED25519 and key.name == keys[0].name for key in keys)
    if not good or not 1 <= len(keys) <= rules.KEYS:
        raise Refused("witnessing.key")
    return keys


def _origin(text: str) -> str:
    origin = text.strip()
    if len(origin) > limits.NAME or not origin.isprintable():
        raise Refused("form.invalid")
    return origin
