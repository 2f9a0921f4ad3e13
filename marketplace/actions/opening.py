"""Opening: two people, each in a visit of their own, and an account of every sealed entry.

The stage's key is unwrapped once, everything is checked against the log, what was handed in is
encrypted anew to the record and its supplier, and the key is deleted in the same commit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from pyrage import DecryptError
from sqlalchemy import select

from marketplace.actions import files, seats, stages, tries
from marketplace.actions.action import UnitOfWork, action
from marketplace.actions.proposals import Place
from marketplace.actions.sealed import Entry, Unseal, account, entries_of, standing_of
from marketplace.models.accounts import IN_OFFICE, RoleAssignment
from marketplace.models.challenges import Challenge, ChallengeVersion
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal, Submission
from marketplace.models.stages import OpeningConfirmation, Stage
from marketplace.models.trail import LogEvent
from marketplace.policy import Actor
from marketplace.rules import canonical, events, lifecycle, limits
from marketplace.rules.lifecycle import Case
from marketplace.rules.proposals import Sealed, letter, unsealed
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import Role


@dataclass(frozen=True)
class Opened:
    """A proposal's standing hand-in, opened; `number` is that of the challenge's version it answers."""

    proposal: Proposal
    submission: Submission
    supplier: Organisation
    sealed: Sealed


@contextmanager
def _files_ready(actor: Actor, challenge_ref: str, stage_number: int) -> Iterator[Mapping[str, files.Ready]]:
    """Encrypt files before the transaction, and record after it what came before the deadline."""
    prepared = files.prepare(actor, challenge_ref, stage_number)
    try:
        yield prepared
    except Refused as no:
        if no.code == "stage.not_closed":
            tries.at_stage(actor, challenge_ref, stage_number)
        raise
    finally:
        files.discard_unused(prepared)


@action("stage:open", around=_files_ready)
def confirm(work: UnitOfWork, challenge_ref: str, stage_number: int) -> str:
    """One opener says: open it. The second one's word opens. Returns `waiting` or `opened`.

    Refuses: missing, stage.not_closed (recorded, and sealed.often in its place after many), stage.suspended,
    stage.state, role.own_proposal, opener.interest, opener.again, opener.same_seat, opener.same_visit,
    opening.mismatch.
    """
    challenge, stage = stages.find(work, challenge_ref, stage_number)
    _may_open(challenge, stage)
    seats.stands_apart(work, challenge)
    _clear_of_interest(work, challenge)
    before = list(work.session.scalars(select(OpeningConfirmation).filter_by(stage_id=stage.id)))
    visit = hashlib.sha256(work.actor.visit.encode()).hexdigest()
    if any(each.person_id == work.actor.person_id for each in before):
        raise Refused("opener.again")
    if seats.has_done(work, stage, OpeningConfirmation, work.actor.person_id):
        raise Refused("opener.same_seat")
    if any(each.visit == visit for each in before):
        raise Refused("opener.same_visit")
    work.session.add(
        OpeningConfirmation(stage_id=stage.id, person_id=work.actor.person_id, visit=visit, at=work.now)
    )
    work.note("stage.confirm", challenge.id, stage=stage.number)
    if not before:
        return "waiting"
    people = [each.person_id for each in before] + [work.actor.person_id or 0]
    _open(work, challenge, stage, people)
    return "opened"


def _may_open(challenge: Challenge, stage: Stage) -> None:
    if challenge.state not in lifecycle.RUNNING_STATES:
        raise Refused("stage.suspended" if challenge.state == "suspended" else "missing")
    if stage.state == "collecting":
        raise Refused("stage.not_closed")
    if stage.state != "closed":
        raise Refused("stage.state", state=stage.state)


def _clear_of_interest(work: UnitOfWork, challenge: Challenge) -> None:
    stated = select(RoleAssignment.id).where(
        RoleAssignment.challenge_id == challenge.id,
        RoleAssignment.person_id == work.actor.person_id,
        RoleAssignment.role == Role.OPENER,
        IN_OFFICE,
        RoleAssignment.no_interest_at.is_not(None),
    )
    if work.session.scalars(stated).first() is None:
        raise Refused("opener.interest")


def _open(work: UnitOfWork, challenge: Challenge, stage: Stage, people: list[int]) -> None:
    if stage.age_identity is None:
        raise LookupError("a closed stage has no key")
    try:
        unseal = work.keys.unwrap(stage.age_identity)
        entries = entries_of(work, stage, unseal)
        opened = _opened(work, challenge, stage, entries, unseal)
    except (DecryptError, KeyError, TypeError, ValueError) as error:
        # Whatever does not open or does not fit its entry: nobody opens anything.
        raise Refused("opening.mismatch") from error
    for place, each in enumerate(opened):
        each.proposal.letter = letter(place)
        each.proposal.content = work.keys.keep(each.sealed.spell(), each.supplier.age_recipient)
        each.proposal.words = sum(map(limits.words, each.sealed.answers.values()))
        files.swap(
            work, Place(challenge, stage, each.proposal, each.supplier), each.sealed.files, work.prepared
        )
    standing = {each.submission.log_index or 0: "proposal" for each in opened}
    letters = [(each.proposal.letter or "", each.submission.ciphertext_hash) for each in opened]
    record = account(work, challenge, stage, entries, standing, letters, people)
    stage.opened_at = work.now
    data = {"stage": stage.number, "opened": len(opened), "record": record}
    work.move(stage, "open-proposals", Case(now=work.now, openers_confirmed=len(people)), data=data)


def _opened(
    work: UnitOfWork, challenge: Challenge, stage: Stage, entries: Mapping[int, Entry], unseal: Unseal
) -> list[Opened]:
    """Every standing hand-in, opened and checked, in the order of ciphertext hashes."""
    rows = work.session.execute(
        select(Proposal, Submission, Organisation, ChallengeVersion.number)
        .join(Submission, Submission.proposal_id == Proposal.id)
        .join(Organisation, Organisation.id == Proposal.supplier_id)
        .join(ChallengeVersion, ChallengeVersion.id == Submission.version_id)
        .where(Proposal.stage_id == stage.id, Proposal.state == "submitted", Submission.current)
        .order_by(Submission.ciphertext_hash)
    )
    opened = []
    for proposal, submission, supplier, version in rows:
        sealed = unsealed(unseal(submission.ciphertext))
        hashed = hashlib.sha256(submission.ciphertext).hexdigest()
        where = (challenge.ref, stage.number, proposal.ref, version)
        entry = entries[submission.log_index or 0]
        if (
            hashed != submission.ciphertext_hash
            or (sealed.challenge, sealed.stage, sealed.proposal, sealed.version) != where
            or entry.row.proposal_id != proposal.id
            or entry.value != sealed.committed(hashed)
        ):
            raise ValueError(f"{proposal.ref} does not match its entry")
        opened.append(Opened(proposal, submission, supplier, sealed))
    if {each.submission.log_index for each in opened} != standing_of(entries):
        raise ValueError("other hand-ins stand here than in the log")
    closing, received = _closing(work, challenge, stage)
    # A cover entry holds no lock on the stage, and may come a moment after it closed.
    if late := [index for index, entry in entries.items() if index > closing and entry.row.kind != "cover"]:
        raise ValueError(f"{late} came after the entry that closed the stage")
    if not len(opened) == stage.received == received:
        raise ValueError(f"{received} were received and {len(opened)} are here")
    return opened


def _closing(work: UnitOfWork, challenge: Challenge, stage: Stage) -> tuple[int, int]:
    """The entry that closed the stage, and how many were received as it says.

    The first one: nothing closes again what is closed. One that a recovery brought back tells of a deadline that
    this database has not seen.
    """
    told = work.session.execute(
        select(LogEvent.index.label("place"), LogEvent.kind, LogEvent.leaf)
        .where(
            (LogEvent.kind == events.RECOVERED)
            | (LogEvent.kind == "stage.close") & (LogEvent.challenge_id == challenge.id)
        )
        .order_by(LogEvent.index)
    )
    said = [(row.place, row.kind, canonical.decode(row.leaf)["data"]) for row in told]
    back = [range(data["first"], data["last"] + 1) for _place, kind, data in said if kind == events.RECOVERED]
    return next(
        (
            (place, int(data["received"]))
            for place, kind, data in said
            if kind == "stage.close"
            and data["stage"] == stage.number
            and not any(place in each for each in back)
        ),
        (-1, -1),
    )
