"""Every column that the installation's own keys close, so that a rotation and a check can walk all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, null, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from marketplace.models.clarifications import Clarification
from marketplace.models.eligibility import EligibilityDoubt
from marketplace.models.evaluation import ReopenedLock, ScoreLock
from marketplace.models.notices import Notice
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal, ProposalFile, SealedEntry
from marketplace.models.stages import Stage
from marketplace.models.trail import LogOpening
from marketplace.outside.keys import Name


@dataclass(frozen=True)
class Held:
    """A column of ciphertext, or of names of `stored` ones, that a key closes, only `where` it is said.

    `other` is whom else it is closed to: a recipient (age1…) or nothing. Of what the sealing key wraps it is
    the public half of what is wrapped.
    """

    column: InstrumentedAttribute[Any]
    key: Name
    other: ColumnElement[Any] | InstrumentedAttribute[Any]
    where: ColumnElement[bool] | None = None
    stored: bool = False

    @property
    def table(self) -> Table:
        return cast(Table, self.column.class_.__table__)

    @property
    def name(self) -> str:
        return f"{self.table.name}.{self.column.key}"

    def rows(self, after: Sequence[Any], most: int) -> Select[*tuple[Any, ...]]:
        """`most` rows after the one with this primary key: its columns, then `held` and `other`."""
        key = list(self.table.primary_key)
        found = select(*key, self.column.label("held"), self.other.label("other"))
        found = found.where(self.column.is_not(None)).order_by(*key).limit(most)
        found = found if self.where is None else found.where(self.where)
        return found.where(tuple_(*key) > tuple(after)) if after else found


def _supplier_of(proposal_id: ColumnElement[Any] | InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    row = select(Organisation.age_recipient).join(Proposal, Proposal.supplier_id == Organisation.id)
    return row.where(Proposal.id == proposal_id).correlate_except(Organisation, Proposal).scalar_subquery()


_OWN = (
    select(Organisation.age_recipient)
    .where(Organisation.id == Proposal.supplier_id)
    .correlate(Proposal)
    .scalar_subquery()
)
_ENTRY = (
    select(Organisation.age_recipient)
    .join(Proposal, Proposal.supplier_id == Organisation.id)
    .join(SealedEntry, SealedEntry.proposal_id == Proposal.id)
    .where(SealedEntry.log_index == LogOpening.index)
    .correlate(LogOpening)
    .scalar_subquery()
)
# What a stage still seals is closed to the stage, and not to the record.
_STILL_SEALED = (
    select(SealedEntry.log_index)
    .join(Stage, Stage.id == SealedEntry.stage_id)
    .where(SealedEntry.log_index == LogOpening.index, Stage.age_identity.is_not(None))
    .correlate(LogOpening)
    .exists()
)
_OPENED = ProposalFile.opened.is_not(None)

HELD: tuple[Held, ...] = (
    Held(Stage.age_identity, "sealing", Stage.age_recipient),
    Held(Organisation.age_identity, "sealing", Organisation.age_recipient),
    Held(Proposal.content, "record", _OWN),
    Held(ProposalFile.label, "record", _supplier_of(ProposalFile.proposal_id), _OPENED),
    Held(ProposalFile.opened, "record", _supplier_of(ProposalFile.proposal_id), stored=True),
    Held(LogOpening.ciphertext, "record", _ENTRY, ~_STILL_SEALED),
    Held(EligibilityDoubt.reply, "record", _supplier_of(EligibilityDoubt.proposal_id)),
    Held(Clarification.reply, "record", _supplier_of(Clarification.proposal_id)),
    Held(ScoreLock.salts, "record", null()),
    Held(ReopenedLock.salts, "record", null()),
    Held(Notice.payload, "record", null()),
    Held(Notice.address, "record", null()),
)
