"""What is sent to a witness: the old size, the proof from there, and the new checkpoint."""

from __future__ import annotations

import pytest

from marketplace.tlog import checkpoints, notes, tree, witnessing
from tests.tlog import logs


@pytest.mark.parametrize(("old", "size"), [(0, 7), (4, 7), (5, 7), (7, 7), (255, 600)])
def test_what_is_sent_shows_that_the_log_only_grew(old: int, size: int) -> None:
    path = tree.consistency(logs.nodes(size), old, size)
    sent = witnessing.parse(witnessing.spell(old, path, logs.note(size)))
    assert sent == witnessing.Submission(old, path, logs.note(size))
    new = checkpoints.parse(notes.open_note(sent.note, [logs.SIGNER.key]).text)
    assert tree.consistent(sent.old, tree.root_at(logs.nodes(size), old), new.size, new.root, sent.path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "old 1",
        "old 1\n",
        "old 01\n\nx",
        "old -1\n\nx",
        "old\n\nx",
        "older 1\n\nx",
        " old 1\n\nx",
        "old  1\n\nx",
    ]
    + ["old 1\nAAAA\n\nx", f"old 1\n{'A' * 43}=", "old 1\n" + f"{'A' * 43}=\n" * 64 + "\nx"],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="."):
        witnessing.parse(text)
