"""Erasing again what a restored database brought back, by the list that is kept beside the keys."""

from __future__ import annotations

from sqlalchemy import select

from marketplace import authored, published
from marketplace.actions import erasing, people
from marketplace.actions.action import UnitOfWork, action
from marketplace.actions.erasures import Act
from marketplace.models.accounts import Person
from marketplace.models.database import wipe
from marketplace.models.erasures import Erasure
from marketplace.outside.erasures import Line


@action("words:erase-again", always=True)
def erase(work: UnitOfWork, line: Line) -> bool:
    """Erase by a line of the list what a restored database holds again; whether there was anything to do.

    It leaves no leaf: the log that is recovered holds it. Works also while the log is stopped.
    """
    known = select(Erasure.id).where(Erasure.ref == line.ref).limit(1)
    if work.session.scalars(known).first() is not None:
        return False
    rows = (
        _person(work, line)
        if line.owner.startswith("PE-")
        else erasing.by_line(work.session, work.place, line)
    )
    if not rows:
        return False
    erasing.entered(work.session, rows)
    work.afterwards.append(wipe)
    work.note("erasure.again", erasure=line.ref)
    return True


@action("words:erase-again")
def announce(work: UnitOfWork) -> int:
    """Say in the trail what was erased again and no entry says, as after a crash; how many acts that were.

    Refuses: log.stopped.
    """
    silent = work.session.scalars(
        select(Erasure).where(Erasure.log_index.is_(None)).order_by(Erasure.id)
    ).all()
    erasing.entered(work.session, silent)
    acts: dict[str, list[Erasure]] = {}
    for row in silent:
        if row.log_index is None:
            acts.setdefault(row.ref, []).append(row)
    for ref, rows in acts.items():
        act = Act(work, rows[0].owner, rows[0].ground, rows[0].challenge_id, ref)
        act.enter(rows)
    return len(acts)


def _person(work: UnitOfWork, line: Line) -> list[Erasure]:
    """Forget a person again, for each line of theirs; nothing where this database never knew them."""
    person = work.session.scalars(select(Person).where(Person.ref == line.owner)).one_or_none()
    if person is None:
        return []
    made = {
        f"entry/{entry.index}/{field}": entry
        for entry in authored.entries_of(work.session.connection(), person.id)
        for field in entry.fields
    }
    found = {each.place for each in line.places if each.place in made and made[each.place].at == each.made_at}
    on = next((made[place].challenge_id for place in sorted(found)), None)
    rows = erasing.rows_of(work.session, line, found | {"person"}, on)
    people.forget(work, person, published.sentence(work.place.words, line.ground, line.at))
    return rows
