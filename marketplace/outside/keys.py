"""Keys and sealing: everything secret is age ciphertext, so that stock tools can read it too.

Two files in `KEY_DIR` matter: `sealing.age` unwraps the private halves of stages and suppliers,
`record.age` opens what was opened. They belong in a backup of their own, apart from the database.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from pyrage import decrypt, encrypt, x25519

NAMES = ("sealing", "record")


class KeyRing:
    """The installation's own age identities, read from files and made on first use in development."""

    def __init__(self, folder: Path, *, create: bool) -> None:
        self._folder = folder
        self._sealing = _identity(folder / "sealing.age", create)
        self._record = _identity(folder / "record.age", create)

    def new_pair(self) -> tuple[str, bytes]:
        """A recipient for a stage or a supplier, and its private half wrapped to the sealing key."""
        identity = x25519.Identity.generate()
        wrapped = encrypt(str(identity).encode(), [self._sealing.to_public()])
        return str(identity.to_public()), wrapped

    def seal(self, plain: bytes, *recipients: str) -> bytes:
        """Ciphertext for each of `recipients` (age1… strings)."""
        return encrypt(plain, [x25519.Recipient.from_str(each) for each in recipients])

    def unseal(self, ciphertext: bytes, wrapped: bytes) -> bytes:
        """Plain bytes, by way of a private half that the sealing key unwraps."""
        identity = x25519.Identity.from_str(decrypt(wrapped, [self._sealing]).decode())
        return decrypt(ciphertext, [identity])

    def unwrap(self, wrapped: bytes) -> Callable[[bytes], bytes]:
        """What opens many ciphertexts by way of one private half, unwrapped once and kept by nobody."""
        identity = x25519.Identity.from_str(decrypt(wrapped, [self._sealing]).decode())
        return lambda ciphertext: decrypt(ciphertext, [identity])

    def keep(self, plain: bytes, *recipients: str) -> bytes:
        """Ciphertext for the record key, and for `recipients` besides."""
        others = [x25519.Recipient.from_str(each) for each in recipients]
        return encrypt(plain, [self._record.to_public(), *others])

    def read(self, ciphertext: bytes) -> bytes:
        """What `keep` kept."""
        return decrypt(ciphertext, [self._record])

    def check(self) -> None:
        """Prove that both keys open what they close; raises where they do not."""
        recipient, wrapped = self.new_pair()
        if self.unseal(self.seal(b"daylight", recipient), wrapped) != b"daylight":
            raise ValueError("the sealing key does not open what it closed")
        if self.read(self.keep(b"daylight")) != b"daylight":
            raise ValueError("the record key does not open what it closed")


def _identity(path: Path, create: bool) -> x25519.Identity:
    if not path.exists() and create:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_once(path, str(x25519.Identity.generate()))
    return x25519.Identity.from_str(path.read_text().strip())


def _write_once(path: Path, secret: str) -> None:
    """Write a new key file whole or not at all; the process that comes second keeps the first's."""
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secret + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(partial, path)
    except FileExistsError:
        pass  # Another process was first; its key is the one that is read.
    finally:
        partial.unlink()
