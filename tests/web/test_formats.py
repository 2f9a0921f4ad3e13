"""What people read: instants, money, points and counts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from marketplace.web import formats
from marketplace.web.tables import table_rows

SUMMER_NOON = datetime(2026, 8, 3, 11, tzinfo=UTC)
CLOSES = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (SUMMER_NOON, "12pm (midday) on Monday 3 August 2026 (UK time)"),
        (CLOSES, "12pm (midday) on Monday 23 November 2026 (UK time)"),
        (
            datetime(2026, 8, 2, 23, tzinfo=UTC),
            "12am (the start of the day) on Monday 3 August 2026 (UK time)",
        ),
        (datetime(2026, 11, 10, 14, 31, tzinfo=UTC), "2:31pm on Tuesday 10 November 2026 (UK time)"),
        (datetime(2026, 11, 10, 9, tzinfo=UTC), "9am on Tuesday 10 November 2026 (UK time)"),
        (datetime(2026, 11, 10, 0, 5, tzinfo=UTC), "12:05am on Tuesday 10 November 2026 (UK time)"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "1:30am on Sunday 25 October 2026 (UK time, BST)"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "1:30am on Sunday 25 October 2026 (UK time, GMT)"),
        (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "2:30am on Sunday 29 March 2026 (UK time)"),
    ],
)
def test_an_instant_is_a_sentence_in_uk_time(at: datetime, words: str) -> None:
    assert formats.instant(at) == words


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        formats.instant(SUMMER_NOON.replace(tzinfo=None))


def test_days_and_clocks() -> None:
    late = datetime(2026, 8, 2, 23, 30, tzinfo=UTC)
    assert formats.day(late) == "3 August 2026"
    assert formats.day(date(2026, 8, 3)) == "3 August 2026"
    assert formats.short_day(date(2026, 9, 3)) == "3 Sep"
    assert formats.weekday(late) == "Monday 3 August 2026"
    assert formats.clock(late) == "12:30am"
    assert formats.clock(CLOSES) == "12:00pm"
    assert formats.iso(late) == "2026-08-02T23:30:00Z"
    assert formats.iso(date(2026, 8, 3)) == "2026-08-03"
    told = formats.moment(datetime(2026, 11, 10, 14, 30, 52, tzinfo=UTC))
    assert told == "Tuesday 10 November 2026 at 2:30:52pm (UK time)"


@pytest.mark.parametrize(
    ("left", "short", "long"),
    [
        (timedelta(days=12, hours=21, minutes=59), "12 days left", "12 days, 21 hours"),
        (timedelta(days=2, hours=1), "2 days left", "2 days, 1 hour"),
        (timedelta(hours=48), "2 days left", "2 days, 0 hours"),
        (timedelta(hours=47, minutes=59), "47 hours left", "47 hours left"),
        (timedelta(hours=1), "1 hour left", "1 hour left"),
        (timedelta(seconds=1), "Less than an hour left", "Less than an hour left"),
        (timedelta(0), "Closed", "Closed"),
        (timedelta(days=-3), "Closed", "Closed"),
    ],
)
def test_a_countdown_shows_days_then_hours_then_closed(left: timedelta, short: str, long: str) -> None:
    assert formats.countdown(CLOSES, CLOSES - left) == short
    assert formats.countdown_hours(CLOSES, CLOSES - left) == long


@pytest.mark.parametrize(
    ("minor", "currency", "words"),
    [
        (500_000, "GBP", "£5,000"),
        (500_050, "GBP", "£5,000.50"),
        (5, "GBP", "£0.05"),
        (0, "GBP", "£0"),
        (-500_000, "GBP", "-£5,000"),
        (1_234_500, "EUR", "€12,345"),
        (9_007_199_254_740_993, "GBP", "£90,071,992,547,409.93"),
    ],
)
def test_money_shows_pence_only_where_there_are_some(minor: int, currency: str, words: str) -> None:
    assert formats.money(minor, currency) == words


def test_points_round_half_up() -> None:
    assert formats.points(Fraction(305, 4)) == "76.25"
    assert formats.points(Fraction(1, 200)) == "0.01"
    assert formats.points(Fraction(3, 200)) == "0.02"
    assert formats.points(Fraction(200, 3)) == "66.67"
    assert formats.points(100) == "100.00"


def test_unequal_totals_look_unequal() -> None:
    close = [Fraction(7625, 100), Fraction(762501, 10000), Fraction(7625, 100)]
    assert formats.distinct_points(close) == ["76.2500", "76.2501", "76.2500"]
    assert formats.distinct_points([]) == []


@given(st.lists(st.fractions(0, 100, max_denominator=10_000), max_size=8))
def test_totals_look_equal_exactly_when_they_are(totals: list[Fraction]) -> None:
    shown = formats.distinct_points(totals)
    for a, left in zip(totals, shown, strict=True):
        for b, right in zip(totals, shown, strict=True):
            assert (a == b) == (left == right)


def test_percent_and_fingerprint() -> None:
    assert formats.percent(35) == "35%"
    assert formats.percent(Fraction(41, 58)) == "71%"
    assert formats.fingerprint("ecd1378bc9dc") == "ecd1 378b c9dc"
    assert formats.fingerprint(bytes.fromhex("ecd1378b")) == "ecd1 378b"


def test_in_a_template_a_fact_is_escaped_unless_it_is_markup(app: Flask) -> None:
    say, count = app.jinja_env.globals["_"], app.jinja_env.globals["ngettext"]
    link = Markup('<a href="/">here</a>')
    assert say("Read {page} & {more}.", page=link, more="<b>{page}</b>") == (  # type: ignore[operator]
        'Read <a href="/">here</a> &amp; &lt;b&gt;{page}&lt;/b&gt;.'
    )
    assert count("{n} <one> of {page}", "{n} <many> of {page}", 1200, page=link) == (  # type: ignore[operator]
        '1,200 &lt;many&gt; of <a href="/">here</a>'
    )


def test_in_a_table_text_is_escaped_and_markup_stands() -> None:
    link = Markup('<a href="/">A</a>')
    assert table_rows([["A & B", "<b>", "1"], [link, link, 2], ["C"]], (2,)) == Markup(
        '<tr class="govuk-table__row"><th scope="row" class="govuk-table__header">A &amp; B</th>'
        '<td class="govuk-table__cell">&lt;b&gt;</td>'
        '<td class="govuk-table__cell govuk-table__cell--numeric">1</td></tr>'
        '<tr class="govuk-table__row"><th scope="row" class="govuk-table__header"><a href="/">A</a></th>'
        '<td class="govuk-table__cell"><a href="/">A</a></td>'
        '<td class="govuk-table__cell govuk-table__cell--numeric">2</td></tr>'
        '<tr class="govuk-table__row"><th scope="row" class="govuk-table__header">C</th></tr>'
    )
