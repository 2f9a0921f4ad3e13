"""Proof files: a leaf, a path and a signed checkpoint that hold together, or none."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.tlog import notes, proofs, tree
from marketplace.tlog.checkpoints import Checkpoint
from marketplace.tlog.notes import Cosigner, Signer, VerifierKey
from tests import vectors
from tests.tlog import logs

KEYS = [logs.SIGNER.key, logs.WITNESS.key]


def proof_of(index: int, size: int) -> str:
    return proofs.spell(index, tree.inclusion(logs.nodes(size), index, size), logs.note(size))


def checked(file: bytes, leaf: bytes) -> Checkpoint:
    return proofs.parse(file.decode()).check(leaf, [logs.SIGNER.key])


def test_a_proof_made_elsewhere_holds_and_is_spelt_as_we_spell_it() -> None:
    folder = vectors.folder("tlog-proof")
    key = VerifierKey.parse((folder / "vkey.txt").read_text().removesuffix("\n"))
    text = (folder / "70000-54321.tlog-proof").read_text()
    proof = proofs.parse(text)
    checkpoint = proof.check((folder / "70000-54321.leaf").read_bytes(), [key])
    assert (checkpoint.origin, checkpoint.size, proof.index) == (key.name, 70_000, 54_321)
    assert proofs.spell(proof.index, proof.path, proof.note) == text
    assert proof.path == tree.inclusion(logs.nodes(70_000), 54_321, 70_000)


@pytest.mark.parametrize(("index", "size"), [(0, 1), (0, 2), (6, 7), (255, 256), (256, 257), (77, 600)])
def test_a_proof_holds_for_its_leaf_alone(index: int, size: int) -> None:
    proof = proofs.parse(proof_of(index, size))
    assert proof.check(logs.leaf(index), KEYS) == logs.checkpoint(size)
    assert logs.refused(proof.check, logs.leaf(index + 1), KEYS)


@pytest.mark.parametrize(("index", "size"), [(0, 1), (4, 5), (5, 7)])
def test_a_file_or_leaf_or_key_with_one_bit_changed_is_refused(index: int, size: int) -> None:
    """Index, path, origin, size, root and signature: every bit of the file counts."""
    body = logs.checkpoint(size).body()
    note = notes.join(body, [logs.SIGNER.sign(body)])
    file = proofs.spell(index, tree.inclusion(logs.nodes(size), index, size), note).encode()
    assert checked(file, logs.leaf(index)) == logs.checkpoint(size)
    assert all(logs.refused(checked, other, logs.leaf(index)) for other in logs.with_one_bit_changed(file))
    assert all(logs.refused(checked, file, other) for other in logs.with_one_bit_changed(logs.leaf(index)))
    for public in logs.with_one_bit_changed(logs.SIGNER.key.public):
        key = VerifierKey(logs.ORIGIN, notes.ED25519, public)
        assert logs.refused(proofs.parse(file.decode()).check, logs.leaf(index), [key])


def test_a_proof_that_only_a_witness_signed_is_refused() -> None:
    assert logs.refused(proofs.parse(proof_of(6, 7)).check, logs.leaf(6), [logs.WITNESS.key])


def test_a_witness_that_calls_itself_as_the_log_does_not_sign_for_it() -> None:
    namesake = Cosigner(b"\x06" * 32, logs.ORIGIN)
    body = logs.checkpoint(7).body()
    note = notes.join(body, [namesake.sign(body, logs.SEEN_AT)])
    proof = proofs.parse(proofs.spell(6, tree.inclusion(logs.nodes(7), 6, 7), note))
    assert logs.refused(proof.check, logs.leaf(6), [namesake.key])


def test_a_proof_that_another_known_log_signed_is_refused() -> None:
    other = Signer(b"\x05" * 32, "other.example/log")
    body = logs.checkpoint(7).body()
    path = tree.inclusion(logs.nodes(7), 6, 7)
    forged = proofs.parse(proofs.spell(6, path, notes.join(body, [other.sign(body)])))
    assert logs.refused(forged.check, logs.leaf(6), [other.key, *KEYS])


def test_a_signed_note_that_is_no_checkpoint_proves_nothing() -> None:
    text = "A poem.\n"
    proof = proofs.parse(proofs.spell(0, [], notes.join(text, [logs.SIGNER.sign(text)])))
    assert logs.refused(proof.check, logs.leaf(0), KEYS)


def test_a_proof_among_a_million_is_short() -> None:
    """1 KB of hashes at most, and 2 KB as a file with two cosignatures."""
    body = Checkpoint(logs.ORIGIN, 10**6, tree.root_at(logs.equal_leaves, 10**6)).body()
    note = notes.join(body, [logs.SIGNER.sign(body), *[logs.WITNESS.sign(body, logs.SEEN_AT)] * 2])
    for index in (0, 54_321, 999_999):
        path = tree.inclusion(logs.equal_leaves, index, 10**6)
        assert len(b"".join(path)) <= 20 * 32
        assert len(proofs.spell(index, path, note).encode()) <= 2048


HASHES = st.lists(st.binary(min_size=32, max_size=32), max_size=5)


@given(st.integers(0, 2**63 - 1), HASHES, st.text(), st.binary(max_size=8))
def test_a_proof_is_read_as_it_is_spelt(index: int, path: list[bytes], note: str, extra: bytes) -> None:
    spelt = proofs.spell(index, path, note, extra)
    assert proofs.parse(spelt) == proofs.Proof(index, path, note, extra)
    assert (f"extra {b64encode(extra).decode()}\n" in spelt) == bool(extra)


FORM, ZEROS = proofs.FORMAT, f"{'A' * 43}="
MALFORMED = [
    "", FORM, f"{FORM}\n\n", f"{FORM}\n\nx", f"{FORM}\nindex 0", f"{FORM}\nindex 0\n", f"{FORM}\nindex 0\n{ZEROS}\n",
    f"\n{FORM}\nindex 0\n\nx", f"{FORM} \nindex 0\n\nx", f"{FORM.replace('v1', 'v2')}\nindex 0\n\nx",
    f"{FORM}\nindex 00\n\nx", f"{FORM}\nindex -1\n\nx", f"{FORM}\nindex\n\nx", f"{FORM}\nindex 0 \n\nx",
    f"{FORM}\nIndex 0\n\nx", f"{FORM}\n0\n\nx", f"{FORM}\nindex 0\nindex 0\n\nx", f"{FORM}\nindex 0\n{ZEROS} \n\nx",
    f"{FORM}\nindex 0\nAAAA\n\nx", f"{FORM}\nextra AAAA\n\nx", f"{FORM}\nextra AAA\nindex 0\n\nx",
    f"{FORM}\nextra \nindex 0\n\nx", f"{FORM}\nextra AAAA\nextra AAAA\nindex 0\n\nx",
    f"{FORM}\nindex 0\nextra AAAA\n\nx", f"{FORM}\r\nindex 0\r\n\r\nx", f"{FORM}\nindex 9223372036854775808\n\nx",
]  # fmt: skip


@pytest.mark.parametrize("text", MALFORMED)
def test_any_other_spelling_is_refused(text: str) -> None:
    assert logs.refused(proofs.parse, text)


PIECES = st.sampled_from(["\n", "\n\n", "extra ", "index ", "0", ZEROS, FORM, proof_of(0, 1), logs.note(1)])


@given(st.lists(PIECES | st.text(max_size=8), max_size=10).map("".join))
def test_any_text_is_a_proof_or_refused(text: str) -> None:
    if logs.refused(proofs.parse, text):
        return
    proof = proofs.parse(text)
    assert proofs.spell(proof.index, proof.path, proof.note, proof.extra) == text
    assert logs.refused(proof.check, b"", KEYS)
