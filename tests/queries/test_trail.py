"""The trail: entries in order, told without secrets, and a walk that finds every kind of tampering."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from marketplace.actions import moves
from marketplace.actions.moves import Details
from marketplace.models.database import reading, writing
from marketplace.models.trail import LogEvent
from marketplace.policy import ANYONE, SYSTEM
from marketplace.queries import entries, trail, verdict
from marketplace.rules import canonical
from marketplace.rules.events import SEALED
from marketplace.rules.refusals import Refused
from marketplace.tlog import tree
from tests import factories as f
from tests.queries.rows import tamper


def indexes(**asked: object) -> list[int]:
    return [event.index for event in trail.page(ANYONE, **asked).events]  # type: ignore[arg-type]


def test_events_come_newest_first_and_pages_have_no_gap(app: Flask) -> None:
    for _ in range(60):
        f.an_authority()
    first = trail.page(ANYONE)
    assert [event.index for event in first.events] == list(range(60, 10, -1))
    assert first.before == 11
    rest = trail.page(ANYONE, before=first.before)
    assert [event.index for event in rest.events] == list(range(10, -1, -1))
    assert rest.before is None


def test_the_trail_is_filtered_by_challenge_and_kind(app: Flask) -> None:
    world, other = f.an_open_challenge(), f.an_open_challenge()
    (mine,) = indexes(challenge=world.ref)
    assert set(indexes(kind="challenge.open")) == {mine, *indexes(challenge=other.ref)}
    assert indexes(kind="stage.close") == []


@pytest.mark.parametrize("asked", [{"kind": "challenge.cheese"}, {"challenge": "CH-00000000"}])
def test_a_filter_that_names_nothing_is_refused(app: Flask, asked: dict[str, str]) -> None:
    with pytest.raises(Refused):
        trail.page(ANYONE, **asked)  # type: ignore[arg-type]


def test_a_hidden_challenge_has_no_name_in_the_trail(app: Flask) -> None:
    world = f.a_challenge_in_review()
    moves.make(world.lead, world.ref, "engage", Details())
    assert trail.latest(ANYONE)[0].challenge_title == "Damp and cold in council homes"
    moves.make(world.approver, world.ref, "approve", Details(seen=world.seen))
    event = trail.latest(ANYONE)[0]
    assert (event.challenge_ref, event.challenge_title) == ("", "")
    with pytest.raises(Refused):
        trail.page(ANYONE, world.ref)


def test_a_sealed_entry_says_nothing(app: Flask) -> None:
    world = f.an_open_challenge()
    f.a_submitted_proposal(world)
    event = trail.page(ANYONE, kind=SEALED).events[0]
    assert (event.challenge_ref, event.data, event.acting, event.reason) == ("", {}, "", "")
    assert all(each.kind != SEALED for each in trail.latest(ANYONE))


def test_a_reason_stands_beside_its_entry_and_not_in_it(app: Flask) -> None:
    world = f.an_open_challenge()
    moves.make(world.lead, world.ref, "suspend", Details(reason="A question that needs a lawyer came up."))
    event = trail.latest(ANYONE, 1)[0]
    assert event.reason == "A question that needs a lawyer came up."
    assert "lawyer" not in entries.entry(ANYONE, event.index).leaf


def test_a_whole_story_verifies(app: Flask) -> None:
    f.an_awarded_challenge(2)
    found = verdict.verify(SYSTEM)
    assert found.wrong == ()
    with reading() as connection:
        hashes = connection.scalars(select(LogEvent.leaf_hash).order_by(LogEvent.index)).all()
    assert (found.size, found.root) == (len(hashes), tree.root(hashes).hex())


def test_an_empty_log_verifies(app: Flask) -> None:
    assert verdict.verify(SYSTEM).ok


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE log_event SET leaf = replace(leaf, 'open', 'opem') WHERE kind = 'challenge.open'", "hash"),
        ("UPDATE log_event SET leaf_hash = x'00' WHERE \"index\" = 1", "hash"),
        ("DELETE FROM log_event WHERE \"index\" = 1", "Entry 1 is missing"),
        ("DELETE FROM log_event WHERE \"index\" = (SELECT max(\"index\") FROM log_event)", "The head counts"),
        ("UPDATE log_head SET size = size + 1", "The head counts"),
        ("UPDATE log_event SET kind = 'award.make' WHERE kind = 'challenge.open'", "its row says award.make"),
        ("UPDATE log_event SET challenge_id = NULL WHERE kind = 'challenge.open'", "different challenges"),
        ("UPDATE log_event SET at = '2020-01-01 00:00:00.000000' WHERE \"index\" = 1", "different instants"),
        ("DELETE FROM sealed_entry", "no stage accounts for it"),
        ("UPDATE stage SET opening_record = replace(opening_record, 'A', 'B')", "opening record"),
        ("UPDATE stage SET opening_record = NULL, opened_at = NULL", "its record is gone"),
    ],
)  # fmt: skip
def test_tampering_is_found_and_named(app: Flask, sqlite: None, statement: str, says: str) -> None:
    f.an_opened_stage(2)
    assert verdict.verify(SYSTEM).ok
    tamper(statement)
    found = verdict.verify(SYSTEM)
    assert not found.ok
    assert any(says in fault for fault in found.wrong), found.wrong


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE decision SET record = replace(record, 'decision/1', 'decision/2')", "record of the decision"),
        ("UPDATE decision SET record = NULL", "record of the decision"),
        ("UPDATE sealed_entry SET kind = 'lock' WHERE kind = 'proposal'", "no decision accounts for entry"),
        ("DELETE FROM log_opening WHERE field = 'reason'", "no entry says that it was erased"),
        ("DELETE FROM log_opening WHERE \"index\" = (SELECT min(log_index) FROM submission)",
         "what opens its content is gone"),
        ("INSERT INTO log_key (vkey, last_size) SELECT replace(vkey, '+', '+0'), 5 FROM log_key",
         "is listed otherwise than the log announces"),
        ("UPDATE log_key SET last_size = 999", "is listed otherwise than the log announces"),
    ],
)  # fmt: skip
def test_what_an_administrator_takes_away_beside_the_log_is_named(
    app: Flask, sqlite: None, statement: str, says: str
) -> None:
    world = f.a_decided_stage(2)
    moves.make(world.lead, world.ref, "suspend", Details(reason="A question has come up."))
    f.sign_the_log()
    assert verdict.verify(SYSTEM).wrong == ()
    tamper(statement)
    found = verdict.verify(SYSTEM)
    assert any(says in fault for fault in found.wrong), found.wrong


def test_a_leaf_in_another_spelling_is_found(app: Flask, sqlite: None) -> None:
    f.an_authority()
    with reading() as connection:
        leaf = connection.scalars(select(LogEvent.leaf).where(LogEvent.index == 1)).one()
    spaced = json.dumps(canonical.decode(leaf)).encode()
    tamper()
    changed = {"leaf": spaced, "leaf_hash": tree.leaf_hash(spaced)}
    with writing() as session:
        session.execute(update(LogEvent).where(LogEvent.index == 1).values(**changed))
    assert any("canonical" in fault for fault in verdict.verify(SYSTEM).wrong)


def test_the_command_names_what_is_wrong(app: Flask, sqlite: None, tmp_path: Path) -> None:
    f.an_authority()
    run = app.test_cli_runner()
    good = run.invoke(args=["log", "verify"])
    assert (good.exit_code, "2 entries" in good.output) == (0, True)
    tamper("UPDATE log_head SET size = 9")
    bad = run.invoke(args=["log", "verify"])
    assert bad.exit_code == 1
    assert "The head counts 9 entries, and 2 are here." in bad.output
