"""Malware: asks clamd about the bytes of one file, by its INSTREAM command.

The scanner may be slow, away or broken, and nothing here waits for it longer than `SECONDS`: what it did not
say is `waiting`, never `clean`.
"""

from __future__ import annotations

import logging
import socket
import struct
from time import monotonic
from typing import Literal
from urllib.parse import urlsplit

log = logging.getLogger(__name__)

Scan = Literal["waiting", "clean", "infected", "unasked"]

CONNECT_SECONDS = 2.0
SECONDS = 15.0
REPLY_BYTES = 4096


class Scanner:
    """One clamd, at `tcp://host:port` or `unix:/path`; an empty address is an installation without one."""

    def __init__(self, url: str, seconds: float = SECONDS) -> None:
        parts = urlsplit(url)
        if url and (parts.scheme not in ("tcp", "unix") or not (parts.path or parts.port)):
            raise ValueError(f"CLAMD_URL {url!r} is neither tcp://host:port nor unix:/path")
        self._parts = parts
        self._seconds = seconds

    @property
    def asked(self) -> bool:
        return bool(self._parts.scheme)

    def ask(self, content: bytes) -> Scan:
        """What the scanner says; `waiting` where it did not answer in time, `unasked` where there is none."""
        if not self.asked:
            return "unasked"
        try:
            reply = self._reply(content, monotonic() + self._seconds)
        except OSError as error:
            log.warning("the malware scanner did not answer: %s", error or type(error).__name__)
            return "waiting"
        if reply == b"stream: OK":
            return "clean"
        if reply.startswith(b"stream: ") and reply.endswith(b" FOUND"):
            return "infected"
        log.warning("the malware scanner did not scan: %r", reply[:200])
        return "waiting"

    def _reply(self, content: bytes, until: float) -> bytes:
        """One whole reply, without the zero byte that ends it; raises `OSError` after `until`."""
        with self._connected() as clamd:
            clamd.settimeout(_left(until))
            # Each chunk follows its length, and one of no length ends the stream.
            clamd.sendall(b"zINSTREAM\0" + struct.pack(">I", len(content)) + content + struct.pack(">I", 0))
            reply = b""
            while not reply.endswith(b"\0"):
                clamd.settimeout(_left(until))
                more = clamd.recv(REPLY_BYTES)
                if not more or len(reply) > REPLY_BYTES:
                    raise ConnectionError(f"half an answer: {reply[:200]!r}")
                reply += more
            return reply[:-1]

    def _connected(self) -> socket.socket:
        if self._parts.scheme == "tcp":
            address = self._parts.hostname or "localhost", self._parts.port or 3310
            return socket.create_connection(address, timeout=CONNECT_SECONDS)
        clamd = socket.socket(socket.AF_UNIX)
        clamd.settimeout(CONNECT_SECONDS)
        try:
            clamd.connect(self._parts.path)
        except OSError:
            clamd.close()
            raise
        return clamd


def _left(until: float) -> float:
    left = until - monotonic()
    if left <= 0:
        raise TimeoutError("it took too long")
    return left
