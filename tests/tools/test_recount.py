"""The program that counts again agrees with the application, and names each difference."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from msgspec.structs import replace

from marketplace.rules import recount
from tests.rules.panels import World, worlds
from tests.tools.bundles import EXAMPLE, PROGRAM, Run, bundle_of, changed, example, program

TOOL = program()


def counted(bundle: dict[str, Any]) -> list[tuple[str, Fraction, int | None]]:
    TOOL.check(bundle)
    return [(line["id"], Fraction(*line["total"]), line["rank"]) for line in TOOL.count(bundle)]


def test_the_published_example_comes_out(run: Run) -> None:
    code, out, err = run(example())
    assert (code, err) == (0, "")
    assert "385/6" in out
    assert "715/12" in out
    assert "comes out, to the last fraction" in out


def test_as_json_it_prints_the_ranking_and_nothing_else(run: Run) -> None:
    code, out, err = run(example(result=None), "--json")
    assert (code, err) == (0, "")
    assert json.loads(out) == {"result": example()["result"]}


def test_without_an_official_ranking_it_says_so(run: Run) -> None:
    code, out, _ = run(example(result=None))
    assert code == 0
    assert "no official ranking" in out


def test_it_is_one_file_of_the_standard_library_for_python_3_9() -> None:
    tree = ast.parse(PROGRAM.read_text(), feature_version=(3, 9))
    imported = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert imported <= sys.stdlib_module_names
    assert not imported & {"socket", "ssl", "urllib", "http", "subprocess"}


def test_it_runs_as_a_program_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "bundle.json"
    path.write_text(EXAMPLE)
    for arguments, code in (([path], 0), (["--json", path], 0), ([], 2), ([tmp_path], 2), ([path, path], 2)):
        done = subprocess.run(
            [sys.executable, "-I", PROGRAM, *arguments], capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done
        assert len(done.stderr.splitlines()) == (code == 2)


# ---- What is tampered with is named --------------------------------------------------------------------------------


def other_level() -> dict[str, Any]:
    bundle = example()
    bundle["scores"][5][3] = 3
    return bundle


TAMPERED = {
    "a total of the ranking": (changed("result", 0, total=[77, 1]), "B: total is [385, 6] here and [77, 1]"),
    "a rank": (changed("result", 1, rank=1), "A: rank is 2 here and 1"),
    "who passes": (changed("result", 1, passes=False), "A: passes is true here and false"),
    "who is named": (example(result=example()["result"][:1]), "A is missing"),
    "a stranger": (changed("result", 1, id="Z"), "Z is in the official ranking, and is no proposal"),
    "the order": (example(result=example()["result"][::-1]), "not in the order"),
    "a fraction not in lowest terms": (changed("result", 0, total=[770, 12]), "B: total is [385, 6]"),
    "a level": (other_level(), "B: total is [725, 12] here and [385, 6]"),
    "an agreed level": (example(agreed=None), "A: total is"),
    "a weight": (changed("criteria", 0, weight=40), "A: total is"),
    "a scale": (changed("criteria", 1, max=5), "A: total is"),
    "a minimum": (changed("criteria", 0, minimum=3), "B: passes is false here and true"),
    "the minimum of the total": (example(minimum_total=[60, 1]), "A: rank is null here and 2"),
    "a price": (changed("proposals", 1, price=900_000), "B: total is"),
    "the ceiling": (
        example(price={"method": "ceiling_linear", "weight": 20, "ceiling": 1_300_000}),
        "A: total is",
    ),
    "the method": (example(price={"method": "lowest_ratio", "weight": 20}), "A: total is"),
    "whether price counts": (example(price=None), "A: total is"),
    "who is excluded": (changed("proposals", 0, excluded="exclusion"), "A: passes is false here and true"),
    "who counts": (example(not_counted=["E2"]), "B: total is"),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_what_was_changed_is_named(run: Run, name: str) -> None:
    bundle, named = TAMPERED[name]
    code, out, err = run(bundle)
    assert (code, err) == (1, "")
    assert "does not come out" in out
    assert named in out
    code, out, err = run(bundle, "--json")
    assert code == 1
    assert named in err
    assert "result" in json.loads(out)


def tied(beacon: str) -> dict[str, Any]:
    """Four proposals that only the draw tells apart."""
    letters = ["A", "B", "C", "D"]
    return example(
        proposals=[{"id": id, "price": 1} for id in letters], agreed=None, evaluators=["E1"], result=None,
        scores=[["E1", id, on, 3] for id in letters for on in ("fit", "team")], beacon=beacon,
    )  # fmt: skip


def test_another_beacon_draws_another_order(run: Run) -> None:
    bundle = tied("00")
    _, out, _ = run(bundle, "--json")
    bundle["result"] = json.loads(out)["result"]
    assert run(bundle)[0] == 0
    code, out, _ = run(bundle | {"beacon": "01"})
    assert code == 1
    assert "rank is" in out
    assert [line["rank"] for line in bundle["result"]] == [1, 2, 3, 4]


def test_what_nothing_breaks_shares_its_rank() -> None:
    shared = tied("00") | {"ties": ["fit", "team"]}
    assert [(id, rank) for id, _, rank in counted(shared)] == [("A", 1), ("B", 1), ("C", 1), ("D", 1)]


# ---- The rules of the format ---------------------------------------------------------------------------------------


def test_whoever_is_not_counted_is_ignored_whatever_they_wrote() -> None:
    """Also where they stand among the evaluators, and where what they wrote could not be counted."""
    rows = [["E3", "A", "fit", 99], ["E3", "A", "fit", None], ["E3", "Z", "cost", 1]]
    strange = example(evaluators=["E1", "E2", "E3"], scores=example()["scores"] + rows)
    assert counted(strange) == counted(example())


def test_the_panel_s_levels_count_like_the_scores_they_come_from() -> None:
    levels = [["A", "fit", [3, 1]], ["A", "team", [5, 2]], ["B", "fit", [10, 4]], ["B", "team", [7, 2]]]
    panel = example(evaluators=None, scores=None, agreed=None, levels=levels)
    assert counted(panel) == counted(example())
    for broken in (levels[:3], [*levels, levels[0]], [["A", "fit", [9, 2]], *levels[1:]]):
        with pytest.raises(TOOL.Unusable):
            TOOL.check(panel | {"levels": broken})


def test_points_stand_in_for_a_price() -> None:
    points = [{"id": "A", "price": 1_000_000}, {"id": "B", "points": [1, 3]}]
    assert counted(example(proposals=points)) == counted(example())


def test_the_excluded_keep_a_total_and_need_no_price() -> None:
    out = [{"id": "A", "excluded": "withdrawn"}, {"id": "B", "price": 800_000}]
    assert counted(example(proposals=out)) == [
        ("B", Fraction(385, 6), 1),
        ("A", Fraction(50 * 3, 4) + Fraction(30 * 5, 8), None),
    ]


def test_the_lowest_price_is_that_of_whoever_can_win() -> None:
    lowest = {"method": "lowest_ratio", "weight": 20}
    rows = [["E1", id, on, 1 if id == "C" else 3] for id in "ABCD" for on in ("fit", "team")]
    four = [{"id": "A", "price": 1000}, {"id": "B", "price": 800}, {"id": "C", "price": 10}]
    bundle = example(
        price=lowest, proposals=[*four, {"id": "D", "price": 400, "excluded": "exclusion"}], scores=rows,
        evaluators=["E1"], agreed=None, minimum_total=None, result=None,
    )  # fmt: skip
    # D is out and C is under a minimum: B sets the price, and neither of them is worth more than B.
    assert counted(bundle) == [
        ("B", Fraction(80), 1), ("A", Fraction(76), 2), ("C", Fraction(40), None), ("D", Fraction(80), None),
    ]  # fmt: skip
    nobody = bundle | {"proposals": [each | {"excluded": "exclusion"} for each in bundle["proposals"]]}
    assert {total for _, total, _ in counted(nobody)} == {Fraction(60), Fraction(20)}


def test_the_worked_numbers_come_out_of_the_program() -> None:
    criteria = [{"id": f"c{n}", "weight": weight, "max": 4} for n, weight in enumerate((30, 20, 35, 15))]
    rows = {
        "P1": ["3332", "4332", "3243"], "P2": ["4233", "3234", "4234"], "P3": ["2424", "2334", "1424"],
    }  # fmt: skip
    found = [
        [f"E{e}", id, f"c{c}", int(level)]
        for id, panel in rows.items()
        for e, levels in enumerate(panel)
        for c, level in enumerate(levels)
    ]
    bundle = example(
        criteria=criteria, proposals=[{"id": id} for id in rows], scores=found, evaluators=["E0", "E1", "E2"],
        agreed=None, price=None, minimum_total=None, ties=[], beacon=None, result=None,
    )  # fmt: skip
    assert counted(bundle) == [
        ("P2", Fraction(155, 2), 1),
        ("P1", Fraction(305, 4), 2),
        ("P3", Fraction(265, 4), 3),
    ]


# ---- It agrees with the application --------------------------------------------------------------------------------


@given(worlds())
def test_the_program_and_the_application_count_alike(world: World) -> None:
    bundle = bundle_of(world)
    spelled = recount.spell(bundle)
    assert recount.parse(spelled) == bundle
    assert recount.count(bundle) == world.standings()
    as_read = json.loads(spelled)
    TOOL.check(as_read)
    assert TOOL.count(as_read) == as_read["result"]


@given(worlds())
def test_the_panel_s_levels_and_points_count_alike(world: World) -> None:
    levels = {(s.id, on): recount.pair(level) for s in world.standings() for on, level in s.means.items()}
    q = {standing.id: standing.q for standing in world.standings()}
    bundle = replace(
        bundle_of(world), evaluators=(), scores=(), agreed=(),
        levels=tuple((*cell, level) for cell, level in levels.items()),
        proposals=tuple(
            recount.Proposal(id=each.id, points=recount.pair(worth), excluded=each.excluded)
            if (worth := q[each.id]) is not None else each
            for each in bundle_of(world).proposals
        ),
    )  # fmt: skip
    as_read = json.loads(recount.spell(bundle))
    TOOL.check(as_read)
    assert TOOL.count(as_read) == as_read["result"]
    assert recount.result(recount.count(bundle)) == bundle.result
