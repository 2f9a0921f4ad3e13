"""Rotating the installation's own keys: a new one closes, and what older ones closed is closed to it again.

Every step is a transaction of its own that finds by itself what is still to do, so that a rotation which was
cut short goes on where it stopped. Older identities stay in their files: nothing here needs them afterwards,
but copies of the database made before do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import tuple_, update

from marketplace import integrity
from marketplace.actions.action import UnitOfWork, action
from marketplace.models.ciphertexts import HELD, Held
from marketplace.models.database import installation, reading
from marketplace.outside.keys import NAMES
from marketplace.policy import PLATFORM, Actor
from marketplace.rules.refusals import Refused

STEP = 50


def rotate(actor: Actor, *, anew: bool) -> Iterator[tuple[str, int]]:
    """Close everything to the newest keys, `anew` to new ones. Tells for each column how much was closed again.

    Without `anew` it finishes a rotation that was cut short. Refuses: keys.rotating, log.stopped.
    """
    # Before there is a new key: nothing could be closed to it.
    integrity.require_fitting()
    ring = installation().keys
    with ring.alone() as alone:
        if not alone:
            raise Refused("keys.rotating")
        for name in NAMES if anew else ():
            ring.files[name].renew()
        # Once more after that: whoever had begun to write with the former key has ended by then.
        for held in (*HELD, *HELD):
            if count := _close_all(actor, held):
                yield held.name, count


@contextmanager
def _stored_again(_actor: Actor, name: str, after: Sequence[Any], most: int) -> Iterator[Mapping[str, str]]:
    """New ciphertexts of stored files, made outside the transaction that points at them.

    The former ones stay until the sweep: somebody may be reading them.
    """
    held, place = _BY_NAME[name], installation()
    if not held.stored:
        yield {}
        return
    with reading() as connection:
        rows = connection.execute(held.rows(after, most)).all()
    file = place.keys.files[held.key]
    read = ((row, place.files.get(row.held)) for row in rows)
    yield {
        row.held: place.files.put(file.close(file.open(ciphertext), *filter(None, [row.other])))
        for row, ciphertext in read
        if not file.is_newest(ciphertext)
    }


@action("keys:rotate", around=_stored_again)
def close_again(work: UnitOfWork, name: str, after: Sequence[Any], most: int) -> tuple[list[Any], int]:
    """Close up to `most` values of one column to the newest key, and to whom else they were closed.

    Returns the primary key of the last one looked at, empty at the end, and how many were changed.
    """
    work.require(PLATFORM)
    held = _BY_NAME[name]
    rows = work.session.execute(held.rows(after, most).with_for_update(of=held.column.class_)).all()
    key = list(held.table.primary_key)
    changed = 0
    for row in rows:
        again = _again(work, held, row.held, row.other)
        if again is None:
            continue
        changed += 1
        where = tuple_(*key) == tuple(row[: len(key)])
        work.session.execute(update(held.table).where(where).values({held.column.key: again}))
    if changed:
        work.note("keys.close_again", column=name, count=changed)
    return (list(rows[-1][: len(key)]) if len(rows) == most else []), changed


def _again(work: UnitOfWork, held: Held, found: Any, other: str | None) -> Any:
    """What shall stand in its place; None where the newest key opens it already."""
    if held.stored:
        return work.prepared.get(found)
    file = work.keys.files[held.key]
    if file.is_newest(found):
        return None
    others = [other] if other and held.key == "record" else []
    return file.close(file.open(found), *others)


def _close_all(actor: Actor, held: Held) -> int:
    done, after = 0, list[Any]()
    while True:
        after, changed = close_again(actor, held.name, after, STEP)
        done += changed
        if not after:
            return done


_BY_NAME = {held.name: held for held in HELD}
