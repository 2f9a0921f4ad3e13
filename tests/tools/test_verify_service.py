"""What this service serves, exports and hands out is verified by the program, and what it is led to do is found."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, select

from marketplace.actions import files, proposals
from marketplace.models.database import reading, writing
from marketplace.models.trail import LogOpening, LogTile
from marketplace.policy import SYSTEM
from marketplace.queries import receipts
from marketplace.tlog import notes
from marketplace.tlog.notes import Cosigner
from tests import factories as f
from tests.browser.site import listening
from tests.tools.bundles import Run
from tests.web.forms import visit_of

PLAN = b"%PDF-1.7 what we do"


@pytest.fixture
def world(app: Flask) -> f.World:
    """Two proposals were handed in among 300 entries, one of them twice and with a plan, and the log is signed."""
    world = f.an_open_challenge()
    for _ in range(2):
        f.a_submitted_proposal(world)
    author, ref = world.suppliers[0].administrator, world.proposals[0]
    proposals.save_answer(author, ref, "team", "Two people now.", f.SEEN["team"])
    files.add(author, ref, "plan.pdf", PLAN)
    proposals.submit(author, ref)
    f.grow_the_log(SYSTEM, 300)
    f.sign_the_log()
    return world


@pytest.fixture
def key(app: Flask, tmp_path: Path) -> Path:
    """The keys as the service gives them out."""

    path = tmp_path / "vkey"
    path.write_bytes(app.test_client().get("/log/vkey").data)
    return path


def export(app: Flask, folder: Path) -> Path:
    done = app.test_cli_runner().invoke(args=["log", "export", str(folder)])
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def exported(app: Flask, world: f.World, tmp_path: Path) -> Path:
    return export(app, tmp_path / "log")


def test_the_log_is_verified_from_its_address_and_from_an_export(
    app: Flask, world: f.World, key: Path, exported: Path, verify: Run
) -> None:
    with listening(app) as site:
        for place in (f"{site}/log", exported):
            code, out, err = verify("log", place, "--vkey", key)
            assert (code, err) == (0, ""), out
            assert "Entry 0 begins this log, and gives it its name: localhost/log." in out
            for index in (0, 7, 256, 300):
                code, out, err = verify("event", index, "--log", place, "--vkey", key)
                assert (code, err) == (0, ""), out


def test_what_was_kept_is_the_beginning_of_what_is_served_later(
    app: Flask, world: f.World, key: Path, exported: Path, tmp_path: Path, verify: Run
) -> None:
    earlier = exported / "checkpoint"
    for more in (1, 250):
        f.grow_the_log(SYSTEM, more)
        f.sign_the_log()
        with listening(app) as site:
            code, out, _ = verify("log", f"{site}/log", "--vkey", key, "--since", earlier)
            assert (code, "are the beginning of this log" in out) == (0, True), out
    again = export(app, tmp_path / "later")
    assert verify("log", again, "--vkey", key, "--since", earlier)[0] == 0
    code, out, _ = verify("log", exported, "--vkey", key, "--since", again / "checkpoint")
    assert (code, "and the log fewer" in out) == (1, True)


def test_a_witness_of_the_service_s_own_make_is_judged(
    app: Flask, world: f.World, key: Path, exported: Path, verify: Run
) -> None:
    witness, checkpoint = Cosigner(bytes(32), "watch.example/w"), exported / "checkpoint"
    note = checkpoint.read_text()
    checkpoint.write_text(note + witness.sign(notes.split(note)[0], 1_795_000_000))
    assert "Also signed by watch.example/w" in verify("log", exported, "--vkey", key)[1]
    key.write_text(f"{key.read_text()}{witness.key}\n")
    code, out, _ = verify("log", exported, "--vkey", key)
    assert (code, "The witness watch.example/w signed the checkpoint too, 2026-11-18 " in out) == (0, True), (
        out
    )


def test_every_receipt_is_verified_with_what_was_sent(
    app: Flask, world: f.World, key: Path, tmp_path: Path, kept: Callable[[object], Path], verify: Run
) -> None:
    author, ref = world.suppliers[0].administrator, world.proposals[0]
    browser = visit_of(app, author)
    answers = tmp_path / "answers"
    with zipfile.ZipFile(io.BytesIO(browser.get(f"/desk/proposals/{ref}/answers.zip").data)) as archive:
        archive.extractall(answers)
    (answers / "plan.pdf").write_bytes(PLAN)
    indexes = receipts.receipt(author, ref).indexes
    assert len(indexes) == 2
    for number, index in enumerate(indexes):
        receipt = kept(browser.get(f"/desk/proposals/{ref}/receipts/{index}.json").data)
        assert verify("receipt", receipt)[0] == 0
        code, out, _ = verify("receipt", receipt, "--vkey", key, "--answers", answers)
        assert (code, "team.txt is not what was handed in" in out) == ((0, False), (1, True))[number], out
        assert "Not compared" not in out


def test_a_receipt_of_which_the_opening_is_erased_still_shows_its_place(
    app: Flask, world: f.World, key: Path, kept: Callable[[object], Path], verify: Run
) -> None:
    author, ref = world.suppliers[1].administrator, world.proposals[1]
    with writing() as session:
        session.execute(delete(LogOpening))
    code, out, _ = verify("receipt", kept(receipts.receipt_json(author, ref)), "--vkey", key)
    assert (code, "does not open its entry" in out) == (0, True), out


def test_a_receipt_that_waits_for_its_proof_says_when_to_try_again(
    app: Flask, world: f.World, key: Path, kept: Callable[[object], Path], verify: Run
) -> None:
    ref = f.a_submitted_proposal(world)
    waiting = receipts.receipt_json(world.suppliers[-1].administrator, ref)
    code, out, err = verify("receipt", kept(waiting), "--vkey", key)
    assert (code, out) == (2, "")
    assert "get it again in a minute" in err
    f.sign_the_log()
    signed = receipts.receipt_json(world.suppliers[-1].administrator, ref)
    assert verify("receipt", kept(signed), "--vkey", key)[0] == 0


def test_a_hash_that_was_changed_in_the_database_is_named(
    app: Flask, world: f.World, key: Path, verify: Run
) -> None:
    with reading() as connection:
        hashes = connection.scalars(select(LogTile.hashes).where(LogTile.level == 0, LogTile.n == 0)).one()
    with writing() as session:
        tile = session.scalars(select(LogTile).where(LogTile.level == 0, LogTile.n == 0)).one()
        tile.hashes = hashes[:160] + bytes(32) + hashes[192:]
    with listening(app) as site:
        code, out, _ = verify("log", f"{site}/log", "--vkey", key)
    assert code == 1
    assert "tile/0/000 holds another hash than the entries give: entry 5." in out


def test_the_program_is_served_as_it_is(app: Flask) -> None:
    served = app.test_client().get("/tools/verify.py")
    assert served.data == (Path(app.root_path) / "static" / "tools" / "verify.py").read_bytes()
    assert served.mimetype == "text/x-python"
