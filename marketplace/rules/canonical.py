"""One spelling for each value: canonical JSON (RFC 8785), and the commitments made over it.

What enters the public log is spelled in a strict profile, so that any program in any language
arrives at the same bytes: ASCII keys, text, booleans, lists, objects and integers below 2**53 in
size; no fractions, and no null for "absent". Refusals are `ValueError` and name the path of the
offending value, such as `$.data.names[2]`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator, Mapping
from decimal import Decimal
from math import isfinite
from typing import Any, NoReturn

LEAF_LIMIT = 4096
"""Bytes that one leaf of the log may take."""

DEPTH_LIMIT = 32
"""Lists and objects that may stand inside one another."""

SALT_BYTES = 32

_INTEGER_BOUND = 2**53
_DOMAIN = b"daylight/1"


def encode(value: object) -> bytes:
    """The canonical bytes of a value in the strict profile."""
    _keep_profile(value, "$", 0)
    return general(value)


def general(value: object) -> bytes:
    """The canonical bytes of any JSON value, fractions and null included.

    Integers of 2**53 and beyond are refused: readers that hold numbers as doubles would change them.
    """
    return "".join(_pieces(value, "$", 0)).encode()


def decode(data: bytes) -> Any:
    """The value that `encode` spelled as `data`; bytes in any other spelling are refused."""
    try:
        value = json.loads(
            data.decode(),
            object_pairs_hook=_object_without_repeats,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
        )
    except RecursionError:
        raise ValueError(f"nested deeper than {DEPTH_LIMIT}") from None
    if encode(value) != data:
        raise ValueError("not in canonical form")
    return value


def new_salt() -> bytes:
    """A fresh secret for one commitment."""
    return secrets.token_bytes(SALT_BYTES)


def commitment(salt: bytes, kind: str, field: str, value: object) -> str:
    """64 hex digits that fix `value` as the `field` of a `kind` of event and reveal nothing of it.

    Whoever is later given salt and value can compute them again. Without the salt they say nothing,
    not even for a value that could be guessed. Refuses a salt of another length than 32 bytes, and
    names that hold a zero byte, since that byte keeps the parts apart.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"salt of {len(salt)} bytes instead of {SALT_BYTES}")
    names = [kind.encode(), field.encode()]
    if any(b"\0" in name for name in names):
        raise ValueError("zero byte in the kind or the field of a commitment")
    message = b"\0".join([_DOMAIN, *names, general(value)])
    return hmac.new(salt, message, hashlib.sha256).hexdigest()


def _keep_profile(value: object, path: str, depth: int) -> None:
    """Refuse what JSON allows and the strict profile does not."""
    if depth >= DEPTH_LIMIT and isinstance(value, Mapping | list | tuple):
        raise ValueError(f"{path}: nested deeper than {DEPTH_LIMIT}")
    if value is None or isinstance(value, float):
        raise ValueError(f"{path}: {'null' if value is None else 'a fraction'} is not allowed here")
    if isinstance(value, Mapping):
        for key, item in value.items():
            if isinstance(key, str) and not key.isascii():
                raise ValueError(f"{path}: key {key!r} is not ASCII")
            _keep_profile(item, f"{path}.{key}", depth + 1)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            _keep_profile(item, f"{path}[{index}]", depth + 1)


def _pieces(value: object, path: str, depth: int) -> Iterator[str]:
    if depth >= DEPTH_LIMIT and isinstance(value, Mapping | list | tuple):
        raise ValueError(f"{path}: nested deeper than {DEPTH_LIMIT}")
    if isinstance(value, Mapping):
        yield from _object(value, path, depth)
    elif isinstance(value, list | tuple):
        yield from _array(value, path, depth)
    else:
        yield _scalar(value, path)


def _object(value: Mapping[Any, object], path: str, depth: int) -> Iterator[str]:
    before = "{"
    for key in sorted(value, key=lambda key: _utf16(key, path)):
        yield f"{before}{_text(key, path)}:"
        yield from _pieces(value[key], f"{path}.{key}", depth + 1)
        before = ","
    yield "}" if value else "{}"


def _array(value: list[Any] | tuple[Any, ...], path: str, depth: int) -> Iterator[str]:
    yield "["
    for index, item in enumerate(value):
        if index:
            yield ","
        yield from _pieces(item, f"{path}[{index}]", depth + 1)
    yield "]"


def _scalar(value: object, path: str) -> str:
    if isinstance(value, str):
        return _text(value, path)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        if abs(value) >= _INTEGER_BOUND:
            raise ValueError(f"{path}: integer of 2**53 or beyond")
        return str(int(value))
    if isinstance(value, float):
        return _fraction(value, path)
    raise ValueError(f"{path}: {type(value).__name__} is not a JSON value")


def _text(text: str, path: str) -> str:
    _utf16(text, path)
    return json.dumps(text, ensure_ascii=False)


def _utf16(text: object, path: str) -> bytes:
    """The order of keys is that of their UTF-16 code units, which is not that of their characters."""
    if not isinstance(text, str):
        raise ValueError(f"{path}: key {text!r} is not text")
    try:
        return text.encode("utf-16-be")
    except UnicodeEncodeError:
        raise ValueError(f"{path}: half of a surrogate pair") from None


def _fraction(value: float, path: str) -> str:
    """A double as ECMAScript writes it: the shortest digits that read back as the same double."""
    if not isfinite(value):
        raise ValueError(f"{path}: {value} is not a JSON number")
    if value == 0:
        return "0"
    _, digit_tuple, exponent = Decimal(repr(value)).normalize().as_tuple()
    digits = "".join(map(str, digit_tuple))
    return ("-" if value < 0 else "") + _place_point(digits, len(digits) + int(exponent))


def _place_point(digits: str, point: int) -> str:
    """`digits` with the decimal point after the first `point` of them, in ECMAScript's layout."""
    count = len(digits)
    if count <= point <= 21:
        return digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{digits}"
    mantissa = digits[0] + (f".{digits[1:]}" if count > 1 else "")
    return f"{mantissa}e{point - 1:+d}"


def _object_without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key appears twice in one object")
    return found


def _refuse_number(text: str) -> NoReturn:
    raise ValueError(f"{text[:20]} is not a whole number")
