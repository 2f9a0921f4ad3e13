"""Passwords: which are accepted, and how one is kept and compared.

Argon2id with 19 MiB, two passes and one lane takes some hundredths of a second on purpose, so nobody
calls `hashed` or `matches` while a transaction is open.
"""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from marketplace.rules import limits
from marketplace.rules.refusals import Refused

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# The hash of a password that nobody knows: an unknown address takes as long as a known one.
_NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$zEXiflSds4gzZUIznG04BA$juX4RwtKs+a+y/15UCJLm6X/0XC7L9pl7G59IuwQAyo"
# Those of ten characters and more that are tried first; shorter ones are refused anyway.
_TRIED_FIRST = """
    1234567890 12345678910 0123456789 0987654321 9876543210 123456789a 1q2w3e4r5t 1q2w3e4r5t6y
    1qaz2wsx3edc q1w2e3r4t5 qwertyuiop qwertyuiop1 qwerty1234 qwerty12345 qwerty123456 asdfghjkl1
    asdfghjkl; zxcvbnm123 abcdefghij abc1234567 abcd1234567 password12 password123 password1234
    password12345 passw0rd123 p@ssword123 p@ssw0rd123 mypassword mypassword1 passwordpassword adminadmin
    administrator admin12345 changeme123 changeme1234 welcome123 welcome1234 welcome2026 letmein1234
    letmeinplease iloveyou12 iloveyou123 iloveyou1234 trustno1234 sunshine123 princess123 football123
    liverpool1 liverpool123 manchester manchester1 chelsea123 arsenal123 superman123 monkey12345
    dragon12345 baseball123 michael123 computer123 internet123 whatever123 starwars123 daylight123
    daylight1234 secret1234 secret12345 testtest123 test123456 testing1234 correcthorsebatterystaple
"""
_COMMON = frozenset(_TRIED_FIRST.split())


class PasswordHash:
    """A password as it is kept. It prints as a word, so that no log and no request's hash holds it."""

    def __init__(self, value: str) -> None:
        self.value = value

    def __repr__(self) -> str:
        return "PasswordHash"


class Typed(PasswordHash):
    """A password as somebody typed it, on its way to be compared. It prints as a word too."""


def check(password: str) -> None:
    """Refuses: account.password_short, account.password_common, form.invalid."""
    try:
        plain = limits.plain(password)
    except ValueError:
        raise Refused("form.invalid") from None
    if len(plain) < limits.PASSWORD_LEAST:
        raise Refused("account.password_short", least=limits.PASSWORD_LEAST)
    if len(plain) > limits.PASSWORD:
        raise Refused("form.invalid")
    if plain.casefold() in _COMMON or len(set(plain)) < 4:
        raise Refused("account.password_common")


def hashed(password: str) -> PasswordHash:
    """Check `password` and hash it."""
    check(password)
    return PasswordHash(_HASHER.hash(limits.plain(password)))


def matches(password: str, kept: str | None) -> bool:
    """Whether `kept` is the hash of `password`; with nothing to compare, False after the same time."""
    try:
        plain = limits.plain(password[: limits.PASSWORD + 1])
    except ValueError:
        plain = ""
    try:
        return _HASHER.verify(kept or _NOBODYS, plain) and bool(kept)
    except (VerificationError, InvalidHashError):
        return False
