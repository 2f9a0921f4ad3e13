"""How a kind of event gets its sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Facts = dict[str, Any]
Told = tuple[str, str]
"""What happened, and what that means; the second may be empty."""
Tell = Callable[[Facts], Told]


class Tells(dict[str, Tell]):
    """Kinds of events with what tells them: `@tells("stage.open")` takes a function in."""

    def __call__(self, kind: str) -> Callable[[Tell], Tell]:
        def take(tell: Tell) -> Tell:
            self[kind] = tell
            return tell

        return take
