"""What was signed on a challenge, as everybody may read it once there is an award."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from marketplace.models.organisations import Organisation
from marketplace.models.stages import Agreement, Stage
from marketplace.models.statements import prepared
from marketplace.queries.challenges import Head
from marketplace.queries.query import Reader


@dataclass(frozen=True)
class Signed:
    """An agreement: with whom, for which stage, and over how much of `currency`'s minor units."""

    supplier: str
    slug: str
    stage: str
    value: int
    currency: str
    signed_on: date
    ends_on: date | None


def agreements(read: Reader, head: Head) -> tuple[Signed, ...]:
    """In the order of signing."""
    plan = head.content.stages.stages
    return tuple(
        Signed(
            row.name, row.slug, plan[row.number - 1].name, row.value, row.currency, row.signed_on, row.ends_on
        )
        for row in read.connection.execute(*_signed(head.id))
    )


@prepared
def _signed(challenge_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Organisation.name, Organisation.slug, Stage.number,
            Agreement.value, Agreement.currency, Agreement.signed_on, Agreement.ends_on,
        )
        .join(Stage, Stage.id == Agreement.stage_id)
        .join(Organisation, Organisation.id == Agreement.supplier_id)
        .where(Stage.challenge_id == challenge_id)
        .order_by(Agreement.signed_on, Agreement.id)
    )  # fmt: skip
