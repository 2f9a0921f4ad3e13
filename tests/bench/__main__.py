"""The benchmark: `make bench` prints its table and keeps it in docs/benchmarks.md."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from marketplace.app import create_app
from marketplace.clock import Clock
from marketplace.models.base import db
from tests import postgres
from tests.bench import bulk, report
from tests.bench.cases import Bench
from tests.bench.measure import measure
from tests.bench.weight import weigh
from tests.bench.worlds import Worlds, build
from tests.conftest import START, migrate, migrate_template, settings_in
from tests.web.conftest import new_browser

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"


@contextmanager
def installed(url: str, folder: Path) -> Iterator[Flask]:
    clock = Clock()
    clock.set(START)
    app = create_app(settings_in(folder, url), clock)
    with app.app_context():
        yield app
        for engine in db.engines.values():
            engine.dispose()


def grow(worlds: Worlds, first: int, last: int) -> None:
    """One challenge in three is open, the others are over, with their results."""
    bulk.copy_challenge(worlds.open.ref, first // 3 + 1, last // 3)
    bulk.copy_challenge(worlds.completed.ref, first - first // 3 + 1, last - last // 3)
    bulk.settle()


def run(database: str, url: str, folder: Path, sizes: tuple[int, ...]) -> tuple[report.Run, dict[str, int]]:
    """Measure everything on one database, and weigh the home page."""
    with installed(url, folder) as app:
        worlds = build()
        for world in (worlds.open, worlds.completed):
            bulk.copy_authority(world.authority.slug)
        bench, grown, growing = Bench(app, worlds), 0, []
        for size in sizes:
            grow(worlds, grown, size)
            grown = size
            growing.append(bench.growing())
            measure(growing[-1], db.engines.values())
        working = bench.working()
        measure(working, db.engines.values())
        return report.Run(database, sizes, growing, working), weigh(new_browser(app), "/")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/daylight.db"
        migrate(Path(folder), url)
        sqlite, weight = run("SQLite", url, Path(folder), (1_000, 10_000, 100_000))
    with tempfile.TemporaryDirectory() as folder:
        url = postgres.fresh_database(postgres.server(), migrate_template)
        postgresql, _ = run("PostgreSQL", url, Path(folder), (1_000, 10_000))
    text = report.page([sqlite, postgresql], weight)
    print(text)
    PAGE.write_text(text)


if __name__ == "__main__":
    main()
