"""What a set of rules says, in words: each value with its source and when it was set down here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from marketplace.rules.challenges import Terms
from marketplace.rules.regimes import (
    CENTRAL_THRESHOLD,
    REGIMES,
    THRESHOLD,
    Portal,
    Regime,
    Sourced,
    Standstill,
    over_threshold,
)
from marketplace.rules.working_days import Counting
from marketplace.web.formats import money
from marketplace.web.words import _, ngettext
from marketplace.words import N_

SUMMARIES: dict[str, str] = {
    "mandatory": N_("Mandatory; here everyone assessed gets one, all at once, before the award notice"),
    "recommended": N_("Recommended; here everyone assessed gets one, all at once, before the award notice"),
    "optional": N_("Optional; here everyone assessed gets one, all at once, before the award notice"),
}
"""The rules' own word, and what is done here whatever they say."""


@dataclass(frozen=True)
class Rule:
    label: str
    value: str
    source: str
    noted_on: date


def name_of(key: str) -> str:
    """What these rules are called; the key itself where nobody knows them."""
    return _(REGIMES[key].name) if key in REGIMES else key


def rules_of(key: str) -> tuple[Rule, ...]:
    """What an author plans with; empty for rules that nobody chose."""
    regime = REGIMES.get(key)
    return _rules(regime) if regime else ()


def all_rules() -> tuple[tuple[str, tuple[Rule, ...]], ...]:
    """Every set of rules by name, in the order of the choice."""
    return tuple((_(regime.name), _rules(regime)) for regime in REGIMES.values())


def standstill_of(terms: Terms) -> str:
    """How long the award waits under these terms: the longer of the rules' days and the authority's own."""
    regime = REGIMES.get(terms.regime)
    rule = regime.standstill.value if regime else None
    if rule is None or not (rule.required or (rule.voluntary and terms.standstill_days)):
        return _("None before the award")
    return _("{days} before the award", days=_days(max(rule.days, terms.standstill_days), rule.counting))


def over_threshold_warning(regime: Regime, value: int) -> str:
    """Said to an author who chose the rules below the threshold for more than it; else empty."""
    if not over_threshold(regime, value):
        return ""
    return _(
        "The budget is {budget}. The rules chosen end at {ends} with VAT, {central} for central bodies.",
        budget=money(value),
        ends=money(THRESHOLD.value),
        central=money(CENTRAL_THRESHOLD.value),
    )


def _rules(regime: Regime) -> tuple[Rule, ...]:
    time = regime.time_open.value
    return (
        _rule(_("Time open"), _(time.note, days=time.days), regime.time_open),
        _rule(_("Standstill"), _standstill(regime.standstill.value), regime.standstill),
        _rule(_("Summaries to suppliers"), _(SUMMARIES[regime.summaries.value]), regime.summaries),
        *_more(regime.more_within),
        _rule(
            _("Suppliers not selected"), _named(regime.losers_named_above.value), regime.losers_named_above
        ),
        _rule(_("National portal"), _portal(regime.portal.value), regime.portal),
    )


def _more(within: Sourced[int] | None) -> tuple[Rule, ...]:
    if within is None:
        return ()
    said = ngettext(
        "Within {n} day of a supplier’s request", "Within {n} days of a supplier’s request", within.value
    )
    return (_rule(_("More than the summary"), said, within),)


def _rule(label: str, value: str, sourced: Sourced[Any]) -> Rule:
    return Rule(label, value, _(sourced.source), sourced.noted_on)


def _days(n: int, counting: Counting) -> str:
    if counting == "working":
        return ngettext("{n} working day", "{n} working days", n)
    return ngettext("{n} calendar day", "{n} calendar days", n)


def _standstill(rule: Standstill) -> str:
    if not rule.required and not rule.voluntary:
        return _("None")
    days = _days(rule.days, rule.counting)
    if not rule.required:
        return _("None; one of your own lasts at least {days}", days=days)
    if rule.own_day:
        return _("{days}, counting the notice’s own day", days=days)
    return _("{days} from the day after the notice, and on to the end of a working day", days=days)


def _named(above: int | None) -> str:
    if above is None:
        return _("Not named unless they agree")
    return _("Named where the value is above {value}", value=money(above))


def _portal(rule: Portal) -> str:
    if not rule.demanded:
        return _("None asked for")
    portal = _(rule.name)
    if rule.threshold:
        return _(
            "A notice on {portal} first, from {value} (central bodies from {central})",
            portal=portal,
            value=money(rule.threshold),
            central=money(rule.central),
        )
    if rule.award:
        return _("A notice on {portal} first, and the award notice too", portal=portal)
    return _("A notice on {portal} first", portal=portal)
