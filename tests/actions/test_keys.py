"""Keys: a rotation closes everything anew and loses nothing, wherever it is cut short; the check names what is lost."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import LargeBinary, func, select, update

from marketplace import integrity
from marketplace.actions import files, keys, proposals
from marketplace.models.base import Model
from marketplace.models.ciphertexts import HELD
from marketplace.models.database import installation, reading, writing
from marketplace.models.notices import Notice
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import ProposalFile
from marketplace.models.stages import Stage
from marketplace.models.trail import JournalEntry
from marketplace.outside.keys import KeyRing, KeysMissing
from marketplace.policy import SYSTEM
from marketplace.queries import keys as queries
from marketplace.queries import opened, receipts
from marketplace.queries import proposals as own
from marketplace.rules.refusals import Refused
from tests import factories as f
from tests.actions.test_proposals import PDF, refused
from tests.jobs.test_worker import command
from tests.test_config import SAFE

# Closed to a stage or a supplier alone, or no secret at all.
NOT_HELD = {
    "proposal.draft", "submission.ciphertext", "log_event.leaf", "log_event.leaf_hash", "log_tile.hashes",
    "witnessed_log.root",
}  # fmt: skip


def a_stage_with_files(*, opened: bool) -> tuple[f.World, str, int]:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    file = files.add(world.suppliers[0].administrator, ref, "plan.pdf", PDF)
    proposals.submit(world.suppliers[0].administrator, ref)
    f.a_submitted_proposal(world)
    f.pass_deadline(world)
    if opened:
        f.open_stage(world)
        f.declare_all(world)
    return world, ref, file


def rotate() -> dict[str, int]:
    counts: dict[str, int] = {}
    for name, count in keys.rotate(SYSTEM, anew=not queries.check(SYSTEM).older):
        counts[name] = counts.get(name, 0) + count
    return counts


def identities(name: str) -> int:
    return len(installation().keys.files[name].identities)  # type: ignore[index]


def without_older_keys() -> None:
    """What the newest keys alone can do: the former ones are gone."""
    for file in installation().keys.files.values():
        file.path.write_text(file.path.read_text().splitlines()[0] + "\n")


def test_every_column_of_bytes_is_rotated_or_is_none_of_the_installations_keys(app: Flask) -> None:
    columns = {
        f"{table.name}.{column.name}"
        for table in Model.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    assert columns == NOT_HELD | {held.name for held in HELD if not held.stored}


def test_what_was_opened_is_read_by_the_new_keys_alone_and_still_by_its_supplier(app: Flask) -> None:
    world, ref, file = a_stage_with_files(opened=True)
    author = world.suppliers[0].administrator
    before = receipts.receipt_json(author, ref)
    counts = rotate()
    assert "stage.age_identity" not in counts
    assert counts["proposal.content"] == 2
    assert counts["proposal_file.opened"] == counts["proposal_file.label"] == 1
    without_older_keys()
    assert queries.check(SYSTEM).closed == ()
    assert opened.opened_file(world.chair, file)[2] == PDF
    assert own.own_file(author, ref, file)[:1] == ("plan.pdf",)
    assert receipts.receipt_json(author, ref) == before


def test_a_stage_sealed_before_a_rotation_opens_after_it(app: Flask) -> None:
    world, ref, file = a_stage_with_files(opened=False)
    assert rotate()["stage.age_identity"] == 1
    without_older_keys()
    f.open_stage(world)
    f.declare_all(world)
    assert opened.opened_file(world.chair, file)[2] == PDF
    assert own.own_proposal(world.suppliers[0].administrator, ref).sent


def test_a_rotation_leaves_its_rows_in_the_journal_and_a_second_begins_anew(app: Flask) -> None:
    f.a_closed_stage(1)
    assert rotate()
    assert (identities("sealing"), identities("record")) == (2, 2)
    with reading() as connection:
        acts = connection.scalars(select(JournalEntry.act)).all()
    assert "keys.close_again" in acts
    assert rotate()
    assert identities("sealing") == 3


def test_only_one_rotation_runs_at_a_time(app: Flask) -> None:
    with installation().keys.alone() as alone:
        assert alone
        with pytest.raises(Refused, match=r"keys\.rotating"):
            list(keys.rotate(SYSTEM, anew=True))
    assert identities("sealing") == 1
    refused("missing", keys.close_again, f.a_person(operator=True), "stage.age_identity", [], 1)


def test_there_is_no_new_key_while_nothing_can_be_closed_to_it(app: Flask) -> None:
    f.a_closed_stage(1)
    with reading() as connection:
        log_id = integrity.log_id(connection)
    installation().marks.stop(log_id, "log.behind")
    with pytest.raises(Refused, match=r"log\.stopped"):
        list(keys.rotate(SYSTEM, anew=True))
    assert (identities("sealing"), identities("record")) == (1, 1)


@pytest.mark.long
def test_a_rotation_killed_in_the_middle_goes_on_where_it_stopped(app: Flask) -> None:
    f.an_opened_stage(2)
    with writing() as session:
        known = session.scalars(select(Notice).limit(1)).one()
        for number in range(1000):
            session.add(
                Notice(
                    person_id=known.person_id, kind=known.kind, created_at=known.created_at,
                    next_try_at=known.next_try_at, payload=known.payload, message_id=f"{number}@localhost",
                )
            )  # fmt: skip
    process = command("keys", "rotate")
    deadline = time.monotonic() + 60
    while rows_of_journal() < 8 and time.monotonic() < deadline:
        assert process.poll() is None
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    between = queries.check(SYSTEM)
    assert 0 < between.older < between.opened
    assert between.closed == ()
    said, _ = command("keys", "rotate").communicate(timeout=60)
    assert "closed again" in said
    assert identities("record") == identities("sealing") == 2
    without_older_keys()
    after = queries.check(SYSTEM)
    assert (after.opened, after.older, after.closed) == (between.opened, 0, ())


def rows_of_journal() -> int:
    with reading() as connection:
        asked = select(func.count()).select_from(JournalEntry).where(JournalEntry.act == "keys.close_again")
        return connection.scalar(asked) or 0


def test_the_check_names_each_half_that_no_key_opens(app: Flask) -> None:
    world = f.a_closed_stage(1)
    stage_id, stranger = world.stage.id, KeyRing(Path(installation().settings.key_dir) / "other", create=True)
    with writing() as session:
        session.execute(update(Stage).values(age_identity=stranger.new_pair()[1]))
        organisation = session.scalars(select(Organisation.id).order_by(Organisation.id).limit(1)).one()
        swapped = installation().keys.new_pair()[1]
        session.execute(
            update(Organisation).where(Organisation.id == organisation).values(age_identity=swapped)
        )
    assert queries.check(SYSTEM).closed == (
        f"stage.age_identity of {stage_id} does not open.",
        f"organisation.age_identity of {organisation} is not the private half of its public one.",
    )
    said = command("keys", "check")
    text, _ = said.communicate(timeout=60)
    assert said.returncode == 1
    assert f"stage.age_identity of {stage_id} does not open." in text


def test_the_check_names_a_file_that_is_gone(app: Flask) -> None:
    a_stage_with_files(opened=True)
    with reading() as connection:
        row = connection.execute(select(ProposalFile.id, ProposalFile.opened)).one()
    installation().files.remove(row.opened)
    assert queries.check(SYSTEM).closed == (
        f"proposal_file.opened of {row.id} names a file that is not there.",
    )


@pytest.mark.long
def test_keys_are_made_on_purpose_and_never_beside_what_others_sealed(app: Flask) -> None:
    files = list(installation().keys.files.values())
    kept = [without(file.path) for file in files]
    with pytest.raises(KeysMissing, match="keys create"):
        KeyRing(installation().settings.key_dir, create=False).check()
    made = command("keys", "create", **SAFE)
    text, _ = made.communicate(timeout=60)
    assert (made.returncode, "Back up" in text) == (0, True), text
    assert [file.path.stat().st_mode & 0o777 for file in files] == [0o600, 0o600]
    f.a_supplier()
    assert not set(kept) & {without(file.path) for file in files}
    refusal = command("keys", "create", **SAFE)
    text, _ = refusal.communicate(timeout=60)
    assert (refusal.returncode, "Put them back from their backup" in text) == (1, True), text
    assert not any(file.path.exists() for file in files)


def without(path: Path) -> str:
    """What the file held that is gone now."""
    held = path.read_text()
    path.unlink()
    return held


def test_stock_files_with_comments_and_several_identities_are_read(app: Flask) -> None:
    ring = installation().keys
    closed = ring.keep(b"before")
    file = ring.files["record"]
    file.renew()
    newest, oldest = file.path.read_text().split()
    file.path.write_text(f"# created: 2026-11-02\n# public key: age1…\n{newest}\n\n# older\n{oldest}\n")
    assert ring.read(closed) == b"before"
    assert not file.is_newest(closed)
    assert file.is_newest(ring.keep(b"after"))
