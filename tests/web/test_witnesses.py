"""The operator's pages of witnesses, and what everybody is told of who watches the trail."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from marketplace.actions import witnesses as actions
from marketplace.actions import witnessing
from marketplace.models.database import installation
from marketplace.policy import SYSTEM, Actor
from marketplace.queries import witnesses
from marketplace.queries import witnessing as queries
from marketplace.tlog.checkpoints import Checkpoint
from marketplace.tlog.notes import Cosigner, Signer
from tests import factories as f
from tests.api.test_witnessing import send, signed, submission
from tests.jobs.test_witnesses import Neighbour, served, work
from tests.tlog import logs
from tests.web.conftest import Browser, words_of
from tests.web.forms import visit_of

HOME = "/desk/witnesses"
ALONE = "evident to anyone who kept an earlier checkpoint"


@pytest.fixture
def near(app: Flask) -> Iterator[Neighbour]:
    with served(Neighbour(Cosigner(b"\x02" * 32, "near.example/w"))) as neighbour:
        yield neighbour


@pytest.fixture
def operator(app: Flask) -> Actor:
    return f.a_person("Olive Operator", operator=True)


@pytest.fixture
def browser(app: Flask, operator: Actor) -> Browser:
    return visit_of(app, operator)


def test_without_witnesses_no_more_is_claimed_than_is_true(
    app: Flask, client: Browser, browser: Browser
) -> None:
    f.grow_the_log(SYSTEM, 1)
    for page in ("/trail", "/trail/1", "/guides/everyone"):
        assert ALONE in words_of(client.get(page)), page
        assert "watch this trail:" not in words_of(client.get(page))
    assert ALONE in words_of(browser.get(HOME))


def test_everybody_sees_who_watches_the_trail(
    app: Flask, client: Browser, operator: Actor, near: Neighbour
) -> None:
    actions.add(operator, *near.entry)
    f.grow_the_log(SYSTEM, 1)
    assert ALONE in words_of(client.get("/trail")), "nothing is cosigned yet"
    work()
    for page in ("/trail", "/trail/1", "/guides/everyone"):
        told = words_of(client.get(page))
        assert "1 other installation watches this trail: near.example/w" in told, page
        assert ALONE not in told
    with served(Neighbour(Cosigner(b"\x03" * 32, "far.example/w"))) as far:
        actions.add(operator, *far.entry)
        f.grow_the_log(SYSTEM, 1)
        work()
    assert "2 other installations watch this trail" in words_of(client.get("/trail"))


def test_everybody_sees_a_witness_that_contradicts_the_trail(
    app: Flask, client: Browser, browser: Browser, operator: Actor, near: Neighbour
) -> None:
    actions.add(operator, *near.entry)
    f.grow_the_log(SYSTEM, 3)
    work()
    near.root = bytes(32)
    f.grow_the_log(SYSTEM, 1)
    work()
    told = words_of(client.get("/trail"))
    assert "near.example/w saw something else than what stands here." in told
    assert ALONE in told
    assert "Contradicts our log" in words_of(browser.get(HOME))
    assert "1 witness does not cosign." in words_of(browser.get("/desk"))


def test_a_witness_is_added_and_removed_on_its_page(app: Flask, browser: Browser, near: Neighbour) -> None:
    assert "Nobody yet." in words_of(browser.get(HOME))
    url, vkey = near.entry
    assert browser.send(f"{HOME}/add", {"url": url, "vkey": vkey}).status_code == 303
    assert "Not asked yet" in words_of(browser.get(HOME))
    f.grow_the_log(SYSTEM, 4)
    work()
    page = words_of(browser.get(HOME))
    assert "Cosigns" in page
    assert "5 entries seen" in page
    number = witnesses.watchers(SYSTEM)[0].number
    asked = browser.get(f"{HOME}/{number}/remove")
    assert "Remove the witness near.example/w" in words_of(asked)
    assert [each.number for each in witnesses.watchers(SYSTEM)] == [number], "nothing is removed by looking"
    assert browser.send(f"{HOME}/{number}/remove", {}).status_code == 303
    assert "near.example/w is not asked any more." in words_of(browser.get(HOME))
    assert witnesses.watchers(SYSTEM) == ()
    assert browser.get(f"{HOME}/{number}/remove").status_code == 404


@pytest.mark.parametrize(
    ("url", "vkey", "sentence"),
    [
        ("", "", "Enter its address"),
        ("https://near.example/w", "no key", "This is not a witness’s verifier key."),
        ("near.example/w", str(Cosigner(b"\x02" * 32, "near.example/w").key), "It begins with https://"),
    ],
)
def test_what_cannot_be_a_witness_comes_back_as_it_was_typed(
    app: Flask, browser: Browser, url: str, vkey: str, sentence: str
) -> None:
    answer = browser.send(f"{HOME}/add", {"url": url, "vkey": vkey})
    assert answer.status_code == 422
    assert sentence in words_of(answer)
    assert f'value="{url}"' in answer.text
    assert vkey in answer.text


def test_a_log_is_added_changed_and_removed_on_its_pages(app: Flask, browser: Browser) -> None:
    assert "None yet." in words_of(browser.get(HOME))
    key, new = logs.SIGNER.key, Signer(b"\x03" * 32, logs.ORIGIN).key
    assert browser.send(f"{HOME}/logs/add", {"vkeys": str(key)}).status_code == 303
    assert "Nothing came yet" in words_of(browser.get(HOME))
    again = browser.send(f"{HOME}/logs/add", {"vkeys": str(key)})
    assert (again.status_code, "This log is here already." in words_of(again)) == (409, True)
    assert send(app, submission(0, 8)).status_code == 200
    page = words_of(browser.get(HOME))
    assert "Only grew" in page
    assert "8 entries" in page
    number = queries.logs(SYSTEM)[0].number
    assert str(key) in browser.get(f"{HOME}/logs/{number}/keys").text
    assert browser.send(f"{HOME}/logs/{number}/keys", {"vkeys": str(new)}).status_code == 303
    assert queries.one(SYSTEM, number).vkeys == str(new)
    assert browser.send(f"{HOME}/logs/{number}/keys", {"vkeys": "x"}).status_code == 422
    assert "Remove the log log.example/log" in words_of(browser.get(f"{HOME}/logs/{number}/remove"))
    assert browser.send(f"{HOME}/logs/{number}/remove", {}).status_code == 303
    assert queries.logs(SYSTEM) == ()


def test_a_log_that_signed_two_histories_is_shown_with_both(app: Flask, browser: Browser) -> None:
    witnessing.add(SYSTEM, str(logs.SIGNER.key))
    send(app, submission(0, 8))
    other = signed(Checkpoint(logs.ORIGIN, 8, bytes(32)))
    send(app, submission(8, 8, other))
    page = words_of(browser.get(HOME))
    assert "Contradicts itself" in page
    assert " ".join(other.split()) in page
    assert " ".join(signed(logs.checkpoint(8)).split()) in page
    assert "1 log that we watch contradicts itself." in words_of(browser.get("/desk"))


def test_our_own_log_and_key_are_not_taken(app: Flask, browser: Browser) -> None:
    ours = installation().cosigner
    assert ours is not None
    own = browser.send(f"{HOME}/add", {"url": "https://near.example/w", "vkey": str(ours.key)})
    assert (own.status_code, "This is our own key." in words_of(own)) == (409, True)
    key = Signer(b"\x03" * 32, "localhost/log").key
    own = browser.send(f"{HOME}/logs/add", {"vkeys": str(key)})
    assert (own.status_code, "This is our own log." in words_of(own)) == (409, True)


def test_what_a_neighbour_needs_stands_beside_it(app: Flask, browser: Browser, client: Browser) -> None:
    f.grow_the_log(SYSTEM, 1)
    f.sign_the_log()
    page = words_of(browser.get(HOME))
    assert "http://localhost/witness" in page
    assert client.get("/witness/vkey").text.strip() in page
    assert client.get("/log/vkey").text.strip() in page


def test_without_a_key_this_installation_says_how_to_become_a_witness(app: Flask, browser: Browser) -> None:
    place = installation()
    app.extensions["installation"] = type(place)(**{**vars(place), "cosigner": None})
    page = words_of(browser.get(HOME))
    assert "keys create" in page
    assert "this installation is nobody’s witness" in page


def test_only_operators_find_these_pages(app: Flask, near: Neighbour, operator: Actor) -> None:
    number = actions.add(operator, *near.entry)
    log = witnessing.add(operator, str(logs.SIGNER.key))
    somebody = visit_of(app, f.a_person())
    for page in ("", "/add", f"/{number}/remove", "/logs/add", f"/logs/{log}/keys", f"/logs/{log}/remove"):
        answer = somebody.get(HOME + page)
        assert answer.status_code == 404, page
        assert "near.example" not in answer.text
    assert "/desk/witnesses" not in somebody.get("/desk").text
