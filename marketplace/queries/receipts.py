"""Receipts: one's own sealed entries in the log, each with what opens it and the proof that it is there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select

from marketplace.models.proposals import SealedEntry
from marketplace.models.trail import LogEvent, LogOpening
from marketplace.queries import log
from marketplace.queries.proofs import Proved, proved
from marketplace.queries.proposals import OwnProposal, about, own_row
from marketplace.queries.query import Reader, query
from marketplace.rules import canonical, contents, receipts
from marketplace.rules.refusals import Refused


@dataclass(frozen=True)
class Kept:
    """An entry for which there is a receipt; `kind` is proposal or withdrawal."""

    index: int
    kind: str
    at: datetime


@dataclass(frozen=True)
class Receipt:
    """A sealed entry of one's own: `opening` is the salt and value that it commits to, None once erased.

    `proof` is None until a checkpoint covers it, and `signs` tells whether the log has one at all. `others` are
    one's other entries, the latest first, and `decision_on` is the day by which suppliers know.
    """

    about: OwnProposal
    kind: str
    index: int
    at: datetime
    leaf: bytes
    opening: dict[str, Any] | None
    proof: Proved | None
    signs: bool
    others: tuple[Kept, ...]
    decision_on: date | None
    currency: str

    @property
    def indexes(self) -> tuple[int, ...]:
        return (self.index, *(each.index for each in self.others))

    @property
    def value(self) -> dict[str, Any]:
        found: dict[str, Any] = self.opening["value"] if self.opening else {}
        return found

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
    """The receipt as a file: without an opening once that is erased, without proof before a checkpoint covers it."""
    found = _receipt(read, ref, index)
    return _file(read, found.index, found.leaf, found.proof, found.opening)


@query
def enclosed(read: Reader, index: int) -> dict[str, Any]:
    """The receipt that a message encloses: it opens nothing, and has its proof as the other has."""
    leaf: bytes = read.connection.scalars(select(LogEvent.leaf).where(LogEvent.index == index)).one()
    return _file(read, index, leaf, proved(read, index, leaf))


def _file(
    read: Reader, index: int, leaf: bytes, proof: Proved | None, opening: dict[str, Any] | None = None
) -> dict[str, Any]:
    signed = (proof.checkpoint.key, proof.text) if proof else ("", "")
    return receipts.receipt(read.place.settings.log_origin, index, leaf, *signed, opening)


def _receipt(read: Reader, ref: str, index: int | None) -> Receipt:
    row = own_row(read, ref)
    entries = _entries(read, row.id)
    entry = next((each for each in entries if index in (None, each.log_index)), None)
    if entry is None:
        raise Refused("missing")
    content = contents.parse(row.content)
    opening = entry.ciphertext and canonical.decode(read.keys.unseal(entry.ciphertext, row.age_identity))
    return Receipt(
        about=about(read, row), kind=entry.kind, index=entry.log_index, at=entry.at, leaf=entry.leaf,
        opening=opening, proof=proved(read, entry.log_index, entry.leaf), signs=log.size(read) > 0,
        others=tuple(Kept(each.log_index, each.kind, each.at) for each in entries if each is not entry),
        decision_on=content.terms.decision_on, currency=content.stages.currency,
    )  # fmt: skip


def _entries(read: Reader, proposal_id: int) -> list[Row[*tuple[Any, ...]]]:
    """Every sealed entry of a proposal, the latest first, with what is left of its opening."""
    opens = (LogOpening.index == SealedEntry.log_index) & (LogOpening.field == "content")
    return list(
        read.connection.execute(
            select(SealedEntry.kind, SealedEntry.log_index, LogEvent.leaf, LogEvent.at, LogOpening.ciphertext)
            .join(LogEvent, LogEvent.index == SealedEntry.log_index)
            .outerjoin(LogOpening, opens)
            .where(
                SealedEntry.proposal_id == proposal_id, SealedEntry.kind.in_(("proposal", "withdrawal"))
            )
            .order_by(SealedEntry.log_index.desc())
        )
    )  # fmt: skip
