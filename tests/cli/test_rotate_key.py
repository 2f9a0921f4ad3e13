"""A new key for the log: announced first, used from then on, and nothing that the former one signed is lost."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.actions import rotation as actions
from marketplace.jobs.signer import Signer
from marketplace.models.database import install, installation, reading
from marketplace.models.trail import LogCheckpoint, LogEvent, LogKey
from marketplace.policy import ANYONE, SYSTEM
from marketplace.queries import log, receipts, verdict
from marketplace.rules import canonical
from marketplace.tlog import checkpoints, notes, proofs
from tests import factories as f
from tests.cli.test_export import export, leaves
from tests.cli.test_recover import run
from tests.copies import Copy, refused, sizes, stopped_code
from tests.jobs.test_worker import command
from tests.tools.bundles import Run
from tests.tools.conftest import verify

__all__ = ["verify"]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "log"


def signers() -> dict[int, list[str]]:
    """By size, who signed the checkpoint, of the keys that the log lists now."""
    known = [notes.VerifierKey.parse(key) for key in log.vkeys(ANYONE)]
    with reading() as connection:
        kept = connection.execute(select(LogCheckpoint.size, LogCheckpoint.note).order_by(LogCheckpoint.size))
        return {row.size: [str(key) for key in notes.open_note(row.note, known).by] for row in kept}


def last_sizes() -> list[int | None]:
    with reading() as connection:
        return list(connection.scalars(select(LogKey.last_size).order_by(LogKey.id)))


def file_of(key: str) -> Path:
    return installation().settings.key_dir / f"log-{notes.VerifierKey.parse(key).key_id.hex()}.key"


def test_the_log_announces_its_new_key_which_signs_from_then_on(app: Flask) -> None:
    f.grow_the_log(SYSTEM, 2)
    f.sign_the_log()
    (former,) = log.vkeys(ANYONE)
    code, said = run(app, "rotate-key")
    new = log.vkeys(ANYONE)[0]
    assert (code, new in said, log.vkeys(ANYONE)) == (0, True, (new, former))
    said_by_the_log = canonical.decode(leaves()[3])
    assert said_by_the_log["type"] == "log.rotate"
    assert said_by_the_log["data"] == {"key": new, "retired": former}
    assert app.test_client().get("/log/vkey").text == f"{new}\n{former}\n"
    f.grow_the_log(SYSTEM, 1)
    f.sign_the_log()
    f.sign_the_log()
    # At the entry itself both sign, so that whoever knows the former alone comes to know the new one.
    assert signers() == {3: [former], 4: [new, former], 5: [new]}
    assert last_sizes() == [4, None]
    assert file_of(new).stat().st_mode & 0o777 == 0o600
    assert "A new key signs the trail." in app.test_client().get("/trail").text
    assert app.test_client().get("/trail/3").status_code == 200


def test_everything_is_verified_after_two_rotations(
    app: Flask, out: Path, tmp_path: Path, verify: Run
) -> None:
    world = f.an_open_challenge()
    ref = f.a_submitted_proposal(world)
    author = world.suppliers[0].administrator
    f.sign_the_log()
    receipt, before = receipts.receipt_json(author, ref), log.checkpoint(ANYONE) or ""
    for _ in range(2):
        assert run(app, "rotate-key")[0] == 0
        f.grow_the_log(SYSTEM, 1)
        f.sign_the_log()
        f.sign_the_log()
    keys = [notes.VerifierKey.parse(key) for key in log.vkeys(ANYONE)]
    assert len(keys) == 3
    proofs.parse(receipt["proof"]).check(leaves()[receipt["index"]], keys)
    export(app, out)
    earlier = tmp_path / "earlier"
    earlier.write_text(before)
    code, said, aside = verify("log", out, "--vkey", out / "vkey", "--since", earlier)
    assert code == 0, said + aside
    assert (run(app, "verify")[0], stopped_code()) == (0, "")


def test_a_key_that_was_never_announced_signs_nothing(app: Flask) -> None:
    """A rotation was killed once the private half was in its file."""
    f.grow_the_log(SYSTEM, 2)
    f.sign_the_log()
    (former,) = log.vkeys(ANYONE)
    (installation().settings.key_dir / "log-00000000.key").write_text(
        file_of(former).read_text().replace(former.split("+")[1], "00000000")
    )
    f.grow_the_log(SYSTEM, 1)
    f.sign_the_log()
    assert signers()[4] == [former]
    assert run(app, "rotate-key")[0] == 0


def test_a_rotation_that_was_killed_is_wholly_there_or_not(app: Flask) -> None:
    f.grow_the_log(SYSTEM, 2)
    f.sign_the_log()
    for pause in (0.8, 1.1, 1.3, 1.5):
        child = command("log", "rotate-key")
        time.sleep(pause)
        child.kill()
        child.communicate()
        f.grow_the_log(SYSTEM, 1)
        f.sign_the_log()
        f.sign_the_log()
        assert stopped_code() == ""
        announced = [leaf for leaf in leaves() if canonical.decode(leaf)["type"] == "log.rotate"]
        assert len(announced) == len(log.vkeys(ANYONE)) - 1
        assert signers()[len(leaves())] == [log.vkeys(ANYONE)[0]]
    assert verdict.verify(SYSTEM).wrong == ()


def test_a_worker_that_runs_takes_the_new_key_up(app: Flask) -> None:
    f.grow_the_log(SYSTEM, 2)
    signer = Signer("the worker")
    signer.round()
    assert run(app, "rotate-key")[0] == 0
    f.grow_the_log(SYSTEM, 1)
    signer.round()
    signer.round()
    signer.rest()
    new, former = log.vkeys(ANYONE)
    assert signers() == {3: [former], 4: [new, former], 5: [new]}


def test_no_key_signs_beyond_the_entry_that_retires_it_under_load(app: Flask) -> None:
    over, failed = threading.Event(), list[BaseException]()

    def sign() -> None:
        with app.app_context():
            signer = Signer("the worker")
            try:
                while not over.is_set():
                    signer.round()
            except BaseException as error:
                failed.append(error)
            finally:
                signer.rest()

    f.grow_the_log(SYSTEM, 2)
    f.sign_the_log()
    thread = threading.Thread(target=sign)
    thread.start()
    for _ in range(4):
        f.grow_the_log(SYSTEM, 3)
        assert run(app, "rotate-key")[0] == 0
        f.grow_the_log(SYSTEM, 3)
    over.set()
    thread.join()
    assert failed == []
    for _ in range(6):
        f.sign_the_log()
    assert sizes()[-1] == len(leaves())
    assert verdict.verify(SYSTEM).wrong == ()


def test_a_lost_key_is_replaced(app: Flask) -> None:
    f.grow_the_log(SYSTEM, 2)
    f.sign_the_log()
    (former,) = log.vkeys(ANYONE)
    file_of(former).unlink()
    f.grow_the_log(SYSTEM, 1)
    f.sign_the_log()
    assert stopped_code() == "log.keyless"
    assert run(app, "rotate-key")[0] == 0
    f.sign_the_log()
    f.sign_the_log()
    assert (stopped_code(), signers()) == ("", {3: [former], 5: [log.vkeys(ANYONE)[0]]})
    f.grow_the_log(SYSTEM, 1)


def test_only_the_machine_that_signs_rotates(app: Flask, folder: Path, out: Path) -> None:
    assert "Nothing is signed yet. The key is as it was." in run(app, "rotate-key")[1]
    f.grow_the_log(SYSTEM, 2)
    f.sign_the_log()
    first = log.checkpoint(ANYONE) or ""
    f.grow_the_log(SYSTEM, 1)
    f.sign_the_log()
    here = app.extensions["installation"]
    there = install(replace(here.settings, log_mark=folder / "there"), here.clock)
    app.extensions["installation"] = there
    assert "This machine has no mark of the public log." in run(app, "rotate-key")[1]
    with reading() as connection:
        (log_id,) = [
            leaf.hex() for leaf in connection.scalars(select(LogEvent.leaf_hash).where(LogEvent.index == 0))
        ]
    there.marks.write(log_id, notes.split(first)[0])
    code, said = run(app, "rotate-key")
    assert (code, "Another machine signs the log. Rotate its key there." in said) == (1, True)
    app.extensions["installation"] = here
    assert len(log.vkeys(ANYONE)) == 1


def test_an_older_database_rotates_nothing(app: Flask, folder: Path) -> None:
    f.grow_the_log(SYSTEM, 2)
    f.sign_the_log()
    copy = Copy(folder)
    f.grow_the_log(SYSTEM, 2)
    f.sign_the_log()
    copy.restore_and_begin_anew()
    code, said = run(app, "rotate-key")
    assert (code, "holds fewer entries than the public log" in said) == (1, True)
    assert len(log.vkeys(ANYONE)) == 1
    copy.forget()


def test_a_key_that_is_not_current_cannot_be_replaced(app: Flask) -> None:
    f.grow_the_log(SYSTEM, 2)
    f.sign_the_log()
    (former,) = log.vkeys(ANYONE)
    run(app, "rotate-key")
    other = str(notes.Signer(b"7" * 32, "localhost/log").key)
    assert refused(actions.rotate, SYSTEM, former, other) == "missing"
    assert refused(actions.rotate, f.a_person(), log.vkeys(ANYONE)[0], other) == "missing"


def test_a_rotation_since_the_copy_is_recovered_with_its_key(
    app: Flask, folder: Path, out: Path, verify: Run
) -> None:
    f.grow_the_log(SYSTEM, 2)
    f.sign_the_log()
    copy = Copy(folder)
    assert run(app, "rotate-key")[0] == 0
    f.grow_the_log(SYSTEM, 2)
    f.sign_the_log()
    f.sign_the_log()
    listed = log.vkeys(ANYONE)
    export(app, out)
    copy.restore_and_begin_anew()
    assert len(log.vkeys(ANYONE)) == 1
    assert run(app, "recover", out)[0] == 0
    assert (log.vkeys(ANYONE), last_sizes()) == (listed, [4, None])
    told = app.test_client().get("/trail/3").text
    assert "so nothing of it is lost" in told
    assert "is lost here" not in told
    f.sign_the_log()
    assert signers()[7] == [listed[0]]
    assert checkpoints.parse(notes.split(log.checkpoint(ANYONE) or "")[0]).size == 7
    export(app, out)
    code, said, aside = verify("log", out, "--vkey", out / "vkey")
    assert code == 0, said + aside
    assert run(app, "verify")[0] == 0
    copy.forget()
