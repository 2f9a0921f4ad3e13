"""The register of outcomes: what became of challenges that ended, good and bad."""

from __future__ import annotations

from dataclasses import asdict, replace
from urllib.parse import urlencode

from flask import render_template, request
from flask.typing import ResponseReturnValue

from marketplace.policy import ANYONE
from marketplace.queries import outcomes
from marketplace.queries.outcomes import Sought
from marketplace.queries.places import Unusable
from marketplace.rules.limits import SEARCH
from marketplace.rules.outcomes import ENDS
from marketplace.rules.wording import TOPICS
from marketplace.web import errors
from marketplace.web.page import Pages
from marketplace.web.public import fresh_until
from marketplace.web.words import _

pages = Pages("outcomes", __name__)


@pages.page("/outcomes", "public:read")
def register() -> ResponseReturnValue:
    """What became of challenges that ended, searched and filtered, and whose report is overdue."""
    try:
        asked = outcomes.sought(request.args)
        found = outcomes.register(ANYONE, asked)
    except Unusable:
        return errors.page(400)
    fresh_until(found.now, (), days=True)
    return render_template(
        "public/outcomes.html",
        asked=asked,
        found=found,
        ends=[(code, _(said)) for code, said in ENDS.items()],
        topics=[(code, _(said)) for code, said in TOPICS.items()],
        longest=SEARCH,
        next=_address(replace(asked, after=found.next)),
        start=_address(replace(asked, after="")),
        filtered=replace(asked, after="") != Sought(),
    )


def _address(asked: Sought) -> str:
    kept = {name: value for name, value in asdict(asked).items() if value}
    return f"/outcomes?{urlencode(kept)}" if kept else "/outcomes"
