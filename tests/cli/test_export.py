"""The log as files: whole, incremental, never of two logs, and never ahead of what is there."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.models.database import reading
from marketplace.models.trail import LogEvent
from marketplace.policy import ANYONE, SYSTEM
from marketplace.queries import log
from marketplace.tlog import checkpoints, notes, tiles, tree
from tests import factories as f
from tests.copies import Copy
from tests.queries.rows import tamper


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "public" / "log"


def export(app: Flask, out: Path) -> tuple[int, str]:
    answer = app.test_cli_runner().invoke(args=["log", "export", str(out)])
    return answer.exit_code, answer.output


def files(out: Path) -> dict[str, bytes]:
    return {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def leaves() -> list[bytes]:
    with reading() as connection:
        return list(connection.scalars(select(LogEvent.leaf).order_by(LogEvent.index)))


def test_an_export_is_what_the_service_serves_and_holds_every_entry(app: Flask, out: Path) -> None:
    f.grow_the_log(SYSTEM, 599)
    f.sign_the_log()
    assert export(app, out)[0] == 0
    found, web = files(out), app.test_client()
    assert sorted(found) == [
        "checkpoint",
        *("tile/0/000", "tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2"),
        *("tile/entries/000", "tile/entries/001", "tile/entries/002.p/88"),
        "vkey",
    ]
    for path, content in found.items():
        assert web.get(f"/log/{path}").data == content, path
    keys = [notes.VerifierKey.parse(key) for key in found["vkey"].decode().splitlines()]
    signed = checkpoints.parse(notes.open_note(found["checkpoint"].decode(), keys).text)
    held = [leaf for name in sorted(found) if "entries" in name for leaf in tiles.unbundle(found[name])]
    assert (held, signed.root) == (leaves(), tree.root([tree.leaf_hash(leaf) for leaf in held]))


def test_an_export_again_writes_only_what_has_come_since(app: Flask, out: Path) -> None:
    f.grow_the_log(SYSTEM, 299)
    f.sign_the_log()
    export(app, out)
    full = out / "tile" / "entries" / "000"
    before = full.stat()
    f.grow_the_log(SYSTEM, 300)
    f.sign_the_log()
    code, said = export(app, out)
    assert (code, said) == (0, f"{out} holds the first 600 entries. Files written for that: 5.\n")
    assert (full.stat().st_ino, full.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert [name for name in files(out) if "001.p" in name] == []
    assert export(app, out)[1].endswith("written for that: 0.\n")


def test_a_file_that_was_lost_is_written_again(app: Flask, out: Path) -> None:
    f.grow_the_log(SYSTEM, 299)
    f.sign_the_log()
    export(app, out)
    whole = files(out)
    (out / "tile" / "entries" / "000").unlink()
    assert export(app, out)[0] == 0
    assert files(out) == whole


def test_a_crash_leaves_the_earlier_checkpoint_and_the_next_export_goes_on(app: Flask, out: Path) -> None:
    f.grow_the_log(SYSTEM, 299)
    f.sign_the_log()
    export(app, out)
    earlier = files(out)["checkpoint"]
    f.grow_the_log(SYSTEM, 300)
    f.sign_the_log()
    # Nothing can be written where the last of the tiles belongs.
    (out / "tile" / "1" / "000.p" / "2").mkdir(parents=True)
    code, said = export(app, out)
    assert (code, "The checkpoint in" in said) == (1, True)
    assert files(out)["checkpoint"] == earlier
    assert "tile/entries/001" in files(out)
    (out / "tile" / "1" / "000.p" / "2").rmdir()
    assert export(app, out)[0] == 0
    assert files(out)["checkpoint"] == (log.checkpoint(ANYONE) or "").encode()


def test_nothing_is_exported_before_the_first_checkpoint(app: Flask, out: Path) -> None:
    f.grow_the_log(SYSTEM, 1)
    code, said = export(app, out)
    assert (code, "Nothing is signed yet." in said) == (1, True)
    assert not out.exists()


def test_a_folder_with_another_log_is_left_as_it_is(app: Flask, out: Path, folder: Path) -> None:
    empty = Copy(folder)
    f.grow_the_log(SYSTEM, 3)
    f.sign_the_log()
    export(app, out)
    before = files(out)
    empty.restore()
    f.grow_the_log(SYSTEM, 5)
    f.sign_the_log()
    code, said = export(app, out)
    assert (code, "holds another log" in said) == (1, True)
    (out / "checkpoint").write_text("something\n")
    assert "something else than a log" in export(app, out)[1]
    (out / "checkpoint").unlink()
    (out / "tile" / "entries" / "000.p" / "6").write_bytes(b"what another log left")
    assert "holds parts of another log, such as tile/entries/000.p/6" in export(app, out)[1]
    assert {name: files(out)[name] for name in before if name in ("vkey", "tile/entries/000.p/4")} == {
        name: before[name] for name in ("vkey", "tile/entries/000.p/4")
    }
    empty.forget()


def test_an_older_database_never_takes_back_what_was_exported(app: Flask, out: Path, folder: Path) -> None:
    f.grow_the_log(SYSTEM, 3)
    f.sign_the_log()
    copy = Copy(folder)
    f.grow_the_log(SYSTEM, 3)
    f.sign_the_log()
    export(app, out)
    before = files(out)
    copy.restore()
    code, said = export(app, out)
    assert (code, "holds 7 entries, and only 4 are signed in this database" in said) == (1, True)
    assert files(out) == before
    copy.forget()


def test_what_was_changed_in_the_database_is_not_exported(
    app: Flask, out: Path, request: pytest.FixtureRequest
) -> None:
    if request.node.callspec.params["database_url"] != "sqlite":
        pytest.skip("tampering is tried on SQLite")
    f.grow_the_log(SYSTEM, 3)
    f.sign_the_log()
    tamper("UPDATE log_event SET leaf = replace(leaf, 'OR-', 'XR-') WHERE \"index\" = 3")
    code, said = export(app, out)
    assert (code, "somebody changed it" in said) == (1, True)
    assert not (out / "checkpoint").exists()
