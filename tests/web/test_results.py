"""Results: who won, why and what it cost, for every way in which a challenge can end."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.actions import challenges as writes
from marketplace.actions import decisions, moves, summaries
from marketplace.actions.moves import Details
from marketplace.models.accounts import Person
from marketplace.models.database import installation, reading
from marketplace.models.notices import Notice
from marketplace.rules import challenges as c
from marketplace.rules.working_days import uk_date
from tests import factories as f
from tests.actions.test_decisions import propose
from tests.conftest import NOON
from tests.web.conftest import Browser, words_of
from tests.web.forms import visit_of

LESSONS = "Owners answer faster when a neighbour asks."


def results_of(client: Browser, world: f.World) -> str:
    """The page's words, tags left out and spaces made single."""
    page = client.get(f"/challenges/{world.ref}/results")
    assert page.status_code == 200
    assert page.text.count("<h1") == 1
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


def content_with(monkeypatch: pytest.MonkeyPatch, **sections: Any) -> None:
    """Let every challenge of this test differ from the usual one: by section, what to change of it."""
    usual = f.a_content

    def changed(**rest: Any) -> c.Content:
        whole = usual(**rest)
        new = {
            name: msgspec.structs.replace(getattr(whole, name), **parts) for name, parts in sections.items()
        }
        return msgspec.structs.replace(whole, **new)

    monkeypatch.setattr(f, "a_content", changed)


def end(world: f.World, reason: str = "Nobody's test could fail.") -> None:
    writes.report_outcome(world.lead, world.ref, "None of it was tried.", False, 0, "GBP", LESSONS)
    moves.make(world.lead, world.ref, "end", Details(reason=reason))


def test_the_winner_stands_first_with_the_reason_and_the_money(app: Flask, client: Browser) -> None:
    world = f.an_awarded_challenge(2)
    today = uk_date(installation().clock.now())
    summaries.sign_agreement(world.lead, world.ref, "A", 4_250_000, "GBP", today)
    said = results_of(client, world)
    assert re.search(r"Awarded on Monday 23 November 2026 to Supplier \d", said)
    assert "The first found most damp rooms." in said
    assert "An agreement over £42,500." in said
    assert "£42,500 agreed, of a budget of £50,000." in said
    assert "2 proposals came in time." in said


def test_every_score_of_the_winner_is_there_in_figures(app: Flask, client: Browser) -> None:
    world = f.a_noticed_challenge(2)
    said = results_of(client, world)
    for criterion in world.content.criteria.criteria:
        assert re.search(rf"{criterion.name} {criterion.weight}% \d \d \d\.\d\d \d+\.\d\d", said)


def test_equal_totals_say_what_put_one_ahead_and_which_share_a_rank(app: Flask, client: Browser) -> None:
    rows = {"A": (3, 3, 2, 2), "B": (3, 2, 3, 3), "C": (1, 1, 1, 1), "D": (1, 1, 1, 1)}
    world = f.an_awarded_challenge(4, levels={letter: (row, row) for letter, row in rows.items()})
    said = results_of(client, world)
    assert said.count("The same total as the next; ahead on Evidence that it can work.") == 1
    assert said.count("Shares this rank.") == 2


def test_in_the_standstill_the_page_says_its_last_day(app: Flask, client: Browser) -> None:
    world = f.a_noticed_challenge(2, regime="pa2023-above", closes_at=NOON + timedelta(days=14))
    said = results_of(client, world)
    assert "The last day of the standstill is" in said
    assert "agreed, of a budget" not in said


def test_whoever_is_told_of_the_award_reads_the_last_day_of_the_standstill(
    app: Flask, client: Browser
) -> None:
    world = f.a_noticed_challenge(2, regime="pa2023-above", closes_at=NOON + timedelta(days=14))
    with reading() as connection:
        sent = select(Person.name, Notice.payload).join(Notice, Notice.person_id == Person.id)
        told = connection.execute(sent.where(Notice.kind == "challenge.standstill")).all()
    assert {firm.administrator.name for firm in world.suppliers} <= {row.name for row in told}
    page = results_of(client, world)
    for row in told:
        text = msgspec.json.decode(installation().keys.read(row.payload))["text"]
        (day,) = re.findall("until the end of (.+?), and nothing", text)
        assert f"The last day of the standstill is {day}." in page


def test_two_winners_stand_side_by_side(app: Flask, client: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = msgspec.structs.replace(f.a_content().stages.stages[0], forward=2, teams=2, money=2_000_000)
    content_with(monkeypatch, stages={"stages": (stage,)})
    world = f.a_noticed_challenge(3, forward=("A", "B"))
    said = results_of(client, world)
    assert len(re.findall(r"Supplier \d \w{4} Selected", said)) == 2
    assert "Why these." in said
    assert said.count("Every score for Supplier") >= 2


def test_a_challenge_that_nobody_answered_says_so_and_what_was_learned(app: Flask, client: Browser) -> None:
    world = f.a_closed_stage(0)
    end(world, "Nobody proposed. We ask again with a smaller problem.")
    said = results_of(client, world)
    assert "Nobody proposed" in said
    assert "We ask again with a smaller problem." in said
    assert LESSONS in said
    assert "What is withheld" not in said


def test_an_end_without_an_award_names_nobody_and_shows_the_scores(app: Flask, client: Browser) -> None:
    world = f.a_decided_stage(2, forward=())
    summaries.send_summaries(world.lead, world.ref, 1)
    end(world)
    said = results_of(client, world)
    assert "No award" in said
    assert "Nobody's test could fail.".replace("'", "&#39;") in said
    assert {"Proposal A", "Proposal B"} <= set(re.findall("Proposal [AB]", said))
    assert "Supplier 1" not in said


def test_whoever_wins_out_of_rank_does_so_with_a_public_reason(app: Flask, client: Browser) -> None:
    world = f.a_scored_stage(2)
    why = "The first could not start before spring."
    made = propose(world, "B", rank_reason=why)
    decisions.confirm(world.approver, world.ref, 1, made)
    before = visit_of(app, world.lead).get(f"/desk/challenges/{world.ref}/moves/notice")
    assert why in words_of(before)
    f.publish(world)
    assert why in results_of(client, world)


@pytest.mark.parametrize("ground", ["withdrawn", "exclusion"])
def test_whoever_withdrew_or_was_excluded_is_nowhere_said_to_miss_a_minimum(
    app: Flask, client: Browser, ground: str
) -> None:
    world = f.a_scored_stage(2)
    made = propose(world, "A", excluded={"B": ground})
    decisions.confirm(world.approver, world.ref, 1, made)
    inside = visit_of(app, world.chair).get(f"/desk/challenges/{world.ref}/stages/1/ranking/B")
    assert "None: it counts no more" in words_of(inside)
    f.publish(world)
    said = results_of(client, world)
    assert "1 was withdrawn or excluded." in said
    assert "minimum" not in said
    own = words_of(client.get(f"/challenges/{world.ref}/results/1/B"))
    assert "Withdrawn or excluded, so without a rank." in own
    assert "minimum" not in own


def test_an_early_end_tells_its_reason_and_no_name(app: Flask, client: Browser) -> None:
    world = f.a_closed_stage(2)
    moves.make(world.lead, world.ref, "terminate", Details(reason="The budget went to the flood."))
    moves.make(world.approver, world.ref, "terminate", Details())
    said = results_of(client, world)
    assert "Ended early, without an award" in said
    assert "The budget went to the flood." in said
    assert "2 proposals came in time." in said
    assert "Supplier" not in said


def test_an_end_before_the_deadline_does_not_tell_how_many_proposed(app: Flask, client: Browser) -> None:
    world = f.an_open_challenge()
    f.a_submitted_proposal(world)
    moves.make(world.lead, world.ref, "terminate", Details(reason="The budget went to the flood."))
    moves.make(world.approver, world.ref, "terminate", Details())
    said = results_of(client, world)
    assert "It ended before any proposal was opened." in said
    assert "came in time" not in said


def test_what_is_withheld_is_listed_with_its_ground(
    app: Flask, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    content_with(monkeypatch, terms={"publish_scores": "panel"})
    said = results_of(client, f.a_noticed_challenge(2))
    for kept, ground in (
        ("The names of suppliers that were not selected", "Commercial interests"),
        ("The names of evaluators", "Personal data"),
        ("Each evaluator’s own levels", "The challenge said before it opened"),
    ):
        assert said.index(kept) < said.index(ground)
    assert "Who declared an interest" not in said
