"""The trail for people: what happened, in order, and a check of each entry."""

from __future__ import annotations

import re

from flask import render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from marketplace.policy import ANYONE
from marketplace.queries import challenges, trail
from marketplace.rules.refusals import Refused
from marketplace.rules.wording import EVENTS
from marketplace.web import errors, sentences
from marketplace.web.page import Pages

pages = Pages("trail", __name__)

FINGERPRINT = re.compile("[0-9a-f]{64}")
"""Hashes stand in the entry's bytes and nowhere else on its page."""


@pages.page("/trail", "public:read")
def everything() -> ResponseReturnValue:
    """Every event, newest first, by challenge and kind."""
    asked = request.args
    before = _index(asked.get("before", ""))
    try:
        found = trail.page(ANYONE, asked.get("challenge", ""), asked.get("kind", ""), before)
    except Refused:
        # A filter that names nothing, not a page that is not there.
        return errors.page(400)
    chosen = {name: asked[name] for name in ("challenge", "kind") if asked.get(name)}
    return render_template(
        "trail/all.html",
        rows=sentences.rows(found.events, fold="kind" not in chosen),
        found=found,
        chosen=chosen,
        kinds=EVENTS,
    )


@pages.page("/trail/<int:index>", "public:read")
def entry(index: int) -> ResponseReturnValue:
    """One entry: what it means, the bytes that were hashed, and what a check of it finds."""
    found = trail.entry(ANYONE, index)
    return render_template(
        "trail/entry.html",
        entry=found,
        row=sentences.row(found.event),
        values=[
            (name, sentences.spoken(value, found.event))
            for name, value in found.event.data.items()
            if not FINGERPRINT.fullmatch(str(value))
        ],
    )


@pages.page("/challenges/<ref>/trail", "public:read")
def of_challenge(ref: str) -> ResponseReturnValue:
    """What happened to one challenge."""
    head = challenges.head_of(ANYONE, ref)
    found = trail.page(ANYONE, ref, "", _index(request.args.get("before", "")))
    rows = sentences.rows(found.events)
    return render_template("trail/challenge.html", head=head, rows=rows, found=found)


def _index(typed: str) -> int | None:
    """The index after `before=`; anything but a whole number is a broken address."""
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 16):
        raise BadRequest
    return int(typed)
