"""How values read on a page: instants and days as in the United Kingdom, money, points and counts.

Pure functions, and `register`, which makes each a template filter of the same name. Datetimes are aware;
a page never shows a time in any zone but Europe/London, and never says midnight, which people misread.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from flask import Flask
from markupsafe import Markup, escape

from marketplace.rules.wording import COLLECTS, STATES, TOPICS
from marketplace.web.words import _, ngettext, words
from marketplace.words import here

_SHOWS_HOURS_BELOW = timedelta(hours=48)


def instant(at: datetime) -> str:
    """ "12pm (midday) on Monday 3 August 2026 (UK time)"."""
    return words().instant(at)


def moment(at: datetime) -> str:
    """ "Tuesday 10 November 2026 at 2:30:52pm (UK time)", to the second, for receipts."""
    return words().moment(at)


def clock(at: datetime) -> str:
    """ "2:31pm"."""
    return words().clock(at)


def lately(at: datetime, now: datetime) -> str:
    """ "2:31pm" of the same day, else "2:31pm on 3 August"."""
    if here(at).date() == here(now).date():
        return clock(at)
    return _("{time} on {day}", time=clock(at), day=words().day_and_month(at))


def hour(at: datetime) -> str:
    """ "midday", "5pm", "2:31pm"."""
    return words().hour(at)


def day(at: date | datetime) -> str:
    """ "3 August 2026"."""
    return words().day(at)


def short_day(at: date | datetime) -> str:
    """ "3 Aug"."""
    return words().short_day(at)


def weekday(at: date | datetime) -> str:
    """ "Monday 3 August 2026"."""
    return words().weekday(at)


def iso(at: date | datetime) -> str:
    """The machine's form, for `datetime` attributes: "2026-08-03T11:00:00Z" or "2026-08-03"."""
    if not isinstance(at, datetime):
        return at.isoformat()
    return here(at).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def countdown(closes_at: datetime, now: datetime) -> str:
    """ "12 days left", whole hours below 48 hours, then "Closed"; at `closes_at` it is closed."""
    left = closes_at - now
    if left <= timedelta(0):
        return _("Closed")
    if left >= _SHOWS_HOURS_BELOW:
        return ngettext("{n} day left", "{n} days left", left.days)
    hours = left // timedelta(hours=1)
    return ngettext("{n} hour left", "{n} hours left", hours) if hours else _("Less than an hour left")


def countdown_hours(closes_at: datetime, now: datetime) -> str:
    """ "12 days, 21 hours"; below 48 hours the same as `countdown`."""
    left = closes_at - now
    if left < _SHOWS_HOURS_BELOW:
        return countdown(closes_at, now)
    hours = (left - timedelta(days=left.days)) // timedelta(hours=1)
    return _(
        "{days}, {hours}",
        days=ngettext("{n} day", "{n} days", left.days),
        hours=ngettext("{n} hour", "{n} hours", hours),
    )


def state_words(state: str) -> str:
    """A challenge's state: "In progress"."""
    return _(STATES[state])


def collects_words(what: str) -> str:
    """What a stage collects: "A proposal"."""
    return _(COLLECTS[what])


def topic_words(topic: str) -> str:
    """A challenge's topic: "Housing"; an unknown one as it stands."""
    return _(TOPICS.get(topic, topic))


def language_name(tag: str) -> str:
    """ "Welsh" for "cy"."""
    return words().language_name(tag)


def listed(items: Iterable[object]) -> Markup:
    """ "Ann, Ben and Cem"; nothing of nothing. What is not markup is escaped."""
    return Markup(words().listed([escape(item) for item in items]))  # noqa: S704 - escaped


def period(length: timedelta) -> str:
    """ "30 days", "48 hours", "15 minutes"."""
    return words().period(length)


def money(minor: int, currency: str = "GBP") -> str:
    """Minor units as "£5,000", or "£5,000.50" where there are pence."""
    return words().money(minor, currency)


def number(n: int) -> str:
    """ "48,216"."""
    return words().number(n)


def points(value: Fraction | int, digits: int = 2) -> str:
    """Rounded half up to `digits` places: 305/4 is "76.25"."""
    return words().decimal(_rounded(*value.as_integer_ratio(), digits), digits)


def exact(value: Fraction) -> str:
    """A mean without rounding: 7/3 is "2 1/3"."""
    whole, rest = divmod(value.numerator, value.denominator)
    part = f"{rest}/{value.denominator}"
    return "\N{NO-BREAK SPACE}".join(([str(whole)] if whole or not rest else []) + ([part] if rest else []))


def distinct_points(values: Sequence[Fraction]) -> list[str]:
    """The values as points, with as many digits (at least two) as make unequal ones look unequal."""
    ratios = [value.as_integer_ratio() for value in values]
    unequal, digits, spell = set(ratios), 2, words().decimal
    while len({_rounded(top, bottom, digits) for top, bottom in unequal}) < len(unequal):
        digits += 1
    return [spell(_rounded(top, bottom, digits), digits) for top, bottom in ratios]


def _rounded(top: int, bottom: int, digits: int) -> int:
    """Half up, in units of the last digit."""
    return (2 * top * 10**digits + bottom) // (2 * bottom)


def percent(value: Fraction | int) -> str:
    """ "35%". A whole number is percent already; a Fraction is a share of one, rounded half up."""
    return f"{points(value * 100, 0) if isinstance(value, Fraction) else number(value)}%"


def fingerprint(digest: str | bytes) -> str:
    """Hexadecimal in groups of four."""
    text = digest.hex() if isinstance(digest, bytes) else digest
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


FILTERS = (
    instant, moment, clock, lately, hour, day, short_day, weekday, iso, countdown, countdown_hours,
    money, number, state_words, collects_words, topic_words, language_name, listed, points, exact, distinct_points,
    percent, fingerprint,
)  # fmt: skip


def register(app: Flask) -> None:
    """Make each of these a template filter of the same name."""
    app.jinja_env.filters.update({function.__name__: function for function in FILTERS})
