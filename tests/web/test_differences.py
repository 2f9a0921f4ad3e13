"""What changed between two wordings, said as people read it."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from marketplace.rules import challenges as c
from marketplace.rules.differences import differences
from marketplace.web.differences import ChangeWords, changes
from tests import factories as f
from tests.conftest import NOON

BEFORE = f.a_content()


def one(**sections: c.Section) -> ChangeWords:
    after = msgspec.structs.replace(BEFORE, **sections)
    (found,) = changes(differences(BEFORE, after), after.stages.currency)
    return found


def test_a_changed_word_is_told_from_the_words_around_it() -> None:
    found = one(tried=c.Tried("400 humidity sensors in 2024. They worked; no team owned the alerts."))
    assert (found.where, found.gone, found.new) == ("What was tried before", "300", "400")


def test_a_text_that_was_written_anew_is_not_squeezed_into_a_line() -> None:
    found = one(tried=c.Tried("One two three four five six seven. " * 20))
    assert (found.gone, found.new) == (
        "300 humidity sensors in 2024. They worked; no team owned the alerts.",
        "",
    )


def test_money_is_told_as_money() -> None:
    stage = msgspec.structs.replace(BEFORE.stages.stages[0], money=4_000_000)
    found = one(stages=msgspec.structs.replace(BEFORE.stages, stages=(stage,)))
    assert (found.where, found.gone, found.new) == ("Stage 1, money a team", "£50,000", "£40,000")


def test_a_deadline_is_told_as_an_instant() -> None:
    found = one(terms=msgspec.structs.replace(BEFORE.terms, closes_at=NOON + timedelta(days=1)))
    assert found.where == "Rules and dates: deadline"
    assert found.new == "12pm (midday) on Tuesday 24 November 2026 (UK time)"


def test_levels_are_counted_from_0() -> None:
    first, *rest = BEFORE.criteria.criteria
    first = msgspec.structs.replace(first, levels=("Says nothing of it.", *first.levels[1:]))
    found = one(criteria=msgspec.structs.replace(BEFORE.criteria, criteria=(first, *rest)))
    assert found.where == "Criterion 1, level 0"


def test_how_price_counts_is_told_in_words() -> None:
    before = msgspec.structs.replace(BEFORE, criteria=f.beside(BEFORE.criteria, f.CEILING))
    after = c.Price("lowest_ratio", 20, reason="")
    criteria = msgspec.structs.replace(before.criteria, price=after, draw="none")
    found = changes(differences(before, msgspec.structs.replace(before, criteria=criteria)), "GBP")
    assert [(each.where, each.gone, each.new) for each in found] == [
        (
            "Criteria: how price counts",
            "By how far it stays below a ceiling",
            "Against the lowest price proposed",
        ),
        ("Criteria: ceiling or reference of the price", "£10,000", "£0"),
        ("Criteria: how a tie is broken", "by a public draw", "not at all"),
    ]


@pytest.mark.parametrize("name", list(c.SECTIONS))
def test_every_field_of_a_challenge_has_words(name: str) -> None:
    empty = msgspec.structs.replace(BEFORE, **{name: c.SECTIONS[name]()})
    for found in changes(differences(BEFORE, empty), "GBP") + changes(differences(empty, BEFORE), "GBP"):
        assert found.where
