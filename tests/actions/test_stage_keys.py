"""A stage's key goes with its stage, out of every file: whoever copies the database afterwards opens nothing by it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import make_url, text

from marketplace.actions import moves, proposals
from marketplace.actions.moves import Details
from marketplace.models.base import db
from marketplace.models.database import empty_log, installation, reading
from tests import factories as f
from tests.actions.test_sealing import at_rest


def places(folder: Path, wrapped: bytes) -> list[str]:
    """Where any piece of a stage's wrapped half stands, however a database lays it out."""
    # Every age file begins alike.
    own = wrapped[len(b"age-encryption.org/v1\n-> X25519 ") :]
    pieces = [own[at : at + 24] for at in range(0, len(own) - 24, 8)]
    return [name for name, content in at_rest(folder).items() if any(piece in content for piece in pieces)]


def wrapped_half(world: f.World) -> bytes:
    found = world.stage.age_identity
    assert found is not None
    return found


def opened(world: f.World) -> None:
    f.pass_deadline(world)
    f.open_stage(world)


def left_by_everybody(world: f.World) -> None:
    proposals.withdraw(world.suppliers[0].administrator, world.proposals[0])
    f.pass_deadline(world)


def terminated(world: f.World) -> None:
    moves.make(world.lead, world.ref, "terminate", Details(reason="The budget is gone."))
    moves.make(world.approver, world.ref, "terminate", Details())


@pytest.mark.parametrize("end", [opened, left_by_everybody, terminated])
def test_when_a_stage_ends_its_key_is_in_no_table_and_no_file(
    app: Flask, tmp_path: Path, end: Callable[[f.World], None]
) -> None:
    world = f.an_open_challenge()
    f.a_submitted_proposal(world)
    wrapped = wrapped_half(world)
    assert "stage" in places(tmp_path, wrapped)
    if db.engine.dialect.name == "sqlite":
        empty_log()
        path = make_url(installation().settings.database_url).database or ""
        shutil.copy(path, f"{path}.before-upgrade")
        assert {path, f"{path}.before-upgrade"} <= set(places(tmp_path, wrapped))
    end(world)
    assert world.stage.age_identity is None
    assert places(tmp_path, wrapped) == []


def test_somebody_who_reads_meanwhile_keeps_a_key_in_the_file_until_the_next_sweep(
    app: Flask, tmp_path: Path
) -> None:
    if db.engine.dialect.name != "sqlite":
        return
    world = f.a_closed_stage(1)
    wrapped = wrapped_half(world)
    with reading() as connection:
        connection.scalar(text("SELECT count(*) FROM stage"))
        f.open_stage(world)
        assert world.stage.state == "opened"
        assert places(tmp_path, wrapped)
    assert empty_log()
    assert places(tmp_path, wrapped) == []
