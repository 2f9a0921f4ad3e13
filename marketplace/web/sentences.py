"""Events of the trail as sentences: a kind's words, filled with its data as people read it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from marketplace.queries.trail import Event
from marketplace.rules.events import KINDS, SEALED
from marketplace.rules.regimes import REGIMES
from marketplace.rules.working_days import uk_date
from marketplace.web import formats

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")

# Where the kind's own words would read badly with this value.
INSTEAD = {
    ("award.notice", "standstill_until", ""): "Award notice. These rules have no standstill.",
    ("stage.open", "opened", 1): "1 proposal was opened by two people.",
    ("stage.close", "received", 0): "Stage {stage} closed. Nothing was received.",
    ("stage.decide", "received", 0): "Stage {stage} was decided: nobody proposed, so nobody goes on.",
}


@dataclass(frozen=True)
class EventRow:
    """An entry as the trail's macros take it."""

    at: datetime
    challenge_ref: str
    challenge_title: str
    sentence: str
    detail: str
    index: int


def rows(events: Iterable[Event], *, fold: bool = False) -> list[EventRow]:
    """Entries as rows; `fold` makes one row of sealed entries that follow one another on one day."""
    found: list[EventRow] = []
    for _, run in groupby(events, key=lambda event: (uk_date(event.at), event.kind == SEALED)):
        listed = list(run)
        if fold and len(listed) > 1 and listed[0].kind == SEALED:
            found.append(_folded(listed))
        else:
            found += [row(event) for event in listed]
    return found


def row(event: Event) -> EventRow:
    return EventRow(
        event.at, event.challenge_ref, event.challenge_title, sentence(event), _detail(event), event.index
    )


def _folded(run: list[Event]) -> EventRow:
    """Sealed entries in one row, newest first as they come."""
    first, last = formats.number(run[-1].index), formats.number(run[0].index)
    words = f"{formats.number(len(run))} sealed entries, numbers {first} to {last}."
    detail = "What each holds is accounted for when its stage opens or is decided."
    return EventRow(run[0].at, "", "", words, detail, run[0].index)


def sentence(event: Event) -> str:
    """What happened, in a sentence; it goes on in lower case after a challenge's title."""
    if event.kind == SEALED:
        return "A sealed entry."
    kind = KINDS.get(event.kind)
    if kind is None:
        return "An entry of a kind that this version does not know."
    words = kind.words
    for (of, name, value), other in INSTEAD.items():
        if event.kind == of and event.data.get(name) == value:
            words = other
    said = words.format_map(_Spoken({name: spoken(value, event) for name, value in event.data.items()}))
    return said[0].lower() + said[1:] if event.challenge_ref else said


def spoken(value: object, event: Event) -> str:
    """A value of a leaf as people read it: an instant, a day, a number, an organisation's name."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return formats.number(value)
    if isinstance(value, list):
        return ", ".join(spoken(each, event) for each in value)
    text = str(value)
    if _INSTANT.fullmatch(text):
        return formats.instant(datetime.fromisoformat(text))
    if _DAY.fullmatch(text):
        return formats.day(date.fromisoformat(text))
    return REGIMES[text].name if text in REGIMES else event.named.get(text, text)


def _detail(event: Event) -> str:
    if event.kind == SEALED:
        return "What it holds is accounted for when its stage opens or is decided."
    if event.reason:
        return f"The reason given: {event.reason}"
    if event.kind in ("award.notice", "award.make") and event.data.get("suppliers"):
        return f"To {spoken(event.data['suppliers'], event)}."
    return ""


class _Spoken(dict[str, str]):
    """Leaves what an old entry does not carry out of the sentence."""

    def __missing__(self, name: str) -> str:
        return "–"
