"""The gate before every page: who is asking, may they come in, and what may be stored of it."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from itertools import chain
from urllib.parse import quote

from flask import Flask, Response, current_app, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user
from flask_wtf.csrf import generate_csrf
from werkzeug.exceptions import BadRequest

from marketplace.actions import upkeep
from marketplace.policy import ANYONE, Actor
from marketplace.queries import accounts
from marketplace.rules.roles import PERMISSIONS, Role
from marketplace.web import delivery

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
TOUCH_EVERY = timedelta(minutes=5)
FRESH_SECONDS = 60
RETRY_SECONDS = 600

login = LoginManager()


def register(app: Flask) -> None:
    # Not init_app: it would read the session on every page, public ones too.
    setattr(app, "login_manager", login)  # noqa: B010 - where Flask-Login looks for it
    app.jinja_env.globals["current_user"] = current_user
    login.anonymous_user = lambda: ANYONE
    login.session_protection = None
    app.jinja_env.globals["csrf_token"] = generate_csrf
    app.before_request(come_in)
    app.after_request(leave)


@login.user_loader
def visitor(token: str) -> Actor | None:
    """Who holds the visit with this token; None once it ended."""
    found = accounts.visitor(ANYONE, token)
    if found is None:
        return None
    actor, token_hash, seen_at, now = found
    if now - seen_at > TOUCH_EVERY:
        upkeep.touch(token_hash, seen_at)
    return actor


def permission_of_route() -> str | None:
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "permission", None)


def come_in() -> ResponseReturnValue | None:
    """Public pages ask nobody who they are; the others ask for a sign-in first."""
    if any("\0" in part for part in (request.path, *chain.from_iterable(request.args.items(multi=True)))):
        # Nothing is kept under such an address, and PostgreSQL does not take the question.
        raise BadRequest
    permission = permission_of_route()
    if permission is None or Role.ANYONE in PERMISSIONS[permission]:
        return None
    if current_user.is_authenticated:
        return None
    if request.method == "POST":
        # What was typed comes back, to be sent again after signing in elsewhere.
        sent = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
        return render_template("errors/signed_out.html", sent=sent, csrf_token=generate_csrf), 401
    return redirect(f"/sign-in?next={quote(request.full_path.rstrip('?'))}", code=303)


def leave(response: Response) -> Response:
    """Security headers on everything; public pages may be kept a short while, others never."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if response.status_code == 503:
        headers["Retry-After"] = str(RETRY_SECONDS)
    if permission_of_route() == "public:read" and response.status_code == 200:
        return _cacheable(response)
    headers.setdefault("Cache-Control", "no-store")
    return response


def _cacheable(response: Response) -> Response:
    # The tag is the page itself: whatever is shown, days left included, changes it.
    # It is weak because the page is sent compressed or not.
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:32], weak=True)
    response.cache_control.public = True
    response.cache_control.max_age = min(FRESH_SECONDS, g.get("fresh_seconds", FRESH_SECONDS))
    response.make_conditional(request)
    delivery.compress(response)
    return response
