"""One place where refusals and broken requests become a page: a clear 4xx and the next step."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, g, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from marketplace.rules.limits import SEARCH
from marketplace.rules.refusals import CATALOGUE, Refused
from marketplace.web import doors
from marketplace.web.words import _, said
from marketplace.words import N_

TITLES = {
    400: N_("We could not read that"),
    401: N_("You were signed out"),
    403: N_("You cannot do this"),
    404: N_("Page not found"),
    405: N_("This page does not take that"),
    409: N_("Nothing changed"),
    413: N_("That is too large"),
    415: N_("We could not read that"),
    422: N_("Nothing changed"),
    429: N_("Too many tries"),
    503: N_("Read-only for now"),
}
UNKNOWN = N_("Something went wrong")
SENTENCES = {
    400: N_(
        "Something in the address or in what was sent cannot be used. Nothing changed. Go back and try again."
    ),
    404: CATALOGUE["missing"][1],
    405: N_("Go back to the page and use its buttons."),
    413: N_("What was sent is larger than this page takes. Nothing is saved. Go back and make it smaller."),
    500: N_(
        "Something went wrong here, and it is ours to mend. Nothing was half-saved. Try again in a minute."
    ),
}


NEXT: dict[int, tuple[tuple[str, str], ...]] = {
    404: (
        ("/challenges", N_("All challenges")),
        ("/trail", N_("The trail: everything that happened here")),
        ("/desk", N_("Your work, if you have an account")),
    ),
    429: (("/guides", N_("How it works, to read meanwhile")), ("/", N_("The first page"))),
    500: (("/", N_("The first page")), ("/contact", N_("Whom to tell, if it happens again"))),
}
"""Where to go from here, by status; others lead to one’s own work."""
ELSEWHERE = (("/desk", N_("Your work")), ("/contact", N_("Whom to ask")))


def register(app: Flask) -> None:
    app.register_error_handler(Refused, refused)
    app.register_error_handler(HTTPException, broken)
    app.register_error_handler(UnicodeError, unreadable)


def refused(no: Refused) -> ResponseReturnValue:
    told = doors.tried(no)
    return page(told.status, said(told))


def broken(error: HTTPException) -> ResponseReturnValue:
    code = error.code or 500
    if code in (301, 302, 303, 307, 308):
        return error.get_response()
    # What stands around the page may be what broke.
    g.broken = code >= 500
    return page(code)


def unreadable(_error: UnicodeError) -> ResponseReturnValue:
    return page(400)


def page(code: int, sentence: str = "") -> ResponseReturnValue:
    """The page for this status; it says what is usual for it unless there is a `sentence`, translated."""
    title = _(TITLES.get(code, UNKNOWN))
    sentence = sentence or _(SENTENCES.get(code, SENTENCES[400 if code < 500 else 500]))
    if request.accept_mimetypes.best == "application/json":
        return {"type": "about:blank", "title": title, "status": code, "detail": sentence}, code, {
            "Content-Type": "application/problem+json"
        }  # fmt: skip
    return render_template(
        "errors/refused.html",
        title=title,
        sentence=sentence,
        back=_came_from(),
        search=SEARCH if code == 404 else 0,
        ways=NEXT.get(code, ELSEWHERE),
    ), code


def _came_from() -> str:
    """The page of this site whose form was sent; empty for a page that was asked for by itself."""
    origin = urlsplit(request.referrer or "")
    if request.method != "POST" or origin.netloc != request.host:
        return ""
    return f"/{origin.path.lstrip('/')}"
