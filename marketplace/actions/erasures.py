"""Erasing public words: who may, what the trail says of it, and the list that outlives a restored database."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ColumnElement, select

from marketplace import policy, published
from marketplace.actions import erasing
from marketplace.actions.action import UnitOfWork, action
from marketplace.actions.work import Leaf
from marketplace.models.challenges import Challenge
from marketplace.models.database import wipe
from marketplace.models.erasures import Erasure
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal
from marketplace.outside.erasures import Line, Place
from marketplace.policy import Actor
from marketplace.published import Text
from marketplace.rules import references
from marketplace.rules.erasures import PUBLISHED_GROUNDS
from marketplace.rules.lifecycle import PUBLIC_STATES
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import PERMISSIONS, Role

ERASE = "trail.erase"
# Whom something was erased of is in no entry, nor where more stands than that an opening is gone.
UNTOLD = ("person", "entry/")
# The reasons of decisions are what a procurement is judged by: who erred in one opens the decision again.
DECIDED = "decision/"
# So many texts and openings fit into one leaf.
IN_A_LEAF = 40


class Names(dict[str, str]):
    """A reference for each act of erasing, the same however often the action is tried."""

    def __missing__(self, of: str) -> str:
        return self.setdefault(of, references.new("ER"))


@contextmanager
def named(_actor: Actor, *_args: Any, **_kwargs: Any) -> Iterator[Names]:
    """What names the acts of one action."""
    yield Names()


@action("words:erase", around=named)
def erase(work: UnitOfWork, ref: str, places: Sequence[str], ground: str) -> str:
    """Put a sentence in the place of public words of a challenge, for good; the entries that commit to them stay.

    What another version says there in the same words goes too. Returns the reference of the act.
    Refuses: missing, erasure.unfounded, erasure.nothing, erasure.decided.
    """
    challenge = work.lock(Challenge, Challenge.ref == ref, Challenge.state.in_(PUBLIC_STATES))
    every = list(published.of_challenge(work.session.connection(), challenge.id))
    chosen = erasing.with_copies(
        _chosen(work, every, Erasure.challenge_id == challenge.id, places, ground), every
    )
    act = Act(work, challenge.ref, ground, challenge.id)
    act.record(chosen)
    repeated = erasing.lift(work.session, work.place, challenge, chosen, act.sentence)
    _tell(work, challenge, chosen, repeated)
    return act.ref


@action("words:erase", around=named)
def erase_organisation(work: UnitOfWork, slug: str, places: Sequence[str], ground: str) -> str:
    """The same for what an organisation says about itself. Refuses: missing, erasure.unfounded, erasure.nothing."""
    organisation = work.lock(Organisation, Organisation.slug == slug)
    every = list(published.of_organisation(work.session.connection(), organisation.id))
    chosen = _chosen(work, every, Erasure.owner == slug, places, ground)
    act = Act(work, organisation.slug, ground, None)
    act.record(chosen)
    erasing.lift_organisation(work.session, organisation, chosen, act.sentence)
    for person_id in policy.administrators(work.session.connection(), organisation.id):
        work.tell("words.erased", person_id, f"/organisations/{organisation.slug}", title=organisation.name)
    return act.ref


def _chosen(
    work: UnitOfWork, every: Sequence[Text], erased: ColumnElement[bool], places: Sequence[str], ground: str
) -> list[Text]:
    """The texts at these places that are still there: a tombstone keeps its ground and its instant."""
    if ground not in PUBLISHED_GROUNDS:
        raise Refused("erasure.unfounded")
    standing = published.standing(work.session.connection(), work.place.words, every, erased)
    chosen = [each for each in standing if each.place in set(places)]
    if not chosen:
        raise Refused("erasure.nothing")
    if ground == "mistake" and any(each.place.startswith(DECIDED) for each in chosen):
        raise Refused("erasure.decided")
    return chosen


class Act:
    """One act in the making: its rows, its leaves, and its line on the list once the last of them has its index."""

    def __init__(
        self, work: UnitOfWork, owner: str, ground: str, challenge_id: int | None, ref: str = ""
    ) -> None:
        self.work = work
        self.ref = ref or work.prepared[f"{owner} {challenge_id}"]
        self.owner = owner
        self.ground = ground
        self.challenge_id = challenge_id
        self.sentence = published.sentence(work.place.words, ground, work.now)
        self.rows: list[Erasure] = []
        work.afterwards.append(wipe)

    def record(self, texts: Sequence[Text]) -> None:
        """Leave a row for each text."""
        rows = [self._row(each) for each in texts]
        self.work.session.add_all(rows)
        self.work.session.flush()
        self.enter(rows)

    def enter(self, rows: list[Erasure]) -> None:
        """Leave a leaf for every few rows; the last writes the line."""
        self.rows = rows
        leaves = [self._leaf(self.rows[n : n + IN_A_LEAF]) for n in range(0, len(self.rows), IN_A_LEAF)]
        leaves[-1].then.append(self._list)

    def _row(self, each: Text) -> Erasure:
        return Erasure(
            ref=self.ref, owner=self.owner, place=each.place, made_at=each.made_at, entry=each.entry,
            field=each.field, challenge_id=self.challenge_id, version=each.version, ground=self.ground,
            at=self.work.now, log_index=None,
        )  # fmt: skip

    def _leaf(self, rows: Sequence[Erasure]) -> Leaf:
        data: dict[str, Any] = {
            "erasure": self.ref, "ground": self.ground,
            "texts": [row.place for row in rows if not row.place.startswith(UNTOLD)],
            "openings": [f"{row.entry}/{row.field}" for row in rows if row.entry is not None],
        }  # fmt: skip
        if data["texts"] and self.challenge_id is None:
            data["organisation"] = self.owner
        leaf = self.work.leaf(ERASE, self.challenge_id, data, acting=self._acting())
        leaf.then += [functools.partial(setattr, row, "log_index") for row in rows]
        return leaf

    def _acting(self) -> Role | None:
        if self.challenge_id is None:
            return None
        held = self.work.roles(policy.On(challenge_id=self.challenge_id)) - {Role.SYSTEM}
        return next(iter(sorted(PERMISSIONS[self.work.permission] & held)), None)

    def _list(self, _index: int) -> None:
        """The last before the commit: a crash after this loses nothing, since the worker erases by the list."""
        self.work.session.flush()
        places = tuple(
            Place(row.place, row.made_at, row.entry, row.field, row.log_index) for row in self.rows
        )
        self.work.place.erasures.add(Line(self.ref, self.owner, self.ground, self.work.now, places))


def _tell(work: UnitOfWork, challenge: Challenge, texts: Sequence[Text], repeated: set[int]) -> None:
    """Tell the team, the suppliers whose own words are gone, and those whose summaries `repeated` what is."""
    connection = work.session.connection()
    people = set(policy.group(connection, policy.holders(connection, challenge.id), "team", challenge.id))
    refs = [each.place.split("/")[1] for each in texts if each.place.startswith("summary/")]
    people |= _administrators(work, Proposal.ref.in_(refs))
    readers = _administrators(work, Proposal.id.in_(repeated))
    link, title = f"/challenges/{challenge.ref}/trail", challenge.title
    for kind, told in (("words.erased", people), ("summary.erased", readers)):
        for person_id in sorted(told):
            work.tell(kind, person_id, link, challenge.id, title=title)


def _administrators(work: UnitOfWork, proposals: ColumnElement[bool]) -> set[int]:
    """Who administers the suppliers of these proposals."""
    suppliers = work.session.scalars(select(Proposal.supplier_id).where(proposals).distinct())
    found = (policy.administrators(work.session.connection(), each) for each in suppliers)
    return set().union(*found)
