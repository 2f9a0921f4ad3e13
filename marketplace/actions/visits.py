"""Visits: one begins with a sign-in and ends with a sign-out, by time, or from another visit.

A browser keeps a random key of its own. Signed in from one that the account has not met, its owner is told.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, delete, func, select, update

from marketplace.actions.action import UnitOfWork, action
from marketplace.models.accounts import Device, Person, Visit
from marketplace.policy import PLATFORM
from marketplace.rules import browsers, limits, tokens


def begin(work: UnitOfWork, person: Person, browser: str, device: str) -> str:
    """Begin a visit, and return the token that only the browser keeps; `person` is locked.

    `device` is the browser's own key, or empty where it keeps none. A browser that is new to an account in
    use is told to its owner.
    """
    token = tokens.new()
    device_hash = tokens.digest(device) if device else None
    _recognise(work, person, browser, device_hash)
    work.session.add(
        Visit(
            token_hash=tokens.digest(token), person_id=person.id, browser=browser[: limits.NAME],
            created_at=work.now, seen_at=work.now, ends_at=work.now + tokens.VISIT_LASTS,
            device_hash=device_hash,
        )
    )  # fmt: skip
    work.note("account.sign-in", person=person.ref)
    return token


@action("account:keep", always=True)
def sign_out(work: UnitOfWork, token: str) -> None:
    """End the actor's visit with this token; an ended or unknown one changes nothing."""
    work.require(PLATFORM)
    _end(work, _mine(work), Visit.token_hash == tokens.digest(token))
    work.note("account.sign-out")


@action("account:keep")
def end(work: UnitOfWork, ref: str) -> None:
    """End one of the actor's visits from another; its browser counts as new from now on.

    An ended one changes nothing. Refuses: missing.
    """
    work.require(PLATFORM)
    visit = work.hold(Visit, _mine(work), func.substr(Visit.token_hash, 1, tokens.SHOWN) == ref)
    _forget(work, Device.token_hash == visit.device_hash)
    _end(work, Visit.id == visit.id)
    work.note("account.end-visit")


@action("account:keep")
def end_others(work: UnitOfWork) -> None:
    """End every visit of the actor but this one; their browsers count as new from now on."""
    work.require(PLATFORM)
    here = tokens.digest(work.actor.visit)
    this_browser = select(Visit.device_hash).where(Visit.token_hash == here, Visit.device_hash.is_not(None))
    _forget(work, Device.token_hash.not_in(this_browser))
    end_all(work, work.actor.person_id or 0, but=here)
    work.note("account.end-other-visits")


def end_all(work: UnitOfWork, person_id: int, *, but: str = "") -> None:
    """End every visit of a person, except the one whose token has this hash."""
    _end(work, Visit.person_id == person_id, Visit.token_hash != but)


def _mine(work: UnitOfWork) -> ColumnElement[bool]:
    return Visit.person_id == work.actor.person_id


def _end(work: UnitOfWork, *which: ColumnElement[bool]) -> None:
    work.session.execute(update(Visit).where(*which, Visit.ended_at.is_(None)).values(ended_at=work.now))


def _forget(work: UnitOfWork, which: ColumnElement[bool]) -> None:
    work.session.execute(delete(Device).where(Device.person_id == work.actor.person_id, which))


def _recognise(work: UnitOfWork, person: Person, browser: str, device_hash: str | None) -> None:
    known = work.session.get(Device, (person.id, device_hash)) if device_hash else None
    if known is not None:
        known.seen_at = work.now
        return
    if _in_use(work, person):
        name = browsers.called(browser) or "–"
        work.tell("account.new-browser", person.id, "/account", browser=name, at=work.now)
    if device_hash:
        work.session.add(
            Device(person_id=person.id, token_hash=device_hash, created_at=work.now, seen_at=work.now)
        )


def _in_use(work: UnitOfWork, person: Person) -> bool:
    """Whether anybody has signed in to the account before."""
    before = (
        select(Visit.person_id).where(Visit.person_id == person.id),
        select(Device.person_id).where(Device.person_id == person.id),
    )
    return any(work.session.scalars(each.limit(1)).first() is not None for each in before)
