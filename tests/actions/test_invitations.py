"""Invitations: who may send them, who may answer them, what a link is good for, and what nobody learns."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.actions import accounts, invitations, members, upkeep
from marketplace.clock import Clock
from marketplace.models.accounts import Person
from marketplace.models.database import installation, reading
from marketplace.models.invitations import Invitation
from marketplace.models.notices import Notice
from marketplace.models.trail import JournalEntry
from marketplace.policy import ANYONE, Actor
from marketplace.queries import invitations as queries
from marketplace.queries import organisations
from marketplace.rules import tokens
from marketplace.rules.refusals import Refused
from tests import factories as f
from tests.actions.test_races import together

EMAIL = "tom.wetherby@aldermere.example"
WEEK = timedelta(days=7)


def invited(firm: f.Organisation, email: str = EMAIL, role: str = "member") -> str:
    """The token in the link that was mailed."""
    return token_of(invitations.invite(firm.administrator, firm.slug, email, role))


def token_of(answer: dict[str, str]) -> str:
    return answer["link"].rpartition("/")[2]


def names(viewer: Actor, slug: str) -> list[str]:
    return [member.name for member in organisations.inside(viewer, slug).members]


def listed(firm: f.Organisation) -> list[tuple[str, str, bool]]:
    return [
        (each.email, each.answer, each.over)
        for each in organisations.inside(firm.administrator, firm.slug).invitations
    ]


def ref_of(firm: f.Organisation) -> str:
    return organisations.inside(firm.administrator, firm.slug).invitations[0].ref


def over(token: str, *actors: Actor) -> None:
    """The link is good for nothing, to nobody."""
    with pytest.raises(Refused, match=r"invitation\.over"):
        queries.by_link(ANYONE, token)
    with pytest.raises(Refused, match=r"invitation\.over"):
        invitations.register(ANYONE, token, "Mallory", f.PASSWORD)
    with pytest.raises(Refused, match=r"invitation\.over"):
        invitations.decline(ANYONE, token)
    for actor in actors:
        with pytest.raises(Refused, match=r"invitation\.over"):
            invitations.accept(actor, token)


def test_whoever_has_an_account_accepts_and_works_there(app: Flask) -> None:
    firm, tom = f.a_supplier(), f.a_person("Tom Wetherby")
    token = invited(firm, tom.email.upper())
    with pytest.raises(Refused, match="missing"):
        organisations.inside(tom, firm.slug)
    assert invitations.accept(tom, token) == f"/desk/organisations/{firm.slug}"
    assert "Tom Wetherby" in names(tom, firm.slug)
    assert listed(firm) == []
    over(token, tom)


def test_whoever_is_invited_as_administrator_is_one(app: Flask) -> None:
    firm, tom = f.a_supplier(), f.a_person("Tom Wetherby")
    invitations.accept(tom, invited(firm, tom.email, "administrator"))
    members.leave(firm.administrator, firm.slug)
    (mine,) = organisations.own(tom)
    assert (mine.administrator, mine.members) == (True, 1)


def test_whoever_has_no_account_registers_by_the_link_which_confirms_the_address(app: Flask) -> None:
    firm = f.a_supplier()
    token = invited(firm)
    assert not queries.by_link(ANYONE, token).has_account
    joined = invitations.register(ANYONE, token, "Tom Wetherby", f.PASSWORD)
    assert joined == {"to": f"/desk/organisations/{firm.slug}", "email": EMAIL}
    assert accounts.sign_in(ANYONE, EMAIL, f.PASSWORD)
    assert "Tom Wetherby" in names(firm.administrator, firm.slug)
    over(token)


def test_registering_by_the_link_takes_nothing_over_from_an_account_that_is_in_use(app: Flask) -> None:
    firm, tom = f.a_supplier(), f.a_person("Tom Wetherby")
    token = invited(firm, tom.email)
    assert queries.by_link(ANYONE, token).has_account
    with pytest.raises(Refused, match=r"invitation\.has_account"):
        invitations.register(ANYONE, token, "Mallory", "another long enough password")
    assert accounts.sign_in(ANYONE, tom.email, f.PASSWORD)
    invitations.accept(tom, token)


def test_what_others_laid_under_an_unproven_address_is_gone_once_it_is_proven(app: Flask) -> None:
    firm = f.a_supplier()
    theirs = token_of(accounts.register(ANYONE, "Mallory", EMAIL, "the password of Mallory"))
    invitations.register(ANYONE, invited(firm), "Tom Wetherby", f.PASSWORD)
    with pytest.raises(Refused, match=r"sign_in\.wrong"):
        accounts.sign_in(ANYONE, EMAIL, "the password of Mallory")
    with pytest.raises(Refused, match=r"account\.link_used"):
        accounts.confirm(ANYONE, theirs)
    assert "Tom Wetherby" in names(firm.administrator, firm.slug)


def test_an_invitation_is_for_its_address_alone(app: Flask) -> None:
    firm, mallory = f.a_supplier(), f.a_person("Mallory")
    token = invited(firm)
    with pytest.raises(Refused, match=r"invitation\.other_address"):
        invitations.accept(mallory, token)
    with pytest.raises(Refused, match="missing"):
        invitations.accept(ANYONE, token)
    assert listed(firm) == [(EMAIL, "", False)]


def test_a_declined_invitation_is_over_and_the_organisation_sees_it(app: Flask) -> None:
    firm, tom = f.a_supplier(), f.a_person("Tom Wetherby")
    token = invited(firm, tom.email)
    invitations.decline(ANYONE, token)
    over(token, tom)
    assert listed(firm) == [(tom.email, "declined", False)]


def test_an_invitation_taken_back_is_over(app: Flask) -> None:
    firm, tom = f.a_supplier(), f.a_person("Tom Wetherby")
    token = invited(firm, tom.email)
    ref = ref_of(firm)
    invitations.withdraw(firm.administrator, firm.slug, ref)
    over(token, tom)
    assert listed(firm) == []
    with pytest.raises(Refused, match="missing"):
        invitations.withdraw(firm.administrator, firm.slug, ref)


def test_a_link_works_for_a_week_and_not_a_second_longer(app: Flask, clock: Clock) -> None:
    firm, tom = f.a_supplier(), f.a_person("Tom Wetherby")
    token = invited(firm, tom.email)
    clock.advance(WEEK - timedelta(seconds=1))
    assert queries.by_link(ANYONE, token)
    clock.advance(timedelta(seconds=1))
    over(token, tom)
    assert listed(firm) == [(tom.email, "", True)]


def test_sent_again_the_new_link_works_and_the_old_one_does_not(app: Flask, clock: Clock) -> None:
    firm, tom = f.a_supplier(), f.a_person("Tom Wetherby")
    old = invited(firm, tom.email)
    clock.advance(WEEK)
    new = token_of(invitations.send_again(firm.administrator, firm.slug, ref_of(firm)))
    over(old, tom)
    invitations.accept(tom, new)


def test_one_invitation_of_an_address_waits_at_a_time(app: Flask, clock: Clock) -> None:
    firm = f.a_supplier()
    first = invited(firm)
    with pytest.raises(Refused, match=r"invitation\.waiting"):
        invited(firm)
    clock.advance(WEEK)
    second = invited(firm)
    over(first)
    assert queries.by_link(ANYONE, second)
    assert listed(firm) == [(EMAIL, "", False)]


def test_nobody_is_invited_to_where_they_work(app: Flask) -> None:
    firm = f.a_supplier()
    with pytest.raises(Refused, match=r"invitation\.member"):
        invited(firm, firm.administrator.email)


def test_what_an_administrator_learns_does_not_tell_who_has_an_account(app: Flask) -> None:
    object.__setattr__(installation().settings, "environment", "rehearsal")
    firm, known = f.a_supplier(), f.a_person("Tom Wetherby").email
    answers = [invitations.invite(firm.administrator, firm.slug, email) for email in (known, EMAIL)]
    assert answers == [{"link": ""}] * 2
    assert [(answer, ran_out) for _email, answer, ran_out in listed(firm)] == [("", False)] * 2
    with reading() as connection:
        kinds = connection.execute(
            select(Notice.kind, Notice.person_id).order_by(Notice.id.desc()).limit(2)
        ).all()
    assert set(kinds) == {("organisation.invited", None)}


@pytest.mark.parametrize("act", ["invite", "send-again", "withdraw"])
def test_nobody_else_handles_an_organisations_invitations(app: Flask, act: str) -> None:
    firm, member = f.a_supplier(), f.a_person("A Member")
    f.join(firm, member)
    invited(firm)
    ref, rival = ref_of(firm), f.a_supplier("Rivals")
    calls = {
        "invite": lambda actor, slug: invitations.invite(actor, slug, "other@aldermere.example"),
        "send-again": lambda actor, slug: invitations.send_again(actor, slug, ref),
        "withdraw": lambda actor, slug: invitations.withdraw(actor, slug, ref),
    }
    operator = f.a_person("Olive Operator", operator=True)
    for actor in (ANYONE, f.a_person("Mallory"), rival.administrator, member, operator):
        for slug in (firm.slug, "nothing-here"):
            with pytest.raises(Refused, match="missing"):
                calls[act](actor, slug)
    if act != "invite":
        with pytest.raises(Refused, match="missing"):
            calls[act](rival.administrator, rival.slug)
    assert organisations.inside(member, firm.slug).invitations == ()
    assert listed(firm) == [(EMAIL, "", False)]


def test_whoever_no_longer_administrates_invites_nobody(app: Flask) -> None:
    firm, tom = f.a_supplier(), f.a_person("Tom Wetherby")
    invitations.accept(tom, invited(firm, tom.email, "administrator"))
    members.set_role(tom, firm.slug, firm.administrator.ref, "member")
    with pytest.raises(Refused, match="missing"):
        invited(firm)


def test_accepted_twice_at_once_one_joins_once(app: Flask) -> None:
    firm, tom = f.a_supplier(), f.a_person("Tom Wetherby")
    token = invited(firm, tom.email, "administrator")
    results = together(app, *[lambda: invitations.accept(tom, token)] * 4)
    assert sorted(map(str, results)) == sorted([f"/desk/organisations/{firm.slug}", *["invitation.over"] * 3])
    assert names(tom, firm.slug).count("Tom Wetherby") == 1


def test_registered_twice_at_once_one_account_is_made(app: Flask) -> None:
    firm = f.a_supplier()
    token = invited(firm)
    results = together(
        app,
        *(
            lambda name=name: invitations.register(ANYONE, token, name, f.PASSWORD)
            for name in ("Tom", "Mallory")
        ),
    )
    assert [result for result in results if isinstance(result, str)] == ["invitation.over"]
    with reading() as connection:
        assert len(connection.scalars(select(Person.id).where(Person.email == EMAIL)).all()) == 1


def test_accepted_and_taken_back_at_once_only_one_holds(app: Flask) -> None:
    firm, tom = f.a_supplier(), f.a_person("Tom Wetherby")
    token, ref = invited(firm, tom.email), ref_of(firm)
    accepted, withdrawn = together(
        app,
        lambda: invitations.accept(tom, token),
        lambda: invitations.withdraw(firm.administrator, firm.slug, ref),
    )
    home = f"/desk/organisations/{firm.slug}"
    assert (accepted, withdrawn) in ((home, "missing"), ("invitation.over", None))
    assert ("Tom Wetherby" in names(firm.administrator, firm.slug)) == (accepted == home)


def test_a_form_sent_twice_invites_and_joins_once(app: Flask) -> None:
    firm = f.a_supplier()
    answers = [invitations.invite(firm.administrator, firm.slug, EMAIL, once="k" * 20) for _again in range(2)]
    assert answers[0] == answers[1]
    token = token_of(answers[0])
    joined = [
        invitations.register(ANYONE, token, "Tom Wetherby", f.PASSWORD, once="j" * 20) for _again in range(2)
    ]
    assert joined[0] == joined[1]


def test_the_database_holds_no_token_and_the_journal_no_address(app: Flask) -> None:
    firm = f.a_supplier()
    token = invited(firm)
    invitations.register(ANYONE, token, "Tom Wetherby", f.PASSWORD)
    with reading() as connection:
        assert connection.scalars(select(Invitation.token_hash)).all() == [tokens.digest(token)]
        acts = connection.scalars(select(JournalEntry.act).where(JournalEntry.act.like("invitation.%"))).all()
        facts = "".join(connection.scalars(select(JournalEntry.facts)))
    assert acts == ["invitation.send", "invitation.accept"]
    assert "@" not in facts
    assert token not in facts


def test_invitations_are_counted_for_each_administrator_and_for_each_address(
    app: Flask, clock: Clock
) -> None:
    firm = f.a_supplier()
    invited(firm)
    for _again in range(2):
        invitations.send_again(firm.administrator, firm.slug, ref_of(firm))
    clock.advance(timedelta(hours=1))
    for number in range(30):
        invited(firm, f"nobody{number}@aldermere.example")
    with pytest.raises(Refused, match=r"account\.throttled"):
        invited(firm, "nobody@aldermere.example")
    other = f.a_supplier("Others")
    assert invited(other)


def test_an_address_that_is_none_and_a_role_that_is_none_are_refused(app: Flask) -> None:
    firm = f.a_supplier()
    for email in ("nobody", "a@b.example\nBcc: c@d.example", "x@y"):
        with pytest.raises(Refused, match=r"form\.invalid"):
            invited(firm, email)
    with pytest.raises(Refused, match=r"role\.unknown"):
        invited(firm, role="operator")


def test_old_invitations_are_swept(app: Flask, clock: Clock) -> None:
    firm = f.a_supplier()
    invited(firm)
    clock.advance(timedelta(days=9))
    upkeep.sweep()
    assert listed(firm) == [(EMAIL, "", True)]
    clock.advance(timedelta(seconds=1))
    upkeep.sweep()
    with reading() as connection:
        assert connection.scalar(select(func.count()).select_from(Invitation)) == 0
