"""What can be erased of what was published, for those who may erase it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, select

from marketplace import published
from marketplace.models.challenges import Challenge
from marketplace.models.erasures import Erasure
from marketplace.models.organisations import Organisation
from marketplace.policy import On
from marketplace.published import Text
from marketplace.queries.query import Reader, query
from marketplace.rules.lifecycle import PUBLIC_STATES
from marketplace.rules.references import ALPHABET
from marketplace.rules.refusals import Refused


@dataclass(frozen=True)
class Erasable:
    """Whose words they are, by the reference or slug and the name that everybody sees, and every text.

    `gone` are the places where nothing is left to erase. `inside` tells whether the actor sees its pages at the
    desk too.
    """

    ref: str
    title: str
    language: str
    texts: tuple[Text, ...]
    gone: frozenset[str]
    inside: bool


@query
def require_everywhere(read: Reader) -> None:
    """Refuses missing for all who may not erase whatever is public."""
    read.require("words:erase")


# What a public address names, and where it is looked up.
_PLACES = (
    (
        "challenges",
        re.compile(rf"\b(CH-[{ALPHABET}]{{8}})\b"),
        lambda named: select(Challenge.id).where(Challenge.ref == named, Challenge.state.in_(PUBLIC_STATES)),
    ),
    (
        "organisations",
        re.compile(r"/organisations/([a-z0-9-]+)"),
        lambda named: select(Organisation.id).where(Organisation.slug == named),
    ),
)


@query
def owner(read: Reader, at: str) -> tuple[str, str]:
    """Whose words stand at a public address: "challenges" and a reference, or "organisations" and a slug.

    A reference alone does too. For operators; others are refused missing. Refuses erasure.nowhere.
    """
    read.require("words:erase")
    for kind, pattern, known in _PLACES:
        found = pattern.search(at)
        if found and read.connection.scalar(known(found[1])) is not None:
            return kind, found[1]
    raise Refused("erasure.nowhere")


@query
def of_challenge(read: Reader, ref: str) -> Erasable:
    """Every public text of a challenge. Refuses missing, also where nobody published it."""
    found = read.connection.execute(
        select(Challenge.id, Challenge.title, Challenge.language).where(
            Challenge.ref == ref, Challenge.state.in_(PUBLIC_STATES)
        )
    ).one_or_none()
    row = _known(found)
    read.require("words:erase", On(challenge_id=row.id))
    texts = published.of_challenge(read.connection, row.id)
    inside = read.allows("challenge:work", On(challenge_id=row.id))
    return _erasable(read, ref, row, texts, Erasure.challenge_id == row.id, inside=inside)


@query
def of_organisation(read: Reader, slug: str) -> Erasable:
    """Every public text of an organisation. Refuses missing."""
    found = read.connection.execute(
        select(Organisation.id, Organisation.name.label("title")).where(Organisation.slug == slug)
    ).one_or_none()
    row = _known(found)
    read.require("words:erase", On(organisation_id=row.id))
    texts = published.of_organisation(read.connection, row.id)
    inside = read.allows("organisation:see", On(organisation_id=row.id))
    return _erasable(read, slug, row, texts, Erasure.owner == slug, inside=inside)


def _erasable(
    read: Reader, ref: str, row: Row[*tuple[Any, ...]], texts: Iterable[Text], erased: ColumnElement[bool],
    *, inside: bool,
) -> Erasable:  # fmt: skip
    every = tuple(texts)
    left = tuple(published.standing(read.connection, read.place.words, every, erased))
    gone = frozenset(each.place for each in set(every) - set(left))
    return Erasable(ref, row.title, getattr(row, "language", ""), left, gone, inside)


def _known(row: Row[*tuple[object, ...]] | None) -> Row[*tuple[object, ...]]:
    if row is None:
        raise Refused("missing")
    return row


@query
def acts(read: Reader) -> frozenset[str]:
    """The references of every act of erasing that this database knows of."""
    read.require("words:erase-again")
    return frozenset(read.connection.scalars(select(Erasure.ref).distinct()))


@query
def silent(read: Reader) -> bool:
    """Whether something was erased of which no entry of the trail says so yet."""
    read.require("words:erase-again")
    waiting = select(Erasure.id).where(Erasure.log_index.is_(None)).limit(1)
    return read.connection.scalar(waiting) is not None
