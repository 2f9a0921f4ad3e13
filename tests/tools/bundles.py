"""Recount bundles to try the program with."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from marketplace.rules import recount
from tests.rules.panels import BEACON, World

Outcome = tuple[int, str, str]
Run = Callable[..., Outcome]

PROGRAM = Path(__file__).parents[2] / "static" / "tools" / "recount.py"

EXAMPLE = """
{"format":"recount/1","challenge":"CH-00000000","stage":1,
 "criteria":[{"id":"fit","weight":50,"max":4,"minimum":2},{"id":"team","weight":30,"max":4}],
 "minimum_total":[50,1],
 "price":{"method":"ceiling_linear","weight":20,"ceiling":1200000},
 "evaluators":["E1","E2"],"not_counted":["E3"],
 "proposals":[{"id":"A","price":1000000},{"id":"B","price":800000}],
 "scores":[["E1","A","fit",3],["E1","A","team",3],["E2","A","fit",4],["E2","A","team",2],
           ["E1","B","fit",2],["E1","B","team",4],["E2","B","fit",3],["E2","B","team",3]],
 "agreed":[["A","fit",3]],
 "ties":["fit","team","draw"],"beacon":"c0ffee",
 "result":[{"id":"B","total":[385,6],"rank":1,"passes":true},{"id":"A","total":[715,12],"rank":2,"passes":true}]}
"""


def example(**changes: Any) -> dict[str, Any]:
    """The example of the published format, with other values for some keys; None leaves a key out."""
    found = json.loads(EXAMPLE) | changes
    return {key: value for key, value in found.items() if value is not None}


def changed(key: str, index: int, **changes: Any) -> dict[str, Any]:
    bundle = example()
    bundle[key][index] |= changes
    return bundle


def bundle_of(world: World) -> recount.Bundle:
    """A panel as a bundle, with what the application counts."""
    return recount.Bundle(
        format="recount/1", challenge="CH-00000000", stage=1,
        criteria=tuple(
            recount.Criterion(id=c.id, weight=c.weight, maximum=c.maximum, minimum=c.minimum)
            for c in world.criteria
        ),
        minimum_total=(20, 1),
        price=recount.price(world.price),
        evaluators=tuple(world.evaluators),
        proposals=tuple(
            recount.Proposal(
                id=id, price=world.prices[id], excluded="exclusion" if id in world.excluded else ""
            )
            for id in world.proposals
        ),
        scores=tuple((*cell, level) for cell, level in world.scores.items()),
        agreed=tuple((*cell, level) for cell, level in world.agreed.items()),
        ties=world.ties, beacon=BEACON, result=recount.result(world.standings()),
    )  # fmt: skip


@cache
def program() -> ModuleType:
    """The program as a module."""
    spec = importlib.util.spec_from_file_location("recount_program", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
