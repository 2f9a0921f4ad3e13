"""What this service gives a supplier, checked by the program that it gives to everyone."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from flask import Flask

from marketplace.actions import files, proposals
from marketplace.policy import SYSTEM
from marketplace.queries import receipts
from marketplace.rules.receipts import spell
from tests import factories as f
from tests.tools.bundles import Run
from tests.web.conftest import Browser, new_browser
from tests.web.forms import visit_of

PLAN = b"%PDF-1.7 what we do"


class HandIn:
    """A proposal that was handed in on its page, and a folder for what its supplier keeps of it."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self.world, self.folder = f.an_open_challenge(), folder
        self.ref = f.a_draft_proposal(self.world)
        self.author = self.world.suppliers[0].administrator
        files.add(self.author, self.ref, "plan.pdf", PLAN)
        self.browser: Browser = visit_of(app, self.author)
        self.browser.send(f"/desk/proposals/{self.ref}/check", {})
        self.index = receipts.receipt(self.author, self.ref).index
        self.public = new_browser(app)

    def keep(self, name: str, address: str, browser: Browser) -> Path:
        (self.folder / name).write_bytes(browser.get(address).data)
        return self.folder / name

    def receipt(self) -> Path:
        address = f"/desk/proposals/{self.ref}/receipts/{self.index}.json"
        return self.keep("receipt.json", address, self.browser)

    def key(self) -> Path:
        return self.keep("vkey", "/log/vkey", self.public)

    def answers(self) -> Path:
        """Answers and attachments, in a folder as they were sent."""
        packed = self.browser.get(f"/desk/proposals/{self.ref}/answers.zip").data
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            archive.extractall(self.folder / "answers")
        (self.folder / "answers" / "plan.pdf").write_bytes(PLAN)
        return self.folder / "answers"


@pytest.fixture
def handed_in(app: Flask, tmp_path: Path) -> HandIn:
    return HandIn(app, tmp_path)


def test_the_receipt_of_the_confirmation_page_verifies_with_everything_beside_it(
    handed_in: HandIn, verify: Run
) -> None:
    assert verify("receipt", handed_in.receipt())[0] == 2
    f.sign_the_log()
    words = ("--vkey", handed_in.key(), "--answers", handed_in.answers())
    code, out, _ = verify("receipt", handed_in.receipt(), *words)
    assert code == 0, out
    assert "plan.pdf" in out
    assert f"Entry {handed_in.index} is in the log" in out


def test_an_answer_that_was_not_handed_in_is_found_out(handed_in: HandIn, verify: Run) -> None:
    f.sign_the_log()
    folder = handed_in.answers()
    (folder / "team.txt").write_text("Somebody else.")
    assert verify("receipt", handed_in.receipt(), "--answers", folder)[0] == 1


def test_the_receipt_of_a_withdrawal_and_the_one_that_is_mailed_verify(
    handed_in: HandIn, verify: Run
) -> None:
    answers = handed_in.answers()
    proposals.withdraw(handed_in.author, handed_in.ref)
    f.sign_the_log()
    withdrawal = receipts.receipt_json(handed_in.author, handed_in.ref)
    for receipt in (withdrawal, receipts.enclosed(SYSTEM, handed_in.index)):
        path = handed_in.folder / "kept.json"
        path.write_text(spell(receipt))
        assert verify("receipt", path, "--vkey", handed_in.key())[0] == 0
        # Neither holds answers, so that nothing is said of those beside it.
        assert verify("receipt", path, "--answers", answers)[0] == 2


def test_by_its_own_key_alone_a_receipt_is_said_to_be_in_the_log_of_whoever_made_that(
    handed_in: HandIn, verify: Run
) -> None:
    f.sign_the_log()
    code, out, _ = verify("receipt", handed_in.receipt())
    assert (code, "is in the log of whoever made the key in this receipt" in out) == (0, True)
