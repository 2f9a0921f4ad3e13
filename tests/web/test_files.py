"""Files of proposals as those who read them get them."""

from __future__ import annotations

import io

from flask import Flask

from marketplace.actions import files, proposals
from tests import factories as f
from tests.actions.test_evaluation import begin
from tests.clamd import EICAR, scanning
from tests.web.forms import visit_of

PLAN = b"%PDF-1.7 a plan"


def test_nobody_on_the_way_keeps_an_opened_file(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    kept = files.add(world.suppliers[0].administrator, ref, "plan.pdf", PLAN)
    proposals.submit(world.suppliers[0].administrator, ref)
    f.a_submitted_proposal(world)
    f.pass_deadline(world)
    f.open_stage(world)
    f.declare_all(world)
    begin(world)
    at = f"/desk/challenges/{world.ref}/stages/1"
    letter = next(each for each in f.letters(world) if f.ref_of(world, each) == ref)
    for person, page in ((world.lead, "reading"), (world.evaluator, "scores")):
        reader = visit_of(app, person)
        found = reader.get(f"{at}/{page}/{letter}/files/{kept}")
        assert (found.status_code, found.data) == (200, PLAN), page
        assert found.headers["Cache-Control"] == "no-store", page


def test_a_supplier_reads_at_once_what_the_scanner_said(app: Flask) -> None:
    world = f.an_open_challenge()
    page = f"/desk/proposals/{f.a_draft_proposal(world)}/files"
    author = visit_of(app, world.suppliers[0].administrator)
    with scanning(app) as clamd:
        refusal = author.send(page, {"file": (io.BytesIO(PLAN + EICAR), "plan.pdf")})
        assert (refusal.status_code, "“plan.pdf” is refused" in refusal.text) == (422, True)
        clamd.fault = "closed"
        author.send(page, {"file": (io.BytesIO(PLAN), "plan.pdf")})
        for each in (page, page.replace("/files", "/check")):
            assert "asked again before anyone else gets the file" in author.get(each).text, each
    author.send(page, {"file": (io.BytesIO(PLAN), "notes.pdf")})
    assert "this service has no scanner" in author.get(page).text


def test_everyone_who_would_download_a_file_reads_why_it_is_withheld(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    supplier = world.suppliers[0].administrator
    with scanning(app) as clamd:
        clamd.fault = "closed"
        file = files.add(supplier, ref, "plan.pdf", PLAN + EICAR)
        clamd.fault = ""
        proposals.submit(supplier, ref)
        f.pass_deadline(world)
        f.open_stage(world)
    f.declare_all(world)
    begin(world)
    at, own = f"/desk/challenges/{world.ref}/stages/1", f"/desk/proposals/{ref}"
    for person, page, door in (
        (world.lead, f"{at}/reading/A", f"{at}/reading/A/files/{file}"),
        (world.evaluator, f"{at}/scores/A", f"{at}/scores/A/files/{file}"),
        (supplier, f"{own}/sent", f"{own}/files/{file}"),
    ):
        reader = visit_of(app, person)
        text = reader.get(page).text
        assert "Withheld: the scanner found malware in this file." in text
        assert door not in text
        refusal = reader.get(door)
        assert (refusal.status_code, "“plan.pdf” is withheld" in refusal.text) == (409, True)
