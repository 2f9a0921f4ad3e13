"""Witnesses, other installations that cosign our checkpoints: adding one, removing it, and what it answered.

What it answered is nobody's act, so that it is upkeep.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select, update

from marketplace.actions.action import UnitOfWork, action
from marketplace.config import Settings, UnsafeSettings
from marketplace.models.database import installation, writing
from marketplace.models.trail import LogCheckpoint
from marketplace.models.witnesses import Witness
from marketplace.policy import PLATFORM
from marketplace.rules import witnesses as rules
from marketplace.rules.refusals import Refused
from marketplace.tlog import notes
from marketplace.tlog.notes import COSIGNATURE, Signature, VerifierKey


@action("witness:keep")
def add(work: UnitOfWork, url: str, vkey: str) -> int:
    """Ask the witness at `url` from now on for a cosignature of each checkpoint. Returns its number.

    One that was removed comes back as if it were new. In production it is reached by https alone.
    Refuses: witness.address, witness.key, witness.here, witness.own.
    """
    work.require(PLATFORM)
    url, key = _address(url, work.place.settings), _key(vkey)
    ours = work.place.cosigner
    if ours is not None and ours.key == key:
        raise Refused("witness.own")
    row = work.session.scalars(
        select(Witness).where(Witness.vkey == str(key)).with_for_update()
    ).one_or_none()
    if row is None:
        row = Witness(vkey=str(key), url=url, next_try_at=work.now, added_at=work.now)
        work.session.add(row)
    elif row.removed_at is None:
        raise Refused("witness.here")
    row.url, row.added_at, row.removed_at = url, work.now, None
    row.size, row.seen_at, row.fault, row.failing_since, row.next_try_at = 0, None, "", None, work.now
    work.session.flush()
    work.note("witness.add", url=url, vkey=str(key))
    return row.id


@action("witness:keep")
def remove(work: UnitOfWork, number: int) -> None:
    """Ask this witness no more. What it cosigned stays in the checkpoints it cosigned. Refuses: missing."""
    work.require(PLATFORM)
    row = work.hold(Witness, Witness.id == number, Witness.removed_at.is_(None))
    row.removed_at = work.now
    work.note("witness.remove", url=row.url, vkey=row.vkey)


@action("witness:keep")
def seed(work: UnitOfWork) -> None:
    """Add each witness that the setting names and that was never here; one that was removed stays removed."""
    work.require(PLATFORM)
    for url, vkey in map(rules.configured, work.place.settings.witnesses):
        if work.session.scalars(select(Witness.id).where(Witness.vkey == vkey)).first() is None:
            add.perform(work, url, vkey)


def check(settings: Settings) -> None:
    """Refuse to start with a witness in the setting that could not be added: raises `UnsafeSettings`, naming it."""
    for entry in settings.witnesses:
        url, vkey = rules.configured(entry)
        try:
            _address(url, settings), _key(vkey)
        except Refused as no:
            raise UnsafeSettings(f"WITNESSES has {entry!r}: {no.sentence}") from None


def cosigned(number: int, size: int, line: str) -> None:
    """A witness cosigned the checkpoint of `size` leaves: its line ends the note, once, and is served from now on."""
    now = installation().clock.now()
    with writing() as session:
        checkpoint = session.get(LogCheckpoint, size, with_for_update=True)
        if checkpoint is not None and not any(map(_same_key(line), notes.split(checkpoint.note)[1])):
            checkpoint.note += line
        seen = {"size": size, "seen_at": now, "fault": "", "failing_since": None, "next_try_at": now}
        session.execute(update(Witness).where(Witness.id == number).values(seen))


def declined(number: int, fault: str) -> None:
    """A witness did not cosign; it is asked again after about as long as it has been so."""
    now = installation().clock.now()
    with writing() as session:
        row = session.get_one(Witness, number, with_for_update=True)
        row.fault, row.failing_since = fault, row.failing_since or now
        row.next_try_at = now + rules.wait(now - row.failing_since)


def _same_key(line: str) -> Callable[[Signature], bool]:
    new = Signature.parse(line)
    return lambda old: (old.name, old.key_id) == (new.name, new.key_id)


def _address(url: str, settings: Settings) -> str:
    try:
        return rules.address(url.strip(), plain=not settings.production)
    except ValueError:
        raise Refused("witness.address") from None


def _key(vkey: str) -> VerifierKey:
    try:
        key = VerifierKey.parse(vkey.strip())
    except ValueError:
        raise Refused("witness.key") from None
    if key.algorithm != COSIGNATURE:
        raise Refused("witness.key")
    return key
