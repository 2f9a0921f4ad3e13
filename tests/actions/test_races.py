"""Many at once: at the deadline, at the opening, and with one key sent fifty times."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select

from marketplace.actions import opening, proposals, upkeep
from marketplace.clock import Clock
from marketplace.models.database import reading
from marketplace.models.proposals import SealedEntry, Submission
from marketplace.models.stages import OpeningConfirmation
from marketplace.models.trail import LogEvent
from marketplace.rules.refusals import Refused
from tests import factories as f
from tests.conftest import NOON


def together(app: Flask, *calls: Callable[[], object], workers: int = 0) -> list[object]:
    """What each call gave, or the code it was refused with, all begun at one moment."""
    gate = threading.Barrier(workers or len(calls))

    def run(call: Callable[[], object]) -> object:
        with app.app_context():
            gate.wait(timeout=30)
            try:
                return call()
            except Refused as no:
                return no.code

    with ThreadPoolExecutor(workers or len(calls)) as pool:
        return list(pool.map(run, calls))


def order_of(kind: str) -> list[int]:
    with reading() as connection:
        return list(
            connection.scalars(select(LogEvent.index).where(LogEvent.kind == kind).order_by(LogEvent.index))
        )


def test_nobody_gets_in_after_the_close_whoever_comes_first(app: Flask, clock: Clock) -> None:
    """Two hand in and one closes while the clock passes the deadline between them."""
    world = f.an_open_challenge()
    drafts = [(f.a_draft_proposal(world), world.suppliers[-1].administrator) for _ in range(4)]
    clock.set(NOON - timedelta(minutes=1))
    upkeep.beat()
    clock.set(NOON - timedelta(microseconds=1))

    def hand_in(ref: str, author: object) -> Callable[[], object]:
        return lambda: proposals.submit(author, ref)  # type: ignore[arg-type]

    def midday() -> object:
        clock.set(NOON)
        return None

    calls = [hand_in(*draft) for draft in drafts]
    results = together(app, *calls[:2], midday, *calls[2:])
    late = proposals_sent = 0
    for result in (*results[:2], *results[3:]):
        assert result in (1, "proposal.closed")
        late += result != 1
        proposals_sent += result == 1
    assert [together(app, calls[0])[0] in ("proposal.closed", "proposal.already_submitted")] == [True]
    assert world.stage.received == proposals_sent
    [closed] = order_of("stage.close")
    assert all(index < closed for index in order_of("sealed"))
    assert len(order_of("sealed")) == proposals_sent


def test_two_openers_at_once_open_once(app: Flask) -> None:
    world = f.a_closed_stage(2)
    first, second = world.openers
    results = together(
        app, lambda: opening.confirm(first, world.ref, 1), lambda: opening.confirm(second, world.ref, 1)
    )
    assert sorted(map(str, results)) == ["opened", "waiting"]
    assert len(order_of("stage.open")) == 1
    with reading() as connection:
        assert connection.scalar(select(func.count()).select_from(OpeningConfirmation)) == 2


def test_one_opener_twice_at_once_does_not_open(app: Flask) -> None:
    world = f.a_closed_stage(1)
    first, _ = world.openers
    results = together(app, *[lambda: opening.confirm(first, world.ref, 1)] * 4)
    assert sorted(map(str, results)) == ["opener.again"] * 3 + ["waiting"]
    assert order_of("stage.open") == []


def test_fifty_of_one_key_are_one_hand_in_with_equal_answers(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    author = world.suppliers[0].administrator
    calls = [lambda: proposals.submit.once("k" * 20)(author, ref)] * 50
    # Ten at a time, since a database allows only so many connections.
    results = together(app, *calls, workers=10)
    assert results == [1] * 50
    with reading() as connection:
        assert connection.scalar(select(func.count()).select_from(Submission)) == 1
        assert connection.scalar(select(func.count()).select_from(SealedEntry)) == 1
    assert len(order_of("sealed")) == 1


def test_two_authors_of_one_draft_do_not_overwrite_each_other(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    author = world.suppliers[0].administrator
    calls = [
        (lambda text=text: proposals.save_answer(author, ref, "team", text, f.SEEN["team"]))
        for text in ("One.", "Two.", "Three.")
    ]
    assert together(app, *calls).count("edit.stale") == 2


def test_first_tries_at_one_moment_are_all_counted(app: Flask) -> None:
    """Nobody is turned away by the others' row, and only those past the limit are refused."""

    def once() -> None:
        upkeep.throttle("somebody", 3, timedelta(hours=1), "account.throttled")

    outcomes = together(app, *[once] * 5)
    assert (outcomes.count(None), outcomes.count("account.throttled")) == (3, 2)
