"""What the benchmark asks for: a challenge at each point of its life, and people who are signed in.

Begun through the actions, like every test's world; many proposals and scores are rows put in directly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from msgspec.structs import replace
from sqlalchemy import delete, insert, select, update

from marketplace.actions import challenges, moves
from marketplace.actions.moves import Details
from marketplace.models.challenges import Challenge, ChallengeVersion
from marketplace.models.database import installation, writing
from marketplace.models.evaluation import AgreedLevel, Decision, DecisionLine, Score, ScoreLock
from marketplace.models.proposals import Proposal
from marketplace.rules import contents
from marketplace.rules.challenges import Price
from marketplace.standings import standings
from tests import factories as f
from tests.conftest import NOON
from tests.queries.rows import add_proposals, add_scores

RANKED, EVALUATORS, LISTED = 1000, 5, 50
WEIGHTS = (20, 20, 15, 15, 10, 10, 5, 5)


@dataclass(frozen=True)
class Worlds:
    """One challenge of each kind; the open one has a draft, written by its first supplier."""

    open: f.World
    completed: f.World
    scoring: f.World
    ranked: f.World
    counted: f.World


def build() -> Worlds:
    """Each closes later than the one before, for the clock only goes on."""
    completed = a_completed_challenge()
    ranked = a_ranked_stage()
    counted = a_counted_result()
    scoring = f.a_scoring_stage(closes_at=NOON + timedelta(days=28))
    add_proposals(scoring, LISTED)
    opened = f.an_open_challenge(closes_at=NOON + timedelta(days=70))
    f.a_draft_proposal(opened)
    return Worlds(opened, completed, scoring, ranked, counted)


def a_completed_challenge() -> f.World:
    """Won by one of four, delivered, and its result reported."""
    world = f.an_awarded_challenge(4)
    moves.make(world.lead, world.ref, "deliver", Details())
    challenges.report_outcome(
        world.lead, world.ref, "Six in ten damp homes were found before anybody complained.", True, 3_000_000,
        "GBP", "Neighbours knock where officers write. Begin with those who are at home all day.",
    )  # fmt: skip
    moves.make(world.lead, world.ref, "complete", Details())
    return world


def a_ranked_stage() -> f.World:
    """Every score locked: 1,000 proposals, five evaluators, eight criteria."""
    world = f.a_scored_stage(closes_at=NOON + timedelta(days=14))
    _fill(world)
    return world


def a_counted_result() -> f.World:
    """As many, decided, with every score and how firm the ranking is for everybody to read."""
    world = f.a_noticed_challenge(1, closes_at=NOON + timedelta(days=21))
    _fill(world)
    stage_id = world.stage.id
    with writing() as session:
        decision = session.scalars(select(Decision.id).where(Decision.stage_id == stage_id)).one()
        told = session.scalars(
            select(DecisionLine.proposal_id).where(DecisionLine.decision_id == decision)
        ).all()
        final = standings(session.connection(), stage_id, world.content.criteria, "")
        lines = [
            {
                "decision_id": decision, "proposal_id": final.entries[each.id].id, "outcome": "not_selected",
                "rank": each.rank, "total_top": each.total.numerator, "total_bottom": each.total.denominator,
            }
            for each in final.standings
            if final.entries[each.id].id not in told
        ]  # fmt: skip
        session.execute(insert(DecisionLine), lines)
    return world


def _fill(world: f.World) -> None:
    add_proposals(world, RANKED)
    _weigh_anew(world)
    panel = [*world.scorers, *(f.a_person(f"Expert {n}") for n in range(EVALUATORS - 2))]
    stage_id, now = world.stage.id, installation().clock.now()
    with writing() as session:
        ids = session.scalars(select(Proposal.id).where(Proposal.stage_id == stage_id)).all()
        session.execute(delete(Score).where(Score.stage_id == stage_id))
        session.execute(delete(ScoreLock).where(ScoreLock.stage_id == stage_id))
        locks = [{"stage_id": stage_id, "person_id": each.person_id, "at": now} for each in panel]
        session.execute(insert(ScoreLock), locks)
    add_scores(world, ids, panel)
    _agree_and_price(world, stage_id, ids)


def _agree_and_price(world: f.World, stage_id: int, ids: Sequence[int]) -> None:
    """A price for each, and a level that the panel agreed on for one criterion in two proposals of five."""
    now, chair = installation().clock.now(), world.chair.person_id
    agreed = [
        {
            "stage_id": stage_id, "proposal_id": id, "criterion": f"c{1 + n % len(WEIGHTS)}", "level": n % 5,
            "reason": "The panel read its answer again.", "made_by_id": chair, "made_at": now,
        }
        for n, id in enumerate(ids)
        if n % 5 < 2
    ]  # fmt: skip
    with writing() as session:
        session.execute(insert(AgreedLevel), agreed)
        session.execute(
            update(Proposal), [{"id": id, "price": 700_000 + 997 * n} for n, id in enumerate(ids)]
        )


def _weigh_anew(world: f.World) -> None:
    """Eight criteria in place of the template's, as a second version."""
    first = world.content.criteria.criteria[0]
    eight = tuple(
        replace(first, id=f"c{n}", name=f"Criterion {n}", weight=weight)
        for n, weight in enumerate(WEIGHTS, 1)
    )
    price = Price(method="lowest_ratio", weight=25)
    criteria = replace(world.content.criteria, criteria=eight, price=price)
    terms = replace(world.content.terms, publish_scores="individual", publish_diagnostics=True)
    world.content = replace(world.content, criteria=criteria, terms=terms)
    with writing() as session:
        session.add(
            ChallengeVersion(
                challenge_id=world.id, number=2, content=contents.spell(world.content),
                content_hash=contents.digest(world.content), created_at=installation().clock.now(),
                made_by_id=world.editor.person_id,
            )
        )  # fmt: skip
        session.execute(update(Challenge).where(Challenge.id == world.id).values(version=2))
