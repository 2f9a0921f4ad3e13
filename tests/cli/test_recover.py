"""An older database is brought to where the public log is, by a copy of the log; nothing else mends it."""

from __future__ import annotations

import json
import shutil
import threading
import time
from base64 import b64decode
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.actions import challenges as authored
from marketplace.actions import moves
from marketplace.actions.moves import Details
from marketplace.jobs.signer import Signer
from marketplace.models.database import installation, reading
from marketplace.models.trail import LogEvent
from marketplace.policy import ANYONE, SYSTEM
from marketplace.queries import challenges, log, receipts
from marketplace.tlog import notes, proofs, tiles, tree
from marketplace.tlog.checkpoints import Checkpoint
from tests import factories as f
from tests.cli.test_export import export, leaves
from tests.copies import Copy, a_mark, refused, sizes, stopped_code
from tests.jobs.test_worker import command
from tests.queries.rows import tamper
from tests.tools.bundles import Run
from tests.tools.conftest import verify

__all__ = ["verify"]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "public" / "log"


@pytest.fixture
def lost(app: Flask, folder: Path, out: Path) -> Iterator[Copy]:
    """A copy of nine entries is in place again; eight more were signed and exported since."""
    f.grow_the_log(SYSTEM, 8)
    f.sign_the_log()
    copy = Copy(folder)
    f.grow_the_log(SYSTEM, 8)
    f.sign_the_log()
    assert export(app, out)[0] == 0
    copy.restore_and_begin_anew()
    yield copy
    copy.forget()


def run(app: Flask, *words: object) -> tuple[int, str]:
    answer = app.test_cli_runner().invoke(args=["log", *map(str, words)])
    return answer.exit_code, answer.output


def kinds() -> list[str]:
    with reading() as connection:
        return list(connection.scalars(select(LogEvent.kind).order_by(LogEvent.index)))


def test_yesterdays_database_becomes_the_log_again_with_all_that_was_acknowledged(
    app: Flask, folder: Path, out: Path, tmp_path: Path, verify: Run
) -> None:
    world = f.an_open_challenge()
    refs = [f.a_submitted_proposal(world)]
    f.sign_the_log()
    copy = Copy(folder)
    refs.append(f.a_submitted_proposal(world))
    f.an_open_challenge()
    f.sign_the_log()
    kept = [receipt_of(world, ref, tmp_path) for ref in refs]
    published, before = leaves(), log.checkpoint(ANYONE) or ""
    export(app, out)

    copy.restore_and_begin_anew()
    f.sign_the_log()
    assert stopped_code() == "log.behind"
    assert app.test_client().get("/readyz").text == "not ready: log\n"
    assert "an older copy of it is in use" in app.test_client().get("/").text
    assert refused(f.an_authority) == "log.stopped"

    code, said = run(app, "recover", out)
    assert (code, f"to {len(published) - 1} are back, and entry {len(published)} says so." in said) == (
        0,
        True,
    )
    f.sign_the_log()
    assert (stopped_code(), app.test_client().get("/readyz").text) == ("", "ready\n")
    assert (leaves()[:-1], kinds()[-1]) == (published, "log.recovered")

    f.an_authority()
    f.a_submitted_proposal(world)
    f.sign_the_log()
    index = kept[1][0]
    code, said = run(app, "verify")
    assert (code, f"Entry {index} is sealed, and no stage accounts for it." in said) == (0, True), said
    page = app.test_client().get(f"/trail/{index}").text
    assert ("What it sealed is lost here" in page, "This entry is in the trail, unchanged." in page) == (
        True,
        True,
    )

    assert export(app, out)[0] == 0
    earlier = tmp_path / "earlier"
    earlier.write_text(before)
    found = verify("log", out, "--vkey", out / "vkey", "--since", earlier)
    assert found[0] == 0, found
    for index, path in kept:
        found = verify("receipt", path, "--vkey", out / "vkey")
        assert found[0] == 0, found
        found = verify("event", index, "--log", out, "--vkey", out / "vkey")
        assert found[0] == 0, found
    assert [is_proved(path) for _index, path in kept]
    copy.forget()


def receipt_of(world: f.World, ref: str, folder: Path) -> tuple[int, Path]:
    """The receipt of a proposal as its supplier keeps it, with the entry's index."""
    author = world.suppliers[world.proposals.index(ref)].administrator
    receipt = receipts.receipt_json(author, ref)
    path = folder / f"{ref}.json"
    path.write_text(json.dumps(receipt))
    return receipt["index"], path


def is_proved(path: Path) -> Checkpoint:
    """The checkpoint under which a receipt stands, by the keys that are published now."""
    receipt = json.loads(path.read_text())
    keys = [notes.VerifierKey.parse(key) for key in log.vkeys(ANYONE)]
    return proofs.parse(receipt["proof"]).check(leaves()[receipt["index"]], keys)


def test_a_challenge_that_is_opened_again_is_told_by_its_own_entry(
    app: Flask, folder: Path, out: Path
) -> None:
    world = f.an_approved_challenge()
    if world.content.terms.regime not in ("rd-exempt", "none"):
        today = installation().clock.now().date()
        authored.record_portal_notice(world.lead, world.ref, "opening", "2026-012345", "", today)
    f.grow_the_log(SYSTEM, 1)
    f.sign_the_log()
    copy = Copy(folder)
    moves.make(world.lead, world.ref, "open", Details())
    f.sign_the_log()
    export(app, out)
    copy.restore_and_begin_anew()
    assert run(app, "recover", out)[0] == 0
    f.sign_the_log()
    assert app.test_client().get(f"/challenges/{world.ref}").status_code == 404
    moves.make(world.lead, world.ref, "open", Details())
    f.sign_the_log()
    (version,) = challenges.versions(ANYONE, world.ref).versions
    assert version.index == len(leaves()) - 1
    web = app.test_client()
    assert "Brought back" not in web.get(f"/trail/{version.index}").text
    for page in ("", "/trail", "/versions"):
        assert web.get(f"/challenges/{world.ref}{page}").status_code == 200
    assert run(app, "verify")[0] == 0
    copy.forget()


def test_every_page_of_what_was_brought_back_says_so(app: Flask, folder: Path, out: Path) -> None:
    f.grow_the_log(SYSTEM, 1)
    f.sign_the_log()
    copy = Copy(folder)
    f.an_opened_stage(2)
    f.sign_the_log()
    export(app, out)
    end = len(leaves())
    copy.restore_and_begin_anew()
    assert run(app, "recover", out)[0] == 0
    f.sign_the_log()
    web = app.test_client()
    for index in range(2, end):
        page = web.get(f"/trail/{index}").text
        assert ("Brought back" in page, "This entry is in the trail, unchanged." in page) == (True, True), (
            index
        )
    assert f"Entries 2 to {end - 1} were brought back." in web.get("/trail").text
    assert web.get(f"/trail/{end}").status_code == 200
    assert "Brought back" not in web.get("/trail/1").text
    assert "Brought back" not in web.get("/trail?before=2").text
    listed = web.get("/trail").text
    assert listed.count("Brought back") == listed.count('class="d-event__index"') - 3
    code, said = run(app, "verify")
    assert (code, "stage 1, was opened, and its record is gone." in said) == (0, True)
    copy.forget()


def test_a_single_entry_that_was_brought_back_is_told_as_one(app: Flask, folder: Path, out: Path) -> None:
    f.grow_the_log(SYSTEM, 1)
    f.sign_the_log()
    copy = Copy(folder)
    f.grow_the_log(SYSTEM, 1)
    f.sign_the_log()
    export(app, out)
    copy.restore_and_begin_anew()
    assert "Entry 2 is back, and entry 3 says so." in run(app, "recover", out)[1]
    f.sign_the_log()
    assert (
        "Entry 2 was brought back, as entry 3 says. What it tells of is lost apart from it."
        in run(app, "verify")[1]
    )
    copy.forget()


def test_a_public_mirror_is_as_good_as_an_export(app: Flask, lost: Copy, out: Path) -> None:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(out.parent)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    try:
        assert "There is no checkpoint in" in run(app, "recover", f"{address}/nothing")[1]
        assert run(app, "recover", f"{address}/log/")[0] == 0
    finally:
        server.shutdown()
        server.server_close()
    f.sign_the_log()
    assert (stopped_code(), sizes()[-1]) == ("", 18)
    assert "does not answer" in run(app, "recover", f"{address}/log")[1]


def test_a_service_that_runs_goes_on_after_a_recovery_beside_it(app: Flask, lost: Copy, out: Path) -> None:
    signer = Signer("the worker")
    signer.round()
    assert stopped_code() == "log.behind"
    assert run(app, "recover", out)[0] == 0
    signer.round()
    assert (stopped_code(), sizes()[-1]) == ("", 18)
    signer.rest()


def test_a_new_machine_recovers_from_a_checkpoint_that_is_named(app: Flask, lost: Copy, out: Path) -> None:
    a_mark().unlink()
    assert "This machine has no mark of the log." in run(app, "recover", out)[1]
    assert run(app, "recover", out, "--checkpoint", out / "checkpoint")[0] == 0
    f.sign_the_log()
    assert (stopped_code(), sizes()[-1]) == ("", 18)


def test_a_whole_machine_that_was_brought_back_recovers_too(app: Flask, folder: Path, out: Path) -> None:
    """Its mark is as old as its database, so that it notices nothing by itself."""
    f.grow_the_log(SYSTEM, 8)
    f.sign_the_log()
    copy, mark = Copy(folder), a_mark().read_text()
    f.grow_the_log(SYSTEM, 8)
    f.sign_the_log()
    export(app, out)
    copy.restore_and_begin_anew()
    a_mark().write_text(mark)
    signer = Signer("the worker")
    signer.round()
    assert "Stop the service, then try again. Nothing is changed." in run(app, "recover", out)[1]
    signer.rest()
    assert run(app, "recover", out)[0] == 0
    f.sign_the_log()
    assert (stopped_code(), sizes()[-1]) == ("", 18)
    copy.forget()


def test_a_copy_that_ends_before_what_was_signed_is_refused(app: Flask, folder: Path, out: Path) -> None:
    f.grow_the_log(SYSTEM, 8)
    f.sign_the_log()
    copy = Copy(folder)
    f.grow_the_log(SYSTEM, 4)
    f.sign_the_log()
    export(app, out)
    f.grow_the_log(SYSTEM, 4)
    f.sign_the_log()
    copy.restore_and_begin_anew()
    code, said = run(app, "recover", out)
    assert (code, "ends after 13 entries, and 17 were signed. Find a copy" in said) == (1, True)
    assert len(leaves()) == 9
    copy.forget()


def test_a_database_that_lacks_nothing_is_left_as_it_is(app: Flask, out: Path) -> None:
    f.grow_the_log(SYSTEM, 8)
    f.sign_the_log()
    export(app, out)
    assert "This database holds all 9 entries of" in run(app, "recover", out)[1]
    assert len(leaves()) == 9


def test_a_database_without_a_log_is_told_what_comes_first(app: Flask, out: Path) -> None:
    assert "This database holds no log." in run(app, "recover", out)[1]


def test_an_entry_that_was_changed_in_the_copy_is_found(app: Flask, lost: Copy, out: Path) -> None:
    bundle = out / "tile" / "entries" / "000.p" / "17"
    whole = bundle.read_bytes()
    for place, flaw in ((3, "Entry 3 in this database is another than in"), (15, "do not lead to the root")):
        held = tiles.unbundle(whole)
        held[place] = held[place].replace(b"OR-", b"XR-")
        bundle.write_bytes(tiles.bundle(held))
        code, said = run(app, "recover", out)
        assert (code, flaw in said) == (1, True), said
    bundle.write_bytes(tiles.bundle(tiles.unbundle(whole)[:-1]))
    assert "ends too early" in run(app, "recover", out)[1]
    bundle.unlink()
    assert "has no tile/entries/000.p/17" in run(app, "recover", out)[1]
    assert (len(leaves()), stopped_code()) == (9, "log.behind")


def test_a_copy_that_somebody_else_signed_is_refused(app: Flask, lost: Copy, out: Path) -> None:
    body = notes.split((out / "checkpoint").read_text())[0]
    other = notes.Signer(b"7" * 32, "localhost/log")
    (out / "checkpoint").write_text(notes.join(body, [other.sign(body)]))
    code, said = run(app, "recover", out)
    assert (code, "The log has not signed" in said) == (1, True)
    assert len(leaves()) == 9


def test_a_fork_is_refused_with_a_sentence(app: Flask, lost: Copy, out: Path) -> None:
    """The copy is signed by the log and complete, and still not what this machine signed last."""
    held = [*tiles.unbundle((out / "tile" / "entries" / "000.p" / "17").read_bytes())]
    held[12] = held[12].replace(b"OR-", b"XR-")
    (out / "tile" / "entries" / "000.p" / "17").write_bytes(tiles.bundle(held))
    forked = Checkpoint("localhost/log", 17, tree.root([tree.leaf_hash(leaf) for leaf in held])).body()
    seed = next(installation().settings.key_dir.glob("log-*.key")).read_text().strip().split("+", 4)[4]
    signer = notes.Signer(b64decode(seed)[1:], "localhost/log")
    (out / "checkpoint").write_text(notes.join(forked, [signer.sign(forked)]))
    code, said = run(app, "recover", out)
    assert (code, "is another history than the one that was signed on this machine" in said) == (1, True)
    assert (len(leaves()), stopped_code()) == (9, "log.behind")


def test_a_database_that_was_changed_is_not_recovered(
    app: Flask, lost: Copy, out: Path, request: pytest.FixtureRequest
) -> None:
    if request.node.callspec.params["database_url"] != "sqlite":
        pytest.skip("tampering is tried on SQLite")
    tamper("UPDATE log_event SET leaf = replace(leaf, 'OR-', 'XR-') WHERE \"index\" = 3")
    code, said = run(app, "recover", out)
    assert (code, "These are two histories, and recovery only adds." in said) == (1, True)


def test_a_recovery_that_was_killed_is_run_again(app: Flask, folder: Path, out: Path) -> None:
    f.grow_the_log(SYSTEM, 8)
    f.sign_the_log()
    copy = Copy(folder)
    f.grow_the_log(SYSTEM, 3000)
    f.sign_the_log()
    export(app, out)
    copy.restore_and_begin_anew()
    for pause in (0.8, 1.2, 1.4, 1.6, 1.8):
        child = command("log", "recover", str(out))
        time.sleep(pause)
        child.kill()
        child.communicate()
        assert (len(leaves()), kinds()[-1]) in ((9, "organisation.verify"), (3010, "log.recovered"))
    run(app, "recover", out)
    f.sign_the_log()
    assert (stopped_code(), sizes()[-1]) == ("", 3010)
    assert run(app, "verify")[0] == 0
    copy.forget()


def test_a_second_recovery_brings_back_the_first_as_well(app: Flask, lost: Copy, out: Path) -> None:
    assert run(app, "recover", out)[0] == 0
    f.grow_the_log(SYSTEM, 2)
    f.sign_the_log()
    export(app, out)
    shutil.rmtree(out.parent / "log" / "tile" / "0")
    lost.restore_and_begin_anew()
    assert run(app, "recover", out)[0] == 0
    f.sign_the_log()
    assert kinds()[17] == kinds()[20] == "log.recovered"
    code, said = run(app, "verify")
    assert (code, "Entries 9 to 19 were brought back, as entry 20 says." in said) == (0, True)
