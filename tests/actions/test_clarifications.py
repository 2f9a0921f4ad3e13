"""Questions to suppliers after opening: who asks, whom, until when, and what is kept of a reply."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.actions import clarifications, eligibility, evaluation, leaving, moves
from marketplace.actions.moves import Details
from marketplace.clock import Clock
from marketplace.models.clarifications import Clarification
from marketplace.models.database import installation, reading, writing
from marketplace.models.notices import Notice
from marketplace.models.proposals import Proposal
from marketplace.rules.refusals import Refused
from tests import factories as f
from tests.actions.test_eligibility import supplier_of, told
from tests.actions.test_evaluation import leaves
from tests.actions.test_races import together

SECRET = "Pfefferkuchen: eleven of the fourteen rooms were on the ground floor."
QUESTION = "Which eleven of the fourteen rooms do you mean?"


def ask(
    world: f.World, *letters: str, kind: str = "", question: str = QUESTION, most: int = 50, days: int = 2
) -> int:
    kind = kind or ("missing" if len(letters) > 1 else "ambiguity")
    return clarifications.ask(world.lead, world.ref, 1, letters, kind, "evidence", question, most, days)


def asked(world: f.World, letter: str) -> Clarification:
    """The latest question about this proposal, detached."""
    with writing() as session:
        latest = (
            select(Clarification)
            .join(Proposal, Proposal.id == Clarification.proposal_id)
            .where(Proposal.ref == f.ref_of(world, letter))
            .order_by(Clarification.id.desc())
            .limit(1)
        )
        return session.scalars(latest).one()


def reply(world: f.World, letter: str, text: str = SECRET) -> None:
    clarifications.reply(*supplier_of(world, letter), asked(world, letter).id, text)


@pytest.mark.parametrize("who", ["chair", "evaluator", "approver"])
def test_nobody_but_the_lead_asks(app: Flask, who: str) -> None:
    world = f.a_scoring_stage()
    with pytest.raises(Refused, match="missing"):
        clarifications.ask(getattr(world, who), world.ref, 1, ["A"], "error", "", QUESTION, 50, 2)


def test_one_supplier_is_asked_and_only_it_is_told(app: Flask) -> None:
    world = f.a_scoring_stage()
    assert ask(world, "A") == 1
    author, _ref = supplier_of(world, "A")
    assert told("clarification.asked") == {author.person_id}
    (leaf,) = leaves("stage.clarify")
    assert leaf["data"] == {"stage": 1, "asked": 1}


def test_the_same_omission_is_put_to_everyone_in_one_action(app: Flask) -> None:
    world = f.a_scoring_stage(3)
    assert ask(world, "A", "C") == 2
    people = {supplier_of(world, letter)[0].person_id for letter in "AC"}
    assert told("clarification.asked") == people
    first, second = asked(world, "A"), asked(world, "C")
    assert (first.question, first.due_at, first.words) == (second.question, second.due_at, second.words)
    (leaf,) = leaves("stage.clarify")
    assert leaf["data"] == {"stage": 1, "asked": 2}


def test_whoever_works_for_two_suppliers_is_told_of_both(app: Flask) -> None:
    world = f.a_scoring_stage()
    f.join(world.suppliers[1], world.suppliers[0].administrator)
    ask(world, "A", "B")
    with reading() as connection:
        kind = Notice.kind == "clarification.asked"
        people = list(connection.scalars(select(Notice.person_id).where(kind)))
    assert people.count(world.suppliers[0].administrator.person_id) == 2


def test_what_is_asked_has_its_limits(app: Flask) -> None:
    world = f.a_scoring_stage()
    for letters, more, code in (
        ((), {}, "clarification.whom"),
        (("A", "A"), {}, "clarification.whom"),
        (("Q",), {}, "clarification.whom"),
        (("A", "B"), {"kind": "ambiguity"}, "clarification.one"),
        (("A",), {"kind": "curiosity"}, "form.invalid"),
        (("A",), {"question": " "}, "clarification.question"),
        (("A",), {"question": "word " * 61}, "clarification.question"),
        (("A",), {"most": 501}, "form.invalid"),
        (("A",), {"days": 1}, "reply.days"),
        (("A",), {"days": 11}, "reply.days"),
    ):
        with pytest.raises(Refused) as no:
            ask(world, *letters, **more)
        assert no.value.code == code
    assert leaves("stage.clarify") == []


@pytest.mark.parametrize("build", [f.a_closed_stage, f.a_locked_stage])
def test_before_opening_and_after_the_last_lock_nothing_is_asked(
    app: Flask, build: Callable[[], f.World]
) -> None:
    with pytest.raises(Refused, match=r"stage\.state"):
        ask(build(), "A")


def test_who_was_refused_is_asked_nothing_more(app: Flask) -> None:
    world = f.an_opened_stage(conditions=("insured",))
    f.check(world, "A", "insured")
    eligibility.reply(*supplier_of(world, "A"), SECRET)
    f.refuse(world, "A")
    with pytest.raises(Refused, match=r"clarification\.whom"):
        ask(world, "A")


def test_a_reply_comes_once_within_its_words_and_strictly_before_its_deadline(
    app: Flask, clock: Clock
) -> None:
    world = f.a_scoring_stage(3)
    ask(world, "A", "B", "C")
    due = asked(world, "A").due_at
    clock.set(due - timedelta(microseconds=1))
    with pytest.raises(Refused, match=r"reply\.long"):
        reply(world, "A", "word " * 51)
    reply(world, "A")
    with pytest.raises(Refused, match=r"reply\.again"):
        reply(world, "A", "More.")
    clock.set(due)
    with pytest.raises(Refused, match=r"reply\.late"):
        reply(world, "B")
    assert [asked(world, letter).reply is None for letter in "ABC"] == [False, True, True]


def test_two_replies_at_once_are_one(app: Flask) -> None:
    world = f.a_scoring_stage()
    ask(world, "A")
    results = together(app, *[lambda: reply(world, "A") for _each in range(4)])
    assert sorted(results, key=str) == [None, "reply.again", "reply.again", "reply.again"]
    assert len(leaves("stage.reply")) == 1


def test_at_the_deadline_a_reply_is_in_time_or_refused_and_a_lock_never_comes_before_it(
    app: Flask, clock: Clock
) -> None:
    world = f.a_scoring_stage()
    for letter in f.letters(world):
        f.score(world, world.evaluator, letter, 3, 3, 3, 3)
    ask(world, "A")
    due = asked(world, "A").due_at
    clock.set(due - timedelta(microseconds=1))

    def midday() -> None:
        clock.set(due)

    sent, _none, locked = together(
        app, lambda: reply(world, "A"), midday, lambda: evaluation.lock(world.evaluator, world.ref, 1)
    )
    row = asked(world, "A")
    assert sent in (None, "reply.late")
    assert (sent is None) == (row.replied_at is not None)
    assert row.replied_at is None or row.replied_at < due
    assert locked in ("locked", "clarification.open")


def test_scores_are_saved_but_not_locked_while_a_reply_may_still_come(app: Flask, clock: Clock) -> None:
    world = f.a_scoring_stage()
    ask(world, "A", "B")
    for letter in f.letters(world):
        f.score(world, world.evaluator, letter, 3, 3, 3, 3)
    reply(world, "A")
    with pytest.raises(Refused, match=r"clarification\.open") as no:
        evaluation.lock(world.evaluator, world.ref, 1)
    due = asked(world, "B").due_at
    assert no.value.facts["until"] == due
    clock.set(due)
    assert evaluation.lock(world.evaluator, world.ref, 1) == "locked"


def test_nobody_waits_for_the_reply_of_a_supplier_that_left(app: Flask) -> None:
    world = f.a_scoring_stage()
    ask(world, "A")
    for letter in f.letters(world):
        f.score(world, world.evaluator, letter, 3, 3, 3, 3)
    with pytest.raises(Refused, match=r"clarification\.open"):
        evaluation.lock(world.evaluator, world.ref, 1)
    leaving.leave(*supplier_of(world, "A"), "Our team has another contract from May.")
    assert evaluation.lock(world.evaluator, world.ref, 1) == "locked"


def test_once_all_replied_scores_are_locked(app: Flask) -> None:
    world = f.a_scoring_stage()
    ask(world, "A")
    reply(world, "A")
    for letter in f.letters(world):
        f.score(world, world.evaluator, letter, 3, 3, 3, 3)
    assert evaluation.lock(world.evaluator, world.ref, 1) == "locked"


def test_a_rival_cannot_reply_nor_learn_that_there_is_a_question(app: Flask) -> None:
    world = f.a_scoring_stage()
    ask(world, "A")
    number = asked(world, "A").id
    rival, other = supplier_of(world, "B")
    _author, ref = supplier_of(world, "A")
    for person, proposal, which in ((rival, ref, number), (rival, other, number), (rival, other, 999_999)):
        with pytest.raises(Refused, match="missing"):
            clarifications.reply(person, proposal, which, SECRET)


def test_the_trail_counts_a_reply_and_names_nobody(app: Flask) -> None:
    world = f.a_scoring_stage()
    ask(world, "A")
    reply(world, "A")
    (leaf,) = leaves("stage.reply")
    assert leaf["data"] == {"stage": 1}
    assert leaf["by"] == {"as": "author"}
    assert "private" not in leaf


def test_a_reply_is_nowhere_readable_at_rest(app: Flask) -> None:
    world = f.a_scoring_stage()
    ask(world, "A")
    reply(world, "A")
    for path in installation().settings.key_dir.parent.rglob("*"):
        assert not path.is_file() or b"Pfefferkuchen" not in path.read_bytes(), path
    kept = asked(world, "A").reply
    assert kept is not None
    assert installation().keys.read(kept).decode() == SECRET


def test_a_suspended_challenge_takes_no_reply_and_gives_time_anew(app: Flask, clock: Clock) -> None:
    world = f.a_scoring_stage()
    ask(world, "A")
    moves.make(world.lead, world.ref, "suspend", Details(reason="A court asked us to wait."))
    with pytest.raises(Refused, match=r"reply\.stopped"):
        reply(world, "A")
    clock.set(clock.now() + timedelta(days=30))
    for person in (world.lead, world.approver):
        moves.make(person, world.ref, "resume", Details(reason="It let us go on."))
    reply(world, "A")
