"""The log as C2SP tlog-tiles serves it. Anything beyond the served checkpoint is not there."""

from __future__ import annotations

from flask import Blueprint, Response

from marketplace.api import serve
from marketplace.policy import ANYONE
from marketplace.queries import log
from marketplace.rules.refusals import Refused
from marketplace.tlog import tiles

pages = Blueprint("log", __name__, url_prefix="/log")

FOREVER = "public, max-age=31536000, immutable"
BRIEFLY = "public, max-age=5"


def checkpoint() -> Response:
    """The signed note over all that is served."""
    note = log.checkpoint(ANYONE)
    if note is None:
        raise Refused("missing")
    return _text(note)


def vkey() -> Response:
    """The keys that sign, one a line, the current one first."""
    keys = log.vkeys(ANYONE)
    if not keys:
        raise Refused("missing")
    return _text("".join(f"{key}\n" for key in keys))


def tile(path: str) -> Response:
    """A tile or a bundle of entries. What is served once at an address never changes."""
    try:
        level, n, width = tiles.parse(f"tile/{path}")
    except ValueError:
        raise Refused("missing") from None
    content = log.entries(ANYONE, n, width) if level == "entries" else log.tile(ANYONE, level, n, width)
    return _answer(content, "application/octet-stream", FOREVER)


def proof(index: int) -> Response:
    """What shows that one entry is in the log."""
    return _text(log.proof(ANYONE, index))


def missing(_no: Refused) -> Response:
    """Programs ask here, so that a page would be of no use."""
    return _answer(b"There is nothing here yet.\n", "text/plain; charset=utf-8", "no-store", 404)


def _text(text: str) -> Response:
    return _answer(text.encode(), "text/plain; charset=utf-8", BRIEFLY)


def _answer(content: bytes, media: str, kept: str, status: int = 200) -> Response:
    headers = {"Cache-Control": kept, "Access-Control-Allow-Origin": "*"}
    return Response(content, status, headers, content_type=media)


for rule, view in (
    ("checkpoint", checkpoint),
    ("vkey", vkey),
    ("tile/<path:path>", tile),
    ("proof/<int:index>", proof),
):
    serve(pages, f"/{rule}", view, "log:read")
pages.register_error_handler(Refused, missing)
