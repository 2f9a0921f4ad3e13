"""Where a page of a list ends, so that the next one begins behind it: carried by addresses as an opaque cursor."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime

from sqlalchemy import BindParameter, ScalarSelect, select

from marketplace.models.challenges import Challenge

Place = tuple[str, datetime | None, str]
"""By what the list is ordered, that instant, and the challenge."""


class Unusable(ValueError):
    """A filter holds a value that is none of those it takes; names the filter."""


def cursor(order: str, at: datetime | None, ref: str) -> str:
    """A place of a list, as an address carries it."""
    place = [order, at.isoformat() if at else "", ref]
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def place_of(cursor: str) -> Place:
    """What `cursor` was made of; only an opening may lack its instant. Raises `Unusable`."""
    try:
        order, at, ref = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        instant = datetime.fromisoformat(at) if at else None
        if not isinstance(ref, str) or (instant is None and order != "opened"):
            raise Unusable("after")
        if instant is not None and instant.tzinfo is None:
            raise Unusable("after")
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise Unusable("after") from error
    return str(order), instant, ref


def id_of(ref: str | BindParameter[str]) -> ScalarSelect[int]:
    """The number of the challenge, by which lists order what stands at the same instant."""
    return select(Challenge.id).where(Challenge.ref == ref).scalar_subquery()
