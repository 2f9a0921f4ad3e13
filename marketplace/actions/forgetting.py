"""How a person is forgotten inside a transaction: account, messages, and words that are theirs alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from marketplace import authored, published
from marketplace.actions import erasing
from marketplace.authored import TYPED, Entry, Typed
from marketplace.models.accounts import AddressChange, Device, MailedLink, Person, RoleAssignment, Visit
from marketplace.models.challenges import Challenge
from marketplace.models.database import Installation
from marketplace.models.evaluation import Decision, ReopenedLock, ScoreDraft, ScoreLock, Summary
from marketplace.models.invitations import Invitation
from marketplace.models.notices import Notice
from marketplace.models.stages import Stage
from marketplace.models.trail import JournalEntry
from marketplace.rules import canonical

NOWHERE = "closed.invalid"
"""Nobody can be written to there, and nobody can register it."""

# Messages to others that say who wrote to them.
NAMING = ("role.deputy", "role.offer", "organisation.invited", "expert.invited")


def account(session: Session, person: Person) -> None:
    """Remove what served the person alone, and messages that have not left."""
    for table in (Visit, Device, MailedLink, AddressChange):
        session.execute(delete(table).where(table.person_id == person.id))
    unsent = (Notice.person_id == person.id, Notice.sent_at.is_(None), Notice.address.is_(None))
    session.execute(delete(Notice).where(*unsent))
    person.email, person.password_hash = f"{person.ref.lower()}@{NOWHERE}", ""
    person.worked_for, person.practised_at = "", None


def took_part(session: Session, person: Person) -> bool:
    """Whether they ever held a role."""
    held = select(RoleAssignment.id).where(RoleAssignment.person_id == person.id).limit(1)
    return session.scalars(held).first() is not None


def leave(session: Session, person: Person, now: datetime) -> None:
    """End every membership, and whatever else does not belong to a challenge."""
    row = RoleAssignment
    standing = (row.person_id == person.id, row.challenge_id.is_(None), row.until_at.is_(None))
    session.execute(update(row).where(*standing).values(until_at=now))


def words(session: Session, place: Installation, person: Person, said: str) -> None:
    """Put `said` where this person's words stand, and close the commitments to them."""
    entries = list(authored.entries_of(session.connection(), person.id))
    _public(session, place, person, entries, said)
    for entry in entries:
        for field in entry.fields:
            erasing.close(session, entry.index, field)
    gone = {text for typed in TYPED for text in _typed(session, typed, person.id, said)}
    gone |= _set_aside(session, person.id, said)
    for lock in (ScoreLock, ReopenedLock):
        session.execute(update(lock).where(lock.person_id == person.id).values(salts=None))
    session.execute(delete(ScoreDraft).where(ScoreDraft.person_id == person.id))
    _summaries(session, person.id, gone, said)
    _journal(session, person.id, said)


def messages(session: Session, place: Installation, person: Person, email: str, said: str) -> None:
    """Empty what was sent to them; that and when it was sent stays. Where others were told their name, it goes."""
    session.execute(delete(Invitation).where(Invitation.email == email))
    empty = msgspec.json.encode({"subject": said, "text": said})
    elsewhere = Notice.address.is_not(None)
    for notice in session.scalars(select(Notice).where((Notice.person_id == person.id) | elsewhere)):
        if notice.address is None:
            notice.payload = place.keys.keep(empty)
        elif place.keys.read(notice.address).decode() == email:
            notice.payload = place.keys.keep(empty)
            notice.address = place.keys.keep(person.email.encode())
    if person.name:
        erasing.messages(session, place, Notice.kind.in_(NAMING), {person.name}, said)


def _public(
    session: Session, place: Installation, person: Person, entries: Sequence[Entry], said: str
) -> None:
    """What they wrote that everybody reads: reasons given with their entries, and what they proposed to decide."""
    decided = set(session.scalars(select(Decision.id).where(Decision.proposed_by_id == person.id)))
    on = select(RoleAssignment.challenge_id).where(RoleAssignment.person_id == person.id)
    for challenge in session.scalars(select(Challenge).where(Challenge.id.in_(on))):
        own = {(entry.index, field) for entry in entries for field in entry.fields}
        texts = [
            each
            for each in published.of_challenge(session.connection(), challenge.id)
            if (each.entry, each.field) in own or (each.place.startswith("decision/") and each.row in decided)
        ]
        if texts:
            erasing.lift(session, place, challenge, texts, said)


def _typed(session: Session, typed: Typed, person_id: int, said: str) -> Iterable[str]:
    """Replace one kind of words; what they were."""
    for row in session.scalars(select(typed.model).where(typed.of(person_id))):
        for column in typed.texts:
            text = getattr(row, column)
            if text and text != said:
                setattr(row, column, said)
                yield text


def _set_aside(session: Session, person_id: int, said: str) -> set[str]:
    """Reasons in locks that were reopened: the fourth of each score's five values."""
    gone: set[str] = set()
    for lock in session.scalars(select(ReopenedLock).where(ReopenedLock.person_id == person_id)):
        scores: list[list[Any]] = msgspec.json.decode(lock.scores)
        gone |= {score[3] for score in scores}
        lock.scores = canonical.general([[*s[:3], said, *s[4:]] for s in scores]).decode()
    return gone - {said}


def _summaries(session: Session, person_id: int, gone: set[str], said: str) -> None:
    """The frozen documents that suppliers read repeat each evaluator's reasons."""
    on = select(RoleAssignment.challenge_id).where(RoleAssignment.person_id == person_id)
    stages = select(Stage.id).where(Stage.challenge_id.in_(on))
    for summary in session.scalars(select(Summary).where(Summary.stage_id.in_(stages))):
        document = erasing.deep(
            msgspec.json.decode(summary.content), lambda text: erasing.parted(text, gone, said)
        )
        summary.content = canonical.general(document).decode()


def _journal(session: Session, person_id: int, said: str) -> None:
    """Reasons that stand beside internal acts; who did what and when stays."""
    for row in session.scalars(select(JournalEntry).where(JournalEntry.person_id == person_id)):
        facts = canonical.decode(row.facts.encode())
        if facts.get("reason"):
            row.facts = canonical.encode(facts | {"reason": said}).decode()
