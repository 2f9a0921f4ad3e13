"""The engine of every write: one transaction, one trace, one effect for one key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from marketplace.actions import upkeep
from marketplace.actions.action import UnitOfWork, action
from marketplace.models.base import db
from marketplace.models.database import reading, writing
from marketplace.models.trail import JournalEntry, LogEvent, LogHead
from marketplace.policy import ANYONE, SYSTEM
from marketplace.rules import canonical
from marketplace.rules.refusals import Refused


@action("stage:keep-time")
def verify(work: UnitOfWork, slug: str) -> str:
    work.leaf("organisation.verify", None, {"organisation": slug})
    work.note("test.note", slug=slug)
    return slug


@action("stage:keep-time")
def verify_then_refuse(work: UnitOfWork) -> None:
    work.leaf("organisation.verify", None, {"organisation": "x"})
    work.note("test.note")
    raise Refused("busy")


def leaves() -> list[dict]:
    with reading() as connection:
        return [
            canonical.decode(leaf)
            for leaf in connection.scalars(select(LogEvent.leaf).order_by(LogEvent.index))
        ]


def test_the_first_action_begins_the_trail_with_its_origin(app: Flask) -> None:
    verify(SYSTEM, "northmere")
    first, second = leaves()
    assert first["type"] == "log.start"
    assert len(bytes.fromhex(first["data"].pop("random"))) == 8
    assert first["data"] == {"kind": "service", "origin": "localhost/log"}
    assert second["data"] == {"organisation": "northmere"}


def test_a_refused_action_leaves_neither_leaf_nor_row(app: Flask) -> None:
    with pytest.raises(Refused):
        verify_then_refuse(SYSTEM)
    with reading() as connection:
        assert connection.scalar(select(LogHead.size)) == 0
        assert connection.scalar(select(func.count()).select_from(JournalEntry)) == 0


def test_one_key_has_one_effect_and_equal_answers(app: Flask) -> None:
    assert verify.once("k" * 20)(SYSTEM, "a") == verify.once("k" * 20)(SYSTEM, "a") == "a"
    assert len(leaves()) == 2


def test_one_key_with_another_body_is_refused(app: Flask) -> None:
    verify.once("k" * 20)(SYSTEM, "a")
    with pytest.raises(Refused, match=r"form\.reused"):
        verify.once("k" * 20)(SYSTEM, "b")


def test_nothing_but_the_engine_and_the_upkeep_that_is_listed_opens_a_write() -> None:
    source = Path(upkeep.__file__).parents[1]
    found = {path.stem for path in source.rglob("*.py") if re.search(r"\bwriting\(\)", path.read_text())}
    listed = set(re.findall(r"`(\w+)\.py`", upkeep.__doc__ or ""))
    assert found - {"database", "action", "upkeep"} == listed == {"log", "witnesses", "witnessing"}


def test_a_query_connection_cannot_write(app: Flask) -> None:
    with pytest.raises(DBAPIError), reading() as connection:
        connection.execute(text("UPDATE log_head SET size = 7"))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log_event SET kind = 'other'",
        "DELETE FROM log_event",
        "UPDATE journal SET act = 'other'",
        "DELETE FROM journal",
        "UPDATE log_head SET size = 0",
    ],
)
def test_the_database_refuses_to_change_the_log(app: Flask, statement: str) -> None:
    verify(SYSTEM, "northmere")
    with pytest.raises(DBAPIError), writing() as session:
        session.execute(text(statement))
    assert len(leaves()) == 2


@pytest.mark.parametrize("index", [0, 1, 3, 100])
def test_a_leaf_cannot_be_replaced_or_skip_a_place(app: Flask, index: int) -> None:
    verify(SYSTEM, "northmere")
    verb = "INSERT OR REPLACE" if db.engine.dialect.name == "sqlite" else "INSERT"
    with pytest.raises(DBAPIError), writing() as session:
        session.execute(
            text(
                f'{verb} INTO log_event ("index", leaf, leaf_hash, kind, at) '
                "VALUES (:i, '', '', 'x', CURRENT_TIMESTAMP)"
            ),
            {"i": index},
        )


def test_truncate_is_refused(app: Flask) -> None:
    if db.engine.dialect.name == "sqlite":
        return
    for table in ("log_event", "journal", "challenge_version"):
        with pytest.raises(DBAPIError), writing() as session:
            session.execute(text(f"TRUNCATE {table} CASCADE"))


def test_nobody_acts_without_the_permission(app: Flask) -> None:
    @action("challenge:edit")
    def needs(work: UnitOfWork) -> None:
        work.require(__import__("marketplace.policy").policy.PLATFORM)

    with pytest.raises(Refused, match="missing"):
        needs(ANYONE)
