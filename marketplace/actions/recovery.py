"""Bringing back entries that a restored database does not hold, byte for byte from a copy of the log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from marketplace import integrity
from marketplace.actions import rotation
from marketplace.actions.action import UnitOfWork, action
from marketplace.models.challenges import Challenge
from marketplace.models.trail import LogEvent, LogHead
from marketplace.policy import PLATFORM
from marketplace.rules import canonical, events
from marketplace.tlog import tree
from marketplace.tlog.checkpoints import Checkpoint


@action("log:recover", always=True)
def bring_back(work: UnitOfWork, signed: Checkpoint, first: int, leaves: Sequence[bytes]) -> None:
    """Put `leaves` after the first ones, up to the size of `signed`, and say so in the log. All of them or none.

    Whoever calls has led every leaf to the root of `signed`. Refuses: missing, where the log is not of size `first`.
    """
    work.require(PLATFORM)
    head = work.hold(LogHead, LogHead.id == 1, LogHead.size == first)
    # From here on this machine signs nothing that contradicts the copy, also where the commit never comes.
    _mark(work, signed)
    challenges = {ref: id for ref, id in work.session.execute(select(Challenge.ref, Challenge.id))}
    rows = [_row(index, leaf, challenges) for index, leaf in enumerate(leaves, start=first)]
    work.session.execute(insert(LogEvent), rows)
    for row in rows:
        if row["kind"] == events.ROTATE:
            rotation.change(work.session, canonical.decode(row["leaf"])["data"]["key"], row["index"])
    head.size = first + len(rows)
    work.leaf(events.RECOVERED, None, {"first": first, "last": head.size - 1})


def _mark(work: UnitOfWork, signed: Checkpoint) -> None:
    log_id = integrity.log_id(work.session.connection())
    mark = integrity.marked(log_id)
    if mark is None or mark.size < signed.size:
        work.place.marks.write(log_id, signed.body())


def _row(index: int, leaf: bytes, challenges: dict[str, int]) -> dict[str, Any]:
    said = canonical.decode(leaf)
    return {
        "index": index, "leaf": leaf, "leaf_hash": tree.leaf_hash(leaf), "kind": said["type"],
        # A challenge that was made since the copy is not here any more; only its entries are.
        "challenge_id": challenges.get(said.get("challenge", "")),
        "at": datetime.fromisoformat(said["at"]),
    }  # fmt: skip
