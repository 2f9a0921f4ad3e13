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
    Summaries,
    TimeOpen,
    over_threshold,
)
from marketplace.web.formats import count, money


@dataclass(frozen=True)
class Rule:
    label: str
    value: str
    source: str
    noted_on: date


def rules_of(key: str) -> tuple[Rule, ...]:
    """What an author plans with; empty for rules that nobody chose."""
    regime = REGIMES.get(key)
    return _rules(regime) if regime else ()


def all_rules() -> tuple[tuple[str, tuple[Rule, ...]], ...]:
    """Every set of rules by name, in the order of the choice."""
    return tuple((regime.name, _rules(regime)) for regime in REGIMES.values())


def standstill_of(terms: Terms) -> str:
    """How long the award waits under these terms: the longer of the rules' days and the authority's own."""
    regime = REGIMES.get(terms.regime)
    rule = regime.standstill.value if regime else None
    if rule is None or not (rule.required or (rule.voluntary and terms.standstill_days)):
        return "None before the award"
    return f"{count(max(rule.days, terms.standstill_days), f'{rule.counting} day')} before the award"


def over_threshold_warning(regime: Regime, value: int) -> str:
    """Said to an author who chose the rules below the threshold for more than it; else empty."""
    if not over_threshold(regime, value):
        return ""
    ends, central = money(THRESHOLD.value), money(CENTRAL_THRESHOLD.value)
    return f"The budget is {money(value)}. The rules chosen end at {ends} with VAT, {central} for central bodies."


def _rules(regime: Regime) -> tuple[Rule, ...]:
    return (
        _rule("Time open", _time_open(regime.time_open.value), regime.time_open),
        _rule("Standstill", _standstill(regime.standstill.value), regime.standstill),
        _rule("Summaries to suppliers", _summaries(regime.summaries.value), regime.summaries),
        _rule("Suppliers not selected", _named(regime.losers_named_above.value), regime.losers_named_above),
        _rule("National portal", _portal(regime.portal.value), regime.portal),
    )


def _rule(label: str, value: str, sourced: Sourced[Any]) -> Rule:
    return Rule(label, value, sourced.source, sourced.noted_on)


def _time_open(rule: TimeOpen) -> str:
    if not rule.days:
        return f"{rule.note[:1].upper()}{rule.note[1:]}"
    return f"At least {count(rule.days, 'whole day')}; {rule.note}"


def _standstill(rule: Standstill) -> str:
    if not rule.required and not rule.voluntary:
        return "None"
    days = f"{rule.days} {rule.counting} {'day' if rule.days == 1 else 'days'}"
    if not rule.required:
        return f"None; one of your own lasts at least {days}"
    return (
        f"{days}, counting the notice’s own day" if rule.own_day else f"{days} from the day after the notice"
    )


def _summaries(rule: Summaries) -> str:
    """The rules' own word, and what is done here whatever they say."""
    return f"{rule.capitalize()}; here everyone assessed gets one, all at once, before the award notice"


def _named(above: int | None) -> str:
    return (
        "Not named unless they agree" if above is None else f"Named where the value is above {money(above)}"
    )


def _portal(rule: Portal) -> str:
    if not rule.demanded:
        return "None asked for"
    if not rule.threshold:
        return f"A notice on {rule.name} first" + (", and the award notice too" if rule.award else "")
    least = f"from {money(rule.threshold)} (central bodies from {money(rule.central)})"
    return f"A notice on {rule.name} first, {least}"
