"""Opening: two people, two visits, after the deadline, and an account of every sealed entry."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from datetime import timedelta

import pytest
from flask import Flask
from pyrage import DecryptError
from sqlalchemy import select, update

from marketplace.actions import files, moves, opening, proposals, upkeep
from marketplace.actions.moves import Details
from marketplace.clock import Clock
from marketplace.models.database import installation, reading, writing
from marketplace.models.evaluation import Declaration
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal, ProposalFile, Submission
from marketplace.models.stages import OpeningConfirmation
from marketplace.models.trail import JournalEntry, LogEvent, LogOpening
from marketplace.policy import ANYONE, SYSTEM, Actor
from marketplace.queries import opened as reads
from marketplace.queries import opening as seen
from marketplace.queries import proposals as own
from marketplace.queries import receipts, verdict
from marketplace.queries.query import Reader
from marketplace.rules import canonical
from marketplace.rules.refusals import Refused
from tests import factories as f
from tests.actions.test_proposals import PDF, refused, stored_files


def record_of(world: f.World) -> dict:
    return json.loads(seen.record(ANYONE, world.ref, 1))


def leaf_of(kind: str) -> dict:
    with reading() as connection:
        return canonical.decode(connection.scalars(select(LogEvent.leaf).where(LogEvent.kind == kind)).one())


def declare(world: f.World, person: Actor) -> None:
    stage_id = world.stage.id
    with writing() as session:
        session.add(Declaration(stage_id=stage_id, person_id=person.person_id, at=installation().clock.now()))


def opened_to(actor: Actor, stage_id: int) -> tuple[reads.OpenedProposal, ...]:
    with reading() as connection:
        return reads.opened_proposals(Reader(connection, actor), stage_id)


def test_the_second_opener_opens(app: Flask) -> None:
    world = f.a_closed_stage(2)
    first, second = world.openers
    assert opening.confirm(first, world.ref, 1) == "waiting"
    assert world.stage.state == "closed"
    assert opening.confirm(second, world.ref, 1) == "opened"
    stage = world.stage
    assert stage.state == "opened"
    assert stage.age_identity is None


def test_one_person_is_not_two(app: Flask) -> None:
    world = f.a_closed_stage(1)
    first, _ = world.openers
    opening.confirm(first, world.ref, 1)
    refused("opener.again", opening.confirm, first, world.ref, 1)
    refused("opener.again", opening.confirm, dataclasses.replace(first, visit="another visit"), world.ref, 1)
    assert world.stage.state == "closed"


def test_two_people_in_one_visit_are_not_two(app: Flask) -> None:
    world = f.a_closed_stage(1)
    first, second = world.openers
    opening.confirm(first, world.ref, 1)
    refused(
        "opener.same_visit", opening.confirm, dataclasses.replace(second, visit=first.visit), world.ref, 1
    )
    assert world.stage.state == "closed"
    with reading() as connection:
        assert first.visit not in connection.scalars(select(OpeningConfirmation.visit)).all()


def test_nobody_but_an_opener_confirms(app: Flask) -> None:
    world = f.a_closed_stage(1)
    people = (world.chair, world.evaluator, world.suppliers[0].administrator, f.a_person(), ANYONE)
    for person in people:
        refused("missing", opening.confirm, person, world.ref, 1)
        refused("missing", seen.opening, person, world.ref, 1)
    refused("missing", opening.confirm, world.openers[0], world.ref, 2)


def test_a_try_before_the_deadline_is_refused_counted_and_remembered(app: Flask, clock: Clock) -> None:
    world = f.an_open_challenge()
    f.a_submitted_proposal(world)
    refused("stage.not_closed", opening.confirm, world.openers[0], world.ref, 1)
    refused("missing", opening.confirm, world.chair, world.ref, 1)
    assert world.stage.early_reads == 1
    with reading() as connection:
        acts = connection.scalars(
            select(JournalEntry.act).where(JournalEntry.act == "stage.early_read")
        ).all()
    assert len(acts) == 1
    f.pass_deadline(world)
    f.open_stage(world)
    assert record_of(world)["early_reads"] == 1


def test_a_suspended_challenge_does_not_open(app: Flask) -> None:
    world = f.a_closed_stage(1)
    opening.confirm(world.openers[0], world.ref, 1)
    moves.make(world.lead, world.ref, "suspend", Details(reason="A complaint is heard."))
    refused("stage.suspended", opening.confirm, world.openers[1], world.ref, 1)
    assert world.stage.age_identity is not None


def test_confirming_closes_a_stage_that_nobody_closed(app: Flask, clock: Clock) -> None:
    world = f.an_open_challenge()
    f.a_submitted_proposal(world)
    clock.set(f.NOON - timedelta(minutes=1))
    upkeep.beat()
    clock.set(f.NOON)
    assert opening.confirm(world.openers[0], world.ref, 1) == "waiting"
    assert world.stage.state == "closed"


def test_letters_follow_the_hashes_of_the_ciphertexts(app: Flask) -> None:
    world = f.an_opened_stage(4)
    with reading() as connection:
        rows = connection.execute(
            select(Proposal.letter, Submission.ciphertext_hash)
            .join(Submission, Submission.proposal_id == Proposal.id)
            .order_by(Submission.ciphertext_hash)
        ).all()
    assert [row.letter for row in rows] == ["A", "B", "C", "D"]
    assert record_of(world)["proposals"] == [
        {"letter": row.letter, "ciphertext": row.ciphertext_hash} for row in rows
    ]


def test_the_record_accounts_for_every_sealed_entry(app: Flask, clock: Clock) -> None:
    world = f.a_busy_stage()
    f.open_stage(world)
    record = record_of(world)
    assert record["counts"] == {"unopened": 0, "proposal": 2, "replaced": 2, "withdrawn": 1, "cover": 2}
    with reading() as connection:
        leaves = connection.execute(
            select(LogEvent.index, LogEvent.leaf).where(LogEvent.kind == "sealed").order_by(LogEvent.index)
        ).all()
    assert [entry["index"] for entry in record["entries"]] == [row.index for row in leaves]
    for entry, row in zip(record["entries"], leaves, strict=True):
        assert entry["commitment"] == canonical.decode(row.leaf)["private"]["content"]
        if entry["kind"] == "cover":
            opened = canonical.commitment(bytes.fromhex(entry["salt"]), "sealed", "content", entry["value"])
            assert opened == entry["commitment"]
        else:
            assert set(entry) == {"commitment", "index", "kind"}


def test_the_record_names_nobody_and_its_hash_is_in_the_trail(app: Flask, clock: Clock) -> None:
    world = f.a_busy_stage()
    f.open_stage(world)
    spelled = seen.record(ANYONE, world.ref, 1)
    leaf = leaf_of("stage.open")
    assert leaf["data"] == {"stage": 1, "opened": 2, "record": hashlib.sha256(spelled.encode()).hexdigest()}
    canonical.decode(spelled.encode())
    for word in (*world.proposals, *(each.slug for each in world.suppliers), *(p.ref for p in world.openers)):
        assert word not in spelled
    assert leaf["by"]["ref"] in record_of(world)["openers"]
    assert len(set(record_of(world)["openers"])) == 2


def test_what_was_withdrawn_is_never_opened(app: Flask, clock: Clock) -> None:
    world = f.a_busy_stage()
    f.open_stage(world)
    with reading() as connection:
        row = connection.execute(
            select(Proposal.letter, Proposal.content).where(Proposal.ref == world.proposals[2])
        ).one()
    assert row == (None, None)


def test_opened_content_is_for_the_record_and_its_supplier(app: Flask) -> None:
    f.an_opened_stage(1)
    keys = installation().keys
    with reading() as connection:
        row = connection.execute(
            select(Proposal.content, Organisation.age_identity).join(
                Organisation, Organisation.id == Proposal.supplier_id
            )
        ).one()
    assert keys.read(row.content) == keys.unseal(row.content, row.age_identity)


def test_after_opening_the_supplier_still_has_its_receipts(app: Flask, clock: Clock) -> None:
    world = f.a_busy_stage()
    author = world.suppliers[1].administrator
    before = receipts.receipt_json(author, world.proposals[1])
    f.open_stage(world)
    assert receipts.receipt_json(author, world.proposals[1]) == before
    withdrawn = receipts.receipt(world.suppliers[2].administrator, world.proposals[2])
    assert withdrawn.kind == "withdrawal"


def test_panel_reads_after_declaring_and_others_never(app: Flask) -> None:
    world = f.a_closed_stage(2)
    stage_id = world.stage.id
    for person in (world.lead, *world.scorers):
        refused("missing", opened_to, person, stage_id)
    f.open_stage(world)
    refused("declaration.missing", opened_to, world.chair, stage_id)
    declare(world, world.chair)
    found = opened_to(world.chair, stage_id)
    assert [each.letter for each in found] == ["A", "B"]
    assert all(each.answers == f.ANSWERS for each in found)
    assert opened_to(world.lead, stage_id) == found
    refused("declaration.missing", opened_to, world.evaluator, stage_id)
    for person in (world.approver, world.suppliers[0].administrator, f.a_person(), ANYONE):
        refused("missing", opened_to, person, stage_id)


def test_openers_see_counts_and_hashes_and_before_the_deadline_not_even_these(app: Flask) -> None:
    world = f.an_open_challenge()
    f.a_submitted_proposal(world)
    before = seen.opening(world.openers[0], world.ref, 1)
    assert (before.received, before.hashes, before.waits) == (None, (), False)
    f.pass_deadline(world)
    after = seen.opening(world.openers[0], world.ref, 1)
    assert (after.received, len(after.hashes), after.waits) == (1, 1, True)
    assert after.hashes[0].letter == ""


def test_files_are_encrypted_anew_for_the_panel(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    author = world.suppliers[0].administrator
    kept = files.add(author, ref, "plan.pdf", PDF)
    unsent = files.add(author, ref, "notes.pdf", PDF + b" notes")
    files.remove(author, ref, unsent)
    proposals.submit(author, ref)
    f.pass_deadline(world)
    f.open_stage(world)
    declare(world, world.chair)
    [opened] = opened_to(world.chair, world.stage.id)
    assert [(file.id, file.name) for file in opened.files] == [(kept, "plan.pdf")]
    assert reads.opened_file(world.chair, kept) == ("plan.pdf", "application/pdf", PDF)
    assert own.own_file(author, ref, kept)[2] == PDF
    refused("missing", reads.opened_file, world.chair, unsent)
    refused("missing", reads.opened_file, author, kept)
    refused("declaration.missing", reads.opened_file, world.evaluator, kept)


def test_a_refused_confirmation_leaves_no_file_behind(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    files.add(world.suppliers[0].administrator, ref, "plan.pdf", PDF)
    proposals.submit(world.suppliers[0].administrator, ref)
    f.pass_deadline(world)
    first, second = world.openers
    opening.confirm(first, world.ref, 1)
    with writing() as session:
        session.execute(update(Submission).values(ciphertext_hash="0" * 64))
    refused("opening.mismatch", opening.confirm, second, world.ref, 1)
    assert len(stored_files(app)) == 1
    with reading() as connection:
        assert connection.scalars(select(ProposalFile.opened)).all() == [None]


def test_the_stage_key_is_gone_from_what_it_closed(app: Flask) -> None:
    world = f.a_closed_stage(1)
    wrapped = world.stage.age_identity
    assert wrapped is not None
    f.open_stage(world)
    with reading() as connection:
        kept = connection.scalars(select(LogOpening.ciphertext)).all()
    for ciphertext in kept:
        with pytest.raises(DecryptError):
            installation().keys.unseal(ciphertext, wrapped)


def test_one_key_is_one_confirmation(app: Flask) -> None:
    world = f.a_closed_stage(1)
    first, second = world.openers
    assert [opening.confirm.once("a" * 20)(first, world.ref, 1) for _ in range(2)] == ["waiting"] * 2
    assert [opening.confirm.once("b" * 20)(second, world.ref, 1) for _ in range(2)] == ["opened"] * 2
    with pytest.raises(Refused, match=r"stage\.state"):
        opening.confirm(second, world.ref, 1)


def test_a_stage_that_nobody_is_left_in_accounts_for_its_entries_and_loses_its_key(app: Flask) -> None:
    world = f.an_open_challenge()
    f.a_submitted_proposal(world)
    proposals.withdraw(world.suppliers[0].administrator, world.proposals[0])
    f.pass_deadline(world)
    stage = world.stage
    assert stage.state == "decided"
    assert stage.age_identity is None
    record = canonical.decode((stage.opening_record or "").encode())
    assert record["counts"]["withdrawn"] == record["counts"]["replaced"] == 1
    assert record["openers"] == record["proposals"] == []
    assert verdict.verify(SYSTEM).ok


def test_a_challenge_that_ends_early_opens_nothing_and_accounts_for_everything(app: Flask) -> None:
    world = f.an_open_challenge()
    f.a_submitted_proposal(world)
    moves.make(world.lead, world.ref, "terminate", Details(reason="The budget is gone."))
    moves.make(world.approver, world.ref, "terminate", Details())
    stage = world.stage
    assert stage.age_identity is None
    assert stage.opened_at is None
    assert canonical.decode((stage.opening_record or "").encode())["counts"]["unopened"] == 1
    assert verdict.verify(SYSTEM).ok
