"""Every state against every move and every role, generated from the lifecycle's own table."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, true, update

from marketplace.actions import moves
from marketplace.actions.moves import Details
from marketplace.models.accounts import RoleAssignment
from marketplace.models.challenges import Challenge, MoveRequest
from marketplace.models.database import installation, reading, writing
from marketplace.models.stages import Stage
from marketplace.models.trail import JournalEntry, LogHead
from marketplace.policy import Actor
from marketplace.rules import lifecycle
from marketplace.rules.events import KINDS
from marketplace.rules.lifecycle import CHALLENGE_STATES, MOVES, STAGE_STATES, Move
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import ON_CHALLENGE, Role
from marketplace.rules.wording import MOVES as WORDS
from tests import factories
from tests.conftest import NOON, long_except

ASKED = [move for move in MOVES if move.name in WORDS]
CHALLENGE_MOVES = [move for move in ASKED if move.of == "challenge"]
STAGE_MOVES = [move for move in ASKED if move.of == "stage"]


def trace(world: factories.World) -> tuple[object, ...]:
    """What a refusal must leave alone: leaves, journal rows and requests, and the two states."""
    rows, asked = (
        select(func.count()).select_from(each).scalar_subquery() for each in (JournalEntry, MoveRequest)
    )
    found = (
        select(LogHead.size, rows, asked, Challenge.state, Stage.state)
        .select_from(Challenge)
        .join(LogHead, true())
        .join(Stage, Stage.challenge_id == Challenge.id)
        .where(Challenge.ref == world.ref)
    )
    with reading() as connection:
        return tuple(connection.execute(found).one())


def put(world: factories.World, state: str, stage_state: str) -> None:
    """Place the world in a state directly: the matrix asks about the table, not about the way there."""
    now = installation().clock.now()
    with writing() as session:
        session.execute(
            update(Challenge).where(Challenge.ref == world.ref).values(
                state=state, resumes_to="open" if state == "suspended" else None, closes_at=NOON, noticed_at=now
            )
        )  # fmt: skip
        stage = session.scalars(select(Stage).where(Stage.challenge_id == world.id)).one_or_none()
        if stage is None:
            stage = Stage(challenge_id=world.id, number=1, closes_at=NOON)
            session.add(stage)
        stage.state = stage_state


def states(world: factories.World) -> tuple[str, str]:
    return world.state, world.stage.state


def somebody_in(world: factories.World, role: Role) -> Actor:
    """A newcomer who holds this role alone."""
    person = factories.a_person(f"New {role}")
    with writing() as session:
        session.execute(
            update(RoleAssignment)
            .where(RoleAssignment.challenge_id == world.id, RoleAssignment.role == role)
            .values(until_at=installation().clock.now())
        )
        session.add(
            RoleAssignment(
                person_id=person.person_id,
                role=role,
                challenge_id=world.id,
                from_at=world_time(),
                accepted_at=world_time(),
            )
        )
    return person


def world_time() -> datetime:
    return installation().clock.now()


def try_each(
    world: factories.World, actor: Actor, role: Role, tried: list[Move], state: str, stage: str
) -> list[str]:
    """Moves that went through although the table does not allow them from here to this role."""
    wrong, before = [], trace(world)
    details = Details(reason="Because the matrix asks for it.", seen=world.seen)
    for move in tried:
        here = state if move.of == "challenge" else stage
        if here in move.sources and role in move.by:
            continue
        try:
            moves.make(actor, world.ref, move.name, details)
            wrong.append(f"{state}/{stage}: {move.name} by {role} went through")
        except Refused:
            pass
        after = trace(world)
        if after != before:
            wrong.append(f"{state}/{stage}: {move.name} by {role} left a trace")
        before = after
    return wrong


@pytest.mark.parametrize("role", long_except([Role.LEAD, Role.APPROVER, Role.EVALUATOR], ON_CHALLENGE))
def test_what_the_table_does_not_allow_on_a_challenge_is_refused_and_leaves_nothing(
    app: Flask, role: Role
) -> None:
    world = factories.a_draft_challenge()
    actor = somebody_in(world, role)
    wrong = []
    for state in CHALLENGE_STATES:
        put(world, state, "planned")
        wrong += try_each(world, actor, role, CHALLENGE_MOVES, state, "planned")
    assert not wrong


@pytest.mark.parametrize("role", ON_CHALLENGE)
def test_what_the_table_does_not_allow_on_a_stage_is_refused_and_leaves_nothing(
    app: Flask, role: Role
) -> None:
    world = factories.a_draft_challenge()
    actor = somebody_in(world, role)
    wrong = []
    for stage in STAGE_STATES:
        put(world, "in_progress", stage)
        wrong += try_each(world, actor, role, STAGE_MOVES, "in_progress", stage)
    assert not wrong


def test_strangers_and_suppliers_find_no_challenge_to_move(app: Flask) -> None:
    world = factories.a_draft_challenge()
    for actor in (factories.a_person(), factories.a_supplier().administrator, world.authority.administrator):
        for move in ASKED:
            with pytest.raises(Refused, match="missing"):
                moves.make(actor, world.ref, move.name, Details(reason="Because.", seen=world.seen))


def test_moves_of_the_system_are_nobodys_to_ask_for(app: Flask) -> None:
    world = factories.an_open_challenge()
    for name in ("begin", "close", "interrupt", "nobody", "moderate", "open-proposals", "decide", "collect"):
        with pytest.raises(Refused, match="missing"):
            moves.make(world.lead, world.ref, name, Details(reason="Because."))


def test_the_way_from_a_draft_to_an_open_challenge(app: Flask) -> None:
    world = factories.an_open_challenge()
    assert states(world) == ("open", "collecting")


def test_whoever_wrote_cannot_approve_even_with_the_role(app: Flask) -> None:
    world = factories.a_challenge_in_review()
    with writing() as session:
        session.add(
            RoleAssignment(
                person_id=world.editor.person_id,
                role="approver",
                challenge_id=world.id,
                from_at=world_time(),
                accepted_at=world_time(),
            )
        )
    with pytest.raises(Refused, match=r"challenge\.author"):
        moves.make(world.editor, world.ref, "approve", Details(seen=world.seen))
    assert world.state == "review"


def test_an_approver_approves_exactly_what_was_read(app: Flask) -> None:
    world = factories.a_challenge_in_review()
    with pytest.raises(Refused, match=r"move\.changed"):
        moves.make(world.approver, world.ref, "approve", Details(seen="0" * 64))
    assert world.state == "review"


def test_an_incomplete_draft_is_not_sent(app: Flask) -> None:
    world = factories.a_draft_challenge(title="")
    with pytest.raises(Refused, match=r"challenge\.incomplete"):
        moves.make(world.editor, world.ref, "send", Details())


def test_rules_that_demand_a_portal_notice_wait_for_its_number(app: Flask) -> None:
    world = factories.an_approved_challenge(regime="scotland-regulated")
    with pytest.raises(Refused, match=r"challenge\.portal_notice"):
        moves.make(world.lead, world.ref, "open", Details())


def test_a_deadline_earlier_than_the_rules_allow_is_refused(app: Flask) -> None:
    world = factories.an_approved_challenge(regime="pa2023-above")
    factories.challenges.record_portal_notice(world.lead, world.ref, "opening", "1", "", world_time().date())
    with pytest.raises(Refused, match=r"deadline\.too_early"):
        moves.make(world.lead, world.ref, "open", Details())


def test_one_person_suspends_and_two_resume(app: Flask) -> None:
    world = factories.an_open_challenge()
    moves.make(world.lead, world.ref, "suspend", Details(reason="A conflict came to light."))
    assert world.state == "suspended"
    assert moves.make(world.lead, world.ref, "resume", Details(reason="It is settled.")) == "asked"
    assert world.state == "suspended"
    with pytest.raises(Refused, match=r"move\.asked"):
        moves.make(world.lead, world.ref, "resume", Details(reason="It is settled."))
    assert moves.make(world.approver, world.ref, "resume", Details()) == "made"
    assert world.state == "open"


def test_a_suspended_challenge_does_not_close_at_its_deadline(app: Flask) -> None:
    world = factories.an_open_challenge()
    moves.make(world.lead, world.ref, "suspend", Details(reason="A conflict came to light."))
    factories.pass_deadline(world)
    assert states(world) == ("suspended", "collecting")


def test_resuming_after_the_deadline_needs_a_new_one(app: Flask) -> None:
    world = factories.an_open_challenge()
    moves.make(world.lead, world.ref, "suspend", Details(reason="A conflict came to light."))
    factories.pass_deadline(world)
    moves.make(world.lead, world.ref, "resume", Details(reason="It is settled."))
    with pytest.raises(Refused, match=r"deadline\.past"):
        moves.make(world.approver, world.ref, "resume", Details())
    assert world.state == "suspended"


def test_termination_takes_two_people(app: Flask) -> None:
    world = factories.an_open_challenge()
    assert (
        moves.make(world.approver, world.ref, "terminate", Details(reason="The budget is gone.")) == "asked"
    )
    assert world.state == "open"
    assert moves.make(world.lead, world.ref, "terminate", Details()) == "made"
    assert world.state == "terminated"


def test_a_stage_without_proposals_is_decided_for_nobody(app: Flask) -> None:
    world = factories.an_open_challenge()
    factories.pass_deadline(world)
    assert states(world) == ("in_progress", "decided")


def test_a_deadline_that_the_service_slept_through_interrupts_the_stage(app: Flask) -> None:
    world = factories.an_open_challenge()
    installation().clock.set(NOON + timedelta(seconds=1))
    factories.stage_actions.close(factories.SYSTEM, world.stage.id)
    assert states(world) == ("open", "interrupted")
    later = NOON + timedelta(days=8)  # the seventh is St Andrew’s Day
    moves.make(world.lead, world.ref, "reschedule", Details(reason="A power cut.", closes_at=later))
    moves.make(world.approver, world.ref, "reschedule", Details())
    assert states(world) == ("open", "collecting")
    assert world.stage.closes_at == later


def test_every_row_of_the_table_names_known_states() -> None:
    for move in MOVES:
        known = CHALLENGE_STATES if move.of == "challenge" else STAGE_STATES
        assert set(move.sources) <= set(known)
        assert move.target is None or move.target in known
        assert move.event is None or move.event in KINDS


def test_effective_states_follow_the_clock() -> None:
    at = NOON
    assert lifecycle.effective_stage("collecting", at, at, running=True) == "closed"
    assert (
        lifecycle.effective_stage("collecting", at, at - timedelta(microseconds=1), running=True)
        == "collecting"
    )
    assert lifecycle.effective_stage("collecting", at, at, running=False) == "collecting"
    assert lifecycle.effective_challenge("open", at, at) == "in_progress"
