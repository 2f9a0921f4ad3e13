"""How words are counted, and which text is kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.rules import limits

ANY_TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs"], include_characters="\n\t"))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        (" \n\t ", 0),
        ("one", 1),
        ("  two\u00a0words ", 2),
        ("one-word don't", 2),
        ("a\u200bb", 1),
        ("a\u001cb", 1),
        ("a\u180eb", 1),
        ("a\u0085b\u2028c\u3000d\ufeffe", 5),
        ("- a list", 3),
    ],
)
def test_a_word_is_what_stands_between_white_space(text: str, count: int) -> None:
    assert limits.words(text) == count


@pytest.mark.parametrize("space", limits.WHITESPACE)
def test_every_kind_of_white_space_parts_words(space: str) -> None:
    assert limits.words(f"a{space}b") == 2


def test_what_parts_words_is_this_set_and_no_other() -> None:
    ranges = [(0x09, 0x0D), (0x2000, 0x200A)]
    single = [0x20, 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000, 0xFEFF]
    blank = [0x2800, 0x3164, 0xFFA0]
    expected = {chr(n) for low, high in ranges for n in range(low, high + 1)} | set(map(chr, single + blank))
    assert set(limits.WHITESPACE) == expected
    assert len(limits.WHITESPACE) == len(expected)


@pytest.mark.parametrize("blank", ["\u2800", "\u3164", "\uffa0"])
def test_words_that_something_blank_parts_are_not_one_long_word(blank: str) -> None:
    assert limits.words(blank.join(["word"] * 500)) == 500
    assert limits.words(blank * 3) == 0


@given(st.lists(st.text(st.sampled_from("abé'-\U0001f600"), min_size=1)))
def test_joined_words_are_counted_one_by_one(said: list[str]) -> None:
    assert limits.words(" ".join(said)) == len(said)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("a\u2028b\u0085c", "a\nb\nc"),
        ("e\u0301", "\u00e9"),
        ("tab\tstays", "tab\tstays"),
    ],
)
def test_text_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert limits.plain(typed) == kept


@pytest.mark.parametrize("typed", ["a\x00b", "\x1b[0m", "\x7f", "\x9f", "\ud800", "\x0b"])
def test_control_characters_and_half_pairs_are_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="cannot be kept"):
        limits.plain(typed)


@given(ANY_TEXT)
def test_keeping_twice_changes_nothing(typed: str) -> None:
    assert limits.plain(limits.plain(typed)) == limits.plain(typed)
