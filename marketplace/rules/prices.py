"""What a price is worth: the factor q, an exact fraction from 0 to 1, by the method that was published.

Amounts are minor units. `ceiling_linear` is max(0, (C − P) / C) and `reference_ratio` is min(1, R / P), whoever
else proposes. `lowest_ratio` is Pmin / P, so that a rival's price moves everybody's q, and with it the ranks.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction
from typing import Protocol

METHODS = ("none", "ceiling_linear", "reference_ratio", "lowest_ratio")
WITH_AMOUNT = {"ceiling_linear": "ceiling", "reference_ratio": "reference"}
"""Methods that compare with a published amount, and what that amount is called."""


class Price(Protocol):
    """How price counts: `amount` is the ceiling or the reference, where the method has one."""

    @property
    def method(self) -> str: ...
    @property
    def weight(self) -> int: ...
    @property
    def amount(self) -> int | None: ...


def weight(price: Price | None) -> int:
    """What price weighs beside the criteria; 0 where it does not count."""
    return 0 if price is None or price.method == "none" else price.weight


def factors(price: Price, prices: Mapping[str, int], lowest_of: Collection[str]) -> dict[str, Fraction]:
    """The factor q of each price, by proposal. `lowest_of` are those whose price may be the lowest.

    Refuses with `ValueError` an unknown method, a weight or an amount that is not above 0, and such a price.
    """
    check(price)
    for id, amount in prices.items():
        if type(amount) is not int or amount <= 0:
            raise ValueError(f"{id}: the price must be a whole number above 0, not {amount!r}")
    if price.method == "lowest_ratio":
        lowest = min((prices[id] for id in lowest_of if id in prices), default=0)
        # Whoever does not count can be cheaper than the lowest that does, and is worth no more for it.
        return {id: Fraction(min(lowest, amount), amount) for id, amount in prices.items()}
    return {id: _alone(price.method, price.amount or 0, amount) for id, amount in prices.items()}


def check(price: Price) -> None:
    """Refuses with `ValueError` what cannot be counted with."""
    if price.method not in METHODS[1:]:
        raise ValueError(f"unknown price method {price.method!r}")
    if type(price.weight) is not int or price.weight <= 0:
        raise ValueError("the price's weight must be a whole number above 0")
    named = WITH_AMOUNT.get(price.method)
    if named and (type(price.amount) is not int or price.amount <= 0):
        raise ValueError(f"the {named} must be a whole number above 0")


def _alone(method: str, amount: int, price: int) -> Fraction:
    """By a method for which rivals do not matter."""
    if method == "ceiling_linear":
        return Fraction(max(0, amount - price), amount)
    return Fraction(min(amount, price), price)
