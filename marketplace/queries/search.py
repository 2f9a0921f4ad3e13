"""The one place that knows how a database looks through the words of challenges."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, column, func, literal_column, select, table

from marketplace.models.challenges import Challenge, ChallengeText

_WORD = re.compile(r"\w+")
_SEARCH = table("challenge_search", column("rowid"), column("challenge_search"))
# Letter for letter what the index is made of, or PostgreSQL would read every row.
_VECTOR: ColumnElement[Any] = literal_column(
    "(setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', body), 'B'))"
)


def wanted(dialect: str, typed: str) -> str:
    """The typed words as the database is asked for them; empty where no word was typed.

    Only letters and digits reach the database, each word quoted, so that nothing typed is an operator.
    """
    words = _WORD.findall(typed)
    if dialect == "sqlite":
        return " ".join(f'"{word}"' for word in words)
    return " ".join(word.lower() if word != "or" else '"or"' for word in words)


def matching(dialect: str, wanted: BindParameter[Any]) -> ColumnElement[bool]:
    """The condition on `Challenge` that every word of `wanted` occurs in it."""
    if dialect == "sqlite":
        rows = select(_SEARCH.c.rowid).where(_SEARCH.c.challenge_search.op("MATCH")(wanted))
    else:
        asked = func.websearch_to_tsquery(literal_column("'english'"), wanted)
        rows = select(ChallengeText.challenge_id).where(_VECTOR.op("@@")(asked))
    return Challenge.id.in_(rows)
