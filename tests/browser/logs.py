"""A small log in memory, with its receipts, to try the checker with: also one that lies."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Route

from marketplace.rules import canonical
from marketplace.tlog import proofs, tiles, tree
from marketplace.tlog.checkpoints import Checkpoint
from marketplace.tlog.notes import Cosigner, Signer, join

ORIGIN = "localhost/log"
WITNESS = Cosigner(bytes(range(32)), "records.example/witness")
SALT = bytes(range(32))
ANSWERS = {"approach": "Neighbours read the meters together.", "team": "Two of us, since 2019."}
PLAN = b"%PDF-1.7 the plan"
VALUE: dict[str, Any] = {
    "answers": {name: hashlib.sha256(text.encode()).hexdigest() for name, text in ANSWERS.items()},
    "challenge": "CH-00000001", "ciphertext": hashlib.sha256(b"sealed").hexdigest(),
    "files": [{"bytes": len(PLAN), "name": "plan.pdf", "sha256": hashlib.sha256(PLAN).hexdigest()}],
    "price": 1_250_000, "proposal": "PR-00000001", "stage": 1, "version": 2,
}  # fmt: skip


def a_leaf(n: int) -> bytes:
    committed = canonical.commitment(SALT, "sealed", "content", VALUE)
    return canonical.encode(
        {"at": f"2026-11-2{n % 10}T12:00:00Z", "private": {"content": committed}, "type": "sealed", "v": 1}
    )


@dataclass
class Log:
    """`size` sealed entries; `seed` is its key, `from_leaf` the first in which it differs from other logs."""

    size: int = 300
    seed: int = 1
    differs_from: int | None = None
    origin: str = ORIGIN
    witnesses: list[Cosigner] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.signer = Signer(bytes([self.seed]) * 32, self.origin)
        self.leaves = [a_leaf(n) for n in range(self.size)]
        if self.differs_from is not None:
            self.leaves[self.differs_from] = a_leaf(self.differs_from + 1)
        self.hashes = [tree.leaf_hash(leaf) for leaf in self.leaves]
        self.tiles = tiles.extend(0, lambda level, n: b"", self.hashes)

    @property
    def key(self) -> str:
        return str(self.signer.key)

    def checkpoint(self, size: int | None = None) -> str:
        size = self.size if size is None else size
        body = Checkpoint(self.origin, size, tree.root(self.hashes[:size])).body()
        cosigned = [each.sign(body, 1_795_000_000) for each in self.witnesses]
        return join(body, [self.signer.sign(body), *cosigned])

    def proof(self, index: int, size: int | None = None) -> str:
        size = self.size if size is None else size
        path = tree.inclusion(tiles.node(lambda level, n: self.tiles[level, n]), index, size)
        return proofs.spell(index, path, self.checkpoint(size))

    def receipt(self, index: int = 7, size: int | None = None, **changes: Any) -> dict[str, Any]:
        """What a supplier downloads; a change to None leaves its key out."""
        whole = {
            "format": "receipt/1", "origin": self.origin, "vkey": self.key, "index": index,
            "leaf": base64.b64encode(self.leaves[index]).decode(),
            "openings": {"content": {"salt": SALT.hex(), "value": VALUE}},
            "proof": self.proof(index, size),
        } | changes  # fmt: skip
        return {key: value for key, value in whole.items() if value is not None}

    def serve(self, route: Route) -> None:
        """Answer for `/log/…` as this log."""
        found = self._file(route.request.url.split("/log/", 1)[1])
        route.fulfill(status=200 if found else 404, body=found or b"")

    def _file(self, path: str) -> bytes | None:
        kind, _, rest = path.partition("/")
        if kind == "checkpoint":
            return self.checkpoint().encode()
        if kind == "proof":
            return self.proof(int(rest)).encode() if int(rest) < self.size else None
        level, n, width = tiles.parse(path)
        if not tiles.covered(level, n, width, self.size):
            return None
        if level == "entries":
            return tiles.bundle(self.leaves[n * 256 : n * 256 + width])
        return self.tiles[level, n][: width * 32]


def spelled(receipt: dict[str, Any]) -> bytes:
    return json.dumps(receipt, indent=1).encode()
