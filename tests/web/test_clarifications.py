"""The pages on which the lead asks, a supplier replies, and the panel reads it beside the answer."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from marketplace.actions import (
    clarifications,
    decisions,
    eligibility,
    evaluation,
    moderation,
    moves,
    summaries,
)
from marketplace.actions.moves import Details
from marketplace.clock import Clock
from tests import factories as f
from tests.actions.test_clarifications import QUESTION, SECRET, ask, asked, reply
from tests.actions.test_eligibility import supplier_of
from tests.web.conftest import Browser, hidden_in, words_of
from tests.web.forms import visit_of

TYPED = {
    "kind": "ambiguity", "letters": ["A"], "answer": "evidence", "question": QUESTION, "most": "50", "days": "2",
}  # fmt: skip


def test_the_lead_reads_whom_it_asks_before_it_asks(app: Flask) -> None:
    world = f.a_scoring_stage(3)
    lead, at = visit_of(app, world.lead), f"/desk/challenges/{world.ref}/stages/1"
    assert f.ANSWERS["evidence"] in words_of(lead.get(f"{at}/reading/A"))
    page, typed = f"{at}/clarifications/ask", TYPED | {"kind": "missing", "letters": ["A", "C"]}
    assert "Look for the same omission in every proposal first" in words_of(lead.send(page, typed))
    again = words_of(lead.send(page, typed | {"looked": "y"}))
    assert "2 suppliers get it now, the same for each." in again
    assert again.index("Who is asked A.") < again.index("Who is not asked B.")
    sent = lead.send(page, typed | {"looked": "y", "sure": "yes"})
    assert sent.status_code == 303
    assert QUESTION in words_of(lead.get(sent.location))


def test_only_what_is_missing_is_asked_of_several(app: Flask) -> None:
    world = f.a_scoring_stage()
    lead, page = visit_of(app, world.lead), f"/desk/challenges/{world.ref}/stages/1/clarifications/ask"
    refused = lead.send(page, TYPED | {"letters": ["A", "B"]})
    assert refused.status_code == 422
    assert "Only what is missing is asked of several at once." in words_of(refused)
    assert QUESTION in refused.text


def test_a_supplier_finds_the_question_on_its_desk_and_replies_once(app: Flask) -> None:
    world = f.a_scoring_stage()
    ask(world, "A")
    author, ref = supplier_of(world, "A")
    supplier, page = visit_of(app, author), f"/desk/proposals/{ref}/clarifications/{asked(world, 'A').id}"
    assert page in supplier.get("/desk").text
    assert page in supplier.get(f"/desk/proposals/{ref}").text
    assert QUESTION in words_of(supplier.get(page))
    long = supplier.send(page, {"text": "word " * 51})
    assert long.status_code == 422
    assert "Use at most 50 words. This has 51." in words_of(long)
    assert SECRET in words_of(supplier.send(page, {"text": SECRET}))
    assert asked(world, "A").reply is None
    assert supplier.send(page, {"text": SECRET, "sure": "yes"}).status_code == 303
    assert SECRET in words_of(supplier.get(page))
    assert page not in supplier.get("/desk").text


def test_a_reply_that_comes_late_stands_on_the_page(app: Flask, clock: Clock) -> None:
    world = f.a_scoring_stage()
    ask(world, "A")
    author, ref = supplier_of(world, "A")
    clock.set(asked(world, "A").due_at - timedelta(seconds=1))
    supplier, page = visit_of(app, author), f"/desk/proposals/{ref}/clarifications/{asked(world, 'A').id}"
    form = supplier.get(page)
    hidden = {name: hidden_in(form, name) for name in ("csrf_token", "once")}
    clock.set(asked(world, "A").due_at)
    late = supplier.post(page, data=hidden | {"text": SECRET, "sure": "yes"})
    assert late.status_code == 409
    assert "Nothing reached the authority." in words_of(late)
    assert SECRET in words_of(late)


def test_the_panel_reads_it_beside_the_answer_as_given_later(app: Flask) -> None:
    world = f.a_scoring_stage()
    ask(world, "A")
    reply(world, "A")
    clarifications.ask(world.lead, world.ref, 1, ["A"], "error", "", "Do the sums add up?", 50, 2)
    evaluator, at = visit_of(app, world.evaluator), f"/desk/challenges/{world.ref}/stages/1"
    sheet = words_of(evaluator.get(f"{at}/scores/A"))
    answer, question, said = (sheet.index(text) for text in (f.ANSWERS["evidence"], QUESTION, SECRET))
    assert answer < question < said
    assert "This was not part of the proposal." in sheet
    assert sheet.count("Do the sums add up?") == 1
    across = words_of(evaluator.get(f"{at}/criteria/evidence"))
    assert across.count(SECRET) == across.count("Do the sums add up?") == 1
    assert SECRET not in words_of(evaluator.get(f"{at}/scores/B"))


def test_nobody_but_the_lead_finds_the_pages_of_asking_and_only_its_supplier_the_question(app: Flask) -> None:
    world = f.a_scoring_stage()
    ask(world, "A")
    at, ref = f"/desk/challenges/{world.ref}/stages/1", f.ref_of(world, "A")
    leads = [f"{at}/clarifications", f"{at}/clarifications/ask", f"{at}/reading/A"]
    own = [f"/desk/proposals/{ref}/clarifications/{asked(world, 'A').id}"]
    author, _ref = supplier_of(world, "A")
    rival, other = supplier_of(world, "B")
    everyone_else = (world.evaluator, world.chair, world.approver, rival, f.a_person("Sam Stranger"))
    closed_to = {person: [*leads, *own] for person in everyone_else} | {author: leads, world.lead: own}
    closed_to[rival] = [*leads, *own, own[0].replace(ref, other)]
    for person, closed in closed_to.items():
        browser = visit_of(app, person)
        assert [browser.get(page).status_code for page in closed] == [404] * len(closed), person.name


def test_the_trail_tells_how_many_were_asked_and_replied(app: Flask, client: Browser) -> None:
    world = f.a_scoring_stage()
    ask(world, "A", "B")
    reply(world, "A")
    trail = words_of(client.get(f"/challenges/{world.ref}/trail"))
    assert "2 suppliers are asked the same question." in trail
    assert "A supplier replied to a question." in trail
    assert QUESTION not in trail


def test_results_say_how_many_were_refused_asked_and_answered(app: Flask, client: Browser) -> None:
    world = f.an_opened_stage(3, conditions=("insured",))
    f.declare_all(world)
    for letter in "ABC":
        f.check(world, letter, *(["insured"] if letter == "C" else []))
    eligibility.reply(*supplier_of(world, "C"), SECRET)
    f.refuse(world, "C")
    moves.make(world.lead, world.ref, "score", Details())
    ask(world, "A", "B")
    reply(world, "A")
    reply(world, "B", "All of them.")
    for letter in "AB":
        for person in world.scorers:
            f.score(world, person, letter, *([4, 4, 4, 4] if letter == "A" else [2, 2, 2, 2]))
    for person in world.scorers:
        evaluation.lock(person, world.ref, 1)
    moderation.settle(world.chair, world.ref, 1)
    sentences = {letter: "Both were read; the scores say why." for letter in "AB"}
    made = decisions.propose(world.chair, world.ref, 1, ["A"], sentences, "It found most damp rooms.")
    decisions.confirm(world.approver, world.ref, 1, made)
    summaries.send_summaries(world.lead, world.ref, 1)
    moves.make(world.lead, world.ref, "notice", Details(checks=moves.AWARD_CHECKS))
    said = words_of(client.get(f"/challenges/{world.ref}/results"))
    assert "1 proposal did not meet a published condition and was not scored." in said
    assert "The lead asked suppliers 2 questions after the opening. Answered: 2." in said
    assert "Proposal C" not in said
    assert client.get(f"/challenges/{world.ref}/results/1/C").status_code == 404
