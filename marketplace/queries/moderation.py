"""Moderation as the panel sees it: every evaluator's levels side by side, by letter, and nothing summed.

No total, rank, price or name stands here, and no order follows from a score. Everybody on the panel in whose
place somebody locked reads it once all have; lead and approver do not, but for the levels that an approver signs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select

from marketplace import policy
from marketplace.models.accounts import Person
from marketplace.models.challenges import MoveReason
from marketplace.models.evaluation import (
    AgreedLevel,
    AgreedReason,
    Attendance,
    Meeting,
    Score,
    changed_at,
    counted_evaluators,
    counted_levels,
    said_of_cells,
)
from marketplace.models.proposals import Proposal
from marketplace.models.stages import Stage
from marketplace.models.statements import prepared
from marketplace.queries.evaluation import Place, declared_at, opened, place
from marketplace.queries.opened import check_interests, opened_proposals
from marketplace.queries.query import Reader, query
from marketplace.queries.scores import lock_of_seat
from marketplace.rules.challenges import Criterion, Question
from marketplace.rules.moderation import Cell
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import Role

SHOWN_STATES = ("moderating", "decided")


@dataclass(frozen=True)
class Met:
    """A meeting of the panel: who attended, by name; `language` is that of the notes.

    Where a lock was reopened after it, it is `past` and counts no longer.
    """

    past: bool
    held_at: datetime
    attended: tuple[str, ...]
    notes: str
    language: str


@dataclass(frozen=True)
class Revised:
    """Chair and approver opened levels again that were final."""

    at: datetime
    reason: str
    language: str


@dataclass(frozen=True)
class Grid:
    """Rows by letter, each with its cells in the order of the criteria; `evaluators` are E1, E2 …

    `people` are those of the panel who may attend a meeting, reference and name; `revised` is when and why final
    levels were opened again, so that whoever reads may have seen totals; `now` is the instant of the reading.
    """

    place: Place
    evaluators: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    meetings: tuple[Met, ...]
    people: tuple[tuple[str, str], ...]
    revised: Revised | None
    now: datetime

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        return tuple(self.place.content.criteria.criteria)

    @property
    def cells(self) -> tuple[Cell, ...]:
        return tuple(cell for _, row in self.rows for cell in row)

    @property
    def waiting(self) -> tuple[Cell, ...]:
        """Those that keep the levels from being final."""
        return tuple(cell for cell in self.cells if cell.waits)

    @property
    def agreed(self) -> int:
        """How many cells the panel spoke about, those without agreement included."""
        return sum(cell.said for cell in self.cells)

    @property
    def lacks_meeting(self) -> bool:
        """Whether something was agreed, and no meeting is recorded at which it was."""
        return bool(self.agreed) and all(met.past for met in self.meetings)

    @property
    def moderates(self) -> bool:
        """Whether the reader is the one who records what the panel says, and can now."""
        open_ = self.place.state == "moderating" and self.place.running and not self.place.final
        return self.place.may("stage:moderate") and open_

    def after(self, letter: str, criterion: str) -> Cell | None:
        """The next cell that the panel must speak about, going round; None when there is none."""
        cells = self.cells
        start = next(
            (n for n, cell in enumerate(cells, 1) if (cell.letter, cell.criterion) == (letter, criterion)), 0
        )
        return next((cell for cell in (*cells[start:], *cells[:start]) if cell.is_open), None)


@dataclass(frozen=True)
class Given:
    """One evaluator's level of a cell with the reason given; `moved` is why the panel moved away from it."""

    evaluator: str
    level: int
    reason: str
    question: str
    language: str
    moved: str


@dataclass(frozen=True)
class Spoken:
    """What the panel said of a cell; `id` is what a change, or a signature, says it has seen."""

    id: int
    reason: str
    language: str
    made_at: datetime
    signed_at: datetime | None


@dataclass(frozen=True)
class Talk:
    """One cell to talk about, beside the answers that its criterion speaks to, counted as the supplier saw them."""

    grid: Grid
    cell: Cell
    criterion: Criterion
    given: tuple[Given, ...]
    spoken: Spoken | None
    answers: tuple[tuple[int, Question, str], ...]
    language: str

    @property
    def place(self) -> Place:
        return self.grid.place


@dataclass(frozen=True)
class ToSign:
    """A level that nobody gave, with every reason for it, for the approver who signs."""

    cell: Cell
    criterion: Criterion
    given: tuple[Given, ...]
    spoken: Spoken


@dataclass(frozen=True)
class Signatures:
    place: Place
    waiting: tuple[ToSign, ...]


@query
def grid(read: Reader, challenge_ref: str, stage: int, permission: str = "moderation:see") -> Grid:
    """Every level of the stage, once the whole panel locked; for the page of whoever has `permission`.

    Refuses: missing (also to a panel member in whose place nobody locked), decision.hidden before, role.own_proposal,
    declaration.missing, declaration.consent.
    """
    return _grid(read, challenge_ref, stage, permission)


@query
def talk(read: Reader, challenge_ref: str, stage: int, letter: str, criterion: str) -> Talk:
    """One cell with every level and reason, beside the answers. Refuses as `grid`, and score.cell."""
    found = _grid(read, challenge_ref, stage, "moderation:see")
    here = found.place
    cell = next((each for each in found.cells if (each.letter, each.criterion) == (letter, criterion)), None)
    if cell is None:
        raise Refused("score.cell")
    scale = next(each for each in found.criteria if each.id == criterion)
    [proposal] = opened_proposals(read, here.stage_id, [letter])
    questions = {each.id: (n, each) for n, each in enumerate(here.content.questions.questions, 1)}
    asked = [(*questions[id], proposal.answers.get(id, "")) for id in scale.questions if id in questions]
    row = next(
        (each for each in _said(read, here) if (each.letter, each.criterion) == (letter, criterion)), None
    )
    return Talk(
        found, cell, scale, _given(read, here, letter, criterion, row), _spoken(row), tuple(asked), proposal.language
    )  # fmt: skip


@query
def signatures(read: Reader, challenge_ref: str, stage: int) -> Signatures:
    """The levels that wait for an approver's signature, and nothing else of the panel's work.

    Refuses: missing, role.own_proposal, decision.hidden unless the panel moderates.
    """
    here = place(read, challenge_ref, stage, "stage:sign")
    if here.state not in SHOWN_STATES:
        raise Refused("decision.hidden")
    policy.stands_apart(read.connection, read.actor, here.challenge_id)
    rows = [row for row in _said(read, here) if row.outside and row.signed_at is None and not here.final]
    scales = {each.id: each for each in here.content.criteria.criteria}
    found = []
    for row in rows:
        given = _given(read, here, row.letter, row.criterion, row)
        spoken = _spoken(row)
        if spoken is not None:
            cell = Cell(row.letter, row.criterion, tuple(each.level for each in given), True, row.level, True)
            found.append(ToSign(cell, scales[row.criterion], given, spoken))
    return Signatures(here, tuple(found))


def _grid(read: Reader, challenge_ref: str, stage: int, permission: str) -> Grid:
    here = place(read, challenge_ref, stage, permission)
    if here.state not in SHOWN_STATES:
        raise Refused("decision.hidden")
    policy.stands_apart(read.connection, read.actor, here.challenge_id)
    people = list(read.connection.scalars(*_people(here.stage_id)))
    locked = lock_of_seat(here.challenge_id, here.stage_id, read.actor.person_id)
    if Role.CHAIR not in here.roles and read.connection.scalar(*locked) is None:
        raise Refused("missing")
    if declared_at(read, here) is None:
        raise Refused("declaration.missing")
    check_interests(read, here.stage_id)
    return Grid(
        here, _evaluators(people), _rows(read, here, people), _meetings(read, here), _attending(read, here),
        _revised(read, here), read.now,
    )  # fmt: skip


def _evaluators(people: list[int]) -> tuple[str, ...]:
    return tuple(f"E{n}" for n in range(1, len(people) + 1))


def _rows(read: Reader, here: Place, people: list[int]) -> tuple[tuple[str, tuple[Cell, ...]], ...]:
    """By letter, A to Z and then AA; a proposal that nobody scored has no row."""
    letters = {id: letter for id, letter, _supplier in read.connection.execute(*opened(here.stage_id))}
    levels = {
        (letters[row.proposal_id], row.criterion, row.person_id): row.level
        for row in read.connection.execute(*_levels(here.stage_id)) if row.proposal_id in letters
    }  # fmt: skip
    said = {(row.letter, row.criterion): row for row in _said(read, here)}
    scored = sorted(
        {letter for letter, _criterion, _person in levels}, key=lambda letter: (len(letter), letter)
    )
    criteria = [each.id for each in here.content.criteria.criteria]

    def cell(letter: str, criterion: str) -> Cell:
        own = tuple(levels[letter, criterion, person] for person in people)
        row = said.get((letter, criterion))
        if row is None:
            return Cell(letter, criterion, own)
        return Cell(letter, criterion, own, True, row.level, row.outside and row.signed_at is None)

    return tuple((letter, tuple(cell(letter, each) for each in criteria)) for letter in scored)


_people = prepared(counted_evaluators)
_levels = prepared(counted_levels)


def _said(read: Reader, here: Place) -> list[Row]:
    return list(read.connection.execute(*_standing(here.stage_id)))


@prepared
def _standing(stage_id: int) -> Select[*tuple[Any, ...]]:
    row = AgreedLevel
    return (
        said_of_cells(stage_id)
        .join(Proposal, Proposal.id == row.proposal_id)
        .with_only_columns(
            row.id, Proposal.letter, row.criterion, row.level, row.reason, row.language, row.outside, row.made_at,
            row.signed_at,
        )
        .order_by(row.id)
    )  # fmt: skip


def _spoken(row: Row | None) -> Spoken | None:
    return Spoken(row.id, row.reason, row.language, row.made_at, row.signed_at) if row else None


def _given(read: Reader, here: Place, letter: str, criterion: str, said: Row | None) -> tuple[Given, ...]:
    """Every evaluator's level and reason for one cell, and why the panel moved away from it."""
    people = list(read.connection.scalars(*_people(here.stage_id)))
    rows = {row.person_id: row for row in read.connection.execute(*_scores(here.stage_id, letter, criterion))}
    moved: Mapping[int, str] = {}
    if said is not None:
        moved = {person: reason for person, reason in read.connection.execute(*_moves(said.id))}
    return tuple(
        Given(name, row.level, row.reason, row.question, row.language, moved.get(person, ""))
        for person, name in zip(people, _evaluators(people), strict=True)
        if (row := rows.get(person)) is not None
    )


@prepared
def _scores(stage_id: int, letter: str, criterion: str) -> Select[*tuple[Any, ...]]:
    row = Score
    return (
        select(row.person_id, row.level, row.reason, row.question, row.language)
        .join(Proposal, Proposal.id == row.proposal_id)
        .where(row.stage_id == stage_id, row.criterion == criterion, Proposal.letter == letter)
    )


@prepared
def _moves(agreed: int) -> Select[*tuple[Any, ...]]:
    return select(AgreedReason.person_id, AgreedReason.reason).where(AgreedReason.agreed_level_id == agreed)


def _meetings(read: Reader, here: Place) -> tuple[Met, ...]:
    """The panel's meetings, oldest first."""
    names: dict[int, list[str]] = {}
    rows = {}
    for row in read.connection.execute(*_met(here.stage_id)):
        rows[row.id] = row
        names.setdefault(row.id, []).append(row.name)
    return tuple(
        Met(row.past, row.held_at, tuple(names[id]), row.notes, row.language) for id, row in rows.items()
    )


@prepared
def _met(stage_id: int) -> Select[*tuple[Any, ...]]:
    row = Meeting
    changed = changed_at(stage_id).scalar_subquery()
    return (
        select(
            row.id,
            row.held_at,
            row.notes,
            row.language,
            Person.name,
            (row.recorded_at < changed).label("past"),
        )
        .join(Attendance, Attendance.meeting_id == row.id)
        .join(Person, Person.id == Attendance.person_id)
        .where(row.stage_id == stage_id)
        .order_by(row.held_at, row.id, Person.name)
    )


def _revised(read: Reader, here: Place) -> Revised | None:
    row = MoveReason
    opened_at = select(Stage.opened_at).where(Stage.id == here.stage_id).scalar_subquery()
    found = read.connection.execute(
        select(row.at, row.reason, row.language)
        .where(row.challenge_id == here.challenge_id, row.move == "revise", row.at >= opened_at)
        .order_by(row.id.desc())
        .limit(1)
    ).one_or_none()
    return Revised(found.at, found.reason, found.language) if found else None


def _attending(read: Reader, here: Place) -> tuple[tuple[str, str], ...]:
    """Reference and name of everybody on the panel now."""
    people = policy.panel(read.connection, here.challenge_id)
    rows = read.connection.execute(
        select(Person.ref, Person.name).where(Person.id.in_(people)).order_by(Person.name)
    )
    return tuple((row.ref, row.name) for row in rows)
