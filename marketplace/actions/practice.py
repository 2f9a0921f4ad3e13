"""Practice scoring: nothing that is typed there is kept, only that somebody finished it."""

from __future__ import annotations

from marketplace.actions.action import UnitOfWork, action
from marketplace.models.accounts import Person
from marketplace.policy import PLATFORM
from marketplace.rules import practice
from marketplace.rules.refusals import Refused


@action("practice:take")
def finish(work: UnitOfWork, levels: dict[str, str]) -> None:
    """The actor scored every practice proposal and saw the reference; the first time is kept, and no level.

    `levels` are digits by letter, one for each criterion. Refuses: form.invalid where one is missing.
    """
    work.require(PLATFORM)
    for proposal in practice.PROPOSALS:
        try:
            practice.compare(proposal, [int(digit) for digit in levels.get(proposal.letter, "")])
        except ValueError:
            raise Refused("form.invalid") from None
    person = work.hold(Person, Person.id == work.actor.person_id)
    if person.practised_at is None:
        person.practised_at = work.now
        work.note("practice.finish")
