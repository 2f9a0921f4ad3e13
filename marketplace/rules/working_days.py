"""Days in the United Kingdom: which are worked, and where a period that counts them ends.

A working day is not a Saturday, not a Sunday and not a bank holiday in any part of the UK, so that
one answer is safe for England, Wales, Scotland and Northern Ireland alike.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from holidays import country_holidays

UK = ZoneInfo("Europe/London")
MIDDAY = time(12)

Counting = Literal["working", "calendar"]

_DAY = timedelta(days=1)
_SATURDAY = 5
_PARTS = [country_holidays("GB", subdiv=part) for part in ("ENG", "WLS", "SCT", "NIR")]


def is_working_day(day: date) -> bool:
    return day.weekday() < _SATURDAY and not any(day in part for part in _PARTS)


def next_working_day(day: date) -> date:
    """The day itself where it is one, else the first after it."""
    while not is_working_day(day):
        day += _DAY
    return day


def standstill_end(notice: date, days: int, counting: Counting, own_day: bool) -> date:
    """The last day of a standstill of `days`, from 1 up.

    `own_day`: counting begins with the notice's own day, else with the day after. Where working days
    are counted, a day that is not one is passed over.
    """
    if days < 1:
        raise ValueError(f"a standstill of {days} days")
    first = notice if own_day else notice + _DAY
    if counting == "calendar":
        return first + (days - 1) * _DAY
    last = next_working_day(first)
    for _ in range(days - 1):
        last = next_working_day(last + _DAY)
    return last


def uk_date(instant: datetime) -> date:
    """The date on a British calendar at that instant; refuses an instant without a time zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(UK).date()


def uk_instant(day: date, clock: time) -> datetime:
    """The instant, in UTC, at which clocks in the UK show this time on that day."""
    return datetime.combine(day, clock, UK).astimezone(UTC)


def start_of_day(day: date) -> datetime:
    """The instant, in UTC, at which that day begins in the UK."""
    return uk_instant(day, time())


def midday(day: date) -> datetime:
    """The instant, in UTC, of 12pm on that day in the UK."""
    return uk_instant(day, MIDDAY)
