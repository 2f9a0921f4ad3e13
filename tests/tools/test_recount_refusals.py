"""What cannot be counted is refused in one line, whatever is wrong with it, and never with a traceback."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.tools.bundles import EXAMPLE, Run, changed, example, program

TOOL = program()


def scores(*rows: list[Any]) -> dict[str, Any]:
    """The example with other rows in place of its last."""
    return example(scores=[*example()["scores"][:-1], *rows])


LAST = ["E2", "B", "team", 3]

UNUSABLE: dict[str, tuple[object, str]] = {
    "nothing": (b"", "not JSON"),
    "no JSON": (b"{", "not JSON"),
    "not JSON in UTF-8": (EXAMPLE.replace("fit", "f\u00eft").encode("latin-1"), "not JSON in UTF-8"),
    "UTF-16": (EXAMPLE.encode("utf-16"), "not JSON in UTF-8"),
    "a list": ([], "not a recount bundle"),
    "a text": ("recount/1", "not a recount bundle"),
    "another format": (example(format="recount/2"), "not a recount bundle"),
    "deep nesting": (b"[" * 200_000, "nested too deeply"),
    "deep objects": (b'{"a":' * 200_000, "nested too deeply"),
    "NaN": (EXAMPLE.replace('"E2","B","team",3', '"E2","B","team",NaN').encode(), "NaN"),
    "Infinity": (EXAMPLE.replace("1200000", "Infinity").encode(), "Infinity"),
    "a repeated JSON key": (EXAMPLE.replace('"stage":1', '"stage":1,"stage":1').encode(), 'repeated key stage'),
    "an unknown key": (example(winner="A"), "unknown key winner"),
    "no challenge": (example(challenge=None), "has no challenge"),
    "no stage": (example(stage=None), "has no stage"),
    "no ties": (example(ties=None), "has no ties"),
    "stage 0": (example(stage=0), "stage is not a whole number"),
    "no criteria": (example(criteria=[], scores=[], agreed=[], ties=[]), "must be a criterion"),
    "a repeated criterion": (example(criteria=[example()["criteria"][0]] * 2), "repeated id fit"),
    "a criterion called draw": (changed("criteria", 0, id="draw"), "draw"),
    "an unknown key of a criterion": (changed("criteria", 0, name="Fit"), "unknown key name"),
    "weight 0": (changed("criteria", 0, weight=0), "weight"),
    "a weight below 0": (changed("criteria", 0, weight=-5), "weight"),
    "half a weight": (changed("criteria", 0, weight=0.5), "weight"),
    "a weight that is true": (changed("criteria", 0, weight=True), "weight"),
    "maximum 0": (changed("criteria", 0, max=0), "maximum"),
    "a minimum beyond the scale": (changed("criteria", 0, minimum=5), "minimum"),
    "a minimum of the total over 0": (example(minimum_total=[50, 0]), "denominator"),
    "a minimum of the total in one number": (example(minimum_total=50), "minimum_total"),
    "an unknown method": (example(price={"method": "dearest", "weight": 1}), "unknown price method"),
    "a method that is a list": (example(price={"method": [], "weight": 1}), "unknown price method"),
    "price as a number": (example(price=20), "unknown price method"),
    "no weight of the price": (example(price={"method": "lowest_ratio"}), "no weight"),
    "price weighs 0": (example(price={"method": "lowest_ratio", "weight": 0}), "weight of the price"),
    "no ceiling": (example(price={"method": "ceiling_linear", "weight": 20}), "no ceiling"),
    "ceiling 0": (example(price={"method": "ceiling_linear", "weight": 20, "ceiling": 0}), "ceiling"),
    "a ceiling too many": (example(price={"method": "lowest_ratio", "weight": 20, "ceiling": 9}), "key ceiling"),
    "no price": (example(proposals=[{"id": "A"}, {"id": "B", "price": 1}]), "A has no price"),
    "price 0": (changed("proposals", 0, price=0), "price of A"),
    "a price that is text": (changed("proposals", 0, price="1000"), "price of A"),
    "a price of a float": (changed("proposals", 0, price=1000.0), "price of A"),
    "points above 1": (example(proposals=[{"id": "A", "points": [4, 3]}, {"id": "B", "price": 1}]), "above 1"),
    "points below 0": (example(proposals=[{"id": "A", "points": [-1, 3]}, {"id": "B", "price": 1}]), "points of A"),
    "points and a price": (changed("proposals", 0, points=[1, 2]), "both"),
    "no code of exclusion": (changed("proposals", 0, excluded=""), "excludes A"),
    "a repeated proposal": (example(proposals=[{"id": "A", "price": 1}] * 2), "repeated id A"),
    "a proposal without id": (example(proposals=[{"price": 1}]), "has no id"),
    "an id that is a number": (changed("proposals", 0, id=1), "not a text"),
    "an id that is no text": (EXAMPLE.replace('{"id":"A"', '{"id":"\\ud800"').encode(), "not a text"),
    "a missing cell": (scores(), "missing cell"),
    "a repeated cell": (scores(LAST, LAST), "repeated cell"),
    "an unknown evaluator": (scores(LAST, ["E9", "B", "team", 3]), "unknown id"),
    "an unknown proposal": (scores(LAST, ["E1", "Z", "team", 3]), "unknown id"),
    "an unknown criterion": (scores(LAST, ["E1", "B", "cost", 3]), "unknown id"),
    "a cell too short": (scores(["E2", "B", "team"]), "not a list of 4"),
    "a cell of lists": (scores([["E2"], "B", "team", 3]), "not a text"),
    "a level above the scale": (scores(["E2", "B", "team", 5]), "from 0 to 4"),
    "a level below 0": (scores(["E2", "B", "team", -1]), "from 0 to 4"),
    "a level that is true": (scores(["E2", "B", "team", True]), "from 0 to 4"),
    "a level of a float": (scores(["E2", "B", "team", 3.0]), "from 0 to 4"),
    "a level that is nothing": (scores(["E2", "B", "team", None]), "from 0 to 4"),
    "nobody counted": (example(not_counted=["E1", "E2"]), "no evaluator who counts"),
    "no evaluators": (example(evaluators=[], scores=[]), "no evaluator who counts"),
    "a repeated evaluator": (example(evaluators=["E1", "E2", "E2"]), "repeated id E2"),
    "somebody twice not counted": (example(not_counted=["E3", "E3"]), "repeated id E3"),
    "an unknown agreed cell": (example(agreed=[["A", "cost", 3]]), "unknown id"),
    "a repeated agreed cell": (example(agreed=[["A", "fit", 3], ["A", "fit", 3]]), "repeated cell"),
    "half an agreed level": (example(agreed=[["A", "fit", 2.5]]), "whole number"),
    "an agreed level above the scale": (example(agreed=[["A", "fit", 5]]), "from 0 to 4"),
    "an unknown link": (example(ties=["fit", "cost"]), "unknown id cost"),
    "a repeated link": (example(ties=["fit", "fit"]), "repeated id fit"),
    "a draw before the end": (example(ties=["draw", "fit"]), "last"),
    "a draw without beacon": (example(beacon=None), "without a beacon"),
    "a beacon that is no hex": (example(beacon="c0 ff ee"), "hex"),
    "half a byte of beacon": (example(beacon="c0f"), "hex"),
    "no beacon in the beacon": (example(beacon=""), "hex"),
    "a lock without salt": (example(locks=[{"evaluator": "E1", "index": 1, "value": {}}]), "has no salt"),
    "a short salt": (example(locks=[{"evaluator": "E1", "index": 1, "salt": "00", "value": {}}]), "salt"),
    "a ranking that is no list": (example(result={}), "not a list"),
    "a total that is a number": (changed("result", 0, total=64), "total of B"),
    "a total of floats": (changed("result", 0, total=[64.5, 1]), "numerator of the total of B"),
    "a rank of 0": (changed("result", 0, rank=0), "rank of B"),
    "a rank that is true": (changed("result", 0, rank=True), "rank of B"),
    "passes that is 1": (changed("result", 0, passes=1), "neither true nor false"),
    "scores and levels": (example(levels=[]), "unknown key"),
    "numbers without end": (EXAMPLE.replace("1200000", "9" * 5000).encode(), "not JSON"),
}  # fmt: skip


@pytest.mark.parametrize("name", UNUSABLE)
def test_what_cannot_be_counted_is_refused_in_one_line(run: Run, name: str) -> None:
    bundle, why = UNUSABLE[name]
    for options in ((), ("--json",)):
        code, out, err = run(bundle, *options)
        assert (code, out) == (2, "")
        assert len(err.splitlines()) == 1
        assert why in err


def test_what_it_says_obeys_no_terminal(run: Run) -> None:
    code, out, _ = run(EXAMPLE.replace('"A"', '"\\u001b[2J\\n\u202e"').encode())
    assert code == 0
    assert not {"\x1b", "\u202e"} & set(out)


def test_a_missing_file_and_a_folder_are_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in (tmp_path, tmp_path / "none.json"):
        assert TOOL.main([str(path)]) == 2
        assert len(capsys.readouterr().err.splitlines()) == 1
