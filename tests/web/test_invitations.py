"""Pages of invitations and members: what the invited person meets, and what administrators see of it."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from marketplace.actions import invitations, members
from tests import factories as f
from tests.web.conftest import Browser, new_browser
from tests.web.forms import text_of, visit_of
from tests.web.test_accounts import link_on, sign_in

EMAIL = "tom.wetherby@aldermere.example"
NEWCOMER = {"name": "Tom Wetherby", "password": f.PASSWORD}


def home(firm: f.Organisation) -> str:
    return f"/desk/organisations/{firm.slug}"


def invite(browser: Browser, firm: f.Organisation, email: str = EMAIL, role: str = "member") -> str:
    """The link in the message, as development shows it."""
    sent = browser.send(f"{home(firm)}/invite", {"email": email, "role": role})
    assert (sent.status_code, sent.location) == (303, home(firm))
    return link_on(browser.get(home(firm)))


def test_a_newcomer_is_invited_registers_and_works_there(app: Flask, client: Browser) -> None:
    firm = f.a_supplier()
    office = visit_of(app, firm.administrator)
    link = invite(office, firm)
    page = text_of(client.get(link))
    assert firm.administrator.name in page
    assert EMAIL in page
    short = client.send(link, NEWCOMER | {"password": "short"})
    assert short.status_code == 422
    assert "Use at least 10 characters" in short.text
    assert "Tom Wetherby" in short.text
    joined = client.send(link, NEWCOMER)
    assert (joined.status_code, joined.location) == (303, home(firm))
    assert "You work for it now" in client.get(home(firm)).text
    assert "Tom Wetherby" in office.get(home(firm)).text
    again = client.get(link)
    assert again.status_code == 422
    assert "does not work" in again.text


def test_somebody_with_an_account_signs_in_on_the_way_and_joins_with_a_press(
    app: Flask, client: Browser
) -> None:
    firm, tom = f.a_supplier(), f.a_person("Tom Wetherby")
    link = invite(visit_of(app, firm.administrator), firm, tom.email)
    assert f"/sign-in?next={link}" in client.get(link).text
    assert sign_in(client, f"/sign-in?next={link}", email=tom.email).location == link
    assert "Register and join" not in client.get(link).text
    assert client.send(link, {}).location == home(firm)


def test_another_account_is_told_whose_invitation_it_is_not(app: Flask) -> None:
    firm, mallory = f.a_supplier(), f.a_person("Mallory")
    link = invite(visit_of(app, firm.administrator), firm)
    theirs = visit_of(app, mallory)
    assert "is for another address" in theirs.get(link).text
    assert EMAIL not in theirs.get(link).text
    refused = theirs.send(link, {})
    assert refused.status_code == 409
    assert theirs.get(home(firm)).status_code == 404


def test_an_invitation_is_declined_without_an_account(app: Flask, client: Browser) -> None:
    firm = f.a_supplier()
    office = visit_of(app, firm.administrator)
    link = invite(office, firm)
    declined = client.send(f"{link}/decline", {}, on=link)
    assert "You declined" in declined.text
    assert "Declined" in office.get(home(firm)).text
    assert client.send(f"{link}/decline", {}, on="/sign-in").status_code == 422


def test_asking_for_the_page_answers_nothing(app: Flask, client: Browser) -> None:
    firm = f.a_supplier()
    link = invite(visit_of(app, firm.administrator), firm)
    for _again in range(3):
        assert client.get(link).status_code == client.head(link).status_code == 200
        assert client.get(f"{link}/decline").location == link
    assert client.get(link).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("token", ["x", "x" * 2000, "%00", "%ed%a0%80"])
def test_a_made_up_link_leads_to_a_page_that_says_so(client: Browser, token: str) -> None:
    for address in (f"/invitations/{token}", f"/invitations/{token}/decline"):
        assert client.get(address).status_code in (303, 400, 404, 422)
    assert client.send(f"/invitations/{token}", NEWCOMER, on="/register").status_code in (400, 404, 422)


def test_an_invitation_is_sent_again_and_taken_back_from_the_list(app: Flask, client: Browser) -> None:
    firm = f.a_supplier()
    office = visit_of(app, firm.administrator)
    old = invite(office, firm)
    (address,) = set(re.findall(r'action="([^"]*/invitations/[^"]*)"', office.get(home(firm)).text))
    assert office.send(address, {"do": "again"}, on=home(firm)).location == home(firm)
    new = link_on(office.get(home(firm)))
    assert (client.get(old).status_code, client.get(new).status_code) == (422, 200)
    assert office.send(address, {"do": "withdraw"}, on=home(firm)).location == home(firm)
    assert client.get(new).status_code == 422
    assert office.send(address, {"do": "withdraw"}, on=home(firm)).status_code == 404
    assert office.get(address).location == home(firm)


def test_a_second_invitation_and_a_wrong_address_are_told_on_the_form(app: Flask) -> None:
    firm = f.a_supplier()
    office = visit_of(app, firm.administrator)
    invite(office, firm)
    page = f"{home(firm)}/invite"
    again = office.send(page, {"email": EMAIL, "role": "member"})
    assert again.status_code == 409
    assert "waits for an answer" in again.text
    assert EMAIL in again.text
    assert office.send(page, {"email": "nobody", "role": "member"}).status_code == 422
    assert office.send(page, {"email": EMAIL, "role": "operator"}).status_code == 422


def test_the_pages_of_an_organisations_people_do_not_exist_for_others(app: Flask) -> None:
    firm, member = f.a_supplier(), f.a_person("A Member")
    f.join(firm, member)
    invitations.invite(firm.administrator, firm.slug, EMAIL)
    pages = ["invite", f"members/{member.ref}", f"members/{member.ref}/remove"]
    outside = f.a_supplier("Rivals").administrator
    members_browser = visit_of(app, member)
    for browser, hidden in ((members_browser, pages), (visit_of(app, outside), ["", *pages, "leave"])):
        for page in hidden:
            address = f"{home(firm)}/{page}".rstrip("/")
            assert browser.get(address).status_code == 404, address
            assert browser.send(address, {}, on="/account").status_code in (404, 405), address
    inside = text_of(members_browser.get(home(firm)))
    assert EMAIL not in inside
    assert "Invite somebody" not in inside


def test_a_member_is_made_administrator_and_removed(app: Flask) -> None:
    firm, tom = f.a_supplier(), f.a_person("Tom Wetherby")
    f.join(firm, tom)
    office = visit_of(app, firm.administrator)
    page = f"{home(firm)}/members/{tom.ref}"
    assert "Make Tom Wetherby an administrator" in text_of_button(office, page)
    assert office.send(page, {"role": "administrator"}).location == home(firm)
    assert "Tom Wetherby is an administrator now" in text_of(office.get(home(firm)))
    assert office.send(page, {"role": "emperor"}).status_code == 422
    assert "is told by e-mail" in text_of(office.get(f"{page}/remove"))
    assert office.send(f"{page}/remove", {}).location == home(firm)
    assert "no longer works for" in text_of(office.get(home(firm)))
    assert office.get(page).status_code == 404


def text_of_button(browser: Browser, page: str) -> str:
    return text_of(browser.get(page)).replace('<span translate="no">', "").replace("</span>", "")


def test_who_cannot_go_is_told_why_and_where_to_hand_over(app: Flask) -> None:
    world = f.an_open_challenge()
    authority = world.authority
    leaving = visit_of(app, world.editor).get(f"{home(authority)}/leave").text
    assert leaving.count(f'href="/desk/challenges/{world.ref}/team"') == 3
    assert "Lead of" in leaving
    office = visit_of(app, authority.administrator)
    removing = office.get(f"{home(authority)}/members/{world.editor.ref}/remove").text
    assert f'href="/challenges/{world.ref}"' in removing
    only = office.get(f"{home(authority)}/leave")
    assert "the only administrator" in only.text
    assert office.send(f"{home(authority)}/leave", {}, on="/account").status_code == 409


def test_a_draft_is_not_named_to_an_administrator_who_has_no_part_in_it(app: Flask) -> None:
    world = f.a_draft_challenge()
    office = visit_of(app, world.authority.administrator)
    page = office.get(f"{home(world.authority)}/members/{world.editor.ref}/remove").text
    assert world.ref not in page
    assert world.content.problem.title not in page
    assert "a challenge that is not public yet" in page


def test_a_member_leaves_after_being_asked(app: Flask) -> None:
    firm, tom = f.a_supplier(), f.a_person("Tom Wetherby")
    f.join(firm, tom)
    browser = visit_of(app, tom)
    assert "You no longer see" in browser.get(f"{home(firm)}/leave").text
    assert browser.send(f"{home(firm)}/leave", {}).location == "/desk/organisations"
    assert "You no longer work for" in browser.get("/desk/organisations").text
    assert browser.get(home(firm)).status_code == 404


def test_without_its_token_a_button_changes_nothing(app: Flask) -> None:
    firm, tom = f.a_supplier(), f.a_person("Tom Wetherby")
    f.join(firm, tom)
    members.set_role(firm.administrator, firm.slug, tom.ref, "administrator")
    office = visit_of(app, firm.administrator)
    for page in ("leave", f"members/{tom.ref}", f"members/{tom.ref}/remove"):
        answer = office.post(f"{home(firm)}/{page}", data={"role": "member", "csrf_token": "broken"})
        assert answer.status_code == 422
    link = invite(office, firm)
    assert new_browser(app).post(f"{link}/decline", data={}).status_code == 422
    assert new_browser(app).get(link).status_code == 200
