"""Copies of whole challenges, put straight into the tables by the database itself.

Through the actions a hundred thousand would take a day. A copy has rows of its own for everything that a
challenge's pages read. Its leaves repeat the bytes of the original's, so such a trail does not verify: it is for
timing alone.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Integer,
    String,
    Table,
    cast,
    func,
    insert,
    literal,
    select,
    text,
    update,
)

from marketplace.models.accounts import RoleAssignment
from marketplace.models.base import Base
from marketplace.models.challenges import Challenge
from marketplace.models.database import writing
from marketplace.models.organisations import Organisation
from marketplace.models.trail import LogEvent, LogHead

STRIDE = 100_000
AUTHORITIES = 150
WITH_ROLES = 10
COPIED = (
    "challenge", "challenge_version", "challenge_text", "stage", "move_reason", "portal_notice", "outcome",
    "proposal", "decision", "decision_line", "score", "score_lock", "agreement", "summary",
)  # fmt: skip


def copy_authority(slug: str) -> None:
    """The authority of copies, and 149 like it: their number does not follow that of challenges."""
    table = Organisation.__table__
    number = _numbers(1, AUTHORITIES - 1)
    changed = {
        "id": table.c.id + number.c.n * STRIDE,
        "slug": table.c.slug + "-" + cast(number.c.n, String),
        "name": table.c.name + " " + cast(number.c.n, String),
    }
    with writing() as session:
        _copy(session.connection(), table, number, changed, table.c.slug == slug)


def copy_challenge(ref: str, first: int, last: int) -> None:
    """Copies number `first` to `last` of a challenge, each closing and ending a minute after the one before."""
    with writing() as session:
        connection = session.connection()
        id = session.scalars(select(Challenge.id).where(Challenge.ref == ref)).one()
        number = _numbers(first, last)
        for name in COPIED:
            table = Base.metadata.tables[name]
            _copy(connection, table, number, _changed(connection, table, number), _belongs(table, id))
        roles = RoleAssignment.__table__
        own = _belongs(roles, id) & (number.c.n <= WITH_ROLES)
        _copy(connection, roles, number, _changed(connection, roles, number), own)
        _copy_leaves(connection, number, last - first + 1, id)


def settle() -> None:
    """Let PostgreSQL learn how full its tables are, as it does by itself in time; SQLite never does."""
    with writing() as session:
        if session.connection().dialect.name == "postgresql":
            session.execute(text("ANALYZE"))


def copied_ref(ref: str, number: int) -> str:
    """The reference of a challenge's copy: it begins and ends like the original's."""
    return f"{ref[:6]}{number:06d}{ref[6:]}"


def _numbers(first: int, last: int) -> CTE:
    begun = select(literal(first).label("n")).cte("numbers", recursive=True)
    return begun.union_all(select(begun.c.n + 1).where(begun.c.n < last))


def _copy(
    connection: Connection, table: Any, number: CTE, changed: dict[str, Any], where: ColumnElement[bool]
) -> None:
    chosen = [changed.get(column.name, column) for column in table.c]
    rows = select(*chosen).select_from(table).join(number, literal(True)).where(where).order_by(number.c.n)
    connection.execute(insert(table).from_select([column.name for column in table.c], rows))


def _changed(connection: Connection, table: Any, number: CTE) -> dict[str, Any]:
    """The columns in which a copy differs: its keys, its reference, its dates and its authority."""
    shift = number.c.n * STRIDE
    found: dict[str, Any] = {}
    for column in table.c:
        targets = {key.column.table.name for key in column.foreign_keys}
        if targets & {*COPIED} or (column.name == "id" and not targets):
            found[column.name] = column + shift
    if "ref" in table.c:
        padded = func.substr(cast(number.c.n + 1_000_000, String), 2)
        found["ref"] = func.substr(table.c.ref, 1, 6).concat(padded).concat(func.substr(table.c.ref, 7))
    if table.name == "challenge":
        found["authority_id"] = table.c.authority_id + number.c.n % AUTHORITIES * STRIDE
        for name in ("opened_at", "closes_at", "ended_at"):
            found[name] = _later(connection, table.c[name], number.c.n)
    return found


def _later(connection: Connection, instant: Any, minutes: Any) -> Any:
    if connection.dialect.name == "sqlite":
        return func.strftime("%Y-%m-%d %H:%M:%f000", instant, cast(minutes, String) + " minutes")
    return instant + minutes * text("interval '1 minute'")


def _belongs(table: Any, challenge_id: int) -> ColumnElement[bool]:
    """The rows of one challenge in a table, however far below it they stand."""
    if table.name == "challenge":
        return table.c.id == challenge_id
    if "challenge_id" in table.c:
        return table.c.challenge_id == challenge_id
    above, key = ("stage", "stage_id") if "stage_id" in table.c else ("decision", "decision_id")
    owner: Table = Base.metadata.tables[above]
    return table.c[key].in_(select(owner.c.id).where(_belongs(owner, challenge_id)))


def _copy_leaves(connection: Connection, number: CTE, copies: int, challenge_id: int) -> None:
    """Leaves stand one behind the other without a gap: the database refuses them otherwise."""
    table: Any = LogEvent.__table__
    own = table.c.challenge_id == challenge_id
    each = connection.scalar(select(func.count()).select_from(table).where(own)) or 0
    size = connection.scalar(select(LogHead.size)) or 0
    numbered = select(
        table, func.row_number().over(order_by=(number.c.n, table.c.index)).label("place"), number.c.n
    ).join(number, literal(True)).where(own).subquery()  # fmt: skip
    changed = {
        "index": cast(numbered.c.place + size - 1, Integer),
        "challenge_id": numbered.c.challenge_id + numbered.c.n * STRIDE,
    }
    names = [column.name for column in table.c]
    rows = select(*(changed.get(name, numbered.c[name]) for name in names)).order_by(numbered.c.place)
    connection.execute(insert(table).from_select(names, rows))
    connection.execute(update(LogHead).values(size=size + copies * each))
