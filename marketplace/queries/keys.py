"""Whether the installation's own keys open everything that is closed to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyrage import DecryptError, IdentityError
from sqlalchemy import Row

from marketplace.models.ciphertexts import HELD, Held
from marketplace.models.organisations import Organisation
from marketplace.outside import signing
from marketplace.policy import PLATFORM
from marketplace.queries import log
from marketplace.queries.query import Reader, query
from marketplace.tlog.notes import Signer, VerifierKey

STEP = 500


@dataclass(frozen=True)
class Verdict:
    """How much opens, how much of that only by an older key, and by name what does not open at all."""

    opened: int
    older: int
    closed: tuple[str, ...]


@query
def check(read: Reader) -> Verdict:
    """Open every wrapped half, everything kept for the record, and every opened file. Reads all of them."""
    read.require("keys:rotate", PLATFORM)
    opened = older = 0
    closed = []
    for held in HELD:
        for row in _rows(read, held):
            if fault := _fault(read, held, row):
                closed.append(fault)
                continue
            opened += 1
            older += not read.keys.files[held.key].is_newest(_bytes(read, held, row))
    return Verdict(opened, older, tuple(closed))


@query
def signing_fault(read: Reader) -> str:
    """What keeps this machine from signing the log with its current key; empty where nothing does, or none is made."""
    read.require("keys:rotate", PLATFORM)
    current = next(iter(log.keys_of(read)), None)
    if current is None:
        return ""
    key, folder = VerifierKey.parse(current), read.place.settings.key_dir
    path = signing.path(folder, key.key_id.hex())
    try:
        seed = signing.read(folder, key.key_id.hex())
    except (OSError, ValueError):
        return f"{path} cannot be read as a key: the log is not signed. Put it back from its backup."
    if seed is None:
        return (
            f"{path} is not there: the log is not signed. Put it back from its backup, or run log rotate-key."
        )
    if Signer(seed, key.name).key != key:
        return (
            f"{path} is not the private half of the key that /log/vkey names first. Put the right one back."
        )
    return ""


@query
def any_sealed(read: Reader) -> bool:
    """Whether anything here was wrapped by a sealing key: then new keys would be of no use."""
    return read.connection.scalar(Organisation.__table__.select().limit(1)) is not None


def _rows(read: Reader, held: Held) -> Iterator[Row[*tuple[Any, ...]]]:
    after: list[Any] = []
    while rows := read.connection.execute(held.rows(after, STEP)).all():
        yield from rows
        after = list(rows[-1][: len(held.table.primary_key)])


def _fault(read: Reader, held: Held, row: Row[*tuple[Any, ...]]) -> str:
    """Which row it is and what is wrong with it; empty where it opens."""
    where = f"{held.name} of {', '.join(str(part) for part in row[: len(held.table.primary_key)])}"
    try:
        if held.key == "record":
            read.keys.read(_bytes(read, held, row))
        elif read.keys.recipient(row.held) != row.other:
            return f"{where} is not the private half of its public one."
    except (DecryptError, IdentityError, ValueError):
        return f"{where} does not open."
    except OSError:
        return f"{where} names a file that is not there."
    return ""


def _bytes(read: Reader, held: Held, row: Row[*tuple[Any, ...]]) -> bytes:
    return read.place.files.get(row.held) if held.stored else bytes(row.held)
