"""The one place that knows how a database looks through the words of challenges."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import ColumnElement, Connection, column, false, func, literal_column, select, table

from marketplace.models.challenges import Challenge, ChallengeText

_WORD = re.compile(r"\w+")
_SEARCH = table("challenge_search", column("rowid"), column("challenge_search"))
# Letter for letter what the index is made of, or PostgreSQL would read every row.
_VECTOR: ColumnElement[Any] = literal_column(
    "(setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', body), 'B'))"
)


def matching(connection: Connection, typed: str) -> ColumnElement[bool]:
    """The condition on `Challenge` that every typed word occurs; true of none where no word was typed.

    Only letters and digits reach the database, each word quoted, so that nothing typed is an operator.
    """
    words = _WORD.findall(typed)
    if not words:
        return false()
    if connection.dialect.name == "sqlite":
        wanted = " ".join(f'"{word}"' for word in words)
        rows = select(_SEARCH.c.rowid).where(_SEARCH.c.challenge_search.op("MATCH")(wanted))
    else:
        wanted = " ".join(word.lower() if word != "or" else '"or"' for word in words)
        asked = func.websearch_to_tsquery(literal_column("'english'"), wanted)
        rows = select(ChallengeText.challenge_id).where(_VECTOR.op("@@")(asked))
    return Challenge.id.in_(rows)
