"""A new key for the log: announced in the log, and from then on the one that signs."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from marketplace.actions.action import UnitOfWork, action
from marketplace.models.trail import LogKey
from marketplace.policy import PLATFORM
from marketplace.rules import events


@action("log:rotate", always=True)
def rotate(work: UnitOfWork, retired: str, key: str) -> None:
    """Let `key` sign in place of `retired`. Refuses: missing, where that is not the current one.

    A log without the private half of its key takes nothing else: a new key is the way out of that.
    """
    work.require(PLATFORM)
    work.hold(LogKey, LogKey.vkey == retired, LogKey.last_size.is_(None))
    leaf = work.leaf(events.ROTATE, None, {"key": key, "retired": retired})
    leaf.then.append(lambda index: change(work.session, key, index))


def change(session: Session, key: str, index: int) -> None:
    """What entry `index` of the log announces: `key` signs, and the one before it signs no further than that entry."""
    session.execute(update(LogKey).where(LogKey.last_size.is_(None)).values(last_size=index + 1))
    session.add(LogKey(vkey=key))
