"""What is sent to a witness: the old size, the proof from there, and the new checkpoint."""

from __future__ import annotations

import pytest

from marketplace.tlog import checkpoints, notes, tree, witnessing
from marketplace.tlog.checkpoints import Checkpoint
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


def fault(old: int, new: Checkpoint, size: int, path: list[bytes] | None = None) -> str | None:
    """What a witness says that saw `size` leaves last, to the honest proof unless there is a `path`."""
    honest = tree.consistency(logs.nodes(new.size), old, new.size)
    asked = witnessing.Submission(old, honest if path is None else path, "")
    return witnessing.fault(asked, new, size, tree.root_at(logs.nodes(size), size))


@pytest.mark.parametrize(("old", "size"), [(0, 0), (0, 1), (0, 7), (1, 2), (4, 7), (7, 7), (255, 600)])
def test_a_witness_cosigns_a_log_that_only_grew(old: int, size: int) -> None:
    assert fault(old, logs.checkpoint(size), old) is None


def test_a_witness_refuses_a_proof_from_another_size_than_it_saw_last() -> None:
    assert fault(4, logs.checkpoint(7), 5) == "stale"
    assert fault(0, logs.checkpoint(7), 7) == "stale"
    assert fault(4, logs.checkpoint(5), 7) == "stale", "the log would go back"


def test_a_witness_refuses_other_leaves_of_the_same_number() -> None:
    assert fault(7, Checkpoint(logs.ORIGIN, 7, bytes(32)), 7) == "fork"
    assert fault(0, Checkpoint(logs.ORIGIN, 0, bytes(32)), 0) == "fork"


def test_a_witness_refuses_what_does_not_follow() -> None:
    honest = tree.consistency(logs.nodes(7), 4, 7)
    for path in ([], honest[:-1], [*honest, bytes(32)], [bytes(32), *honest[1:]]):
        assert fault(4, logs.checkpoint(7), 4, path) == "proof"
    assert fault(4, Checkpoint(logs.ORIGIN, 7, bytes(32)), 4) == "proof"
    assert fault(0, logs.checkpoint(7), 0, [bytes(32)]) == "proof"
    assert fault(7, logs.checkpoint(7), 7, [bytes(32)]) == "proof"
