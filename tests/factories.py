"""Worlds for tests, built through the same actions as everybody's.

People alone are rows put in directly: registering hashes a password, which takes longer than a test.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache

import msgspec
from argon2 import PasswordHasher
from sqlalchemy import select

from marketplace.actions import (
    challenges,
    decisions,
    eligibility,
    evaluation,
    experts,
    invitations,
    moderation,
    moves,
    opening,
    organisations,
    prices,
    proposals,
    roles,
    scores,
    summaries,
    upkeep,
)
from marketplace.actions import stages as stage_actions
from marketplace.actions.action import UnitOfWork, action
from marketplace.actions.moves import Details
from marketplace.jobs.signer import Signer
from marketplace.models.accounts import Person, RoleAssignment
from marketplace.models.challenges import Challenge
from marketplace.models.database import installation, reading, writing
from marketplace.models.proposals import CoverEntry, Proposal
from marketplace.models.stages import Stage
from marketplace.policy import SYSTEM, Actor
from marketplace.queries import moderation as grids
from marketplace.rules import challenges as c
from marketplace.rules import contents, references
from marketplace.rules.proposals import digest
from marketplace.rules.roles import Role
from marketplace.rules.stages import TEMPLATES
from tests.conftest import NOON
from tests.worlds import kept

PASSWORD = "a long enough password"


@action("stage:keep-time")
def grow_the_log(work: UnitOfWork, entries: int) -> None:
    """Let the log hold so many entries more, the very first not counted."""
    for _ in range(entries):
        work.leaf("organisation.verify", None, {"organisation": references.new("OR")})


def sign_the_log() -> None:
    """Hash and sign all that was committed, as the worker does every second."""
    signer = Signer("the tests’ worker")
    try:
        signer.round()
    finally:
        signer.rest()


@cache
def _hashed() -> str:
    return PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)


def a_person(name: str = "Robin Vale", *, operator: bool = False) -> Actor:
    """Somebody with a confirmed account, as the actor of one visit of their own."""
    ref = references.new("PE")
    email = f"{name.lower().replace(' ', '.')}.{ref[3:].lower()}@people.example"
    now = installation().clock.now()
    with writing() as session:
        person = Person(
            ref=ref, name=name, email=email, password_hash=_hashed(), created_at=now, confirmed_at=now
        )
        session.add(person)
        session.flush()
        if operator:
            session.add(RoleAssignment(person_id=person.id, role=Role.OPERATOR, from_at=now, accepted_at=now))
        return Actor(person_id=person.id, ref=ref, name=name, email=email, visit=f"visit of {ref}")


@dataclass
class Organisation:
    slug: str
    administrator: Actor


def an_organisation(name: str, kind: str, administrator: Actor | None = None) -> Organisation:
    administrator = administrator or a_person(f"Head of {name}")
    slug = organisations.register(
        administrator, name=f"{name} {references.new('PE')[3:7]}", kind=kind, address="1 Quay Street, Northmere",
        website="", company_number="", description=f"{name} is invented.", is_sme=kind == "supplier",
        is_non_profit=False, is_company=True,
    )  # fmt: skip
    return Organisation(slug, administrator)


def join(organisation: Organisation, person: Actor, role: str = Role.MEMBER) -> None:
    """The administrator invites, the person accepts."""
    mailed = invitations.invite(organisation.administrator, organisation.slug, person.email, role)
    invitations.accept(person, mailed["link"].rpartition("/")[2])


def an_authority(name: str = "Northmere Council", *, verified: bool = True) -> Organisation:
    authority = an_organisation(name, "authority")
    if verified:
        organisations.verify(a_person("Olive Operator", operator=True), authority.slug)
    return authority


def a_supplier(name: str = "Brackenlea Coatings") -> Organisation:
    return an_organisation(name, "supplier")


def a_content(
    title: str = "Damp and cold in council homes", closes_at: datetime = NOON, template: str = "one-stage",
    regime: str = "rd-exempt", language: str = "en", conditions: tuple[str, ...] = (),
    price: c.Price | None = None, criteria: c.Criteria | None = None, problem: c.Problem | None = None,
) -> c.Content:  # fmt: skip
    """A whole content that can be sent for review; without `conditions`, by id, everyone may propose.

    Criteria make room for the weight of a price that counts.
    """
    chosen = TEMPLATES[template]
    return c.Content(
        language=language,
        problem=problem or c.Problem(
            title=title, summary="Landlords learn of damp when a tenant falls ill. How might we know before?",
            topic="housing", problem="One home in eleven is damp, and the first record is a doctor’s letter.",
            why_now="The repairs contract ends in spring.",
        ),
        affected=c.Affected(affected="Tenants of 11,400 homes; we asked 60 of them at their doors."),
        tried=c.Tried(tried="300 humidity sensors in 2024. They worked; no team owned the alerts."),
        outcomes=c.Outcomes((c.Outcome("Damp homes found before a complaint", "1 in 10", "6 in 10"),)),
        data=c.Data((c.DataSet("Repairs since 2019", "Open Government Licence 3.0", "CSV", "No personal data"),)),
        adoption=c.Adoption("The housing board adopts what works from its repairs budget.", "You keep what you make."),
        stages=chosen.stages,
        eligibility=c.Eligibility(
            conditions=tuple(c.Condition(each, f"The supplier must meet {each}.") for each in conditions),
            everyone=not conditions,
        ),
        questions=chosen.questions, criteria=beside(criteria or chosen.criteria, price or c.Price()),
        terms=c.Terms(
            regime=regime, closes_at=closes_at, decision_on=closes_at.date() + timedelta(days=30),
            contact="challenge@northmere.example",
        ),
    )  # fmt: skip


CEILING = c.Price("ceiling_linear", 20, 1_000_000)


def beside(criteria: c.Criteria, price: c.Price) -> c.Criteria:
    """The criteria with this price, which takes its weight from the heaviest of them, point by point."""
    weights = {each.id: each.weight for each in criteria.criteria}
    for _each in range(price.weight):
        weights[max(weights, key=lambda id: weights[id])] -= 1
    lighter = tuple(msgspec.structs.replace(each, weight=weights[each.id]) for each in criteria.criteria)
    return msgspec.structs.replace(criteria, criteria=lighter, price=price)


@dataclass
class World:
    """A challenge with its people. A: editor, lead, first opener. B: approver, second opener."""

    ref: str
    authority: Organisation
    editor: Actor
    approver: Actor
    chair: Actor
    evaluator: Actor
    content: c.Content
    suppliers: list[Organisation] = field(default_factory=list)
    proposals: list[str] = field(default_factory=list)

    @property
    def lead(self) -> Actor:
        return self.editor

    @property
    def openers(self) -> tuple[Actor, Actor]:
        return self.editor, self.approver

    @property
    def scorers(self) -> tuple[Actor, ...]:
        return self.chair, self.evaluator

    @property
    def id(self) -> int:
        with reading() as connection:
            return connection.scalars(select(Challenge.id).where(Challenge.ref == self.ref)).one()

    @property
    def state(self) -> str:
        with reading() as connection:
            return connection.scalars(select(Challenge.state).where(Challenge.ref == self.ref)).one()

    @property
    def stage(self) -> Stage:
        """The first stage's row, detached."""
        with writing() as session:
            return session.scalars(select(Stage).filter_by(challenge_id=self.id, number=1)).one()

    @property
    def seen(self) -> str:
        return contents.digest(self.content)


@kept
def a_draft_challenge(authority: Organisation | None = None, **content: object) -> World:
    """A draft with every section filled in and the smallest lawful team, nothing sent yet."""
    authority = authority or an_authority()
    people = [a_person(name) for name in ("Ada Editor", "Ben Approver", "Cleo Chair", "Dev Evaluator")]
    for person in people:
        join(authority, person)
    editor, approver, chair, evaluator = people
    whole = a_content(**content)  # type: ignore[arg-type]
    ref = challenges.create(editor, authority.slug, "one-stage", whole.language)
    for name in c.SECTIONS:
        challenges.save_section(editor, ref, name, _plain(getattr(whole, name)), 1)
    challenges.save_conflicts(editor, ref, "Nobody on the team holds shares in a supplier of damp sensors.")
    world = World(ref, authority, editor, approver, chair, evaluator, whole)
    _appoint_team(world)
    return world


def _plain(section: c.Section) -> dict[str, object]:
    return msgspec.to_builtins(section)


def _appoint_team(world: World) -> None:
    team = (
        (world.editor, "lead"), (world.editor, "opener"), (world.approver, "approver"), (world.approver, "opener"),
        (world.chair, "chair"), (world.evaluator, "evaluator"),
    )  # fmt: skip
    for person, role in team:
        roles.appoint(world.editor, world.ref, person.email, role)
    for person in (world.approver, *world.scorers):
        roles.accept(person, world.ref)
    for person in world.openers:
        roles.declare_no_interest(person, world.ref)


def a_colleague(world: World, name: str = "Eve Colleague", *given: str) -> Actor:
    """Somebody else of the authority, with these roles accepted."""
    person = a_person(name)
    join(world.authority, person)
    for role in given:
        roles.appoint(world.editor, world.ref, person.email, role)
    if given:
        roles.accept(person, world.ref)
    return person


def invite_expert(world: World, email: str, role: str = "evaluator") -> str:
    """The token in the link that was mailed to somebody from outside."""
    return experts.invite(world.lead, world.ref, email, role)["link"].rpartition("/")[2]


def an_expert(
    world: World, role: str = "evaluator", name: str = "Xenia Expert", person: Actor | None = None
) -> Actor:
    """Somebody from outside the authority, who gave the undertaking and has this role."""
    person = person or a_person(name)
    invitations.accept(person, invite_expert(world, person.email, role), undertaken=True)
    return person


@kept
def a_challenge_in_review(**content: object) -> World:
    world = a_draft_challenge(**content)  # type: ignore[arg-type]
    moves.make(world.editor, world.ref, "send", Details())
    return world


@kept
def an_approved_challenge(**content: object) -> World:
    world = a_challenge_in_review(**content)
    moves.make(world.approver, world.ref, "approve", Details(seen=world.seen))
    return world


@kept
def an_open_challenge(**content: object) -> World:
    """Open since now, closing at `closes_at` (NOON unless given)."""
    world = an_approved_challenge(**content)
    if world.content.terms.regime not in ("rd-exempt", "none"):
        today: date = installation().clock.now().date()
        challenges.record_portal_notice(world.lead, world.ref, "opening", "2026-012345", "", today)
    moves.make(world.lead, world.ref, "open", Details())
    return world


def pass_deadline(world: World) -> None:
    """Let the clock go past the deadline while the service runs, and let it close the stage."""
    stage = world.stage
    assert stage.closes_at is not None
    clock = installation().clock
    clock.set(stage.closes_at - timedelta(minutes=1))
    upkeep.beat()
    clock.set(stage.closes_at + timedelta(seconds=1))
    stage_actions.close(SYSTEM, stage.id)


# Proposals and their opening.

ANSWERS = {
    "approach": "Neighbours read the meters together and write down what they see.",
    "evidence": "Two streets tried it in March: eleven of fourteen damp rooms were found.",
    "team": "Rosa Lindqvist, three days a week; she ran the street trials.",
    "delivery": "First forty homes. The largest risk is that nobody opens the door.",
}

SEEN = {question: digest(text) for question, text in ANSWERS.items()}
"""What somebody has seen who writes one of these answers anew."""


def a_draft_proposal(
    world: World, supplier: Organisation | None = None, price: int = 900_000, **answers: str
) -> str:
    """A complete draft of a supplier's; `answers` replace those of ANSWERS. Returns its reference.

    The price is there where price counts.
    """
    supplier = supplier or a_supplier()
    world.suppliers.append(supplier)
    ref = proposals.start(supplier.administrator, world.ref, supplier.slug)
    for question in world.content.questions.questions:
        text = answers.get(question.id, ANSWERS.get(question.id, "An answer to it."))
        proposals.save_answer(supplier.administrator, ref, question.id, text, digest(""))
    if world.content.criteria.price.counts:
        prices.save(supplier.administrator, ref, price, digest(""))
    world.proposals.append(ref)
    return ref


def a_submitted_proposal(
    world: World, supplier: Organisation | None = None, price: int = 900_000, **answers: str
) -> str:
    """As `a_draft_proposal`, and handed in. `world.suppliers` and `world.proposals` grow in step."""
    ref = a_draft_proposal(world, supplier, price, **answers)
    proposals.submit(world.suppliers[-1].administrator, ref)
    return ref


@kept
def a_closed_stage(count: int = 2, prices: Sequence[int] = (), **content: object) -> World:
    """A challenge whose first stage closed with `count` proposals, each of a supplier of its own.

    `prices`, as many, are for where price counts. Letters are given later, in an order of their own.
    """
    world = an_open_challenge(**content)
    for number, price in enumerate(prices or [900_000] * count, 1):
        a_submitted_proposal(world, a_supplier(f"Supplier {number}"), price)
    pass_deadline(world)
    return world


def a_busy_stage() -> World:
    """Closed with every kind of sealed entry: two stand, one of them replaced before; one withdrawn; two covers."""
    world = an_open_challenge()
    for name in ("Kept", "Replaced", "Withdrawn"):
        a_submitted_proposal(world, a_supplier(name))
    replaced, withdrawn = world.suppliers[1].administrator, world.suppliers[2].administrator
    proposals.save_answer(replaced, world.proposals[1], "team", "Other people.", SEEN["team"])
    proposals.submit(replaced, world.proposals[1])
    proposals.withdraw(withdrawn, world.proposals[2])
    stage_id = world.stage.id
    with writing() as session:
        session.query(CoverEntry).delete()
        now = installation().clock.now()
        session.add_all(CoverEntry(stage_id=stage_id, due_at=now) for _each in range(2))
    stage_actions.add_covers(SYSTEM)
    pass_deadline(world)
    return world


def open_stage(world: World) -> None:
    for opener in world.openers:
        opening.confirm(opener, world.ref, 1)


@kept
def an_opened_stage(count: int = 2, **content: object) -> World:
    """A challenge whose proposals were opened by two people; nobody has declared yet."""
    world = a_closed_stage(count, **content)  # type: ignore[arg-type]
    open_stage(world)
    return world


def check(world: World, letter: str, *failing: str, days: int = 2) -> str:
    """Check a proposal against every published condition; it misses those named."""
    checks = {
        each.id: eligibility.Check(passes=each.id not in failing, reason=f"Page 2 says so of {each.id}.")
        for each in world.content.eligibility.conditions
    }
    return eligibility.check(world.lead, world.ref, 1, letter, checks, days)


def refuse(world: World, letter: str) -> None:
    """The lead rules that a proposal whose supplier was told is refused, and an approver confirms it."""
    eligibility.rule(world.lead, world.ref, 1, letter, True, RULING)
    eligibility.confirm(world.approver, world.ref, 1, letter, digest(RULING))


RULING = "The certificate ended in March, and no other was sent."

# The panel's work and the decision.

Levels = Mapping[str, tuple[tuple[int, ...], tuple[int, ...]]]
REASON = "Answer {question} names eleven of fourteen rooms, found in two streets in March."


def declare_all(world: World) -> None:
    """Everybody on the panel has no interest in any name."""
    for person in world.scorers:
        answers = {letter: evaluation.Interest(interest="none", grounds="") for letter in letters(world)}
        evaluation.declare(person, world.ref, 1, answers)


def letters(world: World) -> list[str]:
    """The letters given at the opening, in order."""
    with reading() as connection:
        found = connection.scalars(
            select(Proposal.letter)
            .join(Stage)
            .where(Stage.challenge_id == world.id, Proposal.letter.is_not(None))
        )
        return sorted(filter(None, found), key=lambda letter: (len(letter), letter))


def ref_of(world: World, letter: str) -> str:
    """The reference of the proposal that has this letter."""
    with reading() as connection:
        return connection.scalars(
            select(Proposal.ref).join(Stage).where(Stage.challenge_id == world.id, Proposal.letter == letter)
        ).one()


@kept
def a_scoring_stage(count: int = 2, **content: object) -> World:
    """A stage whose panel declared, and scores now."""
    world = an_opened_stage(count, **content)
    declare_all(world)
    moves.make(world.lead, world.ref, "score", Details())
    return world


def score(world: World, person: Actor, letter: str, *levels: int) -> None:
    """Save one person's level for each criterion of a proposal, in the published order."""
    cells = [
        scores.Cell(
            letter=letter, criterion=criterion.id, level=level, question=criterion.questions[0],
            reason=REASON.format(question=criterion.questions[0]),
        )
        for criterion, level in zip(world.content.criteria.criteria, levels, strict=True)
    ]  # fmt: skip
    assert scores.save_scores(person, world.ref, 1, cells) == {}


@kept
def a_locked_stage(count: int = 2, levels: Levels | None = None, **content: object) -> World:
    """Every score locked, so that the stage is moderating.

    `levels` gives each letter a row for the chair and one for the evaluator; without it A leads, then B …
    """
    world = a_scoring_stage(count, **content)
    for place, letter in enumerate(letters(world)):
        usual = tuple(max(0, 4 - place - n % 2) for n, _ in enumerate(world.content.criteria.criteria))
        rows = (levels or {}).get(letter, (usual, usual))
        for person, row in zip(world.scorers, rows, strict=True):
            score(world, person, letter, *row)
    for person in world.scorers:
        evaluation.lock(person, world.ref, 1)
    return world


def without_agreement(world: World) -> None:
    """The panel meets, and says of everything that is far apart that it does not agree."""
    waiting = grids.grid(world.chair, world.ref, 1).waiting
    for cell in waiting:
        said = moderation.Said(kind="none", level=None, reason="We read its answer in two ways.", reasons={})
        moderation.agree(world.chair, world.ref, 1, cell.letter, cell.criterion, said, 0)
    if waiting:
        hold_meeting(world)


def hold_meeting(world: World) -> None:
    """The chair and the evaluator meet now."""
    attended = [person.ref for person in world.scorers]
    moderation.record_meeting(world.chair, world.ref, 1, installation().clock.now(), attended, "We met.")


@kept
def a_scored_stage(count: int = 2, levels: Levels | None = None, **content: object) -> World:
    """The panel's levels are final, so that there is a ranking. `levels` as `a_locked_stage` takes it.

    Where they are far apart the panel met and did not agree, so that the exact mean counts everywhere.
    """
    world = a_locked_stage(count, levels, **content)
    without_agreement(world)
    moderation.settle(world.chair, world.ref, 1)
    return world


def sentences(world: World) -> dict[str, str]:
    return {letter: f"Proposal {letter} was read by both; the scores say why." for letter in letters(world)}


@kept
def a_decided_stage(count: int = 2, forward: tuple[str, ...] = ("A",), **rest: object) -> World:
    """The chair proposed `forward` and an approver confirmed; no summary was sent yet."""
    world = a_scored_stage(count, **rest)  # type: ignore[arg-type]
    decide(world, forward)
    return world


def decide(world: World, forward: tuple[str, ...], rank_reason: str = "") -> None:
    """The chair proposes and an approver confirms, once the levels are final."""
    why = "The first found most damp rooms."
    made = decisions.propose(world.chair, world.ref, 1, list(forward), sentences(world), why, rank_reason)
    decisions.confirm(world.approver, world.ref, 1, made)


@kept
def a_noticed_challenge(count: int = 2, **rest: object) -> World:
    """Summaries sent and the award notice published: in standstill, or awarded where the rules have none."""
    world = a_decided_stage(count, **rest)  # type: ignore[arg-type]
    publish(world)
    return world


def publish(world: World) -> None:
    """Every supplier has its summary, and the award notice is out."""
    summaries.send_summaries(world.lead, world.ref, 1)
    if world.content.terms.regime not in ("rd-exempt", "none"):
        today: date = installation().clock.now().date()
        challenges.record_portal_notice(world.lead, world.ref, "award", "2026-054321", "", today)
    moves.make(world.lead, world.ref, "notice", Details(checks=moves.AWARD_CHECKS))


@kept
def an_awarded_challenge(count: int = 2, **rest: object) -> World:
    """Awarded, past the standstill where there is one."""
    world = a_noticed_challenge(count, **rest)
    if world.state == "standstill":
        with reading() as connection:
            ends_at = connection.scalars(
                select(Challenge.standstill_ends_at).where(Challenge.ref == world.ref)
            ).one()
        assert ends_at is not None
        installation().clock.set(ends_at)
        moves.make(world.lead, world.ref, "award", Details())
    return world
