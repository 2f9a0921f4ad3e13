"""Asking a witness over HTTP: one request, briefly, and nothing that it answers is followed or shown.

Operators name the addresses, so that private ones are allowed: neighbours may share a network that nobody else
reaches. What is sent is public, and what comes back is kept only where it is a cosignature.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

SECONDS = 5.0
"""For the whole of an answer; a witness has one checkpoint to compare, and a signature to make."""
MOST_BYTES = 2**15


class Unreachable(Exception):
    """No answer came: `untrusted` where it is the certificate that does not hold."""

    def __init__(self, *, untrusted: bool = False) -> None:
        self.untrusted = untrusted


@dataclass(frozen=True)
class Answer:
    status: int
    media: str
    content: bytes


def ask(url: str, body: bytes, *, seconds: float = SECONDS) -> Answer:
    """What the witness at `url` says to this submission. Raises `Unreachable`.

    Neither redirects nor proxies are followed: the address that an operator gave is the one that is asked.
    """
    parts = urlsplit(url)
    place = (parts.hostname or "", parts.port)
    connection = (
        http.client.HTTPSConnection(*place, timeout=seconds, context=_trust())
        if parts.scheme == "https"
        else http.client.HTTPConnection(*place, timeout=seconds)
    )
    done = threading.Event()
    threading.Thread(target=_watch, args=(connection, done, seconds), daemon=True).start()
    try:
        connection.request("POST", f"{parts.path}/add-checkpoint", body, {"Content-Type": "text/plain"})
        response = connection.getresponse()
        content = response.read(MOST_BYTES + 1)
        return Answer(response.status, response.headers.get_content_type(), content)
    except ssl.SSLCertVerificationError:
        raise Unreachable(untrusted=True) from None
    except (OSError, http.client.HTTPException, ValueError):
        raise Unreachable from None
    finally:
        done.set()
        connection.close()


def _watch(connection: http.client.HTTPConnection, done: threading.Event, seconds: float) -> None:
    """End an answer that comes in drops: the connection's own patience begins anew with each of them."""
    while not done.wait(seconds):
        with suppress(OSError, AttributeError):
            connection.sock.shutdown(socket.SHUT_RDWR)


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()
