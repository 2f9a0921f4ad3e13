"""Another e-mail address for an account: the old one agrees or stops it, the new one proves that it is read.

Whether the new address belongs to somebody else's account is told to that account's owner alone, by e-mail.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, select, update

from marketplace.actions import visits
from marketplace.actions.accounts import address, count_try, end_links, oneself, proven, shown
from marketplace.actions.action import UnitOfWork, action
from marketplace.models.accounts import AddressChange, Person
from marketplace.policy import PLATFORM, Actor
from marketplace.rules import tokens
from marketplace.rules.passwords import Typed
from marketplace.rules.refusals import Refused


def ask(actor: Actor, password: str, email: str, *, client: str = "", once: str = "") -> dict[str, str]:
    """Mail a link to each address; what was asked for before ends. Both must come back within two days.

    Returns the links to the `old` and the `new` address where pages may show them, else "".
    Refuses: form.invalid, account.password_wrong, account.throttled, address.same.
    """
    email = address(email)
    count_try("address", email, client)
    return _ask.once(once)(actor, Typed(password), email)


@action("account:keep", around=proven)
def _ask(work: UnitOfWork, _password: Typed, email: str) -> dict[str, str]:
    person = oneself(work)
    if email == person.email:
        raise Refused("address.same")
    _end(work, AddressChange.person_id == person.id)
    old, new = tokens.new(), tokens.new()
    work.session.add(
        AddressChange(
            person_id=person.id, email=email, old_token_hash=tokens.digest(old), new_token_hash=tokens.digest(new),
            visit_hash=tokens.digest(work.actor.visit), created_at=work.now,
            ends_at=work.now + tokens.ADDRESS_CHANGE_LASTS,
        )
    )  # fmt: skip
    work.tell("address.old", person.id, f"/address/{old}", to=person.email, email=email)
    taken = _taken(work, email)
    if taken:
        work.tell("address.taken", None, "/sign-in", to=email)
    else:
        work.tell("address.new", None, f"/address/{new}", to=email)
    work.note("account.ask-address")
    links = {"old": f"/address/{old}", "new": "" if taken else f"/address/{new}"}
    return {side: shown(work, link)["link"] for side, link in links.items()}


@action("account:keep")
def cancel(work: UnitOfWork) -> None:
    """The owner takes back what they asked for; nothing that waits changes nothing."""
    work.require(PLATFORM)
    _end(work, AddressChange.person_id == work.actor.person_id)
    work.note("account.cancel-address")


@action("account:enter")
def stop(work: UnitOfWork, token: str) -> None:
    """Whoever reads the old address says no. Refuses: account.link_used."""
    work.require(PLATFORM)
    person, change = _waiting(work, token)
    if change.old_token_hash != tokens.digest(token):
        raise Refused("account.link_used")
    change.ended_at = work.now
    work.note("account.stop-address", person=person.ref)


@action("account:enter")
def agree(work: UnitOfWork, token: str) -> bool:
    """One of the two links came back; True once both have, and then the address has changed.

    Every visit but the one in which it was asked for ends then. Refuses: account.link_used, address.taken.
    """
    work.require(PLATFORM)
    person, change = _waiting(work, token)
    if change.old_token_hash == tokens.digest(token):
        change.old_agreed_at = change.old_agreed_at or work.now
    else:
        change.new_agreed_at = change.new_agreed_at or work.now
    work.note("account.agree-address", person=person.ref)
    if change.old_agreed_at is None or change.new_agreed_at is None:
        return False
    if _taken(work, change.email):
        raise Refused("address.taken")
    _move(work, person, change)
    return True


def _move(work: UnitOfWork, person: Person, change: AddressChange) -> None:
    old, person.email = person.email, change.email
    change.ended_at = work.now
    visits.end_all(work, person.id, but=change.visit_hash)
    # What was mailed to the old address opens nothing any more.
    end_links(work, person)
    for each in (old, person.email):
        work.tell("address.changed", person.id, "/account", to=each, email=person.email)
    work.note("account.change-address", person=person.ref)


def _waiting(work: UnitOfWork, token: str) -> tuple[Person, AddressChange]:
    """The change that this link belongs to and whose it is, locked in the order in which `ask` does it."""
    hashed = tokens.digest(token)
    this = (AddressChange.old_token_hash == hashed) | (AddressChange.new_token_hash == hashed)
    person_id = work.session.scalars(select(AddressChange.person_id).where(this)).one_or_none()
    try:
        person = work.hold(Person, Person.id == person_id, Person.closed_at.is_(None))
        change = work.hold(AddressChange, this, AddressChange.ended_at.is_(None))
    except Refused:
        raise Refused("account.link_used") from None
    if change.ends_at <= work.now:
        raise Refused("account.link_used")
    return person, change


def _taken(work: UnitOfWork, email: str) -> bool:
    return work.session.scalars(select(Person.id).where(Person.email == email)).first() is not None


def _end(work: UnitOfWork, *which: ColumnElement[bool]) -> None:
    waiting = update(AddressChange).where(*which, AddressChange.ended_at.is_(None))
    work.session.execute(waiting.values(ended_at=work.now))
