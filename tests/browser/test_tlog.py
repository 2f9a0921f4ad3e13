"""The log's mathematics in the browser comes to the same as the program's, and as that of others."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from playwright.sync_api import Browser, Page, Route

from marketplace.clock import Clock
from marketplace.rules import canonical
from marketplace.tlog import tiles, tree
from tests.browser.logs import Log
from tests.browser.site import serving

pytestmark = pytest.mark.browser

CALL = """async ([file, body, given]) => {
    const all = document.querySelector("script[src$='/js/verify.js']").src;
    const it = await import(all.replace("verify.js", file));
    return Function("it", "given", `return (async () => { ${body} })()`)(it, given);
}"""
JSON = some.recursive(
    some.booleans() | some.none() | some.text() | some.integers(1 - 2**53, 2**53 - 1)
    | some.floats(allow_nan=False, allow_infinity=False),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@pytest.fixture(scope="module")
def page(
    tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path, chromium: Browser
) -> Iterator[Page]:
    """A page that has the checker's files, without the policy that keeps a test's own words from running."""
    with serving(tmp_path_factory.mktemp("checker"), migrated_sqlite, Clock()) as site:
        page = chromium.new_page(base_url=site.address)

        def without_policy(route: Route) -> None:
            answer = route.fetch()
            headers = {k: v for k, v in answer.headers.items() if k != "content-security-policy"}
            route.fulfill(response=answer, headers=headers)

        page.route("**/verify", without_policy)
        page.goto("/verify")
        yield page
        page.close()


def call(page: Page, body: str, given: object, file: str = "tlog.js") -> Any:
    return page.evaluate(CALL, [file, body, given])


def vectors(name: str) -> Path:
    folder = os.environ.get("TEST_DATA")
    if folder is None:
        pytest.skip(f"TEST_DATA is unset: vectors/{name} is not there to compare with")
    return Path(folder) / "vectors" / name


def test_json_is_spelled_as_the_program_spells_it_and_commitments_are_the_same(page: Page) -> None:
    body = """return Promise.all(JSON.parse(given).map(async (value) =>
        [it.canonical(value), await it.commitment(new Uint8Array(32).fill(7), "sealed", "content", value)]))"""

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(some.lists(JSON, min_size=1, max_size=8))
    def alike(values: list[Any]) -> None:
        for value, (spelled, fixed) in zip(values, call(page, body, json.dumps(values)), strict=True):
            assert spelled == canonical.general(value).decode()
            assert fixed == canonical.commitment(b"\7" * 32, "sealed", "content", value)

    alike()


@pytest.mark.parametrize(
    "value", ["null", "[0.5]", '{"ä":1}', "9007199254740992", '"\\ud800"', "[" * 40 + "]" * 40]
)
def test_what_no_leaf_may_hold_is_refused(page: Page, value: str) -> None:
    body = "try { it.canonical(JSON.parse(given), true); return 'taken'; } catch { return 'refused'; }"
    assert call(page, body, value) == "refused"
    with pytest.raises(ValueError, match="\\$"):
        canonical.encode(json.loads(value))


def test_json_is_spelled_as_rfc_8785_has_it(page: Page) -> None:
    folder = vectors("jcs")
    for path in sorted((folder / "input").iterdir()):
        expected = (folder / "output" / path.name).read_text()
        assert call(page, "return it.canonical(JSON.parse(given))", path.read_text()) == expected, path.name


def hashes(count: int) -> list[bytes]:
    return [tree.leaf_hash(b'{"i":%d}' % n) for n in range(count)]


def test_every_proof_of_the_program_is_taken_and_no_other(page: Page) -> None:
    leaves = hashes(40)
    node = tiles.node(lambda _level, _n: b"".join(leaves))
    roots = [tree.root(leaves[:size]).hex() for size in range(41)]
    within = [
        [
            leaves[index].hex(),
            index,
            size,
            [each.hex() for each in tree.inclusion(node, index, size)],
            roots[size],
        ]
        for size in range(1, 41)
        for index in range(size)
    ]
    grown = [
        [old, roots[old], size, roots[size], [each.hex() for each in tree.consistency(node, old, size)]]
        for size in range(1, 41)
        for old in range(1, size + 1)
    ]
    body = """
        const bytes = it.fromHex, wrong = [];
        for (const [leaf, index, size, path, root] of given.within) {
            const climb = async (path) => { const found = await it.climb(bytes(leaf), index, size, path); return found && it.hex(found); };
            const steps = path.map(bytes);
            if (await climb(steps) !== root) wrong.push(`${index} of ${size}`);
            if (await climb([...steps, steps[0] ?? bytes(leaf)]) !== null) wrong.push(`${index} of ${size}, one more`);
            if (steps.length && await climb(steps.slice(1)) !== null) wrong.push(`${index} of ${size}, one less`);
        }
        for (const [old, first, size, root, path] of given.grown) {
            const holds = (steps, from = first) => it.consistent(old, bytes(from), size, bytes(root), steps);
            const steps = path.map(bytes);
            if (!await holds(steps)) wrong.push(`${old} to ${size}`);
            if (await holds([...steps, bytes(root)])) wrong.push(`${old} to ${size}, one more`);
            if (steps.length && await holds(steps.slice(1))) wrong.push(`${old} to ${size}, one less`);
            if (await holds(steps, "00".repeat(32))) wrong.push(`${old} to ${size}, from another root`);
        }
        return wrong;
    """  # noqa: E501 - a program within a program
    assert call(page, body, {"within": within, "grown": grown}) == []


def test_a_checkpoint_that_others_made_is_found_in_a_later_one_of_theirs_through_tiles(page: Page) -> None:
    folder = vectors("tlog-proof")
    leaves = hashes(70_000)
    stored = tiles.extend(0, lambda _level, _n: b"", leaves)
    late = (folder / "checkpoint.70000").read_text()
    asked: list[str] = []

    def serve(route: Route) -> None:
        path = route.request.url.split("/log/")[1]
        if path == "checkpoint":
            route.fulfill(body=late)
            return
        asked.append(path)
        level, n, width = tiles.parse(path)
        route.fulfill(body=stored[int(level), n][: width * 32])

    page.route("**/log/**", serve)
    body = """
        const items = given.files.map((file) => it.recognise(new Uint8Array(file)));
        const read = async (path) => new Uint8Array(await (await fetch("/log/" + path)).arrayBuffer());
        const { verdict, steps } = await it.check(items, null, given.known, read);
        return [verdict, steps.find(({ name }) => name === "kept").said];
    """
    files = [folder / name for name in ("70000-54321.tlog-proof", "70000-54321.leaf", "checkpoint.50000")]
    known = {
        "origin": "market.example/audit", "keys": [[(folder / "vkey.txt").read_text().strip(), None]], "witnesses": [],
    }  # fmt: skip
    contents = [list(file.read_bytes()) for file in files]
    assert call(page, body, {"files": contents, "known": known}, "checks.js") == ["good", "passed"]
    assert {tiles.parse(path)[0] for path in asked} == {0, 1}
    forged = contents[2].copy()
    forged[-100] ^= 1
    answer = call(page, body, {"files": [*contents[:2], forged], "known": known}, "checks.js")
    assert answer[0] != "good"
    assert base64.b64decode(late.split("\n")[2]) == tree.root(leaves)


def test_proofs_are_made_from_tiles_as_the_program_makes_them(page: Page) -> None:
    size = 66_100
    stored = tiles.extend(0, lambda _level, _n: b"", hashes(size))
    node = tiles.node(lambda level, n: stored[level, n])

    def serve(route: Route) -> None:
        level, n, width = tiles.parse(route.request.url.split("/log/")[1])
        route.fulfill(body=stored[int(level), n][: width * 32])

    page.route("**/log/**", serve)
    body = """
        const read = async (path) => new Uint8Array(await (await fetch("/log/" + path)).arrayBuffer());
        const range = it.ranges(read, given.size);
        return (await it.consistency(range, given.old, given.size)).map(it.hex);
    """
    for old in (1, 255, 256, 257, 65_535, 65_536, 65_537, 66_000, size):
        expected = [each.hex() for each in tree.consistency(node, old, size)]
        assert call(page, body, {"old": old, "size": size}) == expected, old


def test_whichever_bit_of_a_receipt_is_changed_nothing_is_called_good(page: Page) -> None:
    log, chance = Log(100), Random(1)
    receipt = log.receipt(70)
    lengths = {"leaf": len(base64.b64decode(receipt["leaf"])), "proof": len(receipt["proof"].encode())}
    bits = [[name, bit] for name, length in lengths.items() for bit in chance.sample(range(8 * length), 400)]
    body = """
        const known = { origin: given.receipt.origin, keys: [[given.receipt.vkey, null]], witnesses: [] };
        const bytes = (text) => new TextEncoder().encode(text);
        const leaf = Uint8Array.from(atob(given.receipt.leaf), (letter) => letter.charCodeAt(0));
        const verdict = async (receipt) => {
            const item = it.recognise(bytes(JSON.stringify(receipt)));
            return it.check([item], null, known, null).then((found) => found.verdict, () => "unusable");
        };
        const flipped = (data, bit) => {
            const copy = data.slice();
            copy[bit >> 3] ^= 1 << (bit & 7);
            return copy;
        };
        const changed = (name, bit) => (name === "leaf"
            ? btoa(String.fromCharCode(...flipped(leaf, bit))) : new TextDecoder().decode(flipped(bytes(given.receipt.proof), bit)));
        const good = [];
        for (const [name, bit] of given.bits) {
            if (await verdict({ ...given.receipt, [name]: changed(name, bit) }) === "good") good.push([name, bit]);
        }
        return [await verdict(given.receipt), good];
    """  # noqa: E501 - a program within a program
    given = {"receipt": receipt, "bits": bits}
    assert call(page, body, given, "checks.js") == ["good", []]
