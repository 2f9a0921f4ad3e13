"""Erasing a person: what goes, what stays, when it is refused; and that every proof still holds."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from flask import Flask
from sqlalchemy import func, make_url, select

from marketplace import authored
from marketplace.actions import accounts, moves, people, roles, summaries
from marketplace.actions import challenges as writes
from marketplace.actions.moves import Details
from marketplace.jobs import notices as post
from marketplace.jobs import worker
from marketplace.models.accounts import Person, Visit
from marketplace.models.base import db, metadata
from marketplace.models.database import installation, reading
from marketplace.models.evaluation import Score, ScoreLock
from marketplace.models.notices import Notice
from marketplace.models.trail import JournalEntry, LogOpening
from marketplace.policy import ANYONE, SYSTEM, Actor
from marketplace.queries import challenges, entries, trail, verdict
from marketplace.queries import people as queries
from marketplace.rules.erasures import RECORDS_KEPT
from marketplace.rules.refusals import Refused
from marketplace.rules.retention import RECORDS
from marketplace.rules.working_days import uk_date
from tests import factories as f
from tests.jobs.test_erasures import backup

SAID = "Quillfeather was right: the budget of the board is in doubt."
LONG = timedelta(days=4 * 365)


def ended() -> f.World:
    """A challenge that ended four years ago; its lead and its evaluator typed things that can be found again."""
    world = f.a_scored_stage()
    moves.make(world.lead, world.ref, "suspend", Details(reason=SAID))
    moves.make(world.lead, world.ref, "terminate", Details(reason=SAID))
    moves.make(world.approver, world.ref, "terminate", Details())
    installation().clock.advance(LONG)
    return world


def refused(code: str, person: Actor) -> Refused:
    with pytest.raises(Refused) as no:
        people.erase(SYSTEM, person.ref)
    assert no.value.code == code
    assert name_of(person) == person.name
    return no.value


def name_of(person: Actor) -> str:
    with reading() as connection:
        return str(connection.scalar(select(Person.name).where(Person.id == person.person_id)))


def test_a_person_is_forgotten_and_every_proof_holds(app: Flask) -> None:
    world = ended()
    own = [e for e in made_by(world.lead) if e.fields]
    people.erase(SYSTEM, world.lead.ref)
    assert name_of(world.lead) == "Somebody whose data was erased"
    given = {each.reason for each in challenges.detail(ANYONE, world.ref).reasons}
    assert len(given) == 1
    assert given.pop().endswith("its author asked for it.")
    with reading() as connection:
        kept = connection.scalars(
            select(LogOpening.index).where(LogOpening.index.in_([e.index for e in own]))
        )
        assert list(kept) == []
        assert connection.scalar(select(func.count()).where(Visit.person_id == world.lead.person_id)) == 0
    assert verdict.verify(SYSTEM).ok
    for each in own:
        found = entries.entry(ANYONE, each.index)
        assert found.unchanged
        assert found.erased[0].ground == "asked"
    said = [e.data for e in trail.page(ANYONE, kind="trail.erase").events]
    assert {f"{e.index}/reason" for e in own} <= {each for data in said for each in data["openings"]}


def made_by(person: Actor) -> list[authored.Entry]:
    with reading() as connection:
        return list(authored.entries_of(connection, person.person_id or 0))


def test_an_evaluators_reasons_go_and_the_levels_stay(app: Flask) -> None:
    world = ended()
    people.erase(SYSTEM, world.evaluator.ref)
    with reading() as connection:
        rows = connection.execute(
            select(Score.level, Score.reason).where(Score.person_id == world.evaluator.person_id)
        ).all()
        salts = select(ScoreLock.salts).where(ScoreLock.person_id == world.evaluator.person_id)
        assert connection.scalar(salts) is None
    assert rows
    assert {reason.endswith("its author asked for it.") for _level, reason in rows} == {True}
    assert {level for level, _reason in rows} != {0}


def test_no_byte_of_the_words_is_left_in_the_files(app: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL frees old rows by VACUUM")
    world = ended()
    path = Path(make_url(installation().settings.database_url).database or "")
    people.erase(SYSTEM, world.lead.ref)
    left = [
        (file.name, word)
        for file in path.parent.glob(f"{path.name}*")
        for word in (SAID.encode(), world.lead.email.encode(), world.lead.name.encode())
        if word in file.read_bytes()
    ]
    assert left == []


def test_messages_to_them_and_their_name_in_those_to_others_are_empty(app: Flask) -> None:
    world = ended()
    post.deliver()
    people.erase(SYSTEM, world.lead.ref)
    with reading() as connection:
        rows = connection.execute(select(Notice.person_id, Notice.payload)).all()
    keys = installation().keys
    told = [(who, msgspec.json.decode(keys.read(payload))) for who, payload in rows]
    assert all(world.lead.name not in str(payload) for _who, payload in told)
    own = [payload["text"] for who, payload in told if who == world.lead.person_id]
    assert {text.endswith("its author asked for it.") for text in own} == {True}


def test_a_reason_in_the_journal_goes_and_the_act_stays(app: Flask) -> None:
    world = f.a_challenge_in_review()
    moves.make(world.approver, world.ref, "send-back", Details(reason=SAID))
    for role in ("approver", "opener"):
        roles.remove(world.editor, world.ref, world.approver.ref, role)
    assert any(SAID in facts for facts in journal(world.approver))
    people.erase(SYSTEM, world.approver.ref)
    acts = journal(world.approver)
    assert len(acts) > 1
    assert not any(SAID in facts for facts in acts)


def journal(person: Actor) -> list[str]:
    row = JournalEntry
    with reading() as connection:
        return list(connection.scalars(select(row.facts).where(row.person_id == person.person_id)))


def test_while_a_challenge_goes_on_and_three_years_after_its_award_it_is_refused(app: Flask) -> None:
    world = f.an_awarded_challenge()
    assert refused("erasure.open_roles", world.evaluator).facts["challenges"] == world.ref
    moves.make(world.lead, world.ref, "deliver", Details())
    report(world)
    moves.make(world.lead, world.ref, "complete", Details())
    no = refused("erasure.kept", world.evaluator)
    assert no.facts["challenges"] == world.ref
    installation().clock.advance(LONG)
    people.erase(SYSTEM, world.evaluator.ref)
    assert name_of(world.evaluator) != world.evaluator.name


def test_three_years_begin_with_the_contract_where_it_is_signed_after_the_award(app: Flask) -> None:
    world = f.an_awarded_challenge()
    awarded = installation().clock.now()
    installation().clock.advance(timedelta(days=60))
    signed = uk_date(installation().clock.now())
    summaries.sign_agreement(world.lead, world.ref, "A", 4_250_000, "GBP", signed)
    moves.make(world.lead, world.ref, "deliver", Details())
    report(world)
    moves.make(world.lead, world.ref, "complete", Details())
    installation().clock.advance(awarded + RECORDS_KEPT - installation().clock.now() + timedelta(days=1))
    assert refused("erasure.kept", world.evaluator).facts["until"] == signed + RECORDS_KEPT
    installation().clock.advance(timedelta(days=61))
    people.erase(SYSTEM, world.evaluator.ref)


def report(world: f.World) -> None:

    writes.report_outcome(world.lead, world.ref, "6 in 10 found", True, 1_000, "GBP", "Owners answer faster.")


def test_an_organisation_is_not_left_without_an_administrator(app: Flask) -> None:
    world = f.an_open_challenge()
    refused("erasure.last_administrator", world.authority.administrator)


def test_only_the_operators_command_line_erases(app: Flask) -> None:
    person = f.a_person()
    for who in (person, f.a_person("Olive", operator=True)):
        with pytest.raises(Refused, match="missing"):
            people.erase(who, person.ref)


def test_a_person_whom_a_restored_database_brings_back_is_erased_again(app: Flask, tmp_path: Path) -> None:
    world = ended()
    restore = backup(tmp_path)
    people.erase(SYSTEM, world.lead.ref)
    restore()
    assert name_of(world.lead) == world.lead.name
    worker.run(app, once=True)
    assert name_of(world.lead) == "Somebody whose data was erased"
    assert {r.reason.endswith("asked for it.") for r in challenges.detail(ANYONE, world.ref).reasons} == {
        True
    }
    assert verdict.verify(SYSTEM).ok
    size = trail.page(ANYONE).size
    worker.run(app, once=True)
    assert trail.page(ANYONE).size == size


def test_the_command_says_what_goes_and_asks_before_it_erases(app: Flask) -> None:
    person = f.a_person("Robin Vale")
    run = app.test_cli_runner(catch_exceptions=False)
    kept = run.invoke(args=["person", "erase", person.ref], input="no\n")
    assert kept.exit_code == 1
    assert "Stays:" in kept.output
    assert name_of(person) == "Robin Vale"
    done = run.invoke(args=["person", "erase", person.ref], input=f"{person.ref}\n")
    assert done.exit_code == 0, done.output
    assert name_of(person) == ""


def test_the_export_holds_every_kind_of_record_and_nobody_else(app: Flask) -> None:
    world = ended()
    run = app.test_cli_runner(catch_exceptions=False)
    file = json.loads(run.invoke(args=["person", "export", world.evaluator.ref]).output)
    assert [each["name"] for each in file["records"]] == [record.name for record in RECORDS]
    tables = {row["table"] for each in file["records"] for row in each["rows"]}
    assert {"person", "role_assignment", "score", "score_lock", "declared_interest", "notice"} <= tables
    text = json.dumps(file)
    assert world.evaluator.email in text
    for other in (world.lead, world.approver, world.chair):
        assert other.name not in text
        assert other.email not in text
        assert other.ref not in text
    assert "argon2" not in text
    assert "token_hash" not in text


def test_the_export_holds_no_link_that_opens_a_door(app: Flask) -> None:
    person = f.a_person()
    secret = accounts.ask_reset(ANYONE, person.email)["link"].rpartition("/")[2]
    pages = json.dumps([queries.held(SYSTEM, person.ref, record.name).rows for record in RECORDS])
    assert "Set a new password" in pages or "password" in pages
    assert secret not in pages


def test_every_table_that_names_a_person_is_in_the_export_and_erased_by_somebody() -> None:
    naming = {
        t.name for t in metadata.tables.values() for k in t.foreign_keys if k.column.table.name == "person"
    }
    assert naming <= set(queries.BY) | set(queries.BESIDE)
    worded = {typed.model.__tablename__ for typed in authored.TYPED}
    none = {
        "visit", "device", "address_change", "mailed_link", "role_assignment", "public_reference", "score_lock",
        "opening_confirmation", "declaration", "attendance", "draw", "organisation", "invitation", "notice", "journal",
        *authored.OF_AN_AUTHORITY,
    }  # fmt: skip
    assert naming == worded - {"decision_line"} | none
