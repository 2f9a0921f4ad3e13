"""Attachments: encrypted before they are stored, kept apart, and only of kinds that are what they say."""

from __future__ import annotations

import hashlib
import os

import pytest
from flask import Flask

from marketplace.actions import files, proposals
from marketplace.models.database import installation
from marketplace.queries import proposals as seen
from marketplace.queries import receipts
from marketplace.rules import limits
from marketplace.rules.proposals import check_file
from marketplace.rules.refusals import Refused
from tests import factories as f
from tests.actions.test_proposals import PDF, refused, stored_files


def test_a_file_comes_back_to_its_supplier_and_is_committed_to(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    author = world.suppliers[0].administrator
    file_id = files.add(author, ref, "plan of the street.pdf", PDF)
    proposals.submit(author, ref)
    assert seen.own_file(author, ref, file_id) == ("plan of the street.pdf", "application/pdf", PDF)
    entry = {"name": "plan of the street.pdf", "sha256": hashlib.sha256(PDF).hexdigest(), "bytes": len(PDF)}
    assert receipts.receipt(author, ref).value["files"] == [entry]


def test_a_removed_file_stays_with_what_was_handed_in(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    author = world.suppliers[0].administrator
    file_id = files.add(author, ref, "plan.pdf", PDF)
    proposals.submit(author, ref)
    files.remove(author, ref, file_id)
    found = seen.own_proposal(author, ref)
    assert (found.files, [file.name for file in found.sent_files], found.changed) == ((), ["plan.pdf"], True)
    refused("missing", files.remove, author, ref, file_id)


def test_three_files_are_the_most_and_equal_files_are_kept_apart(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    author = world.suppliers[0].administrator
    for _ in range(limits.FILES):
        files.add(author, ref, "plan.pdf", PDF)
    refused("proposal.files_full", files.add, author, ref, "plan.pdf", PDF)
    assert len(stored_files(app)) == limits.FILES


def test_whoever_adds_files_and_removes_them_again_does_not_fill_the_disk(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "ADDED", 4)
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    author = world.suppliers[0].administrator
    for _ in range(4):
        files.remove(author, ref, files.add(author, ref, "plan.pdf", PDF))
    refused("proposal.files_often", files.add, author, ref, "plan.pdf", PDF)
    assert len(stored_files(app)) == 4
    other = f.a_supplier("Other").administrator
    refused("missing", files.add, other, ref, "plan.pdf", PDF)


def test_a_file_sent_twice_under_one_key_is_kept_once(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    author = world.suppliers[0].administrator
    first = files.add.once("f" * 20)(author, ref, "plan.pdf", PDF)
    assert files.add.once("f" * 20)(author, ref, "plan.pdf", PDF) == first
    assert len(stored_files(app)) == 1
    with pytest.raises(Refused, match=r"form\.reused"):
        files.add.once("f" * 20)(author, ref, "plan.pdf", PDF + b"more")
    assert len(stored_files(app)) == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plan.exe", b"MZ"),
        ("plan.pdf", b"<html>"),
        ("plan.png", PDF),
        ("plan", PDF),
        ("plan.docx", b"PK\x03\x04 no archive"),
        ("pl\x00an.pdf", PDF),
        ("x" * 300 + ".pdf", PDF),
    ],
)
def test_only_documents_and_pictures_that_are_what_they_say_are_taken(name: str, content: bytes) -> None:
    refused("proposal.file_type", check_file, name, content)


def test_a_file_over_the_limit_is_refused() -> None:
    refused("proposal.file_size", check_file, "plan.pdf", PDF.ljust(limits.FILE_BYTES + 1))


def test_a_name_cannot_lead_elsewhere() -> None:
    assert check_file("../../etc/plan.pdf", PDF) == "..-..-etc-plan.pdf"


def test_what_no_row_names_is_swept_after_a_week_and_nothing_else(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    author = world.suppliers[0].administrator
    kept = files.add(author, ref, "plan.pdf", PDF)
    store, now = installation().files, installation().clock.now().timestamp()
    mine = {path.name for path in store.old(float("inf"))}
    for name, days in (("forgotten", 8), ("new", 6)):
        store.put(name.encode())
        path = next(each for each in store.old(float("inf")) if each.name == sha256(name))
        half = path.with_name(f"half {name}")
        half.touch()
        for each in (path, half):
            os.utime(each, (now - days * 86400,) * 2)
    for path in store.old(float("inf")):
        if path.name in mine:
            os.utime(path, (0, 0))
    files.sweep()
    assert {path.name for path in store.old(float("inf"))} == mine | {"half new", sha256("new")}
    assert seen.own_file(author, ref, kept)[2] == PDF


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
