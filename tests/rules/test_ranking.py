"""Places are counted as in sport, and only the published chain decides between equal totals."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256

import pytest

from marketplace.rules.ranking import Chain, Ranked, Result, chain_of, rank

BEACON = "00ff17"


@dataclass(frozen=True)
class Weighted:
    id: str
    weight: int


def results(**totals: int) -> list[Result]:
    return [Result(id, Fraction(total), True) for id, total in totals.items()]


def places(found: list[Ranked]) -> list[tuple[str, int | None]]:
    return [(each.id, each.rank) for each in found]


def test_places_are_1_2_2_4_and_those_who_fail_have_none() -> None:
    found = [
        *results(d=10, c=20, b=20, a=30),
        Result("z", Fraction(99), False),
        Result("y", Fraction(1), False),
    ]
    assert places(rank(found)) == [("a", 1), ("b", 2), ("c", 2), ("d", 4), ("y", None), ("z", None)]
    assert rank([]) == []


def test_the_chain_starts_with_the_heaviest_criterion_and_ends_with_the_draw() -> None:
    criteria = [Weighted("light", 10), Weighted("first", 45), Weighted("second", 45)]
    assert chain_of(criteria, draw=True) == ("first", "second", "light", "draw")
    assert chain_of(criteria, draw=False) == ("first", "second", "light")


def test_the_chain_decides_between_equals_alone() -> None:
    levels = {
        "a": {"fit": 2, "team": 9},
        "b": {"fit": 3, "team": 0},
        "c": {"fit": 3, "team": 0},
        "d": {"fit": 0},
    }
    chain = Chain(("fit", "team"), levels)
    assert places(rank(results(a=50, b=50, c=50, d=60), chain)) == [("d", 1), ("b", 2), ("c", 2), ("a", 4)]


def test_the_draw_is_the_lowest_hash_of_beacon_and_letter() -> None:
    lots = {id: sha256(bytes.fromhex(BEACON) + id.encode()).hexdigest() for id in ("A", "B", "C", "Ä")}
    found = rank(results(**dict.fromkeys(lots, 7)), Chain(("draw",), beacon=BEACON))
    assert places(found) == [(id, n) for n, id in enumerate(sorted(lots, key=lots.__getitem__), start=1)]


@pytest.mark.parametrize(
    ("ties", "beacon", "message"),
    [
        (("fit", "fit"), "", "repeated"),
        (("draw", "fit"), BEACON, "last"),
        (("fit", "draw"), "", "beacon"),
        (("draw",), "0f0", "beacon"),
        (("draw",), "0 ff 17", "beacon"),
    ],
)
def test_a_chain_that_cannot_decide_is_refused(ties: tuple[str, ...], beacon: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Chain(ties, {}, beacon)
