"""Who is on the panel of a stage, who left it half-way, and whether it waits for somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from marketplace.models.accounts import Person
from marketplace.models.evaluation import Recusal, ScoreLock, left_out, seats_with
from marketplace.models.invitations import Invitation
from marketplace.queries.evaluation import OPENED_STATES, Place, place
from marketplace.queries.query import Reader, query
from marketplace.queries.team import Member, team_of
from marketplace.rules.lifecycle import DECLARING_STATES
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import SCORERS, Role


@dataclass(frozen=True)
class Sitting:
    """Somebody whose part can end: on the panel, or without a role there any more and with scores that count."""

    ref: str
    name: str
    role: str
    is_you: bool


@dataclass(frozen=True)
class LeftOut:
    """Who left, when, and why in general words; `by` is who stood them down, empty where they stepped back."""

    name: str
    by: str
    at: datetime
    reason: str
    language: str


@dataclass(frozen=True)
class Panel:
    """A lead sees everybody, and a chair who left; others see themselves alone.

    `lacks` is how many people the panel is below its minimum, `asked` how many were asked and have not accepted.
    """

    place: Place
    people: tuple[Sitting, ...]
    left_out: tuple[LeftOut, ...]
    lacks: int
    asked: int

    @property
    def open(self) -> bool:
        """Whether somebody can leave now."""
        return self.place.running and self.place.state in DECLARING_STATES and not self.place.final

    @property
    def leads(self) -> bool:
        return Role.LEAD in self.place.roles

    def one(self, ref: str) -> Sitting:
        """Refuses `missing` for whom the reader does not see here."""
        found = next((each for each in self.people if each.ref == ref), None)
        if found is None:
            raise Refused("missing")
        return found


@query
def panel(read: Reader, challenge_ref: str, stage: int) -> Panel:
    """The panel of an opened stage, for whoever is on it and the lead. Refuses: missing."""
    here = place(read, challenge_ref, stage, "stage:recuse")
    if here.state not in OPENED_STATES:
        raise Refused("missing")
    team = [each for each in team_of(read, here.challenge_id) if each.role in SCORERS]
    people = _people(read, here, team)
    locked = {seat for _stage, seat in read.connection.execute(seats_with(ScoreLock, [here.stage_id]))}
    sitting = set() if here.state in ("moderating", "decided") else {each.seat for each in team if each.acts}
    sees_all = Role.LEAD in here.roles
    return Panel(
        place=here,
        people=tuple(each for each in people if sees_all or each.is_you),
        left_out=_left_out(read, here) if here.roles & {Role.LEAD, Role.CHAIR} else (),
        lacks=max(0, here.content.terms.minimum_panel - len(locked | sitting)),
        asked=sum(not each.accepted and not each.rests for each in team) + _invited(read, here),
    )


def _invited(read: Reader, here: Place) -> int:
    """How many were asked from outside, for a place of their own, and can still answer."""
    row = Invitation
    waiting = (row.answer.is_(None), row.ends_at > read.now, row.seat_id.is_(None), row.role.in_(SCORERS))
    found = select(func.count()).select_from(row).where(row.challenge_id == here.challenge_id, *waiting)
    return read.connection.scalar(found) or 0


def _people(read: Reader, here: Place, team: list[Member]) -> list[Sitting]:
    found = {
        each.ref: Sitting(each.ref, each.name, str(each.role), each.is_you) for each in team if each.accepted
    }
    locked = (
        select(Person.ref, Person.name)
        .join(ScoreLock, ScoreLock.person_id == Person.id)
        .where(ScoreLock.stage_id == here.stage_id, ~left_out())
        .order_by(Person.name, Person.ref)
    )
    for ref, name in read.connection.execute(locked):
        found.setdefault(ref, Sitting(ref, name, "", ref == read.actor.ref))
    return list(found.values())


def _left_out(read: Reader, here: Place) -> tuple[LeftOut, ...]:
    by = aliased(Person)
    rows = read.connection.execute(
        select(Person.name, by.name.label("by"), Recusal.at, Recusal.reason, Recusal.language)
        .join(Person, Person.id == Recusal.person_id)
        .outerjoin(by, (by.id == Recusal.by_id) & (by.id != Person.id))
        .where(Recusal.stage_id == here.stage_id)
        .order_by(Recusal.at, Recusal.log_index)
    )
    return tuple(LeftOut(row.name, row.by or "", row.at, row.reason, row.language) for row in rows)
