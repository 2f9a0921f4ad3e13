"""Ways to change a published file so that its ranking no longer comes out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Bundle = dict[str, Any]


def a_level(it: Bundle) -> None:
    cell = it["scores"][0]
    cell[3] += -1 if cell[3] else 1


def a_total(it: Bundle) -> None:
    it["result"][0]["total"][0] += 1


def a_rank(it: Bundle) -> None:
    it["result"][-1]["rank"] = 1


def who_passes(it: Bundle) -> None:
    line = it["result"][0]
    line |= {"passes": not line["passes"]}


def who_is_named(it: Bundle) -> None:
    it["result"].pop()


def a_stranger(it: Bundle) -> None:
    it["result"][0]["id"] = "ZZ"


def the_order(it: Bundle) -> None:
    it["result"].reverse()


def a_weight(it: Bundle) -> None:
    it["criteria"][0]["weight"] += 1


def a_scale(it: Bundle) -> None:
    it["criteria"][0]["max"] += 1


def a_minimum(it: Bundle) -> None:
    it["minimum_total"] = [100, 1]


def who_counts(it: Bundle) -> None:
    it["not_counted"] = [*it.get("not_counted", []), it["evaluators"][0]]


def who_is_out(it: Bundle) -> None:
    winner = it["result"][0]["id"]
    next(each for each in it["proposals"] if each["id"] == winner)["excluded"] = "exclusion"


TAMPERINGS: tuple[Callable[[Bundle], None], ...] = (
    a_level, a_total, a_rank, who_passes, who_is_named, a_stranger, the_order, a_weight, a_scale, a_minimum,
    who_counts, who_is_out,
)  # fmt: skip
