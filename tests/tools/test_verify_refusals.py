"""What cannot be checked is refused in one line, whatever is wrong with it, and never with a traceback."""

from __future__ import annotations

import base64
import json
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.tools import logs
from tests.tools.bundles import Run
from tests.tools.logs import LOG, WITNESS, a_log

Keys = Callable[..., Path]
Kept = Callable[[object], Path]

PROOF = a_log().proof(7)
NOTE = a_log().note()


def receipt(**changes: Any) -> dict[str, Any]:
    return a_log().receipt(7, **changes)


def spelled(**changes: Any) -> bytes:
    return json.dumps(receipt(**changes)).encode()


def opening(**changes: Any) -> dict[str, Any]:
    return receipt(openings={"content": {"salt": logs.SALT.hex(), "value": logs.opening()} | changes})


def material(kind: int, length: int = 32) -> str:
    return base64.b64encode(bytes([kind]) + bytes(length)).decode()


UNUSABLE: dict[str, tuple[object, str]] = {
    "nothing": ("", "not JSON"),
    "no JSON": ("{", "not JSON"),
    "not UTF-8": (b'{"\xff":1}', "not text in UTF-8"),
    "a list": ("[]", "not a receipt"),
    "another format": (receipt(format="receipt/2"), "not a receipt"),
    "a key twice": (b'{"format":"receipt/1","format":"receipt/1"}', "a repeated key"),
    "a fraction": (spelled(index=1.5), "1.5 is not allowed"),
    "NaN": (spelled(index=float("nan")), "NaN is not allowed"),
    "numbers without end": (b'{"format":"receipt/1","index":' + b"9" * 9999 + b"}", "not JSON"),
    "deep nesting": (b"[" * 200_000, "nested too deeply"),
    "deep objects": (b'{"format":' * 200_000, "nested too deeply"),
    "no proof": (receipt(proof=None), "no proof yet: get it again in a minute"),
    "a proof that is null": (json.dumps(receipt() | {"proof": None}), "no proof yet"),
    "a proof that is a number": (receipt(proof=7), "proof of the receipt is not a text"),
    "no origin": (receipt(origin=None), "origin of the receipt"),
    "an origin that is no text": (receipt(origin="\ud800"), "origin of the receipt"),
    "no key": (receipt(vkey=None), "vkey of the receipt"),
    "no leaf": (receipt(leaf=None), "leaf of the receipt"),
    "a leaf that is not base64": (receipt(leaf="?"), "the leaf is not base64"),
    "a leaf in a loose base64": (receipt(leaf="YR=="), "the leaf is not base64"),
    "no index": (receipt(index=None), "index of the receipt"),
    "an index that is text": (receipt(index="7"), "index of the receipt"),
    "an index that is true": (receipt(index=True), "index of the receipt"),
    "an index below 0": (receipt(index=-1), "index of the receipt"),
    "openings of another kind": (receipt(openings=[]), "openings of the receipt"),
    "openings of something else": (receipt(openings={"reason": {}}), "openings of the receipt"),
    "openings of something besides": (
        receipt(openings={"content": {"salt": logs.SALT.hex(), "value": logs.opening()}, "won": {}}),
        "openings of the receipt",
    ),
    "an opening without salt": (opening(salt=None), "openings of the receipt"),
    "a short salt": (opening(salt="00"), "openings of the receipt"),
    "a salt of other digits": (opening(salt="Z" * 64), "openings of the receipt"),
    "a value that is a list": (opening(value=[]), "openings of the receipt"),
    "a value with null": (opening(value={"a": None}), "cannot be spelled"),
    "a value with a number too large": (opening(value={"a": 2**53}), "cannot be spelled"),
    "a value that is no text": (opening(value={"\ud800": 1}), "cannot be spelled"),
    "a proof of another kind": (receipt(proof=PROOF.replace("@v1", "@v2")), "not a tlog-proof"),
    "an empty proof": (receipt(proof=""), "not a tlog-proof"),
    "a proof without index": (receipt(proof=PROOF.replace("index 7\n", "")), "names no index"),
    "a proof of loose extra data": (receipt(proof=PROOF.replace("index", "extra ?\nindex", 1)), "says besides"),
    "an index with a zero before it": (receipt(proof=PROOF.replace("index 7", "index 07")), "not a whole number"),
    "an index without end": (receipt(proof=PROOF.replace("index 7", "index " + "9" * 99)), "not a whole number"),
    "an index in other digits": (receipt(proof=PROOF.replace("index 7", "index \u0667")), "not a whole number"),
    "a path without end": (receipt(proof=PROOF.replace("index 7\n", "index 7\n" + "A\n" * 99)), "too long"),
    "a short hash": (receipt(proof=PROOF.replace("index 7\n", "index 7\nYQ==\n")), "not base64 of 32 bytes"),
    "a proof without checkpoint": (receipt(proof=PROOF.partition("\n\n")[0]), "not a signed note"),
    "a checkpoint without signature": (receipt(proof=PROOF.rpartition("—")[0]), "not a signed note"),
    "a checkpoint without end": (receipt(proof=PROOF[:-1]), "not a signed note"),
    "a checkpoint with a tab": (receipt(proof=PROOF.replace("\n300\n", "\n300\t\n")), "not a signed note"),
    "a checkpoint without root": (receipt(proof=PROOF.replace("\n300\n", "\n")), "a name, a size and a root"),
    "a checkpoint without name": (receipt(proof=PROOF.replace("\n\nlog.example/trail", "\n\n")), "a name, a size"),
    "a size below 0": (receipt(proof=PROOF.replace("\n300\n", "\n-3\n")), "not a whole number"),
    "a size without end": (receipt(proof=PROOF.replace("\n300\n", f"\n{'3' * 99}\n")), "not a whole number"),
    "a line that is no signature": (receipt(proof=PROOF + "signed\n"), "no signature"),
    "a signature without name": (receipt(proof=PROOF + "—  AAAA\n"), "no signature"),
    "a key that is none": (receipt(vkey="key"), "not a list of verifier keys"),
    "a key of another kind": (receipt(vkey=f"log+00000000+{material(2)}"), "neither Ed25519"),
    "a key too long": (receipt(vkey=f"log+00000000+{material(1, 33)}"), "not base64 of 33 bytes"),
    "a key with another's id": (receipt(vkey=LOG.key.replace(LOG.id.hex(), "00000000")), "does not fit its id"),
    "a witness's key alone": (receipt(vkey=WITNESS.key), "no key of a log"),
    "no key at all": (receipt(vkey=""), "no key of a log"),
}  # fmt: skip


def refused(outcome: tuple[int, str, str], why: str = "") -> bool:
    code, out, err = outcome
    assert (code, out) == (2, ""), (code, out, err)
    assert len(err.splitlines()) == 1
    assert err.startswith("verify: ")
    assert why in err
    return True


@pytest.mark.parametrize("name", UNUSABLE)
def test_a_receipt_that_cannot_be_checked_is_refused_in_one_line(verify: Run, kept: Kept, name: str) -> None:
    what, why = UNUSABLE[name]
    assert refused(verify("receipt", kept(what)), why)


def test_a_missing_file_and_a_folder_are_refused_in_one_line(
    verify: Run, keys: Keys, kept: Kept, tmp_path: Path
) -> None:
    none, good = tmp_path / "none", kept(receipt())
    log = a_log().put(tmp_path / "log")
    assert refused(verify("receipt", none), "there is no file")
    assert refused(verify("receipt", tmp_path), "there is no file")
    assert refused(verify("receipt", good, "--vkey", none), "there is no file")
    assert refused(verify("receipt", good, "--answers", none), "there is no folder")
    assert refused(verify("log", none, "--vkey", keys()), "there is no folder")
    assert refused(verify("log", tmp_path, "--vkey", keys()), "there is no file")
    assert refused(verify("log", log, "--vkey", keys(), "--since", none), "there is no file")
    assert refused(verify("log", log, "--vkey", log / "checkpoint"), "not a list of verifier keys")
    assert refused(verify("log", log, "--vkey", keys(), "--since", log / "vkey"), "not a signed note")
    assert refused(verify("event", 300, "--log", log, "--vkey", keys()), "no entry 300 yet: it has 300")


@pytest.mark.parametrize(
    "words",
    [
        [], ["check"], ["receipt"], ["receipt", "a", "b"], ["receipt", "a", "--key", "b"], ["event", "1"],
        ["log", "a"], ["event", "--log", "a", "--vkey", "b"], ["event", "-1", "--log", "a", "--vkey", "b"],
        ["event", "1e3", "--log", "a", "--vkey", "b"], ["log", "file:///etc", "--vkey", "b"],
    ],
)  # fmt: skip
def test_a_command_that_is_none_is_refused_in_one_line(verify: Run, words: list[str]) -> None:
    assert refused(verify(*words))


@pytest.mark.parametrize(
    "path", ["tile/entries/001", "tile/entries/002.p/188", "tile/0/001", "tile/1/000.p/2"]
)
def test_a_copy_with_a_part_missing_is_no_copy_to_check(
    verify: Run, keys: Keys, tmp_path: Path, path: str
) -> None:
    folder = a_log(700).put(tmp_path / "log")
    (folder / path).unlink()
    assert refused(verify("log", folder, "--vkey", keys()), path)
    assert refused(verify("event", 300 if "001" in path else 600, "--log", folder, "--vkey", keys()), path)


def test_files_that_never_end_are_refused(verify: Run, keys: Keys, tmp_path: Path) -> None:
    folder = a_log(700).put(tmp_path / "log")
    for path in ("tile/0/001", "checkpoint"):
        (folder / path).write_bytes(bytes(10**6))
        assert refused(verify("log", folder, "--vkey", keys()), "longer than")
    (folder / "checkpoint").unlink()
    os.mkfifo(folder / "checkpoint")
    assert refused(verify("log", folder, "--vkey", keys()), "there is no file")


@pytest.mark.parametrize(
    "value",
    [
        {"answers": []}, {"files": {}}, {"files": [1]}, {"files": [{}]}, {"files": [{"name": "a", "sha256": []}]},
        {"answers": {"a": {}}}, {"answers": {"a": 1}}, {"answers": {"folder": "ab"}},
        {"files": [{"name": "folder", "sha256": "ab"}]}, {"answers": {"../kept": "ab"}},
        {"files": [{"name": "../kept", "sha256": "ab"}, {"name": "/etc/passwd", "sha256": "ab"}]},
    ],
)  # fmt: skip
def test_what_was_handed_in_leads_nowhere_else(
    verify: Run, kept: Kept, tmp_path: Path, value: dict[str, Any]
) -> None:
    """Whatever names a receipt gives, only files of the folder are read."""
    (tmp_path / "mine" / "folder").mkdir(parents=True)
    log = a_log()
    log.leaves[7] = logs.sealed(value)
    found = log.receipt(7, openings={"content": {"salt": logs.SALT.hex(), "value": value}})
    assert verify("receipt", kept(found))[0] == 0
    assert refused(verify("receipt", kept(found), "--answers", tmp_path / "mine"))


def test_without_an_opening_there_is_nothing_to_compare(verify: Run, kept: Kept, tmp_path: Path) -> None:
    found = kept(receipt(openings=None))
    assert refused(verify("receipt", found, "--answers", tmp_path), "nothing to compare")


def test_what_it_says_obeys_no_terminal(verify: Run, kept: Kept) -> None:
    bad = "\x1b[2J\n\u202e"
    _, out, _ = verify("receipt", kept(receipt(origin=bad, openings=opened_as(bad))))
    assert not {"\x1b", "\u202e"} & set(out)
    _, _, err = verify("receipt", kept(receipt(vkey=bad)))
    assert not {"\x1b", "\u202e"} & set(err)


def opened_as(challenge: str) -> dict[str, Any]:
    return {"content": {"salt": logs.SALT.hex(), "value": logs.opening() | {"challenge": challenge}}}


# ---- Whatever comes ------------------------------------------------------------------------------------------------

STRANGE: list[Any] = [
    None,
    True,
    -1,
    2**70,
    1.5,
    "",
    "\ud800",
    "a\n\n\x00",
    [],
    {},
    [[]],
    {"a": {}},
    "9" * 40,
]


def damaged(data: bytes) -> bytes:
    """Cut, repeated, with a few bytes changed: what a bad disk, or a bad person, makes of a file."""
    found = bytearray(data)
    for _ in range(random.randint(1, 4)):
        at, end = sorted(random.choices(range(len(found) + 1), k=2))
        piece = bytes(random.choices(b'\n {}[]",:0+=\xe2\x80\x94\xff\x00', k=random.randint(0, 4)))
        found[at : min(end, at + 9)] = random.choice([piece, bytes(found[at:end])[:500] * 2, b""])
    return bytes(found)


def test_no_damage_to_a_receipt_makes_it_stumble(verify: Run, keys: Keys, kept: Kept) -> None:
    whole = receipt()
    for _ in range(200):
        code, out, err = verify("receipt", kept(damaged(json.dumps(whole).encode())))
        assert code in (0, 1) or refused((code, out, err))
    for key in whole:
        for value in STRANGE:
            code, out, err = verify("receipt", kept(json.dumps(whole | {key: value})))
            opens_nothing = (key, value) == ("openings", {})
            assert code == (0 if opens_nothing else 1) or refused((code, out, err))


def test_no_damage_to_a_log_makes_it_stumble(verify: Run, keys: Keys, kept: Kept, tmp_path: Path) -> None:
    folder = a_log(300).put(tmp_path / "log")
    for path, data in a_log(300).files().items():
        for _ in range(10):
            changed = damaged(data)
            (folder / path).write_bytes(changed)
            for words in (("log", folder), ("event", 299, "--log", folder)):
                code, out, err = verify(*words, "--vkey", folder / "vkey")
                assert code in (0, 1) or refused((code, out, err))
                assert code or words[0] == "event" or path == "vkey" or changed == data
        (folder / path).write_bytes(data)
    for _ in range(100):
        code, out, err = verify("log", folder, "--vkey", keys(), "--since", kept(damaged(NOTE.encode())))
        assert code in (0, 1) or refused((code, out, err))
