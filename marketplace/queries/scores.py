"""Scoring as one evaluator sees it: the proposals in an order of their own, and their own scores alone.

Nothing here reads another evaluator's scores, drafts, locks or progress, so that no page can differ by them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, String, false, func, or_, select, true, type_coerce, union_all
from sqlalchemy.orm import aliased

from marketplace.models.accounts import RoleAssignment
from marketplace.models.evaluation import Score, ScoreDraft, ScoreLock, left_out
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal
from marketplace.models.statements import prepared
from marketplace.queries.clarifications import Asked, asked_at
from marketplace.queries.evaluation import OPENED_STATES, Place, declared_at, place, standing
from marketplace.queries.opened import OpenedProposal, check_interests, opened_proposals
from marketplace.queries.proposals import OwnFile
from marketplace.queries.query import Reader, query
from marketplace.rules import scores
from marketplace.rules.challenges import Criterion, Question
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import SCORERS

KINDS = ((Score, true()), (ScoreDraft, false()))
READING_STATES = ("scoring", "moderating", "decided")
LISTED = 50
"""How many proposals a list shows at once, and how many boxes stand on a sheet."""
ACROSS = 20
"""Beside how many proposals one criterion is shown at once: each brings its text."""


@dataclass(frozen=True)
class Mark:
    """What one gave for one criterion: a score, or a draft that is none yet. `language` is that of the reason."""

    level: int | None
    reason: str
    question: str
    language: str
    saved_at: datetime
    scored: bool

    @property
    def fingerprint(self) -> str:
        return scores.fingerprint(self.level, self.reason, self.question)


@dataclass(frozen=True)
class Progress:
    """One proposal in one's own list: how many of its criteria one has scored, and how many begun.

    `words` are those of its answers; None where they were opened before anybody counted.
    """

    letter: str
    supplier: str
    words: int | None
    done: int = 0
    begun: int = 0


@dataclass(frozen=True)
class OwnList:
    """Every proposal, in one's own order; `now` is the instant of the reading."""

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

    @property
    def words_left(self) -> int | None:
        """About how many words of the answers are still to be read; None where they were not counted."""
        counted = [row.words for row in self.rows]
        if None in counted:
            return None
        return sum(scores.words_left(row.words or 0, self.each - row.done, self.each) for row in self.rows)

    @property
    def time_left(self) -> timedelta | None:
        return None if (words := self.words_left) is None else scores.time_left(words, self.total - self.done)

    def after(self, letter: str) -> Progress | None:
        """The next proposal with something left to score, going round; None when all are done."""
        start = self.index(letter) + 1
        turn = (*self.rows[start:], *self.rows[:start])
        return next((row for row in turn if row.done < self.each), None)

    def index(self, letter: str) -> int:
        """The place of a proposal in one's own order, from 0; -1 where there is none."""
        return next((n for n, row in enumerate(self.rows) if row.letter == letter), -1)

    def near(self, letter: str) -> tuple[Progress, ...]:
        """The proposals that are listed together with this one."""
        first = max(self.index(letter), 0) // LISTED * LISTED
        return self.rows[first : first + LISTED]


@dataclass(frozen=True)
class Row:
    """A criterion of a proposal beside the answers it speaks to, counted as the supplier saw them.

    `elsewhere` are those that an earlier criterion of the sheet shows; `later` what was asked about any of them.
    `language` is that of the answers.
    """

    letter: str
    supplier: str
    language: str
    criterion: Criterion
    answers: tuple[tuple[int, Question, str], ...]
    elsewhere: tuple[tuple[int, Question, str], ...]
    later: tuple[Asked, ...]
    mark: Mark | None

    @property
    def scored(self) -> bool:
        return self.mark is not None and self.mark.scored

    @property
    def fingerprint(self) -> str:
        return self.mark.fingerprint if self.mark else ""


@dataclass(frozen=True)
class Sheet:
    """One proposal to score; `language` is that of its answers.

    `later` is what was asked about the `others`, or about the proposal as a whole.
    """

    list: OwnList
    letter: str
    supplier: str
    language: str
    position: int
    rows: tuple[Row, ...]
    others: tuple[tuple[int, Question, str], ...]
    later: tuple[Asked, ...]
    files: tuple[OwnFile, ...]

    @property
    def place(self) -> Place:
        return self.list.place

    @property
    def next(self) -> Progress | None:
        """Another proposal that has something left."""
        ahead = self.list.after(self.letter)
        return ahead if ahead and ahead.letter != self.letter else None


@dataclass(frozen=True)
class Across:
    """One criterion of every proposal, a page of them; `first` is the first one's place in one's own order, from 1.

    `next` and `previous` are the letters after which another page begins, "" for the first; None where there is none.
    `done` counts those of all proposals that one has scored by this criterion.
    """

    list: OwnList
    criterion: Criterion
    rows: tuple[Row, ...]
    first: int
    done: int
    next: str | None
    previous: str | None

    @property
    def place(self) -> Place:
        return self.list.place

    @property
    def next_criterion(self) -> Criterion | None:
        """The one that is published after this one."""
        every = self.place.content.criteria.criteria
        at = every.index(self.criterion) + 1
        return every[at] if at < len(every) else None


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
    position = mine.index(letter) + 1
    if not position:
        raise Refused("score.cell")
    [proposal] = opened_proposals(read, here.stage_id, [letter])
    answers = _answers(here, proposal)
    marks = _marks(read, here, [letter])
    later = asked_at(read, here.stage_id, [letter])
    rows = tuple(_rows(here.content.criteria.criteria, proposal, answers, marks, later))
    shown = {question.id for row in rows for _, question, _ in row.answers}
    return Sheet(
        list=mine, letter=letter, supplier=proposal.supplier, language=proposal.language, position=position,
        rows=rows, others=tuple(found for id, found in answers.items() if id not in shown),
        later=tuple(each for each in later if each.answer not in shown), files=proposal.files,
    )  # fmt: skip


@query
def across(read: Reader, challenge_ref: str, stage: int, criterion: str, after: str = "") -> Across:
    """One criterion of the proposals that come `after` a letter in one's own order, with one's own scores.

    Refuses as `own_list`, and score.cell where there is no such criterion or letter.
    """
    here = _scoring_place(read, challenge_ref, stage)
    mine = _own_list(read, here)
    found = next((each for each in here.content.criteria.criteria if each.id == criterion), None)
    start = mine.index(after) + 1
    if found is None or (after and not start):
        raise Refused("score.cell")
    letters = [row.letter for row in mine.rows[start : start + ACROSS]]
    proposals = {each.letter: each for each in opened_proposals(read, here.stage_id, letters)}
    marks = _marks(read, here, letters, criterion)
    later = asked_at(read, here.stage_id, letters)
    rows = [
        next(iter(_rows([found], proposals[letter], _answers(here, proposals[letter]), marks, later)))
        for letter in letters
    ]
    before = start - ACROSS - 1
    return Across(
        list=mine, criterion=found, rows=tuple(rows), first=start + 1,
        done=read.connection.scalar(*_done(here.stage_id, read.actor.person_id, criterion)) or 0,
        next=letters[-1] if start + ACROSS < len(mine.rows) else None,
        previous=(mine.rows[before].letter if before >= 0 else "") if start else None,
    )  # fmt: skip


def _answers(here: Place, proposal: OpenedProposal) -> dict[str, tuple[int, Question, str]]:
    questions = enumerate(here.content.questions.questions, 1)
    return {q.id: (n, q, proposal.answers.get(q.id, "")) for n, q in questions}


def _rows(
    criteria: Iterable[Criterion],
    proposal: OpenedProposal,
    answers: Mapping[str, tuple[int, Question, str]],
    marks: Mapping[tuple[str, str], Mark],
    later: Iterable[Asked],
) -> Iterable[Row]:
    """An answer that several criteria speak to stands beside the first of them."""
    shown: set[str] = set()
    for criterion in criteria:
        asked = [id for id in criterion.questions if id in answers]
        beside = [id for id in asked if id not in shown]
        elsewhere = tuple(answers[id] for id in asked if id in shown)
        shown.update(beside)
        yield Row(
            letter=proposal.letter, supplier=proposal.supplier, language=proposal.language,
            criterion=criterion, answers=tuple(answers[id] for id in beside), elsewhere=elsewhere,
            later=tuple(each for each in later if each.letter == proposal.letter and each.answer in asked),
            mark=marks.get((proposal.letter, criterion.id)),
        )  # fmt: skip


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
    me, ask = read.actor.person_id, read.connection.execute
    locked_at = read.connection.scalar(*lock_of_seat(here.challenge_id, here.stage_id, me))
    given = ask(*_given(here.stage_id, me)).all()
    done, begun = ({row.proposal_id: row.n for row in given if row.scored == kind} for kind in (True, False))
    found = {
        letter: Progress(letter, supplier, words, done.get(id, 0), begun.get(id, 0))
        for id, letter, supplier, words in ask(*_before_the_panel(here.stage_id))
    }
    order = scores.own_order(f"{here.challenge_ref}/{here.stage}", read.actor.ref, found)
    saved_at = max((row.at for row in given), default=None)
    return OwnList(here, locked_at, tuple(found[letter] for letter in order), saved_at, read.now)


@prepared
def _before_the_panel(stage_id: int) -> Select[*tuple[Any, ...]]:
    row = Proposal
    return (
        select(row.id, row.letter, Organisation.name, row.words)
        .join(Organisation, Organisation.id == row.supplier_id)
        .where(*standing(stage_id))
    )


@prepared
def _given(stage_id: int, person_id: int | None) -> Select[*tuple[Any, ...]]:
    """By proposal: how many criteria are scored, then how many begun; and when the last of them was saved."""
    parts = [
        select(
            row.proposal_id,
            scored.label("scored"),
            func.count().label("n"),
            func.max(row.saved_at).label("at"),
        )
        .where(row.stage_id == stage_id, row.person_id == person_id)
        .group_by(row.proposal_id)
        for row, scored in KINDS
    ]
    return select(union_all(*parts).subquery())


@prepared
def _done(stage_id: int, person_id: int | None, criterion: str) -> Select[*tuple[Any, ...]]:
    row = Score
    return select(func.count()).where(
        row.stage_id == stage_id, row.person_id == person_id, row.criterion == criterion
    )


@prepared
def lock_of_seat(challenge_id: int, stage_id: int, person_id: int | None) -> Select[*tuple[Any, ...]]:
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


def _marks(
    read: Reader, here: Place, letters: Sequence[str], criterion: str = ""
) -> dict[tuple[str, str], Mark]:
    """One's own scores and drafts by letter and criterion, or of one `criterion` alone."""
    found = read.connection.execute(*_marked(here.stage_id, read.actor.person_id, letters, criterion))
    return {
        (row.letter, row.criterion): Mark(
            row.level, row.reason, row.question, row.language, row.saved_at, row.scored
        )
        for row in found
    }


@prepared
def _marked(
    stage_id: int, person_id: int | None, letters: Sequence[str], criterion: str
) -> Select[*tuple[Any, ...]]:
    every = type_coerce(criterion, String) == ""
    parts = [
        select(
            Proposal.letter, row.criterion, row.level, row.reason, row.question, row.language, row.saved_at,
            scored.label("scored"),
        )
        .join(Proposal, Proposal.id == row.proposal_id)
        .where(
            row.stage_id == stage_id, row.person_id == person_id, Proposal.letter.in_(letters),
            or_(every, row.criterion == criterion),
        )
        for row, scored in KINDS
    ]  # fmt: skip
    return select(union_all(*parts).subquery())
