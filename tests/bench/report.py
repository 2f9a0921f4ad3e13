"""The benchmark as a page of the documentation."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.clock import Clock
from tests.bench.cases import BARE
from tests.bench.checking import Need
from tests.bench.log import Size
from tests.bench.measure import Case, Work

INTRODUCTION = """\
# Benchmarks

`make bench` measures and writes this page. One request at a time goes through the WSGI application of one process that
is warm. CPU is that process’s processor time, user and system, at the median of 120 requests; the database runs inside
it on SQLite and beside it on PostgreSQL. A bare Flask page, one line of text, is measured in the same run. Challenges
beyond the first are copies, row by row, of ones that were led through the actions. Public pages leave compressed, as a
browser asks; the same page is compressed once and remembered. What a request costs is measured among a thousand
challenges; for growth each page is measured at every size in turn, so that a slow minute is shared by all.
"""


@dataclass(frozen=True)
class Run:
    """All that was measured on one database: growing pages at each size, and everything on the smallest alone."""

    database: str
    sizes: tuple[int, ...]
    growing: Sequence[Sequence[Case]]
    alone: Sequence[Case]


@dataclass(frozen=True)
class Stored:
    """What was measured of a log of a million entries on one database."""

    database: str
    works: Sequence[Work]
    sizes: Sequence[Size]


def page(
    runs: Sequence[Run], weight: dict[str, int], works: Sequence[Work], sizes: Sequence[Size],
    million: Sequence[Stored], checking: Sequence[Need],
) -> str:  # fmt: skip
    parts = [INTRODUCTION, f"Last run: {where()}.\n"]
    for run in runs:
        parts += [f"## {run.database}\n", costs(run), f"### Growth on {run.database}\n", growth(run)]
    for log in million:
        parts += [f"## A log of a million entries on {log.database}\n", sums(log.works), lengths(log.sizes)]
    parts += ["## The log’s sums, without request and database\n", sums(works), lengths(sizes)]
    parts += ["## The whole log, checked with `verify.py`\n", needs(checking)]
    return "\n".join([*parts, "## The home page on the wire\n", weights(weight)])


def where() -> str:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True
    ).stdout.strip()
    python = ".".join(platform.python_version_tuple()[:2])
    return f"{Clock().now():%-d %B %Y}, {os.cpu_count()} cores, {platform.machine()}, Python {python}, commit {commit}"


def costs(run: Run) -> str:
    """A missed target says so in words."""
    rows = [_row(case, run.alone) for case in run.alone]
    return table(("Request", "CPU, ms", "× bare", "Statements", "Target"), rows)


def _row(case: Case, beside: Sequence[Case]) -> list[str]:
    return [
        case.name, f"{case.cost:.2f}", f"{case.cost / _bare(beside):.0f}", str(case.asked), _target(case),
    ]  # fmt: skip


def _target(case: Case) -> str:
    if case.target is None:
        return ""
    most, statements = case.target
    words = f"≤ {most:g} ms" + (f", ≤ {statements}" if statements else "")
    missed = case.cost > most or (statements is not None and case.asked > statements)
    return f"{words}: **missed**" if missed else words


def sums(works: Sequence[Work]) -> str:
    rows = [[work.name, f"{work.cost:.3f}", _most(work.cost, work.target, "ms")] for work in works]
    return table(("Sum", "CPU, ms", "Target"), rows)


def lengths(sizes: Sequence[Size]) -> str:
    rows = [[size.name, f"{size.bytes:,}", _most(size.bytes, size.target, "bytes")] for size in sizes]
    return table(("What is kept or sent", "Bytes", "Target"), rows)


def needs(checking: Sequence[Need]) -> str:
    rows = [
        [need.name, f"{need.amount:.1f} {need.unit}", _most(need.amount, need.target, need.unit)]
        for need in checking
    ]
    return table(("What it takes", "Found", "Target"), rows)


def _most(found: float, target: float | None, unit: str) -> str:
    if target is None:
        return ""
    return f"≤ {target:,g} {unit}" + (": **missed**" if found > target else "")


def growth(run: Run) -> str:
    rows = []
    for cases in zip(*run.growing, strict=True):
        costs = [case.cost for case in cases]
        ratio = max(costs) / costs[0]
        rows.append([cases[0].name, *(f"{cost:.2f}" for cost in costs), f"{ratio:.2f}"])
    sizes = [f"{size:,} challenges" for size in run.sizes]
    return table(("Page, ms", *sizes, "Largest ÷ first"), rows)


def weights(weight: dict[str, int]) -> str:
    named = [("The page" if path == "/" else path.rpartition("/")[2], size) for path, size in weight.items()]
    rows = [[name, f"{size / 1000:.1f}"] for name, size in named]
    return table(("Part", "KB"), [*rows, ["**Together**", f"**{sum(weight.values()) / 1000:.1f}**"]])


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    aligned = ["---", *("---:" for _ in heads[1:])]
    return "\n".join(f"| {' | '.join(row)} |" for row in (heads, aligned, *rows)) + "\n"


def _bare(cases: Sequence[Case]) -> float:
    return next(case.cost for case in cases if case.name == BARE)
