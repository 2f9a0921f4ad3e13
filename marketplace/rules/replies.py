"""What is asked of a supplier after opening: how long it has to reply, and in how many words.

The time is counted in whole working days, none of them the day of asking, and ends at midday of the working
day after them, UK time. At that instant it is over.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from marketplace.rules.working_days import midday, next_working_day, uk_date

LEAST_DAYS, MOST_DAYS = 2, 10
QUESTION_WORDS = 60
LEAST_WORDS, MOST_WORDS = 20, 500
DOUBT_WORDS = 500
"""Most words of a reply to a doubt about eligibility."""


def due_at(asked_at: datetime, days: int) -> datetime:
    """Until when a reply may come to what is asked now; refuses with `ValueError` outside of the limits."""
    if not LEAST_DAYS <= days <= MOST_DAYS:
        raise ValueError(f"{days} working days for a reply")
    day = uk_date(asked_at)
    for _each in range(days + 1):
        day = next_working_day(day + timedelta(days=1))
    return midday(day)


def is_open(due: datetime, replied_at: datetime | None, now: datetime) -> bool:
    """Whether a reply is still to come, and may."""
    return replied_at is None and now < due
