"""Pages after a ranking: the draw, leaving, taking a decision back, and calling the reserve."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from marketplace.actions import moves
from marketplace.actions.moves import Details
from marketplace.models.database import installation
from tests.actions.test_draws import EQUAL, VALUE
from tests.actions.test_reserve import held
from tests.factories import a_decided_stage, a_scored_stage, ref_of
from tests.web.forms import fields_of, visit_of


def test_the_ranking_leads_to_the_draw_and_its_page_names_the_round_and_keeps_what_is_typed(
    app: Flask,
) -> None:
    world = a_scored_stage(3, EQUAL)
    installation().clock.set(installation().clock.now() + timedelta(hours=2))
    base = f"/desk/challenges/{world.ref}/stages/1"
    chair = visit_of(app, world.chair)
    assert f"{base}/draw" in chair.get(f"{base}/ranking").text
    assert "none of them is chosen yet" in chair.get(f"{base}/decision").text
    page = chair.get(f"{base}/draw")
    assert "api.drand.sh" in page.text
    form = {name: values[0] for name, values in fields_of(page).items()}
    wrong = chair.post(f"{base}/draw", data=form | {"beacon": "not a value"})
    assert (wrong.status_code, "not a value" in wrong.text) == (422, True)
    assert chair.post(f"{base}/draw", data=form | {"beacon": f" {VALUE.upper()}\n"}).status_code == 303
    approver = visit_of(app, world.approver)
    page = approver.get(f"{base}/draw")
    assert world.chair.name in page.text
    form = {name: values[0] for name, values in fields_of(page).items()}
    approver.post(f"{base}/draw", data=form | {"beacon": VALUE})
    assert "The draw is made" in approver.get(f"{base}/draw").text


def test_a_supplier_leaves_from_its_own_page(app: Flask) -> None:
    world = a_scored_stage(3)
    ref = ref_of(world, "A")
    visit = visit_of(app, world.suppliers[world.proposals.index(ref)].administrator)
    assert f"/desk/proposals/{ref}/leave" in visit.get(f"/desk/proposals/{ref}").text
    page = visit.get(f"/desk/proposals/{ref}/leave")
    form = {name: values[0] for name, values in fields_of(page).items()}
    assert (
        visit.post(f"/desk/proposals/{ref}/leave", data=form | {"why": "We have no staff."}).status_code
        == 303
    )
    assert "counts no more" in visit.get(f"/desk/proposals/{ref}/leave").text


def test_the_public_reads_why_a_decision_was_taken_back(app: Flask) -> None:
    world = a_decided_stage()
    why = "A level was copied to the wrong proposal."
    for person in (world.lead, world.approver):
        moves.make(person, world.ref, "reopen", Details(reason=why))
    public = app.test_client()
    for page in (
        f"/challenges/{world.ref}",
        f"/challenges/{world.ref}/results",
        f"/challenges/{world.ref}/trail",
    ):
        assert why in public.get(page).text
    chair = visit_of(app, world.chair)
    again = f"/desk/challenges/{world.ref}/stages/1/moderate"
    assert again in chair.get(f"/desk/challenges/{world.ref}").text
    form = {name: values[0] for name, values in fields_of(chair.get(again)).items()}
    assert chair.post(again, data=form).status_code == 303
    assert world.stage.state == "moderating"


def test_the_lead_says_who_drops_out_and_the_approver_reads_it(app: Flask) -> None:
    world = held("B")
    page = f"/desk/challenges/{world.ref}/moves/call-reserve"
    lead, approver = visit_of(app, world.lead), visit_of(app, world.approver)
    form = {name: values[0] for name, values in fields_of(lead.get(page)).items()}
    assert lead.post(page, data=form | {"subject": "A", "reason": "It has no staff."}).status_code == 303
    asked = approver.get(page)
    assert "proposal A" in asked.text
    form = {name: values[0] for name, values in fields_of(asked).items()}
    assert approver.post(page, data=form).status_code == 303


def test_what_the_chair_holds_in_reserve_and_excludes_is_asked_for_and_shown(app: Flask) -> None:
    world = a_scored_stage(3)
    page = f"/desk/challenges/{world.ref}/stages/1/decision"
    chair = visit_of(app, world.chair)
    form = {name: values[0] for name, values in fields_of(chair.get(page)).items()}
    told = {f"reason_{letter}": "Every score says why." for letter in "ABC"}
    sent = form | told | {"forward": "B", "reserve": "C", "exclusion": "A", "why": "It found most."}
    assert chair.post(page, data=sent).status_code == 303
    shown = chair.get(page).text
    assert "In reserve" in shown
    assert "Excluded" in shown
