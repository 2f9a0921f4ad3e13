"""What a challenge can come to, when its result is due, and how late a day that was published is kept."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from marketplace.words import N_

ENDS: dict[str, str] = {
    "in-use": N_("In use now"),
    "not-in-use": N_("Awarded, not in use"),
    "no-award": N_("Ended without an award"),
    "early": N_("Ended early"),
}
"""What an ended challenge came to, as the register is searched."""

REPORTS = (0, 12, 24)
"""Months after the end at which an authority reports what became of an award."""
NO_END = 12
"""Months after the award that stand for the end where no agreement says when it ends."""


@dataclass(frozen=True, slots=True)
class Late:
    """A report that did not come: months after the end, and the last day on which it would have been in time."""

    months: int
    due_on: date


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month; `months` may be negative."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def late(today: date, awarded_on: date, ends_on: date | None) -> tuple[Late, ...]:
    """The reports that are late where none has come. `ends_on` is the last day of the last agreement."""
    end = ends_on or months_later(awarded_on, NO_END)
    due = (Late(months, months_later(end, months)) for months in REPORTS)
    return tuple(each for each in due if each.due_on < today)


def awarded_before(today: date) -> date:
    """No award from this day on, without an end agreed, has a report that is late: leap days cost one day."""
    return months_later(today, -NO_END) + timedelta(days=1)


def days_late(planned: date, decided: date | None, today: date) -> int:
    """Days from the day that was published to the decision: below 0 before it. Undecided, until today, from 0."""
    return (decided - planned).days if decided else max(0, (today - planned).days)
