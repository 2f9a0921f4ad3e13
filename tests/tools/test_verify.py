"""The program that checks the log accepts what is right, whoever made it, and says what it saw."""

from __future__ import annotations

import ast
import base64
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools import logs
from tests.tools.bundles import Run
from tests.tools.logs import ANSWERS, FILES, LOG, OLD, PROGRAM, STRANGER, WITNESS, a_log, program

TOOL = program()
Keys = Callable[..., Path]
Kept = Callable[[object], Path]


# ---- A receipt -----------------------------------------------------------------------------------------------------


def test_a_receipt_is_verified_with_the_key_from_elsewhere(verify: Run, keys: Keys, kept: Kept) -> None:
    code, out, err = verify("receipt", kept(a_log().receipt(7)), "--vkey", keys())
    assert (code, err) == (0, "")
    assert "FAILED" not in out
    assert "challenge CH-00000000, stage 1, proposal PR-00000000, version 2" in out
    assert "own" not in out


def test_with_its_own_key_alone_it_says_so(verify: Run, kept: Kept) -> None:
    code, out, _ = verify("receipt", kept(a_log().receipt(7)))
    assert code == 0
    assert "The key is the receipt's own" in out


@pytest.mark.parametrize("openings", [None, {}])
def test_a_receipt_without_an_opening_says_what_it_cannot_show(
    verify: Run, kept: Kept, openings: dict[str, object] | None
) -> None:
    code, out, _ = verify("receipt", kept(a_log().receipt(7, openings=openings)))
    assert code == 0
    assert "does not open its entry" in out


def put_answers(folder: Path, ending: str = "") -> Path:
    folder.mkdir()
    for name, text in ANSWERS.items():
        (folder / f"{name}{ending}").write_bytes(text.encode())
    for name, data in FILES.items():
        (folder / name).write_bytes(data)
    return folder


@pytest.mark.parametrize("ending", ["", ".txt"])
def test_one_s_own_files_are_those_that_were_handed_in(
    verify: Run, kept: Kept, tmp_path: Path, ending: str
) -> None:
    answers = put_answers(tmp_path / "answers", ending)
    code, out, _ = verify("receipt", kept(a_log().receipt(7)), "--answers", answers)
    assert code == 0
    assert "approach, team, plan.pdf, Größe.csv" in out


@pytest.mark.parametrize(
    "edited",
    [
        lambda text: text + "\n",
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text + "\r\n",
    ],
)
def test_how_an_editor_ends_lines_does_not_matter(
    verify: Run, kept: Kept, tmp_path: Path, edited: Callable[[str], str]
) -> None:
    answers = put_answers(tmp_path / "answers")
    (answers / "approach").write_bytes(edited(ANSWERS["approach"]).encode())
    assert verify("receipt", kept(a_log().receipt(7)), "--answers", answers)[0] == 0


def test_files_that_are_not_there_are_named_and_others_do_not_matter(
    verify: Run, kept: Kept, tmp_path: Path
) -> None:
    answers = put_answers(tmp_path / "answers")
    (answers / "team").unlink()
    (answers / "notes").write_bytes(b"more")
    code, out, _ = verify("receipt", kept(a_log().receipt(7)), "--answers", answers)
    assert code == 0
    assert "does not hold them: team." in out


def test_a_name_written_in_another_normal_form_is_the_same_name(
    verify: Run, kept: Kept, tmp_path: Path
) -> None:
    answers = put_answers(tmp_path / "answers")
    (answers / "Größe.csv").rename(answers / "Gro\u0308ße.csv")
    code, out, _ = verify("receipt", kept(a_log().receipt(7)), "--answers", answers)
    assert code == 0
    assert "Not compared" not in out


# ---- An entry, and the whole log -----------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 2, 3, 255, 256, 257, 300, 512, 700])
def test_logs_of_every_shape_are_verified(verify: Run, keys: Keys, tmp_path: Path, size: int) -> None:
    folder = a_log(size).put(tmp_path / "log")
    code, out, err = verify("log", folder, "--vkey", keys())
    assert (code, err) == (0, "")
    assert f"The {size} entries give the root" in out
    for index in {0, size // 2, size - 1}:
        code, out, _ = verify("event", index, "--log", folder, "--vkey", keys())
        assert code == 0
        assert ("log.start" if index == 0 else "sealed") in out


def test_a_log_may_drop_a_partial_tile_once_it_is_full(verify: Run, keys: Keys, tmp_path: Path) -> None:
    """A copy that was begun before the log grew and ended after."""
    folder = a_log(600).put(tmp_path / "log")
    (folder / "checkpoint").write_text(a_log(600).note(300))
    for level in ("0", "1", "entries"):
        for partial in (folder / "tile" / level).glob("*.p/*"):
            partial.unlink()
    (folder / "tile" / "1" / "000.p" / "1").write_bytes(a_log(300).files()["tile/1/000.p/1"])
    assert verify("log", folder, "--vkey", keys())[0] == 0
    assert verify("event", 299, "--log", folder, "--vkey", keys())[0] == 0


def test_an_empty_log_is_verified(verify: Run, keys: Keys, tmp_path: Path) -> None:
    assert verify("log", logs.MadeLog([]).put(tmp_path / "log"), "--vkey", keys())[0] == 0


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 511, 512, 600, 700])
def test_what_was_kept_is_the_beginning_of_the_log(
    verify: Run, keys: Keys, kept: Kept, tmp_path: Path, size: int
) -> None:
    folder = a_log(700).put(tmp_path / "log")
    code, out, _ = verify("log", folder, "--vkey", keys(), "--since", kept(a_log(700).note(size)))
    assert code == 0
    assert f"The {size} entries of the checkpoint that was kept are the beginning" in out


def test_a_receipt_or_a_proof_is_a_kept_checkpoint_too(
    verify: Run, keys: Keys, kept: Kept, tmp_path: Path
) -> None:
    folder, earlier = a_log(700).put(tmp_path / "log"), a_log(300)
    for what in (earlier.receipt(7), earlier.proof(7)):
        code, out, _ = verify("log", folder, "--vkey", keys(), "--since", kept(what))
        assert code == 0
        assert "The 300 entries of the checkpoint that was kept" in out


# ---- Keys ----------------------------------------------------------------------------------------------------------


def test_witnesses_are_named_and_judged_where_their_keys_are_given(
    verify: Run, keys: Keys, kept: Kept
) -> None:
    receipt = kept(a_log(300, LOG, WITNESS, STRANGER).receipt(7))
    code, out, _ = verify("receipt", receipt, "--vkey", keys(LOG))
    assert code == 0
    assert "Also signed by witness.example/w1" in out
    assert "elsewhere.example" in out
    code, out, _ = verify("receipt", receipt, "--vkey", keys(WITNESS, LOG))
    assert code == 0
    assert "The witness witness.example/w1 signed the checkpoint too, 2026-11-18 " in out
    assert "Also signed by elsewhere.example" in out


@pytest.mark.parametrize(("at", "told"), [(2**62, f"{2**62} seconds after 1970"), (2**63, "does not hold")])
def test_a_witness_may_say_when_in_any_number_that_is_one(
    verify: Run, keys: Keys, tmp_path: Path, at: int, told: str
) -> None:
    folder, note = a_log(3).put(tmp_path / "log"), a_log(3).note()
    (folder / "checkpoint").write_text(note + WITNESS.line(note.partition("\n\n")[0] + "\n", at))
    code, out, _ = verify("log", folder, "--vkey", keys(LOG, WITNESS))
    assert (code, told in out) == (at // 2**63, True)


def test_without_a_witness_it_says_so(verify: Run, kept: Kept) -> None:
    assert "No witness has signed" in verify("receipt", kept(a_log().receipt(7)))[1]


def test_a_retired_key_signs_up_to_the_entry_that_retires_it(
    verify: Run, keys: Keys, kept: Kept, tmp_path: Path
) -> None:
    log = a_log(700, LOG, rotate_at=300)
    folder = log.put(tmp_path / "log")
    for size in (200, 301):
        before = kept(log.note(size, (OLD,)))
        code, out, _ = verify("log", folder, "--vkey", keys(LOG, OLD), "--since", before)
        assert code == 0
        assert "was in use up to 301 entries" in out
    (folder / "checkpoint").write_text(log.note(301, (OLD,)))
    assert verify("log", folder, "--vkey", keys(LOG, OLD))[0] == 2, "tiles of that size are not there"
    code, out, _ = verify("log", a_log(301, OLD, rotate_at=300).put(tmp_path / "b"), "--vkey", keys(LOG, OLD))
    assert code == 0


def test_a_retired_key_whose_end_does_not_show_is_mentioned(verify: Run, keys: Keys, kept: Kept) -> None:
    code, out, _ = verify("receipt", kept(a_log(300, OLD).receipt(7)), "--vkey", keys(LOG, OLD))
    assert code == 0
    assert "out of use" in out


# ---- Made elsewhere ------------------------------------------------------------------------------------------------


def foreign() -> Path:
    folder = os.environ.get("TEST_DATA")
    if not folder:
        pytest.skip("TEST_DATA is unset: vectors/tlog-proof is not there to compare with")
    return Path(folder) / "vectors" / "tlog-proof"


def test_a_proof_by_programs_of_others_leads_to_their_checkpoint(verify: Run, kept: Kept) -> None:
    """All of it holds but one thing: the entry is not one of a Daylight."""
    folder = foreign()
    key = (folder / "vkey.txt").read_text().strip()
    receipt = {
        "format": "receipt/1", "origin": "market.example/audit", "vkey": key, "index": 54321,
        "leaf": base64.b64encode((folder / "70000-54321.leaf").read_bytes()).decode(),
        "proof": (folder / "70000-54321.tlog-proof").read_text(),
    }  # fmt: skip
    code, out, _ = verify("receipt", kept(receipt), "--vkey", folder / "vkey.txt")
    assert code == 1
    assert out.count("FAILED") == 2, "the step, and how it ends"
    assert "FAILED  The entry is not a sealed entry" in out
    assert "It is entry 54321 of the 70,000" in out


def test_checkpoints_by_programs_of_others_are_read_and_their_signatures_hold() -> None:
    folder = foreign()
    keys = TOOL.read_keys((folder / "vkey.txt").read_bytes(), "the keys")
    for size in (50_000, 70_000):
        report = TOOL.Report()
        found = TOOL.read_checkpoint((folder / f"checkpoint.{size}").read_bytes(), "the checkpoint")
        assert TOOL.check_signatures(report, found, keys) == keys[0]
        assert (found.size, report.failed) == (size, False)


@pytest.mark.parametrize(
    ("public", "message", "signature"),
    [
        ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595"
         "bbe24655141438e7a100b"),
        ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb43"
         "02aeeb00d291612bb0c00"),
    ],
)  # fmt: skip
def test_the_signatures_of_rfc_8032_hold(public: str, message: str, signature: str) -> None:
    parts = [bytes.fromhex(each) for each in (public, message, signature)]
    assert TOOL.signature_holds(*parts)


@settings(max_examples=25)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=99), st.integers(0, 511), st.integers(0, 255))
def test_a_signature_holds_and_with_any_bit_changed_does_not(
    seed: bytes, message: bytes, in_signature: int, in_key: int
) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    assert TOOL.signature_holds(public, message, signature)
    assert not TOOL.signature_holds(public, message + b"!", signature)
    assert not TOOL.signature_holds(public, message, flipped(signature, in_signature))
    assert not TOOL.signature_holds(flipped(public, in_key), message, signature)


def flipped(data: bytes, bit: int) -> bytes:
    return (int.from_bytes(data, "big") ^ 1 << bit).to_bytes(len(data), "big")


@pytest.mark.parametrize("more", [TOOL.ORDER, 2 * TOOL.ORDER])
def test_a_signature_has_one_spelling(more: int) -> None:
    public, signature = LOG.private.public_key().public_bytes_raw(), LOG.private.sign(b"note")
    s = int.from_bytes(signature[32:], "little") + more
    assert not TOOL.signature_holds(public, b"note", signature[:32] + s.to_bytes(32, "little"))


@pytest.mark.parametrize("y", [TOOL.P, TOOL.P + 1, 2**255 - 1, 1 | 1 << 255, 2])
def test_bytes_that_are_no_point_are_no_key(y: int) -> None:
    assert TOOL.to_point(y.to_bytes(32, "little")) is None


# ---- One file that keeps to itself ---------------------------------------------------------------------------------


def test_it_is_one_file_of_the_standard_library_for_python_3_11() -> None:
    tree = ast.parse(PROGRAM.read_text(), feature_version=(3, 11))
    imported = {
        ((node.module or "") if isinstance(node, ast.ImportFrom) else alias.name).split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert imported <= sys.stdlib_module_names


def test_given_files_it_loads_nothing_that_could_connect(keys: Keys, kept: Kept, tmp_path: Path) -> None:
    folder, receipt = a_log().put(tmp_path / "log"), kept(a_log().receipt(7))
    for words in (
        ("receipt", receipt), ("event", 7, "--log", folder, "--vkey", keys()), ("log", folder, "--vkey", keys()),
    ):  # fmt: skip
        end = "import sys, runpy\nsys.argv = sys.argv[1:]\ntry:\n    runpy.run_path(sys.argv[0], run_name='__main__')\n"
        end += "except SystemExit as done:\n    assert not done.code\nassert 'socket' not in sys.modules"
        program = [sys.executable, "-I", "-c", end, str(PROGRAM), *map(str, words)]
        done = subprocess.run(program, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        assert "Verified." in done.stdout


def test_it_ends_as_it_says(kept: Kept, tmp_path: Path) -> None:
    good, bad = a_log().receipt(7), a_log().receipt(7, index=8)
    for receipt, code in ((good, 0), (bad, 1), ({}, 2)):
        done = subprocess.run(
            [sys.executable, "-I", str(PROGRAM), "receipt", str(kept(receipt))],
            capture_output=True, text=True, check=False, env={"PYTHONIOENCODING": "ascii"},
        )  # fmt: skip
        assert done.returncode == code, done
        assert len(done.stderr.splitlines()) == (code == 2)
    done = subprocess.run(
        [sys.executable, "-I", str(PROGRAM), "--help"], capture_output=True, text=True, check=True
    )
    assert "verify.py log URL_OR_DIR" in done.stdout


def test_keys_are_in_the_order_of_their_utf_16_units() -> None:
    value = {"b": "€\a", "a": [1, True, {}], "\ufb33": 0, "😀": 0}
    assert TOOL.canonical(value) == '{"a":[1,true,{}],"b":"€\\u0007","😀":0,"\ufb33":0}'
