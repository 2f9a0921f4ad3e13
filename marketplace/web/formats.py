"""How values read on a page: instants and days as in the United Kingdom, money, points and counts.

Pure functions, and `register`, which makes each a template filter of the same name. Datetimes are aware;
a page never shows a time in any zone but Europe/London, and never says midnight, which people misread.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, get_currency_precision
from flask import Flask

LONDON = ZoneInfo("Europe/London")
_LOCALE = "en_GB"
_SHOWS_HOURS_BELOW = timedelta(hours=48)


def _here(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a time without a zone cannot be shown")
    return at.astimezone(LONDON)


def _day_of(at: date | datetime) -> date:
    return _here(at).date() if isinstance(at, datetime) else at


def _zone_words(local: datetime) -> str:
    """ "UK time", and which of the two it is in the hour that the clocks repeat in October."""
    twin = local.replace(fold=1 - local.fold)
    repeated = twin.utcoffset() != local.utcoffset() and twin.astimezone(UTC).astimezone(LONDON) == twin
    return f"UK time, {local.tzname()}" if repeated else "UK time"


def instant(at: datetime) -> str:
    """ "12pm (midday) on Monday 3 August 2026 (UK time)"."""
    local = _here(at)
    spoken = {(12, 0): "12pm (midday)", (0, 0): "12am (the start of the day)"}
    time = spoken.get((local.hour, local.minute)) or clock(at).replace(":00", "")
    return f"{time} on {weekday(at)} ({_zone_words(local)})"


def moment(at: datetime) -> str:
    """ "Tuesday 10 November 2026 at 2:30:52pm (UK time)", to the second, for receipts."""
    local = _here(at)
    return f"{weekday(at)} at {local.hour % 12 or 12}:{local:%M:%S}{_half(local)} ({_zone_words(local)})"


def clock(at: datetime) -> str:
    """ "2:31pm"."""
    local = _here(at)
    return f"{local.hour % 12 or 12}:{local:%M}{_half(local)}"


def _half(local: datetime) -> str:
    return "am" if local.hour < 12 else "pm"


def day(at: date | datetime) -> str:
    """ "3 August 2026"."""
    return format_date(_day_of(at), "d MMMM y", locale=_LOCALE)


def short_day(at: date | datetime) -> str:
    """ "3 Aug"."""
    return format_date(_day_of(at), "d MMM", locale="en")


def weekday(at: date | datetime) -> str:
    """ "Monday 3 August 2026"."""
    return format_date(_day_of(at), "EEEE d MMMM y", locale=_LOCALE)


def iso(at: date | datetime) -> str:
    """The machine's form, for `datetime` attributes: "2026-08-03T11:00:00Z" or "2026-08-03"."""
    if not isinstance(at, datetime):
        return at.isoformat()
    return _here(at).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def countdown(closes_at: datetime, now: datetime) -> str:
    """ "12 days left", whole hours below 48 hours, then "Closed"; at `closes_at` it is closed."""
    left = closes_at - now
    if left <= timedelta(0):
        return "Closed"
    if left >= _SHOWS_HOURS_BELOW:
        return f"{count(left.days, 'day')} left"
    hours = left // timedelta(hours=1)
    return f"{count(hours, 'hour')} left" if hours else "Less than an hour left"


def countdown_hours(closes_at: datetime, now: datetime) -> str:
    """ "12 days, 21 hours"; below 48 hours the same as `countdown`."""
    left = closes_at - now
    if left < _SHOWS_HOURS_BELOW:
        return countdown(closes_at, now)
    hours = (left - timedelta(days=left.days)) // timedelta(hours=1)
    return f"{count(left.days, 'day')}, {count(hours, 'hour')}"


def money(minor: int, currency: str = "GBP") -> str:
    """Minor units as "£5,000", or "£5,000.50" where there are pence."""
    digits = get_currency_precision(currency)
    amount = Decimal(minor).scaleb(-digits)
    shape = "¤#,##0" if amount == amount.to_integral_value() else "¤#,##0." + "0" * digits
    return format_currency(amount, currency, shape, locale=_LOCALE, currency_digits=False)


def number(n: int) -> str:
    """ "48,216"."""
    return format_decimal(n, locale=_LOCALE)


def count(n: int, singular: str, plural: str = "") -> str:
    """ "1 proposal", "1,200 proposals"."""
    return f"{number(n)} {singular if n == 1 else plural or singular + 's'}"


def points(value: Fraction | int, digits: int = 2) -> str:
    """Rounded half up to `digits` places: 305/4 is "76.25"."""
    scaled = Fraction(value) * 10**digits
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return str(Decimal(whole).scaleb(-digits))


def distinct_points(values: Sequence[Fraction]) -> list[str]:
    """The values as points, with as many digits (at least two) as make unequal ones look unequal."""
    unequal = set(values)
    digits = 2
    while len({points(value, digits) for value in unequal}) < len(unequal):
        digits += 1
    return [points(value, digits) for value in values]


def percent(value: Fraction | int) -> str:
    """ "35%". A whole number is percent already; a Fraction is a share of one, rounded half up."""
    return f"{points(value * 100, 0) if isinstance(value, Fraction) else value}%"


def fingerprint(digest: str | bytes) -> str:
    """Hexadecimal in groups of four."""
    text = digest.hex() if isinstance(digest, bytes) else digest
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


FILTERS = (
    instant, moment, clock, day, short_day, weekday, iso, countdown, countdown_hours,
    money, number, count, points, distinct_points, percent, fingerprint,
)  # fmt: skip


def register(app: Flask) -> None:
    """Make each of these a template filter of the same name."""
    app.jinja_env.filters.update({function.__name__: function for function in FILTERS})
