"""The round of a draw follows from the instant of the opening, and nobody chooses it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.rules import draw


@pytest.mark.parametrize(
    ("round", "at"),
    [
        (1, datetime(2023, 8, 23, 15, 9, 27, tzinfo=UTC)),
        (2, datetime(2023, 8, 23, 15, 9, 30, tzinfo=UTC)),
        (1000, datetime(2023, 8, 23, 15, 59, 24, tzinfo=UTC)),
    ],
)
def test_rounds_follow_one_another_every_three_seconds_from_the_first(round: int, at: datetime) -> None:
    assert draw.published_at(round) == at
    assert draw.round_of(at - draw.AFTER) == round


@given(st.integers(1_704_067_200, 2_840_140_800), st.integers(0, 999_999))
def test_it_is_the_first_round_at_least_an_hour_after_the_opening(seconds: int, micro: int) -> None:
    opened_at = datetime.fromtimestamp(seconds, UTC).replace(microsecond=micro)
    at = draw.published_at(draw.round_of(opened_at))
    assert opened_at + timedelta(hours=1) <= at < opened_at + timedelta(hours=1, seconds=3)


def test_both_mirrors_name_the_chain_and_the_round() -> None:
    first, second = draw.addresses(7)
    assert first.endswith(f"/{draw.CHAIN}/public/7")
    assert second.endswith(f"/{draw.CHAIN}/public/7")
    assert first != second


@pytest.mark.parametrize(
    ("text", "holds"), [("0" * 64, True), ("A" * 64, False), ("0" * 63, False), ("", False)]
)
def test_a_value_is_thirty_two_bytes_in_lower_case_hex(text: str, holds: bool) -> None:
    assert draw.is_beacon(text) is holds
