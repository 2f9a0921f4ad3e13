"""The stage line of a challenge: where it stands, in words, with real dates before planned ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from marketplace.queries.challenges import Head, PublicStage
from marketplace.rules.lifecycle import ENDED_STATES
from marketplace.rules.working_days import uk_date
from marketplace.web import formats

NOW = {
    "closed": "Now: closed, waits for two openers",
    "opened": "Now: proposals are open to the panel",
    "scoring": "Now: the panel scores",
    "moderating": "Now: the panel decides",
    "interrupted": "Interrupted: a new deadline comes",
}
_SHARE = {"closed": 0.9, "opened": 0.92, "scoring": 0.94, "moderating": 0.96}
_NUMBERS = ("nobody", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


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
    ended = head.state in ENDED_STATES
    start = head.content.terms.decision_on or (uk_date(head.closes_at) if head.closes_at else None)
    found: list[StageWords] = []
    following = "Next"
    for stage in stages:
        dates, start = _dates(stage, start) if stage.number > 1 or stage.opens_at else (_first(head), start)
        state, label, share = _where(stage, head.now, ended, following)
        if state == "future":
            following = "Planned"
        plan = stage.plan
        money = f"{formats.money(plan.money, head.content.stages.currency)} a team" if plan.money else ""
        found.append(StageWords(plan.name, state, label, dates, money, _forward(stage), share))
    return found


def money(head: Head) -> list[Paid]:
    """What each stage pays. A first stage without money says what that means."""
    return [
        Paid(
            plan.name,
            "" if plan.money else "Proposals are free to make" if n == 0 else "Nothing is paid",
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
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {formats.day(last)}"
    if first.year == last.year:
        return f"{formats.day(first).rpartition(' ')[0]} to {formats.day(last)}"
    return f"{formats.day(first)} to {formats.day(last)}"


def day_of(opens_at: datetime, now: datetime) -> int:
    """Which day of the stage it is: the day after it opened is day 1."""
    return (uk_date(now) - uk_date(opens_at)).days


def _dates(stage: PublicStage, start: date | None) -> tuple[str, date | None]:
    """The stage's dates in words, and the day on which the next one is planned to begin."""
    if stage.opens_at is not None and stage.closes_at is not None:
        return span(uk_date(stage.opens_at), uk_date(stage.closes_at)), start
    if start is None:
        return formats.count(stage.plan.days, "day"), None
    last = start + timedelta(days=stage.plan.days)
    return span(start, last), last + timedelta(days=1)


def _first(head: Head) -> str:
    """When the first stage is planned to close, before it has begun."""
    closes_at = head.content.terms.closes_at
    if closes_at is None:
        return formats.count(head.content.stages.stages[0].days, "day")
    return f"Planned to close on {formats.day(closes_at)}"


def _where(stage: PublicStage, now: datetime, ended: bool, following: str) -> tuple[str, str, float]:
    if stage.state == "decided":
        return "past", "Done", 0.0
    if stage.state == "planned":
        return "future", "Not reached" if ended else following, 0.0
    if ended:
        return "future", "Ended here", 0.0
    if stage.state != "collecting":
        return "now", NOW[stage.state], _SHARE.get(stage.state, 0.5)
    opens_at, closes_at = stage.opens_at or now, stage.closes_at or now
    day, length = day_of(opens_at, now), day_of(opens_at, closes_at)
    share = (now - opens_at) / ((closes_at - opens_at) or timedelta(1))
    return "now", f"Now: day {day} of {length}" if day > 0 else "Now: opened today", share


def _forward(stage: PublicStage) -> str:
    """Who goes on: as it was decided, else as it is planned."""
    plan = stage.plan
    if stage.forward:
        return f"Went on: {', '.join(stage.forward)}."
    before = "" if plan.money else "No money. "
    teams = f"{formats.count(plan.teams, 'team')}. " if plan.teams and plan.money else ""
    if plan.forward == 1:
        return f"{before}{teams}One goes on."
    count = _NUMBERS[plan.forward] if plan.forward < len(_NUMBERS) else formats.number(plan.forward)
    return f"{before}{teams}Up to {count} go on."
