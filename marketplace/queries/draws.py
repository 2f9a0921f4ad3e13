"""The draw of a stage: which round it is, who has read its value, and the order that follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from marketplace import policy
from marketplace.models.accounts import Person
from marketplace.models.evaluation import Draw
from marketplace.queries.evaluation import Place, place
from marketplace.queries.query import Reader, query
from marketplace.rules import draw
from marketplace.rules.ranking import drawn
from marketplace.rules.refusals import Refused
from marketplace.standings import standings


@dataclass(frozen=True)
class DrawPage:
    """`tied` are the letters that share a rank now; `lots` the hash of each letter once there is a value.

    `readers` are the names of those who have copied the value so far.
    """

    place: Place
    round: int
    at: datetime
    addresses: tuple[str, ...]
    tied: tuple[str, ...]
    readers: tuple[str, ...]
    lots: tuple[tuple[str, str], ...]
    now: datetime

    @property
    def is_out(self) -> bool:
        return self.now >= self.at

    @property
    def is_due(self) -> bool:
        return self.is_out and bool(self.tied) and not self.place.beacon and self.place.state == "moderating"


@query
def draw_page(read: Reader, challenge_ref: str, stage: int) -> DrawPage:
    """Refuses missing, also where no draw was published as the way to break ties; decision.hidden as the ranking."""
    here = place(read, challenge_ref, stage, "stage:draw")
    if here.content.criteria.draw == "none" or here.opened_at is None:
        raise Refused("missing")
    if here.state not in ("moderating", "decided") or not here.final:
        raise Refused("decision.hidden")
    policy.stands_apart(read.connection, read.actor, here.challenge_id)
    final = standings(read.connection, here.stage_id, here.content.criteria, here.beacon)
    ranks = [each.rank for each in final.standings if each.rank is not None]
    readers = read.connection.scalars(
        select(Person.name)
        .join(Draw, Draw.person_id == Person.id)
        .where(Draw.stage_id == here.stage_id)
        .order_by(Draw.at)
    ).all()
    round = draw.round_of(here.opened_at)
    lots = [(drawn(here.beacon, letter).hex(), letter) for letter in final.entries] if here.beacon else []
    return DrawPage(
        place=here, round=round, at=draw.published_at(round), addresses=draw.addresses(round),
        tied=tuple(each.id for each in final.standings if each.rank is not None and ranks.count(each.rank) > 1),
        readers=tuple(readers),
        lots=tuple((letter, lot) for lot, letter in sorted(lots)), now=read.now,
    )  # fmt: skip
