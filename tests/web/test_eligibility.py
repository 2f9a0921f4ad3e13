"""Who can propose: what suppliers read before they write, and how a proposal is checked after opening."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from marketplace.actions import eligibility, moves
from marketplace.actions.moves import Details
from marketplace.clock import Clock
from tests import factories as f
from tests.actions.test_eligibility import SECRET, doubt_of, supplier_of
from tests.web.conftest import Browser, hidden_in, words_of
from tests.web.forms import visit_of

CONDITION = "The supplier must meet insured."


def test_conditions_stand_on_every_page_where_a_supplier_decides(app: Flask, client: Browser) -> None:
    world = f.an_open_challenge(conditions=("insured",))
    somebody = visit_of(app, f.a_person("Sam Supplier"))
    pages = [client.get(f"/challenges/{world.ref}{part}") for part in ("", "/print")]
    pages.append(somebody.get(f"/challenges/{world.ref}/propose"))
    ref = f.a_draft_proposal(world)
    pages.append(visit_of(app, world.suppliers[0].administrator).get(f"/desk/proposals/{ref}/check"))
    for page in pages:
        said = words_of(page)
        assert "Who can propose" in said
        assert CONDITION in said


def test_where_everyone_may_propose_that_is_said_once(app: Flask, client: Browser) -> None:
    world = f.an_open_challenge()
    assert "Who can propose Everyone" in words_of(client.get(f"/challenges/{world.ref}"))
    ref = f.a_draft_proposal(world)
    supplier = visit_of(app, world.suppliers[0].administrator)
    assert "Who can propose" not in words_of(supplier.get(f"/desk/proposals/{ref}/check"))


def test_the_lead_is_led_to_what_waits_and_hears_which_condition_a_reason_is_for(app: Flask) -> None:
    world = f.an_opened_stage(conditions=("insured",))
    lead, page = visit_of(app, world.lead), f"/desk/challenges/{world.ref}/stages/1/eligibility"
    assert "Check proposal A" in words_of(lead.get(page))
    assert f"Why {CONDITION}" in words_of(lead.get(f"{page}/A"))
    for letter in f.letters(world):
        f.check(world, letter)
    assert "Check proposal" not in words_of(lead.get(page))


TYPED = {"passes_0": "no", "reason_0": "The certificate ended in March.", "days": "2"}


def test_the_lead_reads_what_its_supplier_is_told_before_it_is_told(app: Flask) -> None:
    world = f.an_opened_stage(conditions=("insured",))
    lead, page = visit_of(app, world.lead), f"/desk/challenges/{world.ref}/stages/1/eligibility/A"
    assert f.ANSWERS["team"] in words_of(lead.get(page))
    author, ref = supplier_of(world, "A")
    supplier, theirs = visit_of(app, author), f"/desk/proposals/{ref}/eligibility"
    assert supplier.get(theirs).status_code == 404
    again = lead.send(page, TYPED)
    assert again.status_code == 200
    assert "Its supplier is told at once." in words_of(again)
    assert supplier.get(theirs).status_code == 404
    assert lead.send(page, TYPED | {"sure": "yes"}).status_code == 303
    told = words_of(supplier.get(theirs))
    assert CONDITION in told
    assert "The certificate ended in March." in told
    assert "Reply to a doubt" in words_of(supplier.get("/desk"))


def test_a_failure_without_a_reason_is_marked_and_nothing_is_lost(app: Flask) -> None:
    world = f.an_opened_stage(conditions=("insured", "local"))
    lead, page = visit_of(app, world.lead), f"/desk/challenges/{world.ref}/stages/1/eligibility/A"
    sent = lead.send(page, {"passes_0": "no", "passes_1": "yes", "reason_1": "Page 3 says so.", "days": "2"})
    assert sent.status_code == 422
    assert "Say why the condition does not seem to be met." in words_of(sent)
    assert "Page 3 says so." in sent.text
    empty = lead.send(page, {"passes_0": "yes", "days": "2"})
    assert "Say whether it meets this: The supplier must meet local." in words_of(empty)


def a_doubted_stage() -> f.World:
    world = f.an_opened_stage(conditions=("insured",))
    f.declare_all(world)
    f.check(world, "A", "insured")
    f.check(world, "B")
    return world


def test_a_supplier_replies_reads_it_again_and_sends_it_once(app: Flask) -> None:
    world = a_doubted_stage()
    author, ref = supplier_of(world, "A")
    supplier, page = visit_of(app, author), f"/desk/proposals/{ref}/eligibility"
    assert page in supplier.get(f"/desk/proposals/{ref}").text
    asked = supplier.send(page, {"text": SECRET})
    assert asked.status_code == 200
    assert SECRET in words_of(asked)
    assert "It cannot be changed or taken back." in words_of(asked)
    assert supplier.send(page, {"text": SECRET, "sure": "yes"}).status_code == 303
    assert SECRET in words_of(supplier.get(page))
    lead = visit_of(app, world.lead)
    assert SECRET in words_of(lead.get(f"/desk/challenges/{world.ref}/stages/1/eligibility/A"))
    assert "Rule on a condition" in words_of(lead.get("/desk"))


def test_a_reply_that_comes_late_is_refused_and_stands_on_the_page(app: Flask, clock: Clock) -> None:
    world = a_doubted_stage()
    author, ref = supplier_of(world, "A")
    due = doubt_of(world, "A").due_at
    clock.set(due - timedelta(seconds=1))
    supplier, page = visit_of(app, author), f"/desk/proposals/{ref}/eligibility"
    form = supplier.get(page)
    hidden = {name: hidden_in(form, name) for name in ("csrf_token", "once")}
    clock.set(due)
    late = supplier.post(page, data=hidden | {"text": SECRET, "sure": "yes"})
    assert late.status_code == 409
    assert "Nothing reached the authority." in words_of(late)
    assert SECRET in words_of(late)


def test_a_refusal_is_confirmed_on_a_page_without_name_or_text(app: Flask) -> None:
    world = a_doubted_stage()
    author, ref = supplier_of(world, "A")
    eligibility.reply(author, ref, SECRET)
    lead, at = visit_of(app, world.lead), f"/desk/challenges/{world.ref}/stages/1"
    typed = {"refuse": "yes", "ruling": f.RULING}
    approver, page = visit_of(app, world.approver), f"{at}/refusals/A"
    assert approver.get(page).status_code == 404
    assert "An approver reads" in words_of(lead.send(f"{at}/eligibility/A/ruling", typed))
    assert lead.send(f"{at}/eligibility/A/ruling", typed | {"sure": "yes"}).status_code == 303
    read = approver.get(page)
    said = words_of(read)
    assert SECRET in said
    assert f.RULING in said
    assert all(text not in said for text in f.ANSWERS.values())
    assert "Supplier 1" not in said
    assert "Supplier 2" not in said
    sent = {name: hidden_in(read, name) for name in ("csrf_token", "once", "seen")}
    assert approver.post(page, data=sent).status_code == 303
    told = words_of(visit_of(app, author).get(f"/desk/proposals/{ref}/eligibility"))
    assert "The panel does not score it." in told
    assert f.RULING in told
    assert "challenge@northmere.example" in told


def test_an_approver_sends_a_refusal_back_with_a_reason(app: Flask) -> None:
    world = a_doubted_stage()
    eligibility.reply(*supplier_of(world, "A"), SECRET)
    eligibility.rule(world.lead, world.ref, 1, "A", True, f.RULING)
    approver, page = visit_of(app, world.approver), f"/desk/challenges/{world.ref}/stages/1/refusals/A/back"
    assert approver.send(page, {"reason": ""}).status_code == 422
    assert approver.send(page, {"reason": "It runs until May."}).status_code == 303
    assert approver.get(page).status_code == 404


def test_nobody_else_finds_any_of_these_pages(app: Flask) -> None:
    world = a_doubted_stage()
    eligibility.reply(*supplier_of(world, "A"), SECRET)
    eligibility.rule(world.lead, world.ref, 1, "A", True, f.RULING)
    at, ref = f"/desk/challenges/{world.ref}/stages/1", f.ref_of(world, "A")
    leads = [f"{at}/eligibility", f"{at}/eligibility/A", f"{at}/eligibility/A/ruling"]
    approves, own = [f"{at}/refusals/A", f"{at}/refusals/A/back"], [f"/desk/proposals/{ref}/eligibility"]
    rival, _other = supplier_of(world, "B")
    everyone_else = (world.evaluator, world.chair, rival, f.a_person("Sam Stranger"))
    closed_to = {person: [*leads, *approves, *own] for person in everyone_else}
    closed_to |= {world.approver: [*leads, *own], world.lead: [*approves, *own]}
    for person, closed in closed_to.items():
        browser = visit_of(app, person)
        assert [browser.get(page).status_code for page in closed] == [404] * len(closed), person.name


def test_a_panel_never_sees_who_was_refused(app: Flask) -> None:
    world = a_doubted_stage()
    eligibility.reply(*supplier_of(world, "A"), SECRET)
    f.refuse(world, "A")
    moves.make(world.lead, world.ref, "score", Details())
    evaluator, at = visit_of(app, world.evaluator), f"/desk/challenges/{world.ref}/stages/1/scores"
    assert "1 proposal" in words_of(evaluator.get(at))
    assert evaluator.get(f"{at}/B").status_code == 200
    assert evaluator.get(f"{at}/A").status_code == 404


def test_the_public_learns_how_many_and_not_who(app: Flask, client: Browser) -> None:
    world = a_doubted_stage()
    eligibility.reply(*supplier_of(world, "A"), SECRET)
    f.refuse(world, "A")
    moves.make(world.lead, world.ref, "score", Details())
    trail = words_of(client.get(f"/challenges/{world.ref}/trail"))
    assert "1 proposal meets the published conditions, 1 refused." in trail
    assert "Supplier 1" not in trail
    assert "Supplier 2" not in trail
