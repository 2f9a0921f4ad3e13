"""Proposals as their own supplier sees them.

Who else asks for one gets exactly what an unknown reference gets, from the same statement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, select

from marketplace.models.accounts import RoleAssignment
from marketplace.models.challenges import IN_FORCE, Challenge, ChallengeVersion
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal, Submission
from marketplace.models.stages import Stage
from marketplace.models.statements import prepared
from marketplace.policy import On
from marketplace.queries.files import OwnFile, check_scan, files_of
from marketplace.queries.query import Reader, query
from marketplace.rules import contents, limits
from marketplace.rules.challenges import Condition, Content, Criterion, Price, Question
from marketplace.rules.lifecycle import DECLARING_STATES, PUBLIC_STATES, RUNNING_STATES, effective_stage
from marketplace.rules.proposals import MEDIA, digest, extension, parse_draft, price_digest, unsealed
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import ON_ORGANISATION

Rows = Select[*tuple[Any, ...]]
Found = Row[*tuple[Any, ...]]


@dataclass(frozen=True)
class OwnSupplier:
    """A supplier for which one may propose; `draft` is its proposal here, where there is one."""

    slug: str
    name: str
    draft: str


@dataclass(frozen=True)
class Invitation:
    """A challenge that somebody may answer: for the page where a proposal starts."""

    challenge_ref: str
    title: str
    language: str
    closes_at: datetime | None
    collecting: bool
    questions: tuple[Question, ...]
    conditions: tuple[Condition, ...]
    asks_price: bool
    decision_on: date | None
    suppliers: tuple[OwnSupplier, ...]

    @property
    def words(self) -> int:
        return sum(question.words for question in self.questions)

    @property
    def only_draft(self) -> str:
        """The proposal to go on with, where there is nothing to choose; else empty."""
        return self.suppliers[0].draft if len(self.suppliers) == 1 else ""


@dataclass(frozen=True)
class OwnProposal:
    """One row of a supplier's list. `stage_state` is by the clock.

    `asked_in` is the language of the challenge, `language` that of the answers.
    """

    ref: str
    challenge_ref: str
    title: str
    supplier: str
    asked_in: str
    language: str
    state: str
    stage_state: str
    collecting: bool
    closes_at: datetime | None
    submitted_at: datetime | None
    edited_at: datetime
    excluded: str

    @property
    def may_leave(self) -> bool:
        """Whether it was opened, is not decided on, and has not left already."""
        return self.state == "submitted" and self.stage_state in DECLARING_STATES and not self.excluded


@dataclass(frozen=True)
class Answer:
    """A question with what the draft says to it; `words` of `question.words` are used.

    `criteria` are those that the answer is scored against.
    """

    question: Question
    text: str
    words: int
    criteria: tuple[Criterion, ...]

    @property
    def seen(self) -> str:
        """What somebody who writes it anew has seen."""
        return digest(self.text)

    @property
    def left(self) -> int:
        return self.question.words - self.words

    @property
    def ready(self) -> bool:
        return 0 < self.words <= self.question.words


@dataclass(frozen=True)
class OwnPrice:
    """How price counts, the draft's, and what was handed in, both in minor units of `currency`."""

    rule: Price
    currency: str
    amount: int | None
    sent: int | None

    @property
    def seen(self) -> str:
        """What somebody who changes it has seen."""
        return price_digest(self.amount)

    @property
    def wins_nothing(self) -> bool:
        """Whether it is at the ceiling or above, where there is one."""
        return self.rule.method == "ceiling_linear" and (self.amount or 0) >= self.rule.amount


@dataclass(frozen=True)
class OwnDraft:
    """A whole proposal for its supplier: the draft, and what was handed in where that differs.

    `conditions` are those that it is checked against after opening; `price` is None where price does not count.
    `sent` are prompts with answers, `sent_answers` the same by question, as the receipt has their hashes.
    """

    about: OwnProposal
    conditions: tuple[Condition, ...]
    answers: tuple[Answer, ...]
    price: OwnPrice | None
    files: tuple[OwnFile, ...]
    sent: tuple[tuple[str, str], ...]
    sent_answers: Mapping[str, str]
    sent_files: tuple[OwnFile, ...]
    changed: bool

    @property
    def done(self) -> int:
        """How much of what is asked is there, of `asked`."""
        return sum(answer.ready for answer in self.answers) + bool(self.price and self.price.amount)

    @property
    def asked(self) -> int:
        return len(self.answers) + bool(self.price)

    @property
    def complete(self) -> bool:
        return self.done == self.asked

    def answer(self, question_id: str) -> Answer:
        """Refuses `missing` for a question that is not asked."""
        found = [answer for answer in self.answers if answer.question.id == question_id]
        if not found:
            raise Refused("missing")
        return found[0]

    def file(self, file_id: int) -> OwnFile:
        """Refuses `missing` for a file that the draft does not carry."""
        found = [file for file in self.files if file.id == file_id]
        if not found:
            raise Refused("missing")
        return found[0]

    def after(self, question_id: str) -> Answer | None:
        ids = [answer.question.id for answer in self.answers]
        place = ids.index(question_id) + 1
        return self.answers[place] if place < len(ids) else None


@query
def invitation(read: Reader, challenge_ref: str) -> Invitation:
    """What the first page of a proposal needs; refuses `missing` for a challenge that is not public."""
    found = read.connection.execute(
        select(
            Challenge.ref, Challenge.title, Challenge.language, Challenge.state.label("challenge_state"),
            Stage.id.label("stage_id"), Stage.state.label("stage_state"), Stage.closes_at,
            ChallengeVersion.content,
        )
        .join(Stage, (Stage.challenge_id == Challenge.id) & (Stage.number == 1))
        .join(ChallengeVersion, IN_FORCE)
        .where(Challenge.ref == challenge_ref, Challenge.state.in_(PUBLIC_STATES))
    ).one_or_none()  # fmt: skip
    if found is None:
        raise Refused("missing")
    content = contents.parse(found.content)
    return Invitation(
        challenge_ref=found.ref, title=found.title, language=found.language, closes_at=found.closes_at,
        collecting=_by_clock(read, found)[1], questions=content.questions.questions,
        asks_price=content.criteria.price.counts,
        conditions=content.eligibility.conditions, decision_on=content.terms.decision_on,
        suppliers=_suppliers_at(read, found.stage_id),
    )  # fmt: skip


@query
def own_proposals(read: Reader) -> tuple[OwnProposal, ...]:
    """Every proposal of the actor's suppliers, those that close soonest first, ended ones last."""
    found = [about(read, row) for row in read.connection.execute(*_all_own(read.actor.person_id))]
    return tuple(sorted(found, key=lambda each: (not each.collecting, each.closes_at or read.now, each.ref)))


@query
def own_proposal(read: Reader, ref: str) -> OwnDraft:
    """One proposal of the actor's suppliers with every word of it; refuses `missing` otherwise."""
    row = own_row(read, ref)
    draft = parse_draft(read.keys.unseal(row.draft, row.age_identity))
    content = contents.parse(row.content)
    questions = content.questions.questions
    every = files_of(read, row.id, row.age_identity)
    files = [(file, stored) for file, stored, removed in every if not removed]
    current = read.connection.scalar(*_current(row.id))
    sent = unsealed(read.keys.unseal(current, row.age_identity)) if current else None
    asked = tuple(_answer(content, each, draft.answers.get(each.id, "")) for each in questions)
    price = _price(content, draft.price, sent.price if sent else None)
    drafted = {answer.question.id: answer.text for answer in asked}
    named = {f.stored for f in sent.files} if sent else set()
    return OwnDraft(
        about=about(read, row), conditions=content.eligibility.conditions, answers=asked,
        price=price,
        files=tuple(file for file, _ in files),
        sent=tuple((each.prompt, sent.answers.get(each.id, "")) for each in questions) if sent else (),
        sent_answers=sent.answers if sent else {},
        sent_files=tuple(file for file, stored, _removed in every if stored in named),
        changed=sent is not None
        and (dict(sent.answers), sent.price, named)
        != (drafted, price.amount if price else None, {stored for _, stored in files}),
    )  # fmt: skip


@query
def own_file(read: Reader, ref: str, file_id: int) -> tuple[str, str, bytes]:
    """Name, media type and bytes of a file of one's own proposal, removed from the draft or not.

    Refuses: missing, and what `check_scan` says.
    """
    row = own_row(read, ref)
    found = next((each for each in files_of(read, row.id, row.age_identity) if each[0].id == file_id), None)
    if found is None:
        raise Refused("missing")
    file, stored, _removed = found
    check_scan(file)
    plain = read.keys.unseal(read.place.files.get(stored), row.age_identity)
    return file.name, MEDIA[extension(file.name)], plain


def _price(content: Content, amount: int | None, sent: int | None) -> OwnPrice | None:
    rule = content.criteria.price
    return OwnPrice(rule, content.stages.currency, amount, sent) if rule.counts else None


def _answer(content: Content, question: Question, text: str) -> Answer:
    criteria = (each for each in content.criteria.criteria if question.id in each.questions)
    return Answer(question, text, limits.words(text), tuple(criteria))


def _suppliers_at(read: Reader, stage_id: int) -> tuple[OwnSupplier, ...]:
    rows = read.connection.execute(*_suppliers(read.actor.person_id, stage_id))
    return tuple(OwnSupplier(row.slug, row.name, row.ref or "") for row in rows)


@prepared
def _suppliers(person_id: int | None, stage_id: int) -> Rows:
    own = _own_suppliers(person_id).subquery()
    here = (Proposal.supplier_id == own.c.id) & (Proposal.stage_id == stage_id)
    return (
        select(own.c.slug, own.c.name, Proposal.ref)
        .select_from(own)
        .outerjoin(Proposal, here)
        .order_by(own.c.name)
    )


@prepared
def _current(proposal_id: int) -> Rows:
    return select(Submission.ciphertext).where(Submission.proposal_id == proposal_id, Submission.current)


def _own_suppliers(person_id: int | None) -> Rows:
    row = RoleAssignment
    return (
        select(Organisation.id, Organisation.slug, Organisation.name)
        .join(row, row.organisation_id == Organisation.id)
        .where(row.person_id == person_id, row.until_at.is_(None), row.role.in_(ON_ORGANISATION))
        .where(Organisation.kind == "supplier")
        .distinct()
    )


def _own(person_id: int | None) -> Rows:
    own = _own_suppliers(person_id).subquery()
    return (
        select(
            Proposal.id, Proposal.ref, Proposal.state, Proposal.submitted_at, Proposal.edited_at,
            Proposal.supplier_id, Proposal.language, Proposal.excluded, Challenge.title,
            Challenge.ref.label("challenge_ref"),
            Challenge.language.label("asked_in"),
            Challenge.state.label("challenge_state"), Stage.state.label("stage_state"), Stage.closes_at,
            Organisation.name.label("supplier"),
        )
        .join(own, own.c.id == Proposal.supplier_id)
        .join(Organisation, Organisation.id == Proposal.supplier_id)
        .join(Stage, Stage.id == Proposal.stage_id)
        .join(Challenge, Challenge.id == Stage.challenge_id)
    )  # fmt: skip


_all_own = prepared(_own)


@prepared
def _one_own(person_id: int | None, ref: str) -> Rows:
    return (
        _own(person_id)
        .add_columns(Proposal.draft, Organisation.age_identity, ChallengeVersion.content)
        .join(ChallengeVersion, IN_FORCE)
        .where(Proposal.ref == ref)
    )


def own_row(read: Reader, ref: str) -> Found:
    """The row of one's own proposal, with its draft and the version in force; refuses `missing` otherwise."""
    row = read.connection.execute(*_one_own(read.actor.person_id, ref)).one_or_none()
    if row is None:
        raise Refused("missing")
    read.require("proposal:read-own", On(supplier_id=row.supplier_id))
    return row


def about(read: Reader, row: Found) -> OwnProposal:
    """What a row of `own_row` tells about the proposal as a whole."""
    state, collecting = _by_clock(read, row)
    return OwnProposal(
        ref=row.ref, challenge_ref=row.challenge_ref, title=row.title, supplier=row.supplier,
        asked_in=row.asked_in, language=row.language, state=row.state,
        stage_state=state, collecting=collecting, closes_at=row.closes_at, submitted_at=row.submitted_at,
        edited_at=row.edited_at, excluded=row.excluded,
    )  # fmt: skip


def _by_clock(read: Reader, row: Found) -> tuple[str, bool]:
    """The stage's state at this instant, and whether it takes proposals."""
    running = row.challenge_state in RUNNING_STATES
    state = effective_stage(row.stage_state, row.closes_at, read.now, running=running)
    return state, running and state == "collecting"
