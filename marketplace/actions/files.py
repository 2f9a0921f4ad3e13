"""Attachments: encrypted before they touch the disk, and again, to other readers, at opening.

Nothing is deduplicated: equal files under one name would betray two suppliers to each other. File work and
the scan for malware happen outside every transaction; what a refusal leaves behind is removed at once.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import cast

from pyrage import DecryptError
from sqlalchemy import func, or_, select

from marketplace.actions import scans, upkeep
from marketplace.actions.action import UnitOfWork, action
from marketplace.actions.proposals import Place, attachments, enter, takes_proposals
from marketplace.models.challenges import Challenge
from marketplace.models.database import installation, reading
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal, ProposalFile, Submission
from marketplace.models.stages import OpeningConfirmation, Stage
from marketplace.outside.scanner import Scan
from marketplace.policy import Actor, On, allows, require
from marketplace.rules import canonical, limits, retention
from marketplace.rules.proposals import Attachment, check_file, unsealed
from marketplace.rules.refusals import Refused

# Of one person: what is taken out of a draft stays on the disk, which must not fill up.
ADDED, WITHIN = 30, timedelta(hours=1)


@dataclass(frozen=True)
class Ready:
    """A file encrypted for those who will read it: under which name, and what the scanner said of it."""

    stored: str
    scan: Scan
    label: bytes = b""


@contextmanager
def _encrypted(actor: Actor, ref: str, name: str, content: bytes) -> Iterator[Ready]:
    """The file, scanned and encrypted; what no row names afterwards is removed at once."""
    kept = check_file(name, content)
    recipients = _recipients(actor, ref)
    upkeep.throttle(f"files {actor.key}", ADDED, WITHIN, "proposal.files_often")
    scan = scans.of_upload(actor, ref, kept, content)
    keys = installation().keys
    attachment = Attachment(kept, hashlib.sha256(content).hexdigest(), len(content), "")
    stored = installation().files.put(keys.seal(content, *recipients))
    try:
        yield Ready(stored, scan, keys.seal(_label(attachment), *recipients))
    finally:
        if not _is_kept(stored):
            installation().files.remove(stored)


@action("proposal:edit", around=_encrypted)
def add(work: UnitOfWork, ref: str, name: str, content: bytes) -> int:
    """Attach a file to the draft. Returns its number.

    Refuses: missing, proposal.file_type, proposal.file_size, proposal.files_often, file.refused, proposal.files_full,
    and whatever `takes_proposals` says.
    """
    place = enter(work, ref)
    takes_proposals(place.challenge, place.stage)
    if len(attachments(work, place)) >= limits.FILES:
        raise Refused("proposal.files_full", limit=limits.FILES)
    ready: Ready = work.prepared
    row = ProposalFile(
        id=_number(work, place.proposal.id), proposal_id=place.proposal.id, label=ready.label,
        stored=ready.stored, size=len(content), created_at=work.now, scan=ready.scan,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    place.proposal.edited_at = work.now
    work.note("proposal.attach", proposal=ref, file=row.id)
    return row.id


@action("proposal:edit")
def remove(work: UnitOfWork, ref: str, file_id: int) -> None:
    """Take a file out of the draft; one that was handed in stays with that hand-in.

    Refuses: missing, and whatever `takes_proposals` says.
    """
    place = enter(work, ref)
    takes_proposals(place.challenge, place.stage)
    row = next((row for row, _ in attachments(work, place) if row.id == file_id), None)
    if row is None:
        raise Refused("missing")
    row.removed_at = place.proposal.edited_at = work.now
    work.note("proposal.detach", proposal=ref, file=file_id)


def prepare(actor: Actor, challenge_ref: str, stage_number: int) -> dict[str, Ready]:
    """Encrypt what the standing hand-ins attach anew, where the next confirmation opens the stage.

    Maps the name of each stored file to its new ciphertext, for the record and its supplier. What was not
    scanned yet is scanned now. Empty for everybody else and before that moment: nothing is unwrapped then.
    """
    place = installation()
    with reading() as connection:
        found = connection.execute(
            select(Stage.id, Stage.challenge_id, Stage.age_identity)
            .join(Challenge, Challenge.id == Stage.challenge_id)
            .join(OpeningConfirmation, OpeningConfirmation.stage_id == Stage.id)
            .where(
                Challenge.ref == challenge_ref, Challenge.state.in_(("open", "in_progress")),
                Stage.number == stage_number, Stage.state == "closed", Stage.age_identity.is_not(None),
                OpeningConfirmation.person_id != actor.person_id,
                OpeningConfirmation.visit != hashlib.sha256(actor.visit.encode()).hexdigest(),
            )
        ).one_or_none()  # fmt: skip
        if found is None or not allows(connection, actor, "stage:open", On(challenge_id=found.challenge_id)):
            return {}
        standing = (Proposal.stage_id == found.id) & (Proposal.state == "submitted")
        sealed = connection.execute(
            select(Submission.ciphertext, Organisation.age_recipient)
            .join(Proposal, Proposal.id == Submission.proposal_id)
            .join(Organisation, Organisation.id == Proposal.supplier_id)
            .where(standing, Submission.current)
        ).all()
        known = dict(
            connection.execute(
                select(ProposalFile.stored, ProposalFile.scan)
                .join(Proposal, Proposal.id == ProposalFile.proposal_id)
                .where(standing)
            ).all()
        )
    try:
        return _all_again(place.keys.unwrap(found.age_identity), sealed, known)
    except (DecryptError, KeyError, OSError, TypeError, ValueError) as error:
        raise Refused("opening.mismatch") from error


def discard_unused(prepared: Mapping[str, Ready]) -> None:
    """Remove the new ciphertexts that no row points at: the confirmation was refused, or sent twice."""
    if not prepared:
        return
    names = {ready.stored for ready in prepared.values()}
    with reading() as connection:
        kept = set(connection.scalars(select(ProposalFile.opened).where(ProposalFile.opened.in_(names))))
    for stored in names - kept:
        installation().files.remove(stored)


def sweep() -> None:
    """Remove what no row names since long: a crash left it, or its keys were rotated and nobody reads it any more."""
    place, before = installation(), installation().clock.now() - retention.FILES_LEFT
    old = {path.name: path for path in place.files.old(before.timestamp())}
    row = ProposalFile
    with reading() as connection:
        for names in _batched(old):
            kept = connection.execute(
                select(row.stored, row.opened).where(or_(row.stored.in_(names), row.opened.in_(names)))
            )
            for name in names - {name for pair in kept for name in pair}:
                old[name].unlink(missing_ok=True)


def _batched(names: Iterable[str], most: int = 500) -> Iterator[set[str]]:
    """The names, so many at a time as a statement takes."""
    left = iter(names)
    while some := set(islice(left, most)):
        yield some


def swap(
    work: UnitOfWork, place: Place, files: Iterable[Attachment], prepared: Mapping[str, Ready]
) -> None:  # fmt: skip
    """Point the rows of these files at their new ciphertexts; refuses opening.mismatch without one."""
    wanted = {file.stored: file for file in files}
    rows = work.session.scalars(
        select(ProposalFile).where(
            ProposalFile.proposal_id == place.proposal.id, ProposalFile.stored.in_(wanted)
        )
    ).all()
    if len(rows) != len(wanted) or not set(wanted) <= set(prepared):
        raise Refused("opening.mismatch")
    for row in rows:
        row.opened = prepared[row.stored].stored
        row.label = work.keys.keep(_label(wanted[row.stored]), place.supplier.age_recipient)
        scans.mark(work, place, row, prepared[row.stored].scan)


def _recipients(actor: Actor, ref: str) -> tuple[str, str]:
    """To whom a file of this draft is closed; refuses `missing` to everyone but the supplier."""
    with reading() as connection:
        found = connection.execute(
            select(Proposal.supplier_id, Organisation.age_recipient, Stage.age_recipient.label("stage"))
            .join(Organisation, Organisation.id == Proposal.supplier_id)
            .join(Stage, Stage.id == Proposal.stage_id)
            .where(Proposal.ref == ref)
        ).one_or_none()
        if found is None:
            raise Refused("missing")
        require(connection, actor, "proposal:edit", On(supplier_id=found.supplier_id))
    return found.stage, found.age_recipient


def _number(work: UnitOfWork, proposal_id: int) -> int:
    """A number after the proposal's other files'. One by one they would count everybody's files."""
    last = work.session.scalar(select(func.max(ProposalFile.id)).filter_by(proposal_id=proposal_id))
    return (last or secrets.randbelow(2**48)) + 1 + secrets.randbelow(2**24)


def _label(file: Attachment) -> bytes:
    return canonical.encode({"name": file.name, "sha256": file.sha256})


def _is_kept(stored: str) -> bool:
    """Whether a row names the file: one that was sent twice under one key is kept once."""
    with reading() as connection:
        return connection.scalar(select(ProposalFile.id).where(ProposalFile.stored == stored)) is not None


def _all_again(
    unseal: Callable[[bytes], bytes], sealed: Iterable[tuple[bytes, str]], known: Mapping[str, str]
) -> dict[str, Ready]:
    """Every file of these hand-ins, encrypted anew for the record and its supplier."""
    place, ready, answers = installation(), dict[str, Ready](), True
    for ciphertext, recipient in sealed:
        for file in unsealed(unseal(ciphertext)).files:
            plain = unseal(place.files.get(file.stored))
            if hashlib.sha256(plain).hexdigest() != file.sha256:
                raise ValueError("a file does not match what was handed in")
            scan = cast(Scan, known[file.stored])
            if scan in ("waiting", "unasked") and answers:
                scan = place.scanner.ask(plain)
                # A scanner that is away is asked once: the opening does not wait for it file by file.
                answers = scan != "waiting"
            ready[file.stored] = Ready(place.files.put(place.keys.keep(plain, recipient)), scan)
    return ready
