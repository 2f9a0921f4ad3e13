"""The rules a challenge can run under: one record each, every value with its source and its date.

The date is the day on which the value was set down here; nobody vouches for it against the act
itself, and pages say so. This is not legal advice. Days that a challenge stays open are whole days
on a British calendar, day 1 being the day after it opens. Money is in pence. Names, notes and sources are
messages of the catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Generic, Literal, TypeVar

from marketplace.rules.working_days import (
    Counting,
    is_working_day,
    midday,
    next_working_day,
    standstill_end,
    start_of_day,
    uk_date,
)
from marketplace.words import N_

T = TypeVar("T")
Summaries = Literal["mandatory", "recommended", "optional"]

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Sourced(Generic[T]):
    """A value, where it should stand, and when it was set down here; pages show all three."""

    value: T
    source: str
    noted_on: date


@dataclass(frozen=True, slots=True)
class TimeOpen:
    """Whole days a challenge stays open at least; 0 where the authority sets them. `note` says it, of `{days}`."""

    days: int
    note: str


@dataclass(frozen=True, slots=True)
class Standstill:
    """The pause before an award. `days` is the least where there is one, whoever asked for it.

    `required`: the rules demand it. `voluntary`: the authority may choose one, or a longer one.
    """

    days: int
    counting: Counting
    own_day: bool
    required: bool
    voluntary: bool


@dataclass(frozen=True, slots=True)
class Portal:
    """Where a notice must be first; not demanded below `threshold` (`central` for central bodies).

    `award`: the award notice, too, must be there first, and the standstill rests on it.
    """

    name: str
    demanded: bool
    threshold: int = 0
    central: int = 0
    award: bool = False


@dataclass(frozen=True, slots=True)
class Regime:
    """One set of rules. `losers_named_above`: the value above which the rules name losers, or never.

    `more_within`: the days within which more follows where a supplier asks for more than its summary.
    """

    key: str
    name: str
    effective_from: date | None
    effective_until: date | None
    time_open: Sourced[TimeOpen]
    standstill: Sourced[Standstill]
    summaries: Sourced[Summaries]
    losers_named_above: Sourced[int | None]
    portal: Sourced[Portal]
    more_within: Sourced[int] | None = None

    def in_force(self, on: date) -> bool:
        """Whether the record applies on that day; the last day is `effective_until` less one."""
        begun = self.effective_from is None or self.effective_from <= on
        return begun and (self.effective_until is None or on < self.effective_until)


_NOTED = date(2026, 11, 22)
_PART_6 = N_("Procurement Act 2023, part 6")
_SCHEDULE_2 = N_("Procurement Act 2023, schedule 2")
_REGULATIONS = N_("Procurement Regulations 2024 (SI 2024/692)")
_SCOTTISH_ACT = N_("Procurement Reform (Scotland) Act 2014")
_SCOTTISH_REGULATIONS = N_("Public Contracts (Scotland) Regulations 2015 (SSI 2015/446)")
_NO_RULE = N_("No rule known to this service")
_BY_AUTHORITY = TimeOpen(0, N_("Set by the authority"))
_IN_FORCE = date(2025, 2, 24)
_SCOTTISH_IN_FORCE = date(2016, 4, 18)

_FIND_A_TENDER = N_("Find a Tender")
_SCOTLAND = N_("Public Contracts Scotland")
_NO_STANDSTILL = Standstill(0, "working", own_day=True, required=False, voluntary=False)
_OWN_STANDSTILL = Standstill(1, "calendar", own_day=False, required=False, voluntary=True)


def _noted(value: T, source: str) -> Sourced[T]:
    return Sourced(value, source, _NOTED)


_ROWS = (
    Regime(
        "pa2023-above",
        N_("Procurement Act 2023, above threshold (England, Wales, Northern Ireland)"),
        _IN_FORCE,
        None,
        _noted(
            TimeOpen(
                25,
                N_(
                    "At least {days} whole days, the day after opening being day 1, "
                    "even where a qualifying planned procurement notice allows 10"
                ),
            ),
            N_("Procurement Act 2023, section 54"),
        ),
        _noted(
            Standstill(8, "working", own_day=True, required=True, voluntary=True),
            N_("Procurement Act 2023, section 51"),
        ),
        _noted("mandatory", N_("Procurement Act 2023, section 50")),
        _noted(500_000_000, _REGULATIONS),
        _noted(
            Portal(_FIND_A_TENDER, demanded=True, award=True), N_("Procurement Act 2023, sections 21 and 50")
        ),
    ),
    Regime(
        "pa2023-below",
        N_("Procurement Act 2023, below threshold (England, Wales, Northern Ireland)"),
        _IN_FORCE,
        None,
        _noted(TimeOpen(0, N_("Reasonable, and equal for all")), _PART_6),
        _noted(Standstill(8, "working", own_day=True, required=False, voluntary=True), _PART_6),
        _noted("recommended", _PART_6),
        _noted(None, _PART_6),
        _noted(Portal(_FIND_A_TENDER, True, threshold=3_000_000, central=1_200_000), _PART_6),
    ),
    Regime(
        "rd-exempt",
        N_("Research and development services, exempt (England, Wales, Northern Ireland)"),
        _IN_FORCE,
        None,
        _noted(_BY_AUTHORITY, _SCHEDULE_2),
        _noted(_NO_STANDSTILL, _SCHEDULE_2),
        _noted("recommended", _SCHEDULE_2),
        _noted(None, _SCHEDULE_2),
        _noted(Portal("", demanded=False), _SCHEDULE_2),
    ),
    Regime(
        "scotland-regulated",
        N_("Scotland, regulated procurement (from £50,000)"),
        _SCOTTISH_IN_FORCE,
        None,
        _noted(TimeOpen(0, N_("Reasonable")), _SCOTTISH_ACT),
        _noted(_OWN_STANDSTILL, _SCOTTISH_ACT),
        _noted("mandatory", _SCOTTISH_ACT),
        _noted(None, _SCOTTISH_ACT),
        _noted(Portal(_SCOTLAND, demanded=True), _SCOTTISH_ACT),
        _noted(30, _SCOTTISH_ACT),
    ),
    Regime(
        "scotland-higher",
        N_("Scotland, higher value, open procedure"),
        _SCOTTISH_IN_FORCE,
        None,
        _noted(
            TimeOpen(
                30,
                N_(
                    "At least {days} whole days, the day after opening being day 1; "
                    "35 would apply to proposals on paper, which are not taken here"
                ),
            ),
            _SCOTTISH_REGULATIONS,
        ),
        _noted(
            Standstill(10, "calendar", own_day=False, required=True, voluntary=True),
            _SCOTTISH_REGULATIONS,
        ),
        _noted("mandatory", _SCOTTISH_REGULATIONS),
        _noted(None, _SCOTTISH_REGULATIONS),
        _noted(Portal(_SCOTLAND, demanded=True), _SCOTTISH_REGULATIONS),
    ),
    Regime(
        "scotland-pcp",
        N_("Scotland, pre-commercial procurement"),
        _SCOTTISH_IN_FORCE,
        None,
        _noted(_BY_AUTHORITY, _SCOTTISH_REGULATIONS),
        _noted(_NO_STANDSTILL, _SCOTTISH_REGULATIONS),
        _noted("recommended", _SCOTTISH_REGULATIONS),
        _noted(None, _SCOTTISH_REGULATIONS),
        _noted(Portal(N_("Public Contracts Scotland (PCP notice)"), demanded=True), _SCOTTISH_REGULATIONS),
    ),
    Regime(
        "none",
        N_("None (a prize, or another country)"),
        None,
        None,
        _noted(_BY_AUTHORITY, _NO_RULE),
        _noted(_OWN_STANDSTILL, _NO_RULE),
        _noted("optional", _NO_RULE),
        _noted(None, _NO_RULE),
        _noted(Portal("", demanded=False), _NO_RULE),
    ),
)

_FROM_2026 = N_("Procurement Act 2023, schedule 1, VAT included, from 1 January 2026")
THRESHOLD = _noted(20_772_000, _FROM_2026)
CENTRAL_THRESHOLD = _noted(13_501_800, _FROM_2026)

REGIMES: dict[str, Regime] = {regime.key: regime for regime in _ROWS}


def portal_notice_demanded(regime: Regime, value: int, central: bool = False, *, award: bool = False) -> bool:
    """Whether a challenge worth `value` pence, or its `award`, must be on the national portal first."""
    portal = regime.portal.value
    first = portal.award if award else portal.demanded
    return first and value >= (portal.central if central else portal.threshold)


def over_threshold(regime: Regime, value: int, central: bool = False) -> bool:
    """Whether `value` is too high for rules that end at the Procurement Act's threshold."""
    return regime.key == "pa2023-below" and value >= (CENTRAL_THRESHOLD if central else THRESHOLD).value


def earliest_deadline(regime: Regime, opened_at: datetime, template_days: int = 0) -> datetime:
    """Midday, UK time, on the first working day after the days of rules and template, as UTC.

    Opened on 1 June 2026 with 25 days: day 25 is 26 June, a Friday, so Monday 29 June.
    """
    return midday(next_working_day(_first_day_after(regime, opened_at, template_days)))


def deadline_refusal(
    regime: Regime, opened_at: datetime, closes_at: datetime, template_days: int = 0
) -> str | None:
    """`deadline.past`, `deadline.too_early`, `deadline.not_working_day`, or `None`."""
    if closes_at <= opened_at:
        return "deadline.past"
    counted = max(regime.time_open.value.days, template_days)
    if counted and closes_at < start_of_day(_first_day_after(regime, opened_at, template_days)):
        return "deadline.too_early"
    return None if is_working_day(uk_date(closes_at)) else "deadline.not_working_day"


def standstill_allowed(regime: Regime, authority_days: int) -> bool:
    """Whether an authority may set this many days; 0 leaves it to the rules."""
    rule = regime.standstill.value
    return authority_days == 0 or (rule.voluntary and authority_days >= rule.days)


def last_standstill_day(regime: Regime, notice_at: datetime, authority_days: int = 0) -> date | None:
    """The last day of the standstill, or `None` where there is none.

    Never shorter than the rules' own, whatever the authority set. One that rules demand ends on a working
    day, so that suppliers can still act on its last.
    """
    rule = regime.standstill.value
    if not rule.required and not (rule.voluntary and authority_days):
        return None
    days = max(rule.days, authority_days)
    last = standstill_end(uk_date(notice_at), days, rule.counting, rule.own_day)
    return next_working_day(last) if rule.required else last


def standstill_ends_at(regime: Regime, notice_at: datetime, authority_days: int = 0) -> datetime | None:
    """The instant, in UTC, at which the day after the last one begins in the UK; `None` without one."""
    last = last_standstill_day(regime, notice_at, authority_days)
    return None if last is None else start_of_day(last + _DAY)


def last_day(ends_at: datetime) -> date:
    """The last day of a standstill that ends at that instant: people plan by days, not by midnights."""
    return uk_date(ends_at - timedelta(microseconds=1))


def _first_day_after(regime: Regime, opened_at: datetime, template_days: int) -> date:
    return uk_date(opened_at) + (max(regime.time_open.value.days, template_days) + 1) * _DAY
