"""Pages of an account: what they tell whom, and what comes back after an error."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from marketplace.actions import accounts
from marketplace.models.accounts import Person
from marketplace.models.database import installation, reading
from marketplace.policy import ANYONE
from marketplace.web.accounts import local
from tests.factories import PASSWORD, a_person, an_open_challenge
from tests.web.conftest import Browser, hidden_in, new_browser
from tests.web.forms import visit_of

EMAIL = "robin.vale@aldermere.example"


def register(client: Browser, **typed: str) -> TestResponse:
    return client.send("/register", {"name": "Robin Vale", "email": EMAIL, "password": PASSWORD} | typed)


def sign_in(
    client: Browser, address: str = "/sign-in", email: str = EMAIL, password: str = PASSWORD
) -> TestResponse:
    return client.send(address, {"email": email, "password": password})


def link_on(page: TestResponse) -> str:
    found = re.search(r'href="http://localhost(/[^"]+)"', page.text)
    assert found is not None, page.text
    return found[1]


def a_member(client: Browser) -> None:
    """Somebody who is signed in."""
    actor = a_person()
    assert sign_in(client, email=actor.email).status_code == 303


def test_somebody_registers_confirms_signs_in_and_out(client: Browser) -> None:
    sent = register(client)
    assert (sent.status_code, sent.location) == (303, "/register/sent")
    page = client.get(sent.location)
    assert EMAIL in page.text
    confirmed = client.send(link_on(page), {})
    assert (confirmed.status_code, confirmed.location) == (303, "/sign-in")
    assert "Your e-mail address is confirmed" in client.get("/sign-in").text
    assert sign_in(client).location == "/desk"
    assert "Robin Vale" in client.get("/account").text
    assert client.send("/sign-out", {}, on="/account").location == "/sign-in"
    assert client.get("/account").location == "/sign-in?next=/account"


def test_asking_for_a_confirmation_link_does_not_use_it_up(client: Browser) -> None:
    register(client)
    link = link_on(client.get("/register/sent"))
    for _ in range(3):
        assert client.get(link).status_code == client.head(link).status_code == 200
    assert client.send(link, {}).status_code == 303
    assert client.get(link).status_code == 422
    assert "This link does not work" in client.get(link).text


def test_pages_for_known_and_unknown_addresses_are_the_same_byte_for_byte(client: Browser) -> None:
    object.__setattr__(installation().settings, "environment", "rehearsal")
    register(client)

    def shown(address: str, **typed: str) -> tuple[int, str]:
        answer = client.send(address, typed)
        page = client.get(answer.location)
        return page.status_code, page.text.replace(typed["email"], "…")

    other = "nobody@aldermere.example"
    known = shown("/register", name="X", email=EMAIL, password=PASSWORD)
    assert known == shown("/register", name="X", email="new@aldermere.example", password=PASSWORD)
    assert shown("/password", email=EMAIL) == shown("/password", email=other)
    wrong = [sign_in(client, email=each, password="not the right one") for each in (EMAIL, other)]
    assert [page.status_code for page in wrong] == [422, 422]
    assert wrong[0].text.count("There is a problem") == wrong[1].text.count("There is a problem") == 1
    assert all("is not right" in page.text for page in wrong)


def test_a_new_password_by_mail(client: Browser) -> None:
    actor = a_person()
    asked = client.send("/password", {"email": actor.email})
    link = link_on(client.get(asked.location))
    short = client.send(link, {"password": "short"})
    assert short.status_code == 422
    assert "Use at least 10 characters" in short.text
    assert client.send(link, {"password": "another long password"}).location == "/sign-in"
    assert sign_in(client, email=actor.email, password="another long password").status_code == 303


@pytest.mark.parametrize("next_page", ["/desk/challenges", "/account?x=1&y=2"])
def test_signing_in_leads_to_where_one_wanted_to_go(client: Browser, next_page: str) -> None:
    asked = (
        client.get(next_page).location if next_page.startswith("/account") else f"/sign-in?next={next_page}"
    )
    assert sign_in(client, asked, email=a_person().email).location == next_page


@pytest.mark.parametrize(
    "elsewhere",
    ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
     "/\t/evil.example", "/\n/evil.example", "", "evil", "/x\x00", "/" + "x" * 3000],
)  # fmt: skip
def test_signing_in_never_leads_to_another_site(elsewhere: str) -> None:
    assert local(elsewhere) == "/desk"


@pytest.mark.parametrize("address", ["/register", "/sign-in", "/password"])
def test_without_its_token_a_form_comes_back_filled_and_does_nothing(client: Browser, address: str) -> None:
    page = client.get(address)
    typed = {"name": "Robin Vale", "email": EMAIL, "password": PASSWORD, "once": hidden_in(page, "once")}
    for token in ("", "broken", hidden_in(page, "csrf_token")[:-2]):
        back = client.post(address, data=typed | {"csrf_token": token})
        assert back.status_code == 422
        assert "open too long" in back.text
        assert EMAIL in back.text
        assert PASSWORD not in back.text
    with reading() as connection:
        assert connection.scalar(select(Person.id)) is None


def test_without_its_token_a_button_does_nothing(client: Browser) -> None:
    a_member(client)
    for address in ("/sign-out", "/account/visits/end-others"):
        assert client.post(address, data={"csrf_token": "broken"}).status_code == 422
    assert client.get("/account").status_code == 200


@pytest.mark.parametrize("bad", ["x\x00y", "\ud800", "x" * 3000, "", "\u202e", "' OR 1=1 --"])
@pytest.mark.parametrize("where", ["name", "email", "password", "once", "csrf_token"])
def test_whatever_is_typed_the_answer_is_a_page(client: Browser, where: str, bad: str) -> None:
    page = client.get("/register")
    typed = {"name": "Robin Vale", "email": EMAIL, "password": PASSWORD}
    typed |= {name: hidden_in(page, name) for name in ("csrf_token", "once")}
    body = "&".join(f"{name}={encoded(bad if name == where else value)}" for name, value in typed.items())
    answer = client.post("/register", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (303, 400, 422)


def encoded(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("token", ["x", "x" * 2000, "%00", "%ed%a0%80", "..%2f"])
def test_a_made_up_link_leads_to_a_page_that_says_so(client: Browser, token: str) -> None:
    for address in (f"/confirm/{token}", f"/password/{token}"):
        assert client.get(address).status_code in (400, 404, 422)


def test_too_many_tries_are_told_so(client: Browser) -> None:
    email = a_person().email
    for _ in range(10):
        assert sign_in(client, email=email, password="not the right one").status_code == 422
    refused = sign_in(client, email=email)
    assert refused.status_code == 429
    assert "Wait" in refused.text
    assert email in refused.text


def test_nothing_of_an_account_may_be_stored(client: Browser) -> None:
    a_member(client)
    for address in ("/account", "/register", "/password", "/register/sent", "/password/sent", "/confirm/x"):
        assert client.get(address).headers["Cache-Control"] == "no-store", address


def test_signing_in_gives_the_browser_another_cookie_that_scripts_cannot_read(client: Browser) -> None:
    client.get("/sign-in")
    before = client.get_cookie("visit")
    a_member(client)
    after = client.get_cookie("visit")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert after.http_only
    assert after.same_site == "Lax"


def test_other_browsers_are_seen_and_signed_out_one_by_one_or_all(app: Flask, client: Browser) -> None:
    actor = a_person()
    sign_in(client, email=actor.email)
    others = [new_browser(app) for _each in range(3)]
    for other in others:
        sign_in(other, email=actor.email)
    page = client.get("/account").text
    assert page.count("This visit") == 1
    ends = re.findall(r'action="(/account/visits/[0-9a-f]{20}/end)"', page)
    assert len(ends) == 3
    assert client.send(ends[0], {}, on="/account").location == "/account"
    assert sorted(other.get("/account").status_code for other in others) == [200, 200, 303]
    assert client.send("/account/visits/end-others", {}, on="/account").location == "/account"
    assert {other.get("/account").status_code for other in others} == {303}
    assert client.get("/account").status_code == 200
    assert "/account/visits/end-others" not in client.get("/account").text


def test_a_browser_keeps_its_key_from_one_visit_to_the_next(client: Browser) -> None:
    actor = a_person()
    sign_in(client, email=actor.email)
    first = client.get_cookie("browser")
    assert first is not None
    client.send("/sign-out", {}, on="/account")
    sign_in(client, email=actor.email)
    again = client.get_cookie("browser")
    assert again is not None
    assert again.value == first.value
    client.set_cookie("browser", "x\u00e9")
    client.send("/sign-out", {}, on="/account")
    sign_in(client, email=actor.email)
    fresh = client.get_cookie("browser")
    assert fresh is not None
    assert fresh.value != first.value
    assert len(fresh.value) == 43


def test_one_changes_name_and_password_on_pages_of_ones_own(client: Browser) -> None:
    actor = a_person()
    sign_in(client, email=actor.email)
    assert client.send("/account/name", {"name": "Robin Vale-Hart"}).location == "/account"
    assert "Robin Vale-Hart" in client.get("/account").text
    assert client.send("/account/name", {"name": " "}).status_code == 422
    wrong = client.send("/account/password", {"current": "not mine", "password": "another long password"})
    assert wrong.status_code == 422
    assert "This is not your password" in wrong.text
    short = client.send("/account/password", {"current": PASSWORD, "password": "short"})
    assert "Use at least 10 characters" in short.text
    done = client.send("/account/password", {"current": PASSWORD, "password": "another long password"})
    assert done.location == "/account"
    assert client.get("/account").status_code == 200


def test_the_address_changes_by_two_links(app: Flask, client: Browser) -> None:
    actor, new = a_person(), "robin@elsewhere.example"
    sign_in(client, email=actor.email)
    wrong = client.send("/account/email", {"email": new, "current": "not mine"})
    assert wrong.status_code == 422
    assert new in wrong.text
    asked = client.send("/account/email", {"email": new, "current": PASSWORD})
    assert asked.location == "/account"
    page = client.get("/account").text
    assert "Another address waits" in page
    old_link, new_link = re.findall(r'href="http://localhost(/address/[^"]+)"', page)
    inbox = new_browser(app)
    assert actor.email not in inbox.get(new_link).text
    assert inbox.send(new_link, {"do": "agree"}).location == new_link
    assert "One half is done" in inbox.get(new_link).text
    assert "The new address is confirmed" in client.get("/account").text
    for _again in range(2):
        assert new in inbox.get(old_link).text
    assert inbox.send(old_link, {"do": "agree"}).location == "/sign-in"
    assert new in client.get("/account").text
    assert inbox.get(old_link).status_code == inbox.get(new_link).status_code == 422
    assert sign_in(inbox, email=new).status_code == 303


def test_a_change_of_address_is_stopped_by_the_old_one_or_taken_back(app: Flask, client: Browser) -> None:
    actor = a_person()
    sign_in(client, email=actor.email)
    for number in range(2):
        client.send("/account/email", {"email": f"robin{number}@elsewhere.example", "current": PASSWORD})
        old_link, new_link = re.findall(
            r'href="http://localhost(/address/[^"]+)"', client.get("/account").text
        )
        if number:
            assert client.send("/account/email/cancel", {}, on="/account").location == "/account"
        else:
            assert new_browser(app).send(old_link, {"do": "stop"}).location == "/password"
        assert client.get(new_link).status_code == client.get(old_link).status_code == 422
        assert "Another address waits" not in client.get("/account").text


def test_an_account_is_closed_after_it_is_said_what_goes(app: Flask, client: Browser) -> None:
    actor = a_person()
    sign_in(client, email=actor.email)
    page = client.get("/account/close").text
    assert "What goes" in page
    assert "What stays" in page
    wrong = client.send("/account/close", {"current": "not mine"})
    assert wrong.status_code == 422
    assert "This is not your password" in wrong.text
    assert client.send("/account/close", {"current": PASSWORD}).location == "/sign-in"
    assert "Your account is closed" in client.get("/sign-in").text
    assert client.get("/account").status_code == 303
    assert sign_in(client, email=actor.email).status_code == 422


def test_whom_others_rely_on_is_told_what_to_do_first(app: Flask) -> None:
    world = an_open_challenge()
    editor = visit_of(app, world.editor)
    page = editor.get("/account/close").text
    assert f'href="/desk/challenges/{world.ref}/team"' in page
    assert "Close my account" not in page
    head = visit_of(app, world.authority.administrator)
    assert f'href="/desk/organisations/{world.authority.slug}"' in head.get("/account/close").text
    assert head.send("/account/close", {"current": PASSWORD}, on="/account/name").status_code == 409
    assert head.get("/account").status_code == 200


def test_whoever_has_not_confirmed_is_told_what_to_do(client: Browser) -> None:
    accounts.register(ANYONE, "Robin Vale", EMAIL, PASSWORD)
    page = sign_in(client)
    assert page.status_code == 409
    assert "A new link is on its way" in page.text


def test_an_organisation_is_registered(client: Browser) -> None:
    a_member(client)
    new = "/desk/organisations/new"
    empty = client.send(new, {})
    assert empty.status_code == 422
    assert "Enter its name" in empty.text
    facts = {"kind": "supplier", "name": "Brackenlea", "address": "1 Quay Street"}
    bad = client.send(new, facts | {"website": "javascript:1"})
    assert bad.status_code == 422
    assert "begins with https://" in bad.text
    made = client.send(new, facts | {"marks": "is_sme"})
    assert made.location == "/desk/organisations/brackenlea"
    assert "Brackenlea" in client.get("/desk/organisations").text


def test_only_operators_see_what_waits_for_verification(client: Browser) -> None:
    a_member(client)
    assert client.get("/desk/verifications").status_code == 404
    facts = {"kind": "authority", "name": "Aldermere", "address": "Market Place"}
    assert client.send("/desk/organisations/new", facts).status_code == 303
    client.send("/sign-out", {}, on="/account")
    sign_in(client, email=a_person("Olive Operator", operator=True).email)
    assert "Aldermere" in client.get("/desk/verifications").text
    verified = client.send("/desk/verifications/aldermere", {}, on="/desk/verifications")
    assert verified.status_code == 303
    assert "No authority waits" in client.get("/desk/verifications").text


@pytest.mark.parametrize(
    "address", ["/account", "/desk/organisations", "/desk/organisations/new", "/desk/verifications"]
)
def test_whoever_is_not_signed_in_is_asked_to(client: Browser, address: str) -> None:
    assert client.get(address).location == f"/sign-in?next={address}"
