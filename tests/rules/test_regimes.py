"""The rules a challenge can run under: minimum time open, standstill, notices elsewhere."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.rules import regimes
from marketplace.rules.regimes import REGIMES, Regime
from marketplace.rules.working_days import MIDDAY, UK, is_working_day

ABOVE = REGIMES["pa2023-above"]
BELOW = REGIMES["pa2023-below"]
SCOTLAND_HIGHER = REGIMES["scotland-higher"]
NONE = REGIMES["none"]
FIRST_OF_JUNE = datetime(2026, 6, 1, 9, tzinfo=UTC)

instants = st.datetimes(datetime(2024, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
any_regime = st.sampled_from(list(REGIMES.values()))


def at(year: int, month: int, day: int, hour: int = 12) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def test_every_set_of_rules_is_there_under_its_own_key() -> None:
    assert list(REGIMES) == [
        "pa2023-above",
        "pa2023-below",
        "rd-exempt",
        "scotland-regulated",
        "scotland-higher",
        "scotland-pcp",
        "none",
    ]
    assert all(key == regime.key for key, regime in REGIMES.items())


@pytest.mark.parametrize("regime", REGIMES.values(), ids=REGIMES)
def test_every_value_says_where_it_stands_and_when_it_was_set_down(regime: Regime) -> None:
    values = (
        regime.time_open,
        regime.standstill,
        regime.summaries,
        regime.losers_named_above,
        regime.portal,
    )
    for value in values:
        assert value.source
        assert value.noted_on >= date(2026, 1, 1)
    assert bool(regime.portal.value.name) == regime.portal.value.demanded


def test_the_rows_differ_as_the_table_says() -> None:
    days = {key: regime.time_open.value.days for key, regime in REGIMES.items()}
    assert {key: count for key, count in days.items() if count} == {"pa2023-above": 25, "scotland-higher": 30}
    assert {key for key, regime in REGIMES.items() if regime.summaries.value == "mandatory"} == {
        "pa2023-above",
        "scotland-regulated",
        "scotland-higher",
    }
    assert {key for key, regime in REGIMES.items() if regime.losers_named_above.value} == {"pa2023-above"}
    assert ABOVE.losers_named_above.value == 500_000_000


def test_rules_apply_from_the_day_they_take_effect() -> None:
    assert not ABOVE.in_force(date(2025, 2, 23))
    assert ABOVE.in_force(date(2025, 2, 24))
    assert NONE.in_force(date(1999, 1, 1))


def test_a_small_challenge_needs_no_notice_elsewhere() -> None:
    assert not regimes.portal_notice_demanded(BELOW, 2_999_999)
    assert regimes.portal_notice_demanded(BELOW, 3_000_000)
    assert regimes.portal_notice_demanded(BELOW, 1_200_000, central=True)
    assert regimes.portal_notice_demanded(ABOVE, 0)
    assert not regimes.portal_notice_demanded(NONE, 10**9)


def test_the_lower_rules_end_at_the_threshold() -> None:
    assert not regimes.over_threshold(BELOW, 20_771_999)
    assert regimes.over_threshold(BELOW, 20_772_000)
    assert regimes.over_threshold(BELOW, 13_501_800, central=True)
    assert not regimes.over_threshold(ABOVE, 10**9)


def test_above_the_threshold_the_award_notice_too_must_be_elsewhere_first() -> None:
    demanded = [each.key for each in REGIMES.values() if regimes.portal_notice_demanded(each, 0, award=True)]
    assert demanded == ["pa2023-above"]


def test_opened_on_1_june_with_25_days_closes_on_monday_29_june_at_midday() -> None:
    assert regimes.earliest_deadline(ABOVE, FIRST_OF_JUNE) == at(2026, 6, 29, 11)
    assert regimes.earliest_deadline(NONE, FIRST_OF_JUNE, 25) == at(2026, 6, 29, 11)


def test_the_later_of_template_and_rules_counts() -> None:
    assert regimes.earliest_deadline(ABOVE, FIRST_OF_JUNE, 21) == regimes.earliest_deadline(
        ABOVE, FIRST_OF_JUNE
    )
    assert regimes.earliest_deadline(ABOVE, FIRST_OF_JUNE, 40) == at(2026, 7, 14, 11)


def test_the_day_of_opening_is_the_one_on_a_british_calendar() -> None:
    late_in_the_evening = datetime(2026, 5, 31, 23, 30, tzinfo=UTC)
    assert regimes.earliest_deadline(ABOVE, late_in_the_evening) == at(2026, 6, 29, 11)


@pytest.mark.parametrize(
    ("closes_at", "code"),
    [
        (FIRST_OF_JUNE, "deadline.past"),
        (FIRST_OF_JUNE - timedelta(days=1), "deadline.past"),
        (at(2026, 6, 26, 11), "deadline.too_early"),
        (datetime(2026, 6, 26, 22, 59, 59, tzinfo=UTC), "deadline.too_early"),
        (at(2026, 6, 27, 11), "deadline.not_working_day"),
        (at(2026, 7, 13, 11), "deadline.not_working_day"),
        (at(2026, 6, 29, 11), None),
    ],
)
def test_deadlines_that_the_rules_refuse(closes_at: datetime, code: str | None) -> None:
    assert regimes.deadline_refusal(ABOVE, FIRST_OF_JUNE, closes_at) == code


def test_without_a_minimum_the_same_day_will_do() -> None:
    assert regimes.deadline_refusal(NONE, FIRST_OF_JUNE, FIRST_OF_JUNE + timedelta(hours=1)) is None


@given(any_regime, instants, st.integers(0, 60))
def test_the_proposed_deadline_is_never_refused(regime: Regime, opened_at: datetime, days: int) -> None:
    closes_at = regimes.earliest_deadline(regime, opened_at, days)
    local = closes_at.astimezone(UK)
    assert local.time() == MIDDAY
    assert is_working_day(local.date())
    assert regimes.deadline_refusal(regime, opened_at, closes_at, days) is None


@pytest.mark.parametrize(
    ("notice", "last"),
    [
        (at(2024, 12, 24), date(2025, 1, 8)),
        (at(2026, 3, 16), date(2026, 3, 26)),
        (at(2026, 6, 5), date(2026, 6, 17)),
        (at(2026, 11, 26), date(2026, 12, 8)),
    ],
)
def test_last_standstill_day_above_threshold(notice: datetime, last: date) -> None:
    assert regimes.last_standstill_day(ABOVE, notice) == last


def test_the_standstill_ends_when_the_day_after_its_last_begins_in_the_uk() -> None:
    notice, ends_at = at(2026, 6, 5), datetime(2026, 6, 17, 23, tzinfo=UTC)
    assert regimes.standstill_ends_at(ABOVE, notice) == ends_at


def test_in_scotland_ten_calendar_days_from_the_day_after() -> None:
    assert regimes.last_standstill_day(SCOTLAND_HIGHER, at(2026, 6, 8)) == date(2026, 6, 18)


def test_a_standstill_that_rules_demand_ends_on_a_working_day() -> None:
    # Monday 15 June 2026 is a bank holiday in Scotland.
    saturday, good_friday = date(2026, 6, 13), date(2027, 3, 26)
    for last, moved in ((saturday, date(2026, 6, 16)), (good_friday, date(2027, 3, 30))):
        notice = datetime.combine(last - timedelta(days=10), time(12), UTC)
        assert regimes.last_standstill_day(SCOTLAND_HIGHER, notice) == moved


def test_an_authority_may_lengthen_a_standstill_and_never_shorten_it() -> None:
    notice = at(2026, 6, 5)
    assert regimes.last_standstill_day(ABOVE, notice, 2) == date(2026, 6, 17)
    assert regimes.last_standstill_day(ABOVE, notice, 9) == date(2026, 6, 18)
    assert not regimes.standstill_allowed(ABOVE, 2)
    assert regimes.standstill_allowed(ABOVE, 0)
    assert regimes.standstill_allowed(ABOVE, 9)


def test_a_voluntary_standstill_below_threshold_is_eight_working_days_or_more() -> None:
    assert regimes.last_standstill_day(BELOW, at(2026, 6, 5)) is None
    assert regimes.last_standstill_day(BELOW, at(2026, 6, 5), 8) == date(2026, 6, 17)
    assert not regimes.standstill_allowed(BELOW, 7)


@pytest.mark.parametrize("key", ["rd-exempt", "scotland-pcp"])
def test_where_there_is_no_standstill_it_is_over_at_once(key: str) -> None:
    assert not regimes.standstill_allowed(REGIMES[key], 5)
    assert regimes.standstill_ends_at(REGIMES[key], FIRST_OF_JUNE) is None


def test_without_rules_the_authority_sets_calendar_days() -> None:
    assert regimes.last_standstill_day(NONE, FIRST_OF_JUNE) is None
    assert regimes.last_standstill_day(NONE, FIRST_OF_JUNE, 5) == date(2026, 6, 6)
