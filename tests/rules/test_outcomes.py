"""When a result is due, and how late a day that was published is kept."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from marketplace.rules.outcomes import Late, awarded_before, days_late, late, months_later

DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 11, 25), 12, date(2027, 11, 25)),
        (date(2026, 11, 25), 2, date(2027, 1, 25)),
        (date(2027, 1, 25), -12, date(2026, 1, 25)),
    ],
)
def test_months_are_counted_on_the_calendar(day: date, months: int, found: date) -> None:
    assert months_later(day, months) == found


def test_a_report_is_late_from_the_day_after_the_last_agreement_ends() -> None:
    awarded, end = date(2026, 1, 10), date(2026, 6, 30)
    assert late(end, awarded, end) == ()
    assert late(end + timedelta(days=1), awarded, end) == (Late(0, end),)


def test_without_an_end_a_report_is_due_a_year_after_the_award() -> None:
    assert late(date(2027, 1, 10), date(2026, 1, 10), None) == ()
    assert late(date(2027, 1, 11), date(2026, 1, 10), None) == (Late(0, date(2027, 1, 10)),)


def test_reports_12_and_24_months_after_the_end_become_late_each_in_its_turn() -> None:
    end = date(2026, 6, 30)
    found = late(date(2028, 7, 1), date(2026, 1, 10), end)
    assert found == (Late(0, end), Late(12, date(2027, 6, 30)), Late(24, date(2028, 6, 30)))
    assert [each.months for each in late(date(2027, 7, 1), date(2026, 1, 10), end)] == [0, 12]


@given(today=DAYS, awarded=DAYS)
@example(today=date(2028, 2, 29), awarded=date(2027, 2, 28))
@example(today=date(2025, 3, 1), awarded=date(2024, 2, 29))
def test_no_late_report_is_overlooked_where_awards_are_looked_up_by_their_day(
    today: date, awarded: date
) -> None:
    assert awarded < awarded_before(today) or not late(today, awarded, None)


def test_a_decision_is_late_by_the_days_after_the_one_that_was_published() -> None:
    planned = date(2026, 12, 23)
    assert days_late(planned, planned + timedelta(days=9), date(2027, 3, 1)) == 9
    assert days_late(planned, planned - timedelta(days=2), date(2027, 3, 1)) == -2
    assert days_late(planned, None, planned - timedelta(days=5)) == 0
    assert days_late(planned, None, planned + timedelta(days=5)) == 5
