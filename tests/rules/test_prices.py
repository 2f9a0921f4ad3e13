"""What a price is worth: exact, from 0 to 1, and told apart by whether rivals matter."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import pytest

from marketplace.rules import prices


@dataclass(frozen=True)
class Price:
    method: str
    weight: int = 20
    amount: int | None = None


def test_below_a_ceiling_each_penny_counts_the_same() -> None:
    found = prices.factors(
        Price("ceiling_linear", amount=1_200_000), {"A": 1_000_000, "B": 1_200_000, "C": 1_300_000}, ()
    )
    assert found == {"A": Fraction(1, 6), "B": 0, "C": 0}


def test_at_or_below_the_reference_nothing_more_is_won() -> None:
    found = prices.factors(Price("reference_ratio", amount=900), {"A": 1200, "B": 900, "C": 1}, ())
    assert found == {"A": Fraction(3, 4), "B": 1, "C": 1}


def test_the_lowest_price_that_counts_sets_what_the_others_are_worth() -> None:
    found = prices.factors(Price("lowest_ratio"), {"A": 1000, "B": 800, "cheap": 600}, ("A", "B"))
    assert found == {"A": Fraction(4, 5), "B": 1, "cheap": 1}


def test_where_no_price_counts_none_is_worth_anything() -> None:
    assert prices.factors(Price("lowest_ratio"), {"A": 1000}, ()) == {"A": 0}


@pytest.mark.parametrize("price", [None, Price("none")])
def test_without_a_method_price_weighs_nothing(price: Price | None) -> None:
    assert prices.weight(price) == 0


@pytest.mark.parametrize(
    ("price", "amounts", "message"),
    [
        (Price("ceiling_linear", amount=100), {"A": 0}, "A: the price"),
        (Price("ceiling_linear", amount=100), {"A": -1}, "A: the price"),
        (Price("ceiling_linear", amount=100), {"A": True}, "A: the price"),
        (Price("ceiling_linear", amount=0), {"A": 1}, "ceiling"),
        (Price("reference_ratio"), {"A": 1}, "reference"),
        (Price("lowest_ratio", weight=0), {"A": 1}, "weight"),
        (Price("dearest"), {"A": 1}, "unknown price method"),
        (Price("none"), {"A": 1}, "unknown price method"),
    ],
)
def test_what_cannot_be_counted_with_is_refused(price: Price, amounts: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        prices.factors(price, amounts, tuple(amounts))
