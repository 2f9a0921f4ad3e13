"""The log for machines: what the checkpoint covers and nothing else, with the headers that let others keep it."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.models.database import reading
from marketplace.models.trail import LogEvent
from marketplace.policy import SYSTEM
from marketplace.tlog import tiles, tree
from tests import factories as f
from tests.web.conftest import client

__all__ = ["client"]


@pytest.fixture
def signed(app: Flask) -> list[bytes]:
    """The leaves that a checkpoint covers; two more were committed since."""
    f.grow_the_log(SYSTEM, 299)
    f.sign_the_log()
    with reading() as connection:
        found = list(connection.scalars(select(LogEvent.leaf).order_by(LogEvent.index)))
    f.grow_the_log(SYSTEM, 2)
    return found


def test_nothing_is_served_before_the_first_checkpoint(app: Flask, client: FlaskClient) -> None:
    for path in ("checkpoint", "vkey", "proof/0", "tile/0/000", "tile/0/000.p/1", "tile/entries/000.p/1"):
        answer = client.get(f"/log/{path}")
        assert (answer.status_code, answer.mimetype) == (404, "text/plain"), path


def test_a_text_may_be_kept_briefly_and_read_from_any_page(signed: list[bytes], client: FlaskClient) -> None:
    for path in ("checkpoint", "vkey", f"proof/{len(signed) - 1}"):
        answer = client.get(f"/log/{path}")
        assert answer.status_code == 200, path
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert answer.headers["Cache-Control"] == "public, max-age=5"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert client.head(f"/log/{path}").headers["Content-Length"] == str(len(answer.data))


def test_a_tile_may_be_kept_for_ever(signed: list[bytes], client: FlaskClient) -> None:
    hashes = b"".join(map(tree.leaf_hash, signed))
    for path, content in {
        "tile/0/000": hashes[: 256 * 32],
        "tile/0/000.p/17": hashes[: 17 * 32],
        "tile/0/001.p/44": hashes[256 * 32 :],
        "tile/1/000.p/1": tree.root([hashes[i : i + 32] for i in range(0, 256 * 32, 32)]),
        "tile/entries/000": tiles.bundle(signed[:256]),
        "tile/entries/001.p/44": tiles.bundle(signed[256:]),
        "tile/entries/001.p/3": tiles.bundle(signed[256:259]),
    }.items():
        answer = client.get(f"/log/{path}")
        assert (answer.status_code, answer.data) == (200, content), path
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert client.head(f"/log/{path}").headers["Content-Length"] == str(len(content))


BEYOND = """
proof/300 proof/301 tile/0/001.p/45 tile/0/001 tile/entries/001.p/45 tile/entries/001 tile/0/002.p/1 tile/1/000
tile/1/000.p/2 tile/2/000.p/1 tile/63/000.p/1 tile/0/x999/x999/x999/x999/x999/999
tile/entries/x999/x999/x999/x999/x999/999
"""
NO_PATHS = """
tile tile/ tile/0 tile/0/ tile/0/0 tile/0/00 tile/0/0000 tile/00/000 tile/64/000.p/1 tile/-1/000 tile/0/x000/000
tile/0/000.p/0 tile/0/000.p/00 tile/0/000.p/01 tile/0/000.p/256 tile/0/000.p/999 tile/0/000.p/ tile/0/000.p
tile/0/000.p/-1 tile/0/000/ tile/0/abc tile/0/١٢٣ tile/e/000 tile/entries/ tile/0/x001 tile/0/000.p/1/1
tile/0/%2e%2e/0/000 tile/0/000%0a tile/0/%F0%9F%98%80 tile/0/x001/x001/x001/x001/x001/x001/x001/000
proof proof/ proof/-1 proof/01 proof/a proof/99999999999999999999 proof/1.0 checkpoint/ vkey/ nothing
"""


def test_what_is_beyond_the_checkpoint_or_no_path_is_not_there(
    signed: list[bytes], client: FlaskClient
) -> None:
    for path in (BEYOND + NO_PATHS).split():
        answer = client.get(f"/log/{path}")
        assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store"), path


def test_nobody_writes_here(signed: list[bytes], client: FlaskClient) -> None:
    assert client.post("/log/checkpoint").status_code == 405
