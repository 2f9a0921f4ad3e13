"""Evaluation: interests declared against every name, and the lock that ends the scoring."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TypedDict

from sqlalchemy import select

from marketplace import policy
from marketplace.actions import clarifications, sealed, seats
from marketplace.actions.action import UnitOfWork, action
from marketplace.actions.panel import (
    Ground,
    check_declared,
    check_unlocked,
    end_part,
    ground,
    moderate_after_last,
    proposals_of,
    tell,
    words,
)
from marketplace.models.accounts import Person, RoleAssignment
from marketplace.models.evaluation import INTERESTS, Declaration, DeclaredInterest, Score, ScoreLock
from marketplace.models.proposals import Proposal
from marketplace.policy import On
from marketplace.rules import canonical
from marketplace.rules.lifecycle import DECLARING_STATES
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import SCORERS, Role


class Interest(TypedDict):
    """What one person declares on one name: none, manageable or conflict, with grounds unless none."""

    interest: str
    grounds: str


@action("stage:declare")
def declare(work: UnitOfWork, challenge_ref: str, stage: int, answers: Mapping[str, Interest]) -> str:
    """Declare once against every name, by letter, before any text opens. Returns the gravest interest.

    A conflict ends the person's part on the panel of this challenge; what can be managed waits for
    consent. Refuses: stage.state, declaration.again, declaration.incomplete, declaration.grounds, and to a
    member of a supplier that proposed, who can declare nothing else than a conflict, role.own_proposal;
    practice.first, but never to a conflict.
    """
    here = ground(work, challenge_ref, stage)
    here.in_state(*DECLARING_STATES)
    me = work.actor.person_id
    if work.session.get(Declaration, (here.stage.id, me)) is not None:
        raise Refused("declaration.again")
    proposals = proposals_of(work, here.stage)
    if set(answers) != set(proposals):
        raise Refused("declaration.incomplete")
    work.session.add(Declaration(stage_id=here.stage.id, person_id=me, at=work.now))
    for letter, proposal in proposals.items():
        work.session.add(_interest(here, proposal, me, answers[letter]))
    declared = {answer["interest"] for answer in answers.values()}
    gravest = next(each for each in reversed(INTERESTS) if each in declared or each == "none")
    if gravest != "conflict":
        seats.stands_apart(work, here.challenge)
        seats.check_practised(work, here.challenge, *SCORERS)
    work.note("stage.declare", here.challenge.id, stage=stage, interest=gravest)
    if gravest == "conflict":
        _leave_panel(work, here)
    elif gravest == "manageable":
        _ask_consent(work, here)
    return gravest


@action("stage:consent")
def consent(work: UnitOfWork, challenge_ref: str, stage: int, person_ref: str, letter: str) -> None:
    """Consent to one declared interest: the chair to the panel's, an approver to the chair's own.

    Refuses: role.own_proposal, missing (no such interest), stage.state, declaration.other.
    """
    here = ground(work, challenge_ref, stage)
    seats.stands_apart(work, here.challenge)
    here.in_state(*DECLARING_STATES)
    row = work.session.scalars(
        select(DeclaredInterest)
        .join(Person, Person.id == DeclaredInterest.person_id)
        .join(Proposal, Proposal.id == DeclaredInterest.proposal_id)
        .where(
            DeclaredInterest.stage_id == here.stage.id, DeclaredInterest.interest == "manageable",
            Person.ref == person_ref, Proposal.letter == letter,
        )
    ).one_or_none()  # fmt: skip
    if row is None:
        raise Refused("missing")
    people = policy.holders(work.session.connection(), here.challenge.id)
    of_chair = row.person_id in _ever_chair(work, here)
    entitled = people.get(Role.APPROVER if of_chair else Role.CHAIR, frozenset())
    if work.actor.person_id not in entitled or row.person_id == work.actor.person_id:
        raise Refused("declaration.other")
    row.consented_at = row.consented_at or work.now
    work.note("stage.consent", here.challenge.id, stage=stage, person=person_ref, letter=letter)


@action("stage:score")
def lock(work: UnitOfWork, challenge_ref: str, stage: int) -> str:
    """Finish: a sealed entry in the trail fixes one's levels and reasons. Returns `locked` or `moderating`.

    The last lock of the panel moves the stage on. Refuses: stage.state, declaration.missing,
    declaration.consent, score.locked, clarification.open, score.missing.
    """
    here = ground(work, challenge_ref, stage)
    here.in_state("scoring")
    check_declared(work, here)
    check_unlocked(work, here)
    clarifications.check_none_open(work, here.stage)
    scores = _all_scores(work, here)
    me = work.actor.person_id or 0
    salts = [canonical.new_salt() for _ in scores]
    row = ScoreLock(
        stage_id=here.stage.id, person_id=me, at=work.now,
        salts=work.keys.keep(canonical.encode([salt.hex() for salt in salts])),
    )  # fmt: skip
    work.session.add(row)
    sealed.add(work, here.stage, "lock", _locked_value(work, here, scores, salts), (), row)
    work.note("stage.lock", here.challenge.id, stage=stage)
    work.session.flush()
    return moderate_after_last(work, here, work.roles(On(challenge_id=here.challenge.id)))


def _interest(here: Ground, proposal: Proposal, person_id: int | None, answer: Interest) -> DeclaredInterest:
    interest, grounds = answer["interest"], words(answer["grounds"])
    if interest not in INTERESTS:
        raise Refused("declaration.incomplete")
    if interest != "none" and not grounds:
        raise Refused("declaration.grounds")
    return DeclaredInterest(
        stage_id=here.stage.id, proposal_id=proposal.id, person_id=person_id, interest=interest,
        grounds=grounds if interest != "none" else "",
    )  # fmt: skip


def _leave_panel(work: UnitOfWork, here: Ground) -> None:
    """Whoever has a conflict scores nothing here, so that a replacement comes before scoring does."""
    held = work.roles(On(challenge_id=here.challenge.id))
    end_part(work, here, work.actor.person_id or 0)
    if here.stage.state == "scoring":
        # Where everybody else has locked, nobody is left to wait for.
        moderate_after_last(work, here, held)
    tell(
        work, here.challenge, "declaration.conflict", Role.LEAD, f"/desk/challenges/{here.challenge.ref}/team"
    )


def _ask_consent(work: UnitOfWork, here: Ground) -> None:
    of_chair = work.actor.person_id in _ever_chair(work, here)
    link = f"/desk/challenges/{here.challenge.ref}/stages/{here.stage.number}/consents"
    tell(work, here.challenge, "declaration.manageable", Role.APPROVER if of_chair else Role.CHAIR, link)


def _ever_chair(work: UnitOfWork, here: Ground) -> set[int]:
    """Whoever chaired at some time: a deputy does not consent to the interest of whom they stand in for."""
    row = RoleAssignment
    chairs = select(row.person_id).where(row.challenge_id == here.challenge.id, row.role == Role.CHAIR)
    return set(work.session.scalars(chairs))


def _all_scores(work: UnitOfWork, here: Ground) -> list[tuple[str, str, Score]]:
    """One's score of every cell, by letter and then in the order of the criteria; refuses `score.missing`."""
    rows = work.session.scalars(
        select(Score).filter_by(stage_id=here.stage.id, person_id=work.actor.person_id)
    )
    known = {(row.proposal_id, row.criterion): row for row in rows}
    cells = [
        (letter, criterion.id, known.get((proposal.id, criterion.id)))
        for letter, proposal in proposals_of(work, here.stage).items()
        for criterion in here.content.criteria.criteria
    ]
    found = [(letter, criterion, row) for letter, criterion, row in cells if row is not None]
    if len(found) < len(cells):
        raise Refused("score.missing", count=len(cells) - len(found))
    return found


def _locked_value(
    work: UnitOfWork, here: Ground, scores: Sequence[tuple[str, str, Score]], salts: Sequence[bytes]
) -> dict[str, object]:
    """What the sealed leaf commits to: levels in the clear once opened, reasons as salted hashes."""
    return {
        "challenge": here.challenge.ref,
        "stage": here.stage.number,
        "evaluator": work.public_reference(here.challenge.id, work.actor.person_id or 0),
        "levels": [[letter, criterion, row.level] for letter, criterion, row in scores],
        "reasons": [
            hashlib.sha256(salt + row.reason.encode()).hexdigest()
            for salt, (_, _, row) in zip(salts, scores, strict=True)
        ],
    }


@action("stage:moderate")
def go_on(work: UnitOfWork, challenge_ref: str, stage: int) -> None:
    """Let the chair take the stage to moderation where every lock stands, as after a decision taken back.

    Refuses: stage.state, declaration.missing, declaration.consent, score.waits.
    """
    here = ground(work, challenge_ref, stage)
    here.in_state("scoring")
    check_declared(work, here)
    if moderate_after_last(work, here, work.roles(On(challenge_id=here.challenge.id))) == "locked":
        raise Refused("score.waits")
