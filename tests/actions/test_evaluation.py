"""Declaring, scoring and locking: alone, against published levels, once."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.actions import evaluation, moves, roles, scores
from marketplace.actions.evaluation import Interest
from marketplace.actions.moves import Details
from marketplace.actions.scores import Cell
from marketplace.models.accounts import Person, RoleAssignment
from marketplace.models.database import installation, reading
from marketplace.models.evaluation import Score, ScoreLock
from marketplace.models.notices import Notice
from marketplace.models.proposals import SealedEntry
from marketplace.models.trail import LogEvent, LogOpening
from marketplace.policy import Actor
from marketplace.rules import canonical
from marketplace.rules.refusals import Refused
from tests.factories import (
    World,
    a_person,
    a_scored_stage,
    a_scoring_stage,
    an_expert,
    an_opened_stage,
    declare_all,
    letters,
    score,
)

GOOD = "It found eleven of fourteen damp rooms in two streets, and says how."


def interests(world: World, **said: str) -> dict[str, Interest]:
    """None for every letter, but for those that `said` names."""
    return {
        letter: Interest(
            interest=said.get(letter, "none"), grounds="I advised them once." if letter in said else ""
        )
        for letter in letters(world)
    }


def save(person: Actor, world: World, letter: str = "A", **changed: Any) -> None:
    """One score; refused with the code that says why it is none."""
    cell: Any = {"letter": letter, "criterion": "fit", "level": 3, "reason": GOOD, "question": "approach"}
    for found in scores.save_scores(person, world.ref, 1, [cell | changed]).values():
        raise Refused(found[(cell | changed)["criterion"]])


def begin(world: World) -> None:
    moves.make(world.lead, world.ref, "score", Details())


def leaves(kind: str) -> list[dict]:
    with reading() as connection:
        rows = connection.scalars(select(LogEvent.leaf).where(LogEvent.kind == kind).order_by(LogEvent.index))
        return [canonical.decode(row) for row in rows]


def notices(kind: str) -> list[str]:
    """Names of those who were told."""
    with reading() as connection:
        return list(
            connection.scalars(
                select(Person.name).join(Notice, Notice.person_id == Person.id).where(Notice.kind == kind)
            )
        )


def together(app: Flask, *acts: Callable[[], object]) -> list[str]:
    """Run at the same moment; what each came to, a refusal as its code."""
    found: list[str] = []
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        with app.app_context():
            gate.wait()
            try:
                found.append(str(act()))
            except Refused as no:
                found.append(no.code)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(found)


def test_everybody_declares_once_and_against_every_name(app: Flask) -> None:
    world = an_opened_stage()
    with pytest.raises(Refused, match=r"declaration\.incomplete"):
        evaluation.declare(world.chair, world.ref, 1, {"A": Interest(interest="none", grounds="")})
    assert evaluation.declare(world.chair, world.ref, 1, interests(world)) == "none"
    with pytest.raises(Refused, match=r"declaration\.again"):
        evaluation.declare(world.chair, world.ref, 1, interests(world))


def test_an_interest_needs_grounds(app: Flask) -> None:
    world = an_opened_stage()
    answers = interests(world) | {"A": Interest(interest="manageable", grounds=" ")}
    with pytest.raises(Refused, match=r"declaration\.grounds"):
        evaluation.declare(world.chair, world.ref, 1, answers)


def test_only_the_panel_declares(app: Flask) -> None:
    world = an_opened_stage()
    for outsider in (world.lead, world.approver, a_person()):
        with pytest.raises(Refused, match="missing"):
            evaluation.declare(outsider, world.ref, 1, interests(world))


def test_a_conflict_ends_the_role_for_the_challenge_and_tells_the_lead(app: Flask) -> None:
    world = an_opened_stage()
    assert evaluation.declare(world.evaluator, world.ref, 1, interests(world, B="conflict")) == "conflict"
    with reading() as connection:
        ended = connection.scalar(
            select(RoleAssignment.until_at).where(
                RoleAssignment.person_id == world.evaluator.person_id, RoleAssignment.role == "evaluator"
            )
        )
    assert ended is not None
    assert notices("declaration.conflict") == [world.lead.name]
    evaluation.declare(world.chair, world.ref, 1, interests(world))
    with pytest.raises(Refused, match=r"panel\.small"):
        begin(world)


def test_whoever_had_a_conflict_is_not_appointed_again_and_another_takes_the_place(app: Flask) -> None:
    world = an_opened_stage()
    evaluation.declare(world.evaluator, world.ref, 1, interests(world, B="conflict"))
    evaluation.declare(world.chair, world.ref, 1, interests(world))
    with pytest.raises(Refused, match=r"role\.conflict"):
        roles.appoint(world.lead, world.ref, world.evaluator.email, "evaluator")
    replacement = an_expert(world)
    evaluation.declare(replacement, world.ref, 1, interests(world))
    begin(world)
    save(replacement, world)
    with pytest.raises(Refused, match="missing"):
        save(world.evaluator, world)


def test_a_manageable_interest_waits_for_the_chair(app: Flask) -> None:
    world = an_opened_stage()
    evaluation.declare(world.chair, world.ref, 1, interests(world))
    evaluation.declare(world.evaluator, world.ref, 1, interests(world, A="manageable"))
    assert notices("declaration.manageable") == [world.chair.name]
    with pytest.raises(Refused, match=r"declaration\.consent"):
        begin(world)
    for wrong in (world.approver, world.evaluator):
        with pytest.raises(Refused, match=r"declaration\.other|missing"):
            evaluation.consent(wrong, world.ref, 1, world.evaluator.ref, "A")
    with pytest.raises(Refused, match="missing"):
        evaluation.consent(world.chair, world.ref, 1, world.evaluator.ref, "B")
    evaluation.consent(world.chair, world.ref, 1, world.evaluator.ref, "A")
    begin(world)
    save(world.evaluator, world)


def test_an_approver_consents_to_the_chairs_own_interest(app: Flask) -> None:
    world = an_opened_stage()
    evaluation.declare(world.evaluator, world.ref, 1, interests(world))
    evaluation.declare(world.chair, world.ref, 1, interests(world, A="manageable"))
    assert notices("declaration.manageable") == [world.approver.name]
    with pytest.raises(Refused, match=r"declaration\.other"):
        evaluation.consent(world.chair, world.ref, 1, world.chair.ref, "A")
    evaluation.consent(world.approver, world.ref, 1, world.chair.ref, "A")
    begin(world)


def test_nobody_scores_before_scoring_begins_or_without_a_declaration(app: Flask) -> None:
    world = an_opened_stage()
    with pytest.raises(Refused, match=r"stage\.state"):
        save(world.chair, world)
    declare_all(world)
    begin(world)
    late = an_expert(world)
    with pytest.raises(Refused, match=r"declaration\.missing"):
        save(late, world)
    for outsider in (world.lead, world.approver, a_person()):
        with pytest.raises(Refused, match="missing"):
            save(outsider, world)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"level": 5}, "score.level"),
        ({"level": -1}, "score.level"),
        ({"level": None}, "score.level"),
        ({"level": True}, "score.level"),
        ({"reason": "Good."}, "score.reason_short"),
        ({"reason": "It speaks to the whole problem, with small gaps."}, "score.reason_paraphrase"),
        ({"reason": "x" * 2001}, "score.reason_long"),
        ({"reason": "x" * 8001}, "form.invalid"),
        ({"reason": GOOD + "\x00"}, "form.invalid"),
        ({"question": "price"}, "score.pointer"),
        ({"criterion": "price"}, "score.cell"),
        ({"letter": "Z"}, "score.cell"),
    ],
)
def test_a_score_is_refused(app: Flask, changed: dict[str, Any], code: str) -> None:
    world = a_scoring_stage()
    with pytest.raises(Refused) as no:
        save(world.chair, world, **changed)
    assert no.value.code == code
    with reading() as connection:
        assert connection.scalar(select(func.count()).select_from(Score)) == 0


def test_a_score_replaces_ones_own_earlier_score_and_nobody_elses(app: Flask) -> None:
    world = a_scoring_stage()
    save(world.chair, world, level=1)
    save(world.evaluator, world, level=2)
    save(world.chair, world, level=4)
    with reading() as connection:
        rows = {row.person_id: row.level for row in connection.execute(select(Score.person_id, Score.level))}
    assert rows == {world.chair.person_id: 4, world.evaluator.person_id: 2}


def test_of_a_whole_sheet_what_can_be_saved_is_saved(app: Flask) -> None:
    world = a_scoring_stage()
    cells = [
        Cell(letter="A", criterion="fit", level=3, reason=GOOD, question="approach"),
        Cell(letter="A", criterion="team", level=3, reason="", question="team"),
        Cell(letter="A", criterion="delivery", level=9, reason=GOOD, question="delivery"),
    ]
    refused = scores.save_scores(world.chair, world.ref, 1, cells)
    assert refused == {"A": {"team": "score.reason_short", "delivery": "score.level"}}
    with reading() as connection:
        assert list(connection.scalars(select(Score.criterion))) == ["fit"]


def test_locking_waits_for_every_score_since_a_missing_one_is_no_zero(app: Flask) -> None:
    world = a_scoring_stage()
    score(world, world.chair, "A", 3, 3, 3, 3)
    with pytest.raises(Refused, match=r"score\.missing") as no:
        evaluation.lock(world.chair, world.ref, 1)
    assert no.value.facts == {"count": 4}


def test_after_the_lock_nothing_changes(app: Flask) -> None:
    world = a_scoring_stage()
    for letter in letters(world):
        score(world, world.chair, letter, 3, 3, 3, 3)
    assert evaluation.lock(world.chair, world.ref, 1) == "locked"
    with pytest.raises(Refused, match=r"score\.locked"):
        save(world.chair, world)
    with pytest.raises(Refused, match=r"score\.locked"):
        evaluation.lock(world.chair, world.ref, 1)


def test_a_lock_is_a_sealed_leaf_like_any_other(app: Flask) -> None:
    world = a_scored_stage()
    with reading() as connection:
        index = connection.scalars(
            select(ScoreLock.log_index).where(ScoreLock.person_id == world.chair.person_id)
        ).one()
        entry = connection.execute(
            select(SealedEntry.kind, SealedEntry.proposal_id).where(SealedEntry.log_index == index)
        ).one()
        leaf = canonical.decode(
            connection.scalars(select(LogEvent.leaf).where(LogEvent.index == index)).one()
        )
    assert tuple(entry) == ("lock", None)
    assert set(leaf) == {"at", "private", "type", "v"}
    assert leaf["type"] == "sealed"
    assert set(leaf["private"]) == {"content"}


def test_the_locks_opening_fixes_levels_and_hashed_reasons_whose_salts_stand_apart(app: Flask) -> None:
    world = a_scored_stage()
    keys = installation().keys
    with reading() as connection:
        lock = connection.execute(
            select(ScoreLock.log_index, ScoreLock.salts).where(ScoreLock.person_id == world.chair.person_id)
        ).one()
        opening = canonical.decode(
            keys.read(
                connection.scalars(
                    select(LogOpening.ciphertext).where(LogOpening.index == lock.log_index)
                ).one()
            )
        )
        leaf = canonical.decode(
            connection.scalars(select(LogEvent.leaf).where(LogEvent.index == lock.log_index)).one()
        )
        rows = connection.execute(
            select(Score.criterion, Score.reason, Score.level).where(Score.person_id == world.chair.person_id)
        ).all()
    value = opening["value"]
    salt = bytes.fromhex(opening["salt"])
    assert canonical.commitment(salt, "sealed", "content", value) == leaf["private"]["content"]
    assert set(value) == {"challenge", "evaluator", "levels", "reasons", "stage"}
    order = [(letter, c.id) for letter in letters(world) for c in world.content.criteria.criteria]
    assert [tuple(each[:2]) for each in value["levels"]] == order
    assert sorted(each[2] for each in value["levels"]) == sorted(row.level for row in rows)
    salts = canonical.decode(keys.read(lock.salts))
    reasons = {row.criterion: row.reason for row in rows}
    said = [
        hashlib.sha256(bytes.fromhex(s) + reasons[c].encode()).hexdigest()
        for s, (_, c) in zip(salts, order, strict=True)
    ]
    assert value["reasons"] == said
    assert not any(each in canonical.encode(opening).decode() for each in salts)


def test_the_last_lock_begins_moderation(app: Flask) -> None:
    world = a_scored_stage()
    assert world.stage.state == "moderating"
    (leaf,) = leaves("stage.moderate")
    assert leaf["data"] == {"stage": 1, "evaluators": 2}
    assert notices("stage.moderate") == [world.chair.name, world.evaluator.name]


def test_two_last_locks_at_once_make_exactly_one_move(app: Flask) -> None:
    world = a_scoring_stage()
    for person in world.scorers:
        for letter in letters(world):
            score(world, person, letter, 3, 2, 3, 2)
    found = together(
        app,
        *(lambda person=person: evaluation.lock(person, world.ref, 1) for person in world.scorers),
    )
    assert found == ["locked", "moderating"]
    assert len(leaves("stage.moderate")) == 1
    assert world.stage.state == "moderating"


def test_a_suspended_challenge_takes_no_scores(app: Flask) -> None:
    world = a_scoring_stage()
    moves.make(world.lead, world.ref, "suspend", Details(reason="The budget is being looked at again."))
    with pytest.raises(Refused, match=r"stage\.suspended"):
        save(world.chair, world)
    with pytest.raises(Refused, match=r"stage\.suspended"):
        evaluation.lock(world.chair, world.ref, 1)
