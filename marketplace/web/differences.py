"""Where two wordings of a challenge differ, as people read it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from marketplace.rules.differences import Change, Part, Place
from marketplace.rules.wording import COLLECTS, TOPICS
from marketplace.web import formats
from marketplace.web.prices import METHODS
from marketplace.web.regimes import name_of
from marketplace.web.words import _
from marketplace.words import N_

SHORT = 90

SECTIONS: dict[str, str] = {
    "language": N_("Language"), "problem": N_("The problem"), "affected": N_("Who is affected"),
    "tried": N_("What was tried before"), "outcomes": N_("What success looks like"), "data": N_("Data we can offer"),
    "adoption": N_("If it works"), "stages": N_("Stages and money"), "eligibility": N_("Who can propose"),
    "questions": N_("Questions"),
    "criteria": N_("Criteria"), "terms": N_("Rules and dates"),
}  # fmt: skip
ITEMS: dict[str, str] = {
    "outcomes": N_("Measure {n}, {field}"), "data": N_("Data set {n}, {field}"), "stages": N_("Stage {n}, {field}"),
    "eligibility": N_("Condition {n}, {field}"),
    "questions": N_("Question {n}, {field}"), "criteria": N_("Criterion {n}, {field}"),
}  # fmt: skip
FIELDS: dict[str, str] = {
    "title": N_("title"), "summary": N_("summary"), "topic": N_("topic"), "why_now": N_("why now"),
    "measure": N_("what is measured"), "baseline": N_("today"), "target": N_("target"),
    "name": N_("name"), "licence": N_("licence"), "format": N_("format"), "lawful_basis": N_("lawful basis"),
    "none_offered": N_("no data to offer"), "intellectual_property": N_("what you keep"),
    "collects": N_("what it collects"), "days": N_("days"), "money": N_("money a team"), "teams": N_("teams"),
    "forward": N_("how many go on"), "budget": N_("budget"), "currency": N_("currency"),
    "text": N_("what it asks"), "everyone": N_("everyone may propose"),
    "id": N_("short name"), "prompt": N_("question"), "words": N_("words"), "guidance": N_("guidance"),
    "meaning": N_("meaning"), "weight": N_("weight"), "levels": N_("level {m}"),
    "questions": N_("answer {m} that it reads"),
    "minimum": N_("least level"), "minimum_total": N_("least total"), "regime": N_("rules"),
    "closes_at": N_("deadline"), "decision_on": N_("decision"), "publish_scores": N_("scores that become public"),
    "publish_diagnostics": N_("how firm the result is becomes public"),
    "method": N_("how price counts"), "amount": N_("ceiling or reference of the price"),
    "reason": N_("why price counts for much"), "draw": N_("how a tie is broken"),
    "minimum_panel": N_("least panel"), "standstill_days": N_("days of standstill"), "contact": N_("contact"),
}  # fmt: skip
DRAWS = {"drand": N_("by a public draw"), "none": N_("not at all")}
SCORES = {"individual": N_("every evaluator’s"), "panel": N_("the panel’s mean levels")}


@dataclass(frozen=True)
class ChangeWords:
    """One field that changed: where, and its text as marked pieces."""

    where: str
    parts: tuple[Part, ...]

    @property
    def gone(self) -> str:
        """What went, where that is short enough for one line."""
        return self._said("gone")

    @property
    def new(self) -> str:
        return self._said("new")

    def _said(self, kind: str) -> str:
        text = " ".join(" ".join(text for which, text in self.parts if which == kind).split())
        return text if len(text) <= SHORT else ""


def changes(found: Iterable[Change], currency: str) -> list[ChangeWords]:
    """The changes in words; `currency` is that of the newer wording's money."""
    return [ChangeWords(where(change.place), _pieces(change, currency)) for change in found]


def where(place: Place) -> str:
    """A place of a challenge's content, as people call it."""
    section, *rest = place
    named = _(SECTIONS[str(section)])
    if len(rest) == 0 or rest == [section]:
        return named
    if len(rest) == 1:
        return _("{section}: {field}", section=named, field=_(FIELDS[str(rest[0])]))
    if rest[0] == "price":
        told = _("weight of the price") if rest[1] == "weight" else _(FIELDS[str(rest[1])])
        return _("{section}: {field}", section=named, field=told)
    _list, number, field, *inner = rest
    field = _(FIELDS[str(field)], m=str(inner[0])) if inner else _(FIELDS[str(field)])
    return _(ITEMS[str(section)], n=str(number), field=field)


def _pieces(change: Change, currency: str) -> tuple[Part, ...]:
    """Codes and amounts change as a whole, in words; text changes word by word."""
    spell = _SPELLED.get(str(change.place[-1]))
    if spell is None:
        return change.parts
    old = "".join(text for kind, text in change.parts if kind != "new")
    new = "".join(text for kind, text in change.parts if kind != "gone")
    pieces: tuple[Part, ...] = (("gone", old), ("new", new))
    return tuple((kind, spell(text, currency)) for kind, text in pieces if text)


def _yes_or_no(text: str) -> str:
    return _("yes") if text == "True" else _("no")


def _amount(text: str, currency: str) -> str:
    return formats.money(int(text), currency)


_SPELLED: dict[str, Callable[[str, str], str]] = {
    "money": _amount,
    "budget": _amount,
    "amount": _amount,
    "method": lambda text, _currency: _(METHODS[text]),
    "draw": lambda text, _currency: _(DRAWS[text]),
    "topic": lambda text, _currency: _(TOPICS.get(text, text)),
    "regime": lambda text, _currency: name_of(text),
    "collects": lambda text, _currency: _(COLLECTS[text]),
    "closes_at": lambda text, _currency: formats.instant(datetime.fromisoformat(text)),
    "decision_on": lambda text, _currency: formats.weekday(date.fromisoformat(text)),
    "publish_scores": lambda text, _currency: _(SCORES[text]),
    "publish_diagnostics": lambda text, _currency: _yes_or_no(text),
    "none_offered": lambda text, _currency: _yes_or_no(text),
    "everyone": lambda text, _currency: _yes_or_no(text),
}
