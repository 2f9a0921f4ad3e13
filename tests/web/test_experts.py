"""Experts from outside in a browser: the way in, the undertaking, and what the team sees of it."""

from __future__ import annotations

import re

from flask import Flask

from marketplace.actions import roles
from marketplace.models.accounts import RoleAssignment
from marketplace.models.database import writing
from tests import factories as f
from tests.web.conftest import Browser, words_of
from tests.web.forms import visit_of
from tests.web.test_accounts import link_on, sign_in

EMAIL = "xenia.expert@lab.example"
NEWCOMER = {"name": "Xenia Expert", "password": f.PASSWORD}


def team(world: f.World) -> str:
    return f"/desk/challenges/{world.ref}/team"


def invite(browser: Browser, world: f.World, email: str = EMAIL, role: str = "evaluator") -> str:
    """The link in the message, as development shows it."""
    sent = browser.send(team(world), {"email": email, "role": role, "external": "y"})
    assert (sent.status_code, sent.location) == (303, team(world))
    return link_on(browser.get(team(world)))


def test_a_newcomer_reads_what_it_means_undertakes_and_is_on_the_team(app: Flask, client: Browser) -> None:
    world = f.an_open_challenge()
    lead = visit_of(app, world.lead)
    link = invite(lead, world)
    assert EMAIL in lead.get(team(world)).text
    page = words_of(client.get(link))
    for said in (
        "You are asked to be evaluator", world.content.problem.title, "Confidence", "No interest",
        "Use of the material", "anonymity is never promised", "The wording of 25 November 2026.",
    ):  # fmt: skip
        assert said in page
    bare = client.send(link, NEWCOMER)
    assert bare.status_code == 422
    assert "Tick that you give the undertaking." in bare.text
    assert "Xenia Expert" in bare.text
    joined = client.send(link, NEWCOMER | {"undertaking": "y"})
    assert (joined.status_code, joined.location) == (303, f"/desk/challenges/{world.ref}")
    assert "A message comes when something waits for you." in words_of(client.get(joined.location))
    assert "from outside the authority" in lead.get(team(world)).text
    assert client.get(link).status_code == 422


def test_somebody_with_an_account_signs_in_on_the_way(app: Flask, client: Browser) -> None:
    world, expert = f.an_open_challenge(), f.a_person("Xenia Expert")
    link = invite(visit_of(app, world.lead), world, expert.email)
    page = client.get(link)
    assert f"/sign-in?next={link}" in page.text
    assert 'name="undertaking"' not in page.text
    assert sign_in(client, f"/sign-in?next={link}", email=expert.email).location == link
    assert client.send(link, {}).status_code == 422
    assert client.send(link, {"undertaking": "y"}).location == f"/desk/challenges/{world.ref}"


def test_the_team_page_is_the_same_whoever_has_the_address(app: Flask) -> None:
    world, known = f.an_open_challenge(), f.a_person("Xenia Expert")
    lead, pages = visit_of(app, world.lead), []
    for email in (known.email, EMAIL):
        answer = lead.send(team(world), {"email": email, "role": "observer", "external": "y"})
        page = re.sub(r"/invitations/[^\"]+", "", words_of(lead.get(team(world)))).replace(email, "THEIRS")
        pages.append((answer.status_code, answer.location, page))
        (address,) = set(re.findall(r'action="([^"]*/invitations/[^"]*)"', lead.get(team(world)).text))
        assert lead.send(address, {"do": "withdraw"}, on=team(world)).location == team(world)
        lead.get(team(world))
    assert pages[0] == pages[1]


def test_an_invitation_is_sent_again_and_taken_back_from_the_team_page(app: Flask, client: Browser) -> None:
    world = f.an_open_challenge()
    lead = visit_of(app, world.lead)
    old = invite(lead, world)
    (address,) = set(re.findall(r'action="([^"]*/invitations/[^"]*)"', lead.get(team(world)).text))
    assert lead.send(address, {"do": "again"}, on=team(world)).location == team(world)
    new = link_on(lead.get(team(world)))
    assert (client.get(old).status_code, client.get(new).status_code) == (422, 200)
    assert visit_of(app, world.chair).send(address, {"do": "withdraw"}, on=team(world)).status_code == 404
    assert lead.send(address, {"do": "withdraw"}, on=team(world)).location == team(world)
    assert client.get(new).status_code == 422
    assert lead.get(address).location == team(world)


def test_an_invitation_is_declined_without_an_account_and_the_team_page_says_so(
    app: Flask, client: Browser
) -> None:
    world = f.an_open_challenge()
    lead = visit_of(app, world.lead)
    link = invite(lead, world)
    assert "You declined" in client.send(f"{link}/decline", {}, on=link).text
    assert "Declined" in words_of(lead.get(team(world)))


def test_who_was_asked_before_there_was_an_undertaking_ticks_it_on_the_team_page(app: Flask) -> None:
    world = f.an_open_challenge()
    asked = f.a_colleague(world, "Ola Outside")
    roles.appoint(world.lead, world.ref, asked.email, "evaluator")
    with writing() as session:
        session.query(RoleAssignment).filter_by(challenge_id=world.id, person_id=asked.person_id).update(
            {"external": True}
        )
    browser = visit_of(app, asked)
    assert "Confidence" in words_of(browser.get(team(world)))
    bare = browser.send(team(world), {"do": "accept"})
    assert (bare.status_code, "Tick that you give the undertaking." in bare.text) == (422, True)
    assert browser.send(team(world), {"do": "accept", "undertaking": "y"}).status_code == 303
    assert 'name="undertaking"' not in browser.get(team(world)).text


def test_a_deputy_from_outside_is_asked_by_mail(app: Flask, client: Browser) -> None:
    world = f.an_open_challenge()
    holder = visit_of(app, world.evaluator)
    page = f"{team(world)}/evaluator/{world.evaluator.ref}/name-deputy"
    assert holder.send(page, {"email": EMAIL, "external": "y"}).location == team(world)
    link = link_on(holder.get(team(world)))
    assert "You act only while they are away." in words_of(client.get(link))
    client.send(link, NEWCOMER | {"undertaking": "y"})
    assert "Deputy: Xenia Expert stands by." in words_of(holder.get(team(world)))


def test_an_expert_sees_their_challenge_and_nothing_else_of_the_authority(app: Flask) -> None:
    world, other = f.an_open_challenge(), f.a_draft_challenge()
    expert = visit_of(app, f.an_expert(world))
    assert expert.get(f"/desk/challenges/{world.ref}").status_code == 200
    for address in (
        f"/desk/challenges/{other.ref}", f"/desk/organisations/{world.authority.slug}",
        f"/desk/challenges/{world.ref}/stages/1/declaration", f"/desk/challenges/{world.ref}/stages/1/panel",
        f"/desk/challenges/{world.ref}/sections/problem",
    ):  # fmt: skip
        assert expert.get(address).status_code == 404, address
