"""Closing an account: who cannot yet, what goes, and what stays."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.actions import (
    accounts,
    addresses,
    challenges,
    closure,
    invitations,
    members,
    moves,
    proposals,
)
from marketplace.actions.moves import Details
from marketplace.models.accounts import AddressChange, Device, MailedLink, Person, RoleAssignment, Visit
from marketplace.models.database import reading
from marketplace.models.notices import Notice
from marketplace.models.trail import JournalEntry
from marketplace.policy import ANYONE, Actor
from marketplace.queries import accounts as own
from marketplace.queries import closure as queries
from marketplace.queries import organisations
from marketplace.rules.refusals import Refused
from tests import factories as f
from tests.actions.test_accounts import visitor
from tests.actions.test_races import together


def close(person: Actor) -> None:
    closure.close(person, f.PASSWORD)


def kept(person: Actor) -> Person:
    with reading() as connection:
        return connection.execute(select(Person).where(Person.id == person.person_id)).one()  # type: ignore[return-value]


def rows_of(person: Actor) -> int:
    """What is kept in tables that serve the person alone."""
    with reading() as connection:
        return sum(
            connection.execute(
                select(func.count()).select_from(table).where(table.person_id == person.person_id)
            ).scalar_one()
            for table in (Visit, Device, MailedLink, AddressChange)
        )


def refused(code: str, person: Actor) -> None:
    with pytest.raises(Refused) as no:
        close(person)
    assert no.value.code == code
    assert kept(person).closed_at is None


def test_a_closed_account_is_gone_and_its_address_is_free(app: Flask) -> None:
    person = f.a_person("Robin Vale")
    here = visitor(accounts.sign_in(ANYONE, person.email, f.PASSWORD, device="D" * 43))
    accounts.ask_reset(ANYONE, person.email)
    addresses.ask(here, f.PASSWORD, "robin@elsewhere.example")
    close(here)
    assert own.visitor(ANYONE, here.visit) is None
    with pytest.raises(Refused, match=r"sign_in\.wrong"):
        accounts.sign_in(ANYONE, person.email, f.PASSWORD)
    row = kept(person)
    assert (row.name, row.password_hash, "@closed.invalid" in row.email) == ("", "", True)
    assert rows_of(person) == 0
    link = accounts.register(ANYONE, "Robin Vale", person.email, f.PASSWORD)["link"]
    accounts.confirm(ANYONE, link.rpartition("/")[2])
    assert visitor(accounts.sign_in(ANYONE, person.email, f.PASSWORD)).ref != person.ref


def test_the_last_message_leaves_and_those_before_it_do_not(app: Flask) -> None:
    person = f.a_person()
    accounts.ask_reset(ANYONE, person.email)
    close(person)
    with reading() as connection:
        left = connection.execute(select(Notice.kind, Notice.person_id)).all()
    assert [tuple(each) for each in left] == [("account.closed", None)]


def test_the_name_stays_beside_what_was_done_under_it(app: Flask) -> None:
    firm, tom = f.a_supplier(), f.a_person("Tom Wetherby")
    f.join(firm, tom)
    close(tom)
    assert kept(tom).name == "Tom Wetherby"
    assert [member.name for member in organisations.inside(firm.administrator, firm.slug).members] == [
        firm.administrator.name
    ]


def test_the_journal_says_so_and_closing_takes_the_password(app: Flask) -> None:
    person = f.a_person()
    with pytest.raises(Refused, match=r"account\.password_wrong"):
        closure.close(person, "not mine at all")
    with pytest.raises(Refused, match="missing"):
        close(ANYONE)
    close(person)
    with reading() as connection:
        last = connection.execute(
            select(JournalEntry.act, JournalEntry.person_id).order_by(JournalEntry.id.desc())
        ).first()
    assert last == ("account.close", person.person_id)


def test_a_form_sent_twice_closes_once(app: Flask) -> None:
    person = f.a_person()
    for _again in range(2):
        closure.close(person, f.PASSWORD, once="k" * 20)
    with pytest.raises(Refused):
        close(person)


def test_nobody_goes_whom_others_need_as_their_administrator(app: Flask) -> None:
    firm, tom = f.a_supplier(), f.a_person("Tom Wetherby")
    f.join(firm, tom)
    refused("account.last_administrator", firm.administrator)
    (charge,) = queries.closure(firm.administrator).charges
    assert (charge.slug, charge.others, charge.open_work) == (firm.slug, 1, 0)
    members.set_role(firm.administrator, firm.slug, tom.ref, "administrator")
    close(firm.administrator)


def test_whoever_is_alone_goes_and_invitations_go_with_them(app: Flask) -> None:
    firm, tom = f.a_supplier(), f.a_person("Tom Wetherby")
    token = invitations.invite(firm.administrator, firm.slug, tom.email)["link"].rpartition("/")[2]
    (left,) = queries.closure(firm.administrator).alone
    assert left.slug == firm.slug
    close(firm.administrator)
    with pytest.raises(Refused, match=r"invitation\.over"):
        invitations.accept(tom, token)


def test_nobody_goes_while_a_proposal_of_theirs_alone_is_judged(app: Flask) -> None:
    world = f.an_open_challenge()
    f.a_submitted_proposal(world)
    author = world.suppliers[0].administrator
    refused("account.last_administrator", author)
    proposals.withdraw(author, world.proposals[0])
    close(author)


def test_nobody_goes_with_open_roles_inside_or_from_outside(app: Flask) -> None:
    world = f.a_draft_challenge()
    expert = f.an_expert(world)
    for person in (world.editor, world.chair, expert):
        refused("account.open_roles", person)
    (part,) = queries.closure(expert).parts
    assert (part.role, part.href) == ("evaluator", f"/desk/challenges/{world.ref}/team")


def test_a_draft_that_nobody_else_has_seen_keeps_nobody(app: Flask) -> None:
    authority = f.an_authority()
    challenges.create(authority.administrator, authority.slug, "one-stage")
    assert queries.closure(authority.administrator).parts == ()
    close(authority.administrator)


def test_roles_on_challenges_that_ended_keep_nobody_and_stay_in_the_record(app: Flask) -> None:
    world = f.an_open_challenge()
    f.pass_deadline(world)
    moves.make(world.lead, world.ref, "terminate", Details(reason="The money is needed for repairs."))
    moves.make(world.approver, world.ref, "terminate", Details())
    close(world.evaluator)
    with reading() as connection:
        standing = connection.scalars(
            select(RoleAssignment.role).where(
                RoleAssignment.person_id == world.evaluator.person_id, RoleAssignment.until_at.is_(None)
            )
        ).all()
    assert standing == ["evaluator"]


def test_the_last_two_administrators_who_go_at_once_do_not_both_go(app: Flask) -> None:
    firm, tom, third = f.a_supplier(), f.a_person("Tom Wetherby"), f.a_person("Third")
    f.join(firm, tom, "administrator")
    f.join(firm, third)
    results = together(app, lambda: close(tom), lambda: members.leave(firm.administrator, firm.slug))
    assert sorted(map(str, results)) in (
        ["None", "account.last_administrator"], ["None", "organisation.last_administrator"],
    )  # fmt: skip


def test_closed_and_invited_at_once_nobody_works_there_who_is_gone(app: Flask) -> None:
    firm, tom = f.a_supplier(), f.a_person("Tom Wetherby")
    token = invitations.invite(firm.administrator, firm.slug, tom.email)["link"].rpartition("/")[2]
    together(app, lambda: close(tom), lambda: invitations.accept(tom, token))
    names = [member.name for member in organisations.inside(firm.administrator, firm.slug).members]
    assert kept(tom).closed_at is not None or "Tom Wetherby" in names
    assert not (kept(tom).closed_at is not None and "Tom Wetherby" in names)


def test_a_closed_operator_verifies_nobody(app: Flask) -> None:
    operator = f.a_person("Olive Operator", operator=True)
    close(operator)
    with pytest.raises(Refused, match="missing"):
        organisations.unverified(operator)
