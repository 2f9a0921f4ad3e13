"""Witnesses, other installations that cosign our checkpoints: adding one, and removing it."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.actions.action import UnitOfWork, action
from marketplace.models.witnesses import Witness
from marketplace.policy import PLATFORM, SYSTEM
from marketplace.rules import witnesses as rules
from marketplace.rules.refusals import Refused
from marketplace.tlog.notes import COSIGNATURE, VerifierKey


@action("witness:keep")
def add(work: UnitOfWork, url: str, vkey: str) -> int:
    """Ask the witness at `url` from now on for a cosignature of each checkpoint. Returns its number.

    One that was removed comes back with what it is known to have seen. In production it is reached by https alone.
    Refuses: witness.address, witness.key, witness.here, witness.own.
    """
    work.require(PLATFORM)
    url, key = _address(work, url), _key(vkey)
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
    row.next_try_at, row.fault, row.failing_since = work.now, "", None
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


def seed(entries: tuple[str, ...]) -> None:
    """Add each witness that the setting names and that was never here; one that was removed stays removed.

    A ValueError names the entry that cannot be used.
    """
    for entry in entries:
        try:
            _seed(SYSTEM, *rules.configured(entry))
        except Refused as no:
            raise ValueError(f"WITNESSES has {entry}: {no.sentence}") from None


@action("witness:keep")
def _seed(work: UnitOfWork, url: str, vkey: str) -> None:
    if work.session.scalars(select(Witness.id).where(Witness.vkey == vkey)).first() is None:
        add.perform(work, url, vkey)


def _address(work: UnitOfWork, url: str) -> str:
    try:
        return rules.address(url.strip(), plain=not work.place.settings.production)
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
