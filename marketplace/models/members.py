"""What an organisation would be left with if one of its members went."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, select
from sqlalchemy.orm import aliased

from marketplace.models.accounts import RoleAssignment
from marketplace.models.challenges import Challenge
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal
from marketplace.models.stages import Stage
from marketplace.rules.lifecycle import ENDED_STATES, HIDDEN_STATES
from marketplace.rules.roles import Role


def charges_of(person_id: int) -> Select[Any]:
    """The organisations with no administrator but this person, by name.

    `others` also work there; `open_work` counts its public challenges that go on, and its proposals in such.
    """
    row, other, it = RoleAssignment, aliased(RoleAssignment), Organisation
    beside = (other.organisation_id == it.id, other.person_id != person_id, other.until_at.is_(None))
    others = select(func.count(other.person_id.distinct())).where(*beside).correlate(it).scalar_subquery()
    return (
        select(
            it.id, it.slug, it.name, others.label("others"), (_challenges() + _proposals()).label("open_work")
        )
        .join(row, row.organisation_id == it.id)
        .where(row.person_id == person_id, row.role == Role.ADMINISTRATOR, row.until_at.is_(None))
        .where(~select(other.id).where(*beside, other.role == Role.ADMINISTRATOR).correlate(it).exists())
        .order_by(it.name, it.id)
    )


def _goes_on() -> ColumnElement[bool]:
    return Challenge.state.not_in((*ENDED_STATES, *HIDDEN_STATES))


def _challenges() -> ScalarSelect[int]:
    running = select(func.count(Challenge.id)).where(Challenge.authority_id == Organisation.id, _goes_on())
    return running.correlate(Organisation).scalar_subquery()


def _proposals() -> ScalarSelect[int]:
    handed_in = (
        select(func.count(Proposal.id))
        .join(Stage, Stage.id == Proposal.stage_id)
        .join(Challenge, Challenge.id == Stage.challenge_id)
        .where(Proposal.supplier_id == Organisation.id, Proposal.state == "submitted", _goes_on())
    )
    return handed_in.correlate(Organisation).scalar_subquery()
