"""Events of the trail as a story: each in a sentence, with what it means and who reads on where.

A sentence goes on after a challenge's title and a colon, so it begins in lower case; `begun` makes it stand
alone. A kind without an entry in `TOLD` is one that this version does not know.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from marketplace.queries.trail import Event
from marketplace.rules.events import KINDS, SEALED
from marketplace.rules.regimes import REGIMES
from marketplace.rules.working_days import uk_date
from marketplace.web.sentences import challenges, decisions, evaluation, stages, trail
from marketplace.web.sentences.telling import Tell, Told
from marketplace.web.words import _, words

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class EventRow:
    """An entry as the trail's macros take it.

    `means` explains it, `reason` is what somebody typed, `record` leads to the public record that it fixes,
    `folded` are the indexes of a run of sealed entries that the row stands for, newest first, and `back` is the entry
    which says that it was brought back.
    """

    at: datetime
    challenge_ref: str
    challenge_title: str
    language: str
    sentence: str
    means: str
    reason: str
    reason_language: str
    index: int
    record: str = ""
    folded: tuple[int, ...] = ()
    back: int | None = None

    @property
    def day(self) -> date:
        return uk_date(self.at)


RECORDS = {
    "stage.open": "opening",
    "stage.account": "opening",
    "stage.decide": "decision",
    "stage.call-reserve": "decision",
}
"""The page of the record that a kind of entry fixes, below its stage."""

TOLD: dict[str, Tell] = {
    **trail.tells,
    **challenges.tells,
    **stages.tells,
    **evaluation.tells,
    **decisions.tells,
}


def rows(
    events: Iterable[Event], *, titled: bool = True, explained: bool = False, fold: bool = False
) -> list[EventRow]:
    """Entries as rows. `titled`: each names its challenge; `explained`: each says what it means.

    `fold` makes one row of sealed entries that follow one another on one day.
    """
    found: list[EventRow] = []
    alike = groupby(events, key=lambda event: (uk_date(event.at), event.kind == SEALED, event.recovered))
    for (_on, sealed, _back), run in alike:
        listed = list(run)
        if fold and sealed and len(listed) > 1:
            found.append(_folded(listed))
        else:
            # What is sealed is explained once, beside the list.
            found += [row(event, titled=titled, explained=explained and not sealed) for event in listed]
    return found


def row(event: Event, *, titled: bool = True, explained: bool = True) -> EventRow:
    """One entry as a row."""
    what, means = told(event)
    ref = event.challenge_ref if titled else ""
    return EventRow(
        at=event.at,
        challenge_ref=ref,
        challenge_title=event.challenge_title,
        language=event.language,
        sentence=what if ref else begun(what),
        means=means if explained else "",
        reason=event.reason,
        reason_language=event.reason_language,
        index=event.index,
        record=_record(event) if explained else "",
        back=event.recovered.by if event.recovered else None,
    )


def _record(event: Event) -> str:
    """Where the record is that this entry fixes; empty where it fixes none."""
    page = RECORDS.get(event.kind)
    shown = page and event.challenge_ref
    return f"/challenges/{event.challenge_ref}/stages/{event.data['stage']}/{page}" if shown else ""


def _folded(run: list[Event]) -> EventRow:
    """A run of sealed entries in one row."""
    last, first = run[0], run[-1]
    what = _("{n} sealed entries, numbers {first} to {last}.", n=len(run), first=first.index, last=last.index)
    indexes = tuple(event.index for event in run)
    back = last.recovered.by if last.recovered else None
    return EventRow(last.at, "", "", "", what, "", "", "", last.index, folded=indexes, back=back)


def begun(sentence: str) -> str:
    """The sentence where nothing goes before it."""
    return sentence[:1].upper() + sentence[1:]


def told(event: Event) -> Told:
    """What happened, in a sentence, and what that means; the second is empty where nothing is to explain."""
    tell = TOLD.get(event.kind)
    if tell is None:
        return _("an entry of a kind that this version does not know."), ""
    known = dict.fromkeys(KINDS[event.kind].data, "")
    return tell(known | {name: typed(value, event) for name, value in event.data.items()})


def typed(value: object, event: Event) -> Any:
    """A value of a leaf as what it is: an instant, a day, a number, an organisation's name, a list in words."""
    if isinstance(value, int):
        return value
    if isinstance(value, list):
        return words().listed([str(typed(each, event)) for each in value])
    text = str(value)
    if _INSTANT.fullmatch(text):
        return datetime.fromisoformat(text)
    if _DAY.fullmatch(text):
        return date.fromisoformat(text)
    return _(REGIMES[text].name) if text in REGIMES else event.named.get(text, text)


def spoken(value: object, event: Event) -> str:
    """The same, spelled."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(words().spell(typed(value, event)))
