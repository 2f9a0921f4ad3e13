"""Malware in attachments: asked before a file is encrypted, or at opening, and never inside a transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select

from marketplace.actions.action import UnitOfWork, action
from marketplace.actions.proposals import Place, tell_supplier
from marketplace.models.challenges import Challenge
from marketplace.models.database import installation, reading
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal, ProposalFile
from marketplace.models.stages import Stage
from marketplace.outside.scanner import Scan
from marketplace.policy import PLATFORM, Actor, On
from marketplace.rules.refusals import Refused


def of_upload(actor: Actor, ref: str, name: str, content: bytes) -> Scan:
    """What the scanner says of a file that its supplier adds; refuses file.refused where it is infected."""
    found = installation().scanner.ask(content)
    if found == "infected":
        note_refused(actor, ref)
        raise Refused("file.refused", name=name)
    return found


@action("proposal:edit")
def note_refused(work: UnitOfWork, ref: str) -> None:
    """Leave a row in the journal about an infected file of which nothing is kept. Refuses: missing."""
    proposal = work.hold(Proposal, Proposal.ref == ref)
    work.require(On(supplier_id=proposal.supplier_id))
    work.note("file.refuse", proposal=ref)


@contextmanager
def _asked(_actor: Actor, file_id: int) -> Iterator[Scan]:
    place = installation()
    with reading() as connection:
        row = ProposalFile
        stored = connection.scalar(select(row.opened).where(row.id == file_id, row.scan == "waiting"))
    yield place.scanner.ask(place.keys.read(place.files.get(stored))) if stored else "waiting"


@action("stage:keep-time", around=_asked)
def settle(work: UnitOfWork, file_id: int) -> str:
    """Ask again about an opened file of which the scanner said nothing yet. Returns what is known now."""
    work.require(PLATFORM)
    row = work.hold(ProposalFile, ProposalFile.id == file_id)
    if row.scan != "waiting" or work.prepared == "waiting":
        return row.scan
    proposal = work.session.get_one(Proposal, row.proposal_id)
    stage = work.session.get_one(Stage, proposal.stage_id)
    place = Place(
        work.session.get_one(Challenge, stage.challenge_id),
        stage,
        proposal,
        work.session.get_one(Organisation, proposal.supplier_id),
    )
    mark(work, place, row, work.prepared)
    return row.scan


def mark(work: UnitOfWork, place: Place, row: ProposalFile, found: Scan) -> None:
    """Write down what was found of an opened file; an infected one is withheld, and its supplier is told."""
    if row.scan == found:
        return
    row.scan = found
    work.note("file.scan", place.challenge.id, file=row.id, found=found)
    if found == "infected":
        tell_supplier(work, place, "file.withheld", "sent")
