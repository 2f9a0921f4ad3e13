"""The public facts of a ranking, and the programs with which anybody checks what is public here."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from flask import Response, current_app
from flask.typing import ResponseReturnValue

from marketplace.policy import ANYONE
from marketplace.queries import recount
from marketplace.rules.refusals import Refused
from marketplace.web.page import Pages

pages = Pages("recount", __name__)


@pages.page("/challenges/<ref>/stages/<int:number>/recount.json", "public:read")
def bundle(ref: str, number: int) -> ResponseReturnValue:
    return Response(recount.bundle(ANYONE, ref, number), mimetype="application/json")


@pages.page("/tools/<name>", "public:read")
def tool(name: str) -> ResponseReturnValue:
    """A program under an address that stays, whatever the build."""
    source = _programs(Path(current_app.root_path) / "static" / "tools").get(name)
    if source is None:
        raise Refused("missing")
    return Response(source, mimetype="text/x-python")


@cache
def _programs(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.py"))}
