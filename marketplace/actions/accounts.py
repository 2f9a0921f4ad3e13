"""Accounts: registering, proving an address, signing in and out, and a new password.

Whether an address has an account is told to nobody but its owner, by e-mail. Passwords are hashed
and compared before a transaction begins; tries are counted even where they are refused.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import ColumnElement, select, update

from marketplace.actions import upkeep, visits
from marketplace.actions.action import UnitOfWork, action
from marketplace.models.accounts import MailedLink, Person, RoleAssignment
from marketplace.models.database import installation, reading
from marketplace.policy import PLATFORM, Actor
from marketplace.rules import limits, passwords, references, tokens
from marketplace.rules.passwords import PasswordHash, Typed
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import Role

QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)
# What is tried, then how often from one client on one address, on one address, and from one client.
# An address alone has a high limit: nobody shall be able to lock somebody else out before a deadline.
TRIES: dict[str, tuple[int, int, int, timedelta, str]] = {
    "sign-in": (10, 100, 200, QUARTER, "sign_in.throttled"),
    "register": (5, 10, 60, HOUR, "account.throttled"),
    "reset": (5, 10, 60, HOUR, "account.throttled"),
    "address": (5, 10, 60, HOUR, "account.throttled"),
    "link": (30, 30, 60, HOUR, "account.throttled"),
}
# How often somebody who is signed in may prove it by their password.
PROOFS = (10, QUARTER)
# Nothing that would end an address, or begin a second one, in the header of a mail.
_EMAIL = re.compile(r"[^@\s<>(),;:\"\\\[\]]{1,64}@[^@\s.<>(),;:\"\\\[\]]+(\.[^@\s.<>(),;:\"\\\[\]]+)+")


def register(
    actor: Actor, name: str, email: str, password: str, *, client: str = "", once: str = ""
) -> dict[str, str]:
    """Make an account that waits for its address to be confirmed, or tell its owner that it exists.

    The answer is the same for both: `{"link": …}`, what the mail carries where pages may show it
    (development and tests), else "". Refuses: form.invalid, account.throttled, account.password_short,
    account.password_common.
    """
    email = address(email)
    count_try("register", email, client)
    return _register.once(once)(actor, person_name(name), email, passwords.hashed(password))


@action("account:enter")
def _register(work: UnitOfWork, name: str, email: str, password: PasswordHash) -> dict[str, str]:
    work.require(PLATFORM)
    known = work.session.scalars(select(Person).where(Person.email == email)).one_or_none()
    if known is not None:
        # Also where it was never confirmed: whoever registers twice sets a new password by mail, and so
        # nobody can lay a password of theirs under an address that is somebody else's.
        work.tell("account.exists", known.id, "/password")
        work.note("account.register-again", person=known.ref)
        return shown(work, "/password")
    person = new_person(work, name, email, password.value)
    work.note("account.register", person=person.ref)
    return shown(work, _mail_confirmation(work, person))


@action("account:enter")
def confirm(work: UnitOfWork, token: str) -> str:
    """The mailed link came back: the address is its owner's. Returns the person's reference.

    Refuses: account.link_used.
    """
    work.require(PLATFORM)
    person = _use_link(work, token, "confirm")
    person.confirmed_at = person.confirmed_at or work.now
    work.note("account.confirm", person=person.ref)
    return person.ref


def sign_in(
    actor: Actor, email: str, password: str, browser: str = "", *, client: str = "", device: str = ""
) -> str:
    """Begin a visit and return its token; `browser` and `device` as `visits.begin` takes them.

    Refuses: sign_in.wrong, sign_in.throttled; account.unconfirmed, and then a new link is mailed, until
    account.throttled.
    """
    email = _folded(email)
    count_try("sign-in", email, client)
    known = _password_of(Person.email == email)
    if not passwords.matches(password, known[1] if known else None) or known is None:
        raise Refused("sign_in.wrong")
    if not known[2]:
        # Each try mails a link, to an address that may be somebody else's.
        count_try("register", email, client)
    token = _sign_in(actor, known[0], PasswordHash(known[1]), browser, device)
    if not token:
        raise Refused("account.unconfirmed")
    return token


@action("account:enter", always=True)
def _sign_in(work: UnitOfWork, person_id: int, compared: PasswordHash, browser: str, device: str) -> str:
    work.require(PLATFORM)
    person = work.hold(Person, Person.id == person_id, Person.closed_at.is_(None))
    if person.password_hash != compared.value:
        # It was changed between the comparison and this lock.
        raise Refused("sign_in.wrong")
    if person.confirmed_at is None:
        _mail_confirmation(work, person)
        work.note("account.confirm-first", person=person.ref)
        return ""
    return visits.begin(work, person, browser, device)


@contextmanager
def proven(actor: Actor, password: Typed, *_rest: object, **_named: object) -> Iterator[PasswordHash | None]:
    """Around an action of one's own account: the password's hash where it is right, compared before it begins.

    Refuses: account.throttled.
    """
    upkeep.throttle(f"password {actor.key}", *PROOFS, "account.throttled")
    known = _password_of(Person.id == actor.person_id)
    right = passwords.matches(password.value, known[1] if known else None)
    yield PasswordHash(known[1]) if right and known else None


def oneself(work: UnitOfWork) -> Person:
    """The actor's account, locked; of an action that runs around `proven` only with the right password.

    Refuses: account.password_wrong.
    """
    work.require(PLATFORM)
    person = work.hold(Person, Person.id == work.actor.person_id, Person.closed_at.is_(None))
    if work.prepared is None or work.prepared.value != person.password_hash:
        raise Refused("account.password_wrong")
    return person


@action("account:keep")
def rename(work: UnitOfWork, name: str) -> None:
    """Give oneself another name; what was done before carries it too. Refuses: form.invalid."""
    work.require(PLATFORM)
    person = work.hold(Person, Person.id == work.actor.person_id, Person.closed_at.is_(None))
    person.name = person_name(name)
    work.note("account.rename")


@action("account:keep")
def save_worked_for(work: UnitOfWork, organisations: str) -> None:
    """Keep which organisations one worked for in the last five years, one a line, or none any more.

    Refuses: form.invalid for more than `limits.EMPLOYERS`, or what is no name.
    """
    work.require(PLATFORM)
    person = work.hold(Person, Person.id == work.actor.person_id, Person.closed_at.is_(None))
    try:
        lines = [line.strip() for line in limits.plain(organisations).split("\n")]
    except ValueError as error:
        raise Refused("form.invalid") from error
    kept = list(dict.fromkeys(line for line in lines if line))
    if len(kept) > limits.EMPLOYERS or any(len(line) > limits.NAME for line in kept):
        raise Refused("form.invalid")
    person.worked_for = "\n".join(kept)
    work.note("account.worked-for", count=len(kept))


def change_password(actor: Actor, old: str, new: str, *, once: str = "") -> None:
    """Set another password, knowing the old one. Every other visit ends, and the owner is told.

    Refuses: account.password_wrong, account.throttled, account.password_short, account.password_common.
    """
    _change_password.once(once)(actor, Typed(old), passwords.hashed(new))


@action("account:keep", around=proven)
def _change_password(work: UnitOfWork, _old: Typed, new: PasswordHash) -> None:
    person = oneself(work)
    person.password_hash = new.value
    visits.end_all(work, person.id, but=tokens.digest(work.actor.visit))
    end_links(work, person)
    work.tell("account.changed", person.id, "/password")
    work.note("account.change-password")


def ask_reset(actor: Actor, email: str, *, client: str = "", once: str = "") -> dict[str, str]:
    """Mail a link for a new password to the address, if it has an account; the answer is the same.

    Returns `{"link": …}` as `register` does. Refuses: form.invalid, account.throttled.
    """
    email = address(email)
    count_try("reset", email, client)
    return _ask_reset.once(once)(actor, email)


@action("account:enter")
def _ask_reset(work: UnitOfWork, email: str) -> dict[str, str]:
    work.require(PLATFORM)
    known = select(Person).where(Person.email == email, Person.closed_at.is_(None))
    person = work.session.scalars(known).one_or_none()
    if person is None:
        # A row either way, so that the time it takes does not tell.
        work.note("account.reset-unknown")
        return shown(work, "")
    link = _new_link(work, person, "reset", tokens.RESET_LASTS)
    work.tell("account.reset", person.id, link)
    work.note("account.ask-reset", person=person.ref)
    return shown(work, link)


def reset(actor: Actor, token: str, password: str, *, client: str = "") -> None:
    """Set a new password by a mailed link. Every visit ends, every other link too.

    Refuses: account.link_used, account.throttled, account.password_short, account.password_common.
    """
    count_try("link", tokens.digest(token), client)
    _reset(actor, token, passwords.hashed(password))


@action("account:enter")
def _reset(work: UnitOfWork, token: str, password: PasswordHash) -> None:
    work.require(PLATFORM)
    person = _use_link(work, token, "reset")
    person.password_hash = password.value
    # The link reached this address, which is all that confirming proves.
    person.confirmed_at = person.confirmed_at or work.now
    visits.end_all(work, person.id)
    end_links(work, person)
    work.tell("account.changed", person.id, "/password")
    work.note("account.reset", person=person.ref)


@action("operator:invite")
def make_operator(work: UnitOfWork, email: str) -> dict[str, str]:
    """Make the person of this address an operator, with a new account where there is none.

    Returns `{"link": …}` as `register` does. Refuses: form.invalid, role.taken.
    """
    work.require(PLATFORM)
    email = address(email)
    person = work.session.scalars(select(Person).where(Person.email == email)).one_or_none()
    person = person or new_person(work, email.partition("@")[0], email, "")
    held = select(RoleAssignment.id).where(
        RoleAssignment.person_id == person.id,
        RoleAssignment.role == Role.OPERATOR,
        RoleAssignment.until_at.is_(None),
    )
    if work.session.scalars(held).first() is not None:
        raise Refused("role.taken")
    work.session.add(
        RoleAssignment(person_id=person.id, role=Role.OPERATOR, from_at=work.now, accepted_at=work.now)
    )
    link = "/desk/verifications"
    if person.confirmed_at is None:
        link = _new_link(work, person, "reset", tokens.CONFIRM_LASTS)
    work.tell("operator.invited", person.id, link)
    work.note("account.make-operator", person=person.ref)
    return shown(work, link)


def address(email: str) -> str:
    """The e-mail address as it is kept: lower case. Refuses form.invalid where it is none."""
    folded = _folded(email)
    if len(folded) > limits.EMAIL or not _EMAIL.fullmatch(folded):
        raise Refused("form.invalid")
    return folded


def _folded(email: str) -> str:
    try:
        return limits.plain(email).strip().lower()
    except ValueError:
        raise Refused("form.invalid") from None


def person_name(name: str) -> str:
    """The name as it is kept: one line. Refuses form.invalid where it is empty or too long."""
    try:
        kept = " ".join(limits.plain(name).split())
    except ValueError:
        raise Refused("form.invalid") from None
    if not 1 <= len(kept) <= limits.NAME:
        raise Refused("form.invalid")
    return kept


def count_try(what: str, address: str, client: str) -> None:
    """Count this try in upkeep's own transaction, which stands whatever comes of the try."""
    on_both, on_address, from_client, window, code = TRIES[what]
    whose = mark(address)
    upkeep.throttle(f"{what} {whose} {mark(client)}", on_both, window, code)
    upkeep.throttle(f"{what} {whose}", on_address, window, code)
    if client:
        upkeep.throttle(f"{what} from {mark(client)}", from_client, window, code)


def mark(secret: str) -> str:
    """A name for an address or a client that does not give it away."""
    key = installation().settings.secret_key.encode()
    return hmac.new(key, secret.encode("utf-8", "surrogatepass"), "sha256").hexdigest()[:32]


def _password_of(whose: ColumnElement[bool]) -> tuple[int, str, bool] | None:
    """The person's number, the hash of their password, and whether their address is confirmed."""
    with reading() as connection:
        row = connection.execute(
            select(Person.id, Person.password_hash, Person.confirmed_at.is_not(None)).where(
                whose, Person.closed_at.is_(None)
            )
        ).one_or_none()
    return (row[0], row[1], row[2]) if row else None


def new_person(work: UnitOfWork, name: str, email: str, password_hash: str) -> Person:
    """An account that cannot be signed in to until its address is confirmed."""
    person = Person(
        ref=references.new("PE"), name=name, email=email, password_hash=password_hash, created_at=work.now
    )
    work.session.add(person)
    work.session.flush()
    return person


def _mail_confirmation(work: UnitOfWork, person: Person) -> str:
    link = _new_link(work, person, "confirm", tokens.CONFIRM_LASTS)
    work.tell("account.confirm", person.id, link)
    return link


def _new_link(work: UnitOfWork, person: Person, purpose: str, lasts: timedelta) -> str:
    """A path that works once; the token stands in it and nowhere else."""
    token = tokens.new()
    work.session.add(
        MailedLink(
            token_hash=tokens.digest(token), person_id=person.id, purpose=purpose, created_at=work.now,
            ends_at=work.now + lasts,
        )
    )  # fmt: skip
    return f"/{'confirm' if purpose == 'confirm' else 'password'}/{token}"


def _use_link(work: UnitOfWork, token: str, purpose: str) -> Person:
    try:
        found = work.hold(
            MailedLink, MailedLink.token_hash == tokens.digest(token), MailedLink.purpose == purpose
        )
    except Refused:
        raise Refused("account.link_used") from None
    if found.used_at is not None or found.ends_at <= work.now:
        raise Refused("account.link_used")
    found.used_at = work.now
    return work.hold(Person, Person.id == found.person_id)


def end_links(work: UnitOfWork, person: Person) -> None:
    """Links to confirm or to set a password that were mailed so far work no more."""
    unused = update(MailedLink).where(MailedLink.person_id == person.id, MailedLink.used_at.is_(None))
    work.session.execute(unused.values(used_at=work.now))


def shown(work: UnitOfWork, link: str) -> dict[str, str]:
    """What a page may show of a mailed link: all of it in development, else nothing."""
    settings = work.place.settings
    return {"link": settings.base_url + link if link and settings.shows_mail else ""}
