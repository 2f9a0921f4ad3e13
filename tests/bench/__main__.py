"""The benchmark: `make bench` prints its table and keeps it in docs/benchmarks.md."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from flask import Flask

from marketplace.app import create_app
from marketplace.clock import Clock
from marketplace.models.base import db
from tests import postgres
from tests.bench import bulk, checking, log, report, stored
from tests.bench.cases import Bench
from tests.bench.measure import measure, measure_works
from tests.bench.weight import weigh
from tests.bench.worlds import build
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


@contextmanager
def grown(url: str, folder: Path, size: int) -> Iterator[Bench]:
    """An installation with so many challenges: one in three is open, the others are over, with their results."""
    with installed(url, folder) as app:
        worlds = build()
        for world in (worlds.open, worlds.completed):
            bulk.copy_authority(world.authority.slug)
        bulk.copy_challenge(worlds.open.ref, 1, size // 3)
        bulk.copy_challenge(worlds.completed.ref, 1, size - size // 3)
        bulk.settle()
        yield Bench(app, worlds, [*db.engines.values()])


def run(
    database: str, sizes: tuple[int, ...], make: Callable[[Path], str]
) -> tuple[report.Run, dict[str, int]]:
    """Measure everything on one database, the same page of every size in turn, and weigh the home page.

    A process serves one installation, and three at once spoil its processor's caches: what a request costs is
    measured on the smallest alone.
    """
    with ExitStack() as stack:
        folders = [Path(stack.enter_context(tempfile.TemporaryDirectory())) for _ in sizes]
        benches = [
            stack.enter_context(grown(make(folder), folder, size))
            for folder, size in zip(folders, sizes, strict=True)
        ]
        growing = [bench.growing() for bench in benches]
        engines = [engine for bench in benches for engine in bench.engines]
        measure([case for cases in zip(*growing, strict=True) for case in cases], engines)
        alone = benches[0].growing() + benches[0].working()
        measure(alone, engines)
        return report.Run(database, sizes, growing, alone), weigh(new_browser(benches[0].app), "/")


def log_of_a_million(database: str, make: Callable[[Path], str]) -> report.Stored:
    with tempfile.TemporaryDirectory() as name, installed(make(Path(name)), Path(name)):
        return report.Stored(database, *stored.measured())


def on_sqlite(folder: Path) -> str:
    url = f"sqlite:///{folder}/daylight.db"
    migrate(folder, url)
    return url


def on_postgresql(_folder: Path) -> str:
    return postgres.fresh_database(postgres.server(), migrate_template)


def main() -> None:
    sqlite, weight = run("SQLite", (1_000, 10_000, 100_000), on_sqlite)
    postgresql, _ = run("PostgreSQL", (1_000, 10_000), on_postgresql)
    works = log.works()
    measure_works(works)
    million = [log_of_a_million("SQLite", on_sqlite), log_of_a_million("PostgreSQL", on_postgresql)]
    text = report.page([sqlite, postgresql], weight, works, log.sizes(), million, checking.needs())
    print(text)
    PAGE.write_text(text)


if __name__ == "__main__":
    main()
