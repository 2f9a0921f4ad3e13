"""Who is scored: conditions checked after opening, a right of reply, and two people for a refusal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from marketplace.actions import decisions, eligibility, evaluation, moderation, moves, proposals, summaries
from marketplace.actions.moves import Details
from marketplace.clock import Clock
from marketplace.models.database import installation, reading, writing
from marketplace.models.eligibility import EligibilityDoubt
from marketplace.models.notices import Notice
from marketplace.models.proposals import Proposal
from marketplace.policy import Actor
from marketplace.rules import replies
from marketplace.rules.proposals import digest
from marketplace.rules.refusals import Refused
from tests import factories as f
from tests.actions.test_evaluation import leaves
from tests.actions.test_races import together

SECRET = "Zwetschgenmus: our certificate was renewed in April and is attached to this reply."


def a_checked_stage(*failing: str, count: int = 2) -> f.World:
    """Opened and declared; every proposal is checked against one condition, which these letters miss."""
    world = f.an_opened_stage(count, conditions=("insured",))
    f.declare_all(world)
    for letter in f.letters(world):
        f.check(world, letter, *(["insured"] if letter in failing else []))
    return world


def supplier_of(world: f.World, letter: str) -> tuple[Actor, str]:
    """Somebody of the supplier whose proposal has this letter, and the proposal's reference."""
    ref = f.ref_of(world, letter)
    return world.suppliers[world.proposals.index(ref)].administrator, ref


def doubt_of(world: f.World, letter: str) -> EligibilityDoubt:
    with writing() as session:
        return session.scalars(select(EligibilityDoubt).join(Proposal, Proposal.id == EligibilityDoubt.proposal_id)
                               .where(Proposal.ref == f.ref_of(world, letter))).one()  # fmt: skip


def told(kind: str) -> set[int | None]:
    with reading() as connection:
        return set(connection.scalars(select(Notice.person_id).where(Notice.kind == kind)))


def begin_scoring(world: f.World) -> None:
    moves.make(world.lead, world.ref, "score", Details())


def test_scoring_waits_until_every_proposal_is_checked(app: Flask) -> None:
    world = f.an_opened_stage(conditions=("insured", "local"))
    f.declare_all(world)
    f.check(world, "A")
    with pytest.raises(Refused, match=r"eligibility\.unchecked") as no:
        begin_scoring(world)
    assert no.value.facts["count"] == 1
    f.check(world, "B")
    begin_scoring(world)
    assert world.stage.state == "scoring"
    (leaf,) = leaves("stage.screen")
    assert leaf["data"] == {"stage": 1, "passed": 2, "refused": 0}


def test_where_everyone_may_propose_nothing_is_asked_and_nothing_told(app: Flask) -> None:
    world = f.a_scoring_stage()
    assert world.stage.state == "scoring"
    assert leaves("stage.screen") == []


def test_every_condition_is_answered_and_a_failure_has_a_reason(app: Flask) -> None:
    world = f.an_opened_stage(conditions=("insured", "local"))
    passes, fails = ({"passes": each, "reason": ""} for each in (True, False))
    for checks, code in (
        ({"insured": passes}, "eligibility.incomplete"),
        ({"insured": passes, "local": passes, "other": passes}, "eligibility.incomplete"),
        ({"insured": passes, "local": fails}, "eligibility.reason"),
    ):
        with pytest.raises(Refused) as no:
            eligibility.check(world.lead, world.ref, 1, "A", checks, 2)  # type: ignore[arg-type]
        assert no.value.code == code
    assert told("eligibility.doubt") == set()


@pytest.mark.parametrize("who", ["chair", "evaluator", "approver"])
def test_nobody_but_the_lead_checks_and_rules(app: Flask, who: str) -> None:
    world = a_checked_stage("A")
    person = getattr(world, who)
    with pytest.raises(Refused, match="missing"):
        eligibility.check(person, world.ref, 1, "B", {}, 2)
    with pytest.raises(Refused, match="missing"):
        eligibility.rule(person, world.ref, 1, "A", True, f.RULING)


def test_a_doubt_tells_its_supplier_alone_and_stands(app: Flask) -> None:
    world = a_checked_stage("A")
    author, _ref = supplier_of(world, "A")
    assert told("eligibility.doubt") == {author.person_id}
    with pytest.raises(Refused, match=r"eligibility\.told"):
        f.check(world, "A")
    with pytest.raises(Refused, match=r"eligibility\.doubts"):
        begin_scoring(world)


def test_the_time_for_a_reply_is_whole_working_days_and_ends_at_midday() -> None:
    thursday_evening = datetime(2026, 12, 24, 18, tzinfo=UTC)
    # Christmas, a weekend and the bank holiday of the Monday are passed over.
    assert replies.due_at(thursday_evening, 2) == datetime(2026, 12, 31, 12, tzinfo=UTC)
    summer = datetime(2026, 6, 1, 8, tzinfo=UTC)
    assert replies.due_at(summer, 3) == datetime(2026, 6, 5, 11, tzinfo=UTC)
    for days in (1, 11):
        with pytest.raises(ValueError, match="working days"):
            replies.due_at(summer, days)


def test_nothing_is_ruled_before_the_reply_or_its_deadline(app: Flask, clock: Clock) -> None:
    world = a_checked_stage("A")
    due = doubt_of(world, "A").due_at
    clock.set(due - timedelta(seconds=1))
    for refuse in (True, False):
        with pytest.raises(Refused, match=r"eligibility\.early"):
            eligibility.rule(world.lead, world.ref, 1, "A", refuse, f.RULING)
    clock.set(due)
    assert eligibility.rule(world.lead, world.ref, 1, "A", False, "") == "accepted"
    begin_scoring(world)
    assert f.letters(world) == ["A", "B"]


def test_a_reply_comes_once_strictly_before_the_deadline(app: Flask, clock: Clock) -> None:
    world = a_checked_stage("A", "B")
    (first, ref), (second, other) = (supplier_of(world, letter) for letter in "AB")
    due = doubt_of(world, "A").due_at
    clock.set(due - timedelta(microseconds=1))
    for text, code in (("  ", "reply.empty"), ("word " * 501, "reply.long")):
        with pytest.raises(Refused) as no:
            eligibility.reply(first, ref, text)
        assert no.value.code == code
    eligibility.reply(first, ref, SECRET)
    assert told("eligibility.replied") == {world.lead.person_id}
    with pytest.raises(Refused, match=r"reply\.again"):
        eligibility.reply(first, ref, "More.")
    clock.set(due)
    with pytest.raises(Refused, match=r"reply\.late"):
        eligibility.reply(second, other, SECRET)
    assert doubt_of(world, "B").reply is None


def test_a_rival_cannot_reply_and_without_a_doubt_there_is_nothing_to_reply_to(app: Flask) -> None:
    world = a_checked_stage("A")
    (author, ref), (rival, other) = (supplier_of(world, letter) for letter in "AB")
    for person, proposal in ((rival, ref), (world.lead, ref), (rival, other), (author, "PR-00000000")):
        with pytest.raises(Refused, match="missing"):
            eligibility.reply(person, proposal, SECRET)


def test_a_reply_is_nowhere_readable_at_rest(app: Flask) -> None:
    world = a_checked_stage("A")
    eligibility.reply(*supplier_of(world, "A"), SECRET)
    folder = installation().settings.key_dir.parent
    for path in folder.rglob("*"):
        assert not path.is_file() or b"Zwetschgenmus" not in path.read_bytes(), path
    doubt = doubt_of(world, "A")
    assert doubt.reply is not None
    assert installation().keys.read(doubt.reply).decode() == SECRET


def test_a_refusal_stands_only_once_a_second_person_confirms_what_they_read(app: Flask) -> None:
    world = a_checked_stage("A")
    author, ref = supplier_of(world, "A")
    eligibility.reply(author, ref, SECRET)
    with pytest.raises(Refused, match=r"move\.reason"):
        eligibility.rule(world.lead, world.ref, 1, "A", True, " ")
    with pytest.raises(Refused, match="missing"):
        eligibility.confirm(world.approver, world.ref, 1, "A", digest(""))
    assert eligibility.rule(world.lead, world.ref, 1, "A", True, f.RULING) == "asked"
    assert told("eligibility.to-confirm") == {world.approver.person_id}
    with pytest.raises(Refused, match=r"eligibility\.doubts"):
        begin_scoring(world)
    with pytest.raises(Refused, match=r"eligibility\.changed"):
        eligibility.confirm(world.approver, world.ref, 1, "A", digest("Another ruling."))
    eligibility.confirm(world.approver, world.ref, 1, "A", digest(f.RULING))
    assert told("eligibility.refused") == {author.person_id}
    begin_scoring(world)
    (leaf,) = leaves("stage.screen")
    assert leaf["data"] == {"stage": 1, "passed": 1, "refused": 1}


def test_whoever_ruled_cannot_confirm_though_they_approve_as_well(app: Flask) -> None:
    world = a_checked_stage("A")
    eligibility.reply(*supplier_of(world, "A"), SECRET)
    with writing() as session:
        # An approver who sits in for the lead, say: both roles, one person.
        session.execute(
            update(f.RoleAssignment).where(
                f.RoleAssignment.challenge_id == world.id, f.RoleAssignment.role == "lead"
            ).values(person_id=world.approver.person_id)
        )  # fmt: skip
    eligibility.rule(world.approver, world.ref, 1, "A", True, f.RULING)
    with pytest.raises(Refused, match=r"eligibility\.same_person"):
        eligibility.confirm(world.approver, world.ref, 1, "A", digest(f.RULING))


def test_a_refusal_that_is_not_confirmed_goes_back_to_the_lead(app: Flask) -> None:
    world = a_checked_stage("A")
    eligibility.reply(*supplier_of(world, "A"), SECRET)
    eligibility.rule(world.lead, world.ref, 1, "A", True, f.RULING)
    with pytest.raises(Refused, match=r"move\.reason"):
        eligibility.send_back(world.approver, world.ref, 1, "A", "")
    eligibility.send_back(world.approver, world.ref, 1, "A", "The certificate on page 3 runs until May.")
    assert told("eligibility.returned") == {world.lead.person_id}
    assert eligibility.rule(world.lead, world.ref, 1, "A", False, "It runs until May.") == "accepted"
    with pytest.raises(Refused, match=r"eligibility\.ruled"):
        eligibility.rule(world.lead, world.ref, 1, "A", True, f.RULING)


def test_who_is_refused_is_never_scored_ranked_or_told_scores_and_the_award_waits_for_nobody(
    app: Flask,
) -> None:
    world = a_checked_stage("B", count=3)
    author, ref = supplier_of(world, "B")
    eligibility.reply(author, ref, SECRET)
    f.refuse(world, "B")
    begin_scoring(world)
    with pytest.raises(Refused, match=r"score\.cell"):
        f.score(world, world.chair, "B", 1, 1, 1, 1)
    for person in world.scorers:
        for letter in "AC":
            f.score(world, person, letter, *([4, 4, 4, 4] if letter == "A" else [3, 3, 3, 3]))
        evaluation.lock(person, world.ref, 1)
    moderation.settle(world.chair, world.ref, 1)
    reasons = {letter: "Both were read; the scores say why." for letter in "AC"}
    made = decisions.propose(world.chair, world.ref, 1, ["A"], reasons, "It is first by far.")
    decisions.confirm(world.approver, world.ref, 1, made)
    assert summaries.send_summaries(world.lead, world.ref, 1) == 2
    assert author.person_id not in told("summary.sent")
    moves.make(world.lead, world.ref, "notice", Details(checks=moves.AWARD_CHECKS))
    assert world.state == "awarded"


def test_where_everybody_is_refused_the_stage_is_decided_and_nobody_goes_on(app: Flask) -> None:
    world = a_checked_stage("A", "B")
    for letter in "AB":
        eligibility.reply(*supplier_of(world, letter), SECRET)
        f.refuse(world, letter)
    assert world.stage.state == "decided"
    (leaf,) = leaves("stage.screen")
    assert leaf["data"] == {"stage": 1, "passed": 0, "refused": 2}
    (decided,) = leaves("stage.decide")
    assert decided["data"] == {"stage": 1, "forward": 0, "received": 2}


def test_a_reply_and_a_ruling_at_the_deadline_never_both_happen_as_if_alone(app: Flask, clock: Clock) -> None:
    """Whoever holds the stage first decides: a ruling that came first saw no reply, and then none is taken."""
    world = a_checked_stage("A")
    author, ref = supplier_of(world, "A")
    due = doubt_of(world, "A").due_at
    clock.set(due - timedelta(microseconds=1))

    def late() -> None:
        clock.set(due)

    rule: Callable[[], object] = lambda: eligibility.rule(world.lead, world.ref, 1, "A", True, f.RULING)  # noqa: E731
    results = together(app, lambda: eligibility.reply(author, ref, SECRET), late, rule)
    doubt = doubt_of(world, "A")
    assert results[0] in (None, "reply.late")
    assert (results[0] is None) == (doubt.replied_at is not None)
    assert doubt.replied_at is None or doubt.replied_at < due
    if results[2] == "asked":
        assert doubt.ruled_at is not None
        assert doubt.ruled_at >= (doubt.replied_at or due)
    else:
        assert results[2] == "eligibility.early"


def test_while_it_is_suspended_nothing_is_taken_and_then_there_is_time_anew(app: Flask, clock: Clock) -> None:
    world = a_checked_stage("A", "B")
    (author, ref), (other, second) = (supplier_of(world, letter) for letter in "AB")
    eligibility.reply(other, second, SECRET)
    due = doubt_of(world, "A").due_at
    moves.make(world.lead, world.ref, "suspend", Details(reason="A court asked us to wait."))
    with pytest.raises(Refused, match=r"reply\.stopped"):
        eligibility.reply(author, ref, SECRET)
    clock.set(due + timedelta(days=30))
    for person in (world.lead, world.approver):
        moves.make(person, world.ref, "resume", Details(reason="It let us go on."))
    assert doubt_of(world, "A").due_at == replies.due_at(clock.now(), 2)
    assert doubt_of(world, "B").due_at == due
    eligibility.reply(author, ref, SECRET)


def test_nothing_of_it_is_changed_once_scoring_has_begun(app: Flask) -> None:
    world = a_checked_stage()
    begin_scoring(world)
    with pytest.raises(Refused, match=r"stage\.state"):
        f.check(world, "A", "insured")


def test_a_member_of_a_supplier_that_proposes_does_not_check(app: Flask) -> None:
    world = f.an_opened_stage(conditions=("insured",))
    f.join(world.suppliers[1], world.lead)
    with pytest.raises(Refused, match=r"role\.own_proposal"):
        f.check(world, "A")


def test_who_was_refused_keeps_what_it_handed_in(app: Flask) -> None:
    world = a_checked_stage("A")
    author, ref = supplier_of(world, "A")
    eligibility.reply(author, ref, SECRET)
    f.refuse(world, "A")
    with pytest.raises(Refused, match=r"proposal\.closed"):
        proposals.withdraw(author, ref)
