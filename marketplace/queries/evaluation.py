"""Where the panel works: a stage with the words in force, and the proposals that were opened at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from marketplace.models.challenges import IN_FORCE, Challenge, ChallengeVersion
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import ELIGIBLE, Proposal
from marketplace.models.stages import Stage
from marketplace.models.statements import prepared
from marketplace.policy import On
from marketplace.queries.opened import declared
from marketplace.queries.query import Reader
from marketplace.rules import contents
from marketplace.rules.challenges import Content
from marketplace.rules.lifecycle import RUNNING_STATES
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import PERMISSIONS, Role

OPENED_STATES = ("opened", "scoring", "moderating", "decided")


@dataclass(frozen=True)
class Place:
    """A stage of a challenge, with the words in force and the actor's roles on it.

    `final` says that the panel's levels are, so that there are totals and ranks.
    """

    challenge_id: int
    challenge_ref: str
    title: str
    challenge_state: str
    stage_id: int
    stage: int
    stage_name: str
    state: str
    received: int
    final: bool
    opened_at: datetime | None
    beacon: str
    content: Content
    roles: frozenset[Role]

    @property
    def running(self) -> bool:
        return self.challenge_state in RUNNING_STATES

    def may(self, permission: str) -> bool:
        return bool(PERMISSIONS[permission] & self.roles)

    @property
    def address(self) -> str:
        return f"/desk/challenges/{self.challenge_ref}/stages/{self.stage}"

    @property
    def last(self) -> bool:
        """Whether this stage's decision is the award."""
        return self.stage == len(self.content.stages.stages)

    @property
    def language(self) -> str:
        """Of all that the authority wrote about the challenge, and of what the panel writes."""
        return self.content.language


def place(read: Reader, challenge_ref: str, number: int, permission: str) -> Place:
    """The stage, for somebody with `permission` on its challenge; refuses `missing` otherwise."""
    found = read.connection.execute(*_place(challenge_ref, number)).one_or_none()
    if found is None:
        raise Refused("missing")
    roles = read.require(permission, On(challenge_id=found.id))
    content = contents.parse(found.content)
    return Place(
        challenge_id=found.id, challenge_ref=found.ref, title=found.title,
        challenge_state=found.challenge_state, stage_id=found.stage_id,
        stage=found.number, stage_name=content.stages.stages[found.number - 1].name,
        state=found.state, received=found.received or 0, final=found.final_at is not None,
        opened_at=found.opened_at, beacon=found.beacon, content=content,
        roles=roles,
    )  # fmt: skip


@prepared
def _place(ref: str, number: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Challenge.id, Challenge.ref, Challenge.title, Challenge.state.label("challenge_state"),
            Stage.id.label("stage_id"), Stage.number, Stage.state, Stage.received, Stage.final_at,
            Stage.opened_at, Stage.beacon,
            ChallengeVersion.content,
        )
        .join(Stage, Stage.challenge_id == Challenge.id)
        .join(ChallengeVersion, IN_FORCE)
        .where(Challenge.ref == ref, Stage.number == number)
    )  # fmt: skip


def proposals(read: Reader, here: Place) -> list[tuple[int, str, str]]:
    """Number, letter and supplier of each opened proposal: A to Z, then AA."""
    rows = read.connection.execute(*opened(here.stage_id))
    found = [(id, letter or "", supplier) for id, letter, supplier in rows]
    return sorted(found, key=lambda row: (len(row[1]), row[1]))


@prepared
def opened(stage_id: int) -> Select[*tuple[Any, ...]]:
    """Number, letter and supplier of each proposal of a stage that was opened and takes part in scoring."""
    row = Proposal
    return (
        select(row.id, row.letter, Organisation.name)
        .join(Organisation, Organisation.id == row.supplier_id)
        .where(*standing(stage_id))
    )


def standing(stage_id: int) -> tuple[ColumnElement[bool], ...]:
    """What holds of the proposals that the panel has before it at a stage."""
    opened = (Proposal.state == "submitted", Proposal.letter.is_not(None))
    return Proposal.stage_id == stage_id, *opened, ELIGIBLE


def declared_at(read: Reader, here: Place) -> datetime | None:
    """When the actor declared against every name of the stage; None before that."""
    return read.connection.scalar(*declared(here.stage_id, read.actor.person_id))
