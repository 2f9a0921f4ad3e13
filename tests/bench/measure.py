"""What one request costs the server: processor time of this process, and statements sent to the database.

Also what one computation costs that asks for neither.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass, field
from statistics import median
from typing import Any
from wsgiref.types import WSGIApplication

from sqlalchemy import Engine, event
from werkzeug.test import EnvironBuilder

WARM, ROUNDS, IN_A_ROW = 10, 12, 10


@dataclass(frozen=True)
class Request:
    """One request as a server hands it on; `form` makes it a POST."""

    path: str
    cookie: str = ""
    form: dict[str, str] | None = None
    expects: int = 200

    def environ(self) -> dict[str, Any]:
        headers = [("Accept-Encoding", "gzip, deflate, br")]
        headers += [("Cookie", self.cookie)] if self.cookie else []
        method = "GET" if self.form is None else "POST"
        return EnvironBuilder(self.path, headers=headers, method=method, data=self.form).get_environ()


@dataclass
class Case:
    """A kind of request. `prepare(n)` does whatever the n-th one needs first, which is not counted.

    `target` is the most milliseconds and the most statements that it may take, where there is a limit.
    """

    name: str
    app: WSGIApplication
    prepare: Callable[[int], Request]
    target: tuple[float, int | None] | None = None
    milliseconds: list[float] = field(default_factory=list)
    statements: list[int] = field(default_factory=list)

    @property
    def cost(self) -> float:
        return median(self.milliseconds)

    @property
    def asked(self) -> int:
        return max(self.statements)

    def run(self, number: int, counter: list[int]) -> None:
        request = self.prepare(number)
        environ = request.environ()
        counter[0] = 0
        begun = time.process_time_ns()
        status = Context().run(answer, self.app, environ)
        spent = time.process_time_ns() - begun
        if status != request.expects:
            raise RuntimeError(f"{self.name}: {status} for {request.path}")
        if number >= WARM:
            self.milliseconds.append(spent / 1e6)
            self.statements.append(counter[0])


@dataclass
class Work:
    """A computation, of which `do(n)` is the n-th. `target` is the most milliseconds it may take, if any."""

    name: str
    do: Callable[[int], object]
    target: float | None = None
    milliseconds: list[float] = field(default_factory=list)

    @property
    def cost(self) -> float:
        return median(self.milliseconds)

    def run(self, number: int) -> None:
        begun = time.process_time_ns()
        self.do(number)
        spent = time.process_time_ns() - begun
        if number >= WARM:
            self.milliseconds.append(spent / 1e6)


def answer(app: WSGIApplication, environ: dict[str, Any]) -> int:
    """Let the application answer in full; the status."""
    statuses: list[str] = []

    def start(status: str, _headers: Any, _problem: Any = None) -> Callable[[bytes], object]:
        statuses.append(status)
        return lambda _body: None

    body = app(environ, start)
    for _part in body:
        pass
    if hasattr(body, "close"):
        body.close()
    return int(statuses[0][:3])


def measure(cases: Sequence[Case], engines: Iterable[Engine]) -> None:
    """Run the cases in turn, a few requests of each at a time, so that a slow minute is shared by all."""
    with counting(engines) as counter:
        for case in cases:
            for number in range(WARM):
                case.run(number, counter)
        for round in range(ROUNDS):
            for case in cases:
                for number in range(IN_A_ROW):
                    case.run(WARM + round * IN_A_ROW + number, counter)


def measure_works(works: Sequence[Work]) -> None:
    for number in range(WARM + ROUNDS * IN_A_ROW):
        for work in works:
            work.run(number)


@contextmanager
def counting(engines: Iterable[Engine]) -> Iterator[list[int]]:
    """One number in a list: the statements sent since somebody set it to 0."""
    counter = [0]
    listening = list(engines)

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        counter[0] += not statement.startswith("BEGIN")

    for engine in listening:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield counter
    finally:
        for engine in listening:
            event.remove(engine, "before_cursor_execute", note)
