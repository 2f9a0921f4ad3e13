"""What a set of rules says, in words: each value with where it stands and when that was read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from marketplace.rules.regimes import REGIMES, Portal, Regime, Sourced, Standstill, TimeOpen
from marketplace.web.formats import count, money


@dataclass(frozen=True)
class Rule:
    label: str
    value: str
    source: str
    read_on: date


def rules_of(key: str) -> tuple[Rule, ...]:
    """The four values that an author plans with; empty for rules that nobody chose."""
    regime = REGIMES.get(key)
    return _rules(regime) if regime else ()


def all_rules() -> tuple[tuple[str, tuple[Rule, ...]], ...]:
    """Every set of rules by name, in the order of the choice."""
    return tuple((regime.name, _rules(regime)) for regime in REGIMES.values())


def _rules(regime: Regime) -> tuple[Rule, ...]:
    return (
        _rule("Time open", _time_open(regime.time_open.value), regime.time_open),
        _rule("Standstill", _standstill(regime.standstill.value), regime.standstill),
        _rule("Summaries", regime.summaries.value.capitalize(), regime.summaries),
        _rule("National portal", _portal(regime.portal.value), regime.portal),
    )


def _rule(label: str, value: str, sourced: Sourced[Any]) -> Rule:
    return Rule(label, value, sourced.source, sourced.read_on)


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


def _portal(rule: Portal) -> str:
    if not rule.demanded:
        return "None asked for"
    if not rule.threshold:
        return f"A notice on {rule.name} first"
    least = f"from {money(rule.threshold)} (central bodies from {money(rule.central)})"
    return f"A notice on {rule.name} first, {least}"
