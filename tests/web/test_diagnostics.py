"""How firm a result is: for chair and approver once decided, and public where that was chosen before opening."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from marketplace.actions import decisions, evaluation, locks, moderation, moves, summaries
from marketplace.models.database import installation, writing
from marketplace.models.evaluation import AgreedLevel
from marketplace.models.proposals import Proposal
from marketplace.policy import ANYONE
from marketplace.queries import diagnostics
from marketplace.rules import challenges as c
from marketplace.rules.refusals import Refused
from tests import factories as f
from tests.actions.test_reopening import take_back
from tests.queries.rows import add_proposals, counted
from tests.web.conftest import Browser, words_of
from tests.web.forms import a_bare_draft, save, section, visit_of
from tests.web.test_results import content_with


def test_an_author_chooses_it_before_opening(app: Flask) -> None:
    world = a_bare_draft()
    browser = visit_of(app, world.editor)
    assert section(world, "terms").publish_diagnostics is False
    assert save(browser, world, "terms", publish_diagnostics="y").status_code == 303
    assert section(world, "terms").publish_diagnostics is True
    assert "Published with it" in words_of(browser.get(f"/desk/challenges/{world.ref}/preview"))


@pytest.mark.parametrize(
    ("terms", "says"),
    [
        ({"publish_diagnostics": True}, "what other weights or evaluators would change"),
        ({"publish_diagnostics": True, "publish_scores": "panel"}, "it: what other weights would change"),
        ({}, "stays with the chair and the approver"),
    ],
)
def test_a_challenge_says_what_becomes_public_of_it(
    app: Flask, client: Browser, monkeypatch: pytest.MonkeyPatch, terms: dict[str, object], says: str
) -> None:
    content_with(monkeypatch, terms=terms)
    world = f.an_open_challenge()
    assert says in words_of(client.get(f"/challenges/{world.ref}"))


# Chair and evaluator, by letter: A leads with 81.25 points, B has 76.25 and C 57.5.
LEVELS = {
    "A": ((4, 3, 2, 3), (4, 3, 3, 4)),
    "B": ((2, 3, 4, 4), (2, 3, 4, 4)),
    "C": ((4, 2, 1, 2), (3, 2, 2, 2)),
}
TOLD = {"publish_diagnostics": True}


def a_noticed(monkeypatch: pytest.MonkeyPatch, **terms: object) -> f.World:
    content_with(monkeypatch, terms=terms)
    return f.a_noticed_challenge(3, levels=LEVELS)


def page(world: f.World) -> str:
    return f"/challenges/{world.ref}/stages/1/diagnostics"


def test_chair_and_approver_see_it_once_the_decision_is_confirmed(app: Flask) -> None:
    world = f.a_scored_stage(3, levels=LEVELS)
    desk, ranking = f"/desk{page(world)}", f"/desk/challenges/{world.ref}/stages/1/ranking"
    chair, approver, lead = (visit_of(app, person) for person in (world.chair, world.approver, world.lead))
    assert {each.get(desk).status_code for each in (chair, approver, lead)} == {404}
    made = decisions.propose(world.chair, world.ref, 1, ["A"], f.sentences(world), "It found most rooms.")
    assert {each.get(desk).status_code for each in (chair, approver, lead)} == {404}
    decisions.confirm(world.approver, world.ref, 1, made)
    for each in (chair, approver):
        assert "Information only. It changes no score." in words_of(each.get(desk))
        assert f'href="{desk}"' in each.get(ranking).text
    others = (world.evaluator, world.suppliers[0].administrator, f.a_person())
    assert {each.get(desk).status_code for each in (lead, *(visit_of(app, who) for who in others))} == {404}
    assert f'href="{desk}"' not in lead.get(ranking).text


def test_names_are_for_those_who_may_know_them(app: Flask) -> None:
    world = f.a_decided_stage(3, levels=LEVELS)
    assert set(diagnostics.decided(world.chair, world.ref, 1).names) == {"A", "B", "C"}
    assert diagnostics.decided(world.approver, world.ref, 1).names == {}


def test_the_page_holds_every_figure_in_words(app: Flask) -> None:
    world = f.a_decided_stage(3, levels=LEVELS)
    told = diagnostics.decided(world.chair, world.ref, 1).firmness
    assert told.robustness.leaders == ("A",)
    assert told.robustness.splits is not None
    browser = visit_of(app, world.chair)
    said = words_of(browser.get(f"/desk{page(world)}"))
    names = diagnostics.decided(world.chair, world.ref, 1).names
    for letter, ways in told.robustness.splits.alone.items():
        assert (f"{letter}, {names[letter]}, {ways}" in said) == bool(ways)
    assert "In 12 of 12 cells the evaluators are at most one level apart." in said
    assert "E1 0.17 less" in said
    assert "E2 0.17 more" in said


def test_it_is_public_with_the_results_and_not_before(
    app: Flask, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    content_with(monkeypatch, terms=TOLD)
    world = f.a_decided_stage(3, levels=LEVELS)
    assert client.get(page(world)).status_code == 404
    summaries.send_summaries(world.lead, world.ref, 1)
    assert client.get(page(world)).status_code == 404
    notice = visit_of(app, world.lead).get(f"/desk/challenges/{world.ref}/moves/notice")
    assert "How firm the result is Everyone can read it" in words_of(notice)
    moves.make(world.lead, world.ref, "notice", moves.Details(checks=moves.AWARD_CHECKS))
    found = client.get(page(world))
    assert found.status_code == 200
    said = words_of(found)
    assert "Who leads without each evaluator" in said
    assert "Krippendorff’s alpha" in said
    assert world.chair.name not in said
    results = words_of(client.get(f"/challenges/{world.ref}/results"))
    assert "How firm is this result? Information only. It changes no score." in results
    assert "One evaluator fewer. Without E1" in results


def test_it_stays_inside_where_that_was_chosen(
    app: Flask, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = a_noticed(monkeypatch)
    assert client.get(page(world)).status_code == 404
    assert "How firm" not in client.get(f"/challenges/{world.ref}/results").text
    assert visit_of(app, world.chair).get(f"/desk{page(world)}").status_code == 200


def test_where_only_the_panel_s_levels_are_public_nothing_tells_single_scores(
    app: Flask, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = a_noticed(monkeypatch, publish_scores="panel", **TOLD)
    assert diagnostics.published(ANYONE, world.ref, 1).agreement is None
    said = words_of(client.get(page(world)))
    assert "Every way to share out the weight" in said
    assert "it would tell single scores" in said
    results = words_of(client.get(f"/challenges/{world.ref}/results"))
    assert "How firm is this result?" in results
    for told in (said, results):
        assert not [word for word in ("Without E", "E1 ", "Krippendorff", "level apart") if word in told]


def test_unknown_stages_look_like_missing_pages(
    app: Flask, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = a_noticed(monkeypatch, **TOLD)
    for address in (f"/challenges/{world.ref}/stages/2/diagnostics", page(world).replace("CH-", "CH-0")):
        assert client.get(address).status_code == 404
    with pytest.raises(Refused, match="missing"):
        diagnostics.check(ANYONE, world.ref, 2)


def test_an_agreed_level_counts_for_the_lead_and_is_no_evaluator_s(app: Flask) -> None:
    world = f.a_decided_stage(3, levels=LEVELS)
    before = diagnostics.decided(world.chair, world.ref, 1).firmness
    ref, stage_id = f.ref_of(world, "B"), world.stage.id
    with writing() as session:
        proposal = session.scalars(select(Proposal).where(Proposal.ref == ref)).one()
        session.add(
            AgreedLevel(
                stage_id=stage_id, proposal_id=proposal.id, criterion="fit", level=4, reason="Agreed.",
                made_by_id=world.chair.person_id or 0, made_at=installation().clock.now(),
            )
        )  # fmt: skip
    after = diagnostics.decided(world.chair, world.ref, 1).firmness
    assert after.robustness.leaders == ("B",)
    assert after.agreed == 1
    assert after.agreement is not None
    assert before.agreement is not None
    assert after.agreement.leniency == before.agreement.leniency


def bid(world: f.World, **prices: int) -> None:
    refs = {f.ref_of(world, letter): price for letter, price in prices.items()}
    with writing() as session:
        for ref, price in refs.items():
            session.execute(update(Proposal).where(Proposal.ref == ref).values(price=price))


def test_the_check_of_the_lowest_price_is_published_whatever_was_chosen(
    app: Flask, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    price: Any = c.Price("lowest_ratio", 30)
    low, high = ((0, 0, 0, 0),) * 2, ((4, 4, 4, 4),) * 2
    world = f.a_noticed_challenge(3, levels={"A": high, "B": ((3, 4, 4, 4),) * 2, "C": low}, price=price)
    bid(world, A=1_000_000, B=800_000, C=100_000)
    results = f"/challenges/{world.ref}/results"
    check = diagnostics.check(ANYONE, world.ref, 1)
    assert check is not None
    assert (check.left, check.leaders, check.then) == ("C", ("A",), ("B",))
    assert "without Proposal C, Proposal B would lead in place of" in words_of(client.get(results))
    bid(world, C=700_000)
    assert "whichever other proposal is taken away" in words_of(client.get(results))


def test_results_by_other_methods_say_nothing_of_it(app: Flask, client: Browser) -> None:
    world = f.a_noticed_challenge(2)
    assert diagnostics.check(ANYONE, world.ref, 1) is None
    assert "lowest price" not in client.get(f"/challenges/{world.ref}/results").text


def test_figures_are_counted_once_and_again_after_a_decision_was_taken_back(app: Flask) -> None:
    world = f.a_decided_stage(3, levels=LEVELS)
    with counted() as first:
        before = diagnostics.decided(world.chair, world.ref, 1).firmness
    with counted() as second:
        assert diagnostics.decided(world.chair, world.ref, 1).firmness == before
    assert len(second) < len(first)
    take_back(world)
    locks.reopen(world.chair, world.ref, 1, world.evaluator.ref, "One page was read for another.")
    for letter, level in (("A", 0), ("B", 4), ("C", 0)):
        f.score(world, world.evaluator, letter, *[level] * 4)
    evaluation.lock(world.evaluator, world.ref, 1)
    f.without_agreement(world)
    moderation.settle(world.chair, world.ref, 1)
    f.decide(world, ("B",))
    after = diagnostics.decided(world.chair, world.ref, 1).firmness
    assert (before.robustness.leaders, after.robustness.leaders) == (("A",), ("B",))
    assert after.agreement is not None
    assert after.agreement.levels["B", world.content.criteria.criteria[0].id]["E2"] == 4


def test_ten_proposals_cost_as_many_statements_as_two(app: Flask) -> None:
    world = f.a_decided_stage(2)
    with counted() as small:
        diagnostics.decided(world.chair, world.ref, 1)
    add_proposals(world, 10)
    with counted() as large:
        diagnostics.decided(world.chair, world.ref, 1)
    assert len(small) == len(large) <= 10
