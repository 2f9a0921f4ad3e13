"""Public records of sealed entries are compared with the log each time they are read."""

from __future__ import annotations

import pytest
from flask import Flask

from marketplace.policy import ANYONE
from marketplace.queries import sealed
from tests import factories as f
from tests.actions.test_reopening import decide_again, take_back
from tests.queries.rows import tamper


@pytest.mark.parametrize(
    ("statement", "failed"),
    [
        ("UPDATE stage SET early_reads = 7", set()),
        ("UPDATE stage SET opening_record = replace(opening_record, 'opening/1', 'opening/2')", {"fixed"}),
        (
            "UPDATE stage SET opening_record = replace(opening_record, 'ment\":\"', 'ment\":\"0')",
            {"fixed", "complete", "covers"},
        ),
        ("DELETE FROM sealed_entry WHERE kind = 'proposal'", {"complete"}),
    ],
)
def test_an_opening_record_that_was_changed_does_not_fit(
    sqlite: None, statement: str, failed: set[str]
) -> None:
    world = f.a_busy_stage()
    f.open_stage(world)
    tamper(statement)
    (record,) = sealed.opening(ANYONE, world.ref, 1).records
    assert {code for code, good in record.checks if not good} == failed


def test_a_decision_that_names_a_lock_too_few_does_not_fit(sqlite: None) -> None:
    world = f.a_decided_stage(2)
    (record,) = sealed.decisions(ANYONE, world.ref, 1).records
    assert record.unchanged
    tamper(
        "UPDATE sealed_entry SET kind = 'cover' WHERE log_index = (SELECT max(log_index) FROM sealed_entry)"
    )
    (record,) = sealed.decisions(ANYONE, world.ref, 1).records
    assert dict(record.checks) == {"fixed": True, "complete": False}


def test_a_decision_that_is_made_again_has_an_account_and_an_entry_of_its_own(app: Flask) -> None:
    world = f.a_decided_stage(2)
    take_back(world)
    decide_again(world)
    later, first = sealed.decisions(ANYONE, world.ref, 1).records
    assert first.unchanged
    assert later.unchanged
    assert (later.entry or 0) > (first.entry or 0) > 0
