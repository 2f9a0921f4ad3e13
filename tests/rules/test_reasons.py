from __future__ import annotations

import pytest

from marketplace.rules import reasons

LEVELS = ["No evidence is given.", "There is a relevant test, with results and limits stated."]


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("", "score.reason_short"),
        ("Good test." + " " * 30, "score.reason_short"),
        ("." * 40, "score.reason_short"),
        ("A relevant test, with results and limits stated!", "score.reason_paraphrase"),
        ("Level 3: there is a relevant TEST with limits", "score.reason_paraphrase"),
        ("The test with forty tenants in answer 2 states its limits.", None),
    ],
)
def test_a_reason_says_something_of_its_own(reason: str, code: str | None) -> None:
    assert reasons.refusal(reason, LEVELS) == code
