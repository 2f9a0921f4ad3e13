"""Statements that are built once: putting one together costs several times what asking it does."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, ParamSpec

from sqlalchemy import Select, bindparam

P = ParamSpec("P")


def prepared(build: Callable[P, Select[*tuple[Any, ...]]]) -> Callable[P, tuple[Any, dict[str, Any]]]:
    """Make a function that builds a statement into one that answers it with its values: `execute(*found(ref))`.

    `build` runs once, with placeholders: its arguments may stand in the statement, and decide nothing about it.
    """
    names = tuple(inspect.signature(build).parameters)

    @functools.cache
    def statement() -> Select[*tuple[Any, ...]]:
        return build(*(bindparam(name) for name in names))  # type: ignore[arg-type, call-arg]

    @functools.wraps(build)
    def filled(*values: P.args, **_named: P.kwargs) -> tuple[Any, dict[str, Any]]:
        return statement(), dict(zip(names, values, strict=True))

    return filled
