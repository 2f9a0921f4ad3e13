"""The demonstration: complete, in order of time, and right whatever day it is loaded on."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import get_args

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.clock import Clock
from marketplace.demo import large, load
from marketplace.demo.challenges import CHALLENGES
from marketplace.demo.script import Cast, Script
from marketplace.demo.story import Reaches, StoryChallenge
from marketplace.models.accounts import RoleAssignment
from marketplace.models.challenges import Challenge
from marketplace.models.database import reading
from marketplace.models.evaluation import Score
from marketplace.models.proposals import Proposal, SealedEntry
from marketplace.models.trail import LogEvent
from marketplace.policy import ANYONE, SYSTEM, Actor
from marketplace.queries import accounts, receipts, recount, verdict
from marketplace.rules import canonical, contents, limits, reasons, scoring, stages
from tests import factories as f
from tests.tools import logs
from tests.tools.bundles import program
from tests.tools.tampering import TAMPERINGS

STATES = {
    "engagement": 1, "open": 3, "in_progress": 2, "standstill": 1, "awarded": 1, "completed": 1, "terminated": 1,
}  # fmt: skip
AWARDED = ("standstill", "awarded", "completed")


@pytest.mark.long
def test_it_loads_whole_and_the_trail_holds(
    app: Flask, clock: Clock, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clock.release()
    assert load.load()
    assert not load.load()
    with reading() as connection:
        counted = connection.execute(select(Challenge.state, func.count()).group_by(Challenge.state))
        states = {state: count for state, count in counted}
        assert states == STATES
        assert connection.scalar(select(func.count()).select_from(Proposal)) == 31
        assert connection.scalar(select(func.count()).select_from(Score)) == 150
        instants = list(connection.scalars(select(LogEvent.at).order_by(LogEvent.index)))
        first = canonical.decode(connection.scalars(select(LogEvent.leaf).where(LogEvent.index == 0)).one())
    assert instants == sorted(instants)
    assert first["data"]["kind"] == "demonstration"
    assert verdict.verify(SYSTEM).ok
    whoever_is_listed_can_sign_in()
    every_ranking_can_be_counted_again(tmp_path / "recount.json", capsys)
    the_log_and_every_receipt_are_verified(app, tmp_path / "log", capsys)


def the_log_and_every_receipt_are_verified(
    app: Flask, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    f.sign_the_log()
    assert app.test_cli_runner().invoke(args=["log", "export", str(folder)]).exit_code == 0
    verify, key = logs.program().main, str(folder / "vkey")
    assert verify(["log", str(folder), "--vkey", key]) == 0, capsys.readouterr()
    kinds = SealedEntry.kind.in_(("proposal", "withdrawal"))
    with reading() as connection:
        entries = connection.execute(
            select(SealedEntry.log_index, Proposal.ref, func.min(RoleAssignment.person_id))
            .join(Proposal, Proposal.id == SealedEntry.proposal_id)
            .join(RoleAssignment, RoleAssignment.organisation_id == Proposal.supplier_id)
            .where(kinds)
            .group_by(SealedEntry.log_index, Proposal.ref)
        ).all()
        assert len(entries) == connection.scalar(select(func.count()).select_from(SealedEntry).where(kinds))
    for index, ref, person_id in entries:
        receipt = folder / f"{ref}.json"
        receipt.write_text(json.dumps(receipts.receipt_json(Actor(person_id), ref, index)))
        assert verify(["receipt", str(receipt), "--vkey", key]) == 0, capsys.readouterr()
        assert "What the receipt opens is what was sealed" in capsys.readouterr().out


def every_ranking_can_be_counted_again(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As published it comes out; however it is changed, what differs is named."""
    with reading() as connection:
        found = connection.scalars(select(Challenge.ref).where(Challenge.state.in_(AWARDED))).all()
    assert len(found) == sum(STATES[state] for state in AWARDED)
    for ref in found:
        published = recount.bundle(ANYONE, ref, 1)
        path.write_bytes(published)
        assert program().main([str(path)]) == 0, capsys.readouterr()
        for change in TAMPERINGS:
            bundle = json.loads(published)
            change(bundle)
            path.write_text(json.dumps(bundle))
            capsys.readouterr()
            assert program().main([str(path)]) == 1, change
            assert "does not come out:\n  " in capsys.readouterr().out


def whoever_is_listed_can_sign_in() -> None:
    listed = json.loads(load.people_file().read_text())
    assert {"role", "email", "password", "challenge"} == set(listed[0])
    assert {each["role"] for each in listed} >= {
        "operator", "editor", "approver", "lead", "opener", "chair", "evaluator", "author",
    }  # fmt: skip
    token = load.accounts.sign_in(ANYONE, listed[0]["email"], listed[0]["password"])
    assert accounts.visitor(ANYONE, token)


@pytest.mark.parametrize("year", [2026, 2027])
def test_every_day_of_the_year_leaves_each_challenge_in_its_state(year: int) -> None:
    day = date(year, 1, 1)
    while day.year == year:
        today = datetime.combine(day, time(10), UTC)
        for story in (*CHALLENGES, *(large.CHALLENGES if day.day == 1 else ())):
            closes_at = Script(story, Cast(""), today).closes_at
            is_open = story.reaches in ("open", "engagement")
            assert (closes_at > today) is is_open, (day, story.key)
            if story.day_decided is not None:
                assert closes_at + timedelta(days=7) < today + timedelta(days=story.day_decided), (
                    day,
                    story.key,
                )
        day += timedelta(days=1)


@pytest.mark.parametrize(
    "story",
    [story for story in (*CHALLENGES, *large.CHALLENGES) if story.winner],
    ids=lambda story: story.key,
)
def test_scores_are_complete_and_the_story_s_winner_leads_alone(story: StoryChallenge) -> None:
    criteria = story.content.criteria
    proposals = [each for each in story.proposals if not each.withdrawn]
    evaluators = list(story.people["evaluators"])
    levels = {
        (evaluator, each.supplier, criterion): score.level
        for each in proposals
        for evaluator, sheet in each.scores.items()
        for criterion, score in sheet.items()
    }
    found = scoring.evaluate(
        criteria.criteria, [each.supplier for each in proposals], evaluators, levels, criteria.minimum_total
    )
    assert [each.id for each in found if each.rank == 1] == [story.winner]


def test_the_large_demonstration_shows_every_state_many_times() -> None:
    reached = Counter(story.reaches for story in large.CHALLENGES)
    assert len(large.CHALLENGES) == 64
    assert set(reached) == set(get_args(Reaches))
    assert min(reached.values()) >= 3
    assert len({story.content.problem.title for story in large.CHALLENGES}) == 64


@pytest.mark.parametrize("story", large.CHALLENGES, ids=lambda story: story.key)
def test_every_generated_challenge_could_be_sent_and_scored(story: StoryChallenge) -> None:
    content = Script(story, Cast(""), datetime(2026, 11, 25, 10, tzinfo=UTC)).content
    assert stages.complete(content) == []
    # In JSON a brace stands before a quote; any other is a place that nobody filled.
    assert "{" not in contents.spell(content).replace('{"', "")
    suppliers = [each.supplier for each in story.proposals]
    assert len(set(suppliers)) == len(suppliers)
    levels = {criterion.id: criterion.levels for criterion in content.criteria.criteria}
    for proposal in story.proposals:
        assert set(proposal.answers) == {question.id for question in content.questions.questions}
        assert limits.words(proposal.summary) <= limits.PUBLIC_SUMMARY_WORDS
        for sheet in proposal.scores.values():
            for criterion, score in sheet.items():
                assert reasons.refusal(score.reason, levels[criterion]) is None
