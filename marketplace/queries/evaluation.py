"""Scoring as one evaluator sees it: the proposals, and one's own scores alone.

Nothing here reads another evaluator's scores, locks or progress, so that no page can differ by them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from marketplace.models.accounts import RoleAssignment
from marketplace.models.challenges import IN_FORCE, Challenge, ChallengeVersion
from marketplace.models.evaluation import Score, ScoreLock, left_out
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal
from marketplace.models.stages import Stage
from marketplace.models.statements import prepared
from marketplace.policy import On
from marketplace.queries.opened import check_interests, declared, opened_proposals
from marketplace.queries.proposals import OwnFile
from marketplace.queries.query import Reader, query
from marketplace.rules import contents
from marketplace.rules.challenges import Content, Criterion, Question
from marketplace.rules.lifecycle import RUNNING_STATES
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import PERMISSIONS, SCORERS, Role

OPENED_STATES = ("opened", "scoring", "moderating", "decided")
READING_STATES = ("scoring", "moderating", "decided")


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


@dataclass(frozen=True)
class Mark:
    """One's own score of one criterion; `language` is that of the reason."""

    level: int
    reason: str
    question: str
    language: str
    saved_at: datetime


@dataclass(frozen=True)
class Progress:
    """One proposal in one's own list: how many of its criteria one has scored."""

    letter: str
    supplier: str
    done: int


@dataclass(frozen=True)
class OwnList:
    """`now` is the instant of the reading."""

    place: Place
    locked_at: datetime | None
    rows: tuple[Progress, ...]
    saved_at: datetime | None
    now: datetime

    @property
    def each(self) -> int:
        return len(self.place.content.criteria.criteria)

    @property
    def total(self) -> int:
        return self.each * len(self.rows)

    @property
    def done(self) -> int:
        return sum(row.done for row in self.rows)

    @property
    def complete(self) -> bool:
        return bool(self.rows) and self.done == self.total

    @property
    def editable(self) -> bool:
        return self.locked_at is None and self.place.state == "scoring" and self.place.running

    def after(self, letter: str) -> Progress | None:
        """The next proposal with something left to score, going round; None when all are done."""
        letters = [row.letter for row in self.rows]
        start = letters.index(letter) + 1 if letter in letters else 0
        turn = (*self.rows[start:], *self.rows[:start])
        return next((row for row in turn if row.done < self.each), None)


@dataclass(frozen=True)
class Row:
    """A criterion beside the answers it speaks to, counted as the supplier saw them.

    An answer stands on the page once: `elsewhere` holds the numbers of those that another criterion shows.
    """

    criterion: Criterion
    answers: tuple[tuple[int, Question, str], ...]
    elsewhere: tuple[int, ...]
    mark: Mark | None


@dataclass(frozen=True)
class Sheet:
    """One proposal to score; `language` is that of its answers."""

    list: OwnList
    letter: str
    supplier: str
    language: str
    position: int
    rows: tuple[Row, ...]
    others: tuple[tuple[int, Question, str], ...]
    files: tuple[OwnFile, ...]
    next: Progress | None

    @property
    def place(self) -> Place:
        return self.list.place

    @property
    def done(self) -> int:
        return sum(row.mark is not None for row in self.rows)

    @property
    def first_left(self) -> int | None:
        """The place, from 0, of the first criterion without a score."""
        return next((n for n, row in enumerate(self.rows) if row.mark is None), None)


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
        state=found.state, received=found.received or 0, final=found.final_at is not None, content=content,
        roles=roles,
    )  # fmt: skip


@prepared
def _place(ref: str, number: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Challenge.id, Challenge.ref, Challenge.title, Challenge.state.label("challenge_state"),
            Stage.id.label("stage_id"), Stage.number, Stage.state, Stage.received, Stage.final_at,
            ChallengeVersion.content,
        )
        .join(Stage, Stage.challenge_id == Challenge.id)
        .join(ChallengeVersion, IN_FORCE)
        .where(Challenge.ref == ref, Stage.number == number)
    )  # fmt: skip


@query
def own_list(read: Reader, challenge_ref: str, stage: int) -> OwnList:
    """Every proposal of the stage with one's own progress.

    Refuses: missing, declaration.missing, declaration.consent, and stage.state before scoring began.
    """
    return _own_list(read, _scoring_place(read, challenge_ref, stage))


@query
def sheet(read: Reader, challenge_ref: str, stage: int, letter: str) -> Sheet:
    """One proposal beside the criteria, with one's own scores; refuses as `own_list`, and score.cell."""
    here = _scoring_place(read, challenge_ref, stage)
    mine = _own_list(read, here)
    position = next((n for n, row in enumerate(mine.rows, 1) if row.letter == letter), None)
    if position is None:
        raise Refused("score.cell")
    [proposal] = opened_proposals(read, here.stage_id, letter)
    questions = list(enumerate(here.content.questions.questions, 1))
    answers = {q.id: (n, q, proposal.answers.get(q.id, "")) for n, q in questions}
    marks = _marks(read, here, letter)
    rows = tuple(_rows(here.content.criteria.criteria, answers, marks))
    shown = {question.id for row in rows for _, question, _ in row.answers}
    return Sheet(
        list=mine, letter=letter, supplier=proposal.supplier, language=proposal.language, position=position,
        rows=rows,
        others=tuple(found for id, found in answers.items() if id not in shown), files=proposal.files,
        next=mine.after(letter),
    )  # fmt: skip


def _rows(
    criteria: Iterable[Criterion],
    answers: Mapping[str, tuple[int, Question, str]],
    marks: Mapping[str, Mark],
) -> Iterable[Row]:
    """An answer that several criteria speak to stands beside the first of them."""
    shown: set[str] = set()
    for criterion in criteria:
        asked = [id for id in criterion.questions if id in answers]
        beside = [id for id in asked if id not in shown]
        elsewhere = tuple(answers[id][0] for id in asked if id in shown)
        shown.update(beside)
        yield Row(criterion, tuple(answers[id] for id in beside), elsewhere, marks.get(criterion.id))


def _scoring_place(read: Reader, challenge_ref: str, stage: int) -> Place:
    here = place(read, challenge_ref, stage, "stage:score")
    if here.state not in OPENED_STATES:
        raise Refused("missing")
    if declared_at(read, here) is None:
        raise Refused("declaration.missing")
    check_interests(read, here.stage_id)
    if here.state not in READING_STATES:
        raise Refused("stage.state", state=here.state)
    return here


def _own_list(read: Reader, here: Place) -> OwnList:
    me = read.actor.person_id
    locked_at = read.connection.scalar(*_lock_of_seat(here.challenge_id, here.stage_id, me))
    scored = {id: (done, at) for id, done, at in read.connection.execute(*_own_scores(here.stage_id, me))}
    rows = [
        Progress(letter, supplier, scored[id][0] if id in scored else 0)
        for id, letter, supplier in proposals(read, here)
    ]
    saved_at = max((at for _, at in scored.values()), default=None)
    return OwnList(here, locked_at, tuple(rows), saved_at, read.now)


@prepared
def _own_scores(stage_id: int, person_id: int | None) -> Select[*tuple[Any, ...]]:
    """By proposal: how many criteria are scored, and when the last of them was saved."""
    row = Score
    return (
        select(row.proposal_id, func.count(), func.max(row.saved_at))
        .where(row.stage_id == stage_id, row.person_id == person_id)
        .group_by(row.proposal_id)
    )


@prepared
def _lock_of_seat(challenge_id: int, stage_id: int, person_id: int | None) -> Select[*tuple[Any, ...]]:
    """When one locked, or whoever sat in one's place on the panel before and counts."""
    row, mate = RoleAssignment, aliased(RoleAssignment)
    on = (row.challenge_id == challenge_id, row.role.in_(SCORERS))
    mates = (
        select(mate.person_id)
        .join(row, row.seat == mate.seat)
        .where(*on, row.person_id == person_id, row.until_at.is_(None))
    )
    return select(ScoreLock.at).where(
        ScoreLock.stage_id == stage_id, ScoreLock.person_id.in_(mates), ~left_out()
    )


def _marks(read: Reader, here: Place, letter: str) -> dict[str, Mark]:
    rows = read.connection.execute(*_marked(here.stage_id, read.actor.person_id, letter))
    return {
        row.criterion: Mark(row.level, row.reason, row.question, row.language, row.saved_at) for row in rows
    }


@prepared
def _marked(stage_id: int, person_id: int | None, letter: str) -> Select[*tuple[Any, ...]]:
    row = Score
    return (
        select(row.criterion, row.level, row.reason, row.question, row.language, row.saved_at)
        .join(Proposal, Proposal.id == row.proposal_id)
        .where(row.stage_id == stage_id, row.person_id == person_id, Proposal.letter == letter)
    )


def proposals(read: Reader, here: Place) -> list[tuple[int, str, str]]:
    """Number, letter and supplier of each opened proposal: A to Z, then AA."""
    rows = read.connection.execute(*opened(here.stage_id))
    found = [(id, letter or "", supplier) for id, letter, supplier in rows]
    return sorted(found, key=lambda row: (len(row[1]), row[1]))


@prepared
def opened(stage_id: int) -> Select[*tuple[Any, ...]]:
    """Number, letter and supplier of each proposal that was opened at a stage."""
    row = Proposal
    return (
        select(row.id, row.letter, Organisation.name)
        .join(Organisation, Organisation.id == row.supplier_id)
        .where(row.stage_id == stage_id, row.state == "submitted", row.letter.is_not(None))
    )


def declared_at(read: Reader, here: Place) -> datetime | None:
    """When the actor declared against every name of the stage; None before that."""
    return read.connection.scalar(*declared(here.stage_id, read.actor.person_id))
