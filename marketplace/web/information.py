"""What the foot of every page leads to: who runs this, what is stored and set, how accessible it is."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from marketplace.models.database import installation
from marketplace.rules import retention
from marketplace.rules.accessibility import ISSUES, REVIEWED_ON, STANDARD, TESTS
from marketplace.rules.cookies import COOKIES
from marketplace.rules.retention import Record
from marketplace.rules.tokens import VISIT_IDLES, VISIT_LASTS
from marketplace.rules.working_days import start_of_day, uk_date
from marketplace.web import formats
from marketplace.web.page import Pages
from marketplace.web.words import _

pages = Pages("information", __name__)

SECURITY_TEXT_LASTS = timedelta(days=180)


@pages.page("/accessibility", "public:read")
def accessibility() -> ResponseReturnValue:
    """The standard, what is tested, and what is known not to be good enough."""
    return render_template(
        "information/accessibility.html",
        standard=STANDARD,
        tests=TESTS,
        issues=ISSUES,
        reviewed_on=REVIEWED_ON,
        contact=_contact(),
    )


@pages.page("/privacy", "public:read")
def privacy() -> ResponseReturnValue:
    """What is stored about people: the table by which the sweep removes it."""
    return render_template(
        "information/privacy.html",
        records=retention.RECORDS,
        grounds=retention.GROUNDS,
        kept=kept,
        contact=_contact(),
    )


@pages.page("/cookies", "public:read")
def cookies() -> ResponseReturnValue:
    """Every cookie that is ever set."""
    return render_template(
        "information/cookies.html",
        cookies=COOKIES,
        period=formats.period,
        idles=formats.period(VISIT_IDLES),
        lasts=formats.period(VISIT_LASTS),
    )


@pages.page("/contact", "public:read")
def contact() -> ResponseReturnValue:
    """Who runs this installation, and whom to write to about what."""
    return render_template("information/contact.html", contact=_contact())


@pages.page("/.well-known/security.txt", "public:read")
def security_text() -> ResponseReturnValue:
    """Where to report a weakness, for programs that look for it (RFC 9116)."""
    place = installation()
    here = place.settings.base_url
    # By the day, so that the file stays the same all day long.
    expires = start_of_day(uk_date(place.clock.now() + SECURITY_TEXT_LASTS))
    lines = (
        f"Contact: mailto:{place.settings.contact_email}",
        f"Expires: {formats.iso(expires)}",
        f"Preferred-Languages: {place.words.tag}",
        f"Canonical: {here}/.well-known/security.txt",
        f"Policy: {here}/contact#security",
    )
    return Response("".join(f"{line}\n" for line in lines), mimetype="text/plain")


def kept(record: Record) -> str:
    """How long this kind of record is kept, in words."""
    return _(record.kept, period=formats.period(record.period)) if record.period else _(record.kept)


def _contact() -> dict[str, str]:
    settings = installation().settings
    return {"name": settings.operator_name, "email": settings.contact_email}
