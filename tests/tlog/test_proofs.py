"""Proof files: a leaf, a path and a signed checkpoint that hold together, or none."""

from __future__ import annotations

import pytest

from marketplace.tlog import checkpoints, notes, proofs, tree
from marketplace.tlog.notes import VerifierKey
from tests import vectors
from tests.tlog import logs

KEYS = [logs.SIGNER.key, logs.WITNESS.key]


def proof_of(index: int, size: int) -> str:
    return proofs.spell(index, tree.inclusion(logs.nodes(size), index, size), logs.note(size))


def test_a_proof_made_elsewhere_holds_and_is_spelt_as_we_spell_it() -> None:
    folder = vectors.folder("tlog-proof")
    key = VerifierKey.parse((folder / "vkey.txt").read_text().removesuffix("\n"))
    text = (folder / "70000-54321.tlog-proof").read_text()
    proof = proofs.parse(text)
    checkpoint = proof.check((folder / "70000-54321.leaf").read_bytes(), [key])
    assert (checkpoint.origin, checkpoint.size, proof.index) == (key.name, 70_000, 54_321)
    assert proofs.spell(proof.index, proof.path, proof.note) == text


@pytest.mark.parametrize("size", [50_000, 70_000])
def test_our_tree_has_the_root_of_a_checkpoint_made_elsewhere(size: int) -> None:
    folder = vectors.folder("tlog-proof")
    key = VerifierKey.parse((folder / "vkey.txt").read_text().removesuffix("\n"))
    signed = notes.open_note((folder / f"checkpoint.{size}").read_text(), [key])
    assert checkpoints.parse(signed.text).root == logs.checkpoint(size).root


@pytest.mark.parametrize(("index", "size"), [(0, 1), (0, 2), (6, 7), (255, 256), (256, 257), (77, 600)])
def test_a_proof_holds_for_its_leaf_alone(index: int, size: int) -> None:
    proof = proofs.parse(proof_of(index, size))
    assert proof.check(logs.leaf(index), KEYS) == logs.checkpoint(size)
    with pytest.raises(ValueError, match="does not lead"):
        proof.check(logs.leaf(index + 1), KEYS)


def test_a_proof_that_only_a_witness_signed_is_refused() -> None:
    with pytest.raises(ValueError, match="did not sign"):
        proofs.parse(proof_of(6, 7)).check(logs.leaf(6), [logs.WITNESS.key])
