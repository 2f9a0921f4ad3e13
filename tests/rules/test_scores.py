"""An evaluator's own order, and how much is left to do, said honestly."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from marketplace.rules import scores
from marketplace.rules.challenges import Criterion
from marketplace.rules.proposals import letter

LETTERS = [letter(n) for n in range(9)]
FIT = Criterion(id="fit", name="Fit", meaning="", weight=100, levels=("Off", "Near", "On the mark"))
GOOD = "It found eleven of fourteen damp rooms, in March."


def test_everybody_has_an_order_of_their_own_and_keeps_it() -> None:
    orders = {person: scores.own_order("CH-1/1", person, LETTERS) for person in ("PE-1", "PE-2", "PE-3")}
    assert len({tuple(order) for order in orders.values()}) == 3
    assert all(sorted(order) == LETTERS for order in orders.values())
    assert scores.own_order("CH-1/1", "PE-1", reversed(LETTERS)) == orders["PE-1"]
    assert scores.own_order("CH-1/2", "PE-1", LETTERS) != orders["PE-1"]


def test_no_proposal_is_first_for_everybody() -> None:
    first = [scores.own_order("CH-1/1", f"PE-{n}", LETTERS)[0] for n in range(900)]
    assert all(60 < first.count(each) < 140 for each in LETTERS)


def test_a_proposal_that_leaves_moves_no_other_one() -> None:
    order = scores.own_order("CH-1/1", "PE-1", LETTERS)
    assert scores.own_order("CH-1/1", "PE-1", [x for x in LETTERS if x != "C"]) == [
        x for x in order if x != "C"
    ]


@given(st.none() | st.integers(0, 4), st.text(), st.text(), st.none() | st.integers(0, 4), st.text())
def test_only_equal_scores_have_equal_fingerprints(
    level: int | None, reason: str, question: str, other: int | None, words: str
) -> None:
    same = (level, reason) == (other, words)
    assert (scores.fingerprint(level, reason, "q") == scores.fingerprint(other, words, "q")) is same
    if level is not None or reason:
        assert scores.fingerprint(level, reason, question) != scores.fingerprint(
            level, reason, question + "x"
        )


def test_an_answer_pointed_to_is_nothing_by_itself() -> None:
    assert scores.fingerprint(None, "", "approach") == ""


def test_a_score_needs_a_level_a_reason_that_holds_and_an_answer() -> None:
    cases = {
        (None, GOOD, "a"): "score.level", (1, "Good.", "a"): "score.reason_short",
        (1, "It is near the mark, on the whole near", "a"): "",
        (1, "near, and off, on the mark: the mark", "a"): "score.reason_paraphrase",
        (1, "word " * 401, "a"): "score.reason_long", (1, GOOD, "b"): "score.pointer", (0, GOOD, "a"): "",
    }  # fmt: skip
    assert {typed: scores.refusal(FIT, {"a"}, *typed) for typed in cases} == cases


def test_words_left_go_with_the_criteria_left() -> None:
    assert [scores.words_left(1000, left, 4) for left in (4, 3, 1, 0)] == [1000, 750, 250, 0]
    assert scores.words_left(10, 1, 3) == 4


def test_time_left_counts_reading_and_scores_up_to_whole_minutes() -> None:
    assert scores.time_left(238, 0) == timedelta(minutes=1)
    assert scores.time_left(239, 0) == timedelta(minutes=2)
    assert scores.time_left(2380, 4) == timedelta(minutes=22)
    assert scores.time_left(0, 0) == timedelta()
