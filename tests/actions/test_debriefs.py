"""A supplier asks once about its summary, and is answered once; nobody else reads a word of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.actions import debriefs, summaries
from marketplace.clock import Clock
from marketplace.models.accounts import Person
from marketplace.models.database import reading
from marketplace.models.notices import Notice
from marketplace.models.trail import JournalEntry, LogEvent
from marketplace.policy import Actor
from marketplace.queries import debriefs as seen
from marketplace.queries import desk
from marketplace.queries import summaries as pages
from tests import factories as f
from tests.actions.test_proposals import refused
from tests.actions.test_reopening import decide_again, take_back

QUESTION = "Why does the reason on evidence speak of eleven rooms, when answer 2 names fourteen?"
ANSWER = "Eleven were found of fourteen that were damp. That is what answer 2 says."


def told(kind: str) -> set[int | None]:
    with reading() as connection:
        return set(
            connection.scalars(
                select(Person.id).join(Notice, Notice.person_id == Person.id).where(Notice.kind == kind)
            )
        )


def a_told_stage() -> tuple[f.World, str, Actor]:
    """Summaries sent; with the reference and the author of proposal B, which was not selected."""
    world = f.a_decided_stage()
    summaries.send_summaries(world.lead, world.ref, 1)
    ref = f.ref_of(world, "B")
    return world, ref, world.suppliers[world.proposals.index(ref)].administrator


def tasks(person: Actor, task: str) -> list[str]:
    return [each.href for each in desk.desk(person).waiting if each.task == task]


def test_a_supplier_asks_the_lead_answers_and_both_are_told(app: Flask) -> None:
    world, ref, author = a_told_stage()
    debriefs.ask(author, ref, QUESTION, True)
    assert told("debrief.asked") == {world.lead.person_id}
    place = f"/desk/challenges/{world.ref}/stages/1/debriefs"
    assert tasks(world.lead, "debrief") == [place]
    (asked,) = seen.debriefs(world.lead, world.ref, 1).asked
    assert (asked.letter, asked.question, asked.wants_meeting) == ("B", QUESTION, True)
    debriefs.answer(world.lead, world.ref, 1, "B", ANSWER)
    assert told("debrief.answered") == {author.person_id}
    assert tasks(world.lead, "debrief") == []
    (own,) = pages.own_summary(author, ref).asked
    assert (own.question, own.answer) == (QUESTION, ANSWER)


def test_it_asks_once_and_is_answered_once(app: Flask) -> None:
    world, ref, author = a_told_stage()
    debriefs.ask(author, ref, QUESTION, False)
    refused("debrief.again", debriefs.ask, author, ref, "Another one?", False)
    debriefs.answer(world.lead, world.ref, 1, "B", ANSWER)
    refused("debrief.answered", debriefs.answer, world.lead, world.ref, 1, "B", "Something else.")
    assert not pages.own_summary(author, ref).may_ask


def test_nobody_but_its_supplier_asks_and_nobody_but_a_lead_answers_or_reads(app: Flask) -> None:
    world, ref, author = a_told_stage()
    rival = world.suppliers[1 - world.proposals.index(ref)].administrator
    for other in (rival, world.lead, world.chair, f.a_person()):
        refused("missing", debriefs.ask, other, ref, QUESTION, False)
    debriefs.ask(author, ref, QUESTION, False)
    for other in (author, rival, world.approver, world.chair, world.evaluator, f.a_person(operator=True)):
        refused("missing", seen.debriefs, other, world.ref, 1)
        refused("missing", debriefs.answer, other, world.ref, 1, "B", ANSWER)
    assert pages.own_summary(rival, f.ref_of(world, "A")).asked == ()


@pytest.mark.parametrize(
    ("question", "meeting", "code"),
    [("", False, "debrief.empty"), (" ", False, "debrief.empty"), ("word " * 201, True, "debrief.long")],
)
def test_what_cannot_be_answered_is_not_sent(app: Flask, question: str, meeting: bool, code: str) -> None:
    _world, ref, author = a_told_stage()
    refused(code, debriefs.ask, author, ref, question, meeting)
    debriefs.ask(author, ref, "", True)


def test_an_answer_has_words_and_not_too_many(app: Flask) -> None:
    world, ref, author = a_told_stage()
    refused("missing", debriefs.answer, world.lead, world.ref, 1, "B", ANSWER)
    debriefs.ask(author, ref, QUESTION, False)
    refused("debrief.unanswered", debriefs.answer, world.lead, world.ref, 1, "B", " ")
    refused("debrief.long", debriefs.answer, world.lead, world.ref, 1, "B", "word " * 501)


def test_thirty_days_after_the_summary_it_is_too_late_to_ask(app: Flask, clock: Clock) -> None:
    _world, ref, author = a_told_stage()
    until = pages.own_summary(author, ref).asks_until
    clock.set(until)
    refused("debrief.late", debriefs.ask, author, ref, QUESTION, False)
    clock.set(until - timedelta(seconds=1))
    debriefs.ask(author, ref, QUESTION, False)


def test_before_a_summary_there_is_nothing_to_ask_about(app: Flask) -> None:
    world = f.a_decided_stage()
    ref = f.ref_of(world, "B")
    author = world.suppliers[world.proposals.index(ref)].administrator
    refused("missing", debriefs.ask, author, ref, QUESTION, False)


def test_the_trail_and_the_journal_hold_no_word_of_it(app: Flask) -> None:
    world, ref, author = a_told_stage()
    with reading() as connection:
        before = list(connection.scalars(select(LogEvent.index)))
    debriefs.ask(author, ref, QUESTION, True)
    debriefs.answer(world.lead, world.ref, 1, "B", ANSWER)
    with reading() as connection:
        assert list(connection.scalars(select(LogEvent.index))) == before
        noted = [str(row) for row in connection.execute(select(JournalEntry.__table__))]
    assert not any("eleven rooms" in row or "Eleven were" in row for row in noted)


def test_after_a_decision_is_taken_back_the_new_summary_may_be_asked_about(app: Flask) -> None:
    world, ref, author = a_told_stage()
    debriefs.ask(author, ref, QUESTION, False)
    take_back(world)
    own = pages.own_summary(author, ref)
    assert (own.replaced, own.may_ask, own.may_write) == (True, False, False)
    refused("missing", debriefs.ask, author, ref, QUESTION, False)
    debriefs.answer(world.lead, world.ref, 1, "B", ANSWER)
    decide_again(world)
    summaries.send_summaries(world.lead, world.ref, 1)
    assert pages.own_summary(author, ref).may_ask
    debriefs.ask(author, ref, "Did it change?", False)
    asked = pages.own_summary(author, ref).asked
    assert [(each.question, each.standing) for each in asked] == [("Did it change?", True), (QUESTION, False)]
