"""A scanner for tests: speaks clamd's INSTREAM over a socket of its own, and fails in the ways that clamd can."""

from __future__ import annotations

import dataclasses
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from flask import Flask

from marketplace.models.database import installation
from marketplace.outside.scanner import Scanner

# The standard harmless test string, put together here so that no scanner takes this file for it.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

SAYS = {
    "size limit": b"INSTREAM size limit exceeded. ERROR\0",
    "half": b"stream: O",
    "without end": b"stream: OK",
    "unknown": b"UNKNOWN COMMAND\0",
    "endless": b"stream: " + b"O" * 20_000,
    "another file": b"stream2: OK\0",
    "closed": b"",
}
"""What it says where it does not scan, by the name of the fault."""


class Clamd:
    """Listens on a free port; `fault` is what goes wrong with each file, empty where nothing does."""

    def __init__(self) -> None:
        self.fault = ""
        self.seen: list[bytes] = []
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = f"tcp://127.0.0.1:{self._door.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        # A thread that waits in accept() would keep the door open.
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _address = self._door.accept()
            except OSError:
                return
            with client, suppress(OSError):
                # Whoever asked may not have waited.
                self._answer(client)

    def _answer(self, client: socket.socket) -> None:
        if self.fault == "deaf":
            return
        content = _stream(client)
        self.seen.append(content)
        if self.fault == "slow":
            time.sleep(1.5)
        if self.fault == "drip":
            for _second in range(15):
                time.sleep(0.1)
                client.sendall(b"s")
            return
        found = b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"
        client.sendall(SAYS.get(self.fault, found))


def _stream(client: socket.socket) -> bytes:
    with client.makefile("rb") as said:
        assert said.read(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack(">I", said.read(4))[0]:
            content += said.read(length)
        return content


@contextmanager
def scanning(app: Flask, seconds: float = 5.0) -> Iterator[Clamd]:
    """Let this installation ask a scanner of its own, until the end of the block."""
    before, clamd = installation(), Clamd()
    app.extensions["installation"] = dataclasses.replace(before, scanner=Scanner(clamd.url, seconds))
    try:
        yield clamd
    finally:
        app.extensions["installation"] = before
        clamd.close()
