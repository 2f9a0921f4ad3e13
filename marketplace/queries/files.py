"""Files of proposals: what they are called, and whether they may be downloaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, select

from marketplace.models.proposals import ProposalFile
from marketplace.models.statements import prepared
from marketplace.queries.query import Reader
from marketplace.rules import canonical
from marketplace.rules.refusals import Refused


@dataclass(frozen=True)
class OwnFile:
    """A file, and by a code what the scanner for malware said of it: clean, infected, waiting or unasked.

    `passed_on` once others than its supplier may ask for it.
    """

    id: int
    name: str
    size: int
    scan: str
    passed_on: bool = True

    @property
    def withheld(self) -> bool:
        """Whether nobody gets it: infected, or passed on and not known to be clean yet."""
        return self.scan == "infected" or (self.passed_on and self.scan == "waiting")


def check_scan(file: OwnFile) -> None:
    """Refuse file.infected and file.waiting: nobody downloads what may do harm."""
    if file.withheld:
        raise Refused(f"file.{file.scan}", name=file.name)


def files_of(read: Reader, proposal_id: int, identity: bytes) -> list[tuple[OwnFile, str, bool]]:
    """Every file there ever was, where its bytes are kept, and whether it was removed from the draft."""
    return [
        (_file(read, file, identity), file.stored, bool(file.removed_at))
        for file in read.connection.execute(*_attached(proposal_id))
    ]


def _file(read: Reader, row: Row[*tuple[Any, ...]], identity: bytes) -> OwnFile:
    name = name_of(read.keys.unseal(row.label, identity))
    return OwnFile(row.id, name, row.size, row.scan, passed_on=row.opened is not None)


@prepared
def _attached(proposal_id: int) -> Select[*tuple[Any, ...]]:
    row = ProposalFile
    return (
        select(row.id, row.label, row.size, row.stored, row.removed_at, row.scan, row.opened)
        .where(row.proposal_id == proposal_id)
        .order_by(row.id)
    )


def name_of(label: bytes) -> str:
    """What a file is called, from its opened label."""
    found: str = canonical.decode(label)["name"]
    return found
