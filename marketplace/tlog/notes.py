"""Signed notes: a text and below it who signed it (C2SP signed-note), cosignatures with their time (tlog-cosignature).

A note is the text, an empty line and the lines of its signatures, each `— <name> <base64 of key id and signature>`.
All signatures are Ed25519 (RFC 8032).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from marketplace.tlog import spelling

ED25519 = 1
COSIGNATURE = 4

MOST_SIGNATURES = 100
_ID_BYTES = 4
_TIME_BYTES = 8
_PUBLIC_BYTES = 32
_KEY = re.compile(r"(?P<name>[^+]+)\+[0-9a-f]{8}\+(?P<content>\S+)")
_LINE = re.compile(r"— (?P<name>\S+) (?P<content>\S+)\n?")


@dataclass(frozen=True)
class VerifierKey:
    """A public key, with the name it signs under. `algorithm` is `ED25519` or `COSIGNATURE`."""

    name: str
    algorithm: int
    public: bytes

    def __post_init__(self) -> None:
        _check_name(self.name)
        if self.algorithm not in (ED25519, COSIGNATURE) or len(self.public) != _PUBLIC_BYTES:
            raise ValueError("a key of an unknown kind")

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """The key that `str` spelt: `name+key id in hexadecimal+base64`. Anything else is a ValueError."""
        spelt = _KEY.fullmatch(text)
        content = spelling.from_base64(spelt["content"]) if spelt else b""
        if not spelt or not content:
            raise ValueError("no verifier key")
        key = cls(spelt["name"], content[0], content[1:])
        if str(key) != text:
            raise ValueError("the key's id is not that of its name and its public half")
        return key

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{spelling.in_base64(bytes([self.algorithm]) + self.public)}"

    @cached_property
    def key_id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + bytes([self.algorithm]) + self.public).digest()[:_ID_BYTES]

    def verify(self, text: str, signature: bytes) -> int | None:
        """When this key cosigned the text, in seconds since 1970; None for a signature without time.

        A signature that does not hold is a ValueError.
        """
        at = None
        if self.algorithm == COSIGNATURE:
            at, signature = int.from_bytes(signature[:_TIME_BYTES]), signature[_TIME_BYTES:]
            text = _cosigned(text, at)
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature as error:
            raise ValueError(f"the signature of {self.name} does not hold") from error
        return at


def _check_name(name: str) -> None:
    if not name or "+" in name or any(character.isspace() for character in name):
        raise ValueError("a key's name is empty or has a space or a plus")


def _cosigned(text: str, at: int) -> str:
    """What a witness signs: the text, below the kind of its statement and its time."""
    if not 0 <= at <= spelling.MOST:
        raise ValueError("a cosignature's time is beyond 63 bits")
    return f"cosignature/v1\ntime {at}\n{text}"


class Signer:
    """Signs texts as the log `name`. `seed` is the private key's 32 bytes."""

    def __init__(self, seed: bytes, name: str) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.key = VerifierKey(name, ED25519, self._private.public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """The signature's line, with its newline."""
        return str(Signature(self.key.name, self.key.key_id, self._private.sign(text.encode())))


class Cosigner:
    """Signs checkpoints' texts as the witness `name`, each time saying when."""

    def __init__(self, seed: bytes, name: str) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.key = VerifierKey(name, COSIGNATURE, self._private.public_key().public_bytes_raw())

    def sign(self, text: str, at: int) -> str:
        """The signature's line, with its newline. `at` is in seconds since 1970."""
        signature = self._private.sign(_cosigned(text, at).encode())
        return str(Signature(self.key.name, self.key.key_id, at.to_bytes(_TIME_BYTES) + signature))


@dataclass(frozen=True)
class Signature:
    """A signature as a note holds it, not verified."""

    name: str
    key_id: bytes
    content: bytes

    @classmethod
    def parse(cls, line: str) -> Signature:
        """The signature that `str` spelt, with or without the line's newline. Anything else is a ValueError."""
        spelt = _LINE.fullmatch(line)
        content = spelling.from_base64(spelt["content"]) if spelt else b""
        if not spelt or len(content) <= _ID_BYTES:
            raise ValueError("no line of a signature")
        _check_name(spelt["name"])
        return cls(spelt["name"], content[:_ID_BYTES], content[_ID_BYTES:])

    def __str__(self) -> str:
        return f"— {self.name} {spelling.in_base64(self.key_id + self.content)}\n"


@dataclass(frozen=True)
class Opened:
    """A note with the signatures by known keys, all of which hold."""

    text: str
    by: list[VerifierKey]
    signatures: list[Signature]
    # When a witness says that it saw the text, in seconds since 1970.
    timestamps: dict[VerifierKey, int]


def join(text: str, lines: Iterable[str]) -> str:
    """The note of a text and its signatures' lines."""
    return f"{text}\n{''.join(lines)}"


def split(note: str) -> tuple[str, list[Signature]]:
    """A note's text and its signatures, none of them verified. What is no note is a ValueError."""
    _check_characters(note)
    text, gap, below = note.rpartition("\n\n")
    if not gap or not below.endswith("\n"):
        raise ValueError("no signed note")
    lines = below.removesuffix("\n").split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise ValueError(f"a note with more than {MOST_SIGNATURES} signatures")
    return f"{text}\n", [Signature.parse(line) for line in lines]


def _check_characters(note: str) -> None:
    """Refuse what has no UTF-8, and control characters other than the newline."""
    note.encode()
    if any(character < " " and character != "\n" for character in note):
        raise ValueError("a note with control characters")


def open_note(note: str, keys: Iterable[VerifierKey]) -> Opened:
    """The note's text, and which of these keys signed it. Signatures by other keys are ignored.

    A ValueError when it is no note, when a signature by one of the keys does not hold, or when there is none.
    """
    text, signatures = split(note)
    known = {(key.name, key.key_id): key for key in keys}
    held = [signature for signature in signatures if (signature.name, signature.key_id) in known]
    signers = [known[signature.name, signature.key_id] for signature in held]
    if not signers:
        raise ValueError("none of the known keys signed the note")
    times = [key.verify(text, signature.content) for key, signature in zip(signers, held, strict=True)]
    timestamps = {key: at for key, at in zip(signers, times, strict=True) if at is not None}
    return Opened(text, [*dict.fromkeys(signers)], held, timestamps)
