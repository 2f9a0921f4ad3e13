"""Opening stops where the database says something else than the log, whoever wrote it there."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from marketplace.actions import opening
from marketplace.models.database import installation, reading, writing
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal, SealedEntry, Submission
from marketplace.models.trail import LogEvent, LogHead, LogOpening
from marketplace.policy import SYSTEM, Actor
from marketplace.queries import opened
from marketplace.queries.query import Reader
from marketplace.rules import canonical
from marketplace.rules.instants import instant
from marketplace.rules.proposals import Sealed
from marketplace.tlog.tree import leaf_hash
from tests import factories as f
from tests.actions.test_proposals import refused
from tests.cli.test_export import export
from tests.cli.test_recover import run
from tests.copies import Copy


def swap_ciphertexts(world: f.World) -> None:
    """Give each proposal's hand-in to the other, hashes and all."""
    with writing() as session:
        one, two = session.scalars(select(Submission).order_by(Submission.id)).all()
        (one.ciphertext, two.ciphertext) = (two.ciphertext, one.ciphertext)
        (one.ciphertext_hash, two.ciphertext_hash) = (two.ciphertext_hash, one.ciphertext_hash)


def drop_a_proposal(world: f.World) -> None:
    with writing() as session:
        session.execute(update(Proposal).where(Proposal.ref == world.proposals[0]).values(state="withdrawn"))


def forge_an_opening(world: f.World) -> None:
    keys = installation().keys
    recipient = world.stage.age_recipient
    assert recipient is not None
    with writing() as session:
        row = session.scalars(select(LogOpening).order_by(LogOpening.index)).all()[-1]
        row.ciphertext = keys.seal(canonical.encode({"salt": "00" * 32, "value": {"x": 1}}), recipient)


def encrypt_to_another(world: f.World) -> None:
    with writing() as session:
        row = session.scalars(select(Submission).order_by(Submission.id)).first()
        assert row is not None
        row.ciphertext = installation().keys.keep(b"something else")
        row.ciphertext_hash = hashlib.sha256(row.ciphertext).hexdigest()


def write(*statements: str) -> Callable[[f.World], None]:
    """What an administrator writes into the database of a busy stage; `kept` and the like are its proposals."""

    def harm(world: f.World) -> None:
        known = {"stage": world.stage.id}
        with writing() as session:
            for name, ref in zip(("kept", "replaced", "withdrawn"), world.proposals, strict=True):
                known[name] = session.scalars(select(Proposal.id).filter_by(ref=ref)).one()
            for statement in statements:
                values = {name: id for name, id in known.items() if f":{name}" in statement}
                session.execute(text(statement), values)

    return harm


HARMS = {
    "an earlier hand-in stands": write(
        "UPDATE submission SET current = false WHERE proposal_id = :replaced",
        "UPDATE submission SET current = true WHERE proposal_id = :replaced AND number = 1",
    ),
    "one that stands is called withdrawn": write(
        "UPDATE proposal SET state = 'withdrawn' WHERE id = :kept",
        "UPDATE stage SET received = received - 1 WHERE id = :stage",
    ),
    "one that was withdrawn stands": write(
        "UPDATE proposal SET state = 'submitted' WHERE id = :withdrawn",
        "UPDATE submission SET current = true WHERE proposal_id = :withdrawn",
        "UPDATE stage SET received = received + 1 WHERE id = :stage",
    ),
    "what was replaced is called a cover": write(
        "UPDATE sealed_entry SET kind = 'cover' WHERE log_index ="
        " (SELECT min(log_index) FROM submission WHERE proposal_id = :replaced)",
    ),
    "a withdrawal is called a hand-in": write(
        "UPDATE sealed_entry SET kind = 'proposal' WHERE kind = 'withdrawal'",
    ),
    "a cover is called a lock": write("UPDATE sealed_entry SET kind = 'lock' WHERE kind = 'cover'"),
    "one that stands loses its rows": write(
        "DELETE FROM sealed_entry WHERE proposal_id = :kept",
        "UPDATE proposal SET state = 'draft' WHERE id = :kept",
        "UPDATE stage SET received = received - 1 WHERE id = :stage",
    ),
}


@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS)
def test_what_became_of_each_hand_in_is_what_its_entries_say(
    app: Flask, harm: Callable[[f.World], None]
) -> None:
    world = f.a_busy_stage()
    first, second = world.openers
    opening.confirm(first, world.ref, 1)
    harm(world)
    refused("opening.mismatch", opening.confirm, second, world.ref, 1)
    assert world.stage.opening_record is None


def hand_in_late(world: f.World) -> None:
    """Put another hand-in in a proposal's place after the deadline, sealed and logged as if it had come in time."""
    keys, now, stage = installation().keys, installation().clock.now(), world.stage
    with writing() as session:
        proposal = session.scalars(select(Proposal).filter_by(ref=world.proposals[0])).one()
        supplier = session.get_one(Organisation, proposal.supplier_id)
        sealed = Sealed(world.ref, 1, proposal.ref, 1, dict(f.ANSWERS))
        ciphertext = keys.seal(sealed.spell(), stage.age_recipient or "", supplier.age_recipient)
        hashed, salt = hashlib.sha256(ciphertext).hexdigest(), bytes(32)
        value = sealed.committed(hashed)
        content = canonical.commitment(salt, "sealed", "content", value)
        leaf = canonical.encode(
            {"at": instant(now), "private": {"content": content}, "type": "sealed", "v": 1}
        )
        head = session.get_one(LogHead, 1)
        index, head.size = head.size, head.size + 1
        opening = keys.seal(canonical.encode({"salt": salt.hex(), "value": value}), stage.age_recipient or "")
        session.execute(update(Submission).where(Submission.proposal_id == proposal.id).values(current=False))
        session.add_all((
            LogEvent(index=index, leaf=leaf, leaf_hash=leaf_hash(leaf), kind="sealed", at=now),
            LogOpening(index=index, field="content", ciphertext=opening),
            SealedEntry(log_index=index, stage_id=stage.id, kind="proposal", proposal_id=proposal.id),
            Submission(
                proposal_id=proposal.id, number=2, version_id=proposal.version_id, ciphertext=ciphertext,
                ciphertext_hash=hashed, at=now - timedelta(minutes=5), log_index=index, current=True,
            ),
        ))  # fmt: skip


def close_once_more(world: f.World) -> None:
    """Hand in late, and add an entry behind it which says that the stage closes only now."""
    hand_in_late(world)
    with writing() as session:
        row = session.scalars(select(LogEvent).filter_by(kind="stage.close")).one()
        head = session.get_one(LogHead, 1)
        index, head.size = head.size, head.size + 1
        session.add(
            LogEvent(
                index=index, leaf=row.leaf, leaf_hash=row.leaf_hash, kind=row.kind,
                challenge_id=row.challenge_id, at=row.at,
            )
        )  # fmt: skip


@pytest.mark.parametrize(
    "harm",
    [swap_ciphertexts, drop_a_proposal, forge_an_opening, encrypt_to_another, hand_in_late, close_once_more],
)
def test_what_does_not_match_the_log_opens_nothing(app: Flask, harm: Callable[[f.World], None]) -> None:
    world = f.a_closed_stage(2)
    first, second = world.openers
    opening.confirm(first, world.ref, 1)
    harm(world)
    refused("opening.mismatch", opening.confirm, second, world.ref, 1)
    stage = world.stage
    assert (stage.state, stage.opening_record) == ("closed", None)
    assert stage.age_identity is not None


@pytest.mark.parametrize("closed", [False, True], ids=["closed again", "closed before"])
def test_a_stage_opens_after_a_recovery(app: Flask, folder: Path, tmp_path: Path, closed: bool) -> None:
    world = f.an_open_challenge()
    for _each in range(2):
        f.a_submitted_proposal(world)
    if closed:
        f.pass_deadline(world)
    f.sign_the_log()
    copy = Copy(folder)
    if not closed:
        f.a_submitted_proposal(world)
        f.pass_deadline(world)
    f.grow_the_log(SYSTEM, 1)
    f.sign_the_log()
    export(app, tmp_path / "log")
    copy.restore_and_begin_anew()
    assert run(app, "recover", tmp_path / "log")[0] == 0
    f.sign_the_log()
    if not closed:
        f.pass_deadline(world)
    f.open_stage(world)
    assert world.stage.state == "opened"
    assert run(app, "verify")[0] == 0
    copy.forget()


def test_what_was_opened_is_read_and_counted_under_no_other_name(app: Flask) -> None:
    world = f.an_opened_stage(2)
    f.declare_all(world)
    with writing() as session:
        one, two = session.scalars(select(Proposal).order_by(Proposal.id)).all()
        one.content, two.content = two.content, one.content
    stage_id = world.stage.id

    def read(actor: Actor) -> object:
        with reading() as connection:
            return opened.opened_proposals(Reader(connection, actor), stage_id)

    refused("opening.changed", read, world.evaluator)
