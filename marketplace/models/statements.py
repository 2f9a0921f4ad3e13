"""How hot statements are put together: once, and so that they are read through the right index."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, ParamSpec

from sqlalchemy import ColumnElement, Select, bindparam, func

P = ParamSpec("P")


def prepared(build: Callable[P, Select[*tuple[Any, ...]]]) -> Callable[P, tuple[Any, dict[str, Any]]]:
    """Make a function that builds a statement into one that answers it with its values: `execute(*found(ref))`.

    `build` runs once, with placeholders, since building costs several times what asking does: its arguments may
    stand in the statement, and decide nothing about it.
    """
    names = tuple(inspect.signature(build).parameters)

    @functools.cache
    def statement() -> Select[*tuple[Any, ...]]:
        # Placeholders stand where values are declared.
        return build(*(bindparam(name) for name in names))  # type: ignore[arg-type, call-arg]

    @functools.wraps(build)
    def filled(*values: P.args, **_named: P.kwargs) -> tuple[Any, dict[str, Any]]:
        return statement(), dict(zip(names, values, strict=True))

    return filled


def unindexed(column: Any) -> ColumnElement[Any]:
    """A column that no index of its own is used for, so that the statement is read in the order that it asks for.

    SQLite keeps no statistics here: it believes that few rows have the same state, fetches them all and sorts them.
    """
    return func.coalesce(column, column)
