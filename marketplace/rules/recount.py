"""The recount bundle: all that totals and ranks follow from, and the official ones, as `recount/1` spells them.

static/tools/recount.py counts such a bundle again and shares no line with this package.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Literal, TypeVar

import msgspec
from msgspec import Raw, Struct, field

from marketplace.rules import prices, scoring
from marketplace.rules.scoring import Rest, Standing

Pair = tuple[int, int]
"""A fraction: numerator and denominator."""

K = TypeVar("K")
V = TypeVar("V")


class Part(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What is not said stands for nothing: no minimum, no price, not excluded."""


class Criterion(Part, frozen=True, kw_only=True):
    id: str
    weight: int
    maximum: int = field(name="max")
    minimum: int | None = None


class Price(Part, frozen=True, kw_only=True):
    method: Literal["ceiling_linear", "reference_ratio", "lowest_ratio"]
    weight: int
    ceiling: int | None = None
    reference: int | None = None

    @property
    def amount(self) -> int | None:
        return self.reference if self.method == "reference_ratio" else self.ceiling


class Proposal(Part, frozen=True, kw_only=True):
    """`points` are the factor q, in place of a price that is not public."""

    id: str
    price: int | None = None
    points: Pair | None = None
    excluded: str = ""


class Lock(Part, frozen=True, kw_only=True):
    """The opening of an evaluator's lock: salt (hex) and value (JSON) of the sealed entry at `index`."""

    evaluator: str
    index: int
    salt: str
    value: Raw


class Line(Part, frozen=True, kw_only=True):
    id: str
    total: Pair
    rank: int | None
    passes: bool


class Bundle(Part, frozen=True, kw_only=True):
    """Either every score of every evaluator, or the panel's final `levels`."""

    format: Literal["recount/1"]
    challenge: str
    stage: int
    criteria: tuple[Criterion, ...]
    minimum_total: Pair = (0, 1)
    price: Price | None = None
    evaluators: tuple[str, ...] = ()
    not_counted: tuple[str, ...] = ()
    proposals: tuple[Proposal, ...]
    scores: tuple[tuple[str, str, str, int], ...] = ()
    levels: tuple[tuple[str, str, Pair], ...] = ()
    agreed: tuple[tuple[str, str, int], ...] = ()
    ties: tuple[str, ...]
    beacon: str = ""
    locks: tuple[Lock, ...] = ()
    result: tuple[Line, ...] = ()


def spell(bundle: Bundle) -> bytes:
    """As it is served."""
    return msgspec.json.encode(bundle)


def parse(spelled: bytes) -> Bundle:
    """Refuses with `msgspec.ValidationError` what is not shaped like a bundle."""
    return msgspec.json.decode(spelled, type=Bundle)


def price(counts: prices.Price | None) -> Price | None:
    """How price counts, if it does, with the name that its amount goes by."""
    if counts is None or not prices.weight(counts):
        return None
    named = prices.WITH_AMOUNT.get(counts.method)
    amount = {named: counts.amount} if named else {}
    return msgspec.convert({"method": counts.method, "weight": counts.weight, **amount}, Price)


def pair(value: Fraction) -> Pair:
    return value.numerator, value.denominator


def result(standings: Iterable[Standing]) -> tuple[Line, ...]:
    """Standings in their order, as a bundle names them."""
    return tuple(Line(id=s.id, total=pair(s.total), rank=s.rank, passes=s.passes) for s in standings)


def count(bundle: Bundle) -> tuple[Standing, ...]:
    """The standings that follow from a bundle; refuses with `ValueError` what cannot be counted."""
    ids = [proposal.id for proposal in bundle.proposals]
    least = Fraction(*bundle.minimum_total)
    rest = Rest(
        price=bundle.price,
        prices={each.id: each.price for each in bundle.proposals if each.price is not None},
        points={each.id: Fraction(*each.points) for each in bundle.proposals if each.points},
        excluded={each.id for each in bundle.proposals if each.excluded},
        ties=bundle.ties,
        beacon=bundle.beacon,
    )
    if bundle.levels:
        levels = _once(
            ((proposal, criterion), Fraction(*level)) for proposal, criterion, level in bundle.levels
        )
        return scoring.evaluate_levels(bundle.criteria, ids, levels, least, **rest)
    counted = [each for each in bundle.evaluators if each not in bundle.not_counted]
    scores = _once(
        ((who, id, on), level) for who, id, on, level in bundle.scores if who not in bundle.not_counted
    )
    agreed = _once(((proposal, criterion), level) for proposal, criterion, level in bundle.agreed)
    return scoring.evaluate(bundle.criteria, ids, counted, scores, least, agreed, **rest)


def _once(cells: Iterable[tuple[K, V]]) -> dict[K, V]:
    found: dict[K, V] = {}
    for cell, level in cells:
        if cell in found:
            raise ValueError(f"repeated cell {cell}")
        found[cell] = level
    return found
