"""A visitor checks receipts, entries and checkpoints in their own browser, also when the service is gone."""

from __future__ import annotations

import base64
import copy
import io
import json
import os
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, FilePayload, Route, expect

from marketplace.actions import proposals
from marketplace.clock import Clock
from marketplace.queries import receipts
from marketplace.tlog.notes import Signer, join
from tests import factories as f
from tests.browser import logs
from tests.browser.checks import check
from tests.browser.conftest import Someone
from tests.browser.logs import ANSWERS, ORIGIN, PLAN, VALUE, WITNESS, Log, spelled
from tests.browser.people import Person
from tests.browser.site import Site, serving

pytestmark = pytest.mark.browser

GOOD = "This entry is in the trail, unchanged."
FAILED = "Something does not match."
Receipt = dict[str, Any]


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Iterator[Site]:
    """One empty service for all who look at another log than its own."""
    with serving(tmp_path_factory.mktemp("standing"), migrated_sqlite, Clock()) as site:
        yield site


@pytest.fixture
def visitor(standing: Site, chromium: Browser, log: Log) -> Iterator[Person]:
    """Somebody on the page of checks, with a trail that answers."""
    person = Person(standing, chromium)
    person.page.route("**/log/**", log.serve)
    person.goes("/verify")
    yield person
    person.leaves()


def adds(person: Person, **files: str | bytes | Receipt) -> None:
    """Choose files, each named for what it is."""
    contents = {
        name: content.encode()
        if isinstance(content, str)
        else spelled(content)
        if isinstance(content, dict)
        else content
        for name, content in files.items()
    }
    chosen = [FilePayload(name=name, mimeType="text/plain", buffer=each) for name, each in contents.items()]
    person.page.locator("#files").set_input_files(chosen)


def says(person: Person, verdict: str) -> None:
    expect(person.page.locator("[data-result]")).to_have_attribute("aria-busy", "false")
    expect(person.page.locator("#verdict")).to_have_text(verdict)


def steps(person: Person) -> dict[str, str]:
    """What came out of each step, by its title."""
    found = {}
    for row in person.page.locator("[data-steps] > li").all():
        said = [each.inner_text() for each in row.locator("strong").all()]
        found[said[-1]] = row.get_attribute("class") or ""
    return {title: state.removeprefix("d-checks__") for title, state in found.items()}


def failing(person: Person) -> list[str]:
    return [title for title, state in steps(person).items() if state == "failed"]


def test_a_receipt_is_checked_step_by_step_with_the_key_that_its_owner_kept(
    visitor: Person, log: Log
) -> None:
    adds(visitor, receipt=log.receipt(size=290), key=log.key)
    says(visitor, GOOD)
    found = steps(visitor)
    assert found.pop("Your own files are what was sent.") == "undone"
    assert found.pop("Others saw the same root.") == "undone"
    assert found.pop("It fits the checkpoint that you kept.") == "undone"
    assert list(found.values()) == ["passed"] * 9
    visitor.sees("PR-00000001", "12,500", "Answer “approach”", "The trail of today, with 300 entries")
    visitor.looks()


def test_with_nothing_but_its_own_key_a_receipt_only_agrees_with_itself(visitor: Person, log: Log) -> None:
    adds(visitor, receipt=log.receipt())
    says(visitor, "This receipt agrees with itself.")
    assert steps(visitor)["The key is known."] == "undone"


def flipped(text: str, at: int = 5) -> str:
    return text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]


def on_line(receipt: Receipt, number: int, change: Callable[[str], str]) -> None:
    lines = receipt["proof"].split("\n")
    lines[number] = change(lines[number])
    receipt["proof"] = "\n".join(lines)


def on_leaf(receipt: Receipt, old: bytes, new: bytes) -> None:
    leaf = base64.b64decode(receipt["leaf"])
    assert old in leaf
    receipt["leaf"] = base64.b64encode(leaf.replace(old, new)).decode()


def without_line(text: str, number: int) -> str:
    lines = text.split("\n")
    return "\n".join(lines[:number] + lines[number + 1 :])


TAMPERED: dict[str, tuple[Callable[[Receipt], object], list[str]]] = {
    "time": (lambda it: on_leaf(it, b"2026", b"2025"), ["It leads to one root."]),
    "spelling": (
        lambda it: on_leaf(it, b'"v":1', b'"v": 1'),
        ["It is a whole entry.", "It fixes what was sent.", "It leads to one root."],
    ),
    "commitment": (
        lambda it: on_leaf(it, b'"type":"sealed"', b'"type":"cover"'),
        ["It fixes what was sent.", "It leads to one root."],
    ),
    "salt": (lambda it: it["openings"]["content"].update(salt="00" * 32), ["It fixes what was sent."]),
    "value": (lambda it: it["openings"]["content"]["value"].update(price=1), ["It fixes what was sent."]),
    "path": (lambda it: on_line(it, 2, flipped), ["It leads to one root."]),
    "a step less": (lambda it: it.update(proof=without_line(it["proof"], 2)), ["It has its place."]),
    "root": (lambda it: on_line(it, -4, flipped), ["It leads to one root.", "The root is signed."]),
    "size": (lambda it: on_line(it, -5, lambda _line: "299"), ["The root is signed."]),
    "signature": (lambda it: on_line(it, -2, lambda line: flipped(line, 40)), ["The root is signed."]),
    "origin": (lambda it: it.update(origin="elsewhere.example/log"), ["It is of this trail."]),
    "origin that is signed": (
        lambda it: on_line(it, -6, lambda _line: "elsewhere.example/log"),
        ["It is of this trail.", "The root is signed."],
    ),
    "index": (lambda it: it.update(index=8), ["It has its place."]),
    "index in the proof": (
        lambda it: on_line(it, 1, lambda _line: "index 8"), ["It has its place.", "It leads to one root."]
    ),
    "key": (lambda it: it.update(vkey=Log(1, seed=2).key), ["The key is known."]),
}  # fmt: skip


def test_whatever_was_changed_in_a_receipt_a_step_fails_and_nothing_is_called_good(
    visitor: Person, log: Log
) -> None:
    adds(visitor, key=log.key)
    for changed, (tamper, expected) in TAMPERED.items():
        receipt = copy.deepcopy(log.receipt(size=290))
        tamper(receipt)
        adds(visitor, receipt=receipt)
        says(visitor, FAILED)
        # What the checkpoint says is compared once more with the trail of today.
        found = [title for title in failing(visitor) if title != "The trail still goes on from it."]
        assert found == expected, changed
        visitor.misses(GOOD, "agrees with itself")
    visitor.looks()


@pytest.mark.parametrize(
    ("name", "content"), [("receipt", b'{"format":"receipt/1"}'), ("proof", b"c2sp.org/tlog-proof@v1\n")]
)
def test_what_cannot_be_read_is_said_to_be_so(visitor: Person, name: str, content: bytes) -> None:
    adds(visitor, **{name: content})
    says(visitor, f"This {name} cannot be read.")
    visitor.looks()


@pytest.mark.parametrize("twice", [('"price"', '"price": 1, "price"'), ('"index"', '"index": 8, "index"')])
def test_a_receipt_that_says_something_twice_is_not_read(
    visitor: Person, log: Log, twice: tuple[str, str]
) -> None:
    """Programs differ in which of the two they take: what is checked might not be what somebody else reads."""
    odd = {"a": 'say "index": 8', "b\\": "\\", "c": ["\u2028", {"d": "{"}]}
    adds(visitor, receipt=log.receipt(more=odd), key=log.key)
    says(visitor, GOOD)
    adds(visitor, receipt=json.dumps(log.receipt()).replace(*twice))
    says(visitor, "This receipt cannot be read.")


def test_own_files_are_compared_with_what_the_receipt_opens(visitor: Person, log: Log) -> None:
    adds(visitor, receipt=log.receipt(), key=log.key, plan=PLAN, approach=f"{ANSWERS['approach']}\n")
    says(visitor, GOOD)
    visitor.sees("Your plan is the same.", "Your approach is the same.")
    visitor.page.get_by_role("button", name="Remove approach").click()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for question, text in ANSWERS.items():
            archive.writestr(f"{question}.txt", text)
    adds(visitor, **{"answers.zip": packed.getvalue()})
    says(visitor, GOOD)
    visitor.sees("Your plan is the same.", "Your approach.txt is the same.", "Your team.txt is the same.")
    adds(visitor, other="Not what was sent.")
    says(visitor, FAILED)
    assert failing(visitor) == ["Your own files are what was sent."]
    visitor.page.get_by_role("button", name="Remove other").click()
    says(visitor, GOOD)


def test_a_key_that_was_given_up_counts_up_to_its_last_checkpoint(visitor: Person, log: Log) -> None:
    person = visitor
    keys = [[Log(1, seed=2).key, None], [log.key, 290]]
    known = {"origin": ORIGIN, "size": 300, "keys": keys, "witnesses": [str(WITNESS.key)]}

    def knowing(route: Route) -> None:
        answer = route.fetch()
        body = re.sub(r"data-known='[^']*'", f"data-known='{json.dumps(known)}'", answer.text())
        route.fulfill(response=answer, body=body)

    person.page.route("**/verify", knowing)
    person.page.route("**/log/**", Log(seed=2).serve)
    person.goes("/verify")
    adds(person, receipt=log.receipt(size=290))
    says(person, GOOD)
    person.sees("It is an earlier key of this trail, which counts up to 290 entries, as here.")
    adds(person, receipt=log.receipt(size=291))
    says(person, FAILED)
    person.sees("This key was given up after 290 entries, and here it signed 291.")
    # Also where somebody kept it: what the trail says of it is not forgotten.
    adds(person, key=log.key)
    says(person, FAILED)
    assert failing(person) == ["The key is known."]
    adds(person, receipt=log.receipt(size=290))
    says(person, GOOD)
    person.sees("It is a key that you kept.")
    person.page.get_by_role("button", name="Remove key").click()
    adds(person, receipt=Log(seed=2, witnesses=[WITNESS]).receipt())
    says(person, GOOD)
    person.sees("Witnesses that signed it too: records.example/witness.")


def test_an_entry_is_fetched_by_its_number_from_a_link(visitor: Person, log: Log) -> None:
    visitor.goes("/verify?index=299")
    says(visitor, "The signature was not checked.")
    adds(visitor, key=log.key)
    says(visitor, GOOD)
    visitor.sees(
        "It is number 299.", "Entry 299, recorded on Sunday 29 November 2026 at 12:00:00pm (UK time)."
    )


def test_an_entry_that_the_trail_does_not_show_is_not_called_anything(visitor: Person) -> None:
    visitor.page.get_by_label("Or the number of an entry in the trail").fill("300")
    visitor.page.get_by_role("button", name="Check", exact=True).click()
    says(visitor, "The trail shows no entry with this number.")
    visitor.page.get_by_label("Or the number of an entry in the trail").fill("seven")
    visitor.page.get_by_role("button", name="Check", exact=True).click()
    says(visitor, "There is no such entry.")


def test_a_receipt_without_a_proof_gets_one_from_the_trail(visitor: Person, log: Log) -> None:
    adds(visitor, receipt=log.receipt(proof=None), key=log.key)
    says(visitor, GOOD)
    visitor.sees("this page asked the trail for one")


def test_a_pair_of_entry_and_proof_is_a_receipt_without_its_opening(visitor: Person, log: Log) -> None:
    adds(visitor, proof=log.proof(12))
    says(visitor, "A proof needs its entry.")
    adds(visitor, entry=log.leaves[12], key=log.key)
    says(visitor, GOOD)
    adds(visitor, entry=log.leaves[13])
    says(visitor, FAILED)
    assert failing(visitor) == ["It leads to one root."]


def test_witnesses_whose_keys_are_kept_are_named(visitor: Person) -> None:
    log = Log(witnesses=[WITNESS])
    adds(visitor, receipt=log.receipt(), keys=f"{log.key}\n{WITNESS.key}\n")
    says(visitor, GOOD)
    visitor.sees("Witnesses that signed it too: records.example/witness.")
    receipt = log.receipt()
    on_line(receipt, -2, lambda line: flipped(line, 60))
    adds(visitor, receipt=receipt)
    says(visitor, FAILED)
    assert failing(visitor) == ["Others saw the same root."]


def test_a_key_of_another_log_signs_nothing_in_the_name_of_this_one(visitor: Person, log: Log) -> None:
    """Somebody keeps a neighbour's key beside ours, and the neighbour forges a checkpoint of ours."""
    neighbour = Signer(bytes([9]) * 32, "neighbour.example/log")
    forged = log.receipt(size=290)
    forged.pop("vkey")
    body = forged["proof"].partition("\n\n")[2].rpartition("\n\n")[0] + "\n"
    forged["proof"] = forged["proof"].partition("\n\n")[0] + "\n\n" + join(body, [neighbour.sign(body)])
    adds(visitor, receipt=forged, keys=f"{log.key}\n{neighbour.key}\n")
    says(visitor, FAILED)
    assert failing(visitor) == ["The root is signed."]


@pytest.mark.parametrize("odd", [{"files": 3}, {"files": [None]}, {"answers": None}])
def test_what_cannot_be_shown_leaves_no_verdict_on_what_was_there_before(
    visitor: Person, log: Log, monkeypatch: pytest.MonkeyPatch, odd: dict[str, Any]
) -> None:
    adds(visitor, receipt=log.receipt(), key=log.key)
    says(visitor, GOOD)
    monkeypatch.setattr(logs, "VALUE", VALUE | odd)
    adds(visitor, receipt=Log(seed=2).receipt())
    says(visitor, "This page stumbled.")


def test_each_of_several_checkpoints_is_compared(visitor: Person, log: Log) -> None:
    adds(visitor, one=log.checkpoint(77), other=log.checkpoint(200), key=log.key)
    says(visitor, "The trail of today holds all that your checkpoint stands for.")
    assert steps(visitor)["It fits the checkpoint that you kept."] == "passed"
    adds(visitor, other=Log(differs_from=3).checkpoint(200))
    says(visitor, FAILED)
    assert failing(visitor) == ["It fits the checkpoint that you kept."]


def test_own_files_beside_a_receipt_that_opens_nothing_are_said_to_be_compared_with_nothing(
    visitor: Person, log: Log
) -> None:
    adds(visitor, receipt=log.receipt(openings=None), key=log.key, plan=PLAN)
    says(visitor, GOOD)
    assert steps(visitor)["Your own files are what was sent."] == "undone"
    visitor.sees("Nothing here says what was sent")


def test_a_checkpoint_that_was_kept_fits_whatever_its_size(visitor: Person, log: Log) -> None:
    adds(visitor, receipt=log.receipt(size=290), key=log.key)
    for kept in (1, 2, 100, 128, 255, 256, 257, 289, 290, 291, 300):
        adds(visitor, checkpoint=log.checkpoint(kept))
        says(visitor, GOOD)
        assert steps(visitor)["It fits the checkpoint that you kept."] == "passed", kept


def test_a_checkpoint_of_another_history_gives_the_trail_away(visitor: Person, log: Log) -> None:
    rewritten = Log(differs_from=3)
    adds(visitor, receipt=log.receipt(size=290), key=log.key)
    for kept in (100, 256, 290, 300):
        adds(visitor, checkpoint=rewritten.checkpoint(kept))
        says(visitor, FAILED)
        assert failing(visitor) == ["It fits the checkpoint that you kept."], kept


def test_a_trail_that_was_rewritten_or_cut_is_told_by_a_receipt(visitor: Person, log: Log) -> None:
    for lying in (Log(differs_from=3), Log(280)):
        visitor.page.route("**/log/**", lying.serve)
        adds(visitor, receipt=log.receipt(size=290), key=log.key)
        says(visitor, FAILED)
        assert failing(visitor) == ["The trail still goes on from it."]


def test_a_checkpoint_alone_is_compared_with_the_trail_of_today(visitor: Person, log: Log) -> None:
    adds(visitor, checkpoint=log.checkpoint(77), key=log.key)
    says(visitor, "The trail of today holds all that your checkpoint stands for.")
    adds(visitor, checkpoint=Log(differs_from=3).checkpoint(77))
    says(visitor, FAILED)
    assert failing(visitor) == ["The trail still goes on from it."]


def test_the_page_works_on_when_the_service_is_gone(
    tmp_path: Path, migrated_sqlite: Path, clock: Clock, chromium: Browser, log: Log
) -> None:
    with serving(tmp_path, migrated_sqlite, clock) as site:
        person = Person(site, chromium)
        person.goes("/verify")
    adds(person, receipt=log.receipt(size=290), key=log.key, checkpoint=log.checkpoint(100))
    says(person, GOOD)
    found = steps(person)
    assert (
        found["It fits the checkpoint that you kept."]
        == found["The trail still goes on from it."]
        == "undone"
    )
    adds(person, checkpoint=log.checkpoint(290))
    says(person, GOOD)
    person.sees("It is the same one, of 290 entries.")
    receipt = log.receipt(size=290)
    on_leaf(receipt, b"2026", b"2025")
    adds(person, receipt=receipt)
    says(person, FAILED)
    person.leaves()


def test_a_checker_that_was_kept_asks_nobody(visitor: Person, log: Log, tmp_path: Path) -> None:
    person = visitor
    with person.page.expect_download() as saved:
        person.page.get_by_role("link", name="Keep this checker").click()
    checker = tmp_path / saved.value.suggested_filename
    saved.value.save_as(checker)
    assert checker.name == "daylight-check.html"
    asked: list[str] = []
    person.page.on("request", lambda request: asked.append(request.url))
    person.page.goto(checker.as_uri())
    adds(person, receipt=log.receipt(), key=log.key)
    says(person, GOOD)
    person.sees("A checker that was kept asks nobody.")
    adds(person, receipt=log.receipt(index=8, leaf=log.receipt()["leaf"]))
    says(person, FAILED)
    check(person.page)
    assert asked == [checker.as_uri()]
    # What is written into it, and nothing else, may run: its own policy keeps the rest out.
    assert person.page.evaluate("() => fetch('data:,').then(() => 'sent', () => 'kept')") == "kept"


def test_files_may_be_dropped_anywhere_on_the_page(visitor: Person, log: Log) -> None:
    visitor.page.evaluate(
        """([name, text]) => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([text], name));
            document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
        }""",
        ["receipt.json", spelled(log.receipt()).decode()],
    )
    says(visitor, "This receipt agrees with itself.")
    visitor.sees("receipt.json")


def test_a_browser_that_cannot_check_signatures_says_so_and_calls_nothing_good(
    visitor: Person, log: Log
) -> None:
    person = visitor
    person.page.add_init_script(
        """const whole = SubtleCrypto.prototype.importKey;
        SubtleCrypto.prototype.importKey = function (format, key, how, ...rest) {
            if (how === "Ed25519") throw new DOMException("Unrecognized name.", "NotSupportedError");
            return whole.call(this, format, key, how, ...rest);
        };"""
    )
    person.goes("/verify")
    adds(person, receipt=log.receipt(), key=log.key)
    says(person, "The signature was not checked.")
    person.sees(
        "This browser cannot check signatures of this kind (Ed25519). A newer one can, and so can verify.py."
    )
    adds(person, receipt=log.receipt(index=8, leaf=log.receipt()["leaf"]))
    says(person, FAILED)


def test_by_keyboard_a_receipt_is_pasted_and_the_verdict_is_read(somebody: Someone, log: Log) -> None:
    person = somebody(keyboard=True)
    person.goes("/verify")
    person.fills("Or paste one", json.dumps(log.receipt()))
    button = person.page.get_by_role("button", name="Check", exact=True)
    person.tabs_to(button)
    person.page.keyboard.press("Enter")
    expect(person.page.locator("#verdict")).to_be_focused()
    says(person, "This receipt agrees with itself.")
    expect(person.page.locator("[data-aloud]")).to_contain_text("This receipt agrees with itself.")


def test_without_scripts_the_program_and_its_commands_remain(site: Site, somebody: Someone) -> None:
    person = somebody(scripts=False)
    person.goes("/verify?index=7")
    person.sees(
        "this browser runs none", "Download the program", "python verify.py receipt receipt.json --vkey key.txt",
        f"python verify.py event 7 --log {site.address}/log --vkey key.txt",
    )  # fmt: skip
    expect(person.page.get_by_label("Files that you kept")).to_be_hidden()


def test_proofs_made_by_programs_that_are_not_ours_are_taken(visitor: Person) -> None:
    folder = os.environ.get("TEST_DATA")
    if folder is None:
        pytest.skip("TEST_DATA is unset: vectors/tlog-proof is not there to compare with")
    vectors = Path(folder) / "vectors" / "tlog-proof"
    proof, leaf = (vectors / f"70000-54321.{kind}" for kind in ("tlog-proof", "leaf"))
    adds(visitor, proof=proof.read_bytes(), leaf=leaf.read_bytes(), key=(vectors / "vkey.txt").read_bytes())
    says(visitor, GOOD)
    adds(visitor, checkpoint=(vectors / "checkpoint.70000").read_bytes())
    says(visitor, GOOD)
    assert steps(visitor)["It fits the checkpoint that you kept."] == "passed"
    adds(visitor, leaf=b'{"i":54322}')
    says(visitor, FAILED)
    assert ORIGIN not in visitor.text()


def a_receipt() -> Receipt:
    """What a supplier of this service downloads once its entry is signed."""
    world = f.an_open_challenge()
    ref, author = f.a_draft_proposal(world), world.suppliers[0].administrator
    proposals.submit(author, ref)
    f.sign_the_log()
    return receipts.receipt_json(author, ref)


def test_a_receipt_of_this_service_is_checked_while_it_runs_and_when_it_is_gone(
    tmp_path: Path, migrated_sqlite: Path, clock: Clock, chromium: Browser
) -> None:
    with serving(tmp_path, migrated_sqlite, clock) as site:
        person = Person(site, chromium)
        receipt = a_receipt()
        f.an_authority()
        f.sign_the_log()
        person.goes("/verify")
        adds(person, receipt=receipt)
        says(person, GOOD)
        person.sees(
            "It is the key with which this trail signs now.",
            receipt["openings"]["content"]["value"]["proposal"],
        )
        assert steps(person)["The trail still goes on from it."] == "passed"
        person.looks()
    person.page.get_by_role("button", name="Remove receipt").click()
    adds(person, receipt=receipt)
    says(person, GOOD)
    assert steps(person)["The trail still goes on from it."] == "undone"
    receipt["index"] += 1
    adds(person, receipt=receipt)
    says(person, FAILED)
    person.leaves()


def test_a_key_that_was_kept_counts_more_than_the_one_that_the_service_publishes(somebody: Someone) -> None:
    receipt = a_receipt()
    person = somebody()
    person.goes("/verify")
    adds(person, receipt=receipt, key=receipt["vkey"])
    says(person, GOOD)
    person.sees("It is a key that you kept.")
    adds(person, key=Log(1, seed=2).key)
    says(person, FAILED)
    assert failing(person) == ["The key is known."]


def test_an_entry_of_this_service_is_checked_from_its_own_page(somebody: Someone) -> None:
    f.an_authority()
    f.sign_the_log()
    person = somebody()
    person.goes("/trail/1")
    person.follows("Check again in your own browser")
    says(person, GOOD)
    person.sees("From 0 to 1: these are under a signed checkpoint.")
    person.looks()
