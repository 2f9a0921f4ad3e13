"""What the interface says, in the language of this installation: messages, dates, money, numbers.

English sentences are the keys of the catalogues in `translations/` (GNU gettext). A message names its facts
in braces, `"Closed on {day}"`, and a fact is spelled by what it is: an instant and a day as in the United
Kingdom, a whole number with its separators, text as it stands. Datetimes are aware; nobody is shown a time
in any zone but Europe/London, and never "midnight", which people misread.
"""

from __future__ import annotations

import gettext
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, get_currency_precision, get_currency_symbol

LONDON = ZoneInfo("Europe/London")
DOMAIN = "messages"


def N_(text: str) -> str:
    """Mark a message of a table for the catalogue; it is translated where it is shown."""
    return text


def here(at: datetime) -> datetime:
    """The instant on a clock in the United Kingdom; a ValueError without a zone."""
    if at.tzinfo is None:
        raise ValueError("a time without a zone cannot be shown")
    return at.astimezone(LONDON)


@dataclass(frozen=True)
class Words:
    """One language: `locale` spells dates and numbers, `catalogue` holds the messages."""

    locale: Locale
    catalogue: gettext.NullTranslations = field(default_factory=gettext.NullTranslations)

    @property
    def tag(self) -> str:
        """As HTML's `lang` takes it: "en-GB"."""
        return str(self.locale).replace("_", "-")

    @property
    def language(self) -> str:
        """The language alone, as texts record it: "en"."""
        return self.locale.language

    def language_name(self, tag: str) -> str:
        """ "Welsh" for "cy"; the tag itself where nobody knows it."""
        return str(self.locale.languages.get(tag, tag))

    def message(self, text: str) -> str:
        """The translated message as it stands, braces and all; nothing for nothing."""
        return self.catalogue.gettext(text) if text else ""

    def say(self, text: str, /, **facts: Any) -> str:
        """The message with its facts in place."""
        return self.message(text).format_map(self.spelled(facts)) if facts else self.message(text)

    def ngettext(self, one: str, many: str, n: int, /) -> str:
        """The message for this many, `{n}` still to be filled."""
        return self.catalogue.ngettext(one, many, n)

    def spelled(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """The facts of a message, each as `spell` has it."""
        return {name: self.spell(value) for name, value in facts.items()}

    def spell(self, value: Any) -> Any:
        """A fact as people read it; text is left alone."""
        if isinstance(value, bool | str):
            return value
        if isinstance(value, int):
            return self.number(value)
        if isinstance(value, datetime):
            return self.instant(value)
        if isinstance(value, timedelta):
            return self.period(value)
        return self.weekday(value) if isinstance(value, date) else value

    # Instants and days.

    def instant(self, at: datetime) -> str:
        """ "12pm (midday) on Monday 3 August 2026 (UK time)"."""
        return self.say(
            N_("{time} on {day} ({zone})"), time=self._hour(at), day=self.weekday(at), zone=self._zone(at)
        )

    def moment(self, at: datetime) -> str:
        """ "Tuesday 10 November 2026 at 2:30:52pm (UK time)", to the second, for receipts."""
        time = self._timed(at, N_("h:mm:ssa"))
        return self.say(N_("{day} at {time} ({zone})"), day=self.weekday(at), time=time, zone=self._zone(at))

    def clock(self, at: datetime) -> str:
        """ "2:31pm"."""
        return self._timed(at, N_("h:mma"))

    def hour(self, at: datetime) -> str:
        """ "2:30pm", "5pm", "midday"."""
        if (here(at).hour, here(at).minute) == (12, 0):
            return self.message(N_("midday"))
        return self._timed(at, N_("h:mma") if here(at).minute else N_("ha"))

    def day(self, at: date | datetime) -> str:
        """ "3 August 2026"."""
        return _date(_day(at), self.message(N_("d MMMM y")), self.locale)

    def short_day(self, at: date | datetime) -> str:
        """ "3 Aug": day and month as three letters, which CLDR's British English does not do for September."""
        locale = Locale("en") if self.locale.language == "en" else self.locale
        return _date(_day(at), self.message(N_("d MMM")), locale)

    def day_and_month(self, at: date | datetime) -> str:
        """ "3 August"."""
        return _date(_day(at), self.message(N_("d MMMM")), self.locale)

    def weekday(self, at: date | datetime) -> str:
        """ "Monday 3 August 2026"."""
        return _date(_day(at), self.message(N_("EEEE d MMMM y")), self.locale)

    def weekday_and_month(self, at: date | datetime) -> str:
        """ "Monday 3 August"."""
        return _date(_day(at), self.message(N_("EEEE d MMMM")), self.locale)

    def period(self, length: timedelta) -> str:
        """ "30 days"; whole hours below three days, "48 hours"; minutes below two hours, counted up: "1 minute"."""
        if length >= timedelta(days=3):
            n, said = length.days, self.ngettext("{n} day", "{n} days", length.days)
        elif length >= timedelta(hours=2):
            n = length // timedelta(hours=1)
            said = self.ngettext("{n} hour", "{n} hours", n)
        else:
            n = max(1, -(-length // timedelta(minutes=1)))
            said = self.ngettext("{n} minute", "{n} minutes", n)
        return said.format(n=self.number(n))

    # Numbers.

    def number(self, n: int) -> str:
        """ "48,216"."""
        return _number(n, self.locale)

    def decimal(self, whole: int, digits: int) -> str:
        """ "76.25" for 7625 and two digits, with all of its digits."""
        return _decimal(whole, digits, self.locale)

    def money(self, minor: int, currency: str = "GBP") -> str:
        """Minor units as "£5,000", or "£5,000.50" where there are pence."""
        return _money(minor, currency, self.message(N_("¤#,##0")), self.locale)

    def currency(self, code: str) -> str:
        """ "£" for "GBP"."""
        return str(get_currency_symbol(code, locale=self.locale))

    def listed(self, items: Sequence[str]) -> str:
        """ "Ann, Ben and Cem"."""
        return format_list(items, locale=self.locale)

    def _timed(self, at: datetime, shape: str) -> str:
        return _datetime(at, self.message(shape), self.locale)

    def _hour(self, at: datetime) -> str:
        special = {(12, 0): N_("12pm (midday)"), (0, 0): N_("12am (the start of the day)")}
        spoken = special.get((here(at).hour, here(at).minute))
        return self.message(spoken) if spoken else self.hour(at)

    def _zone(self, at: datetime) -> str:
        """ "UK time", and which of the two it is in the hour that the clocks repeat in October."""
        local = here(at)
        twin = local.replace(fold=1 - local.fold)
        repeated = twin.utcoffset() != local.utcoffset() and twin.astimezone(UTC).astimezone(LONDON) == twin
        zone = self.message(N_("UK time"))
        return f"{zone}, {local.tzname()}" if repeated else zone


# Pages say the same few dates and amounts again and again, and Babel takes long over each.
_remembered = lru_cache(4096)


@_remembered
def _date(day: date, shape: str, locale: Locale) -> str:
    return format_date(day, shape, locale=locale)


@_remembered
def _datetime(at: datetime, shape: str, locale: Locale) -> str:
    return format_datetime(at, shape, tzinfo=LONDON, locale=locale)


@_remembered
def _number(n: int, locale: Locale) -> str:
    return format_decimal(n, locale=locale)


@_remembered
def _decimal(whole: int, digits: int, locale: Locale) -> str:
    shape = "#,##0." + "0" * digits if digits else "#,##0"
    return format_decimal(Decimal(whole).scaleb(-digits), shape, locale=locale, decimal_quantization=False)


@_remembered
def _money(minor: int, currency: str, shape: str, locale: Locale) -> str:
    digits = get_currency_precision(currency)
    amount = Decimal(minor).scaleb(-digits)
    decimals = "" if amount == amount.to_integral_value() else "." + "0" * digits
    shape = shape.replace("0", "0" + decimals)
    return format_currency(amount, currency, shape, locale=locale, currency_digits=False)


def _day(at: date | datetime) -> date:
    return here(at).date() if isinstance(at, datetime) else at


def load(language: str, folder: Path) -> Words:
    """The words of a language, `en_GB` or `cy`; a LookupError where no catalogue in `folder` has them."""
    locale = Locale.parse(language)
    try:
        return Words(locale, gettext.translation(DOMAIN, str(folder), [language]))
    except FileNotFoundError:
        if locale.language == "en":
            return Words(locale)
        raise LookupError(f"{folder} has no catalogue for {language}") from None


ENGLISH = Words(Locale("en", "GB"))
