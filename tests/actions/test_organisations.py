"""Organisations: names, verification, and what of it is public."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.actions import organisations
from marketplace.models.accounts import RoleAssignment
from marketplace.models.database import installation, reading
from marketplace.models.notices import Notice
from marketplace.models.organisations import Organisation
from marketplace.models.trail import LogEvent
from marketplace.policy import ANYONE, Actor
from marketplace.queries import accounts as account_queries
from marketplace.queries import organisations as queries
from marketplace.queries import records
from marketplace.rules import canonical
from marketplace.rules.refusals import Refused
from tests.factories import a_person


def an_authority(actor: Actor, name: str = "Aldermere District Council") -> str:
    return organisations.register(actor, name, "authority", "Market Place, Aldermere")


def a_supplier(actor: Actor, name: str = "Brackenlea Coatings") -> str:
    return organisations.register(actor, name, "supplier")


def verified(actor: Actor) -> str:
    slug = an_authority(actor)
    organisations.verify(a_person("Olive Operator", operator=True), slug)
    return slug


def test_whoever_registers_an_organisation_is_its_member_and_administrator(app: Flask) -> None:
    actor = a_person()
    slug = an_authority(actor)
    assert slug == "aldermere-district-council"
    (mine,) = queries.own(actor)
    assert (mine.administrator, mine.verified, mine.members) == (True, False, 1)
    (held,) = account_queries.own(actor).organisations
    assert (held.roles, held.href) == (("administrator",), f"/desk/organisations/{slug}")
    with reading() as connection:
        roles = set(connection.scalars(select(RoleAssignment.role)))
    assert roles == {"administrator", "member"}


def test_an_organisation_has_a_key_of_its_own_that_opens_what_is_sealed_to_it(app: Flask) -> None:
    slug = a_supplier(a_person())
    with reading() as connection:
        row = connection.execute(select(Organisation).where(Organisation.slug == slug)).one()
    keys = installation().keys
    assert keys.unseal(keys.seal(b"a draft", row.age_recipient), row.age_identity) == b"a draft"


def test_nobody_registers_without_signing_in(app: Flask) -> None:
    with pytest.raises(Refused, match="missing"):
        a_supplier(ANYONE)


def test_a_form_sent_twice_registers_once(app: Flask) -> None:
    actor = a_person()
    register = organisations.register.once("k" * 20)
    assert register(actor, "Brackenlea", "supplier") == register(actor, "Brackenlea", "supplier")
    assert len(queries.own(actor)) == 1


def test_a_verified_authoritys_name_is_taken_and_an_unverified_ones_is_not(app: Flask) -> None:
    early = an_authority(a_person("Mallory"))
    real = an_authority(a_person("Hannah Pickering"))
    assert real == f"{early}-2"
    organisations.verify(a_person("Olive Operator", operator=True), real)
    with pytest.raises(Refused, match=r"organisation\.name_taken"):
        an_authority(a_person("Somebody"), "ALDERMERE  district council")


def test_two_suppliers_may_share_a_name_but_nobody_registers_one_twice(app: Flask) -> None:
    actor = a_person()
    assert a_supplier(actor) != a_supplier(a_person())
    with pytest.raises(Refused, match=r"organisation\.name_taken"):
        a_supplier(actor)


@pytest.mark.parametrize(
    "website", ["javascript:alert(1)", "www.brackenlea.example", "https://", "http://[::1"]
)
def test_a_website_is_a_web_address_or_nothing(app: Flask, website: str) -> None:
    with pytest.raises(Refused, match=r"organisation\.website"):
        organisations.register(a_person(), "Brackenlea", "supplier", website=website)


@pytest.mark.parametrize(
    "facts",
    [
        {"name": ""},
        {"name": "N" * 201},
        {"name": "Bracken\x00lea"},
        {"description": "\ud800"},
        {"description": "d" * 4001},
        {"kind": "operator"},
        {"company_number": "1" * 21},
    ],
)
def test_what_cannot_be_kept_is_refused(app: Flask, facts: dict[str, Any]) -> None:
    with pytest.raises(Refused, match=r"form\.invalid"):
        organisations.register(a_person(), **({"name": "Brackenlea", "kind": "supplier"} | facts))


def test_who_is_no_company_yet_has_no_company_number(app: Flask) -> None:
    actor = a_person()
    slug = organisations.register(actor, "Team", "supplier", company_number="EX 12", is_company=False)
    assert queries.inside(actor, slug).company_number == ""


def test_an_operator_verifies_an_authority_in_public_and_its_administrator_is_told(app: Flask) -> None:
    slug = verified(a_person())
    with reading() as connection:
        leaf = canonical.decode(list(connection.scalars(select(LogEvent.leaf).order_by(LogEvent.index)))[-1])
        kinds = list(connection.scalars(select(Notice.kind)))
    assert (leaf["type"], leaf["data"], leaf["by"]["as"]) == (
        "organisation.verify", {"organisation": slug}, "operator",
    )  # fmt: skip
    assert kinds == ["organisation.verified"]
    assert records.public(ANYONE, slug).verified_at is not None


def test_only_an_operator_verifies_and_only_once(app: Flask) -> None:
    actor = a_person()
    slug = an_authority(actor)
    for nobody in (actor, ANYONE, a_person("Mallory")):
        with pytest.raises(Refused, match="missing"):
            organisations.verify(nobody, slug)
        with pytest.raises(Refused, match="missing"):
            queries.unverified(nobody)
    operator = a_person("Olive Operator", operator=True)
    (waiting,) = queries.unverified(operator)
    assert (waiting.slug, waiting.contact) == (slug, actor.name)
    organisations.verify(operator, slug)
    assert queries.unverified(operator) == ()
    with pytest.raises(Refused, match=r"organisation\.already_verified"):
        organisations.verify(operator, slug)


def test_suppliers_wait_for_nobody(app: Flask) -> None:
    slug = a_supplier(a_person())
    operator = a_person("Olive Operator", operator=True)
    assert queries.unverified(operator) == ()
    with pytest.raises(Refused, match="missing"):
        organisations.verify(operator, slug)
