"""Files of proposals as those who read them get them."""

from __future__ import annotations

from flask import Flask

from marketplace.actions import files, proposals
from tests import factories as f
from tests.actions.test_evaluation import begin
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
