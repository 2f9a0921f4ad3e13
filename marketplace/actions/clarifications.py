"""Clarifications: after opening the lead, who gives no scores, asks suppliers; each replies once.

The same omission is put to everyone in whose proposal it is, in one action. A reply stands beside the
answer and changes nothing in it.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from marketplace.actions import proposals, replies, seats
from marketplace.actions.action import UnitOfWork, action
from marketplace.actions.panel import ground, proposals_of, tell, words
from marketplace.models.clarifications import CLARIFIES, Clarification, open_questions
from marketplace.models.stages import Stage
from marketplace.rules import limits
from marketplace.rules.refusals import Refused
from marketplace.rules.replies import LEAST_WORDS, MOST_WORDS, QUESTION_WORDS
from marketplace.rules.roles import Role

ASKING_STATES = ("opened", "scoring")


@action("stage:clarify")
def ask(
    work: UnitOfWork, challenge_ref: str, stage: int, letters: Sequence[str], kind: str, answer: str, question: str,
    most: int, days: int,
) -> int:  # fmt: skip
    """Put one question to the suppliers of these proposals. Returns how many were asked.

    `kind` is ambiguity, error or missing; only what is missing is put to several. `answer` names the question
    that the answer it is about was given to, or is empty where it is about all of it. `most` words and `days`
    whole working days are what a reply may take. Refuses: role.own_proposal, stage.state, stage.suspended,
    clarification.whom, clarification.one, clarification.question, reply.days, form.invalid.
    """
    here = ground(work, challenge_ref, stage)
    seats.stands_apart(work, here.challenge)
    here.in_state(*ASKING_STATES)
    found = proposals_of(work, here.stage)
    if not letters or len(set(letters)) != len(letters) or not set(letters) <= set(found):
        raise Refused("clarification.whom")
    known = {each.id for each in here.content.questions.questions} | {""}
    if kind not in CLARIFIES or answer not in known or not LEAST_WORDS <= most <= MOST_WORDS:
        raise Refused("form.invalid")
    if len(letters) > 1 and kind != "missing":
        raise Refused("clarification.one")
    due, asked = replies.due_at(work, days), _question(question)
    for letter in letters:
        row = Clarification(
            stage_id=here.stage.id, proposal_id=found[letter].id, kind=kind, answer=answer, question=asked,
            words=most, language=here.content.language, asked_by_id=work.actor.person_id, asked_at=work.now,
            due_at=due,
        )  # fmt: skip
        work.session.add(row)
        work.session.flush()
        place = replies.place_of(work, here, found[letter])
        proposals.tell_supplier(work, place, "clarification.asked", f"clarifications/{row.id}", due_at=due)
    work.leaf("stage.clarify", here.challenge.id, {"stage": stage, "asked": len(letters)}, acting=Role.LEAD)
    return len(letters)


@action("proposal:edit")
def reply(work: UnitOfWork, proposal_ref: str, clarification: int, text: str) -> None:
    """Reply to a question about one's own proposal, once, before its deadline.

    The trail counts it, and says neither whose it is nor what. Refuses: missing (no such question, or not
    yours), and whatever `replies.take` says.
    """
    place = proposals.enter(work, proposal_ref)
    row = work.session.scalars(
        select(Clarification).filter_by(id=clarification, proposal_id=place.proposal.id)
    ).one_or_none()
    if row is None:
        raise Refused("missing")
    replies.take(work, place, row, text, row.words)
    work.note("proposal.reply", proposal=proposal_ref)
    work.leaf("stage.reply", place.challenge.id, {"stage": place.stage.number}, acting=Role.AUTHOR)
    link = f"/desk/challenges/{place.challenge.ref}/stages/{place.stage.number}/clarifications"
    tell(work, place.challenge, "clarification.answered", Role.LEAD, link)


def check_none_open(work: UnitOfWork, stage: Stage) -> None:
    """Refuse `clarification.open` while a reply may still come: nobody fixes scores that it could change."""
    until = work.session.scalars(open_questions(stage.id, work.now)).one()
    if until is not None:
        raise Refused("clarification.open", until=until)


def _question(text: str) -> str:
    kept = words(text)
    if not kept or limits.words(kept) > QUESTION_WORDS:
        raise Refused("clarification.question", limit=QUESTION_WORDS)
    return kept
