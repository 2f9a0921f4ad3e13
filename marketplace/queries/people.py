"""What is held about one person: to read it themselves, and to see beforehand what erasing them would do."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, Row, Table, func, or_, select

from marketplace import authored, policy
from marketplace.authored import TYPED, Duty
from marketplace.models.accounts import Person
from marketplace.models.base import metadata
from marketplace.models.challenges import Challenge
from marketplace.models.evaluation import AgreedLevel, AgreedReason
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal
from marketplace.models.stages import Stage
from marketplace.models.trail import LogOpening
from marketplace.queries.query import Reader, query
from marketplace.rules import canonical
from marketplace.rules.instants import instant
from marketplace.rules.refusals import Refused
from marketplace.rules.retention import RECORDS

Values = dict[str, Any]
_SECRET = re.compile(r"/[A-Za-z0-9_-]{40,}")

BY: dict[str, tuple[str, ...]] = {
    "person": ("id",), "visit": ("person_id",), "device": ("person_id",), "mailed_link": ("person_id",),
    "address_change": ("person_id",), "role_assignment": ("person_id",), "public_reference": ("person_id",),
    "challenge_author": ("person_id",), "challenge_section": ("edited_by_id",), "challenge_version": ("made_by_id",),
    "move_request": ("asked_by_id", "answered_by_id"), "opening_confirmation": ("person_id",),
    "declaration": ("person_id",), "declared_interest": ("person_id",), "score": ("person_id",),
    "score_draft": ("person_id",), "score_lock": ("person_id",), "reopened_lock": ("person_id",),
    "recusal": ("person_id",), "meeting": ("recorded_by_id",), "attendance": ("person_id",),
    "agreed_level": ("made_by_id", "signed_by_id"), "draw": ("person_id",),
    "decision": ("proposed_by_id", "confirmed_by_id"), "debrief": ("asked_by_id", "answered_by_id"),
    "eligibility_check": ("by_id",), "eligibility_doubt": ("ruled_by_id", "confirmed_by_id"),
    "clarification": ("asked_by_id",), "journal": ("person_id",), "organisation": ("verified_by_id",),
}  # fmt: skip
"""Tables that name a person, and by which columns."""

WITHHELD: dict[str, tuple[str, ...]] = {
    "person": ("password_hash",), "visit": ("token_hash", "device_hash"), "device": ("token_hash",),
    "mailed_link": ("token_hash",), "address_change": ("old_token_hash", "new_token_hash", "visit_hash"),
    "invitation": ("token_hash",), "challenge_section": ("content",), "challenge_version": ("content",),
    "opening_confirmation": ("visit",), "score_lock": ("salts",), "reopened_lock": ("salts",),
    "eligibility_doubt": ("reply",), "clarification": ("reply",), "decision": ("record",),
    "organisation": ("age_identity", "age_recipient", "description", "address", "website", "company_number"),
}  # fmt: skip
"""What is a secret of the service, or the words of an organisation."""

OTHERS = {
    "move_request": ("reason", "asked_by_id"), "agreed_level": ("reason", "made_by_id"),
    "decision": ("why", "proposed_by_id"), "debrief": ("question", "asked_by_id"),
    "eligibility_doubt": ("ruling", "ruled_by_id"),
}  # fmt: skip
"""Words of a row that two people may stand in, and the column of the one who wrote them."""

REFERENCES: dict[str, tuple[Any, Any]] = {
    "challenge": (Challenge.id, Challenge.ref), "organisation": (Organisation.id, Organisation.slug),
    "stage": (Stage.id, Stage.number), "proposal": (Proposal.id, Proposal.letter),
}  # fmt: skip
"""What stands for the number of another row."""


@dataclass(frozen=True)
class Held:
    """One kind of record, by its name in the table of what is stored, with every row about the person."""

    name: str
    rows: tuple[tuple[str, Values], ...]


@dataclass(frozen=True)
class Fate:
    """What erasing a person would do: what goes by kind and number, and the challenges that keep them."""

    ref: str
    name: str
    entries: int
    openings: int
    texts: dict[str, int]
    duties: tuple[Duty, ...]
    open_roles: tuple[str, ...]


@query
def held(read: Reader, ref: str, name: str) -> Held:
    """One kind of record about a person, for themselves or for the operator's command line. Refuses missing."""
    person = _person(read, ref)
    record = next(each for each in RECORDS if each.name == name)
    return Held(name, tuple(_all(read, record.tables, person)))


@query
def fate(read: Reader, ref: str) -> Fate:
    """What erasing a person would do now. Refuses missing."""
    read.require("person:erase")
    person = _person(read, ref)
    entries = list(authored.entries_of(read.connection, person.id))
    texts: dict[str, int] = {}
    for typed in TYPED:
        count = read.connection.scalar(
            select(func.count()).select_from(typed.model).where(typed.of(person.id))
        )
        if count:
            name = typed.model.__tablename__
            texts[name] = texts.get(name, 0) + count
    return Fate(
        ref, person.name, len(entries), sum(len(entry.fields) for entry in entries), texts,
        authored.duties(read.connection, person.id, read.now),
        tuple(role.ref for role in policy.open_roles(read.connection, person.id)),
    )  # fmt: skip


def _person(read: Reader, ref: str) -> Row[Any]:
    read.require("person:erase" if read.actor.is_system else "account:keep")
    person = read.connection.execute(select(Person).where(Person.ref == ref)).one_or_none()
    if person is None or not (read.actor.is_system or read.actor.person_id == person.id):
        raise Refused("missing")
    return person


def _all(read: Reader, tables: Iterable[str], person: Row[Any]) -> Iterator[tuple[str, Values]]:
    for name in tables:
        for values in BESIDE[name](read, person) if name in BESIDE else _rows(read, name, person):
            yield name, values


def _rows(read: Reader, name: str, person: Row[Any]) -> Iterable[Values]:
    if name not in BY:
        return ()
    table: Table = metadata.tables[name]
    theirs = or_(*(table.c[column] == person.id for column in BY[name]))
    return _spelled(read, table, person, read.connection.execute(select(table).where(theirs)).all())


def _spelled(read: Reader, table: Table, person: Row[Any], rows: Sequence[Row[Any]]) -> Iterator[Values]:
    """Rows as plain values: references instead of numbers, nobody else's name or number, no secret."""
    targets = {column.name: _target(column) for column in table.columns}
    refs = {
        name: _refs(read.connection, target, {getattr(row, name) for row in rows} - {None})
        for name, target in targets.items()
        if target in REFERENCES
    }
    text, author = OTHERS.get(table.name, ("", ""))
    withheld = {"id", *WITHHELD.get(table.name, ())}
    for row in rows:
        found: Values = {}
        for column, target in targets.items():
            value = getattr(row, column)
            if value is None or value == "" or column in withheld:
                continue
            if column == text and getattr(row, author) != person.id:
                continue
            if column in refs:
                found[column.removesuffix("_id")] = refs[column].get(value)
            elif target == "person" and value == person.id:
                found[column.removesuffix("_id")] = "you"
            elif not (target or isinstance(value, bytes)):
                found[column] = _plain(value)
        yield found


def _target(column: Column[Any]) -> str:
    """The table whose rows a column counts; empty for a column that says something itself."""
    other = column.name.removesuffix("_id")
    return next((key.column.table.name for key in column.foreign_keys), "" if other == column.name else other)


def _refs(connection: Connection, table: str, numbers: Collection[int]) -> dict[int, Any]:
    """By what people call these rows."""
    number, name = REFERENCES[table]
    rows = connection.execute(select(number, name).where(number.in_(numbers))) if numbers else ()
    return {number: ref for number, ref in rows}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant(value)
    return value.isoformat() if isinstance(value, date) else value


def _invitations(read: Reader, person: Row[Any]) -> Iterator[Values]:
    """Those to their address; who invited them is another person."""
    table = metadata.tables["invitation"]
    rows = read.connection.execute(select(table).where(table.c.email == person.email)).all()
    return _spelled(read, table, person, rows)


def _notices(read: Reader, person: Row[Any]) -> Iterator[Values]:
    """What was sent to them, in plain text, without the secrets of links: some still open a door."""
    table = metadata.tables["notice"]
    for row in read.connection.execute(
        select(table).where(table.c.person_id == person.id).order_by(table.c.id)
    ):
        payload = msgspec.json.decode(read.keys.read(row.payload))
        sent = {"sent_at": instant(row.sent_at)} if row.sent_at else {}
        payload["text"] = _SECRET.sub("/…", payload["text"])
        yield {"kind": row.kind, "created_at": instant(row.created_at), **sent, **payload}


def _agreed_reasons(read: Reader, person: Row[Any]) -> Iterator[Values]:
    asked = select(AgreedReason.reason).join(AgreedLevel, AgreedLevel.id == AgreedReason.agreed_level_id)
    for reason in read.connection.scalars(asked.where(AgreedLevel.made_by_id == person.id)):
        yield {"reason": reason}


def _entries(read: Reader, person: Row[Any]) -> Iterator[Values]:
    """What they did in public as officials; who stands behind a reference is told to them alone."""
    for entry in authored.entries_of(read.connection, person.id):
        yield {
            "index": entry.index, "at": instant(entry.at), "type": entry.kind, "challenge": entry.challenge,
            "words": _opened(read, entry.index),
        }  # fmt: skip


def _opened(read: Reader, index: int) -> Values:
    rows = read.connection.execute(
        select(LogOpening.field, LogOpening.ciphertext).where(LogOpening.index == index)
    )
    return {field: canonical.decode(read.keys.read(kept))["value"] for field, kept in rows}


def _forms(read: Reader, person: Row[Any]) -> Iterator[Values]:
    table = metadata.tables["idempotency_key"]
    for row in read.connection.execute(select(table.c.action, table.c.at).where(table.c.actor == person.ref)):
        yield {"action": row.action, "at": instant(row.at)}


BESIDE: dict[str, Callable[[Reader, Row[Any]], Iterator[Values]]] = {
    "invitation": _invitations, "notice": _notices, "agreed_reason": _agreed_reasons, "log_event": _entries,
    "idempotency_key": _forms,
}  # fmt: skip
"""Tables whose rows about a person are found in another way."""
