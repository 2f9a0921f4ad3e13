"""Suggested ties: for the one they are about, on names that they see anyway, and never more than a hint."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from marketplace.actions import accounts, closure, evaluation, members
from marketplace.models.accounts import Person
from marketplace.models.database import reading, writing
from marketplace.models.evaluation import DeclaredInterest
from marketplace.models.trail import JournalEntry
from marketplace.policy import Actor
from marketplace.queries import accounts as read_accounts
from marketplace.queries import declarations
from marketplace.rules import limits
from marketplace.rules.refusals import Refused
from tests import factories as f
from tests.actions.test_evaluation import interests
from tests.conftest import NOON
from tests.queries.rows import counted
from tests.web.conftest import words_of
from tests.web.forms import visit_of


def mail(person: Actor, domain: str) -> None:
    """Give somebody an address at this domain."""
    with writing() as session:
        session.execute(
            update(Person).where(Person.id == person.person_id).values(email=f"{person.ref.lower()}@{domain}")
        )


def a_stage(count: int = 3, **content: object) -> f.World:
    """Opened; nobody has an address at another's domain."""
    world = f.an_opened_stage(count, **content)
    for number, supplier in enumerate(world.suppliers):
        mail(supplier.administrator, f"supplier{number}.example")
    return world


def ties(world: f.World, person: Actor) -> dict[str, tuple[str, ...]]:
    """By supplier, in the order in which they proposed."""
    found = declarations.names(person, world.ref, 1).names
    letters = {f.ref_of(world, name.letter): name for name in found}
    return {str(n): tuple(letters[ref].ties) for n, ref in enumerate(world.proposals) if letters[ref].ties}


def test_who_belonged_to_a_supplier_is_reminded_of_it_and_who_belongs_to_it(app: Flask) -> None:
    world = a_stage()
    former, present = world.suppliers[0], world.suppliers[1]
    for supplier in (former, present):
        f.join(supplier, world.evaluator)
    members.leave(world.evaluator, former.slug)
    assert ties(world, world.evaluator) == {"0": ("former",), "1": ("member",)}
    mail(world.chair, "elsewhere.example")
    assert ties(world, world.chair) == {}


def test_an_address_at_a_suppliers_domain_is_pointed_out_but_not_one_that_everybody_can_have(
    app: Flask,
) -> None:
    world = a_stage()
    mail(world.evaluator, "supplier2.example")
    assert ties(world, world.evaluator) == {"2": ("domain",)}
    mail(world.evaluator, "subsupplier2.example")
    assert ties(world, world.evaluator) == {}
    for person in (world.evaluator, world.suppliers[0].administrator):
        mail(person, "gmail.com")
    assert ties(world, world.evaluator) == {}


def test_an_underscore_in_a_domain_stands_for_itself(app: Flask) -> None:
    world = a_stage()
    mail(world.evaluator, "supplier_.example")
    assert ties(world, world.evaluator) == {}


def test_a_past_employer_of_the_suppliers_name_is_pointed_out(app: Flask) -> None:
    world = a_stage()
    [name] = [each for each in declarations.names(world.chair, world.ref, 1).names if each.letter == "B"]
    accounts.save_worked_for(world.chair, f"Someone Else\n{name.supplier.upper()} Limited\n\n")
    found = {each.letter: each.ties for each in declarations.names(world.chair, world.ref, 1).names}
    assert found == {"A": (), "B": ("employer",), "C": ()}
    assert all(not each.ties for each in declarations.names(world.evaluator, world.ref, 1).names)


def test_a_tie_declares_nothing_and_blocks_nothing(app: Flask) -> None:
    world = a_stage()
    mail(world.evaluator, "supplier0.example")
    assert evaluation.declare(world.evaluator, world.ref, 1, interests(world)) == "none"
    with reading() as connection:
        assert set(connection.scalars(select(DeclaredInterest.interest))) == {"none"}
    assert ties(world, world.evaluator) == {}


def test_before_the_opening_and_to_others_there_is_nothing_to_see(app: Flask) -> None:
    world = f.a_closed_stage()
    f.join(world.suppliers[0], world.evaluator)
    with pytest.raises(Refused, match="missing"):
        declarations.names(world.evaluator, world.ref, 1)
    f.open_stage(world)
    for person in (world.lead, world.approver, f.a_person()):
        with pytest.raises(Refused, match="missing"):
            declarations.names(person, world.ref, 1)


def test_ties_cost_as_many_statements_however_many_proposed(app: Flask) -> None:
    sent = []
    for world in (a_stage(1), a_stage(5, closes_at=NOON + timedelta(days=8))):
        with counted() as statements:
            declarations.names(world.chair, world.ref, 1)
        sent.append(len(statements))
    assert sent[0] == sent[1]


def test_whom_somebody_worked_for_is_theirs_to_keep_change_and_forget(app: Flask) -> None:
    robin = f.a_person()
    accounts.save_worked_for(robin, " Quay Ltd \r\nQuay Ltd\n\nHarbour Trust")
    assert read_accounts.own(robin).worked_for == ("Quay Ltd", "Harbour Trust")
    accounts.save_worked_for(robin, "")
    assert read_accounts.own(robin).worked_for == ()
    for wrong in ("x" * (limits.NAME + 1), "\n".join(map(str, range(limits.EMPLOYERS + 1))), "a\x00b"):
        with pytest.raises(Refused, match=r"form\.invalid"):
            accounts.save_worked_for(robin, wrong)
    with reading() as connection:
        rows = connection.execute(
            select(JournalEntry.act, JournalEntry.facts).where(JournalEntry.act == "account.worked-for")
        ).all()
    assert [row.facts for row in rows] == ['{"count":2}', '{"count":0}']


def test_a_closed_account_forgets_whom_somebody_worked_for(app: Flask) -> None:
    robin = f.a_person()
    accounts.save_worked_for(robin, "Quay Ltd")
    closure.close(robin, f.PASSWORD)
    with reading() as connection:
        assert connection.scalar(select(Person.worked_for).where(Person.id == robin.person_id)) == ""


def test_hints_stand_beside_the_name_and_once_more_before_none_is_declared(app: Flask) -> None:
    world = a_stage(2)
    mail(world.evaluator, "supplier0.example")
    browser = visit_of(app, world.evaluator)
    address = f"/desk/challenges/{world.ref}/stages/1/declaration"
    page = words_of(browser.get(address))
    assert page.count("Somebody there has an e-mail address at the same place as you.") == 1
    assert "Only you see that, it can be wrong, and it decides nothing." in page
    check = words_of(browser.send(address, {"interest_A": "none", "interest_B": "none"}))
    assert check.count("Read this once more: you declare no interest in") == 1
    done = browser.send(address, {"interest_A": "none", "interest_B": "none", "sure": "yes"})
    assert done.status_code == 303
    consents = visit_of(app, world.chair).get(f"/desk/challenges/{world.ref}/stages/1/consents")
    assert "e-mail address at" not in consents.text


def test_whom_somebody_worked_for_is_typed_in_their_account(app: Flask) -> None:
    browser = visit_of(app, f.a_person())
    assert "Nobody named" in words_of(browser.get("/account"))
    done = browser.send("/account/worked-for", {"organisations": "Quay Ltd\nHarbour Trust"})
    assert (done.status_code, done.location) == (303, "/account")
    assert "Quay Ltd and Harbour Trust" in words_of(browser.get("/account"))
    long = browser.send("/account/worked-for", {"organisations": "x" * (limits.NAME + 1)})
    assert long.status_code == 422
    assert "x" * (limits.NAME + 1) in long.text
