"""The practice example holds what a real sheet asks for, so that it can be learned from."""

from __future__ import annotations

import pytest

from marketplace.rules import practice, reasons
from marketplace.rules.practice import PROPOSALS, Proposal


@pytest.mark.parametrize("proposal", PROPOSALS, ids=lambda each: each.letter)
def test_every_question_is_answered_within_its_limit_and_every_criterion_referenced(
    proposal: Proposal,
) -> None:
    assert set(proposal.answers) == {question.id for question in practice.QUESTIONS}
    assert set(proposal.references) == {criterion.id for criterion in practice.CRITERIA}


@pytest.mark.parametrize("proposal", PROPOSALS, ids=lambda each: each.letter)
def test_the_reference_would_be_accepted_on_a_panel(proposal: Proposal) -> None:
    for criterion in practice.CRITERIA:
        reference = proposal.references[criterion.id]
        assert 0 <= reference.level <= criterion.maximum
        assert reference.question in criterion.questions
        assert reasons.refusal(reference.reason, criterion.levels) is None


def test_no_proposal_is_good_or_bad_throughout() -> None:
    """A first impression must not be enough to score by."""
    for proposal in PROPOSALS:
        levels = {reference.level for reference in proposal.references.values()}
        assert max(levels) - min(levels) >= 2


def test_own_levels_stand_beside_the_reference() -> None:
    compared = practice.compare(PROPOSALS[0], [4, 3, 2, 0])
    assert [(each.criterion.id, each.level, each.reference.level, each.apart) for each in compared] == [
        ("fit", 4, 3, 1),
        ("evidence", 3, 3, 0),
        ("team", 2, 2, 0),
        ("delivery", 0, 1, -1),
    ]


@pytest.mark.parametrize("levels", [[], [4, 3, 2], [4, 3, 2, 1, 0], [4, 3, 2, 5], [-1, 3, 2, 1]])
def test_levels_that_are_not_one_for_each_criterion_are_refused(levels: list[int]) -> None:
    with pytest.raises(ValueError, match=r"level|argument"):
        practice.compare(PROPOSALS[0], levels)


def test_a_letter_finds_its_proposal() -> None:
    assert practice.proposal("B") is PROPOSALS[1]
    assert practice.proposal("Z") is None
