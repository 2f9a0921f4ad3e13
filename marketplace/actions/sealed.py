"""Sealed entries: adding one that says nothing, and accounting for all of a stage's when its key goes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import select

from marketplace.actions.action import UnitOfWork
from marketplace.actions.work import Leaf
from marketplace.models.challenges import Challenge
from marketplace.models.database import wipe
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal, SealedEntry
from marketplace.models.stages import Stage
from marketplace.models.trail import LogEvent, LogOpening
from marketplace.rules import canonical, events
from marketplace.rules.instants import instant
from marketplace.rules.proposals import opening_record
from marketplace.rules.roles import Role

Unseal = Callable[[bytes], bytes]
KINDS = {"ciphertext": "proposal", "withdrawn": "withdrawal", "cover": "cover"}
"""What an entry is, by what only a value of its kind names: the row that says so too is in anybody's hands."""


class Placed(Protocol):
    """A row that is told the index of its leaf."""

    log_index: Any


@dataclass(frozen=True)
class Entry:
    """A sealed entry of the stage with what opens its commitment, already checked against its leaf."""

    row: SealedEntry
    opening: LogOpening
    commitment: str
    salt: str
    value: dict[str, Any]


def add(
    work: UnitOfWork, stage: Stage, kind: str, value: dict[str, object], recipients: tuple[str, ...],
    row: Placed | None, proposal: Proposal | None = None,
) -> Leaf:  # fmt: skip
    """Add a sealed leaf: the same for a proposal, a withdrawal, a lock and a cover entry.

    `row` is told the leaf's index; a `SealedEntry` says which stage accounts for it.
    """
    leaf = work.leaf(events.SEALED, None, {}, {"content": value}, recipients=recipients)
    proposal_id = proposal.id if proposal else None

    def place(index: int) -> None:
        if row is not None:
            row.log_index = index
        work.session.add(SealedEntry(log_index=index, stage_id=stage.id, kind=kind, proposal_id=proposal_id))

    leaf.then.append(place)
    return leaf


def entries_of(work: UnitOfWork, stage: Stage, unseal: Unseal) -> dict[int, Entry]:
    """Every sealed entry of the stage by index, each opened and compared with its leaf and its row.

    Nobody has locked scores yet: until the stage is accounted for, all of them came while it collected.
    """
    rows = work.session.execute(
        select(SealedEntry, LogOpening, LogEvent.leaf)
        .join(LogOpening, LogOpening.index == SealedEntry.log_index)
        .join(LogEvent, LogEvent.index == SealedEntry.log_index)
        .where(SealedEntry.stage_id == stage.id, LogOpening.field == "content")
    )
    return {row.log_index: _entry(row, opening, leaf, unseal) for row, opening, leaf in rows}


def _entry(row: SealedEntry, opening: LogOpening, leaf: bytes, unseal: Unseal) -> Entry:
    found = canonical.decode(unseal(opening.ciphertext))
    committed = canonical.decode(leaf)["private"]["content"]
    salt, value = found["salt"], found["value"]
    if canonical.commitment(bytes.fromhex(salt), events.SEALED, "content", value) != committed:
        raise ValueError(f"entry {row.log_index} does not match its leaf")
    if [kind for key, kind in KINDS.items() if key in value] != [row.kind]:
        raise ValueError(f"entry {row.log_index} is not what its row says")
    return Entry(row, opening, committed, salt, value)


def standing_of(entries: Mapping[int, Entry]) -> set[int]:
    """The entries of what was handed in and neither replaced nor taken back later, as the log alone tells it."""
    last = {
        entry.value["proposal"]: entry.row
        for _index, entry in sorted(entries.items())
        if entry.row.kind != "cover"
    }
    return {row.log_index for row in last.values() if row.kind == "proposal"}


def account(
    work: UnitOfWork, challenge: Challenge, stage: Stage, entries: Mapping[int, Entry], standing: Mapping[int, str],
    letters: Sequence[tuple[str, str]] = (), people: Sequence[int] = (),
) -> str:  # fmt: skip
    """Write the stage's public record, keep every commitment's opening, and let the stage's key go.

    `standing` says by index what became of each hand-in that was neither replaced nor withdrawn;
    `people` are the openers. Returns the record's SHA-256 in hex, which a leaf of this action carries.
    """
    place = {
        "at": instant(work.now),
        "challenge": challenge.ref,
        "closed_at": instant(stage.closes_at or work.now),
        "early_reads": stage.early_reads,
        "openers": sorted(work.public_reference(challenge.id, person_id) for person_id in people),
        "stage": stage.number,
    }
    record = opening_record(place, [_accounted(entry, standing) for entry in entries.values()], letters)
    _keep_openings(work, entries)
    stage.opening_record = record.decode()
    # From here on nothing opens what was replaced, withdrawn or left unopened but its supplier's own key.
    stage.age_identity = None
    work.afterwards.append(wipe)
    return hashlib.sha256(record).hexdigest()


def account_unopened(work: UnitOfWork, challenge: Challenge, stage: Stage) -> None:
    """A stage ends without an opening: account for what it holds, open nothing, let its key go."""
    if stage.age_identity is None:
        return
    entries = entries_of(work, stage, work.keys.unwrap(stage.age_identity))
    standing = {index: "unopened" for index in standing_of(entries)}
    record = account(work, challenge, stage, entries, standing)
    data = {"stage": stage.number, "unopened": len(standing), "record": record}
    work.leaf("stage.account", challenge.id, data, acting=Role.SYSTEM)


def _accounted(entry: Entry, standing: Mapping[int, str]) -> dict[str, Any]:
    """How one entry stands in the record: covers are laid open, the rest is named by its kind."""
    index = entry.row.log_index
    found: dict[str, Any] = {"commitment": entry.commitment, "index": index}
    if entry.row.kind == "cover":
        return found | {"kind": "cover", "salt": entry.salt, "value": entry.value}
    if entry.row.kind == "withdrawal":
        return found | {"kind": "withdrawn"}
    return found | {"kind": standing.get(index, "replaced")}


def _keep_openings(work: UnitOfWork, entries: Mapping[int, Entry]) -> None:
    """Encrypt the openings anew, to the record and whoever handed in: the stage's key is going."""
    ids = {entry.row.proposal_id for entry in entries.values() if entry.row.proposal_id is not None}
    found = work.session.execute(
        select(Proposal.id, Organisation.age_recipient)
        .join(Organisation, Organisation.id == Proposal.supplier_id)
        .where(Proposal.id.in_(ids))
    )
    recipients: dict[int | None, str] = {proposal_id: recipient for proposal_id, recipient in found}
    for entry in entries.values():
        plain = canonical.encode({"salt": entry.salt, "value": entry.value})
        own = recipients.get(entry.row.proposal_id)
        entry.opening.ciphertext = work.keys.keep(plain, *((own,) if own else ()))
