"""Receipts: one's own sealed entries in the log, each with what opens it."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from marketplace.models.proposals import SealedEntry
from marketplace.models.trail import LogEvent, LogOpening
from marketplace.queries.proposals import OwnProposal, about, own_row
from marketplace.queries.query import Reader, query
from marketplace.rules import canonical, contents
from marketplace.rules.refusals import Refused


@dataclass(frozen=True)
class Receipt:
    """A sealed entry of one's own with its opening; `kind` is proposal or withdrawal.

    `decision_on` is the day by which suppliers know.
    """

    about: OwnProposal
    kind: str
    index: int
    at: datetime
    leaf: bytes
    salt: str
    value: dict[str, Any]
    indexes: tuple[int, ...]
    decision_on: date | None
    currency: str

    @property
    def price(self) -> int | None:
        """In minor units of `currency`; None where price did not count."""
        return self.value.get("price")

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the ciphertext; empty for a withdrawal, which sends nothing."""
        found: str = self.value.get("ciphertext", "")
        return found


@query
def receipt(read: Reader, ref: str, index: int | None = None) -> Receipt:
    """The receipt of one's latest sealed entry, or of an earlier one by its index in the log."""
    return _receipt(read, ref, index)


@query
def receipt_json(read: Reader, ref: str, index: int | None = None) -> dict[str, Any]:
    """The receipt as a file, without the proof and the key that a checkpoint adds."""
    found = _receipt(read, ref, index)
    return {
        "format": "receipt/1",
        "origin": read.place.settings.log_origin,
        "index": found.index,
        "leaf": base64.b64encode(found.leaf).decode(),
        "openings": {"content": {"salt": found.salt, "value": found.value}},
    }


def _receipt(read: Reader, ref: str, index: int | None) -> Receipt:
    row = own_row(read, ref)
    entries = read.connection.execute(
        select(SealedEntry.kind, SealedEntry.log_index, LogEvent.leaf, LogEvent.at, LogOpening.ciphertext)
        .join(LogEvent, LogEvent.index == SealedEntry.log_index)
        .join(LogOpening, (LogOpening.index == SealedEntry.log_index) & (LogOpening.field == "content"))
        .where(SealedEntry.proposal_id == row.id, SealedEntry.kind.in_(("proposal", "withdrawal")))
        .order_by(SealedEntry.log_index.desc())
    ).all()
    entry = next((each for each in entries if index in (None, each.log_index)), None)
    if entry is None:
        raise Refused("missing")
    opening = canonical.decode(read.keys.unseal(entry.ciphertext, row.age_identity))
    content = contents.parse(row.content)
    return Receipt(
        about=about(read, row), kind=entry.kind, index=entry.log_index, at=entry.at, leaf=entry.leaf,
        salt=opening["salt"], value=opening["value"], indexes=tuple(each.log_index for each in entries),
        decision_on=content.terms.decision_on, currency=content.stages.currency,
    )  # fmt: skip
