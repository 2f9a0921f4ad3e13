"""Logs and receipts made for the program to check, by the plainest reading of the specifications."""

from __future__ import annotations

import base64
import hashlib
import hmac
import importlib.util
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ORIGIN = "log.example/trail"
PROGRAM = Path(__file__).parents[2] / "static" / "tools" / "verify.py"
SALT = bytes(range(32))
ANSWERS = {"approach": "Neighbours read the meters.\nThey say why.", "team": "Two of us – both from here."}
FILES = {"plan.pdf": b"%PDF plan", "Größe.csv": b"a;b\n1;2\n"}


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def spell(value: object) -> bytes:
    """Canonical JSON of values whose keys are ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def tree(hashes: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, over leaf hashes."""
    if len(hashes) < 2:
        return hashes[0] if hashes else sha256(b"")
    k = 1
    while 2 * k < len(hashes):
        k *= 2
    return sha256(b"\1" + tree(hashes[:k]) + tree(hashes[k:]))


def path(index: int, hashes: Sequence[bytes]) -> list[bytes]:
    """PATH of RFC 6962, section 2.1.1."""
    if len(hashes) == 1:
        return []
    k = 1
    while 2 * k < len(hashes):
        k *= 2
    if index < k:
        return [*path(index, hashes[:k]), tree(hashes[k:])]
    return [*path(index - k, hashes[k:]), tree(hashes[:k])]


@dataclass(frozen=True)
class Signer:
    """Something with a name and a key that signs notes: a log, or with kind 4 a witness."""

    name: str = ORIGIN
    seed: bytes = b"\7" * 32
    kind: int = 1

    @cached_property
    def private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @property
    def material(self) -> bytes:
        return bytes([self.kind]) + self.private.public_key().public_bytes_raw()

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + self.material)[:4]

    @property
    def key(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(self.material).decode()}"

    def line(self, text: str, at: int = 1_795_000_000) -> str:
        signature = self.private.sign(text.encode())
        if self.kind == 4:
            signed = f"cosignature/v1\ntime {at}\n{text}".encode()
            signature = at.to_bytes(8, "big") + self.private.sign(signed)
        return f"— {self.name} {base64.b64encode(self.id + signature).decode()}\n"


LOG = Signer()
OLD = Signer(seed=b"\1" * 32)
WITNESS = Signer("witness.example/w1", b"\4" * 32, kind=4)
STRANGER = Signer("elsewhere.example", b"\5" * 32)


def sealed(value: object, salt: bytes = SALT) -> bytes:
    message = b"daylight/1\0sealed\0content\0" + spell(value)
    commitment = hmac.new(salt, message, hashlib.sha256).hexdigest()
    return spell({"at": "2026-11-22T12:00:00Z", "private": {"content": commitment}, "type": "sealed", "v": 1})


@cache
def a_cover(n: int) -> bytes:
    """One of the many sealed entries that tell nothing: each test has hundreds."""
    return sealed({"cover": n})


def leaf(type: str, **data: Any) -> bytes:
    return spell({"at": "2026-11-22T12:00:00Z", "data": data, "private": {}, "type": type, "v": 1})


def opening() -> dict[str, Any]:
    return {
        "answers": {name: hashlib.sha256(text.encode()).hexdigest() for name, text in ANSWERS.items()},
        "challenge": "CH-00000000", "ciphertext": "ab" * 32, "proposal": "PR-00000000", "stage": 1, "version": 2,
        "files": [
            {"bytes": len(data), "name": name, "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in FILES.items()
        ],
    }  # fmt: skip


@dataclass
class MadeLog:
    """A log of these leaves, with everything that it serves."""

    leaves: list[bytes]
    signers: tuple[Signer, ...] = (LOG,)
    origin: str = ORIGIN
    without: set[str] = field(default_factory=set)
    """Paths that are left out."""

    @property
    def hashes(self) -> list[bytes]:
        return [sha256(b"\0" + leaf) for leaf in self.leaves]

    def note(self, size: int | None = None, signers: tuple[Signer, ...] | None = None) -> str:
        size = len(self.leaves) if size is None else size
        root = base64.b64encode(tree(self.hashes[:size])).decode()
        return signed(f"{self.origin}\n{size}\n{root}\n", *(signers or self.signers))

    def proof(self, index: int) -> str:
        lines = [base64.b64encode(each).decode() + "\n" for each in path(index, self.hashes)]
        return "".join(["c2sp.org/tlog-proof@v1\n", f"index {index}\n", *lines, "\n", self.note()])

    def receipt(self, of: int, /, **changes: Any) -> dict[str, Any]:
        """With other values for some keys; None leaves a key out."""
        found = {
            "format": "receipt/1", "origin": self.origin, "vkey": self.signers[0].key, "index": of,
            "leaf": base64.b64encode(self.leaves[of]).decode(),
            "openings": {"content": {"salt": SALT.hex(), "value": opening()}}, "proof": self.proof(of),
        } | changes  # fmt: skip
        return {key: value for key, value in found.items() if value is not None}

    def files(self) -> dict[str, bytes]:
        """All that a log serves, by path: full and partial tiles and bundles, and the checkpoint."""
        found = {"checkpoint": self.note().encode(), "vkey": f"{self.signers[0].key}\n".encode()}
        framed = [len(leaf).to_bytes(2, "big") + leaf for leaf in self.leaves]
        found |= tiles("entries", framed)
        level, hashes = 0, self.hashes
        while hashes:
            found |= tiles(level, hashes)
            whole = len(hashes) // 256
            hashes = [tree(hashes[256 * n : 256 * n + 256]) for n in range(whole)]
            level += 1
        return {path: data for path, data in found.items() if path not in self.without}

    def put(self, folder: Path) -> Path:
        for name, data in self.files().items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        return folder


def signed(text: str, *signers: Signer) -> str:
    return text + "\n" + "".join(signer.line(text) for signer in signers)


def tiles(level: int | str, things: list[bytes]) -> dict[str, bytes]:
    """A level's tiles, below a million of them."""
    found = {}
    for start in range(0, len(things), 256):
        part, (high, low) = things[start : start + 256], divmod(start // 256, 1000)
        name = f"x{high:03}/{low:03}" if high else f"{low:03}"
        found[f"tile/{level}/{name}" + (f".p/{len(part)}" if len(part) < 256 else "")] = b"".join(part)
    return found


def a_log(size: int = 300, *signers: Signer, rotate_at: int | None = None) -> MadeLog:
    """Entry 7 is a proposal's; at `rotate_at` the log goes over from the key `OLD` to `LOG`."""
    leaves = [leaf("log.start", origin=ORIGIN, kind="test")] + [a_cover(n) for n in range(1, size)]
    if size > 7:
        leaves[7] = sealed(opening())
    if rotate_at is not None:
        leaves[rotate_at] = leaf("log.rotate", key=LOG.key, retired=OLD.key)
    return MadeLog(leaves[:size], signers or (LOG,))


@cache
def program() -> ModuleType:
    """The program as a module."""
    spec = importlib.util.spec_from_file_location("verify_program", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
