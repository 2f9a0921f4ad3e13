"""Erasing a person: what is theirs goes, what the law says to keep keeps them, and the trail says that it was done."""

from __future__ import annotations

from collections import defaultdict

from marketplace import authored, policy
from marketplace.actions import erasing, forgetting
from marketplace.actions.action import UnitOfWork, action
from marketplace.actions.erasures import Act, named
from marketplace.models.accounts import Person
from marketplace.published import Text
from marketplace.rules.refusals import Refused

ASKED = "asked"


@action("person:erase", around=named)
def erase(work: UnitOfWork, ref: str) -> str:
    """Forget a person for good, with every word that is theirs alone; the reference of the act.

    Refuses: missing, erasure.open_roles, erasure.last_administrator, erasure.running, erasure.kept.
    """
    work.require(policy.PLATFORM)
    person = work.hold(Person, Person.ref == ref)
    _may_go(work, person)
    own = Text("person", "", "", person.created_at)
    act = Act(work, ref, ASKED, None)
    act.record([own])
    on: dict[int, list[Text]] = defaultdict(list)
    for entry in authored.entries_of(work.session.connection(), person.id):
        on[entry.challenge_id] += [
            Text(f"entry/{entry.index}/{field}", "", "", entry.at, entry.index, field)
            for field in entry.fields
        ]
    for challenge_id, texts in on.items():
        if texts:
            Act(work, ref, ASKED, challenge_id).record(texts)
    forget(work, person, act.sentence)
    work.note("person.erase", person=ref)
    return act.ref


def forget(work: UnitOfWork, person: Person, said: str) -> None:
    """All that goes, in one order: words first, since they are found by who wrote them."""
    session, place, email = work.session, work.place, person.email
    forgetting.words(session, place, person, said)
    forgetting.account(session, person)
    forgetting.messages(session, place, person, email, said)
    forgetting.leave(session, person, work.now)
    person.name = place.words.say(erasing.SOMEBODY) if forgetting.took_part(session, person) else ""
    person.closed_at = person.closed_at or work.now


def _may_go(work: UnitOfWork, person: Person) -> None:
    """Refuse while others rely on them, and while what they did is a record that must be kept."""
    connection = work.session.connection()
    keeps = policy.farewell(connection, person.id)
    if keeps.roles:
        raise Refused("erasure.open_roles", challenges=_listed({role.ref for role in keeps.roles}))
    if keeps.charges:
        names = _listed({charge.name for charge in keeps.charges})
        raise Refused("erasure.last_administrator", organisations=names)
    duties = authored.duties(connection, person.id, work.now)
    if running := [duty.ref for duty in duties if duty.until is None]:
        raise Refused("erasure.running", challenges=_listed(set(running)))
    if kept := [duty.until for duty in duties if duty.until is not None]:
        refs = _listed({duty.ref for duty in duties})
        raise Refused("erasure.kept", challenges=refs, until=max(kept).date())


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names))
