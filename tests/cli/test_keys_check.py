"""The check of the keys: the log's is the one that is published, and everybody knows what to back up and what never."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from marketplace.models.database import installation
from marketplace.policy import ANYONE, SYSTEM
from marketplace.queries import log
from marketplace.tlog.notes import VerifierKey
from tests import factories as f


@pytest.fixture
def key_file(app: Flask) -> Path:
    f.grow_the_log(SYSTEM, 1)
    f.sign_the_log()
    key = VerifierKey.parse(log.vkeys(ANYONE)[0])
    return installation().settings.key_dir / f"log-{key.key_id.hex()}.key"


def check(app: Flask) -> tuple[int, str]:
    answer = app.test_cli_runner().invoke(args=["keys", "check"])
    return answer.exit_code, answer.output


def test_the_check_names_what_to_back_up_and_what_never(app: Flask, key_file: Path) -> None:
    code, said = check(app)
    rest, never = said.split("Never back up")
    to_keep, not_needed = rest.split("Needs no backup")
    folder = installation().settings.key_dir
    assert code == 0
    for path in (folder / "sealing.age", folder / "record.age", key_file):
        assert f"  {path}" in to_keep
    assert f"  {folder / 'witness.key'}" in not_needed
    assert f"  {installation().settings.log_mark}: how far this machine has signed" in never


def test_before_the_log_has_a_key_nothing_is_missing(app: Flask) -> None:
    assert check(app)[0] == 0


def test_a_signing_key_that_is_lost_is_named(app: Flask, key_file: Path) -> None:
    key_file.unlink()
    code, said = check(app)
    assert (code, f"{key_file} is not there: the log is not signed." in said) == (1, True)


@pytest.mark.parametrize("content", ["", "nothing\n", "PRIVATE+KEY+a+b+AAAA\n"])
def test_a_file_that_is_no_key_is_named(app: Flask, key_file: Path, content: str) -> None:
    key_file.write_text(content)
    code, said = check(app)
    assert (code, f"{key_file} cannot be read as a key" in said) == (1, True)


def test_another_key_under_the_same_name_is_named(app: Flask, key_file: Path) -> None:
    text = key_file.read_text()
    key_file.write_text(text[:-10] + ("A" if text[-10] != "A" else "B") + text[-9:])
    code, said = check(app)
    assert (code, f"{key_file} is not the private half of the key that /log/vkey names first." in said) == (
        1,
        True,
    )


def test_after_a_rotation_the_new_key_is_checked(app: Flask, key_file: Path) -> None:
    app.test_cli_runner().invoke(args=["log", "rotate-key"])
    code, said = check(app)
    assert (code, said.count("signs the public log, or did before a rotation")) == (0, 2)
    key_file.unlink()
    assert check(app)[0] == 0
