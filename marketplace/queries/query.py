"""The engine of every read: its own read-only transaction, one actor, one instant.

A query returns frozen records that hold only what this actor may see, and a number of statements
that does not grow with rows.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from marketplace import policy
from marketplace.models.database import Installation, installation, reading
from marketplace.policy import Actor, On
from marketplace.rules.roles import Role

P = ParamSpec("P")
R = TypeVar("R")


class Reader:
    """What a query works with: its actor, its instant, its connection."""

    def __init__(self, connection: Connection, actor: Actor) -> None:
        self.connection = connection
        self.actor = actor
        self.place: Installation = installation()
        self.now: datetime = self.place.clock.now()
        self.keys = self.place.keys

    def require(self, permission: str, on: On = policy.PLATFORM) -> frozenset[Role]:
        """The actor's roles on `on`; refuses `missing` without `permission`."""
        return policy.require(self.connection, self.actor, permission, on)

    def allows(self, permission: str, on: On = policy.PLATFORM) -> bool:
        return policy.allows(self.connection, self.actor, permission, on)


def query(perform: Callable[Concatenate[Reader, P], R]) -> Callable[Concatenate[Actor, P], R]:
    """Make a function of a reader into a query: call it with the actor first."""

    @functools.wraps(perform)
    def ask(actor: Actor, *args: P.args, **kwargs: P.kwargs) -> R:
        with reading() as connection:
            return perform(Reader(connection, actor), *args, **kwargs)

    return ask
