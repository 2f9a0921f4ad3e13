"""Another e-mail address: both sides answer, nobody else can, and nobody learns whose the new one is."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.actions import accounts, addresses, invitations, upkeep
from marketplace.clock import Clock
from marketplace.models.accounts import AddressChange, Person
from marketplace.models.database import installation, reading
from marketplace.models.notices import Notice
from marketplace.models.trail import JournalEntry
from marketplace.policy import ANYONE, Actor
from marketplace.queries import accounts as own
from marketplace.queries import addresses as queries
from marketplace.rules import tokens
from marketplace.rules.refusals import Refused
from tests import factories as f
from tests.actions.test_accounts import visitor
from tests.actions.test_races import together

NEW = "robin@elsewhere.example"


def signed_in(name: str = "Robin Vale") -> Actor:
    return visitor(accounts.sign_in(ANYONE, f.a_person(name).email, f.PASSWORD))


def asked(person: Actor, email: str = NEW) -> tuple[str, str]:
    """The tokens in the links to the old and to the new address."""
    links = addresses.ask(person, f.PASSWORD, email)
    return tuple(links[side].rpartition("/")[2] for side in ("old", "new"))  # type: ignore[return-value]


def address_of(person: Actor) -> str | None:
    with reading() as connection:
        return connection.scalar(select(Person.email).where(Person.id == person.person_id))


def sent() -> list[tuple[str, str]]:
    """Kind and address of what was mailed with a change of address, in order."""
    keys = installation().keys
    with reading() as connection:
        rows = connection.execute(select(Notice.kind, Notice.address).order_by(Notice.id)).all()
    return [(kind, keys.read(to).decode()) for kind, to in rows if to and kind.startswith("address.")]


def useless(*links: str) -> None:
    for token in links:
        for call in (queries.by_link, addresses.agree):
            with pytest.raises(Refused, match=r"account\.link_used"):
                call(ANYONE, token)


@pytest.mark.parametrize("first", [0, 1])
def test_the_address_changes_once_both_have_agreed_in_whatever_order(app: Flask, first: int) -> None:
    person = signed_in()
    links = asked(person)
    assert addresses.agree(ANYONE, links[first]) is False
    assert addresses.agree(ANYONE, links[first]) is False
    assert address_of(person) == person.email
    assert addresses.agree(ANYONE, links[1 - first]) is True
    assert address_of(person) == NEW
    useless(*links)
    assert accounts.sign_in(ANYONE, NEW, f.PASSWORD)
    with pytest.raises(Refused, match=r"sign_in\.wrong"):
        accounts.sign_in(ANYONE, person.email, f.PASSWORD)


def test_each_side_is_written_to_and_both_hear_of_the_change(app: Flask) -> None:
    person = signed_in()
    for link in asked(person):
        addresses.agree(ANYONE, link)
    assert sent() == [
        ("address.old", person.email), ("address.new", NEW), ("address.changed", person.email),
        ("address.changed", NEW),
    ]  # fmt: skip


def test_only_the_visit_in_which_it_was_asked_for_goes_on(app: Flask) -> None:
    person = signed_in()
    other = visitor(accounts.sign_in(ANYONE, person.email, f.PASSWORD))
    for link in asked(person):
        addresses.agree(ANYONE, link)
    assert own.visitor(ANYONE, person.visit)
    assert own.visitor(ANYONE, other.visit) is None


def test_what_was_mailed_to_the_old_address_opens_nothing_afterwards(app: Flask) -> None:
    person = signed_in()
    reset = accounts.ask_reset(ANYONE, person.email)["link"].rpartition("/")[2]
    for link in asked(person):
        addresses.agree(ANYONE, link)
    with pytest.raises(Refused, match=r"account\.link_used"):
        accounts.reset(ANYONE, reset, "another long password")


def test_the_old_address_stops_it_and_the_new_one_cannot(app: Flask) -> None:
    person = signed_in()
    old, new = asked(person)
    addresses.agree(ANYONE, new)
    with pytest.raises(Refused, match=r"account\.link_used"):
        addresses.stop(ANYONE, new)
    addresses.stop(ANYONE, old)
    useless(old, new)
    assert address_of(person) == person.email


def test_the_owner_takes_it_back_and_asks_for_another(app: Flask) -> None:
    person = signed_in()
    first = asked(person)
    second = asked(person, "robin@third.example")
    useless(*first)
    waiting = own.own(person).address_change
    assert waiting is not None
    assert (waiting.email, waiting.old_agreed, waiting.new_agreed) == ("robin@third.example", False, False)
    addresses.cancel(person)
    useless(*second)
    assert own.own(person).address_change is None
    addresses.cancel(person)


def test_links_work_for_two_days(app: Flask, clock: Clock) -> None:
    person = signed_in()
    old, new = asked(person)
    addresses.agree(ANYONE, old)
    clock.advance(timedelta(days=2))
    useless(old, new)
    assert own.own(person).address_change is None
    clock.advance(timedelta(days=2, seconds=1))
    upkeep.sweep()
    with reading() as connection:
        assert connection.scalar(select(func.count()).select_from(AddressChange)) == 0


def test_it_needs_the_password_another_address_and_a_real_one(app: Flask) -> None:
    person = signed_in()
    for password, email, code in (
        ("not mine at all", NEW, "account.password_wrong"), (f.PASSWORD, person.email.upper(), "address.same"),
        (f.PASSWORD, "nobody", "form.invalid"), (f.PASSWORD, "a@b.example\nBcc: c@d.example", "form.invalid"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            addresses.ask(person, password, email)
        assert refused.value.code == code
    assert sent() == []


def test_whose_the_new_address_is_learns_its_owner_alone(app: Flask) -> None:
    object.__setattr__(installation().settings, "environment", "rehearsal")
    person, other = signed_in(), f.a_person("Somebody Else")
    answers = [addresses.ask(person, f.PASSWORD, email) for email in (NEW, other.email)]
    assert answers == [{"old": "", "new": ""}] * 2
    assert sent()[-2:] == [("address.old", person.email), ("address.taken", other.email)]
    waiting = own.own(person).address_change
    assert waiting is not None
    assert (waiting.email, waiting.new_agreed) == (other.email, False)


def test_an_account_made_meanwhile_keeps_its_address(app: Flask) -> None:
    person = signed_in()
    old, new = asked(person)
    addresses.agree(ANYONE, new)
    accounts.register(ANYONE, "Somebody Else", NEW, f.PASSWORD)
    with pytest.raises(Refused, match=r"address\.taken"):
        addresses.agree(ANYONE, old)
    assert address_of(person) == person.email


def test_two_accounts_that_want_one_address_do_not_both_get_it(app: Flask) -> None:
    links = []
    for name in ("Robin Vale", "Kim Vale"):
        old, new = asked(signed_in(name))
        addresses.agree(ANYONE, old)
        links.append(new)
    results = together(app, *(lambda link=link: addresses.agree(ANYONE, link) for link in links))
    assert sorted(map(str, results)) == ["True", "address.taken"]


def test_both_sides_at_once_change_it_once(app: Flask) -> None:
    person = signed_in()
    results = together(app, *(lambda link=link: addresses.agree(ANYONE, link) for link in asked(person)))
    assert sorted(map(str, results)) == ["False", "True"]
    assert address_of(person) == NEW


def test_a_form_sent_twice_writes_once(app: Flask) -> None:
    person = signed_in()
    answers = [addresses.ask(person, f.PASSWORD, NEW, once="k" * 20) for _again in range(2)]
    assert answers[0] == answers[1]
    assert len(sent()) == 2


def test_nobody_else_asks_or_takes_it_back(app: Flask) -> None:
    person, mallory = signed_in(), signed_in("Mallory")
    links = asked(person)
    addresses.cancel(mallory)
    for call in (lambda: addresses.cancel(ANYONE), lambda: addresses.ask(ANYONE, f.PASSWORD, NEW)):
        with pytest.raises(Refused, match="missing"):
            call()
    for link in links:
        assert queries.by_link(ANYONE, link)
    useless("x", "x" * 2000, "\ud800")


def test_an_invitation_to_the_old_address_is_no_longer_for_this_account(app: Flask) -> None:
    firm, person = f.a_supplier(), signed_in()
    token = invitations.invite(firm.administrator, firm.slug, person.email)["link"].rpartition("/")[2]
    for link in asked(person):
        addresses.agree(ANYONE, link)
    with pytest.raises(Refused, match=r"invitation\.other_address"):
        invitations.accept(person, token)


def test_the_database_holds_no_token_the_journal_no_address_and_the_outbox_neither(app: Flask) -> None:
    old, new = asked(signed_in())
    with reading() as connection:
        kept = connection.execute(select(AddressChange.old_token_hash, AddressChange.new_token_hash)).one()
        facts = "".join(connection.scalars(select(JournalEntry.facts)))
        payload = connection.scalars(select(Notice.payload).order_by(Notice.id.desc())).first()
    assert tuple(kept) == (tokens.digest(old), tokens.digest(new))
    assert "@" not in facts
    assert payload is not None
    assert NEW.encode() not in payload
    assert new in msgspec.json.decode(installation().keys.read(payload))["text"]
