"""A restored database is erased again, by the list that is kept beside the keys."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import make_url

from marketplace.actions import erasures, moves
from marketplace.actions.moves import Details
from marketplace.jobs import erasures as job
from marketplace.jobs import mirrors, recovery, worker
from marketplace.models.base import db
from marketplace.models.database import installation
from marketplace.outside.mirrors import Folder
from marketplace.policy import ANYONE, SYSTEM
from marketplace.queries import challenges, entries, log, trail, verdict
from tests import factories as f
from tests import postgres

SAID = "Mrs Quillfeather of 4 Larch Row has damp in her bedroom."
Restore = Callable[[], None]


def backup(folder: Path) -> Restore:
    """Copy the database as it stands now; what is returned puts the copy back."""
    url = installation().settings.database_url
    _rest()
    if make_url(url).get_backend_name() == "sqlite":
        live, kept = Path(make_url(url).database or ""), folder / "yesterday.db"
        shutil.copy(live, kept)
        return lambda: _put(lambda: shutil.copy(kept, live))
    copy = postgres.keep(url)
    return lambda: _put(
        lambda: postgres.drop_database(url),
        lambda: postgres.copy(url, postgres.named(copy), postgres.named(url)),
        lambda: postgres.drop_database(copy),
    )


def _put(*steps: Callable[[], object]) -> None:
    _rest()
    for step in steps:
        step()


def _rest() -> None:
    for engine in db.engines.values():
        engine.dispose()


def reason(world: f.World) -> str:
    return challenges.detail(ANYONE, world.ref).reasons[0].reason


def suspended() -> tuple[f.World, int]:
    world = f.an_open_challenge()
    moves.make(world.lead, world.ref, "suspend", Details(reason=SAID))
    return world, challenges.detail(ANYONE, world.ref).reasons[0].index


def test_what_a_restored_database_brings_back_is_erased_again_as_the_worker_starts(
    app: Flask, tmp_path: Path
) -> None:
    world, entry = suspended()
    restore = backup(tmp_path)
    places = [f"reason/{entry}/reason", "version/1/problem.title"]
    erasures.erase(world.lead, world.ref, places, "personal")
    restore()
    assert reason(world) == SAID
    worker.run(app, once=True)
    assert reason(world).startswith("Erased on ")
    assert challenges.detail(ANYONE, world.ref).head.title.startswith("Erased on ")
    assert entries.entry(ANYONE, entry).erased[0].index == trail.latest(ANYONE, 1)[0].index
    assert verdict.verify(SYSTEM).ok
    size = trail.page(ANYONE).size
    assert job.again() == 0
    assert trail.page(ANYONE).size == size


def test_a_command_does_the_same(app: Flask, tmp_path: Path) -> None:
    world, entry = suspended()
    restore = backup(tmp_path)
    erasures.erase(world.lead, world.ref, [f"reason/{entry}/reason"], "personal")
    restore()
    run = app.test_cli_runner(catch_exceptions=False)
    assert run.invoke(args=["erasures", "apply"]).output.endswith(": 1. The database knew of all others.\n")
    assert reason(world).startswith("Erased on ")
    assert run.invoke(args=["erasures", "apply"]).output.endswith(": 0. The database knew of all others.\n")


def test_another_text_that_stands_in_the_same_place_since_stays(app: Flask, tmp_path: Path) -> None:
    world = f.an_open_challenge()
    restore = backup(tmp_path)
    moves.make(world.lead, world.ref, "suspend", Details(reason=SAID))
    entry = challenges.detail(ANYONE, world.ref).reasons[0].index
    erasures.erase(world.lead, world.ref, [f"reason/{entry}/reason"], "personal")
    restore()
    installation().clock.advance(timedelta(minutes=1))
    moves.make(world.lead, world.ref, "suspend", Details(reason="The budget is in doubt again."))
    worker.run(app, once=True)
    assert reason(world) == "The budget is in doubt again."
    assert entries.entry(ANYONE, entry).erased == ()
    assert trail.latest(ANYONE, 1)[0].kind == "challenge.suspend"


def test_it_is_erased_again_also_where_the_log_is_stopped(app: Flask, tmp_path: Path) -> None:
    world, entry = suspended()
    restore = backup(tmp_path)
    erasures.erase(world.lead, world.ref, [f"reason/{entry}/reason"], "personal")
    worker.run(app, once=True)
    restore()
    worker.run(app, once=True)
    assert log.stopped(SYSTEM)
    assert reason(world).startswith("Erased on ")


def test_an_erasure_that_is_brought_back_says_that_it_was_done_again(app: Flask, tmp_path: Path) -> None:
    world, entry = suspended()
    restore = backup(tmp_path)
    erasures.erase(world.lead, world.ref, [f"reason/{entry}/reason"], "personal")
    erased = trail.latest(ANYONE, 1)[0].index
    worker.run(app, once=True)
    mirrors.export(Folder(tmp_path / "mirror"))
    restore()
    worker.run(app, once=True)
    recovery.recover(Folder(tmp_path / "mirror"), None)
    told = app.test_client().get(f"/trail/{erased}").text
    assert "the words were erased again" in told
    assert "is lost here" not in told


def test_a_crash_after_the_line_and_before_the_commit_loses_nothing(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, entry = suspended()
    with monkeypatch.context() as patch:
        patch.setattr(type(installation().erasures), "add", _add_and_crash(type(installation().erasures).add))
        with pytest.raises(KeyboardInterrupt):
            erasures.erase(world.lead, world.ref, [f"reason/{entry}/reason"], "personal")
    assert reason(world) == SAID
    worker.run(app, once=True)
    assert reason(world).startswith("Erased on ")
    assert trail.latest(ANYONE, 1)[0].kind == "trail.erase"
    assert verdict.verify(SYSTEM).ok


def _add_and_crash(add: Callable[..., None]) -> Callable[..., None]:
    def crash(*arguments: object) -> None:
        add(*arguments)
        raise KeyboardInterrupt

    return crash


def test_the_list_holds_no_word_of_what_was_erased(app: Flask) -> None:
    world, entry = suspended()
    erasures.erase(world.lead, world.ref, [f"reason/{entry}/reason"], "personal")
    path = installation().erasures.path
    assert path.parent == installation().settings.key_dir
    kept = path.read_text()
    assert world.ref in kept
    assert "Quillfeather" not in kept


def test_half_a_line_spoils_no_other(app: Flask) -> None:
    world, entry = suspended()
    path = installation().erasures.path
    path.write_text('{"ref":"ER-00000000","own')
    erasures.erase(world.lead, world.ref, [f"reason/{entry}/reason"], "personal")
    assert [line.owner for line in installation().erasures.lines()] == [world.ref]
