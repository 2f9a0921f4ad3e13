"""Days in the UK: worked in all of it, or not a working day."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from marketplace.rules import working_days as days


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 8, 1), "Saturday"),
        (date(2026, 8, 2), "Sunday"),
        (date(2026, 1, 2), "Scotland, New Year"),
        (date(2026, 3, 17), "Northern Ireland, Saint Patrick"),
        (date(2026, 4, 6), "Easter Monday, not in Scotland"),
        (date(2026, 6, 15), "Scotland only"),
        (date(2026, 7, 13), "Northern Ireland, observed"),
        (date(2026, 8, 3), "Scotland, summer"),
        (date(2026, 8, 31), "England, Wales, Northern Ireland, summer"),
        (date(2026, 11, 30), "Scotland, Saint Andrew"),
        (date(2026, 12, 28), "observed in all"),
    ],
)
def test_a_holiday_in_any_part_is_not_a_working_day(day: date, why: str) -> None:
    assert not days.is_working_day(day), why


def test_the_next_working_day_is_the_day_itself_where_it_is_one() -> None:
    assert days.next_working_day(date(2026, 6, 12)) == date(2026, 6, 12)
    assert days.next_working_day(date(2026, 6, 13)) == date(2026, 6, 16)


@pytest.mark.parametrize(
    ("notice", "last"),
    [
        (date(2024, 12, 24), date(2025, 1, 8)),
        (date(2026, 3, 16), date(2026, 3, 26)),
        (date(2026, 6, 5), date(2026, 6, 17)),
        (date(2026, 11, 26), date(2026, 12, 8)),
    ],
)
def test_eight_working_days_from_the_notices_own_day(notice: date, last: date) -> None:
    assert days.standstill_end(notice, 8, "working", own_day=True) == last


def test_a_notice_on_a_weekend_counts_from_the_next_working_day() -> None:
    assert days.standstill_end(date(2026, 6, 6), 1, "working", own_day=True) == date(2026, 6, 8)


def test_calendar_days_pass_over_nothing() -> None:
    assert days.standstill_end(date(2026, 6, 5), 10, "calendar", own_day=False) == date(2026, 6, 15)
    assert days.standstill_end(date(2026, 6, 5), 10, "calendar", own_day=True) == date(2026, 6, 14)


def test_a_standstill_has_at_least_a_day() -> None:
    with pytest.raises(ValueError, match="0 days"):
        days.standstill_end(date(2026, 6, 5), 0, "working", own_day=True)


def test_the_date_is_the_one_on_a_british_calendar() -> None:
    assert days.uk_date(datetime(2026, 6, 1, 23, 30, tzinfo=UTC)) == date(2026, 6, 2)
    assert days.uk_date(datetime(2026, 12, 1, 23, 30, tzinfo=UTC)) == date(2026, 12, 1)
    with pytest.raises(ValueError, match="time zone"):
        days.uk_date(datetime(2026, 6, 1, 12))  # noqa: DTZ001 - the refusal is what is tested


def test_midday_and_the_start_of_a_day_follow_summer_time() -> None:
    assert days.midday(date(2026, 6, 29)) == datetime(2026, 6, 29, 11, tzinfo=UTC)
    assert days.midday(date(2026, 12, 1)) == datetime(2026, 12, 1, 12, tzinfo=UTC)
    assert days.start_of_day(date(2026, 6, 29)) == datetime(2026, 6, 28, 23, tzinfo=UTC)
    assert days.start_of_day(date(2026, 3, 29)) == datetime(2026, 3, 29, tzinfo=UTC)
