"""What people wrote that everybody can read, text by text, each under the name of its place.

A place is such as `version/2/problem.summary`, `reason/57` or `result/lessons`. Places of a content count as the
differences between versions do. What is erased is chosen by place, here and on the list beside the keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Update, select, update

from marketplace.models.challenges import (
    Challenge,
    ChallengeVersion,
    EngagementRecord,
    MoveReason,
    Outcome,
    PortalNotice,
)
from marketplace.models.erasures import Erasure
from marketplace.models.evaluation import CONFIRMED, Decision, DecisionLine, Recusal
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal
from marketplace.models.stages import Stage
from marketplace.models.trail import LogEvent
from marketplace.rules import canonical, contents
from marketplace.rules.differences import Place
from marketplace.rules.erasures import CODES, LONGEST, SENTENCES
from marketplace.rules.working_days import uk_date
from marketplace.words import Words

RESULT = "challenge.complete"


@dataclass(frozen=True)
class Text:
    """A public text. `entry` and `field` name the commitment that it opens; `version` is that of a content.

    `made_at` is when its row was written: after a restore another row may stand in its place. `row` is its number,
    which is nobody's business outside.
    """

    place: str
    text: str
    language: str
    made_at: datetime
    entry: int | None = None
    field: str = ""
    version: int | None = None
    row: int = 0


@dataclass(frozen=True)
class Source:
    """Rows that hold public texts: `texts` are columns, `made` their instant, `key` what tells one from another.

    A place calls a row by `name`, which is public, or else by its turn among the challenge's own. `links` are
    columns whose text is an address: in their place nothing can stand.
    """

    model: Any
    texts: tuple[str, ...]
    made: str
    public: Callable[[int], ColumnElement[bool]]
    name: str = ""
    key: str = "id"
    entry: str = ""
    links: tuple[str, ...] = ()


def _in_stage(model: Any, challenge_id: int) -> ColumnElement[bool]:
    there: ColumnElement[bool] = model.stage_id.in_(
        select(Stage.id).where(Stage.challenge_id == challenge_id)
    )
    return there


def _noticed(challenge_id: int) -> ColumnElement[bool]:
    ends = Challenge.noticed_at.is_not(None) | Challenge.ended_at.is_not(None)
    return select(Challenge.id).where(Challenge.id == challenge_id, ends).exists()


def _opened(challenge_id: int) -> ColumnElement[bool]:
    return select(Challenge.id).where(Challenge.id == challenge_id, Challenge.opened_at.is_not(None)).exists()


def _completed(challenge_id: int) -> ColumnElement[bool]:
    return select(Challenge.id).where(Challenge.id == challenge_id, Challenge.state == "completed").exists()


def _selected() -> ColumnElement[bool]:
    lines = select(DecisionLine.proposal_id).join(Decision, Decision.id == DecisionLine.decision_id)
    return Proposal.id.in_(lines.where(CONFIRMED, DecisionLine.outcome == "forward"))


ON_CHALLENGE: dict[str, Source] = {
    "reason": Source(
        MoveReason, ("reason",), "at",
        lambda on: (MoveReason.challenge_id == on) & MoveReason.log_index.is_not(None),
        name="log_index", entry="log_index",
    ),
    "recusal": Source(
        Recusal, ("reason",), "at",
        lambda on: _in_stage(Recusal, on) & _noticed(on) & Recusal.log_index.is_not(None),
        name="log_index", key="log_index", entry="log_index",
    ),
    "decision": Source(
        Decision, ("why", "rank_reason"), "proposed_at",
        lambda on: _in_stage(Decision, on) & Decision.confirmed_at.is_not(None) & _noticed(on),
    ),
    "summary": Source(
        Proposal, ("public_summary",), "created_at",
        lambda on: _in_stage(Proposal, on) & _selected() & _noticed(on), name="ref",
    ),
    "meeting": Source(
        EngagementRecord, ("met", "given"), "created_at",
        lambda on: (EngagementRecord.challenge_id == on) & _opened(on),
    ),
    "notice": Source(
        PortalNotice, ("number", "link"), "created_at",
        lambda on: (PortalNotice.challenge_id == on) & _opened(on), links=("link",),
    ),
    "result": Source(
        Outcome, ("result", "lessons"), "reported_at",
        lambda on: (Outcome.challenge_id == on) & _completed(on), key="challenge_id",
    ),
}  # fmt: skip

OF_ORGANISATION = Source(
    Organisation, ("name", "description", "address", "website"), "created_at", lambda on: Organisation.id == on,
    name="slug", links=("website",),
)  # fmt: skip


def sentence(words: Words, ground: str, at: datetime) -> str:
    """What stands where words stood, in the installation's language."""
    return words.say(SENTENCES[ground], day=uk_date(at))[:LONGEST]


def standing(
    connection: Connection, words: Words, texts: Iterable[Text], erased: ColumnElement[bool]
) -> Iterator[Text]:
    """The texts that are no sentence about an erasure already, of those that `erased` finds."""
    rows = connection.execute(select(Erasure.ground, Erasure.at).where(erased).distinct())
    said = {sentence(words, ground, at) for ground, at in rows}
    return (each for each in texts if each.text not in said)


def of_challenge(connection: Connection, challenge_id: int) -> Iterator[Text]:
    """Every public text of a challenge that is public: its versions first, the newest first."""
    row, published = ChallengeVersion, Challenge
    versions = (
        select(row.number, row.content, row.created_at, published.language)
        .join(published, published.id == row.challenge_id)
        .where(row.challenge_id == challenge_id, row.number <= published.version)
        .order_by(row.number.desc())
    )
    for number, content, at, language in connection.execute(versions):
        for place, text in texts_of(msgspec.to_builtins(contents.parse(content))):
            yield Text(f"version/{number}/{place}", text, language, at, version=number)
    for kind in ON_CHALLENGE:
        yield from _rows(connection, kind, ON_CHALLENGE[kind], challenge_id)


def of_organisation(connection: Connection, organisation_id: int) -> Iterator[Text]:
    """Every public text of an organisation."""
    return _rows(connection, "organisation", OF_ORGANISATION, organisation_id)


def _rows(connection: Connection, kind: str, source: Source, on: int) -> Iterator[Text]:
    table = source.model.__table__
    in_order = select(table).where(source.public(on)).order_by(table.c[source.made], table.c[source.key])
    for turn, row in enumerate(connection.execute(in_order), 1):
        name = getattr(row, source.name) if source.name else turn
        for field in source.texts:
            if text := getattr(row, field):
                entry, committed = _commitment(connection, kind, source, row, field)
                yield Text(
                    f"{kind}/{name}/{field}", text, getattr(row, "language", ""), getattr(row, source.made), entry,
                    committed, row=getattr(row, source.key),
                )  # fmt: skip


def _commitment(
    connection: Connection, kind: str, source: Source, row: Row[Any], field: str
) -> tuple[int | None, str]:
    """The entry of the trail that commits to this text, and under which name."""
    if source.entry:
        return getattr(row, source.entry), field
    if kind != "result":
        return None, ""
    # One that was brought back after a restore tells of a result that is lost; the last one, of what is here.
    completed = (
        select(LogEvent.index)
        .where(LogEvent.challenge_id == row.challenge_id, LogEvent.kind == RESULT)
        .order_by(LogEvent.index.desc())
        .limit(1)
    )
    return connection.scalar(completed), field


def replacing(each: Text, said: str) -> Update:
    """What puts a sentence where a text of a row stands."""
    kind, _name, field = each.place.split("/")
    source = OF_ORGANISATION if kind == "organisation" else ON_CHALLENGE[kind]
    table = source.model.__table__
    return (
        update(table)
        .where(table.c[source.key] == each.row)
        .values({field: "" if field in source.links else said})
    )


def version_of(place: str) -> int | None:
    """The version whose content a place is in; None elsewhere."""
    kind, _slash, rest = place.partition("/")
    return int(rest.partition("/")[0]) if kind == "version" else None


def texts_of(content: Any) -> Iterator[tuple[str, str]]:
    """Every text of a content, or of a section, as plain values: where it stands, and what it says."""
    for place, _holder, _key, text in _walk((), content):
        yield ".".join(map(str, place)), text


def without(spelled: str, places: dict[str, str], sentence: str) -> str:
    """A spelled content with a sentence at each of `places` that still says the text that is given for it."""
    content = msgspec.json.decode(spelled)
    for place, holder, key, text in list(_walk((), content)):
        if places.get(".".join(map(str, place))) == text:
            holder[key] = sentence
    return canonical.general(content).decode()


def _walk(place: Place, value: Any) -> Iterator[tuple[Place, Any, Any, str]]:
    """Each text with what holds it; items count as people read them, from 1, and levels from 0."""
    if isinstance(value, dict):
        listed = [(key, key, item) for key, item in value.items() if not _is_code(key, item)]
    else:
        first = 0 if place[-1] == "levels" else 1
        listed = [(number, number + first, item) for number, item in enumerate(value)]
    for key, told, item in listed:
        if isinstance(item, str):
            if item:
                yield (*place, told), value, key, item
        elif isinstance(item, dict | list | tuple):
            yield from _walk((*place, told), item)


def _is_code(key: str, item: Any) -> bool:
    """The questions are texts; those that a criterion reads are named by codes, under the same word."""
    plain = isinstance(item, str) or (
        isinstance(item, list | tuple) and all(isinstance(each, str) for each in item)
    )
    return key in CODES and plain
