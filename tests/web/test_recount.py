"""What a ranking was counted from is public with the results, and counts up to them again."""

from __future__ import annotations

import json
from datetime import timedelta
from fractions import Fraction
from random import Random
from typing import Any

import msgspec
import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.actions import challenges as writes
from marketplace.actions import decisions, draws, evaluation, leaving, moderation, moves
from marketplace.actions.moves import Details
from marketplace.models.database import installation, reading
from marketplace.models.proposals import Proposal
from marketplace.models.trail import LogEvent
from marketplace.queries import decisions as rankings
from marketplace.rules import canonical
from marketplace.rules import challenges as c
from marketplace.rules.events import SEALED
from tests import factories as f
from tests.actions.test_draws import VALUE, a_tie
from tests.actions.test_eligibility import supplier_of
from tests.actions.test_recusals import a_panel_of_three, stand_down
from tests.tools.bundles import PROGRAM, Run
from tests.tools.conftest import run
from tests.web.conftest import Browser
from tests.web.test_results import content_with

__all__ = ["run"]


def bundle_of(client: Browser, world: f.World, stage: int = 1) -> dict[str, Any]:
    page = client.get(f"/challenges/{world.ref}/stages/{stage}/recount.json")
    assert (page.status_code, page.mimetype) == (200, "application/json")
    found: dict[str, Any] = json.loads(page.data)
    return found


def test_the_bundle_of_an_awarded_challenge_counts_up_to_its_result(
    app: Flask, client: Browser, run: Run
) -> None:
    world = f.a_noticed_challenge(3)
    bundle = bundle_of(client, world)
    code, out, _ = run(bundle)
    assert code == 0, out
    assert [line["id"] for line in bundle["result"]] == ["A", "B", "C"]
    assert bundle["evaluators"] == ["E1", "E2"]
    assert "draw" not in bundle["ties"]


PRICES = (700_000, 800_000, 900_000, 1_000_001)


def a_random_panel(seed: int) -> f.World:
    """Levels, prices and what is agreed on drawn by chance, with a minimum or none; the best is selected."""
    chance = Random(seed)
    method = ("none", "ceiling_linear", "reference_ratio", "lowest_ratio")[seed % 4]
    price = c.Price(method, 20, 850_000) if method != "none" else None  # type: ignore[arg-type]
    usual = f.a_content().criteria
    first = msgspec.structs.replace(usual.criteria[0], minimum=chance.choice([None, 2]))
    criteria = c.Criteria((first, *usual.criteria[1:]), minimum_total=chance.choice([0, 45]))
    levels = {id: tuple(tuple(chance.choices(range(1, 5), k=4)) for _person in range(2)) for id in "ABCD"}
    chosen = PRICES if price else ()
    world = f.a_locked_stage(4, levels=levels, prices=chosen, price=price, criteria=criteria)  # type: ignore[arg-type]
    for letter, rows in levels.items():
        for criterion, given in zip(world.content.criteria.criteria, zip(*rows, strict=True), strict=True):
            if chance.random() < 0.4:
                said = moderation.Said(kind="level", level=max(given), reason=f.REASON, reasons={})
                moderation.agree(world.chair, world.ref, 1, letter, criterion.id, said, 0)
    f.without_agreement(world)
    f.hold_meeting(world)
    moderation.settle(world.chair, world.ref, 1)
    best = rankings.ranking(world.chair, world.ref, 1).lines[0]
    f.decide(world, (best.letter,))
    f.publish(world)
    return world


@pytest.mark.parametrize("seed", range(4))
def test_the_program_and_the_application_agree_on_panels_drawn_by_chance(
    app: Flask, client: Browser, run: Run, seed: int
) -> None:
    world = a_random_panel(seed)
    official = rankings.ranking(world.chair, world.ref, 1).lines
    code, out, _ = run(bundle_of(client, world), "--json")
    assert code == 0
    found = [
        (line["id"], Fraction(*line["total"]), line["rank"], line["passes"])
        for line in json.loads(out)["result"]
    ]
    assert found == [(line.letter, line.total, line.rank, line.passes) for line in official]


def test_only_the_price_of_whoever_was_selected_is_public(app: Flask, client: Browser) -> None:
    world = f.a_noticed_challenge(3, prices=(500_000, 600_000, 700_000), price=f.CEILING)
    first, *others = bundle_of(client, world)["proposals"]
    assert first["id"] == "A"
    assert set(first) == {"id", "price"}
    for other in others:
        assert set(other) == {"id", "points"}
    page = client.get(f"/challenges/{world.ref}/results").text
    assert "The price is £" in page


LOWEST = c.Price("lowest_ratio", 20)
EVEN = ((3, 3, 3, 3), (3, 3, 3, 3))


def prices_of(world: f.World) -> dict[str, int]:
    """By letter, as they stand once the levels are final."""
    with reading() as connection:
        rows = connection.execute(select(Proposal.letter, Proposal.price).filter_by(stage_id=world.stage.id))
        return {letter or "": price or 0 for letter, price in rows}


@pytest.mark.parametrize("cheapest", [True, False])
def test_where_the_lowest_price_stays_closed_no_price_is_in_the_file(
    app: Flask, client: Browser, run: Run, cheapest: bool
) -> None:
    """From the price of the selected one and what it is worth anybody could work out the lowest."""
    world = f.a_locked_stage(2, prices=(800_000, 900_000), price=LOWEST, levels={"A": EVEN, "B": EVEN})
    moderation.settle(world.chair, world.ref, 1)
    by_price = sorted(prices_of(world).items(), key=lambda pair: pair[1])
    selected = by_price[0 if cheapest else 1][0]
    f.decide(world, (selected,), "" if cheapest else "The dearer one starts sooner.")
    f.publish(world)
    bundle = bundle_of(client, world)
    assert any("price" in each for each in bundle["proposals"]) == cheapest
    assert run(bundle)[0] == 0


def test_the_levels_of_the_panel_alone_count_up_to_the_same(
    app: Flask, client: Browser, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    content_with(monkeypatch, terms={"publish_scores": "panel"})
    world = f.a_noticed_challenge(3)
    bundle = bundle_of(client, world)
    assert not {"evaluators", "scores", "agreed", "locks", "not_counted"} & set(bundle)
    assert run(bundle)[0] == 0


def test_a_tie_is_broken_by_the_published_chain(app: Flask, client: Browser, run: Run) -> None:
    """Evidence weighs 35, and as much as team and delivery together; it is the first link."""
    even, strong = (3, 3, 3, 3), (3, 4, 2, 2)
    world = f.a_noticed_challenge(2, levels={"A": (even, even), "B": (strong, strong)}, forward=("B",))
    bundle = bundle_of(client, world)
    assert bundle["ties"] == ["evidence", "fit", "team", "delivery"]
    assert [(line["id"], line["total"], line["rank"]) for line in bundle["result"]] == [
        ("B", [75, 1], 1), ("A", [75, 1], 2),
    ]  # fmt: skip
    assert run(bundle)[0] == 0


def test_a_public_draw_is_counted_again_from_its_beacon(app: Flask, client: Browser, run: Run) -> None:
    world = a_tie()
    for person in (world.chair, world.approver):
        draws.enter(person, world.ref, 1, VALUE)
    first = rankings.ranking(world.chair, world.ref, 1).lines[0]
    f.decide(world, (first.letter,))
    f.publish(world)
    bundle = bundle_of(client, world)
    assert (bundle["ties"][-1], bundle["beacon"]) == ("draw", VALUE)
    assert [line["rank"] for line in bundle["result"]] == [1, 2, 3]
    assert run(bundle)[0] == 0
    code, out, _ = run(bundle | {"ties": bundle["ties"][:-1]})
    assert code == 1
    assert "rank is 1 here and 2 officially" in out


def test_the_scores_of_whoever_left_are_in_the_file_and_count_for_nothing(
    app: Flask, client: Browser, run: Run
) -> None:
    world, third = a_panel_of_three()
    for person, level in ((third, 1), (world.chair, 4), (world.evaluator, 3)):
        f.score(world, person, "A", *[level] * 4)
        f.score(world, person, "B", *[level - 1] * 4)
        evaluation.lock(person, world.ref, 1)
    stand_down(world, third)
    moderation.settle(world.chair, world.ref, 1)
    f.decide(world, ("A",))
    f.publish(world)
    bundle = bundle_of(client, world)
    assert (bundle["evaluators"], bundle["not_counted"]) == (["E1", "E2"], ["E3"])
    assert {cell[3] for cell in bundle["scores"] if cell[0] == "E3"} == {0, 1}
    assert run(bundle)[0] == 0


@pytest.mark.parametrize("published", ["individual", "panel"])
def test_whoever_left_or_was_excluded_is_in_the_file_without_a_rank_and_whoever_was_refused_is_not(
    app: Flask, client: Browser, run: Run, monkeypatch: pytest.MonkeyPatch, published: str
) -> None:
    content_with(monkeypatch, terms={"publish_scores": published})
    prices = (700_000, 800_000, 900_000, 1_000_000)
    world = f.an_opened_stage(4, prices=prices, price=LOWEST, conditions=("registered",))
    for letter in "ABCD":
        f.check(world, letter, *(["registered"] if letter == "D" else []))
    installation().clock.set(installation().clock.now() + timedelta(days=20))
    f.refuse(world, "D")
    none = {letter: evaluation.Interest(interest="none", grounds="") for letter in "ABC"}
    for person in world.scorers:
        evaluation.declare(person, world.ref, 1, none)
    moves.make(world.lead, world.ref, "score", Details())
    for person in world.scorers:
        for place, letter in enumerate("ABC"):
            f.score(world, person, letter, *[4 - place] * 4)
        evaluation.lock(person, world.ref, 1)
    leaving.leave(*supplier_of(world, "C"), "Our team has another contract from May.")
    moderation.settle(world.chair, world.ref, 1)
    told, why = {letter: f"The scores of {letter} say why." for letter in "ABC"}, "It found most damp rooms."
    made = decisions.propose(world.chair, world.ref, 1, ["B"], told, why, excluded={"A": "exclusion"})
    decisions.confirm(world.approver, world.ref, 1, made)
    f.publish(world)
    bundle = bundle_of(client, world)
    found = {each["id"]: each.get("excluded") for each in bundle["proposals"]}
    assert found == {"A": "exclusion", "B": None, "C": "withdrawn"}
    assert [(line["id"], line["rank"]) for line in bundle["result"]] == [("B", 1), ("A", None), ("C", None)]
    assert run(bundle)[0] == 0


def test_locks_open_what_the_trail_committed_to(app: Flask, client: Browser) -> None:
    world = f.a_noticed_challenge(2)
    locks = bundle_of(client, world)["locks"]
    assert [lock["evaluator"] for lock in locks] == ["E1", "E2"]
    for lock in locks:
        with reading() as connection:
            found = connection.scalars(select(LogEvent.leaf).where(LogEvent.index == lock["index"])).one()
        leaf = canonical.decode(found)
        salt = bytes.fromhex(lock["salt"])
        assert canonical.commitment(salt, SEALED, "content", lock["value"]) == leaf["private"]["content"]
        assert all(len(reason) == 64 for reason in lock["value"]["reasons"])


@pytest.mark.parametrize("stage", [1, 2, 99])
def test_before_results_are_public_the_address_is_one_that_does_not_exist(
    app: Flask, client: Browser, stage: int
) -> None:
    nowhere = client.get("/challenges/CH-00000000/stages/1/recount.json")
    world = f.a_decided_stage(2)
    page = client.get(f"/challenges/{world.ref}/stages/{stage}/recount.json")
    assert (page.status_code, page.data) == (404, nowhere.data)
    assert page.headers["Cache-Control"] == nowhere.headers["Cache-Control"] == "no-store"


def test_the_program_is_served_as_it_stands_here(app: Flask, client: Browser) -> None:
    page = client.get("/tools/recount.py")
    assert (page.status_code, page.mimetype) == (200, "text/x-python")
    assert page.data == PROGRAM.read_bytes()
    assert "public" in page.headers["Cache-Control"]
    for name in ("verify", "..%2frecount.py", "recount.pyc"):
        assert client.get(f"/tools/{name}").status_code == 404


def test_the_results_lead_to_the_file_the_program_and_the_locks(app: Flask, client: Browser) -> None:
    world = f.a_noticed_challenge(2)
    page = client.get(f"/challenges/{world.ref}/results").text
    assert f'href="/challenges/{world.ref}/stages/1/recount.json"' in page
    assert 'href="/tools/recount.py"' in page
    assert "$ python recount.py recount.json" in page
    for lock in bundle_of(client, world)["locks"]:
        assert f'href="/trail/{lock["index"]}"' in page


def test_where_nothing_was_scored_nothing_is_offered_to_count(app: Flask, client: Browser) -> None:
    world = f.a_closed_stage(0)
    writes.report_outcome(world.lead, world.ref, "None of it was tried.", False, 0, "GBP", "Nobody came.")
    moves.make(world.lead, world.ref, "end", Details(reason="Nobody proposed."))
    assert "recount.json" not in client.get(f"/challenges/{world.ref}/results").text
    assert client.get(f"/challenges/{world.ref}/stages/1/recount.json").status_code == 404
