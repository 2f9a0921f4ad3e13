"""Erasing what was published: who may, what becomes of the words, and what the trail says of it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.actions import decisions, erasures, moves
from marketplace.actions.moves import Details
from marketplace.models.database import installation, reading
from marketplace.models.evaluation import Decision, DecisionLine, Summary
from marketplace.models.notices import Notice
from marketplace.models.trail import LogOpening
from marketplace.policy import ANYONE, SYSTEM
from marketplace.queries import challenges, trail, verdict
from marketplace.rules.refusals import Refused
from tests import factories as f

MARK = "Mrs Quillfeather of 4 Larch Row has damp in her bedroom."


def suspended() -> tuple[f.World, int]:
    world = f.an_open_challenge()
    moves.make(world.lead, world.ref, "suspend", Details(reason=MARK))
    return world, challenges.detail(ANYONE, world.ref).reasons[0].index


def test_the_lead_erases_a_reason_and_the_trail_says_so(app: Flask) -> None:
    world, entry = suspended()
    erasures.erase(world.lead, world.ref, [f"reason/{entry}/reason"], "personal")
    given = challenges.detail(ANYONE, world.ref).reasons[0].reason
    assert given.startswith("Erased on ")
    last = trail.latest(ANYONE, 1)[0]
    assert last.kind == "trail.erase"
    assert last.data["openings"] == [f"{entry}/reason"]
    assert verdict.verify(SYSTEM).ok
    with reading() as connection:
        kept = select(func.count()).select_from(LogOpening).where(LogOpening.index == entry)
        assert connection.scalar(kept) == 0


@pytest.mark.parametrize("who", ["chair", "evaluator"])
def test_who_neither_leads_nor_approves_erases_nothing(app: Flask, who: str) -> None:
    world, entry = suspended()
    with pytest.raises(Refused, match="missing"):
        erasures.erase(getattr(world, who), world.ref, [f"reason/{entry}/reason"], "personal")
    assert challenges.detail(ANYONE, world.ref).reasons[0].reason == MARK


def test_an_act_that_is_refused_leaves_no_line_on_the_list(app: Flask) -> None:
    world, entry = suspended()
    for places, ground, code in (
        ([f"reason/{entry}/reason"], "because", "erasure.unfounded"),
        (["reason/999/reason"], "personal", "erasure.nothing"),
    ):
        with pytest.raises(Refused, match=code.replace(".", r"\.")):
            erasures.erase(world.lead, world.ref, places, ground)
    assert list(installation().erasures.lines()) == []


def test_no_mistake_takes_the_reasons_of_a_decision_out_of_the_record(app: Flask) -> None:
    world = f.a_noticed_challenge()
    kept = in_records()
    with pytest.raises(Refused, match=r"erasure\.decided"):
        erasures.erase(world.lead, world.ref, ["decision/1/why"], "mistake")
    assert in_records() == kept
    erasures.erase(world.lead, world.ref, ["decision/1/why"], "unlawful")
    assert in_records() != kept


def test_suppliers_whose_summary_repeated_the_words_are_told(app: Flask) -> None:
    world = f.a_scored_stage()
    made = decisions.propose(world.chair, world.ref, 1, ["A"], f.sentences(world), MARK, "")
    decisions.confirm(world.approver, world.ref, 1, made)
    f.publish(world)
    erasures.erase(world.lead, world.ref, ["decision/1/why"], "personal")
    assert {supplier.administrator.person_id for supplier in world.suppliers} <= told()


def told() -> set[int | None]:
    """Whom a message says that words in their summary were erased."""
    with reading() as connection:
        return set(connection.scalars(select(Notice.person_id).where(Notice.kind == "summary.erased")))


def test_what_was_erased_keeps_its_ground_and_its_instant(app: Flask) -> None:
    world, entry = suspended()
    place = f"reason/{entry}/reason"
    erasures.erase(world.lead, world.ref, [place], "personal")
    with pytest.raises(Refused, match=r"erasure\.nothing"):
        erasures.erase(world.approver, world.ref, [place], "mistake")


@pytest.mark.parametrize("part", [False, True], ids=["the whole", "a part"])
def test_nobody_erases_what_another_wrote_by_writing_the_same(app: Flask, part: bool) -> None:
    """A lead gives the words of a decision, of a summary or of an evaluator as a reason, and erases them."""
    world = f.a_noticed_challenge()
    kept = in_records()
    why = f.REASON.format(question="approach")
    for text in ("The first found most damp rooms.", why):
        said = text[4:-4] if part else text
        moves.make(world.lead, world.ref, "suspend", Details(reason=said))
        entry = challenges.detail(ANYONE, world.ref).reasons[0].index
        moves.make(world.lead, world.ref, "resume", Details(reason="We go on."))
        moves.make(world.approver, world.ref, "resume", Details())
        erasures.erase(world.lead, world.ref, [f"reason/{entry}/reason"], "mistake")
    assert in_records() == kept


def in_records() -> list[str]:
    """What decisions and suppliers' summaries say."""
    with reading() as connection:
        asked = (select(Decision.why), select(DecisionLine.reason), select(Summary.content))
        return [text for each in asked for text in connection.scalars(each)]
