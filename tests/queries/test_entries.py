"""One entry of the trail: its bytes, what it fixes, and that a change of any of it is seen."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.actions import moves
from marketplace.actions.moves import Details
from marketplace.models.database import reading
from marketplace.models.proposals import SealedEntry
from marketplace.models.trail import LogEvent
from marketplace.policy import ANYONE
from marketplace.queries import entries
from marketplace.queries.entries import Entry
from marketplace.rules.refusals import Refused
from marketplace.tlog import tree
from tests import factories as f
from tests.queries.rows import tamper


def the_entry(kind: str) -> Entry:
    """The last entry of this kind."""
    with reading() as connection:
        index = connection.scalar(select(func.max(LogEvent.index)).where(LogEvent.kind == kind))
    assert index is not None, kind
    return entries.entry(ANYONE, index)


def sealed(kind: str) -> list[Entry]:
    """Every sealed entry that was made as this kind."""
    with reading() as connection:
        indexes = connection.scalars(select(SealedEntry.log_index).where(SealedEntry.kind == kind)).all()
    return [entries.entry(ANYONE, index) for index in indexes]


def test_an_entry_is_shown_byte_for_byte(app: Flask) -> None:
    f.an_authority()
    found = entries.entry(ANYONE, 1)
    assert found.unchanged
    assert tree.leaf_hash(found.leaf.encode()).hex() == found.leaf_hash
    assert json.loads(found.leaf)["type"] == "organisation.verify"


@pytest.mark.parametrize("index", [2, 10**6, 2**63, 10**30])
def test_beyond_the_end_there_is_nothing(app: Flask, index: int) -> None:
    f.an_authority()
    with pytest.raises(Refused):
        entries.entry(ANYONE, index)


def test_a_tampered_entry_says_so_on_its_own_page(sqlite: None) -> None:
    f.an_authority()
    tamper("UPDATE log_event SET leaf_hash = x'00' WHERE \"index\" = 1")
    assert not entries.entry(ANYONE, 1).unchanged


def test_everything_that_an_entry_fixes_is_compared_with_what_is_kept(app: Flask) -> None:
    world = f.a_decided_stage(2)
    moves.make(world.lead, world.ref, "suspend", Details(reason="A question that needs a lawyer came up."))
    for kind, code in {
        "challenge.open": "content",
        "stage.open": "record",
        "challenge.suspend": "reason",
    }.items():
        found = the_entry(kind)
        assert (code, True) in found.checks
        assert found.unchanged


@pytest.mark.parametrize(
    ("kind", "statement", "code"),
    [
        ("challenge.open", "UPDATE challenge_version SET content = replace(content, 'a', 'b')", "content"),
        ("stage.open", "UPDATE stage SET opening_record = replace(opening_record, 'A', 'B')", "record"),
        ("challenge.suspend", "UPDATE move_reason SET reason = 'Nothing to see.'", "reason"),
        ("challenge.suspend", "DELETE FROM log_opening", "reason"),
        ("sealed", "UPDATE stage SET opening_record = replace(opening_record, 'ment\":\"', 'ment\":\"0')", "account"),
    ],
)  # fmt: skip
def test_a_change_of_what_an_entry_fixes_is_seen(sqlite: None, kind: str, statement: str, code: str) -> None:
    world = f.an_opened_stage(2)
    moves.make(world.lead, world.ref, "suspend", Details(reason="A question that needs a lawyer came up."))
    assert the_entry(kind).unchanged
    tamper(statement)
    found = the_entry(kind)
    assert (code, False) in found.checks
    assert not found.unchanged


def test_sealed_entries_look_alike_until_their_opening_accounts_for_them(app: Flask) -> None:
    world = f.a_busy_stage()
    entries_of = {kind: sealed(kind) for kind in ("proposal", "withdrawal", "cover")}
    for each in (entry for made in entries_of.values() for entry in made):
        assert each.accounted is None
        assert [code for code, _good in each.checks] == ["bytes", "place", "columns"]
    f.open_stage(world)
    told: dict[str, set[str]] = {}
    for kind in entries_of:
        for each in sealed(kind):
            assert each.accounted is not None
            assert each.accounted.challenge_ref == world.ref
            assert each.unchanged
            told.setdefault(kind, set()).add(each.accounted.kind)
    assert told == {"proposal": {"proposal", "replaced"}, "withdrawal": {"withdrawn"}, "cover": {"cover"}}


def test_no_opening_record_tells_a_lock_from_what_is_still_sealed(app: Flask) -> None:
    f.a_scored_stage(2)
    (first, *_rest) = sealed("lock")
    assert first.accounted is None
    assert [code for code, _good in first.checks] == ["bytes", "place", "columns"]


def test_what_came_after_the_deadline_names_the_entry_that_closed_its_stage(app: Flask) -> None:
    f.an_opened_stage(2)
    closed = the_entry("stage.close")
    assert closed.deadline is None
    assert the_entry("stage.open").deadline == closed.event.index
