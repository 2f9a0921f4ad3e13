"""Checking the trail in the visitor's own browser: on a page, and in a file that people keep."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from flask import Response, current_app, make_response, render_template
from flask.typing import ResponseReturnValue

from marketplace.models.database import installation
from marketplace.policy import ANYONE
from marketplace.queries import verify
from marketplace.web.page import Pages, asked_number

pages = Pages("verify", __name__)

STYLES = ("govuk", "daylight", "modes")
SCRIPTS = ("tlog", "zip", "checks", "verify")
"""In the order in which each needs the ones before it."""
FONTS = re.compile(r"@font-face\s*\{[^}]*\}")
IMPORTS = re.compile(r"^import [^;]*;$", re.MULTILINE)


@dataclass(frozen=True)
class Kept:
    """What is written into a page that people keep, and the policy that lets it do no more than that."""

    style: str
    script: str
    policy: str


@pages.page("/verify", "public:read")
def page() -> ResponseReturnValue:
    """The check of a receipt, an entry (`?index=`) or a checkpoint."""
    return _page("layout/public.html", site="", index=asked_number("index"))


@pages.page("/tools/verify.html", "public:read")
def kept() -> ResponseReturnValue:
    """The same in one file that asks nobody."""
    parts = _kept(Path(current_app.root_path) / "static")
    response = _page("layout/kept.html", site=installation().settings.base_url, index=None, kept=parts)
    response.headers["Content-Security-Policy"] = f"{parts.policy}; frame-ancestors 'none'"
    return response


def _page(frame: str, **facts: object) -> Response:
    log = f"{installation().settings.base_url}/log"
    return make_response(
        render_template("verify/page.html", frame=frame, known=asdict(verify.known(ANYONE)), log=log, **facts)
    )


@cache
def _kept(static: Path) -> Kept:
    style = FONTS.sub("", "".join((static / "css" / f"{name}.css").read_text("utf-8-sig") for name in STYLES))
    script = IMPORTS.sub("", "".join((static / "js" / f"{name}.js").read_text() for name in SCRIPTS))
    return Kept(
        style,
        script,
        f"default-src 'none'; script-src {_hashed(script)}; style-src {_hashed(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'",
    )


def _hashed(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
