"""Keys and sealing: everything secret is age ciphertext, so that stock tools can read it too.

Two files in `KEY_DIR` matter: `sealing.age` unwraps the private halves of stages and suppliers,
`record.age` opens what was opened. They belong in a backup of their own, apart from the database.
Each may hold several identities, as `age -i` reads them: the first one closes, all of them open.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Literal

from pyrage import DecryptError, decrypt, encrypt, x25519

from marketplace.outside import durable

Name = Literal["sealing", "record"]
NAMES: tuple[Name, ...] = ("sealing", "record")


class KeysMissing(RuntimeError):
    """A key file is not there: it is put back from its backup, or made on purpose."""


class KeyFile:
    """One file of age identities, newest first. It is read anew whenever it changes, by every process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read: tuple[tuple[int, int, int], list[Any]] | None = None

    @property
    def identities(self) -> list[Any]:
        try:
            stat = self.path.stat()
        except FileNotFoundError:
            raise KeysMissing(
                f"There is no {self.path}. Put it back from its backup. For a new installation: keys create"
            ) from None
        version = stat.st_ino, stat.st_mtime_ns, stat.st_size
        if self._read is None or self._read[0] != version:
            self._read = version, [x25519.Identity.from_str(line) for line in self._lines()]
        return self._read[1]

    def make(self) -> None:
        """Write the first identity; a file that is there already stays as it is."""
        write_once(self.path, str(x25519.Identity.generate()))

    def renew(self) -> None:
        """Put a new identity before the others: whatever is closed from now on is closed to it."""
        lines = [str(x25519.Identity.generate()), *self._lines()]
        durable.put(self.path, "".join(f"{line}\n" for line in lines).encode())
        durable.settle(self.path.parent)

    def close(self, plain: bytes, *recipients: str) -> bytes:
        others = [x25519.Recipient.from_str(each) for each in recipients]
        return encrypt(plain, [self.identities[0].to_public(), *others])

    def open(self, ciphertext: bytes) -> bytes:
        return decrypt(ciphertext, self.identities)

    def is_newest(self, ciphertext: bytes) -> bool:
        """Whether the identity that closes now opens this; one that opens by no other is told as older."""
        try:
            decrypt(ciphertext, self.identities[:1])
        except DecryptError:
            return False
        return True

    def _lines(self) -> list[str]:
        lines = (line.strip() for line in self.path.read_text().splitlines())
        return [line for line in lines if line and not line.startswith("#")]


def write_once(path: Path, secret: str) -> None:
    """Make a key file; one that is there already stays as it is."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    durable.put_first(path, f"{secret}\n".encode())


class KeyRing:
    """The installation's own age identities, read from files and made on first use in development."""

    def __init__(self, folder: Path, *, create: bool) -> None:
        self._folder = folder
        self.files: dict[Name, KeyFile] = {name: KeyFile(folder / f"{name}.age") for name in NAMES}
        self._sealing, self._record = self.files["sealing"], self.files["record"]
        if create:
            self.create()

    def create(self) -> None:
        """Make the key files that are missing."""
        for file in self.files.values():
            if not file.path.exists():
                file.make()

    def alone(self) -> AbstractContextManager[bool]:
        """Whether nobody else rotates keys here; until the end of the block nobody else can."""
        return durable.alone(self._folder / "rotation.lock")

    def new_pair(self) -> tuple[str, bytes]:
        """A recipient for a stage or a supplier, and its private half wrapped to the sealing key."""
        identity = x25519.Identity.generate()
        return str(identity.to_public()), self._sealing.close(str(identity).encode())

    def recipient(self, wrapped: bytes) -> str:
        """The public half (age1…) of a wrapped private half: proof that it can still be unwrapped."""
        return str(self._identity(wrapped).to_public())

    def seal(self, plain: bytes, *recipients: str) -> bytes:
        """Ciphertext for each of `recipients` (age1… strings)."""
        return encrypt(plain, [x25519.Recipient.from_str(each) for each in recipients])

    def unseal(self, ciphertext: bytes, wrapped: bytes) -> bytes:
        """Plain bytes, by way of a private half that the sealing key unwraps."""
        return decrypt(ciphertext, [self._identity(wrapped)])

    def unwrap(self, wrapped: bytes) -> Callable[[bytes], bytes]:
        """What opens many ciphertexts by way of one private half, unwrapped once and kept by nobody."""
        identity = self._identity(wrapped)
        return lambda ciphertext: decrypt(ciphertext, [identity])

    def keep(self, plain: bytes, *recipients: str) -> bytes:
        """Ciphertext for the record key, and for `recipients` besides."""
        return self._record.close(plain, *recipients)

    def read(self, ciphertext: bytes) -> bytes:
        """What `keep` kept."""
        return self._record.open(ciphertext)

    def check(self) -> None:
        """Prove that both keys open what they close; raises where they do not, or are not there."""
        recipient, wrapped = self.new_pair()
        if self.unseal(self.seal(b"daylight", recipient), wrapped) != b"daylight":
            raise ValueError("the sealing key does not open what it closed")
        if self.read(self.keep(b"daylight")) != b"daylight":
            raise ValueError("the record key does not open what it closed")

    def _identity(self, wrapped: bytes) -> Any:
        return x25519.Identity.from_str(self._sealing.open(wrapped).decode())
