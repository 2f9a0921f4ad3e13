"""Price on pages: written by its supplier, read by nobody else before the levels are final."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flask import Flask

from marketplace.actions import decisions, evaluation, moderation, moves, proposals, summaries
from marketplace.actions.moves import Details
from marketplace.queries import proposals as queries
from marketplace.queries import summaries as queries_of
from marketplace.rules import challenges as c
from marketplace.web.prices import example
from tests import factories as f
from tests.web.conftest import Browser, new_browser, words_of
from tests.web.forms import base, fields_of, save, section, visit_of
from tests.web.test_secrecy import every_address, seen

PRICE = 873_519
SPELLINGS = ("873519", "873,519", "8735.19", "8,735")


def priced(world: f.World, ref: str) -> str:
    return f"/desk/proposals/{ref}/price"


def test_a_supplier_writes_its_price_and_finds_it_on_its_own_pages(app: Flask) -> None:
    world = f.an_open_challenge(price=f.CEILING)
    ref = f.a_draft_proposal(world)
    browser = visit_of(app, world.suppliers[0].administrator)
    page = browser.get(priced(world, ref))
    assert "Its ceiling is £10,000" in words_of(page)
    sent = browser.post(priced(world, ref), data=fields_of(page) | {"price": "£8,735.19"})
    assert sent.status_code == 303
    browser.send(f"/desk/proposals/{ref}/check", {})
    for name in ("check", "sent", "submitted"):
        assert "£8,735.19" in browser.get(f"/desk/proposals/{ref}/{name}").text


@pytest.mark.parametrize(
    ("typed", "said"), [("", "Enter your price"), ("0", "Enter a price above 0"), ("-3", "Enter an amount")]
)
def test_a_price_that_is_refused_comes_back_as_it_was_typed(app: Flask, typed: str, said: str) -> None:
    world = f.an_open_challenge(price=f.CEILING)
    ref = f.a_draft_proposal(world, price=PRICE)
    author = world.suppliers[0].administrator
    browser = visit_of(app, author)
    page = browser.get(priced(world, ref))
    sent = browser.post(priced(world, ref), data=fields_of(page) | {"price": typed})
    assert sent.status_code == 422
    assert said in words_of(sent)
    assert f'value="{typed}"' in sent.text
    own = queries.own_proposal(author, ref).price
    assert own is not None
    assert own.amount == PRICE


def test_a_stale_price_is_kept_on_the_page_beside_what_is_saved(app: Flask) -> None:
    world = f.an_open_challenge(price=f.CEILING)
    ref = f.a_draft_proposal(world, price=PRICE)
    browser = visit_of(app, world.suppliers[0].administrator)
    first = fields_of(browser.get(priced(world, ref)))
    browser.post(priced(world, ref), data=first | {"price": "7000", "once": "a" * 24})
    sent = browser.post(priced(world, ref), data=first | {"price": "6000"})
    assert sent.status_code == 409
    assert "£7,000" in sent.text
    assert browser.post(priced(world, ref), data=fields_of(sent)).status_code == 303


def test_where_price_does_not_count_its_page_is_missing(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    browser = visit_of(app, world.suppliers[0].administrator)
    assert browser.get(priced(world, ref)).status_code == 404
    assert "rice" not in words_of(browser.get(f"/desk/proposals/{ref}"))


def test_an_author_chooses_how_price_counts_and_reads_it_back(app: Flask) -> None:
    world = f.a_draft_challenge()
    browser = visit_of(app, world.editor)
    typed = {
        "price-method": "ceiling_linear",
        "price-weight": "20",
        "price-amount": "£10,000",
        "price-reason": "",
    }
    assert save(browser, world, "criteria", **typed).status_code == 303
    assert section(world, "criteria").price == f.CEILING
    page = words_of(browser.get(f"{base(world)}/sections/criteria"))
    assert "They add up to 120, and must be 100. The price has 20 of them." in page
    assert "Weights must add up to 100" in page
    assert "Its ceiling is £10,000" in words_of(browser.get(f"{base(world)}/preview"))
    assert save(browser, world, "criteria", **{"price-method": "none"}).status_code == 303
    assert section(world, "criteria").price == c.Price()


def test_beside_the_choice_stands_what_the_lowest_price_can_do_as_the_rule_counts_it(app: Flask) -> None:
    assert [(each.letter, each.without, each.beside) for each in example()] == [
        ("A", 142, 128),
        ("B", 144, Fraction(253, 2)),
        ("C", None, 70),
    ]
    world = f.a_draft_challenge()
    page = words_of(visit_of(app, world.editor).get(f"{base(world)}/sections/criteria"))
    assert "A 86 £10,000 142.0 128.0 B 74 £8,000 144.0 126.5 C 0 £6,000 not there 70.0" in page


def test_everyone_reads_how_price_counts_its_formula_and_why_it_counts_for_much(
    app: Flask, client: Browser
) -> None:
    reason = "The work is the same whoever does it."
    world = f.an_open_challenge(price=c.Price("lowest_ratio", 40, reason=reason))
    for path in ("", "/print"):
        page = words_of(client.get(f"/challenges/{world.ref}{path}"))
        assert "Price How it compares with the lowest. 40%" in page
        assert "Price counts for 40 of 100 points. The lowest price wins all of them" in page
        assert "Points = 40 × L ÷ P" in page
        assert f"Why price counts for 40%: {reason}" in page
        assert "Price is not scored" not in page


def test_without_a_price_the_pages_say_that_none_is_scored(app: Flask, client: Browser) -> None:
    world = f.an_open_challenge()
    assert "Price is not scored: the money is fixed." in words_of(client.get(f"/challenges/{world.ref}"))


def test_a_draft_without_its_price_is_not_ready(app: Flask) -> None:
    world, supplier = f.an_open_challenge(price=f.CEILING), f.a_supplier()
    ref = proposals.start(supplier.administrator, world.ref, supplier.slug)
    for question, text in f.ANSWERS.items():
        proposals.save_answer(supplier.administrator, ref, question, text, f.digest(""))
    browser = visit_of(app, supplier.administrator)
    tasks = words_of(browser.get(f"/desk/proposals/{ref}"))
    assert "4 of 5 tasks done" in tasks
    assert "Price It counts for 20 of 100 points. Do this next" in tasks
    assert "the price is there" in words_of(browser.get(f"/desk/proposals/{ref}/check"))


@pytest.mark.long
def test_until_the_panel_scores_no_page_of_anybody_else_holds_a_price(app: Flask) -> None:
    world = f.an_open_challenge(price=f.CEILING)
    for name in ("First", "Second"):
        f.a_submitted_proposal(world, f.a_supplier(name), price=PRICE)
    browsers = others(app, world)
    assert told(app, world, browsers) == []
    for step in (f.pass_deadline, f.open_stage, f.declare_all):
        step(world)
        assert told(app, world, browsers) == [], step.__name__


@pytest.mark.long
def test_while_the_panel_agrees_no_page_of_anybody_else_holds_a_price(app: Flask) -> None:
    world = f.a_locked_stage(2, price=f.CEILING)
    assert told(app, world, others(app, world), ("900000", "9,000")) == []


def others(app: Flask, world: f.World) -> list[Browser]:
    """Everybody who runs the challenge, a supplier who does not propose, and the public."""
    people = (world.lead, world.approver, world.chair, world.evaluator, f.a_supplier("Rival").administrator)
    return [*(visit_of(app, each) for each in people), new_browser(app)]


def told(
    app: Flask, world: f.World, browsers: list[Browser], spellings: tuple[str, ...] = SPELLINGS
) -> list[str]:
    """The addresses at which somebody reads a price."""
    addresses = [*every_address(app, world, "/desk", "/challenges"), "/trail", "/outcomes"]
    found = []
    for browser in browsers:
        pages = seen(browser, addresses)
        found += [at for at, page in pages.items() if any(each in page[1] for each in spellings)]
    return found


def an_awarded_challenge(price: c.Price, *asked: int) -> f.World:
    """One proposal for each price asked, from A on those of the best levels; A is selected. By letter, not in order."""
    world = f.an_open_challenge(price=price)
    for number, amount in enumerate(asked):
        f.a_submitted_proposal(world, f.a_supplier(f"Supplier {number + 1}"), price=amount)
    for step in (f.pass_deadline, f.open_stage, f.declare_all):
        step(world)
    moves.make(world.lead, world.ref, "score", Details())
    for place, letter in enumerate(f.letters(world)):
        for person in world.scorers:
            f.score(world, person, letter, *(4 - place for _ in world.content.criteria.criteria))
    for person in world.scorers:
        evaluation.lock(person, world.ref, 1)
    moderation.settle(world.chair, world.ref, 1)
    made = decisions.propose(
        world.chair, world.ref, 1, ["A"], f.sentences(world), "It found most damp rooms."
    )
    decisions.confirm(world.approver, world.ref, 1, made)
    summaries.send_summaries(world.lead, world.ref, 1)
    moves.make(world.lead, world.ref, "notice", Details(checks=moves.AWARD_CHECKS))
    return world


def test_after_the_award_no_losers_price_is_read_by_the_public_or_a_rival_at_any_door(app: Flask) -> None:
    asked = (873_519, 641_277, 755_931)
    world = an_awarded_challenge(f.CEILING, *asked)
    amounts = dict(zip(world.proposals, asked, strict=True))
    rivals = {
        ref: supplier.administrator for ref, supplier in zip(world.proposals, world.suppliers, strict=True)
    }
    addresses = [*every_address(app, world, "/desk", "/challenges"), "/trail", "/outcomes"]
    for letter in ("B", "C"):
        loser = f.ref_of(world, letter)
        spellings = (str(amounts[loser]), f"{amounts[loser]:,}", f"{amounts[loser] / 100:,.2f}")
        others = (
            [visit_of(app, person) for ref, person in rivals.items() if ref != loser] if letter == "B" else []
        )
        for browser in (*others, new_browser(app)):
            pages = seen(browser, addresses)
            assert [at for at, page in pages.items() if any(each in page[1] for each in spellings)] == []


def test_a_summary_says_what_the_own_price_won_and_of_the_selected_one_the_points_alone(app: Flask) -> None:
    world = an_awarded_challenge(f.CEILING, 500_000, 500_000)
    loser = f.ref_of(world, "B")
    author = world.suppliers[world.proposals.index(loser)].administrator
    document = queries_of.own_summary(author, loser).document
    assert (document.own.price, document.own.price_points) == (500_000, "10")
    [winner] = document.selected
    assert (winner.price, winner.price_points) == (None, "10")
    assert document.price == f.CEILING
    page = words_of(visit_of(app, author).get(f"/desk/proposals/{loser}/summary"))
    assert "Your price £5,000 It won 10.00 of 20 points" in page
