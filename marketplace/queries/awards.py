"""What was decided at a stage, and what follows from it: the standing decision, and what an award makes public."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, func, select

from marketplace import policy
from marketplace.cases import chosen_of
from marketplace.models.accounts import Person
from marketplace.models.challenges import Challenge
from marketplace.models.evaluation import Decision, DecisionLine, Summary, taken_forward
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal
from marketplace.models.stages import Agreement, Stage
from marketplace.models.statements import prepared
from marketplace.policy import On
from marketplace.queries.evaluation import Place, opened, place
from marketplace.queries.query import Reader, query
from marketplace.rules import regimes
from marketplace.rules.roles import PERMISSIONS


@dataclass(frozen=True)
class Proposed:
    """The standing decision: outcome and sentence by letter; `confirmed_at` is None while it waits.

    `language` is that of all its words.
    """

    id: int
    proposed_by: str
    proposed_at: datetime
    confirmed_by: str
    confirmed_at: datetime | None
    why: str
    rank_reason: str
    language: str
    outcomes: Mapping[str, str]
    reasons: Mapping[str, str]
    grounds: Mapping[str, str]

    @property
    def forward(self) -> tuple[str, ...]:
        return self.with_outcome("forward")

    def with_outcome(self, wanted: str) -> tuple[str, ...]:
        """Letters, by rank."""
        return tuple(letter for letter, outcome in self.outcomes.items() if outcome == wanted)


@dataclass(frozen=True)
class Award:
    """What an award notice makes public: names of those selected, why, also out of rank, and how many others there are.

    `scores` is individual or panel; `firm` says whether everybody reads how firm the result is. `standstill` is its
    last day if the notice is published now, if any.
    """

    selected: tuple[str, ...]
    others: int
    why: str
    rank_reason: str
    language: str
    scores: str
    firm: bool
    standstill: date | None


@query
def award(read: Reader, challenge_ref: str) -> Award | None:
    """What the award notice would make public now; None before the last stage that began is decided."""
    number = read.connection.scalar(
        select(func.max(Stage.number))
        .join(Challenge, Challenge.id == Stage.challenge_id)
        .where(Challenge.ref == challenge_ref, Stage.state != "planned")
    )
    if number is None:
        return None
    here = place(read, challenge_ref, number, "summary:send")
    policy.stands_apart(read.connection, read.actor, here.challenge_id)
    decision, _sent = proposed(read, here)
    if decision is None or decision.confirmed_at is None:
        return None
    proposals = read.connection.execute(*opened(here.stage_id))
    names = {letter: name for _id, letter, name in proposals}
    terms = here.content.terms
    return Award(
        selected=tuple(names[letter] for letter in decision.forward),
        others=len(names) - len(decision.forward), why=decision.why,
        rank_reason=decision.rank_reason, language=decision.language,
        scores=terms.publish_scores, firm=terms.publish_diagnostics,
        standstill=regimes.last_standstill_day(
            regimes.REGIMES[terms.regime], read.now, terms.standstill_days
        ),
    )  # fmt: skip


@query
def may_drop_out(read: Reader, challenge_ref: str) -> tuple[tuple[str, str], ...]:
    """Letter and name of whoever was selected at the last stage that began and has signed nothing there."""
    on = select(Challenge.id).where(Challenge.ref == challenge_ref).scalar_subquery()
    challenge_id = read.connection.scalar(select(on)) or 0
    roles = read.require("challenge:move", On(challenge_id=challenge_id))
    chosen = chosen_of(read.connection, challenge_id)
    signed = select(Agreement.proposal_id).where(
        Agreement.stage_id == chosen.stage_id, Agreement.ended_at.is_(None)
    )
    rows = read.connection.execute(
        select(Proposal.letter, Organisation.name)
        .join(Organisation, Organisation.id == Proposal.supplier_id)
        .where(Proposal.id.in_(taken_forward(chosen.stage_id)), Proposal.id.not_in(signed))
        .order_by(Proposal.letter)
    )
    sees = bool(PERMISSIONS["stage:see-names"] & roles)
    return tuple((letter or "", name if sees else "") for letter, name in rows)


def proposed(read: Reader, here: Place) -> tuple[Proposed | None, datetime | None]:
    """The standing decision, and when the stage's summaries were sent."""
    found = read.connection.execute(*_decided(here.stage_id)).one()
    if found.id is None:
        return None, found.sent_at
    lines = read.connection.execute(*_outcomes(found.id)).all()
    return Proposed(
        id=found.id, proposed_by=found.name, proposed_at=found.proposed_at,
        confirmed_by=found.confirmer or "", confirmed_at=found.confirmed_at, why=found.why,
        rank_reason=found.rank_reason, language=found.language, outcomes={row.letter: row.outcome for row in lines},
        reasons={row.letter: row.reason for row in lines},
        grounds={row.letter: row.ground for row in lines if row.ground},
    ), found.sent_at  # fmt: skip


@prepared
def _decided(stage_id: int) -> Select[*tuple[Any, ...]]:
    confirmer = Person.__table__.alias()
    standing = and_(Decision.stage_id == Stage.id, Decision.replaced_at.is_(None))
    told = (Summary.stage_id == Stage.id) & Summary.replaced_at.is_(None)
    sent_at = select(func.min(Summary.sent_at)).where(told).scalar_subquery()
    return (
        select(
            Decision.id, Decision.proposed_at, Decision.confirmed_at, Decision.why, Decision.rank_reason,
            Decision.language, Person.name, confirmer.c.name.label("confirmer"), sent_at.label("sent_at"),
        )
        .select_from(Stage)
        .outerjoin(Decision, standing)
        .outerjoin(Person, Person.id == Decision.proposed_by_id)
        .outerjoin(confirmer, confirmer.c.id == Decision.confirmed_by_id)
        .where(Stage.id == stage_id)
    )  # fmt: skip


@prepared
def _outcomes(decision: int) -> Select[*tuple[Any, ...]]:
    return (
        select(Proposal.letter, DecisionLine.outcome, DecisionLine.reason, DecisionLine.ground)
        .join(Proposal, Proposal.id == DecisionLine.proposal_id)
        .where(DecisionLine.decision_id == decision)
        .order_by(DecisionLine.rank.asc().nulls_last(), Proposal.letter)
    )
