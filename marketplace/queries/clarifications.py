"""Questions to suppliers after opening, for the lead who asks, the panel that reads, and the supplier asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from marketplace import policy
from marketplace.models.clarifications import Clarification
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal
from marketplace.models.statements import prepared
from marketplace.queries.evaluation import OPENED_STATES, Place, place, proposals
from marketplace.queries.opened import OpenedProposal, opened_proposals
from marketplace.queries.proposals import OwnProposal, about, own_row
from marketplace.queries.query import Reader, query
from marketplace.rules import contents, replies
from marketplace.rules.challenges import Question
from marketplace.rules.lifecycle import RUNNING_STATES
from marketplace.rules.refusals import Refused

ASKING_STATES = ("opened", "scoring")


@dataclass(frozen=True)
class Asked:
    """One question to one supplier with its reply, if there is one.

    `answer` is the id of the question whose answer it is about, or empty; `language` is that of the question,
    `reply_language` that of the reply; `open` says that the reply may still come.
    """

    id: int
    letter: str
    supplier: str
    kind: str
    answer: str
    question: str
    words: int
    language: str
    asked_at: datetime
    due_at: datetime
    reply: str
    reply_language: str
    replied_at: datetime | None
    open: bool


@dataclass(frozen=True)
class Overview:
    """Everything asked at a stage, the latest first; `names` are the proposals that can be asked about."""

    place: Place
    names: tuple[tuple[str, str], ...]
    asked: tuple[Asked, ...]
    now: datetime

    @property
    def open(self) -> bool:
        """Whether the lead can ask now."""
        return self.place.running and self.place.state in ASKING_STATES

    @property
    def prompts(self) -> Mapping[str, tuple[int, Question]]:
        listed = self.place.content.questions.questions
        return {each.id: (n, each) for n, each in enumerate(listed, 1)}


@dataclass(frozen=True)
class Reading:
    """One proposal for the lead who looks for what is unclear."""

    overview: Overview
    letter: str
    supplier: str
    opened: OpenedProposal

    @property
    def place(self) -> Place:
        return self.overview.place

    def about(self, answer: str) -> tuple[Asked, ...]:
        """What was asked about this answer of this proposal."""
        return tuple(
            each for each in self.overview.asked if each.letter == self.letter and each.answer == answer
        )


@dataclass(frozen=True)
class Own:
    """A question for its supplier; `prompt` and `text` are the question and the answer that it is about."""

    about: OwnProposal
    asked: Asked
    prompt: str
    running: bool


@query
def overview(read: Reader, challenge_ref: str, stage: int) -> Overview:
    """What was asked at a stage, for its lead. Refuses: missing, before opening too, role.own_proposal."""
    return _overview(read, challenge_ref, stage)


@query
def reading(read: Reader, challenge_ref: str, stage: int, letter: str) -> Reading:
    """One proposal beside what was asked about it, for the lead. Refuses as `overview`, and an unknown letter."""
    found = _overview(read, challenge_ref, stage)
    name = dict(found.names).get(letter)
    if name is None:
        raise Refused("missing")
    [opened] = opened_proposals(read, found.place.stage_id, [letter])
    return Reading(found, letter, name, opened)


@query
def own(read: Reader, proposal_ref: str, number: int) -> Own:
    """One question about one's own proposal. Refuses: missing (not yours, or no such question)."""
    row = own_row(read, proposal_ref)
    found = read.connection.execute(*_one(row.id, number)).one_or_none()
    if found is None:
        raise Refused("missing")
    content = contents.parse(row.content)
    prompt = next((q.prompt for q in content.questions.questions if q.id == found.answer), "")
    return Own(about(read, row), _asked(read, found), prompt, row.challenge_state in RUNNING_STATES)


def asked_at(read: Reader, stage_id: int, letters: Collection[str] | None = None) -> tuple[Asked, ...]:
    """Everything asked at a stage, or about these proposals alone; the caller says who may read it."""
    rows = read.connection.execute(*_of_stage(stage_id))
    return tuple(_asked(read, row) for row in rows if letters is None or row.letter in letters)


def _overview(read: Reader, challenge_ref: str, stage: int) -> Overview:
    here = place(read, challenge_ref, stage, "stage:clarify")
    policy.stands_apart(read.connection, read.actor, here.challenge_id)
    if here.state not in OPENED_STATES:
        raise Refused("missing")
    names = tuple((letter, supplier) for _id, letter, supplier in proposals(read, here))
    return Overview(here, names, asked_at(read, here.stage_id), read.now)


def _asked(read: Reader, row: Any) -> Asked:
    return Asked(
        id=row.id, letter=row.letter, supplier=row.name, kind=row.kind, answer=row.answer, question=row.question,
        words=row.words, language=row.language, asked_at=row.asked_at, due_at=row.due_at,
        reply=read.keys.read(row.reply).decode() if row.reply else "", reply_language=row.reply_language,
        replied_at=row.replied_at, open=replies.is_open(row.due_at, row.replied_at, read.now),
    )  # fmt: skip


def _all() -> Select[*tuple[Any, ...]]:
    row = Clarification
    return (
        select(
            row.id, Proposal.letter, Organisation.name, row.kind, row.answer, row.question, row.words,
            row.language, row.asked_at, row.due_at, row.reply, row.replied_at,
            Proposal.language.label("reply_language"),
        )
        .join(Proposal, Proposal.id == row.proposal_id)
        .join(Organisation, Organisation.id == Proposal.supplier_id)
        .order_by(row.asked_at.desc(), row.id.desc())
    )  # fmt: skip


@prepared
def _of_stage(stage_id: int) -> Select[*tuple[Any, ...]]:
    return _all().where(Clarification.stage_id == stage_id)


@prepared
def _one(proposal_id: int, number: int) -> Select[*tuple[Any, ...]]:
    return _all().where(Clarification.proposal_id == proposal_id, Clarification.id == number)
