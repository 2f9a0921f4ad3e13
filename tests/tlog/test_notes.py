"""Signed notes: who signed which text, and nothing else about it is believed."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from marketplace.tlog import notes
from marketplace.tlog.notes import Cosigner, Signature, Signer, VerifierKey, join, open_note, split
from tests import vectors
from tests.tlog import logs

TEXT = "Ogni cosa\n\nha il suo tempo.\n"
LOG, WITNESS = logs.SIGNER, logs.WITNESS
STRANGER = Signer(b"\x03" * 32, "stranger.example")
SIGNED = join(TEXT, [LOG.sign(TEXT)])
SEEDS = st.binary(min_size=32, max_size=32)
NAMES = st.text(min_size=1).filter(lambda name: not logs.refused(VerifierKey, name, notes.ED25519, bytes(32)))


def replaced(name: str, key_id: bytes, content: bytes) -> str:
    return join(TEXT, [str(Signature(name, key_id, content))])


def test_a_note_made_elsewhere_is_opened_with_its_key() -> None:
    folder = vectors.folder("tlog-proof")
    spelt = (folder / "vkey.txt").read_text().removesuffix("\n")
    key = VerifierKey.parse(spelt)
    assert str(key) == spelt
    note = (folder / "checkpoint.50000").read_text()
    opened = open_note(note, [key])
    assert (opened.by, opened.timestamps) == ([key], {})
    assert join(opened.text, map(str, opened.signatures)) == note


@given(SEEDS, st.text(alphabet=st.characters(min_codepoint=32, codec="utf-8")))
def test_what_is_signed_is_opened(seed: bytes, line: str) -> None:
    signer, witness = Signer(seed, "log.example"), Cosigner(seed, "witness.example")
    text = f"{line}\n"
    note = join(text, [signer.sign(text), STRANGER.sign(text), witness.sign(text, 5)])
    opened = open_note(note, [witness.key, signer.key])
    assert opened.text == text
    assert opened.by == [signer.key, witness.key]
    assert opened.timestamps == {witness.key: 5}
    assert opened.signatures == [split(note)[1][place] for place in (0, 2)]


def test_a_cosignature_signs_the_specifications_words() -> None:
    """Below `cosignature/v1` and the time stands the whole text; the signature follows the time's eight bytes."""
    _, [signature] = split(join(TEXT, [WITNESS.sign(TEXT, 1_679_315_147)]))
    time, signed = signature.content[:8], signature.content[8:]
    assert time == bytes.fromhex("0000000064185 0cb".replace(" ", ""))
    message = f"cosignature/v1\ntime 1679315147\n{TEXT}".encode()
    Ed25519PublicKey.from_public_bytes(WITNESS.key.public).verify(signed, message)


def test_a_key_that_signs_in_two_ways_has_two_ids() -> None:
    assert Signer(b"\x01" * 32, "a").key.public == Cosigner(b"\x01" * 32, "a").key.public
    assert Signer(b"\x01" * 32, "a").key.key_id != Cosigner(b"\x01" * 32, "a").key.key_id


def test_a_signature_cannot_pass_for_a_cosignature_nor_the_other_way_round() -> None:
    signer, witness = Signer(b"\x01" * 32, "a"), Cosigner(b"\x01" * 32, "a")
    _, [signature] = split(join(TEXT, [signer.sign(TEXT)]))
    _, [cosignature] = split(join(TEXT, [witness.sign(TEXT, 5)]))
    assert logs.refused(
        open_note, replaced("a", witness.key.key_id, bytes(8) + signature.content), [witness.key]
    )
    assert logs.refused(open_note, replaced("a", signer.key.key_id, cosignature.content[8:]), [signer.key])


@pytest.mark.parametrize("line", [LOG.sign(TEXT), WITNESS.sign(TEXT, 5)])
def test_a_signature_with_one_bit_changed_is_refused(line: str) -> None:
    signature = Signature.parse(line)
    for content in logs.with_one_bit_changed(signature.content):
        assert logs.refused(
            open_note, replaced(signature.name, signature.key_id, content), [LOG.key, WITNESS.key]
        )


@pytest.mark.parametrize("line", [LOG.sign(TEXT), WITNESS.sign(TEXT, 5)])
def test_a_signature_that_is_cut_or_continued_is_refused(line: str) -> None:
    signature = Signature.parse(line)
    whole = signature.content
    for content in [*(whole[:end] for end in range(1, len(whole))), whole + b"\x00", b"\x00" + whole]:
        assert logs.refused(
            open_note, replaced(signature.name, signature.key_id, content), [LOG.key, WITNESS.key]
        )


def test_a_text_with_one_bit_changed_is_refused() -> None:
    _, _, below = SIGNED.rpartition("\n\n")
    for text in logs.with_one_bit_changed(TEXT.encode()):
        assert logs.refused(lambda text=text: open_note(f"{text.decode()}\n{below}", [LOG.key]))


def test_a_bad_signature_by_one_known_key_spoils_the_note() -> None:
    note = join(TEXT, [LOG.sign(TEXT), WITNESS.sign("Another text.\n", 5)])
    assert open_note(note, [LOG.key]).by == [LOG.key]
    assert logs.refused(open_note, note, [LOG.key, WITNESS.key])
    assert logs.refused(open_note, join(TEXT, [LOG.sign(TEXT), LOG.sign("Another text.\n")]), [LOG.key])


def test_a_key_that_shares_only_a_name_or_only_an_id_is_another_key() -> None:
    namesake = Signer(b"\x04" * 32, LOG.key.name)
    assert open_note(join(TEXT, [namesake.sign(TEXT), LOG.sign(TEXT)]), [LOG.key]).by == [LOG.key]
    borrowed = str(Signature("other.example", LOG.key.key_id, b"any"))
    assert open_note(join(TEXT, [borrowed, LOG.sign(TEXT)]), [LOG.key]).by == [LOG.key]


def test_a_note_that_no_known_key_signed_is_refused() -> None:
    assert logs.refused(open_note, SIGNED, [])
    assert logs.refused(open_note, SIGNED, [STRANGER.key, WITNESS.key])


def test_a_witness_that_signed_twice_is_named_once_with_its_last_line() -> None:
    opened = open_note(join(TEXT, [WITNESS.sign(TEXT, 5), WITNESS.sign(TEXT, 9)]), [WITNESS.key])
    assert (opened.by, opened.timestamps) == ([WITNESS.key], {WITNESS.key: 9})


def test_a_time_beyond_63_bits_is_refused() -> None:
    assert (
        open_note(join(TEXT, [WITNESS.sign(TEXT, 2**63 - 1)]), [WITNESS.key]).timestamps[WITNESS.key]
        == 2**63 - 1
    )
    for at in (2**63, 2**64, -1):
        assert logs.refused(WITNESS.sign, TEXT, at)
    late = Signature(WITNESS.key.name, WITNESS.key.key_id, b"\xff" * 8 + bytes(64))
    assert logs.refused(open_note, join(TEXT, [str(late)]), [WITNESS.key])


LINE = LOG.sign(TEXT)
MALFORMED = [
    "", "\n", "\n\n", TEXT, LINE, f"\n{LINE}", f"{TEXT}{LINE}", f"{TEXT}\n", f"{TEXT}\n\n", f"{TEXT}\n{LINE}\n",
    SIGNED.removesuffix("\n"), f"{SIGNED}x", f"{SIGNED}\n", f"{SIGNED}x\n", SIGNED.replace("\n", "\r\n"),
    SIGNED.replace("—", "-"), SIGNED.replace("— ", "—"), SIGNED.replace("— ", "—  "), SIGNED.replace("— ", " — "),
    f"{TEXT}\n— log.example\n", f"{TEXT}\n— log.example AAAA\n", f"{TEXT}\n— log.example AAAAAA==\n",
    f"{TEXT}\n— a+b AAAAAAA=\n", f"{TEXT}\n— a\u2003b AAAAAAA=\n", f"{TEXT}\n—  AAAAAAA=\n",
    f"{TEXT}\n— a AAAAAAA= x\n", f"{TEXT}\n— a AAAAAAA\n", f"{TEXT}\n— a AAAAAAB=\n", f"{TEXT}\n— a AAAA-AA=\n",
    f"{TEXT}\n— a é\n", f"\t{SIGNED}", f"\x00{SIGNED}", f"\ud800{SIGNED}",
    join(TEXT, [LINE] * (notes.MOST_SIGNATURES + 1)),
]  # fmt: skip


@pytest.mark.parametrize("note", MALFORMED)
def test_what_is_no_note_is_refused(note: str) -> None:
    assert logs.refused(split, note)
    assert logs.refused(open_note, note, [LOG.key])


def test_a_note_may_have_many_signatures() -> None:
    lines = [STRANGER.sign(TEXT)] * (notes.MOST_SIGNATURES - 1)
    assert open_note(join(TEXT, [*lines, LINE]), [LOG.key]).by == [LOG.key]


@given(SEEDS, NAMES, st.sampled_from([Signer, Cosigner]))
def test_a_key_is_read_as_it_is_spelt(seed: bytes, name: str, kind: type[Signer | Cosigner]) -> None:
    key = kind(seed, name).key
    assert VerifierKey.parse(str(key)) == key


SPELT = str(LOG.key)
NO_KEYS = [
    "", "+", "++", "a+b", "a+00000000+", "a+00000000+AA==", SPELT.upper(), SPELT + "\n", SPELT + "=", " " + SPELT,
    SPELT.replace("log", "lag"), SPELT.replace("+", "++", 1), SPELT.replace("+", " +", 1), SPELT[:-4],
    f"log.example+{'0' * 8}+{'A' * 44}", str(WITNESS.key).replace("+B", "+A"), SPELT.replace("+AY", "+Ag"),
]  # fmt: skip


@pytest.mark.parametrize("text", NO_KEYS)
def test_any_other_spelling_of_a_key_is_refused(text: str) -> None:
    assert logs.refused(VerifierKey.parse, text)


def test_a_key_with_one_bit_changed_is_refused() -> None:
    for changed in logs.with_one_bit_changed(SPELT.encode()):
        assert logs.refused(lambda changed=changed: VerifierKey.parse(changed.decode()))


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\n", "\u2028", "a\u00a0b"])
def test_nobody_signs_under_a_name_that_a_line_cannot_hold(name: str) -> None:
    assert logs.refused(Signer, bytes(32), name)
    assert logs.refused(Cosigner, bytes(32), name)


@pytest.mark.parametrize(
    ("algorithm", "length"), [(0, 32), (2, 32), (6, 32), (255, 32), (1, 31), (1, 33), (4, 0)]
)
def test_a_key_of_another_kind_or_length_is_refused(algorithm: int, length: int) -> None:
    assert logs.refused(VerifierKey, "log.example", algorithm, bytes(length))


def test_a_seed_has_32_bytes() -> None:
    assert logs.refused(Signer, bytes(31), "a")
    assert logs.refused(Cosigner, bytes(33), "a")


PIECES = st.sampled_from(["\n", "\n\n", "— ", " ", "+", "=", "AAAAAAA=", LOG.key.name, SIGNED, LINE, SPELT])


@given(st.lists(PIECES | st.text(max_size=8), max_size=12).map("".join))
def test_any_text_is_opened_or_refused(text: str) -> None:
    keys = [LOG.key, WITNESS.key]
    assert logs.refused(open_note, text, keys) or join(open_note(text, keys).text, [LINE]) == SIGNED
    assert logs.refused(VerifierKey.parse, text) or str(VerifierKey.parse(text)) == text
    assert logs.refused(Signature.parse, text) or str(Signature.parse(text)).startswith(text)
