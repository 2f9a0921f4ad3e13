"""Accounts: who learns what, what a link is good for, and what its owner changes."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import func, select

from marketplace.actions import accounts, upkeep
from marketplace.clock import Clock
from marketplace.models.accounts import MailedLink, Person, Visit
from marketplace.models.database import installation, reading
from marketplace.models.notices import Notice
from marketplace.models.trail import JournalEntry, LogEvent
from marketplace.models.upkeep import Throttle
from marketplace.policy import ANYONE, SYSTEM, Actor
from marketplace.queries import accounts as queries
from marketplace.rules import passwords, tokens
from marketplace.rules.refusals import Refused
from tests.factories import PASSWORD, a_person

NEW = "another long enough password"
EMAIL = "robin.vale@aldermere.example"


def registered(email: str = EMAIL) -> str:
    """A fresh account; the token of the link mailed to it."""
    return token_of(accounts.register(ANYONE, "Robin Vale", email, PASSWORD))


def confirmed(email: str = EMAIL) -> Actor:
    accounts.confirm(ANYONE, registered(email))
    return visitor(accounts.sign_in(ANYONE, email, PASSWORD, "a browser"))


def token_of(answer: dict[str, str]) -> str:
    return urlsplit(answer["link"]).path.rpartition("/")[2]


def visitor(token: str) -> Actor:
    found = queries.visitor(ANYONE, token)
    assert found is not None
    return found[0]


def kinds_mailed() -> list[str]:
    with reading() as connection:
        return list(connection.scalars(select(Notice.kind).order_by(Notice.id)))


def count(model: type) -> int:
    with reading() as connection:
        return connection.execute(select(func.count()).select_from(model)).scalar_one()


def test_a_person_registers_confirms_and_signs_in(app: Flask) -> None:
    actor = confirmed()
    assert (actor.name, actor.email) == ("Robin Vale", EMAIL)
    account = queries.own(actor)
    assert len(account.visits) == 1
    assert account.organisations == account.challenges == ()


def test_account_acts_enter_the_journal_and_never_the_public_log(app: Flask) -> None:
    confirmed()
    with reading() as connection:
        acts = list(connection.scalars(select(JournalEntry.act).order_by(JournalEntry.id)))
        facts = "".join(connection.scalars(select(JournalEntry.facts)))
        assert connection.execute(select(func.count()).select_from(LogEvent)).scalar_one() == 0
    assert acts == ["account.register", "account.confirm", "account.sign-in"]
    assert "@" not in facts
    assert PASSWORD not in facts


def test_registering_a_known_address_answers_alike_and_tells_its_owner_alone(app: Flask) -> None:
    first = accounts.register(ANYONE, "Robin Vale", EMAIL, PASSWORD)
    second = accounts.register(ANYONE, "Mallory", "  Robin.Vale@ALDERMERE.example ", NEW)
    assert first.keys() == second.keys()
    assert kinds_mailed() == ["account.confirm", "account.exists"]
    assert count(Person) == 1


def test_a_second_registration_lays_no_password_under_an_address(app: Flask) -> None:
    token = registered()
    accounts.register(ANYONE, "Mallory", EMAIL, NEW)
    accounts.confirm(ANYONE, token)
    with pytest.raises(Refused, match=r"sign_in\.wrong"):
        accounts.sign_in(ANYONE, EMAIL, NEW)


def test_where_mail_is_really_sent_no_answer_carries_a_link(app: Flask) -> None:
    object.__setattr__(installation().settings, "environment", "rehearsal")
    answers = [
        accounts.register(ANYONE, "Robin Vale", EMAIL, PASSWORD),
        accounts.register(ANYONE, "Robin Vale", EMAIL, PASSWORD),
        accounts.ask_reset(ANYONE, EMAIL),
        accounts.ask_reset(ANYONE, "nobody@aldermere.example"),
    ]
    assert answers == [{"link": ""}] * 4


def test_a_form_sent_twice_registers_and_mails_once(app: Flask) -> None:
    answers = [accounts.register(ANYONE, "Robin Vale", EMAIL, PASSWORD, once="k" * 20) for _ in range(2)]
    assert answers[0] == answers[1]
    assert kinds_mailed() == ["account.confirm"]


@pytest.mark.parametrize("password", ["short", "", "password123", "aaaaaaaaaaaa", "123456789a"])
def test_weak_passwords_are_refused_and_nothing_is_kept(app: Flask, password: str) -> None:
    with pytest.raises(Refused, match=r"account\.password_"):
        accounts.register(ANYONE, "Robin Vale", EMAIL, password)
    assert count(Person) == count(Notice) == 0


@pytest.mark.parametrize(
    ("name", "email", "password"),
    [
        ("", EMAIL, PASSWORD),
        ("Robin\x00Vale", EMAIL, PASSWORD),
        ("Robin \ud800", EMAIL, PASSWORD),
        ("R" * 201, EMAIL, PASSWORD),
        ("Robin Vale", "robin", PASSWORD),
        ("Robin Vale", "robin@vale.example\nBcc: x@y.example", PASSWORD),
        ("Robin Vale", "someone,robin@vale.example", PASSWORD),
        ("Robin Vale", f"{'r' * 60}@{'v' * 250}.example", PASSWORD),
        ("Robin Vale", "robin\x00@vale.example", PASSWORD),
        ("Robin Vale", EMAIL, "pass\x00word long enough"),
        ("Robin Vale", EMAIL, "\ud800 long enough password"),
        ("Robin Vale", EMAIL, "long " * 100),
    ],
)
def test_what_cannot_be_kept_is_refused(app: Flask, name: str, email: str, password: str) -> None:
    with pytest.raises(Refused, match=r"form\.invalid"):
        accounts.register(ANYONE, name, email, password)
    assert count(Person) == 0


def test_an_unknown_address_and_a_wrong_password_are_refused_alike(app: Flask) -> None:
    confirmed()
    for email, password in ((EMAIL, NEW), ("nobody@aldermere.example", PASSWORD), (EMAIL, "x\x00" * 9)):
        with pytest.raises(Refused, match=r"sign_in\.wrong"):
            accounts.sign_in(ANYONE, email, password)


def test_an_unknown_address_takes_as_much_hashing_as_a_known_one(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []
    monkeypatch.setattr(
        "marketplace.rules.passwords._HASHER.__class__.verify",
        lambda _self, kept, _typed: compared.append(kept),
    )
    a_person("Robin Vale")
    with pytest.raises(Refused):
        accounts.sign_in(ANYONE, "nobody@aldermere.example", PASSWORD)
    assert len(compared) == 1
    assert compared[0].startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_whoever_has_not_confirmed_cannot_sign_in_and_gets_a_new_link(app: Flask) -> None:
    registered()
    with pytest.raises(Refused, match=r"account\.unconfirmed"):
        accounts.sign_in(ANYONE, EMAIL, PASSWORD)
    assert kinds_mailed() == ["account.confirm", "account.confirm"]
    assert count(Visit) == 0


def test_whoever_registers_somebody_elses_address_cannot_flood_it_with_links(app: Flask) -> None:
    registered()
    for _try in range(4):
        with pytest.raises(Refused, match=r"account\.unconfirmed"):
            accounts.sign_in(ANYONE, EMAIL, PASSWORD)
    with pytest.raises(Refused, match=r"account\.throttled"):
        accounts.sign_in(ANYONE, EMAIL, PASSWORD)
    assert kinds_mailed() == ["account.confirm"] * 5


def test_a_wrong_password_learns_nothing_about_an_unconfirmed_account(app: Flask) -> None:
    registered()
    with pytest.raises(Refused, match=r"sign_in\.wrong"):
        accounts.sign_in(ANYONE, EMAIL, NEW)
    assert kinds_mailed() == ["account.confirm"]


def test_a_link_works_once(app: Flask) -> None:
    token = registered()
    accounts.confirm(ANYONE, token)
    with pytest.raises(Refused, match=r"account\.link_used"):
        accounts.confirm(ANYONE, token)


def test_a_link_works_for_its_purpose_alone(app: Flask) -> None:
    with pytest.raises(Refused, match=r"account\.link_used"):
        accounts.reset(ANYONE, registered(), NEW)
    with pytest.raises(Refused, match=r"account\.link_used"):
        accounts.confirm(ANYONE, token_of(accounts.ask_reset(ANYONE, EMAIL)))


def test_links_end_after_a_day_and_an_hour(app: Flask, clock: Clock) -> None:
    confirm, reset = registered(), token_of(accounts.ask_reset(ANYONE, EMAIL))
    clock.advance(timedelta(hours=1))
    with pytest.raises(Refused, match=r"account\.link_used"):
        accounts.reset(ANYONE, reset, NEW)
    assert not queries.link_works(ANYONE, reset, "reset")
    assert queries.link_works(ANYONE, confirm, "confirm")
    clock.advance(timedelta(hours=23))
    with pytest.raises(Refused, match=r"account\.link_used"):
        accounts.confirm(ANYONE, confirm)


def test_a_new_password_ends_every_visit_and_every_other_link(app: Flask) -> None:
    actor = confirmed()
    first, second = (token_of(accounts.ask_reset(ANYONE, EMAIL)) for _ in range(2))
    accounts.reset(ANYONE, first, NEW)
    assert queries.visitor(ANYONE, actor.visit) is None
    with pytest.raises(Refused, match=r"account\.link_used"):
        accounts.reset(ANYONE, second, PASSWORD)
    with pytest.raises(Refused, match=r"sign_in\.wrong"):
        accounts.sign_in(ANYONE, EMAIL, PASSWORD)
    assert kinds_mailed()[-1] == "account.changed"
    assert visitor(accounts.sign_in(ANYONE, EMAIL, NEW)).ref == actor.ref


def test_a_reset_link_proves_the_address_as_well(app: Flask) -> None:
    registered()
    accounts.reset(ANYONE, token_of(accounts.ask_reset(ANYONE, EMAIL)), NEW)
    assert visitor(accounts.sign_in(ANYONE, EMAIL, NEW)).email == EMAIL


def test_a_refused_new_password_leaves_the_link_usable(app: Flask) -> None:
    registered()
    token = token_of(accounts.ask_reset(ANYONE, EMAIL))
    with pytest.raises(Refused, match=r"account\.password_short"):
        accounts.reset(ANYONE, token, "short")
    accounts.reset(ANYONE, token, NEW)


def test_the_database_holds_no_token_and_no_password(
    app: Flask, own_hasher: PasswordHasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_HASHER", own_hasher)
    link = registered()
    accounts.confirm(ANYONE, link)
    visit = accounts.sign_in(ANYONE, EMAIL, PASSWORD)
    with reading() as connection:
        kept = set(connection.scalars(select(MailedLink.token_hash)))
        kept |= set(connection.scalars(select(Visit.token_hash)))
        (password,) = connection.scalars(select(Person.password_hash))
    assert kept == {tokens.digest(link), tokens.digest(visit)}
    assert password.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_tries_count_even_when_they_are_refused(app: Flask, clock: Clock) -> None:
    confirmed()
    for _ in range(9):
        with pytest.raises(Refused, match=r"sign_in\.wrong"):
            accounts.sign_in(ANYONE, EMAIL, NEW, client="192.0.2.1")
    with pytest.raises(Refused, match=r"sign_in\.wrong"):
        accounts.sign_in(ANYONE, EMAIL, NEW, client="192.0.2.1")
    with pytest.raises(Refused, match=r"sign_in\.throttled") as refused:
        accounts.sign_in(ANYONE, EMAIL, PASSWORD, client="192.0.2.1")
    assert refused.value.facts == {"wait": timedelta(minutes=15)}
    assert accounts.sign_in(ANYONE, EMAIL, PASSWORD, client="192.0.2.2")
    clock.advance(timedelta(minutes=15))
    assert accounts.sign_in(ANYONE, EMAIL, PASSWORD, client="192.0.2.1")


def test_unknown_addresses_are_throttled_like_known_ones(app: Flask) -> None:
    for _ in range(5):
        accounts.ask_reset(ANYONE, "nobody@aldermere.example")
    with pytest.raises(Refused, match=r"account\.throttled"):
        accounts.ask_reset(ANYONE, "nobody@aldermere.example")


def test_throttles_hold_no_address(app: Flask) -> None:
    accounts.ask_reset(ANYONE, EMAIL, client="192.0.2.1")
    with reading() as connection:
        names = " ".join(connection.scalars(select(Throttle.name)))
    assert "@" not in names
    assert "192.0.2" not in names


def test_a_new_password_takes_the_old_one_and_ends_every_other_visit(app: Flask) -> None:
    here, there = confirmed(), visitor(accounts.sign_in(ANYONE, EMAIL, PASSWORD))
    with pytest.raises(Refused, match=r"account\.password_wrong"):
        accounts.change_password(here, NEW, "a third long password")
    accounts.change_password(here, PASSWORD, NEW)
    assert queries.visitor(ANYONE, here.visit)
    assert queries.visitor(ANYONE, there.visit) is None
    assert kinds_mailed()[-1] == "account.changed"
    with pytest.raises(Refused, match=r"sign_in\.wrong"):
        accounts.sign_in(ANYONE, EMAIL, PASSWORD)
    assert accounts.sign_in(ANYONE, EMAIL, NEW)


def test_a_changed_password_makes_links_for_another_useless(app: Flask) -> None:
    actor = confirmed()
    link = token_of(accounts.ask_reset(ANYONE, EMAIL))
    accounts.change_password(actor, PASSWORD, NEW)
    with pytest.raises(Refused, match=r"account\.link_used"):
        accounts.reset(ANYONE, link, PASSWORD)


def test_a_form_for_a_new_password_sent_twice_is_answered_twice(app: Flask) -> None:
    actor = confirmed()
    for _again in range(2):
        accounts.change_password(actor, PASSWORD, NEW, once="k" * 20)
    assert kinds_mailed().count("account.changed") == 1


def test_the_old_password_is_not_guessed_at_in_somebody_elses_visit(app: Flask, clock: Clock) -> None:
    actor = confirmed()
    for number in range(10):
        with pytest.raises(Refused, match=r"account\.password_wrong"):
            accounts.change_password(actor, f"guess number {number}", NEW)
    with pytest.raises(Refused, match=r"account\.throttled"):
        accounts.change_password(actor, PASSWORD, NEW)
    clock.advance(timedelta(minutes=15))
    accounts.change_password(actor, PASSWORD, NEW)


@pytest.mark.parametrize(
    ("password", "code"), [("short", "password_short"), ("password1234", "password_common")]
)
def test_a_weak_new_password_is_refused_before_the_old_one_is_looked_at(
    app: Flask, password: str, code: str
) -> None:
    with pytest.raises(Refused, match=rf"account\.{code}"):
        accounts.change_password(confirmed(), "not mine", password)


def test_one_gives_oneself_another_name_and_nobody_else(app: Flask) -> None:
    actor = confirmed()
    accounts.rename(actor, "  Robin   Vale-Hart ")
    assert queries.own(actor).name == "Robin Vale-Hart"
    for bad in ("", " ", "N" * 201, "R\x00bin"):
        with pytest.raises(Refused, match=r"form\.invalid"):
            accounts.rename(actor, bad)
    with pytest.raises(Refused, match="missing"):
        accounts.rename(ANYONE, "Mallory")


def test_an_operator_is_invited_from_the_command_line_alone(app: Flask) -> None:
    for nobody in (ANYONE, a_person("Mallory")):
        with pytest.raises(Refused, match="missing"):
            accounts.make_operator(nobody, EMAIL)
    answer = accounts.make_operator(SYSTEM, EMAIL)
    accounts.reset(ANYONE, token_of(answer), NEW)
    assert queries.own(visitor(accounts.sign_in(ANYONE, EMAIL, NEW))).operator
    with pytest.raises(Refused, match=r"role\.taken"):
        accounts.make_operator(SYSTEM, EMAIL)


def test_an_account_without_a_password_cannot_be_signed_in_to(app: Flask) -> None:
    accounts.make_operator(SYSTEM, EMAIL)
    with pytest.raises(Refused, match=r"sign_in\.wrong"):
        accounts.sign_in(ANYONE, EMAIL, "")


def test_sweeping_removes_old_links_and_visits(app: Flask, clock: Clock) -> None:
    confirmed()
    clock.advance(timedelta(days=40))
    upkeep.sweep()
    assert count(MailedLink) == count(Visit) == count(Throttle) == 0
