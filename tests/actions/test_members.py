"""Who works for an organisation: what administrators change, what stays, and who cannot go."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.actions import members, proposals, roles
from marketplace.models.database import reading
from marketplace.models.notices import Notice
from marketplace.models.trail import JournalEntry
from marketplace.policy import ANYONE, Actor
from marketplace.queries import organisations as queries
from marketplace.rules.refusals import Refused
from tests import factories as f
from tests.actions.test_races import together


def told() -> list[tuple[str, int | None]]:
    with reading() as connection:
        rows = connection.execute(select(Notice.kind, Notice.person_id).order_by(Notice.id))
        return [(kind, person_id) for kind, person_id in rows if kind != "organisation.invited"]


def role_of(viewer: Actor, slug: str, person: Actor) -> str:
    """What the person is in the organisation; nothing where they do not work for it."""
    found = {member.ref: member for member in queries.inside(viewer, slug).members}
    if person.ref not in found:
        return ""
    return "administrator" if found[person.ref].administrator else "member"


def a_firm_of_two() -> tuple[f.Organisation, Actor]:
    firm, colleague = f.a_supplier(), f.a_person("Tom Wetherby")
    f.join(firm, colleague)
    return firm, colleague


def test_an_administrator_makes_a_member_administrator_and_back_and_they_are_told(app: Flask) -> None:
    firm, colleague = a_firm_of_two()
    members.set_role(firm.administrator, firm.slug, colleague.ref, "administrator")
    assert role_of(colleague, firm.slug, colleague) == "administrator"
    members.set_role(colleague, firm.slug, firm.administrator.ref, "member")
    assert role_of(colleague, firm.slug, firm.administrator) == "member"
    assert told() == [
        ("organisation.administrator", colleague.person_id),
        ("organisation.member", firm.administrator.person_id),
    ]


def test_to_make_somebody_what_they_are_changes_nothing(app: Flask) -> None:
    firm, colleague = a_firm_of_two()
    members.set_role(firm.administrator, firm.slug, colleague.ref, "member")
    members.set_role(firm.administrator, firm.slug, firm.administrator.ref, "administrator")
    assert told() == []


def test_there_are_two_things_that_one_can_be(app: Flask) -> None:
    firm, colleague = a_firm_of_two()
    for role in ("operator", "lead", ""):
        with pytest.raises(Refused, match=r"role\.unknown"):
            members.set_role(firm.administrator, firm.slug, colleague.ref, role)


def test_an_organisation_keeps_its_last_administrator(app: Flask) -> None:
    firm, colleague = a_firm_of_two()
    only = firm.administrator
    for call in (
        lambda: members.set_role(only, firm.slug, only.ref, "member"),
        lambda: members.remove(only, firm.slug, only.ref),
        lambda: members.leave(only, firm.slug),
    ):
        with pytest.raises(Refused, match=r"organisation\.last_administrator"):
            call()
    members.set_role(only, firm.slug, colleague.ref, "administrator")
    members.leave(only, firm.slug)
    assert queries.own(only) == ()


def test_two_administrators_who_leave_at_once_do_not_both_go(app: Flask) -> None:
    firm, colleague = a_firm_of_two()
    members.set_role(firm.administrator, firm.slug, colleague.ref, "administrator")
    both = (firm.administrator, colleague)
    results = together(app, *(lambda who=who: members.leave(who, firm.slug) for who in both))
    assert sorted(map(str, results)) == ["None", "organisation.last_administrator"]


def test_whoever_is_removed_is_told_and_sees_nothing_more(app: Flask) -> None:
    firm, colleague = a_firm_of_two()
    members.remove(firm.administrator, firm.slug, colleague.ref)
    assert told() == [("organisation.removed", colleague.person_id)]
    with pytest.raises(Refused, match="missing"):
        queries.inside(colleague, firm.slug)
    with pytest.raises(Refused, match="missing"):
        members.remove(firm.administrator, firm.slug, colleague.ref)


def test_a_member_leaves_and_the_journal_says_so(app: Flask) -> None:
    firm, colleague = a_firm_of_two()
    members.leave(colleague, firm.slug)
    assert role_of(firm.administrator, firm.slug, colleague) == ""
    with reading() as connection:
        last = connection.execute(
            select(JournalEntry.act, JournalEntry.person_id).order_by(JournalEntry.id.desc())
        ).first()
    assert last == ("organisation.leave", colleague.person_id)


def test_a_removed_author_writes_no_more(app: Flask) -> None:
    world = f.an_open_challenge()
    firm, colleague = a_firm_of_two()
    ref = proposals.start(colleague, world.ref, firm.slug)
    members.remove(firm.administrator, firm.slug, colleague.ref)
    with pytest.raises(Refused, match="missing"):
        proposals.save_answer(colleague, ref, "approach", "Mine alone.", "")


def test_nobody_leaves_or_is_removed_with_open_roles(app: Flask) -> None:
    world = f.a_draft_challenge()
    slug = world.authority.slug
    for call in (
        lambda: members.remove(world.authority.administrator, slug, world.editor.ref),
        lambda: members.leave(world.editor, slug),
    ):
        with pytest.raises(Refused, match=r"organisation\.open_roles"):
            call()
    roles.remove(world.editor, world.ref, world.evaluator.ref, "evaluator")
    members.leave(world.evaluator, slug)


def test_roles_that_an_expert_holds_from_outside_keep_nobody(app: Flask) -> None:
    world = f.a_draft_challenge()
    firm, expert = a_firm_of_two()
    f.an_expert(world, person=expert)
    members.leave(expert, firm.slug)


@pytest.mark.parametrize("act", ["set-role", "remove"])
def test_nobody_else_changes_the_members(app: Flask, act: str) -> None:
    firm, colleague = a_firm_of_two()
    third = f.a_person("Third Member")
    f.join(firm, third)
    calls = {
        "set-role": lambda actor, ref: members.set_role(actor, firm.slug, ref, "administrator"),
        "remove": lambda actor, ref: members.remove(actor, firm.slug, ref),
    }
    strangers = (ANYONE, f.a_person("Mallory"), f.a_supplier("Rivals").administrator, colleague)
    for actor in (*strangers, f.a_person("Olive Operator", operator=True)):
        for ref in (third.ref, "PE-00000000"):
            with pytest.raises(Refused, match="missing"):
                calls[act](actor, ref)
    with pytest.raises(Refused, match="missing"):
        calls[act](firm.administrator, f.a_person("Somewhere Else").ref)


def test_nobody_leaves_what_they_do_not_belong_to(app: Flask) -> None:
    firm = f.a_supplier()
    for actor in (ANYONE, f.a_person("Mallory"), f.a_person("Olive Operator", operator=True)):
        with pytest.raises(Refused, match="missing"):
            members.leave(actor, firm.slug)
