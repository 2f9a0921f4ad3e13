"""Visits: how long they last, who ends them, and when the owner is told of a new browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.actions import accounts, upkeep, visits
from marketplace.clock import Clock
from marketplace.models.accounts import Device, Visit
from marketplace.models.database import reading
from marketplace.policy import ANYONE, Actor
from marketplace.queries import accounts as queries
from marketplace.queries.visits import LivingVisit
from marketplace.rules import tokens
from marketplace.rules.refusals import Refused
from tests.actions.test_accounts import kinds_mailed, visitor
from tests.factories import PASSWORD, a_person

LAPTOP, PHONE = "L" * 43, "P" * 43
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"


def sign_in(person: Actor, device: str = LAPTOP, browser: str = FIREFOX) -> Actor:
    return visitor(accounts.sign_in(ANYONE, person.email, PASSWORD, browser, device=device))


def alive(actor: Actor) -> tuple[LivingVisit, ...]:
    return queries.own(actor).visits


def told() -> int:
    """How often somebody was told of a new browser."""
    return kinds_mailed().count("account.new-browser")


def test_a_visit_ends_after_twelve_hours_without_use(app: Flask, clock: Clock) -> None:
    token = sign_in(a_person()).visit
    clock.advance(timedelta(hours=12) - timedelta(seconds=1))
    assert queries.visitor(ANYONE, token)
    clock.advance(timedelta(seconds=1))
    assert queries.visitor(ANYONE, token) is None


def test_a_visit_in_use_ends_after_seven_days(app: Flask, clock: Clock) -> None:
    token = sign_in(a_person()).visit
    for _half_day in range(14):
        found = queries.visitor(ANYONE, token)
        assert found is not None
        upkeep.touch(found[1], found[2])
        clock.advance(timedelta(hours=11, minutes=59))
    clock.advance(timedelta(minutes=14))
    assert queries.visitor(ANYONE, token) is None


def test_one_sees_where_one_is_signed_in_this_visit_first(app: Flask, clock: Clock) -> None:
    person = a_person()
    here = sign_in(person)
    clock.advance(timedelta(hours=1))
    sign_in(person, PHONE, "")
    this, other = alive(here)
    assert (this.browser, this.is_this) == ("Firefox (Windows)", True)
    assert (other.browser, other.is_this) == ("", False)
    assert other.began_at - this.began_at == timedelta(hours=1)
    assert here.visit not in (this.ref, other.ref)


def test_signing_out_ends_one_visit(app: Flask) -> None:
    person = a_person()
    here, there = sign_in(person), sign_in(person, PHONE)
    visits.sign_out(here, here.visit)
    assert queries.visitor(ANYONE, here.visit) is None
    assert queries.visitor(ANYONE, there.visit)


def test_a_visit_ended_from_another_is_over_at_its_next_request(app: Flask) -> None:
    person = a_person()
    here, there = sign_in(person), sign_in(person, PHONE)
    (other,) = (visit for visit in alive(here) if not visit.is_this)
    visits.end(here, other.ref)
    assert queries.visitor(ANYONE, there.visit) is None
    assert [visit.is_this for visit in alive(here)] == [True]
    visits.end(here, other.ref)


def test_all_other_visits_end_at_once(app: Flask) -> None:
    person, other = a_person(), sign_in(a_person("Somebody Else"))
    here, second, third = sign_in(person), sign_in(person, PHONE), sign_in(person, "")
    visits.end_others(here)
    assert queries.visitor(ANYONE, here.visit)
    assert queries.visitor(ANYONE, second.visit) is queries.visitor(ANYONE, third.visit) is None
    assert queries.visitor(ANYONE, other.visit)


def test_nobody_ends_another_persons_visit(app: Flask) -> None:
    mine, mallory = sign_in(a_person()), sign_in(a_person("Mallory"))
    (visit,) = alive(mine)
    visits.sign_out(mallory, mine.visit)
    for ref in (visit.ref, visit.ref[:5], "", "%", "_" * 20):
        with pytest.raises(Refused, match="missing"):
            visits.end(mallory, ref)
    visits.end_others(mallory)
    assert queries.visitor(ANYONE, mine.visit)
    for call in (lambda: visits.end(ANYONE, visit.ref), lambda: visits.end_others(ANYONE)):
        with pytest.raises(Refused, match="missing"):
            call()


def test_the_first_sign_in_is_news_to_nobody_and_a_new_browser_is(app: Flask) -> None:
    person = a_person()
    sign_in(person)
    assert told() == 0
    sign_in(person, PHONE)
    assert told() == 1
    for device in (LAPTOP, PHONE, LAPTOP):
        sign_in(person, device)
    assert told() == 1


def test_a_browser_is_new_to_each_account_by_itself(app: Flask) -> None:
    one, other = a_person(), a_person("Somebody Else")
    sign_in(one)
    sign_in(other, PHONE)
    sign_in(other)
    assert told() == 1


def test_a_browser_that_keeps_no_key_is_new_each_time(app: Flask) -> None:
    person = a_person()
    for _again in range(3):
        sign_in(person, "")
    assert told() == 2


def test_a_browser_signed_out_from_afar_is_new_again_and_this_one_is_not(app: Flask) -> None:
    person = a_person()
    here = sign_in(person)
    sign_in(person, PHONE)
    (other,) = (visit for visit in alive(here) if not visit.is_this)
    visits.end(here, other.ref)
    sign_in(person, PHONE)
    assert told() == 2
    visits.end_others(here)
    sign_in(person)
    assert told() == 2
    sign_in(person, PHONE)
    assert told() == 3


def test_a_wrong_password_makes_no_browser_known(app: Flask) -> None:
    person = a_person()
    sign_in(person)
    with pytest.raises(Refused, match=r"sign_in\.wrong"):
        accounts.sign_in(ANYONE, person.email, "not the right one", FIREFOX, device=PHONE)
    sign_in(person, PHONE)
    assert told() == 1


def test_the_database_holds_the_hash_of_a_browsers_key_alone(app: Flask) -> None:
    sign_in(a_person())
    with reading() as connection:
        assert connection.scalars(select(Device.token_hash)).all() == [tokens.digest(LAPTOP)]
        assert connection.scalars(select(Visit.device_hash)).all() == [tokens.digest(LAPTOP)]


def test_a_browser_is_forgotten_when_it_was_not_used_for_long(app: Flask, clock: Clock) -> None:
    person = a_person()
    sign_in(person)
    clock.advance(timedelta(days=399))
    sign_in(person)
    assert told() == 0
    clock.advance(timedelta(days=400, seconds=1))
    upkeep.sweep()
    with reading() as connection:
        assert connection.scalar(select(func.count()).select_from(Device)) == 0
