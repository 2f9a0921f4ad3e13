"""What is held about one person: to read it themselves, and to see beforehand what erasing them would do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Table, func, select

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
    spell = _Spelling(read.connection, person.id)
    return Held(name, tuple(_all(read, record.tables, person, spell)))


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


def _all(
    read: Reader, tables: Iterable[str], person: Row[Any], spell: _Spelling
) -> Iterator[tuple[str, Values]]:
    for name in tables:
        for values in BESIDE[name](read, person) if name in BESIDE else _rows(read, name, person, spell):
            yield name, values


def _rows(read: Reader, name: str, person: Row[Any], spell: _Spelling) -> Iterator[Values]:
    if name not in BY:
        return
    table: Table = metadata.tables[name]
    theirs = table.c[BY[name][0]] == person.id
    for column in BY[name][1:]:
        theirs |= table.c[column] == person.id
    for row in read.connection.execute(select(table).where(theirs)):
        yield spell.row(table, row)


class _Spelling:
    """Rows as plain values: references instead of numbers, nobody else's name or number, no secret."""

    def __init__(self, connection: Connection, person_id: int) -> None:
        self.person_id = person_id
        self.refs: dict[str, dict[int, Any]] = {
            "challenge": _map(connection, select(Challenge.id, Challenge.ref)),
            "organisation": _map(connection, select(Organisation.id, Organisation.slug)),
            "stage": _map(connection, select(Stage.id, Stage.number)),
            "proposal": _map(connection, select(Proposal.id, Proposal.letter)),
        }

    def row(self, table: Table, row: Row[Any]) -> Values:
        found: Values = {}
        text, author = OTHERS.get(table.name, ("", ""))
        for column in table.columns:
            value = getattr(row, column.name)
            if value is None or value == "" or column.name in WITHHELD.get(table.name, ()):
                continue
            if column.name == text and getattr(row, author) != self.person_id:
                continue
            name, spelled = self._spelled(column, value)
            if name:
                found[name] = spelled
        return found

    def _spelled(self, column: Any, value: Any) -> tuple[str, Any]:
        target = next((key.column.table.name for key in column.foreign_keys), "")
        name = column.name.removesuffix("_id")
        if target == "person":
            return (name, "you") if value == self.person_id else ("", None)
        if target in self.refs or (name in self.refs and column.name.endswith("_id")):
            return name, self.refs[target or name].get(value)
        if column.name == "id" or column.name.endswith("_id") or isinstance(value, bytes):
            return "", None
        return column.name, _plain(value)


def _map(connection: Connection, asked: Any) -> dict[int, Any]:
    return {number: ref for number, ref in connection.execute(asked)}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant(value)
    return value.isoformat() if isinstance(value, date) else value


def _invitations(read: Reader, person: Row[Any]) -> Iterator[Values]:
    """Those to their address; who invited them is another person."""
    table = metadata.tables["invitation"]
    for row in read.connection.execute(select(table).where(table.c.email == person.email)):
        yield _Spelling(read.connection, person.id).row(table, row)


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
