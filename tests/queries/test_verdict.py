"""The walk over the log checks the tree, the checkpoints and the mark beside the entries."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text

from marketplace import integrity
from marketplace.models.database import installation, reading, writing
from marketplace.policy import SYSTEM
from marketplace.queries import verdict
from tests import factories as f


@pytest.fixture
def signed(app: Flask) -> None:
    """Checkpoints over 2 and 302 entries."""
    f.grow_the_log(SYSTEM, 1)
    f.sign_the_log()
    f.grow_the_log(SYSTEM, 300)
    f.sign_the_log()


def test_a_signed_log_verifies_and_so_does_one_that_grew_since(signed: None) -> None:
    f.grow_the_log(SYSTEM, 1)
    found = verdict.verify(SYSTEM)
    assert (found.wrong, found.size, found.signed) == ((), 303, 302)


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("DELETE FROM log_tile WHERE level = 1", "Tile 0 of level 1 is not"),
        ("UPDATE log_tile SET n = 2 WHERE level = 0 AND n = 0", "Tile 2 of level 0 is not"),
        ("UPDATE log_tile SET hashes = (SELECT hashes FROM log_tile WHERE level = 0 AND n = 0) WHERE n = 1",
         "Tile 1 of level 0 is not"),
        ("UPDATE log_checkpoint SET note = 'nothing' WHERE size = 2", "Checkpoint 2: "),
        ("UPDATE log_checkpoint SET note = replace(note, '302', '301')", "Checkpoint 302: the signature of"),
        ("UPDATE log_checkpoint SET size = 3 WHERE size = 2", "Checkpoint 3: the note is of localhost/log and 2"),
        ("UPDATE log_key SET last_size = 100", "Checkpoint 302: the key that signed it was retired before"),
        ("DELETE FROM log_key", "Checkpoint 2: none of the known keys"),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_entries_is_named(signed: None, statement: str, says: str) -> None:
    with writing() as session:
        session.execute(text(statement))
    assert any(says in fault for fault in verdict.verify(SYSTEM).wrong)


@pytest.mark.parametrize(("line", "other"), [(1, "303"), (1, "2"), (2, "A" * 43 + "=")])
def test_a_mark_of_another_log_is_named(signed: None, line: int, other: str) -> None:
    with reading() as connection:
        log_id = integrity.log_id(connection)
    marks = installation().marks
    lines = (marks.read(log_id) or "").split("\n")
    lines[line] = other
    marks.write(log_id, "\n".join(lines))
    assert any("The mark of this machine over" in fault for fault in verdict.verify(SYSTEM).wrong)
