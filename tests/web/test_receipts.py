"""Receipts: what a supplier holds after handing in, replacing and withdrawing, and what it proves without us."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import zipfile
from typing import Any

from flask import Flask
from sqlalchemy import delete

from marketplace.actions import files, proposals
from marketplace.models.database import writing
from marketplace.models.trail import LogOpening
from marketplace.policy import ANYONE
from marketplace.queries import log
from marketplace.rules import canonical
from marketplace.rules.proposals import digest
from marketplace.tlog import proofs
from marketplace.tlog.checkpoints import Checkpoint
from marketplace.tlog.notes import VerifierKey
from tests import factories as f
from tests.web.conftest import Browser, words_of
from tests.web.forms import visit_of

WAITING = "Not yet. A checkpoint usually covers an entry within a second."


def downloads(browser: Browser, ref: str) -> list[dict[str, Any]]:
    """Every receipt that the confirmation page offers, its own first."""
    page = browser.get(f"/desk/proposals/{ref}/submitted").text
    found = dict.fromkeys(re.findall(rf'href="(/desk/proposals/{ref}/receipts/\d+\.json)"', page))
    filled = re.findall(r'govuk-button" href="([^"]+)"', page)
    return [json.loads(browser.get(path).data) for path in sorted(found, key=lambda path: path not in filled)]


def checked(receipt: dict[str, Any]) -> Checkpoint:
    """The checkpoint under which the entry stands: by nothing but the receipt."""
    leaf = base64.b64decode(receipt["leaf"])
    proof = proofs.parse(receipt["proof"])
    assert proof.index == receipt["index"]
    return proof.check(leaf, [VerifierKey.parse(receipt["vkey"])])


def opened(receipt: dict[str, Any]) -> dict[str, Any]:
    """What was committed to: by nothing but the receipt."""
    opening = receipt["openings"]["content"]
    found = canonical.commitment(bytes.fromhex(opening["salt"]), "sealed", "content", opening["value"])
    assert found == json.loads(base64.b64decode(receipt["leaf"]))["private"]["content"]
    value: dict[str, Any] = opening["value"]
    return value


def test_the_receipt_of_the_confirmation_page_is_proved_as_soon_as_the_log_is_signed(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    author = world.suppliers[0].administrator
    files.add(author, ref, "plan.pdf", b"%PDF-1.7 what we do")
    browser = visit_of(app, author)
    at = browser.send(f"/desk/proposals/{ref}/check", {}).location
    assert WAITING in words_of(browser.get(at))
    (waiting,) = downloads(browser, ref)
    assert {"proof", "vkey"}.isdisjoint(waiting)
    f.sign_the_log()
    page = words_of(browser.get(at))
    assert WAITING not in page
    (receipt,) = downloads(browser, ref)
    checkpoint = checked(receipt)
    assert (checkpoint.origin, receipt["vkey"]) == (receipt["origin"], log.vkeys(ANYONE)[0])
    assert f"Under checkpoint {checkpoint.size}, signed on" in page
    value = opened(receipt)
    assert {name: value[name] for name in ("challenge", "stage", "proposal", "version")} == {
        "challenge": world.ref, "stage": 1, "proposal": ref, "version": 1,
    }  # fmt: skip
    assert value["answers"] == {question: digest(text) for question, text in f.ANSWERS.items()}
    assert [(file["name"], file["bytes"]) for file in value["files"]] == [("plan.pdf", 19)]


def test_every_act_until_the_deadline_has_a_receipt_and_each_stays_one_after_the_opening(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_submitted_proposal(world)
    author = world.suppliers[0].administrator
    proposals.save_answer(author, ref, "team", "Two people now.", f.SEEN["team"])
    proposals.submit(author, ref)
    proposals.withdraw(author, ref)
    f.sign_the_log()
    withdrawal, second, first = (opened(each) for each in downloads(visit_of(app, author), ref))
    assert (withdrawal["withdrawn"], second["answers"]["team"]) == (2, digest("Two people now."))
    assert first["answers"]["team"] == digest(f.ANSWERS["team"])
    proposals.submit(author, ref)
    f.pass_deadline(world)
    f.open_stage(world)
    f.sign_the_log()
    colleague = f.a_person("Cem Colleague")
    f.join(world.suppliers[0], colleague)
    after = downloads(visit_of(app, colleague), ref)
    assert len({checked(each).size for each in after}) == 1
    assert [opened(each) for each in after[1:]] == [withdrawal, second, first]


def test_once_what_opens_it_is_erased_the_receipt_proves_the_entry_and_says_why_no_more(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_submitted_proposal(world)
    browser = visit_of(app, world.suppliers[0].administrator)
    with writing() as session:
        session.execute(delete(LogOpening).where(LogOpening.field == "content"))
    f.sign_the_log()
    page = words_of(browser.get(f"/desk/proposals/{ref}/submitted"))
    assert "What opens this entry was erased, as was asked." in page
    (receipt,) = downloads(browser, ref)
    assert checked(receipt).size
    assert "openings" not in receipt


def test_a_receipt_is_its_suppliers_alone(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_submitted_proposal(world)
    f.a_submitted_proposal(world)
    (own,) = downloads(visit_of(app, world.suppliers[0].administrator), ref)
    rival = visit_of(app, world.suppliers[1].administrator)
    own_address = f"/desk/proposals/{ref}/receipts/{own['index']}.json"
    assert rival.get(own_address).status_code == 404
    theirs = f"/desk/proposals/{world.proposals[1]}/receipts/{own['index']}.json"
    assert rival.get(theirs).status_code == 404


def test_answers_come_as_files_that_have_the_hashes_in_the_receipt(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world, team="Räum auf.\n\nZwei Leute.")
    browser = visit_of(app, world.suppliers[0].administrator)
    address = f"/desk/proposals/{ref}/answers.zip"
    assert browser.get(address).status_code == 404
    assert address in browser.get(browser.send(f"/desk/proposals/{ref}/check", {}).location).text
    with zipfile.ZipFile(io.BytesIO(browser.get(address).data)) as archive:
        texts = {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}
    (receipt,) = downloads(browser, ref)
    assert texts == {f"{question}.txt": hashed for question, hashed in opened(receipt)["answers"].items()}
