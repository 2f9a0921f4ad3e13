"""Whether the process is alive, and whether it can work."""

from __future__ import annotations

from flask import Blueprint, Response

from marketplace.api import serve
from marketplace.policy import ANYONE
from marketplace.queries import health

pages = Blueprint("health", __name__)


def healthz() -> Response:
    """The process answers."""
    return Response("alive\n", mimetype="text/plain")


def readyz() -> Response:
    """Database, log and storage answer; 503 names what does not."""
    failing = health.failing(ANYONE)
    text = "ready\n" if not failing else "not ready: " + ", ".join(failing) + "\n"
    return Response(text, status=503 if failing else 200, mimetype="text/plain")


for view in (healthz, readyz):
    serve(pages, f"/{view.__name__}", view, "service:probe")
