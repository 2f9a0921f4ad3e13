"""A supplier's draft, hand-in, replacement and withdrawal: until the deadline, and sealed."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from marketplace.actions import files, invitations, moves, proposals, upkeep
from marketplace.actions.moves import Details
from marketplace.clock import Clock
from marketplace.models.database import reading
from marketplace.models.notices import Notice
from marketplace.models.proposals import Proposal, SealedEntry, Submission
from marketplace.models.trail import JournalEntry, LogEvent
from marketplace.policy import ANYONE, Actor
from marketplace.queries import proposals as seen
from marketplace.queries import receipts
from marketplace.rules import canonical, limits
from marketplace.rules.proposals import Attachment, Sealed, digest, letter, unsealed
from marketplace.rules.refusals import Refused
from tests import factories as f
from tests.conftest import NOON

PDF = b"%PDF-1.7 a plan of the street"


def sealed_leaves() -> list[bytes]:
    with reading() as connection:
        return list(
            connection.scalars(
                select(LogEvent.leaf).where(LogEvent.kind == "sealed").order_by(LogEvent.index)
            )
        )


def submissions(ref: str) -> list[tuple[int, bool]]:
    with reading() as connection:
        rows = connection.execute(
            select(Submission.number, Submission.current)
            .join(Proposal, Proposal.id == Submission.proposal_id)
            .where(Proposal.ref == ref)
            .order_by(Submission.number)
        )
        return [(row.number, row.current) for row in rows]


def state(ref: str) -> str:
    with reading() as connection:
        return connection.scalars(select(Proposal.state).where(Proposal.ref == ref)).one()


def refused(code: str, call: Callable[..., object], *args: object) -> Refused:
    with pytest.raises(Refused) as caught:
        call(*args)
    assert caught.value.code == code
    return caught.value


def go_past_deadline(clock: Clock) -> None:
    clock.set(NOON - timedelta(minutes=1))
    upkeep.beat()
    clock.set(NOON)


def test_a_supplier_has_one_proposal_in_a_stage(app: Flask) -> None:
    world, supplier = f.an_open_challenge(), f.a_supplier()
    ref = proposals.start(supplier.administrator, world.ref, supplier.slug)
    colleague = f.a_person("Second Author")
    f.join(supplier, colleague)
    assert proposals.start(colleague, world.ref, supplier.slug) == ref


def test_only_members_of_a_supplier_propose(app: Flask) -> None:
    world, supplier, stranger = f.an_open_challenge(), f.a_supplier(), f.a_person()
    refused("proposal.not_supplier", proposals.start, stranger, world.ref, supplier.slug)
    refused("proposal.not_supplier", proposals.start, stranger, world.ref, "no-such-firm")
    head = world.authority.administrator
    refused("proposal.not_supplier", proposals.start, head, world.ref, world.authority.slug)
    refused("proposal.not_supplier", proposals.start, ANYONE, world.ref, supplier.slug)


def test_whoever_runs_a_challenge_does_not_propose_in_it(app: Flask) -> None:
    world = f.an_open_challenge()
    for person in (world.editor, world.evaluator, world.authority.administrator):
        own = f.an_organisation("Own firm", "supplier", person)
        refused("proposal.own_challenge", proposals.start, person, world.ref, own.slug)
    firm = f.a_supplier()
    f.join(firm, world.evaluator)
    refused("proposal.own_challenge", proposals.start, firm.administrator, world.ref, firm.slug)


def test_an_offered_role_shuts_nobody_out(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    author = world.suppliers[0].administrator
    token = f.invite_expert(world, author.email)
    assert proposals.submit(author, ref) == 1
    refused("role.own_proposal", invitations.accept, author, token, True)


def test_a_colleague_who_joins_from_the_panel_keeps_the_supplier_from_handing_in(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    supplier, expert = world.suppliers[0], f.an_expert(world)
    f.join(supplier, expert)
    refused("proposal.own_challenge", proposals.submit, supplier.administrator, ref)


def test_a_draft_challenge_does_not_exist_for_suppliers(app: Flask) -> None:
    world, supplier = f.an_approved_challenge(), f.a_supplier()
    refused("missing", proposals.start, supplier.administrator, world.ref, supplier.slug)
    refused("missing", proposals.start, supplier.administrator, "CH-00000000", supplier.slug)


def test_an_edition_that_is_not_the_latest_is_refused_and_nothing_is_lost(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    author = world.suppliers[0].administrator
    assert proposals.save_answer(author, ref, "team", "First.", f.SEEN["team"]) == digest("First.")
    refused("edit.stale", proposals.save_answer, author, ref, "team", "Second.", f.SEEN["team"])
    assert seen.own_proposal(author, ref).answer("team").text == "First."


def test_whoever_may_not_propose_leaves_no_supplier_behind(app: Flask) -> None:
    world = f.an_open_challenge()
    firm = ("Side Door", "1 New Street", "", True, False, True)
    refused("proposal.own_challenge", proposals.start_as_new, world.lead, world.ref, *firm)
    refused("missing", proposals.start_as_new, f.a_person(), "CH-00000000", *firm)
    newcomer = f.a_person()
    ref = proposals.start_as_new(newcomer, world.ref, *firm)
    assert seen.own_proposal(newcomer, ref).about.supplier == "Side Door"


def test_two_people_write_different_answers_at_once(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    author = world.suppliers[0].administrator
    before = seen.own_proposal(author, ref)
    for question in ("team", "evidence"):
        proposals.save_answer(author, ref, question, "New.", before.answer(question).seen)
    after = seen.own_proposal(author, ref)
    assert [after.answer(question).text for question in ("team", "evidence")] == ["New.", "New."]


def test_an_answer_that_is_kept_already_may_be_sent_again(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    author = world.suppliers[0].administrator
    answers = [proposals.save_answer(author, ref, "team", "New.", f.SEEN["team"]) for _n in range(2)]
    assert answers == [digest("New.")] * 2
    saved = select(func.count()).select_from(JournalEntry).filter_by(act="proposal.save")
    with reading() as connection:
        assert connection.scalar(saved) == len(f.ANSWERS) + 1


def test_the_language_of_the_answers_is_the_challenges_until_the_supplier_says_otherwise(app: Flask) -> None:
    world = f.an_open_challenge(language="cy")
    ref = f.a_draft_proposal(world)
    author = world.suppliers[0].administrator
    assert seen.own_proposal(author, ref).about.language == "cy"
    proposals.set_language(author, ref, "gd")
    assert seen.own_proposal(author, ref).about.language == "gd"
    assert seen.own_proposal(author, ref).about.asked_in == "cy"
    refused("form.invalid", proposals.set_language, author, ref, "tlh")
    refused("missing", proposals.set_language, world.lead, ref, "en")


def test_a_draft_may_run_over_the_limit_and_a_hand_in_may_not(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world, team="word " * 301)
    author = world.suppliers[0].administrator
    no = refused("proposal.too_long", proposals.submit, author, ref)
    assert "301 words; the limit is 300" in no.sentence
    proposals.save_answer(
        author, ref, "team", "word " * 300, seen.own_proposal(author, ref).answer("team").seen
    )
    assert proposals.submit(author, ref) == 1


def test_an_incomplete_draft_is_kept_and_not_sent(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world, team="  ")
    author = world.suppliers[0].administrator
    no = refused("proposal.incomplete", proposals.submit, author, ref)
    assert "Who does the work" in no.sentence
    assert state(ref) == "draft"
    assert sealed_leaves() == []


@pytest.mark.parametrize("text", ["x" * (limits.ANSWER + 1), "a\x00b", "\ud800"])
def test_text_that_cannot_be_kept_is_refused(app: Flask, text: str) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    refused(
        "proposal.text",
        proposals.save_answer,
        world.suppliers[0].administrator,
        ref,
        "team",
        text,
        f.SEEN["team"],
    )


def test_a_question_that_is_not_asked_is_missing(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    no = refused(
        "proposal.question",
        proposals.save_answer,
        world.suppliers[0].administrator,
        ref,
        "price",
        "1",
        digest(""),
    )
    assert no.status == 404


def test_a_hand_in_leaves_one_leaf_that_says_nothing(app: Flask) -> None:
    world = f.an_open_challenge()
    f.a_submitted_proposal(world)
    [leaf] = [canonical.decode(each) for each in sealed_leaves()]
    assert set(leaf) == {"at", "private", "type", "v"}
    assert set(leaf["private"]) == {"content"}


def test_the_receipt_opens_the_leaf_and_names_every_answer_by_its_hash(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_submitted_proposal(world)
    author = world.suppliers[0].administrator
    receipt = receipts.receipt_json(author, ref)
    leaf = canonical.decode(base64.b64decode(receipt["leaf"]))
    opening = receipt["openings"]["content"]
    commitment = canonical.commitment(bytes.fromhex(opening["salt"]), "sealed", "content", opening["value"])
    assert commitment == leaf["private"]["content"]
    value = opening["value"]
    assert (value["challenge"], value["stage"], value["proposal"]) == (world.ref, 1, ref)
    assert value["version"] == 1
    assert value["files"] == []
    hashed = {key: hashlib.sha256(text.encode()).hexdigest() for key, text in f.ANSWERS.items()}
    assert value["answers"] == hashed
    with reading() as connection:
        row = connection.execute(select(Submission.ciphertext, Submission.log_index)).one()
    assert hashlib.sha256(row.ciphertext).hexdigest() == value["ciphertext"]
    assert row.log_index == receipt["index"]


def test_replacing_keeps_the_first_and_adds_an_entry(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_submitted_proposal(world)
    author = world.suppliers[0].administrator
    refused("proposal.already_submitted", proposals.submit, author, ref)
    proposals.save_answer(author, ref, "team", "Two people now.", f.SEEN["team"])
    assert proposals.submit(author, ref) == 2
    assert submissions(ref) == [(1, False), (2, True)]
    assert len(sealed_leaves()) == 2
    assert len(receipts.receipt(author, ref).indexes) == 2


def test_withdrawing_adds_an_entry_and_keeps_the_draft(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_submitted_proposal(world)
    author = world.suppliers[0].administrator
    proposals.withdraw(author, ref)
    assert state(ref) == "withdrawn"
    receipt = receipts.receipt(author, ref)
    assert receipt.value == {"challenge": world.ref, "stage": 1, "proposal": ref, "withdrawn": 1}
    refused("proposal.not_submitted", proposals.withdraw, author, ref)
    assert proposals.submit(author, ref) == 2
    with reading() as connection:
        kinds = connection.scalars(select(SealedEntry.kind).order_by(SealedEntry.log_index)).all()
    assert kinds == ["proposal", "withdrawal", "proposal"]


def test_at_the_deadline_it_is_closed_and_the_draft_is_kept(app: Flask, clock: Clock) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    author = world.suppliers[0].administrator
    go_past_deadline(clock)
    no = refused("proposal.closed", proposals.submit, author, ref)
    assert "12pm (midday) on Monday 23 November 2026 (UK time)" in no.sentence
    assert world.stage.state == "decided"
    refused("proposal.closed", proposals.save_answer, author, ref, "team", "Late.", f.SEEN["team"])
    refused("proposal.closed", files.add, author, ref, "plan.pdf", PDF)
    refused("proposal.closed", proposals.withdraw, author, ref)
    assert seen.own_proposal(author, ref).answer("team").text == f.ANSWERS["team"]
    assert state(ref) == "draft"
    assert sealed_leaves() == []


def test_an_instant_before_the_deadline_is_in_time(app: Flask, clock: Clock) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    clock.set(NOON - timedelta(microseconds=1))
    assert proposals.submit(world.suppliers[0].administrator, ref) == 1


def test_nothing_is_accepted_while_suspended(app: Flask, clock: Clock) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    author = world.suppliers[0].administrator
    moves.make(world.lead, world.ref, "suspend", Details(reason="A complaint is heard."))
    refused("proposal.suspended", proposals.submit, author, ref)
    refused("proposal.suspended", proposals.save_answer, author, ref, "team", "New.", f.SEEN["team"])
    clock.set(NOON + timedelta(days=1))
    refused("proposal.suspended", proposals.submit, author, ref)
    assert world.stage.state == "collecting"


def test_nothing_is_accepted_where_the_service_was_not_running(app: Flask, clock: Clock) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    clock.set(NOON + timedelta(seconds=1))
    refused("proposal.interrupted", proposals.submit, world.suppliers[0].administrator, ref)
    assert world.stage.state == "interrupted"


def test_one_key_is_one_hand_in(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    author = world.suppliers[0].administrator
    assert [proposals.submit.once("k" * 20)(author, ref) for _ in range(3)] == [1, 1, 1]
    assert len(sealed_leaves()) == 1


def test_everyone_of_the_supplier_is_told_and_nobody_else(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    author, colleague = world.suppliers[0].administrator, f.a_person("Colleague")
    f.join(world.suppliers[0], colleague)
    proposals.submit(author, ref)
    with reading() as connection:
        told = connection.scalars(select(Notice.person_id).where(Notice.kind == "proposal.received")).all()
    assert set(told) == {author.person_id, colleague.person_id}
    assert len(told) == 2


def test_the_journal_names_acts_and_no_words(app: Flask) -> None:
    world = f.an_open_challenge()
    f.a_submitted_proposal(world)
    with reading() as connection:
        rows = connection.execute(select(JournalEntry.act, JournalEntry.facts)).all()
    assert {"proposal.start", "proposal.save", "proposal.submit"} <= {row.act for row in rows}
    assert not any(text in row.facts for row in rows for text in f.ANSWERS.values())


def everything_of(actor: Actor, ref: str, file_id: int) -> list[tuple[str, dict[str, object], int]]:
    calls: tuple[Callable[[], object], ...] = (
        lambda: seen.own_proposal(actor, ref),
        lambda: receipts.receipt(actor, ref),
        lambda: receipts.receipt_json(actor, ref),
        lambda: seen.own_file(actor, ref, file_id),
        lambda: proposals.save_answer(actor, ref, "team", "x", f.SEEN["team"]),
        lambda: proposals.submit(actor, ref),
        lambda: proposals.withdraw(actor, ref),
        lambda: files.add(actor, ref, "plan.pdf", PDF),
        lambda: files.remove(actor, ref, file_id),
    )
    answers = []
    for call in calls:
        with pytest.raises(Refused) as caught:
            call()
        no = caught.value
        answers.append((no.code, no.facts, no.status))
    return answers


def test_another_supplier_gets_for_everything_what_a_missing_thing_gives(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    mine = world.suppliers[0].administrator
    file_id = files.add(mine, ref, "plan.pdf", PDF)
    proposals.submit(mine, ref)
    before = sum(1 for _ in stored_files(app))
    for actor in (f.a_supplier("Rival").administrator, world.lead, world.chair, f.a_person("Nobody"), ANYONE):
        assert everything_of(actor, ref, file_id) == everything_of(actor, "PR-00000000", 999)
        assert {code for code, *_ in everything_of(actor, ref, file_id)} == {"missing"}
    assert sum(1 for _ in stored_files(app)) == before


def stored_files(app: Flask) -> list[object]:
    folder = app.extensions["installation"].files._folder
    return [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []


# What is sealed, as a value.


@given(
    answers=st.dictionaries(
        st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True),
        st.text(st.characters(exclude_categories=["Cs"])),
    ),
    names=st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), max_size=3),
)
def test_what_was_sealed_comes_back_and_its_commitment_holds_no_word_of_it(
    answers: dict[str, str], names: list[str]
) -> None:
    attached = tuple(Attachment(name, "0" * 64, 1, "1" * 64) for name in names)
    sealed = Sealed("CH-00000000", 1, "PR-00000000", 1, answers, attached)
    assert unsealed(sealed.spell()) == sealed
    value = sealed.committed("f" * 64)
    assert value["answers"] == {
        key: hashlib.sha256(text.encode()).hexdigest() for key, text in answers.items()
    }


def test_letters_go_on_after_z() -> None:
    assert [letter(place) for place in (0, 25, 26, 51, 52, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]


def test_one_submission_stands(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_submitted_proposal(world)
    author = world.suppliers[0].administrator
    for text in ("One.", "Two.", "Three."):
        before = seen.own_proposal(author, ref).answer("team")
        proposals.save_answer(author, ref, "team", text, before.seen)
        proposals.submit(author, ref)
    with reading() as connection:
        assert connection.scalar(select(func.count()).select_from(Submission).where(Submission.current)) == 1
