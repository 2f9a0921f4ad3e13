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


ZEROS = f"{'A' * 43}="
MALFORMED = [
    "", "old 1", "old 1\n", f"old 1\n{ZEROS}", "old 01\n\nx", "old -1\n\nx", "old\n\nx", "older 1\n\nx",
    " old 1\n\nx", "old  1\n\nx", "old 1\nAAAA\n\nx", f"old 1\n{ZEROS} \n\nx", "old 9223372036854775808\n\nx",
    "old 1\n" + f"{ZEROS}\n" * (witnessing.MOST_HASHES + 1) + "\nx",
]  # fmt: skip


@pytest.mark.parametrize("text", MALFORMED)
def test_anything_else_is_refused(text: str) -> None:
    assert logs.refused(witnessing.parse, text)


def test_as_many_hashes_as_a_proof_can_have_are_read() -> None:
    most = [bytes(32)] * witnessing.MOST_HASHES
    assert witnessing.parse(witnessing.spell(1, most, "x")).path == most
