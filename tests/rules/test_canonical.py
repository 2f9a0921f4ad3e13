"""Canonical JSON: one spelling for each value, and nothing else is read."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.rules import canonical
from tests import vectors

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
KEYS = st.text(st.characters(max_codepoint=127))
INTEGERS = st.integers(-(2**53) + 1, 2**53 - 1)
LEAVES = st.recursive(
    st.booleans() | INTEGERS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)
NAMES = ["arrays", "french", "structures", "unicode", "values", "weird"]


@pytest.mark.parametrize("name", NAMES)
def test_the_published_pairs_come_out_byte_for_byte(name: str) -> None:
    published = vectors.folder("jcs")
    value = json.loads((published / "input" / f"{name}.json").read_bytes())
    assert canonical.general(value) == (published / "output" / f"{name}.json").read_bytes()


@pytest.mark.parametrize(
    ("value", "spelled"),
    [
        ({"b": 1, "a": [True, False, "x"]}, b'{"a":[true,false,"x"],"b":1}'),
        ({}, b"{}"),
        ([], b"[]"),
        ((1, 2), b"[1,2]"),
        ('\b\t\n\f\r"\\/\x00\x1f\x7f', b'"\\b\\t\\n\\f\\r\\"\\\\/\\u0000\\u001f\x7f"'),
        ("\u20ac\U0001f600", '"\u20ac\U0001f600"'.encode()),
        (2**53 - 1, b"9007199254740991"),
    ],
)
def test_spelling(value: object, spelled: bytes) -> None:
    assert canonical.encode(value) == spelled


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (1.0, "$"),
        ({"a": [1, None]}, r"\$\.a\[1\]"),
        ({"a": {"\u00e9": 1}}, r"\$\.a"),
        ({"a": "\ud800"}, r"\$\.a"),
        ({"\ud800": 1}, "$"),
        ({1: 1}, "$"),
        ([2**53], r"\$\[0\]"),
        ([-(2**53)], r"\$\[0\]"),
        ({"a": b"x"}, r"\$\.a"),
    ],
)
def test_what_the_profile_refuses_is_named_by_its_path(value: object, path: str) -> None:
    with pytest.raises(ValueError, match=path):
        canonical.encode(value)


@pytest.mark.parametrize(
    ("number", "spelled"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (5e-324, "5e-324"),
        (-1.7976931348623157e308, "-1.7976931348623157e+308"),
        (1e21, "1e+21"),
        (999999999999999900000.0, "999999999999999900000"),
        (1e-6, "0.000001"),
        (9.5e-7, "9.5e-7"),
        (333333333.3333332, "333333333.3333332"),
        (-1.5, "-1.5"),
        (100.0, "100"),
    ],
)
def test_fractions_are_written_as_ecmascript_writes_them(number: float, spelled: str) -> None:
    assert canonical.general(number) == spelled.encode()


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_what_is_not_a_number_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="not a JSON number"):
        canonical.general(number)


def test_keys_are_ordered_by_utf16_code_units() -> None:
    later_by_character = "\U0001f600"
    earlier_by_character = "\ufb33"
    spelled = canonical.general({earlier_by_character: 1, later_by_character: 2, "z": None})
    assert spelled == f'{{"z":null,"{later_by_character}":2,"{earlier_by_character}":1}}'.encode()


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":1}',
        b'{"b":1,"a":1}',
        b'{"a": 1}',
        b"[1]\n",
        b"\xef\xbb\xbf[]",
        b"[1.0]",
        b"[1e3]",
        b"[-0]",
        b"[NaN]",
        b"[Infinity]",
        b"[null]",
        b'"\\u0041"',
        b'"\\ud800"',
        b'"\xff"',
        b"[9007199254740992]",
        b"[" + b"9" * 5000 + b"]",
        b"",
    ],
)
def test_bytes_in_another_spelling_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        canonical.decode(data)


def test_nesting_ends_at_the_limit() -> None:
    deep = b"[" * canonical.DEPTH_LIMIT + b"]" * canonical.DEPTH_LIMIT
    assert canonical.encode(canonical.decode(deep)) == deep
    for data in (b"[" + deep + b"]", b"[" * 200_000 + b"]" * 200_000):
        with pytest.raises(ValueError, match="nested deeper"):
            canonical.decode(data)


@given(LEAVES)
def test_decoding_returns_what_was_encoded(value: object) -> None:
    assert canonical.decode(canonical.encode(value)) == value


@given(st.dictionaries(KEYS, INTEGERS))
def test_the_order_in_which_keys_arrive_changes_nothing(value: dict[str, int]) -> None:
    assert canonical.encode(dict(reversed(value.items()))) == canonical.encode(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_fractions_read_back_as_the_same_number(number: float) -> None:
    assert float(canonical.general(number)) == number


def test_a_commitment_is_an_hmac_over_the_named_value() -> None:
    salt = bytes(range(32))
    message = b"daylight/1\x00challenge.open\x00content\x00" + b'{"a":1}'
    expected = hmac.new(salt, message, hashlib.sha256).hexdigest()
    assert canonical.commitment(salt, "challenge.open", "content", {"a": 1}) == expected


def test_commitments_differ_by_salt_kind_field_and_value() -> None:
    salt = canonical.new_salt()
    found = {
        canonical.commitment(salt, "sealed", "content", "x"),
        canonical.commitment(canonical.new_salt(), "sealed", "content", "x"),
        canonical.commitment(salt, "sealed2", "content", "x"),
        canonical.commitment(salt, "sealed", "contents", "x"),
        canonical.commitment(salt, "sealed", "content", "y"),
    }
    assert len(found) == 5


@pytest.mark.parametrize(
    ("salt", "kind", "field"),
    [(b"short", "sealed", "content"), (bytes(32), "a\0b", "c"), (bytes(32), "a", "b\0c")],
)
def test_a_commitment_refuses_what_would_blur_its_parts(salt: bytes, kind: str, field: str) -> None:
    with pytest.raises(ValueError, match=r"salt|zero byte"):
        canonical.commitment(salt, kind, field, "x")


def test_salts_are_32_bytes_and_do_not_repeat() -> None:
    assert len(canonical.new_salt()) == 32
    assert canonical.new_salt() != canonical.new_salt()
