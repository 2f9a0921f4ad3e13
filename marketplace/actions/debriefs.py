"""A supplier asks once about the summary that it was sent, and the lead answers once."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.actions import seats, stages
from marketplace.actions.action import UnitOfWork, action
from marketplace.actions.panel import words
from marketplace.actions.summaries import people_of
from marketplace.models.challenges import Challenge
from marketplace.models.evaluation import Debrief, Summary
from marketplace.models.proposals import Proposal
from marketplace.models.stages import Stage
from marketplace.policy import On, group, holders
from marketplace.rules import limits
from marketplace.rules.refusals import Refused
from marketplace.rules.summaries import ASK_WITHIN, asks_until


@action("proposal:edit")
def ask(work: UnitOfWork, proposal_ref: str, question: str, wants_meeting: bool) -> None:
    """Ask back about the summary that stands, for a meeting, or both. The leads are told that somebody asked.

    Refuses: missing (not yours, or no summary stands), debrief.again, debrief.late, debrief.empty, debrief.long,
    form.invalid.
    """
    found = work.session.execute(
        select(Proposal.supplier_id, Stage.id, Stage.number, Stage.challenge_id)
        .join(Stage, Stage.id == Proposal.stage_id)
        .where(Proposal.ref == proposal_ref)
    ).one_or_none()
    if found is None:
        raise Refused("missing")
    work.require(On(supplier_id=found.supplier_id))
    challenge = work.hold(Challenge, Challenge.id == found.challenge_id, share=True)
    work.hold(Stage, Stage.id == found.id, share=True)
    proposal = work.lock(Proposal, Proposal.ref == proposal_ref)
    summary = work.session.scalars(
        select(Summary).filter_by(proposal_id=proposal.id, replaced_at=None)
    ).one_or_none()
    if summary is None:
        raise Refused("missing")
    if work.session.get(Debrief, summary.id) is not None:
        raise Refused("debrief.again")
    if work.now >= asks_until(summary.sent_at):
        raise Refused("debrief.late", days=ASK_WITHIN.days)
    row = Debrief(
        summary_id=summary.id, wants_meeting=wants_meeting, question=_within(question, limits.DEBRIEF_WORDS),
        language=proposal.language, asked_by_id=work.actor.person_id, asked_at=work.now,
    )  # fmt: skip
    if not row.question and not wants_meeting:
        raise Refused("debrief.empty")
    work.session.add(row)
    work.note("debrief.ask", challenge.id, proposal=proposal_ref)
    connection = work.session.connection()
    link = f"/desk/challenges/{challenge.ref}/stages/{found.number}/debriefs"
    for person_id in group(connection, holders(connection, challenge.id), "leads", challenge.id):
        work.tell("debrief.asked", person_id, link, challenge.id, title=challenge.title)


@action("debrief:answer")
def answer(work: UnitOfWork, challenge_ref: str, stage: int, letter: str, text: str) -> None:
    """Answer what the supplier of this proposal asked; only its own people read it.

    Refuses: missing (nobody asked), debrief.answered, debrief.unanswered (no words), debrief.long, role.own_proposal,
    form.invalid.
    """
    challenge, place = stages.find(work, challenge_ref, stage, share=True)
    seats.stands_apart(work, challenge)
    rows = work.session.execute(
        select(Debrief, Proposal)
        .join(Summary, Summary.id == Debrief.summary_id)
        .join(Proposal, Proposal.id == Summary.proposal_id)
        .where(Summary.stage_id == place.id, Proposal.letter == letter)
        .order_by(Debrief.answered_at.is_not(None), Debrief.asked_at)
        .with_for_update(of=Debrief)
    ).first()
    if rows is None:
        raise Refused("missing")
    row, proposal = rows
    if row.answered_at is not None:
        raise Refused("debrief.answered")
    row.answer = _within(text, limits.DEBRIEF_ANSWER_WORDS)
    if not row.answer:
        raise Refused("debrief.unanswered")
    row.answer_language = challenge.language
    row.answered_by_id, row.answered_at = work.actor.person_id, work.now
    work.note("debrief.answer", challenge.id, stage=stage, letter=letter)
    link = f"/desk/proposals/{proposal.ref}/summary"
    for person_id in people_of(work, [proposal.supplier_id])[proposal.supplier_id]:
        work.tell("debrief.answered", person_id, link, challenge.id, title=challenge.title)


def _within(text: str, most: int) -> str:
    kept = words(text, limits.PROSE)
    if (used := limits.words(kept)) > most:
        raise Refused("debrief.long", limit=most, words=used)
    return kept
