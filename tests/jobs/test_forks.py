"""Nothing is signed, and nothing written, on a database that is not the one that was signed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from marketplace import integrity
from marketplace.actions import log as steps
from marketplace.clock import Clock
from marketplace.jobs import signer, worker
from marketplace.models.base import db
from marketplace.models.database import install, installation, reading, writing
from marketplace.models.upkeep import Heartbeat
from marketplace.policy import ANYONE, SYSTEM
from marketplace.queries import log
from marketplace.rules.log import STOPS
from tests import factories as f
from tests.copies import Copy, a_log, a_mark, refused, sizes, stopped_code
from tests.queries.rows import tamper
from tests.web.conftest import new_browser, words_of
from tests.web.forms import visit_of


@pytest.fixture
def yesterday(app: Flask, folder: Path) -> Iterator[Copy]:
    """A copy of a log of six entries, all signed; three more were signed since."""
    f.grow_the_log(SYSTEM, 5)
    f.sign_the_log()
    copy = Copy(folder)
    f.grow_the_log(SYSTEM, 3)
    f.sign_the_log()
    yield copy
    copy.forget()


def test_an_older_copy_takes_no_entry_even_before_anybody_noticed(yesterday: Copy) -> None:
    yesterday.restore()
    assert stopped_code() == ""
    assert refused(f.grow_the_log, SYSTEM, 1) == "log.stopped"
    assert refused(f.an_authority) == "log.stopped"


def test_an_older_copy_is_noticed_by_a_process_that_begins(yesterday: Copy) -> None:
    yesterday.restore_and_begin_anew()
    assert stopped_code() == "log.behind"
    assert refused(f.grow_the_log, SYSTEM, 1) == "log.stopped"


def test_an_older_copy_is_never_signed_and_raises_an_alarm(
    app: Flask, yesterday: Copy, caplog: pytest.LogCaptureFixture
) -> None:
    operator = visit_of(app, f.a_person("Olive Operator", operator=True))
    yesterday.restore()
    note = log.checkpoint(ANYONE)
    f.sign_the_log()
    f.sign_the_log()
    assert [(each.levelname, each.getMessage()) for each in caplog.records] == [
        ("ERROR", f"the log is not signed and nothing can be written: {STOPS['log.behind']}")
    ]
    assert (stopped_code(), sizes(), log.checkpoint(ANYONE)) == ("log.behind", [6], note)
    client = new_browser(app)
    assert client.get("/readyz").text == "not ready: log\n"
    assert client.get("/readyz").status_code == 503
    for address in ("/", "/trail", "/sign-in", "/nothing"):
        assert STOPS["log.behind"] in words_of(client.get(address)), address
    assert client.get("/log/checkpoint").text == note
    assert operator.get("/desk").status_code == 303, "the visit began after the copy was made"


def test_what_is_sent_meanwhile_is_answered_with_when_to_come_back(app: Flask, yesterday: Copy) -> None:
    yesterday.restore()
    f.sign_the_log()
    answer = new_browser(app).send("/register", {
        "name": "Robin Vale", "email": "robin@aldermere.example", "password": f.PASSWORD,
    })  # fmt: skip
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "600")
    assert "robin@aldermere.example" in answer.text
    assert "read-only for now" in words_of(answer)


def test_a_service_that_takes_nothing_does_not_count_as_alive(app: Flask, yesterday: Copy) -> None:
    yesterday.restore()
    f.sign_the_log()
    worker.run(app, once=True)
    with reading() as connection:
        assert connection.scalar(select(Heartbeat.minute)) is None


def test_people_sign_in_and_out_and_operators_are_told_more(app: Flask, folder: Path) -> None:
    olive = f.a_person("Olive Operator", operator=True)
    client = visit_of(app, olive)
    f.grow_the_log(SYSTEM, 5)
    f.sign_the_log()
    copy = Copy(folder)
    f.grow_the_log(SYSTEM, 3)
    f.sign_the_log()
    copy.restore()
    f.sign_the_log()
    desk = words_of(client.get("/desk"))
    assert "This database holds 6 entries. 9 were signed on this machine." in desk
    assert client.send("/sign-out", {}, on="/desk").status_code == 303
    signed_in = client.send("/sign-in", {"email": olive.email, "password": f.PASSWORD})
    assert signed_in.status_code == 303
    copy.forget()


def test_operators_hear_of_entries_that_nobody_signs(app: Flask, clock: Clock) -> None:
    operator = visit_of(app, f.a_person("Olive Operator", operator=True))
    somebody = visit_of(app, f.a_person("Robin Vale"))
    f.grow_the_log(SYSTEM, 1)
    waits = "Entries of the public log wait to be signed since"
    assert waits not in words_of(operator.get("/desk"))
    clock.advance(log.PATIENCE)
    assert waits in words_of(operator.get("/desk"))
    assert waits not in words_of(somebody.get("/desk"))
    f.sign_the_log()
    assert waits not in words_of(operator.get("/desk"))


def test_the_right_copy_brings_everything_back(yesterday: Copy, folder: Path) -> None:
    today = Copy(folder)
    yesterday.restore()
    f.sign_the_log()
    assert stopped_code() == "log.behind"
    today.restore()
    f.sign_the_log()
    assert stopped_code() == ""
    f.grow_the_log(SYSTEM, 1)
    f.sign_the_log()
    assert sizes() == [6, 9, 10]
    today.forget()


def test_an_older_copy_that_grew_elsewhere_is_another_log(app: Flask, yesterday: Copy, folder: Path) -> None:
    yesterday.restore()
    somewhere = replace(installation().settings, log_mark=folder / "nothing")
    here = app.extensions["installation"]
    app.extensions["installation"] = install(replace(somewhere), installation().clock)
    with writing() as session:
        session.execute(text("DELETE FROM log_checkpoint"))
    f.grow_the_log(SYSTEM, 7)
    app.extensions["installation"] = here
    f.sign_the_log()
    assert (stopped_code(), sizes()) == ("log.different", [])


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE log_event SET leaf = replace(leaf, 'OR-', 'XR-') WHERE \"index\" = 3", "log.different"),
        ("UPDATE log_event SET leaf = replace(leaf, 'OR-', 'XR-') WHERE \"index\" = 299", "log.different"),
        ('DELETE FROM log_event WHERE "index" = 3', "log.different"),
        ("UPDATE log_tile SET hashes = zeroblob(8192) WHERE level = 0 AND n = 0", "log.different"),
        ("UPDATE log_tile SET hashes = zeroblob(32) WHERE level = 1", "log.different"),
        ("DELETE FROM log_tile WHERE level = 1", "log.different"),
        ("UPDATE log_head SET size = 300", "log.behind"),
    ],
)
def test_a_changed_entry_or_tile_is_found_before_anything_is_signed(
    app: Flask, clock: Clock, statement: str, code: str
) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("tampering is tried on SQLite")
    f.grow_the_log(SYSTEM, 300)
    f.sign_the_log()
    f.grow_the_log(SYSTEM, 1)
    tamper(statement)
    f.sign_the_log()
    assert (stopped_code(), sizes()) == (code, [301])


def test_tiles_that_are_lost_at_the_end_are_hashed_again(app: Flask) -> None:
    f.grow_the_log(SYSTEM, 300)
    f.sign_the_log()
    with writing() as session:
        session.execute(text("DELETE FROM log_tile"))
    f.grow_the_log(SYSTEM, 1)
    f.sign_the_log()
    assert (stopped_code(), sizes()) == ("", [301, 302])


def test_a_machine_without_a_mark_signs_only_from_a_checkpoint_that_is_named(
    app: Flask, yesterday: Copy, tmp_path: Path
) -> None:
    note = log.checkpoint(ANYONE) or ""
    a_mark().unlink()
    f.sign_the_log()
    assert stopped_code() == "log.unmarked"
    assert refused(f.grow_the_log, SYSTEM, 1) == "log.stopped"
    run, named = app.test_cli_runner(), tmp_path / "checkpoint"
    for wrong in ("", "nothing\n", note.replace("\n9\n", "\n8\n"), note.replace("— ", "—")):
        named.write_text(wrong)
        answer = run.invoke(args=["log", "start", "--checkpoint", str(named)])
        assert (answer.exit_code, "Nothing is changed." in answer.output) == (1, True), wrong
    named.write_text(note)
    assert run.invoke(args=["log", "start", "--checkpoint", str(named)]).exit_code == 0
    f.sign_the_log()
    f.grow_the_log(SYSTEM, 1)
    f.sign_the_log()
    assert sizes() == [6, 9, 10]
    again = run.invoke(args=["log", "start", "--checkpoint", str(named)])
    assert (again.exit_code, "has a mark of this log already" in again.output) == (1, True)


def test_a_mark_that_cannot_be_read_is_none(app: Flask, yesterday: Copy) -> None:
    note = log.checkpoint(ANYONE) or ""
    a_mark().write_text("localhost/log\n9\n")
    f.sign_the_log()
    assert stopped_code() == "log.unmarked"
    signer.start(note)
    f.sign_the_log()
    assert stopped_code() == ""


def test_a_checkpoint_that_cannot_be_read_stops_everything(app: Flask, yesterday: Copy) -> None:
    with writing() as session:
        session.execute(text("UPDATE log_checkpoint SET note = 'nothing' WHERE size = 9"))
    f.sign_the_log()
    assert stopped_code() == "log.different"


def test_nothing_below_the_mark_is_signed_while_lost_tiles_are_made_anew(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    f.grow_the_log(SYSTEM, 300)
    f.sign_the_log()
    with writing() as session:
        session.execute(text("DELETE FROM log_tile"))
        session.execute(text("DELETE FROM log_checkpoint"))
    monkeypatch.setattr(steps.integrate, "__defaults__", (200,))
    f.sign_the_log()
    assert (stopped_code(), sizes()) == ("", [])
    f.sign_the_log()
    assert (stopped_code(), sizes()) == ("", [301])


def test_a_checkpoint_that_this_database_does_not_hold_starts_nothing(yesterday: Copy) -> None:
    note = log.checkpoint(ANYONE) or ""
    yesterday.restore()
    a_mark().unlink()
    with pytest.raises(ValueError, match="holds fewer entries"):
        signer.start(note)
    assert integrity.marked(a_log()) is None


def test_a_copied_database_beside_its_own_marks_is_not_signed(app: Flask, folder: Path, clock: Clock) -> None:
    f.grow_the_log(SYSTEM, 1)
    f.sign_the_log()
    here = app.extensions["installation"]
    app.extensions["installation"] = install(replace(here.settings, log_mark=folder / "elsewhere"), clock)
    assert stopped_code() == "log.unmarked"
    f.sign_the_log()
    assert (stopped_code(), sizes()) == ("log.unmarked", [2])


def test_a_new_database_is_a_new_log_in_development(
    app: Flask, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    empty = Copy(folder)
    f.grow_the_log(SYSTEM, 1)
    f.sign_the_log()
    empty.restore()
    f.grow_the_log(SYSTEM, 1)
    f.sign_the_log()
    assert [(each.levelname, each.getMessage()) for each in caplog.records] == [
        ("WARNING", f"a new database is a new log: {a_log()}")
    ]
    assert sizes() == [2]
    empty.forget()


def test_a_new_database_takes_nothing_in_production_beside_the_mark_of_another_log(
    app: Flask, folder: Path, clock: Clock
) -> None:
    empty = Copy(folder)
    f.grow_the_log(SYSTEM, 1)
    f.sign_the_log()
    empty.restore()
    here = app.extensions["installation"]
    app.extensions["installation"] = install(replace(here.settings, environment="production"), clock)
    assert stopped_code() == "log.other"
    assert refused(f.grow_the_log, SYSTEM, 1) == "log.stopped"
    empty.forget()
