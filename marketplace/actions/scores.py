"""Scores given alone: a level, a reason, and the answer that it points to, for each criterion of a proposal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict

from sqlalchemy import Select, select

from marketplace.actions.action import UnitOfWork, action
from marketplace.actions.panel import Ground, check_declared, check_unlocked, ground, words
from marketplace.models.evaluation import Score, ScoreDraft
from marketplace.models.proposals import ELIGIBLE, Proposal
from marketplace.models.statements import prepared
from marketplace.rules import limits, scores
from marketplace.rules.refusals import Refused


class Cell(TypedDict):
    """One criterion of one proposal as an evaluator scored it: `question` is the answer that the reason points to.

    `seen` is the fingerprint of what they had before them when they changed it; without it nothing is compared.
    """

    letter: str
    criterion: str
    level: int | None
    reason: str
    question: str
    seen: NotRequired[str]


@dataclass
class _Kept:
    """What is kept of one cell: a score, or a draft of one, or nothing; never both."""

    score: Score | None
    draft: ScoreDraft | None

    @property
    def fingerprint(self) -> str:
        row = self.score or self.draft
        return scores.fingerprint(row.level, row.reason, row.question) if row else ""


@action("stage:score")
def save_scores(
    work: UnitOfWork, challenge_ref: str, stage: int, cells: Sequence[Cell]
) -> dict[str, dict[str, str]]:
    """Save `cells` of one's own. Returns the code that refuses each other one, by letter and criterion.

    What is no score yet, for want of a level or of a reason that holds, is kept as a draft and counts as not
    scored, also where it was: score.level, score.reason_short, score.reason_long, score.reason_paraphrase,
    score.pointer. What was changed elsewhere meanwhile is not kept: score.elsewhere.
    Refuses, for all of them: stage.state, declaration.missing, declaration.consent, score.locked, score.cell,
    form.invalid.
    """
    here = ground(work, challenge_ref, stage, share=True)
    here.in_state("scoring")
    check_declared(work, here)
    check_unlocked(work, here)
    letters = {cell["letter"] for cell in cells}
    ids = {row.letter: row.id for row in work.session.execute(*_proposals(here.stage.id, list(letters)))}
    if letters != set(ids):
        raise Refused("score.cell")
    kept = _kept(work, here, list(ids.values()))
    refused: dict[str, dict[str, str]] = {}
    for cell in cells:
        place = (ids[cell["letter"]], cell["criterion"])
        if code := _save(work, here, place[0], cell, kept.get(place, _Kept(None, None))):
            refused.setdefault(cell["letter"], {})[cell["criterion"]] = code
    return refused


@prepared
def _proposals(stage_id: int, letters: Sequence[str]) -> Select[*tuple[Any, ...]]:
    """Those of the letters that can be scored."""
    row = Proposal
    return select(row.id, row.letter).where(
        row.stage_id == stage_id, row.letter.in_(letters), row.state == "submitted", ELIGIBLE
    )


def _kept(work: UnitOfWork, here: Ground, proposals: Sequence[int]) -> dict[tuple[int, str], _Kept]:
    """What the actor has of these proposals so far, by proposal and criterion."""
    asked = (here.stage.id, work.actor.person_id, proposals)
    found: dict[tuple[int, str], _Kept] = {}
    for draft in work.session.scalars(*_drafts(*asked)):
        found[draft.proposal_id, draft.criterion] = _Kept(None, draft)
    for score in work.session.scalars(*_scores(*asked)):
        found[score.proposal_id, score.criterion] = _Kept(score, None)
    return found


@prepared
def _scores(stage_id: int, person_id: int | None, proposals: Sequence[int]) -> Select[*tuple[Any, ...]]:
    return _own(Score, stage_id, person_id, proposals)


@prepared
def _drafts(stage_id: int, person_id: int | None, proposals: Sequence[int]) -> Select[*tuple[Any, ...]]:
    return _own(ScoreDraft, stage_id, person_id, proposals)


def _own(
    row: type[Score | ScoreDraft], stage_id: int, person_id: int | None, proposals: Sequence[int]
) -> Select[*tuple[Any, ...]]:
    return select(row).where(
        row.stage_id == stage_id, row.person_id == person_id, row.proposal_id.in_(proposals)
    )


def _save(work: UnitOfWork, here: Ground, proposal_id: int, cell: Cell, kept: _Kept) -> str:
    """Keep one cell, as a score where it is one. Returns the code that says why it is none."""
    criterion = next((c for c in here.content.criteria.criteria if c.id == cell["criterion"]), None)
    if criterion is None:
        raise Refused("score.cell")
    level = cell["level"] if type(cell["level"]) is int and 0 <= cell["level"] <= criterion.maximum else None
    typed = (level, words(cell["reason"], limits.PROSE), cell["question"])
    given = scores.fingerprint(*typed)
    changed = given != kept.fingerprint
    if changed and cell.get("seen", kept.fingerprint) != kept.fingerprint:
        return "score.elsewhere"
    questions = {question.id for question in here.content.questions.questions}
    code = scores.refusal(criterion, questions, *typed) if given else ""
    if changed:
        _put(work, here, kept, (ScoreDraft if code else Score) if given else None, (proposal_id, cell), typed)
    return code


def _put(
    work: UnitOfWork, here: Ground, kept: _Kept, table: type[Score | ScoreDraft] | None,
    place: tuple[int, Cell], typed: tuple[int | None, str, str],
) -> None:  # fmt: skip
    """Keep what is typed in `table` and in no other, or in none."""
    proposal_id, cell = place
    row = next((each for each in (kept.score, kept.draft) if each and type(each) is table), None)
    for other in (kept.score, kept.draft):
        if other is not None and other is not row:
            work.session.delete(other)
    if table is not None:
        key = (here.stage.id, work.actor.person_id, proposal_id, cell["criterion"])
        row = row or table(
            **dict(zip(("stage_id", "person_id", "proposal_id", "criterion"), key, strict=True))
        )
        row.level, row.reason, row.question = typed
        row.language, row.saved_at = here.content.language, work.now
        work.session.add(row)
    where = {"stage": here.stage.number, "letter": cell["letter"], "criterion": cell["criterion"]}
    work.note("stage.score", here.challenge.id, **where)
