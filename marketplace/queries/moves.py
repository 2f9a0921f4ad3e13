"""Which moves are open to a person, and why one of them cannot be made yet: the same rows, read only."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.rules import lifecycle
from marketplace.rules.lifecycle import Case, Move
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import Role
from marketplace.rules.wording import MOVES


@dataclass(frozen=True)
class Possible:
    """A move that this person's roles allow from here; `why` says what still stands in its way."""

    name: str
    why: Refused | None
    second: bool


def possible(held: frozenset[Role], state: str, stage: str, case: Case) -> tuple[Possible, ...]:
    """Every move for these roles, in the table's order; `stage` is the state of the last one that began."""
    rows = lifecycle.allowed("challenge", state, held)
    of_stage = lifecycle.allowed("stage", stage, held) if state in lifecycle.RUNNING_STATES else ()
    found = [Possible(move.name, why(move, state, case), bool(move.second)) for move in rows]
    found += [Possible(move.name, _why_of_stage(move, stage, case), bool(move.second)) for move in of_stage]
    return tuple(each for each in found if each.name in MOVES)


def _why_of_stage(move: Move, state: str, case: Case) -> Refused | None:
    """What only somebody's own page knows, such as who declared, is asked there."""
    return why(move, state, case) if move.name in ("call-reserve", "reopen", "revise") else None


def why(move: Move, state: str, case: Case) -> Refused | None:
    """What refuses the move; None where nothing does."""
    no = lifecycle.refusal(move, state, case)
    return Refused(no.code, **no.facts) if no else None
