"""One proposal beside the criteria, and one criterion beside the proposals, with one's own scores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, func, or_, select, type_coerce, union_all

from marketplace import policy
from marketplace.models.evaluation import Score
from marketplace.models.proposals import Proposal
from marketplace.models.statements import prepared
from marketplace.queries.clarifications import Asked, asked_at
from marketplace.queries.evaluation import Place
from marketplace.queries.files import OwnFile
from marketplace.queries.opened import OpenedProposal, texts_of
from marketplace.queries.query import Reader, query
from marketplace.queries.scores.lists import KINDS, OwnList, Progress, listed, scoring_place
from marketplace.rules import scores
from marketplace.rules.challenges import Criterion, Question
from marketplace.rules.refusals import Refused

# Beside how many proposals one criterion stands at once: each brings its text.
ACROSS = 20


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
class Row:
    """A criterion of a proposal beside the answers it speaks to, counted as the supplier saw them.

    `elsewhere` are those that an earlier criterion of the sheet shows; `later` what was asked about any, or all of it.
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
        return next(iter(every[every.index(self.criterion) + 1 :]), None)


@query
def sheet(read: Reader, challenge_ref: str, stage: int, letter: str, texts: bool = True) -> Sheet:
    """One proposal beside the criteria, with one's own scores, and the answers unless `texts` are left out.

    Refuses as `own_list`, score.cell, and role.own_proposal to who belongs to a supplier that proposes here.
    """
    here = scoring_place(read, challenge_ref, stage)
    mine = listed(read, here)
    position = mine.index(letter) + 1
    if not position:
        raise Refused("score.cell")
    [proposal], later = _texts(read, mine, [letter], texts)
    answers = _answers(here, proposal)
    marks = _marks(read, here, [letter])
    rows = tuple(_rows(here.content.criteria.criteria, proposal, answers, marks, later))
    shown = {question.id for row in rows for _, question, _ in row.answers}
    return Sheet(
        list=mine, letter=letter, supplier=proposal.supplier, language=proposal.language, position=position,
        rows=rows, others=tuple(found for id, found in answers.items() if id not in shown),
        later=tuple(each for each in later if each.answer not in shown), files=proposal.files,
    )  # fmt: skip


@query
def across(
    read: Reader, challenge_ref: str, stage: int, criterion: str, after: str = "", texts: bool = True
) -> Across:
    """One criterion of the proposals that come `after` a letter in one's own order, with one's own scores.

    Refuses as `sheet`, and score.cell where there is no such criterion or letter.
    """
    here = scoring_place(read, challenge_ref, stage)
    mine = listed(read, here)
    found = next((each for each in here.content.criteria.criteria if each.id == criterion), None)
    start = mine.index(after) + 1
    if found is None or (after and not start):
        raise Refused("score.cell")
    letters = [row.letter for row in mine.rows[start : start + ACROSS]]
    opened, later = _texts(read, mine, letters, texts)
    proposals = {each.letter: each for each in opened}
    marks = _marks(read, here, letters, criterion)
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


def _texts(
    read: Reader, mine: OwnList, letters: Sequence[str], texts: bool
) -> tuple[tuple[OpenedProposal, ...], tuple[Asked, ...]]:
    """What these proposals say, and what was asked about them later; nothing of either without `texts`."""
    policy.stands_apart(read.connection, read.actor, mine.place.challenge_id)
    if texts:
        stage_id = mine.place.stage_id
        return texts_of(read, stage_id, letters), asked_at(read, stage_id, letters)
    rows = [row for row in mine.rows if row.letter in letters]
    return tuple(OpenedProposal(row.letter, "", row.supplier, "", {}, ()) for row in rows), ()


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
            later=tuple(each for each in later if each.letter == proposal.letter and each.answer in (*asked, "")),
            mark=marks.get((proposal.letter, criterion.id)),
        )  # fmt: skip


@prepared
def _done(stage_id: int, person_id: int | None, criterion: str) -> Select[*tuple[Any, ...]]:
    row = Score
    return select(func.count()).where(
        row.stage_id == stage_id, row.person_id == person_id, row.criterion == criterion
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
