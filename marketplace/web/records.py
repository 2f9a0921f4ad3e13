"""The public record of an organisation: what an authority asked, decided and owes; what a supplier won."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from marketplace.policy import ANYONE
from marketplace.queries import records
from marketplace.queries.places import Unusable
from marketplace.queries.records import AuthorityRecord, Kept
from marketplace.rules.wording import STATES
from marketplace.web import errors, formats
from marketplace.web.page import Pages
from marketplace.web.public import fresh_until
from marketplace.web.words import _, ngettext

pages = Pages("records", __name__)


@pages.page("/organisations/<slug>", "public:read")
def organisation(slug: str) -> ResponseReturnValue:
    """An authority and its challenges, or a supplier and what it won."""
    after = request.args.get("after", "")
    try:
        found = records.public(ANYONE, slug, after)
    except Unusable:
        return errors.page(400)
    record = found.authority
    fresh_until(found.now, (each.closes_at for each in record.challenges) if record else (), days=True)
    return render_template(
        "public/organisation.html",
        found=found,
        after=after,
        states=STATES,
        punctual=_punctual(record) if record else "",
    )


def _punctual(record: AuthorityRecord) -> str:
    """How many of the decisions that the page lists came by the day that was published for them."""
    late = [each.late for each in record.challenges if each.decided_on and each.late is not None]
    if not late:
        return ""
    return ngettext(
        "{kept} of {n}", "{kept} of the last {n}", len(late), kept=sum(each <= 0 for each in late)
    )


def kept(each: Kept) -> str:
    """Whether the decision came by the day that was published for it; empty where none was."""
    if each.decided_on and each.late is not None:
        day = formats.day(each.decided_on)
        if each.late == 0:
            return _("Decided on {day}, the day it had published.", day=day)
        after = (
            ngettext(
                "{n} day after the day it had published", "{n} days after the day it had published", each.late
            )
            if each.late > 0
            else ngettext(
                "{n} day before the day it had published",
                "{n} days before the day it had published",
                -each.late,
            )
        )
        return _("Decided on {day}, {after}.", day=day, after=after)
    if each.late:
        return ngettext(
            "No decision yet, {n} day after the day it had published.",
            "No decision yet, {n} days after the day it had published.",
            each.late,
        )
    if each.decision_on and each.state in records.WAITING:
        return _("Decision by {day}.", day=formats.day(each.decision_on))
    return ""


pages.add_app_template_filter(kept)
