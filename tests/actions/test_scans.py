"""Malware: an infected file is never stored, an unscanned one goes to nobody else, a silent scanner stops nobody."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from marketplace.actions import files, opening, proposals, scans
from marketplace.actions.action import Action
from marketplace.jobs import scans as job
from marketplace.models.database import installation, reading, writing
from marketplace.models.notices import Notice
from marketplace.models.proposals import ProposalFile
from marketplace.models.trail import JournalEntry
from marketplace.outside.scanner import Scanner
from marketplace.policy import ANYONE, SYSTEM, Actor
from marketplace.queries import opened
from marketplace.queries import opening as account
from marketplace.queries import proposals as own
from marketplace.rules import canonical
from marketplace.rules.refusals import Refused
from tests import factories as f
from tests.actions.test_proposals import PDF, refused, stored_files
from tests.clamd import EICAR, SAYS, scanning

INFECTED = PDF + EICAR


def a_draft() -> tuple[f.World, str, Actor]:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    return world, ref, world.suppliers[0].administrator


def hand_in_and_open(world: f.World, ref: str, author: Actor) -> None:
    proposals.submit(author, ref)
    f.pass_deadline(world)
    f.open_stage(world)
    f.declare_all(world)


def scan_of(file_id: int) -> str:
    with reading() as connection:
        return connection.scalars(select(ProposalFile.scan).where(ProposalFile.id == file_id)).one()


def acts(act: str) -> list[dict]:
    with reading() as connection:
        rows = connection.scalars(select(JournalEntry.facts).where(JournalEntry.act == act)).all()
    return [canonical.decode(row.encode()) for row in rows]


def test_a_clean_file_is_scanned_as_it_came_and_is_read_by_the_panel(app: Flask) -> None:
    world, ref, author = a_draft()
    with scanning(app) as clamd:
        file = files.add(author, ref, "plan.pdf", PDF)
        assert clamd.seen == [PDF]
    assert scan_of(file) == "clean"
    hand_in_and_open(world, ref, author)
    assert opened.opened_file(world.chair, file)[2] == PDF


def test_an_infected_file_is_refused_by_name_and_nothing_of_it_is_kept(app: Flask) -> None:
    _world, ref, author = a_draft()
    with scanning(app), pytest.raises(Refused, match=r"file\.refused") as no:
        files.add.once("a" * 20)(author, ref, "plan.pdf", INFECTED)
    assert "“plan.pdf”" in no.value.sentence
    assert stored_files(app) == []
    assert own.own_proposal(author, ref).files == ()
    assert acts("file.refuse") == [{"proposal": ref}]


def test_only_its_supplier_has_a_file_scanned(app: Flask) -> None:
    _world, ref, _author = a_draft()
    with scanning(app) as clamd:
        refused("missing", files.add, f.a_person(), ref, "plan.pdf", INFECTED)
        refused("missing", scans.note_refused, f.a_person(), ref)
        assert clamd.seen == []


def test_no_transaction_is_open_while_the_scanner_is_asked(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    _world, ref, author = a_draft()
    with scanning(app):
        scanner = installation().scanner
        asked = scanner.ask

        def ask(content: bytes) -> str:
            # Another writer gets its turn at this very moment.
            f.a_person("Somebody Else")
            return asked(content)

        monkeypatch.setattr(scanner, "ask", ask)
        files.add(author, ref, "plan.pdf", PDF)


@pytest.mark.parametrize("fault", [*SAYS, "deaf", "slow", "drip"])
def test_whatever_else_the_scanner_says_is_no_answer_and_comes_in_time(app: Flask, fault: str) -> None:
    with scanning(app, seconds=0.5) as clamd:
        clamd.fault = fault
        began = time.monotonic()
        assert installation().scanner.ask(PDF) == "waiting"
        assert time.monotonic() - began < 1.4


def test_a_file_too_large_for_the_scanner_is_not_known_to_be_clean(app: Flask) -> None:
    with scanning(app) as clamd:
        clamd.fault = "deaf"
        assert installation().scanner.ask(b"x" * 5_000_000) == "waiting"


@pytest.mark.parametrize("url", ["http://localhost:3310", "tcp://localhost", "unix:", "3310"])
def test_an_address_that_is_none_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(ValueError, match="CLAMD_URL"):
        Scanner(url)


def test_without_a_scanner_files_are_told_as_unasked_and_read(app: Flask) -> None:
    world, ref, author = a_draft()
    file = files.add(author, ref, "plan.pdf", PDF)
    assert own.own_proposal(author, ref).files[0].scan == "unasked"
    hand_in_and_open(world, ref, author)
    assert opened.opened_file(world.chair, file)[2] == PDF


def test_a_file_that_waited_is_scanned_at_opening(app: Flask) -> None:
    world, ref, author = a_draft()
    with scanning(app) as clamd:
        clamd.fault = "closed"
        file = files.add(author, ref, "plan.pdf", PDF)
        assert own.own_file(author, ref, file)[2] == PDF
        clamd.fault = ""
        hand_in_and_open(world, ref, author)
    assert scan_of(file) == "clean"
    assert opened.opened_file(world.chair, file)[2] == PDF


def test_what_is_found_infected_at_opening_is_withheld_and_still_accounted_for(app: Flask) -> None:
    world, ref, author = a_draft()
    with scanning(app) as clamd:
        clamd.fault = "closed"
        bad = files.add(author, ref, "plan.pdf", INFECTED)
        clamd.fault = ""
        good = files.add(author, ref, "notes.pdf", PDF)
        hand_in_and_open(world, ref, author)
    refused("file.infected", opened.opened_file, world.chair, bad)
    refused("file.infected", own.own_file, author, ref, bad)
    assert opened.opened_file(world.chair, good)[2] == PDF
    assert [(file.name, file.withheld) for file in own.own_proposal(author, ref).sent_files] == [
        ("plan.pdf", True),
        ("notes.pdf", False),
    ]
    record = canonical.decode(account.record(ANYONE, world.ref, 1).encode())
    assert record["counts"]["proposal"] == 1
    assert {"file": bad, "found": "infected"} in acts("file.scan")
    with reading() as connection:
        told = connection.scalars(select(Notice.person_id).where(Notice.kind == "file.withheld")).all()
    assert told == [author.person_id]


def test_a_scanner_that_is_away_holds_nothing_up_and_is_asked_again_later(app: Flask) -> None:
    world, ref, author = a_draft()
    with scanning(app) as clamd:
        clamd.fault = "closed"
        first = files.add(author, ref, "plan.pdf", PDF)
        second = files.add(author, ref, "notes.pdf", INFECTED)
        clamd.seen.clear()
        hand_in_and_open(world, ref, author)
        assert len(clamd.seen) == 1
        refused("file.waiting", opened.opened_file, world.chair, first)
        refused("file.waiting", own.own_file, author, ref, first)
        job.settle()
        assert len(clamd.seen) == 2
        clamd.fault = ""
        job.settle()
        assert (scan_of(first), scan_of(second)) == ("clean", "infected")
        assert opened.unscanned_files(SYSTEM) == ()
    assert opened.opened_file(world.chair, first)[2] == PDF
    refused("file.infected", opened.opened_file, world.chair, second)
    refused("missing", scans.settle, f.a_person(operator=True), first)


def test_files_that_waited_for_a_scanner_that_was_taken_away_are_told_as_unasked(app: Flask) -> None:
    world, ref, author = a_draft()
    file = files.add(author, ref, "plan.pdf", PDF)
    hand_in_and_open(world, ref, author)
    with writing() as session:
        session.execute(update(ProposalFile).values(scan="waiting"))
    job.settle()
    assert scan_of(file) == "unasked"
    assert opened.opened_file(world.chair, file)[2] == PDF


def test_a_confirmation_sent_twice_scans_and_opens_once(app: Flask) -> None:
    world, ref, author = a_draft()
    files.add(author, ref, "plan.pdf", PDF)
    proposals.submit(author, ref)
    f.pass_deadline(world)
    confirm: Action = opening.confirm
    first, second = world.openers
    confirm(first, world.ref, 1)
    with scanning(app) as clamd:
        assert [confirm.once("b" * 20)(second, world.ref, 1) for _ in range(2)] == ["opened"] * 2
        assert clamd.seen == [PDF]
    assert len(stored_files(app)) == 2


CLAMD = shutil.which("clamd", path=os.environ.get("PATH", "") + ":/usr/sbin")


@pytest.mark.skipif(CLAMD is None, reason="the Debian package clamav-daemon is not installed")
def test_the_real_scanner_knows_the_test_file(tmp_path: Path) -> None:
    assert CLAMD is not None
    database = tmp_path / "db"
    database.mkdir()
    (database / "eicar.ndb").write_text(f"Eicar-Test-Signature:0:*:{EICAR.hex()}\n")
    (tmp_path / "clamd.conf").write_text(
        f"LocalSocket {tmp_path}/clamd\nDatabaseDirectory {database}\nForeground yes\nStreamMaxLength 6M\n"
    )
    process = subprocess.Popen([CLAMD, "--config-file", str(tmp_path / "clamd.conf")])
    try:
        for _tenth in range(300):
            if (tmp_path / "clamd").exists():
                break
            assert process.poll() is None
            time.sleep(0.1)
        scanner = Scanner(f"unix:{tmp_path}/clamd")
        assert (scanner.ask(PDF), scanner.ask(INFECTED)) == ("clean", "infected")
        assert scanner.ask(b"x" * 7 * 2**20) == "waiting"
    finally:
        process.kill()
        process.wait()
