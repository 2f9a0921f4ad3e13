"""Whatever is changed in a receipt or a log, the program says what does not match."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.tools import logs
from tests.tools.bundles import Run
from tests.tools.logs import LOG, OLD, ORIGIN, SALT, STRANGER, WITNESS, MadeLog, Signer, a_log

Keys = Callable[..., Path]
Kept = Callable[[object], Path]

FORGER = Signer(seed=b"\x66" * 32)
LEAF = a_log().leaves[7]


def in_base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def opened(salt: str = SALT.hex(), **changes: Any) -> dict[str, Any]:
    return {"content": {"salt": salt, "value": logs.opening() | changes}}


def resigned(leaf: bytes) -> dict[str, Any]:
    """A log with another entry 7, signed with its key, and the receipt of that entry."""
    log = a_log()
    log.leaves[7] = leaf
    return log.receipt(7)


def renamed() -> dict[str, Any]:
    """A checkpoint whose key is the log's and whose name is another."""
    return MadeLog(a_log().leaves, origin="other.example/log").receipt(7, origin=ORIGIN)


RECEIPTS: dict[str, tuple[dict[str, Any], str]] = {
    "its index": (a_log().receipt(7, index=8), "the receipt of entry 8"),
    "its index, the proof's too": (
        a_log().receipt(7, index=8, proof=a_log().proof(7).replace("index 7", "index 8")), "It is not entry 8",
    ),
    "an index beyond the checkpoint": (
        a_log().receipt(7, index=300, proof=a_log().proof(7).replace("index 7", "index 300")), "not entry 300",
    ),
    "its leaf": (a_log().receipt(7, leaf=in_base64(LEAF.replace(b"22T", b"21T"))), "It is not entry 7"),
    "its leaf, for that of another": (a_log().receipt(7, leaf=in_base64(a_log().leaves[9])), "It is not entry 7"),
    "its leaf's spelling": (resigned(LEAF.replace(b'"v":1', b'"v": 1')), "not a sealed entry"),
    "its leaf's kind": (resigned(logs.leaf("stage.close")), "not a sealed entry"),
    "what its leaf names": (resigned(LEAF.replace(b'{"at"', b'{"CH":1,"at"')), "not a sealed entry"),
    "what it opens": (a_log().receipt(7, openings=opened(version=3)), "salt and value do not give"),
    "its salt": (a_log().receipt(7, openings=opened("00" * 32)), "salt and value do not give"),
    "its origin": (a_log().receipt(7, origin="other.example"), "The receipt is of other.example"),
    "its checkpoint's origin": (renamed(), "is of another log: other.example/log"),
    "its checkpoint's size": (
        a_log().receipt(7, proof=a_log().proof(7).replace("\n300\n", "\n299\n")), "log.example/trail on the checkpoint",
    ),
    "its path, by a hash too few": (
        a_log().receipt(7, proof="\n".join(a_log().proof(7).split("\n")[:2] + a_log().proof(7).split("\n")[3:])),
        "its path does not lead",
    ),
    "its path, by a hash too many": (
        a_log().receipt(7, proof=a_log().proof(7).replace("\n\n", "\n" + in_base64(bytes(32)) + "\n\n", 1)),
        "its path does not lead",
    ),
    "its proof, for that of another": (a_log().receipt(7, proof=a_log().proof(9)), "The proof is of entry 9"),
    "who signed it": (a_log(300, FORGER).receipt(7), "No key that was given"),
    "who signed it, under the log's name": (a_log(300, STRANGER).receipt(7, vkey=LOG.key), "No key that was given"),
}  # fmt: skip


@pytest.mark.parametrize("name", RECEIPTS)
def test_what_was_changed_in_a_receipt_is_named(verify: Run, keys: Keys, kept: Kept, name: str) -> None:
    receipt, named = RECEIPTS[name]
    code, out, err = verify("receipt", kept(receipt), "--vkey", keys())
    assert (code, err) == (1, "")
    assert named in "\n".join(line for line in out.split("\n") if line.startswith("  FAILED"))
    assert "\nDisproved: " in out


def test_a_forged_receipt_holds_by_its_own_key_alone(verify: Run, keys: Keys, kept: Kept) -> None:
    forged = kept(a_log(300, FORGER).receipt(7))
    assert verify("receipt", forged)[0] == 0
    assert verify("receipt", forged, "--vkey", keys())[0] == 1


def test_no_bit_of_a_receipt_can_be_changed(verify: Run, keys: Keys, kept: Kept) -> None:
    """Entry, opening, path, size, root, name and signature: 160 places of some 16,000, other ones each time."""
    whole = a_log().receipt(7)
    for key in ("leaf", "proof", "origin", "openings"):
        data = (json.dumps(whole[key]) if key == "openings" else whole[key]).encode()
        for _ in range(40):
            changed = bytearray(data)
            at, bit = random.randrange(len(data)), random.randrange(8)
            changed[at] ^= 1 << bit
            text = changed.decode("latin-1" if key == "openings" else "utf-8", "replace")
            try:
                value = json.loads(text) if key == "openings" else text
            except ValueError:
                continue
            if value == whole[key]:
                continue
            code, _, _ = verify("receipt", kept(whole | {key: value}), "--vkey", keys())
            assert code in (1, 2), (key, at, bit)


@pytest.mark.parametrize("name", ["approach", "plan.pdf"])
def test_a_file_that_was_not_handed_in_is_named(verify: Run, kept: Kept, tmp_path: Path, name: str) -> None:
    (tmp_path / "mine").mkdir()
    for each, text in logs.ANSWERS.items():
        (tmp_path / "mine" / each).write_text(text)
    for each, data in logs.FILES.items():
        (tmp_path / "mine" / each).write_bytes(data)
    (tmp_path / "mine" / name).write_text("Something else.")
    code, out, _ = verify("receipt", kept(a_log().receipt(7)), "--answers", tmp_path / "mine")
    assert code == 1
    assert f"{name} is not what was handed in as {name}" in out


# ---- A log ---------------------------------------------------------------------------------------------------------

Change = Callable[[Path], None]


def edit(path: str, change: Callable[[bytearray], None]) -> Change:
    def done(folder: Path) -> None:
        data = bytearray((folder / path).read_bytes())
        change(data)
        (folder / path).write_bytes(data)

    return done


def flip(data: bytearray, at: int = 40) -> None:
    data[at] ^= 1


def another_letter(data: bytearray) -> None:
    """Of the root in base64."""
    at = data.index(b"\n700\n") + 9
    data[at] = ord("B") if data[at] == ord("A") else ord("A")


def cut(data: bytearray) -> None:
    del data[-1:]


def again(data: bytearray) -> None:
    data += data[-32:]


def flip_leaf(data: bytearray) -> None:
    """The time of entry 5."""
    at = -1
    for _ in range(6):
        at = data.index(b'{"at"', at + 1)
    data[at + 10] ^= 1


def served(log: MadeLog) -> Change:
    """In place of what is there, this log in whole."""
    return partly(log, "")


def other(change: Callable[[list[bytes]], None], *signers: Signer) -> MadeLog:
    log = a_log(700, *signers)
    change(log.leaves)
    return log


def partly(log: MadeLog, *parts: str) -> Change:
    """In place of what is there, these parts of this log."""

    def done(folder: Path) -> None:
        for path, data in log.files().items():
            if path.startswith(parts):
                (folder / path).write_bytes(data)

    return done


def swap(leaves: list[bytes]) -> None:
    leaves[5], leaves[6] = leaves[6], leaves[5]


def replace(leaves: list[bytes]) -> None:
    leaves[600] = leaves[601]


CHANGES: dict[str, tuple[Change, str]] = {
    "a leaf": (edit("tile/entries/000", flip_leaf), "tile/0/000 holds another hash than the entries give: entry 5."),
    "a leaf of the last bundle": (
        partly(other(replace), "tile/entries"), "tile/0/002.p/188 holds another hash than the entries give: entry 600.",
    ),
    "the order of entries": (partly(other(swap), "tile/entries"), "entry 6."),
    "entries and tiles": (partly(other(swap), "tile"), "another root"),
    "a hash": (edit("tile/0/001", flip), "tile/0/001 holds another hash than the entries give: entry 257."),
    "a hash of the last tile": (edit("tile/0/002.p/188", flip), "entry 513."),
    "a hash above": (edit("tile/1/000.p/2", flip), "/000.p/2 holds another hash than the entries give: its hash 1."),
    "a bundle, cut short": (edit("tile/entries/001", cut), "tile/entries/001 does not hold 256 entries"),
    "a bundle, with more": (edit("tile/entries/002.p/188", again), "tile/entries/002.p/188 does not hold 188"),
    "an empty bundle": (edit("tile/entries/001", bytearray.clear), "does not hold 256 entries"),
    "a tile, cut short": (edit("tile/0/001", cut), "tile/0/001 does not hold 256 hashes"),
    "a tile, with more": (edit("tile/0/002.p/188", again), "tile/0/002.p/188 does not hold 188 hashes"),
    "the signature": (edit("checkpoint", lambda data: flip(data, -20)), "signature of log.example/trail"),
    "the name": (edit("checkpoint", lambda data: flip(data, 0)), "of another log: mog.example/trail"),
    "the size": (edit("checkpoint", lambda data: flip(data, len(ORIGIN) + 1)), "signature of log.example/trail"),
    "the root": (edit("checkpoint", another_letter), "signature of log.example/trail"),
    "all of it, by a forger": (served(a_log(700, FORGER)), "No key that was given"),
    "the signature of a witness": (
        edit("checkpoint", lambda data: data.extend(forged_line(data))), "signature of witness.example/w1",
    ),
    "the first entry": (
        served(other(lambda leaves: leaves.__setitem__(0, logs.leaf("log.start", origin="other", kind="test")))),
        "Entry 0 does not begin the log log.example/trail: it begins other.",
    ),
    "what the first entry is": (
        served(other(lambda leaves: leaves.__setitem__(0, leaves[1]))), "does not begin the log log.example/trail."
    ),
}  # fmt: skip


def forged_line(note: bytearray) -> bytes:
    """A line with the name and the id of the witness, and a signature that is not its own."""
    signature = FORGER.private.sign(note.partition(b"\n\n")[0] + b"\n")
    return f"— {WITNESS.name} {in_base64(WITNESS.id + bytes(8) + signature)}\n".encode()


@pytest.mark.parametrize("name", CHANGES)
def test_what_was_changed_in_a_log_is_named(verify: Run, keys: Keys, tmp_path: Path, name: str) -> None:
    folder = a_log(700).put(tmp_path / "log")
    assert verify("log", folder, "--vkey", keys(LOG, WITNESS))[0] == 0
    change, named = CHANGES[name]
    change(folder)
    code, out, err = verify("log", folder, "--vkey", keys(LOG, WITNESS))
    assert (code, err) == (1, "")
    assert named in "\n".join(line for line in out.split("\n") if line.startswith("  FAILED"))


def test_of_many_differences_some_are_named_and_all_are_counted(
    verify: Run, keys: Keys, tmp_path: Path
) -> None:
    folder = a_log(700).put(tmp_path / "log")
    partly(other(lambda leaves: leaves.sort()), "tile/entries")(folder)
    code, out, _ = verify("log", folder, "--vkey", keys())
    assert code == 1
    assert out.count("holds another hash than the entries give") == 10
    assert "more hashes differ" in out


@pytest.mark.parametrize("path", ["tile/entries/000", "tile/0/000", "tile/0/001", "tile/0/002.p/188"])
def test_an_entry_is_not_in_a_log_that_was_changed(
    verify: Run, keys: Keys, tmp_path: Path, path: str
) -> None:
    folder = a_log(700).put(tmp_path / "log")
    edit(path, flip_leaf if "entries" in path else flip)(folder)
    for index in (0, 5, 300, 699):
        code, out, _ = verify("event", index, "--log", folder, "--vkey", keys())
        assert (code == 1) == ("does not lead to their root" in out)
        if code == 1:
            return
    pytest.fail("no entry was affected")


def test_a_log_that_does_not_begin_with_what_was_kept_is_another(
    verify: Run, keys: Keys, kept: Kept, tmp_path: Path
) -> None:
    folder = a_log(700).put(tmp_path / "log")
    for size in (100, 256, 700):
        code, out, _ = verify("log", folder, "--vkey", keys(), "--since", kept(other(swap).note(size)))
        assert code == 1
        assert f"The first {size} entries are not those of the checkpoint that was kept" in out


def test_a_log_that_has_become_shorter_is_not_whole(
    verify: Run, keys: Keys, kept: Kept, tmp_path: Path
) -> None:
    folder = a_log(300).put(tmp_path / "log")
    code, out, _ = verify("log", folder, "--vkey", keys(), "--since", kept(a_log(700).note()))
    assert code == 1
    assert "has 700 entries, and the log fewer" in out


def test_what_was_kept_must_be_the_log_s_own(verify: Run, keys: Keys, kept: Kept, tmp_path: Path) -> None:
    folder = a_log(700).put(tmp_path / "log")
    for signers in ((FORGER,), (STRANGER,)):
        note = kept(a_log(700).note(300, signers))
        code, out, _ = verify("log", folder, "--vkey", keys(), "--since", note)
        assert code == 1
        assert "has signed the checkpoint that was kept" in out


def test_a_retired_key_signs_nothing_after_its_end(
    verify: Run, keys: Keys, kept: Kept, tmp_path: Path
) -> None:
    log = a_log(700, LOG, rotate_at=300)
    folder = log.put(tmp_path / "log")
    code, out, _ = verify("log", folder, "--vkey", keys(LOG, OLD), "--since", kept(log.note(302, (OLD,))))
    assert code == 1
    assert "The key that signed the checkpoint that was kept of 302 entries was in use up to 301." in out
    (folder / "checkpoint").write_text(log.note(signers=(OLD,)))
    code, out, _ = verify("log", folder, "--vkey", keys(LOG, OLD))
    assert code == 1
    assert "The key that signed the checkpoint of 700 entries was in use up to 301." in out
