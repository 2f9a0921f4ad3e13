"""Load the demonstration: the story's people act, one after another, under a clock that is set.

Nothing is written past the actions. Each challenge is a script that yields the instants at which it
wants to go on; the loader always resumes the script that is due first, so that the log of all
challenges together is in order of time.
"""

from __future__ import annotations

import heapq
import json
import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from marketplace.actions import accounts, invitations, organisations, trail, upkeep
from marketplace.demo import large as more
from marketplace.demo.challenges import CHALLENGES
from marketplace.demo.organisations import AUTHORITIES, OPERATOR, SUPPLIERS
from marketplace.demo.script import Cast, Script
from marketplace.demo.story import StoryOrganisation, StoryPerson
from marketplace.models.database import installation
from marketplace.policy import ANYONE, SYSTEM, Actor
from marketplace.queries import accounts as people
from marketplace.queries import trail as log

BEGINS_BEFORE = timedelta(days=480)


def load(*, large: bool = False) -> bool:
    """Load everything relative to now. False, and nothing happens, where the trail has begun.

    `large` adds sixteen councils and sixty-four challenges to the hand-written ones, and takes minutes.
    """
    if log.latest(ANYONE, 1):
        return False
    gathered = (*AUTHORITIES, *SUPPLIERS)
    stories = CHALLENGES
    if large:
        gathered += (*more.AUTHORITIES, *more.FIRMS)
        stories += more.CHALLENGES
    clock = installation().clock
    today = clock.now()
    try:
        clock.set(today - BEGINS_BEFORE)
        trail.start(SYSTEM, "demonstration")
        cast = _gather(secrets.token_urlsafe(9), gathered)
        _play([Script(story, cast, today).run() for story in stories], today)
    finally:
        clock.release()
    upkeep.beat()
    _write_people(cast)
    return True


def _play(scripts: list[Iterator[datetime]], until: datetime) -> None:
    """Resume the script that is due first, again and again, until all of them are past `until`."""
    clock = installation().clock
    queue: list[tuple[datetime, int]] = []
    for number, script in enumerate(scripts):
        if (due := next(script, None)) is not None:
            heapq.heappush(queue, (due, number))
    while queue:
        due, number = heapq.heappop(queue)
        if due > until:
            continue
        clock.set(max(due, clock.now()))
        if (again := next(scripts[number], None)) is not None:
            heapq.heappush(queue, (again, number))


def _gather(password: str, gathered: Iterable[StoryOrganisation]) -> Cast:
    """Everybody registers, confirms, and joins their organisation; the operator verifies authorities."""
    cast = Cast(password)
    cast.people[OPERATOR.key] = _person(OPERATOR, password)
    accounts.make_operator(SYSTEM, OPERATOR.email)
    cast.roles.append(("operator", OPERATOR.key, ""))
    for organisation in gathered:
        for person in organisation.people:
            cast.people[person.key] = _person(person, password)
        cast.slugs[organisation.slug] = _organisation(organisation, cast)
    return cast


def _person(person: StoryPerson, password: str) -> Actor:
    link = accounts.register(ANYONE, person.name, person.email, password)["link"]
    accounts.confirm(ANYONE, link.rpartition("/")[2])
    token = accounts.sign_in(ANYONE, person.email, password, browser="Demonstration")
    found = people.visitor(ANYONE, token)
    if found is None:
        raise LookupError(f"{person.name} cannot sign in")
    return found[0]


def _organisation(organisation: StoryOrganisation, cast: Cast) -> str:
    first = cast.people[organisation.people[0].key]
    slug = organisations.register(
        first, organisation.name, organisation.kind, organisation.address, "", organisation.company_number,
        organisation.description, organisation.sme, organisation.non_profit, not organisation.not_yet_company,
    )  # fmt: skip
    for person in organisation.people[1:]:
        link = invitations.invite(first, slug, person.email)["link"]
        invitations.accept(cast.people[person.key], link.rpartition("/")[2])
    if organisation.kind == "authority":
        organisations.verify(cast.people[OPERATOR.key], slug)
    cast.members[organisation.slug] = tuple(person.key for person in organisation.people)
    return slug


def _write_people(cast: Cast) -> None:
    path = people_file()
    path.write_text(json.dumps(cast.listed(), indent=1) + "\n")
    path.chmod(0o600)


def people_file() -> Path:
    """Who can sign in to the demonstration: beside the keys, since it is as secret."""
    return installation().settings.key_dir.parent / "demo-people.json"
