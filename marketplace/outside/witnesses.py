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
from time import monotonic
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
    done, until = threading.Event(), monotonic() + seconds
    try:
        connection.connect()
        # Its own name for the socket: the connection forgets it once an answer says that it is the last.
        watch = threading.Thread(target=_watch, args=(connection.sock, done, until), daemon=True)
        watch.start()
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


def _watch(answers: socket.socket, done: threading.Event, until: float) -> None:
    """End an answer that comes in drops: the socket's own patience begins anew with each of them."""
    if not done.wait(max(0.0, until - monotonic())):
        with suppress(OSError):
            answers.shutdown(socket.SHUT_RDWR)


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()
