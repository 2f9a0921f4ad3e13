"""Planted words of a sealed proposal are found nowhere at rest: not in the database, not beside it."""

from __future__ import annotations

import base64
from pathlib import Path

from flask import Flask
from sqlalchemy import inspect, text

from marketplace.actions import files, opening, proposals
from marketplace.models.base import db
from marketplace.models.database import installation
from marketplace.queries import receipts
from marketplace.rules.proposals import digest
from tests import factories as f

PLANTED = "quillwort marmalade observatory"
NAME = "zephyrine-ledger"
SPELLINGS = [
    spelled
    for word in (*PLANTED.split(), NAME)
    for spelled in (
        word.encode(),
        word.encode("utf-16-le"),
        word.encode().hex().encode(),
        base64.b64encode(word.encode())[:-4],
    )
]


def at_rest(folder: Path) -> dict[str, bytes]:
    """Every byte that the service left: rows of every table, and every file but the keys."""
    found = {
        str(path): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "keys" not in path.parts
    }
    with db.engine.connect() as connection:
        for table in inspect(connection).get_table_names():
            rows = connection.execute(text(f'SELECT * FROM "{table}"'))  # noqa: S608 - names of our own tables
            found[table] = b"\n".join(
                value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")
                for row in rows
                for value in (bytes(v) if isinstance(v, memoryview) else v for v in row)
            )
    return found


def leaks(folder: Path) -> list[tuple[str, bytes]]:
    return [
        (place, spelled)
        for place, content in at_rest(folder).items()
        for spelled in SPELLINGS
        if spelled in content
    ]


def test_no_word_of_a_sealed_proposal_is_at_rest(app: Flask, tmp_path: Path) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world, team=f"We are {PLANTED}.")
    author = world.suppliers[0].administrator
    assert leaks(tmp_path) == []
    files.add(author, ref, f"{NAME}.pdf", b"%PDF-1.7 " + PLANTED.encode())
    assert leaks(tmp_path) == []
    proposals.submit.once("s" * 20)(author, ref)
    assert leaks(tmp_path) == []
    proposals.save_answer.once("a" * 20)(
        author, ref, "team", f"Now {PLANTED} again.", digest(f"We are {PLANTED}.")
    )
    proposals.submit(author, ref)
    assert leaks(tmp_path) == []
    f.pass_deadline(world)
    f.open_stage(world)
    assert leaks(tmp_path) == []


def test_the_search_would_find_a_word_that_leaks(app: Flask, tmp_path: Path) -> None:
    f.a_person(f"{NAME} the second")
    assert leaks(tmp_path) != []


def test_outbox_and_mail_say_neither_words_nor_openings(app: Flask, tmp_path: Path) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world, team=f"We are {PLANTED}.")
    author = world.suppliers[0].administrator
    proposals.submit(author, ref)
    receipt = receipts.receipt(author, ref)
    assert receipt.opening is not None
    keys = installation().keys
    with db.engine.connect() as connection:
        payloads = [
            keys.read(bytes(row[0])) for row in connection.execute(text("SELECT payload FROM notice"))
        ]
    assert payloads
    for payload in payloads:
        assert not any(word.encode() in payload for word in PLANTED.split())
        assert receipt.opening["salt"].encode() not in payload


def test_what_was_replaced_or_withdrawn_opens_to_its_supplier_alone(app: Flask) -> None:
    world = f.a_closed_stage(1)
    identity = world.stage.age_identity
    assert identity is not None
    for opener in world.openers:
        opening.confirm(opener, world.ref, 1)
    with db.engine.connect() as connection:
        stored = connection.execute(text("SELECT age_identity FROM stage")).scalars().all()
    assert stored == [None]
