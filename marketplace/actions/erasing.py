"""How words are taken out of every row that holds them, inside a transaction; `erasures.py` says who may."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from marketplace import published
from marketplace.models.challenges import (
    Challenge,
    ChallengeSection,
    ChallengeText,
    ChallengeVersion,
    MoveRequest,
)
from marketplace.models.database import Installation
from marketplace.models.erasures import Erasure
from marketplace.models.evaluation import Decision, DecisionLine, ReopenedLock, Summary
from marketplace.models.notices import Notice
from marketplace.models.organisations import Organisation
from marketplace.models.stages import Stage
from marketplace.models.trail import LogEvent, LogOpening
from marketplace.outside.erasures import Line
from marketplace.published import Text
from marketplace.rules import canonical, contents
from marketplace.words import N_

SOMEBODY = N_("Somebody whose data was erased")
"""Stands where a name stood, beside what was done in a role."""

# Shorter words may be part of others, which say something else.
LEAST = 12


def with_copies(chosen: Sequence[Text], every: Iterable[Text]) -> list[Text]:
    """The chosen texts, and what another version says at the same place word for word."""
    said = {(each.place.split("/", 2)[2], each.text) for each in chosen if each.version is not None}
    same = [
        each
        for each in every
        if each.version is not None and (each.place.split("/", 2)[2], each.text) in said
    ]
    return list(dict.fromkeys([*chosen, *same]))


def lift(
    session: Session, place: Installation, challenge: Challenge, texts: Sequence[Text], said: str
) -> set[int]:
    """Put `said` where these texts of a challenge stand, and wherever else they were copied to.

    Returns the proposals whose summaries repeated them.
    """
    _rows(session, texts, said)
    versions = {each.version for each in texts if each.version is not None}
    if versions:
        _versions(session, challenge, texts, said)
        _sections(session, challenge, texts, said)
        _in_force(session, challenge)
    words = {each.text for each in texts}
    repeated = _copies(session, challenge.id, texts, said)
    messages(session, place, Notice.challenge_id == challenge.id, words, said)
    return repeated


def lift_organisation(session: Session, organisation: Organisation, texts: Sequence[Text], said: str) -> None:
    """The same for what an organisation says about itself. Messages that name it are left as they are."""
    _rows(session, texts, said)
    session.refresh(organisation)


def _rows(session: Session, texts: Sequence[Text], said: str) -> None:
    for each in texts:
        if each.version is None:
            session.execute(published.replacing(each, said))
        if each.entry is not None:
            close(session, each.entry, each.field)


def close(session: Session, entry: int, field: str) -> None:
    """Delete what opens a commitment: from now on it fits nothing."""
    session.execute(delete(LogOpening).where(LogOpening.index == entry, LogOpening.field == field))


def _versions(session: Session, challenge: Challenge, texts: Sequence[Text], said: str) -> None:
    row = ChallengeVersion
    for number in {each.version for each in texts} - {None}:
        places = _places(each for each in texts if each.version == number)
        where = (row.challenge_id == challenge.id, row.number == number)
        spelled = session.scalars(select(row.content).where(*where)).one()
        session.execute(update(row).where(*where).values(content=published.without(spelled, places, said)))


def _sections(session: Session, challenge: Challenge, texts: Sequence[Text], said: str) -> None:
    """What is still drafted with the same words; whoever has the section open is told that it changed."""
    for section in session.scalars(select(ChallengeSection).filter_by(challenge_id=challenge.id)):
        for version in {each.version for each in texts} - {None}:
            places = _places(each for each in texts if each.version == version)
            begins = f"{section.name}."
            own = {
                where.removeprefix(begins): text for where, text in places.items() if where.startswith(begins)
            }
            spelled = published.without(section.content, own, said) if own else section.content
            if spelled != section.content:
                section.content, section.edition = spelled, section.edition + 1


def _places(texts: Iterable[Text]) -> dict[str, str]:
    return {each.place.split("/", 2)[2]: each.text for each in texts if each.version is not None}


def _in_force(session: Session, challenge: Challenge) -> None:
    """The title and the words that search looks through, as the version in force says them now."""
    row = ChallengeVersion
    spelled = session.scalars(
        select(row.content).where(row.challenge_id == challenge.id, row.number == challenge.version)
    ).one()
    content = contents.parse(spelled)
    challenge.title = content.problem.title
    found = session.get(ChallengeText, challenge.id)
    if found is not None:
        found.title, found.body = content.problem.title, contents.searchable(content)
        session.flush()
    if session.get_bind().dialect.name == "sqlite":
        # The search's index else keeps the old words until it happens to merge its parts.
        session.execute(text("INSERT INTO challenge_search (challenge_search) VALUES ('optimize')"))


def _copies(session: Session, challenge_id: int, texts: Sequence[Text], said: str) -> set[int]:
    """Rows that repeat public words: requests for a move, frozen summaries, a reason carried into a decision.

    Only where the words came from: what somebody else wrote stays, also where it says the same.
    Returns the proposals whose summaries did.
    """
    stages = select(Stage.id).where(Stage.challenge_id == challenge_id)
    decided = select(Decision.id).where(Decision.stage_id.in_(stages))
    reasons = {each.text for each in texts if each.place.startswith("reason/")}
    carried = _carried(session, texts)
    rows = (
        (MoveRequest, ("reason",), MoveRequest.challenge_id == challenge_id, reasons),
        (ReopenedLock, ("reason",), ReopenedLock.stage_id.in_(stages), reasons),
        (Decision, ("why", "rank_reason"), Decision.stage_id.in_(stages), carried),
        (DecisionLine, ("reason",), DecisionLine.decision_id.in_(decided), carried),
    )
    for model, columns, where, words in rows:
        for row in session.scalars(select(model).where(where)) if words else ():
            for column in columns:
                setattr(row, column, parted(getattr(row, column), words, said))
    repeated = set()
    for summary in session.scalars(select(Summary).where(Summary.stage_id.in_(stages))):
        document = msgspec.json.decode(summary.content)
        changed = deep(document, lambda text_: parted(text_, carried, said))
        if changed != document:
            summary.content = canonical.general(changed).decode()
            repeated.add(summary.proposal_id)
    return repeated


def _carried(session: Session, texts: Sequence[Text]) -> set[str]:
    """Words that decisions and summaries repeat: a content's, a decision's, and why the reserve was called."""
    entries = {each.entry for each in texts} - {None}
    called = set(
        session.scalars(
            select(LogEvent.index).where(LogEvent.index.in_(entries), LogEvent.kind == "stage.call-reserve")
        )
    )
    return {
        each.text
        for each in texts
        if each.place.startswith(("version/", "decision/")) or each.entry in called
    }


def messages(session: Session, place: Installation, where: Any, words: set[str], said: str) -> None:
    """Messages in the outbox and those kept as sent: what has left is out of reach."""
    for notice in session.scalars(select(Notice).where(where)):
        payload = msgspec.json.decode(place.keys.read(notice.payload))
        changed = deep(payload, lambda text_: replaced(text_, words, said))
        if changed != payload:
            notice.payload = place.keys.keep(msgspec.json.encode(changed))


def deep(value: Any, change: Callable[[str], str]) -> Any:
    """Plain values with every text of them changed."""
    if isinstance(value, dict):
        return {key: deep(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [deep(item, change) for item in value]
    return change(value) if isinstance(value, str) else value


def parted(text_: str, words: set[str], said: str) -> str:
    """The text with every one of `words` replaced that is all of it, or a part of what was joined by blank lines."""
    joined = f"\n\n{text_}\n\n"
    for each in sorted(words, key=len, reverse=True):
        joined = joined.replace(f"\n\n{each}\n\n", f"\n\n{said}\n\n")
    return joined[2:-2]


def replaced(text_: str, words: set[str], said: str) -> str:
    """The text with every one of `words` replaced; short ones only where they are all of it."""
    for each in sorted(words, key=len, reverse=True):
        if text_ == each:
            return said
        if len(each) >= LEAST:
            text_ = text_.replace(each, said)
    return text_


def by_line(session: Session, place: Installation, line: Line) -> list[Erasure]:
    """Erase what a line of the list names and a restored database holds again, and leave its rows.

    What is not there any more leaves one only where the log says that it was erased.
    """
    challenge = session.scalars(select(Challenge).where(Challenge.ref == line.owner)).one_or_none()
    organisation = session.scalars(select(Organisation).where(Organisation.slug == line.owner)).one_or_none()
    connection = session.connection()
    if challenge is not None:
        every = published.of_challenge(connection, challenge.id)
    elif organisation is not None:
        every = published.of_organisation(connection, organisation.id)
    else:
        return []
    then = {(each.place, each.made_at) for each in line.places}
    texts = [each for each in every if (each.place, each.made_at) in then]
    rows = rows_of(session, line, {each.place for each in texts}, challenge.id if challenge else None)
    said = published.sentence(place.words, line.ground, line.at)
    if challenge is not None:
        lift(session, place, challenge, texts, said)
    elif organisation is not None:
        lift_organisation(session, organisation, texts, said)
    return rows


def rows_of(session: Session, line: Line, found: set[str], challenge_id: int | None) -> list[Erasure]:
    """The rows that a line of the list stands for. Each still waits for the index of its entry."""
    rows = [
        Erasure(
            ref=line.ref, owner=line.owner, place=each.place, made_at=each.made_at, entry=each.entry,
            field=each.field, challenge_id=challenge_id, version=published.version_of(each.place),
            ground=line.ground, at=line.at, log_index=None,
        )
        for each in line.places
    ]  # fmt: skip
    said = entries_of(session, rows)
    kept = [row for row, entry in zip(rows, said, strict=True) if row.place in found or entry is not None]
    session.add_all(kept)
    session.flush()
    return kept


def entries_of(session: Session, rows: Sequence[Erasure]) -> list[int | None]:
    """For each row the entry of the trail that says so, where the log holds one."""
    found: dict[tuple[str, str], int] = {}
    kept = (
        select(LogEvent.index, LogEvent.leaf).where(LogEvent.kind == "trail.erase").order_by(LogEvent.index)
    )
    refs = {row.ref for row in rows}
    for index, leaf in session.execute(kept) if refs else ():
        data = canonical.decode(leaf)["data"]
        if data["erasure"] in refs:
            found |= {(data["erasure"], told): index for told in (*data["texts"], *data["openings"], "")}
    return [
        found.get((row.ref, row.place))
        or found.get((row.ref, f"{row.entry}/{row.field}"))
        or (found.get((row.ref, "")) if row.place == "person" else None)
        for row in rows
    ]


def entered(session: Session, rows: Sequence[Erasure]) -> None:
    """Give rows the index of the entry that says so, where the log holds it."""
    for row, index in zip(rows, entries_of(session, rows), strict=True):
        row.log_index = index
