"""Results: who won and why, what it cost, and every score that is public."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from marketplace.policy import ANYONE
from marketplace.queries import results
from marketplace.queries.results import StageResult
from marketplace.rules import regimes
from marketplace.web.page import Pages
from marketplace.web.public import fresh_until

pages = Pages("results", __name__)


@pages.page("/challenges/<ref>/results", "public:read")
def result(ref: str) -> ResponseReturnValue:
    """Who won, why, and how everybody scored."""
    start = _whole(request.args.get("start", ""))
    found = results.results(ANYONE, ref, start)
    page = results.PAGE
    fresh_until(found.head.now, (found.head.closes_at,), days=True)
    return render_template(
        "public/results.html",
        found=found,
        head=found.head,
        start=start,
        page=page,
        last_day=regimes.last_day,
    )


@pages.page("/challenges/<ref>/results/<int:stage>/<letter>", "public:read")
def scores(ref: str, stage: int, letter: str) -> ResponseReturnValue:
    """Every score of one proposal."""
    return render_template("public/scores.html", found=results.scores(ANYONE, ref, stage, letter))


def _whole(typed: str) -> int:
    if typed and not (typed.isascii() and typed.isdigit() and len(typed) < 7):
        raise BadRequest
    return int(typed or 0)


def others(stage: StageResult) -> list[str]:
    """Letters of those whose scores have a page of their own."""
    return [line.letter for line in stage.lines if not line.selected and line.letter and line.parts]


pages.add_app_template_filter(others)
