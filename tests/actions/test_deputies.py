"""Deputies and handover: with any one away the work goes on, and nobody does two duties that exclude each other."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.actions import (
    decisions,
    deputies,
    evaluation,
    experts,
    invitations,
    moderation,
    moves,
    opening,
    roles,
    summaries,
)
from marketplace.actions.moves import AWARD_CHECKS, Details
from marketplace.models.accounts import IN_OFFICE, Person, RoleAssignment
from marketplace.models.database import reading
from marketplace.models.evaluation import Decision
from marketplace.policy import Actor
from marketplace.queries import scores as sheets
from marketplace.queries import verdict
from marketplace.rules.refusals import Refused
from tests import factories as f
from tests.actions.test_evaluation import interests, notices, together
from tests.actions.test_separation import refused
from tests.conftest import long_except

HOLDS = {
    "A": ("editor", "lead", "opener"),
    "B": ("approver", "opener"),
    "C": ("chair",),
    "D": ("evaluator",),
}
STEPS = (
    "write",
    "approve",
    "open",
    "close",
    "unseal",
    "declare",
    "score",
    "lock",
    "propose",
    "confirm",
    "award",
)
AWAY = [
    *(("A", step) for step in ("write", "open", "unseal", "declare", "award")),
    *(("B", step) for step in ("write", "approve", "unseal", "confirm")),
    *(("C", step) for step in ("write", "declare", "score", "lock", "propose")),
    *(("D", step) for step in ("write", "declare", "score", "lock")),
]
REASON = Details(reason="A conflict came to light.")


def in_office(world: f.World, role: str) -> list[str]:
    """Names of who acts in a role now."""
    row = RoleAssignment
    with reading() as connection:
        return list(
            connection.scalars(
                select(Person.name)
                .join(row, row.person_id == Person.id)
                .where(
                    row.challenge_id == world.id, row.role == role, IN_OFFICE, row.accepted_at.is_not(None)
                )
                .order_by(Person.name)
            )
        )


def a_deputy(world: f.World, holder: Actor, *given: str, name: str = "Eve Deputy") -> Actor:
    """A colleague who accepted to be deputy of `holder` in these roles, and declared where openers must."""
    deputy = f.a_colleague(world, name)
    for role in given:
        deputies.name(holder, world.ref, holder.ref, role, deputy.email)
    roles.accept(deputy, world.ref)
    if "opener" in given:
        roles.declare_no_interest(deputy, world.ref)
    return deputy


class Play:
    """The smallest team carries a challenge from a draft to its award; whoever is away has a deputy in their place."""

    def __init__(self) -> None:
        self.world = world = f.a_draft_challenge()
        self.a, self.b, self.c, self.d = world.editor, world.approver, world.chair, world.evaluator
        self.declared: set[str] = set()
        self.scored: set[str] = set()

    def away(self, key: str) -> None:
        holder = getattr(self, key.lower())
        deputy = a_deputy(self.world, holder, *HOLDS[key])
        for role in HOLDS[key]:
            deputies.sit_in(deputy, self.world.ref, holder.ref, role)
        setattr(self, key.lower(), deputy)

    def write(self) -> None:
        moves.make(self.a, self.world.ref, "send", Details())

    def approve(self) -> None:
        seen = Details(seen=self.world.seen)
        refused("missing", moves.make, self.a, self.world.ref, "approve", seen)
        moves.make(self.b, self.world.ref, "approve", seen)

    def open(self) -> None:
        refused("missing", moves.make, self.b, self.world.ref, "open", Details())
        moves.make(self.a, self.world.ref, "open", Details())

    def close(self) -> None:
        for name in ("One", "Two"):
            f.a_submitted_proposal(self.world, f.a_supplier(name))
        f.pass_deadline(self.world)

    def unseal(self) -> None:
        assert opening.confirm(self.a, self.world.ref, 1) == "waiting"
        refused("opener.again", opening.confirm, self.a, self.world.ref, 1)
        assert opening.confirm(self.b, self.world.ref, 1) == "opened"

    def declare(self) -> None:
        for person in (self.c, self.d):
            self._declare(person)
        moves.make(self.a, self.world.ref, "score", Details())

    def _declare(self, person: Actor) -> None:
        if person.ref not in self.declared:
            evaluation.declare(person, self.world.ref, 1, interests(self.world))
        self.declared.add(person.ref)

    def score(self) -> None:
        for person in (self.c, self.d):
            self._declare(person)
            for letter in f.letters(self.world) if person.ref not in self.scored else ():
                f.score(self.world, person, letter, *([3] * 4 if letter == "A" else [1] * 4))
            self.scored.add(person.ref)

    def lock(self) -> None:
        for person in (self.c, self.d):
            if person.ref not in self.declared:
                refused("declaration.missing", evaluation.lock, person, self.world.ref, 1)
                self._declare(person)
                refused("score.missing", evaluation.lock, person, self.world.ref, 1)
        self.score()
        found = [evaluation.lock(person, self.world.ref, 1) for person in (self.d, self.c)]
        assert found == ["locked", "moderating"]

    def propose(self) -> None:
        words = (self.world.ref, 1, ["A"], f.sentences(self.world), "It found most.")
        for wrong in (self.a, self.b, self.d):
            refused("missing", decisions.propose, wrong, *words)
        if self.c.ref not in self.declared:
            refused("declaration.missing", decisions.propose, self.c, *words)
            refused("declaration.missing", moderation.settle, self.c, self.world.ref, 1)
            self._declare(self.c)
        moderation.settle(self.c, self.world.ref, 1)
        self.made = decisions.propose(self.c, *words)

    def confirm(self) -> None:
        for wrong in (self.a, self.c, self.d):
            refused("missing", decisions.confirm, wrong, self.world.ref, 1, self.made)
        decisions.confirm(self.b, self.world.ref, 1, self.made)

    def award(self) -> None:
        summaries.send_summaries(self.a, self.world.ref, 1)
        moves.make(self.a, self.world.ref, "notice", Details(checks=AWARD_CHECKS))


@pytest.mark.parametrize(
    ("key", "moment"), long_except([("A", "open"), ("B", "approve"), ("C", "propose"), ("D", "score")], AWAY)
)
def test_with_any_one_of_four_away_a_deputy_carries_it_to_the_award(
    app: Flask, key: str, moment: str
) -> None:
    play = Play()
    for step in STEPS:
        if step == moment:
            play.away(key)
        getattr(play, step)()
    assert play.world.state == "awarded"
    for role in HOLDS[key]:
        assert "Eve Deputy" in in_office(play.world, role)
    with reading() as connection:
        decision = connection.execute(select(Decision)).one()
    assert decision.confirmed_by_id == play.b.person_id != decision.proposed_by_id == play.c.person_id
    assert verdict.verify(play.a).ok


def test_a_seat_has_one_person_in_office_and_the_other_may_do_nothing(app: Flask) -> None:
    world = f.a_challenge_in_review()
    deputy = a_deputy(world, world.approver, "approver")
    approve = Details(seen=world.seen)
    refused("missing", moves.make, deputy, world.ref, "approve", approve)
    deputies.sit_in(world.approver, world.ref, world.approver.ref, "approver")
    assert in_office(world, "approver") == ["Eve Deputy"]
    refused("role.sits_in", deputies.sit_in, deputy, world.ref, world.approver.ref, "approver")
    refused("missing", moves.make, world.approver, world.ref, "approve", approve)
    deputies.come_back(world.approver, world.ref, world.approver.ref, "approver")
    refused("role.not_away", deputies.come_back, deputy, world.ref, deputy.ref, "approver")
    refused("missing", moves.make, deputy, world.ref, "approve", approve)
    assert moves.make(world.approver, world.ref, "approve", approve) == "made"


def test_a_deputy_acts_after_accepting_and_is_one(app: Flask) -> None:
    world = f.an_open_challenge()
    named, other = f.a_colleague(world, "Eve Deputy"), f.a_colleague(world, "Oda Other")
    refused("role.no_deputy", deputies.sit_in, world.approver, world.ref, world.lead.ref, "lead")
    deputies.name(world.lead, world.ref, world.lead.ref, "lead", named.email)
    refused("role.no_deputy", deputies.sit_in, world.approver, world.ref, world.lead.ref, "lead")
    refused("role.has_deputy", deputies.name, world.lead, world.ref, world.lead.ref, "lead", other.email)
    assert notices("role.deputy") == [named.name]
    roles.remove(named, world.ref, named.ref, "lead")
    deputies.name(world.lead, world.ref, world.lead.ref, "lead", other.email)
    roles.accept(other, world.ref)
    deputies.sit_in(world.approver, world.ref, world.lead.ref, "lead")
    assert in_office(world, "lead") == ["Oda Other"]
    assert sorted(notices("role.sit-in")) == [world.lead.name, "Oda Other"]


def test_only_those_concerned_change_a_role(app: Flask) -> None:
    world = f.an_open_challenge()
    deputy = a_deputy(world, world.chair, "chair")
    for stranger in (world.evaluator, f.a_person(), world.authority.administrator):
        refused("missing", deputies.name, stranger, world.ref, world.lead.ref, "lead", deputy.email)
        refused("missing", deputies.sit_in, stranger, world.ref, world.chair.ref, "chair")
        refused("missing", deputies.hand_over, stranger, world.ref, world.chair.ref, "chair", deputy.email)
        refused("missing", roles.remove, stranger, world.ref, world.chair.ref, "chair")
    refused("missing", deputies.hand_over, world.lead, world.ref, world.chair.ref, "chair", deputy.email)
    refused("missing", deputies.hand_over, deputy, world.ref, world.chair.ref, "chair", deputy.email)
    refused("missing", deputies.take_over, deputy, world.ref, "chair")
    refused("missing", deputies.sit_in, world.lead, world.ref, world.chair.ref, "approver")


@pytest.mark.parametrize(
    ("holder", "role", "other", "code"),
    [
        ("approver", "approver", "editor", "role.editor_approves"),
        ("approver", "approver", "evaluator", "role.approver_scores"),
        ("approver", "approver", "chair", "role.approver_scores"),
        ("editor", "editor", "approver", "role.editor_approves"),
        ("editor", "lead", "evaluator", "role.lead_scores"),
        ("editor", "lead", "chair", "role.lead_scores"),
        ("editor", "opener", "approver", "role.taken"),
        ("approver", "opener", "editor", "role.taken"),
        ("chair", "chair", "approver", "role.approver_scores"),
        ("chair", "chair", "editor", "role.lead_scores"),
        ("chair", "chair", "evaluator", "role.taken"),
        ("evaluator", "evaluator", "approver", "role.approver_scores"),
        ("evaluator", "evaluator", "chair", "role.taken"),
        ("evaluator", "evaluator", "evaluator", "role.taken"),
    ],
)
def test_a_deputy_and_a_successor_stand_apart_exactly_as_the_holder_does(
    app: Flask, holder: str, role: str, other: str, code: str
) -> None:
    world = f.an_open_challenge()
    mine, theirs = getattr(world, holder), getattr(world, other)
    refused(code, deputies.name, mine, world.ref, mine.ref, role, theirs.email)
    refused(code, deputies.hand_over, mine, world.ref, mine.ref, role, theirs.email)


def test_whoever_stands_by_is_held_apart_as_well(app: Flask) -> None:
    world = f.an_open_challenge()
    deputy = a_deputy(world, world.approver, "approver")
    refused("role.approver_scores", roles.appoint, world.lead, world.ref, deputy.email, "evaluator")
    refused(
        "role.approver_scores", deputies.name, world.chair, world.ref, world.chair.ref, "chair", deputy.email
    )
    refused("role.editor_approves", roles.appoint, world.lead, world.ref, deputy.email, "editor")


def test_a_deputy_who_wrote_never_approves(app: Flask) -> None:
    world = f.a_draft_challenge()
    deputy = a_deputy(world, world.editor, "editor")
    deputies.sit_in(deputy, world.ref, world.editor.ref, "editor")
    f.challenges.save_conflicts(deputy, world.ref, "Nobody has any.")
    deputies.come_back(world.editor, world.ref, world.editor.ref, "editor")
    roles.remove(deputy, world.ref, deputy.ref, "editor")
    refused(
        "role.editor_approves",
        deputies.name,
        world.approver,
        world.ref,
        world.approver.ref,
        "approver",
        deputy.email,
    )


def test_an_outsider_scores_as_a_deputy_and_holds_nothing_else(app: Flask) -> None:
    world, expert = f.an_open_challenge(), f.a_person("Xenia Expert")
    refused(
        "role.not_member",
        deputies.name,
        world.evaluator,
        world.ref,
        world.evaluator.ref,
        "evaluator",
        expert.email,
    )
    refused(
        "role.inside", experts.invite_to_seat, world.lead, world.ref, world.lead.ref, "lead", expert.email, True
    )  # fmt: skip
    mailed = experts.invite_to_seat(
        world.evaluator, world.ref, world.evaluator.ref, "evaluator", expert.email, True
    )
    invitations.accept(expert, mailed["link"].rpartition("/")[2], undertaken=True)
    deputies.sit_in(world.evaluator, world.ref, world.evaluator.ref, "evaluator")
    assert in_office(world, "evaluator") == ["Xenia Expert"]


def test_nobody_stands_by_or_takes_over_where_their_own_supplier_writes(app: Flask) -> None:
    world, supplier = f.an_open_challenge(), f.a_supplier()
    f.a_draft_proposal(world, supplier)
    rival = f.a_colleague(world, "Rita Rival")
    f.join(supplier, rival)
    deputies.name(world.lead, world.ref, world.lead.ref, "lead", rival.email)
    refused("role.own_proposal", roles.accept, rival, world.ref)
    roles.remove(world.lead, world.ref, rival.ref, "lead")
    deputies.hand_over(world.lead, world.ref, world.lead.ref, "lead", rival.email)
    refused("role.own_proposal", deputies.take_over, rival, world.ref, "lead")
    assert in_office(world, "lead") == [world.lead.name]


def test_a_place_that_confirmed_the_opening_does_not_confirm_again(app: Flask) -> None:
    world = f.a_closed_stage()
    deputy = a_deputy(world, world.editor, "opener")
    opening.confirm(world.editor, world.ref, 1)
    deputies.sit_in(world.editor, world.ref, world.editor.ref, "opener")
    refused("opener.same_seat", opening.confirm, deputy, world.ref, 1)
    heir = f.a_colleague(world, "Hal Heir")
    deputies.hand_over(world.editor, world.ref, world.editor.ref, "opener", heir.email)
    deputies.take_over(heir, world.ref, "opener")
    roles.declare_no_interest(heir, world.ref)
    refused("opener.same_seat", opening.confirm, heir, world.ref, 1)
    assert opening.confirm(world.approver, world.ref, 1) == "opened"


def test_an_openers_deputy_declares_no_interest_before_confirming(app: Flask) -> None:
    world = f.a_closed_stage()
    deputy = f.a_colleague(world, "Eve Deputy")
    deputies.name(world.approver, world.ref, world.approver.ref, "opener", deputy.email)
    roles.accept(deputy, world.ref)
    deputies.sit_in(deputy, world.ref, world.approver.ref, "opener")
    refused("opener.interest", opening.confirm, deputy, world.ref, 1)
    roles.declare_no_interest(deputy, world.ref)
    assert opening.confirm(deputy, world.ref, 1) == "waiting"


def test_the_chairs_deputy_does_not_consent_to_the_chairs_own_interest(app: Flask) -> None:
    world = f.an_opened_stage()
    deputy = a_deputy(world, world.chair, "chair")
    evaluation.declare(world.chair, world.ref, 1, interests(world, A="manageable"))
    deputies.sit_in(world.chair, world.ref, world.chair.ref, "chair")
    refused("declaration.other", evaluation.consent, deputy, world.ref, 1, world.chair.ref, "A")
    evaluation.consent(world.approver, world.ref, 1, world.chair.ref, "A")


def test_scores_locked_in_a_place_stand_whoever_sits_there_next(app: Flask) -> None:
    world = f.a_scoring_stage()
    for letter in f.letters(world):
        f.score(world, world.chair, letter, 3, 3, 3, 3)
    evaluation.lock(world.chair, world.ref, 1)
    deputy = a_deputy(world, world.chair, "chair")
    deputies.sit_in(world.chair, world.ref, world.chair.ref, "chair")
    evaluation.declare(deputy, world.ref, 1, interests(world))
    with pytest.raises(Refused, match=r"score\.seat_locked"):
        f.score(world, deputy, "A", 0, 0, 0, 0)
    refused("score.seat_locked", evaluation.lock, deputy, world.ref, 1)
    for letter in f.letters(world):
        f.score(world, world.evaluator, letter, 2, 2, 2, 2)
    assert evaluation.lock(world.evaluator, world.ref, 1) == "moderating"


def test_a_deputy_in_a_place_sees_nothing_of_the_scores_given_there(app: Flask) -> None:
    world = f.a_scoring_stage()
    f.score(world, world.evaluator, "A", 3, 3, 3, 3)
    deputy = a_deputy(world, world.evaluator, "evaluator")
    refused("missing", sheets.own_list, deputy, world.ref, 1)
    deputies.sit_in(world.evaluator, world.ref, world.evaluator.ref, "evaluator")
    refused("declaration.missing", sheets.own_list, deputy, world.ref, 1)
    evaluation.declare(deputy, world.ref, 1, interests(world))
    assert sheets.own_list(deputy, world.ref, 1).done == 0
    assert all(row.mark is None for row in sheets.sheet(deputy, world.ref, 1, "A").rows)
    refused("missing", sheets.own_list, world.evaluator, world.ref, 1)


def test_a_conflict_of_a_deputy_ends_the_deputy_and_brings_the_holder_back(app: Flask) -> None:
    world = f.an_opened_stage()
    deputy = a_deputy(world, world.evaluator, "evaluator")
    deputies.sit_in(world.lead, world.ref, world.evaluator.ref, "evaluator")
    evaluation.declare(deputy, world.ref, 1, interests(world, A="conflict"))
    assert in_office(world, "evaluator") == [world.evaluator.name]
    refused(
        "role.conflict",
        deputies.name,
        world.evaluator,
        world.ref,
        world.evaluator.ref,
        "evaluator",
        deputy.email,
    )


def test_a_conflict_of_the_holder_ends_the_place(app: Flask) -> None:
    world = f.an_opened_stage()
    deputy = a_deputy(world, world.evaluator, "evaluator")
    evaluation.declare(world.evaluator, world.ref, 1, interests(world, A="conflict"))
    refused("missing", deputies.sit_in, deputy, world.ref, deputy.ref, "evaluator")
    assert roles.appoint(world.lead, world.ref, deputy.email, "evaluator") == deputy.ref


def test_a_deputy_sitting_in_against_the_holder_confirming_never_opens_from_one_place(app: Flask) -> None:
    world = f.a_closed_stage()
    deputy = a_deputy(world, world.editor, "opener")
    together(
        app,
        lambda: opening.confirm(world.editor, world.ref, 1),
        lambda: deputies.sit_in(deputy, world.ref, world.editor.ref, "opener"),
    )
    found = together(app, lambda: opening.confirm(deputy, world.ref, 1))
    assert found in (["waiting"], ["opener.same_seat"])
    assert world.stage.state == "closed"
