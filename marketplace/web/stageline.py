"""The stage line of a challenge: where it stands, in words, with real dates before planned ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from marketplace.queries.challenges import Head, PublicStage
from marketplace.rules.challenges import StagePlan
from marketplace.rules.lifecycle import ENDED_STATES
from marketplace.rules.working_days import uk_date
from marketplace.web import formats
from marketplace.web.words import _, ngettext, words
from marketplace.words import N_

NOW = {
    "closed": N_("Now: closed, waits for two openers"),
    "opened": N_("Now: proposals are open to the panel"),
    "scoring": N_("Now: the panel scores"),
    "moderating": N_("Now: all scores are locked, the panel agrees its levels"),
    "interrupted": N_("Interrupted: a new deadline comes"),
}
_SHARE = {"closed": 0.9, "opened": 0.92, "scoring": 0.94, "moderating": 0.96}


@dataclass(frozen=True)
class StageWords:
    """One stage as the timeline macro takes it."""

    name: str
    state: str
    label: str
    dates: str
    money: str
    forward: str
    share: float = 0.0


@dataclass(frozen=True)
class Paid:
    """One stage as the money table takes it."""

    name: str
    note: str
    per_team: int
    teams: int


def line(head: Head, stages: Sequence[PublicStage]) -> list[StageWords]:
    """Every stage in order; what comes after the first is planned from the day of the decision."""
    start = head.content.terms.decision_on or (uk_date(head.closes_at) if head.closes_at else None)
    found: list[StageWords] = []
    following = _("Next")
    for stage in stages:
        dates, start = _dates(stage, start) if stage.number > 1 or stage.opens_at else (_first(head), start)
        state, label, share = _where(stage, head, following)
        if state == "future":
            following = _("Planned")
        plan = stage.plan
        paid = formats.money(plan.money, head.content.stages.currency) if plan.money else ""
        money = _("{money} a team", money=paid) if paid else ""
        found.append(
            StageWords(plan.name, state, label, dates, money, _forward(stage, stage is stages[-1]), share)
        )
    return found


def money(head: Head) -> list[Paid]:
    """What each stage pays. A first stage without money says what that means."""
    return [
        Paid(
            plan.name,
            "" if plan.money else _("Proposals are free to make") if n == 0 else _("Nothing is paid"),
            plan.money,
            plan.teams or 1,
        )
        for n, plan in enumerate(head.content.stages.stages)
    ]


def total(head: Head) -> int:
    """All that the stages pay, in minor units."""
    return sum(plan.money * (plan.teams or 1) for plan in head.content.stages.stages)


def span(first: date, last: date) -> str:
    """ "2 to 23 November 2026", with months and years said once where they are the same."""
    if first == last:
        return formats.day(first)
    begin = formats.day(first)
    if (first.year, first.month) == (last.year, last.month):
        begin = str(first.day)
    elif first.year == last.year:
        begin = words().day_and_month(first)
    return _("{first} to {last}", first=begin, last=formats.day(last))


def day_of(opens_at: datetime, now: datetime) -> int:
    """Which day of the stage it is: the day after it opened is day 1."""
    return (uk_date(now) - uk_date(opens_at)).days


def _dates(stage: PublicStage, start: date | None) -> tuple[str, date | None]:
    """The stage's dates in words, and the day on which the next one is planned to begin."""
    if stage.opens_at is not None and stage.closes_at is not None:
        return span(uk_date(stage.opens_at), uk_date(stage.closes_at)), start
    if start is None:
        return ngettext("{n} day", "{n} days", stage.plan.days), None
    last = start + timedelta(days=stage.plan.days)
    return span(start, last), last + timedelta(days=1)


def _first(head: Head) -> str:
    """When the first stage is planned to close, before it has begun."""
    closes_at = head.content.terms.closes_at
    if closes_at is None:
        return ngettext("{n} day", "{n} days", head.content.stages.stages[0].days)
    return _("Planned to close on {day}", day=formats.day(closes_at))


def _where(stage: PublicStage, head: Head, following: str) -> tuple[str, str, float]:
    ended = head.state in ENDED_STATES
    if stage.state == "decided":
        return "past", _("Done"), 0.0
    if stage.state == "planned":
        return "future", _("Not reached") if ended else following, 0.0
    if ended:
        return "future", _("Ended here"), 0.0
    if head.state == "suspended":
        return "now", _("Now: suspended"), _SHARE.get(stage.state, 0.5)
    if stage.state != "collecting":
        return "now", _(NOW[stage.state]), _SHARE.get(stage.state, 0.5)
    opens_at, closes_at = stage.opens_at or head.now, stage.closes_at or head.now
    day, length = day_of(opens_at, head.now), day_of(opens_at, closes_at)
    share = (head.now - opens_at) / ((closes_at - opens_at) or timedelta(1))
    label = _("Now: day {day} of {length}", day=day, length=length) if day > 0 else _("Now: opened today")
    return "now", label, share


def _forward(stage: PublicStage, last: bool) -> str:
    """How many came and who goes on: as it was decided, else as it is planned."""
    return " ".join(_went(stage, last) if stage.state == "decided" else _goes(stage.plan, last))


def _went(stage: PublicStage, last: bool) -> list[str]:
    said = []
    if stage.received is not None and stage.plan.collects == "proposal":
        said.append(ngettext("{n} proposal.", "{n} proposals.", stage.received))
    if stage.forward:
        names = words().listed(stage.forward)
        said.append(_("Chosen: {names}.", names=names) if last else _("Went on: {names}.", names=names))
    return said


def _goes(plan: StagePlan, last: bool) -> list[str]:
    said = [] if plan.money else [_("No money.")]
    if plan.teams and plan.money:
        said.append(ngettext("{n} team.", "{n} teams.", plan.teams))
    if last and plan.forward:
        said.append(ngettext("One is chosen.", "Up to {n} are chosen.", plan.forward))
    elif plan.forward:
        said.append(ngettext("One goes on.", "Up to {n} go on.", plan.forward))
    return said
