"""Pages of an account: registering, confirming, signing in and out, a new password, one's own page."""

from __future__ import annotations

from flask import flash, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import login_user, logout_user
from flask_wtf import FlaskForm

from marketplace.actions import accounts
from marketplace.policy import ANYONE
from marketplace.queries import accounts as queries
from marketplace.rules import limits
from marketplace.rules.refusals import Refused
from marketplace.web.fields import EmailField, PageForm, PasswordField, TextField
from marketplace.web.page import Pages, actor, see
from marketplace.web.words import said

pages = Pages("accounts", __name__)

PASSWORD_HINT = (
    f"At least {limits.PASSWORD_LEAST} characters. A few words that only you would put together work well."
)


class RegisterForm(PageForm):
    name = TextField(
        "Your name", longest=limits.NAME, autocomplete="name", required="Enter your name",
        hint="As colleagues know you. The public does not see it.",
    )  # fmt: skip
    email = EmailField("E-mail address", required="Enter your e-mail address")
    password = PasswordField(
        "Password", autocomplete="new-password", longest=limits.PASSWORD, hint=PASSWORD_HINT,
        required="Enter a password",
    )  # fmt: skip


class SignInForm(PageForm):
    email = EmailField("E-mail address", required="Enter your e-mail address")
    password = PasswordField("Password", longest=limits.PASSWORD, required="Enter your password")


class AskForm(PageForm):
    email = EmailField("E-mail address", required="Enter your e-mail address")


class PasswordForm(PageForm):
    password = PasswordField(
        "New password", autocomplete="new-password", longest=limits.PASSWORD, hint=PASSWORD_HINT,
        required="Enter a password",
    )  # fmt: skip


class Press(FlaskForm):
    """A button by itself: nothing but the guard against forgery."""


@pages.page("/register", "account:enter", post=True)
def register() -> ResponseReturnValue:
    form = RegisterForm()
    if not form.validate_on_submit():
        return _form("accounts/register.html", form)
    try:
        answer = accounts.register(
            ANYONE, form.name.data, form.email.data, form.password.data, client=_client(), once=form.once.data
        )
    except Refused as no:
        return _form("accounts/register.html", form, no)
    return _sent("/register/sent", form.email.data, answer)


@pages.page("/register/sent", "account:enter")
def register_sent() -> ResponseReturnValue:
    return render_template("accounts/register_sent.html", **_mailed())


@pages.page("/confirm/<token>", "account:enter", post=True)
def confirm(token: str) -> ResponseReturnValue:
    """Asking for the page changes nothing, so that a scanner of mail does not use the link up."""
    form = Press()
    if form.validate_on_submit():
        accounts.confirm(ANYONE, token)
        flash("Your e-mail address is confirmed. You can sign in now.")
        return see("/sign-in")
    if not queries.link_works(ANYONE, token, "confirm"):
        return render_template("accounts/link_used.html", again="/register", words="Register again"), 422
    return _form("accounts/confirm.html", form)


@pages.page("/sign-in", "account:enter", post=True)
def sign_in() -> ResponseReturnValue:
    target = local(request.args.get("next", ""))
    if request.method == "GET" and actor().is_authenticated:
        return see(target)
    form = SignInForm()
    if not form.validate_on_submit():
        return _form("accounts/sign_in.html", form)
    try:
        token = accounts.sign_in(
            ANYONE, form.email.data, form.password.data, request.user_agent.string, client=_client()
        )
    except Refused as no:
        return _form("accounts/sign_in.html", form, no)
    begin(token)
    return see(target)


@pages.page("/sign-out", "account:enter", post=True)
def sign_out() -> ResponseReturnValue:
    if not press():
        return see("/account")
    if actor().is_authenticated:
        accounts.sign_out(actor(), actor().visit)
    return _gone("You are signed out.")


@pages.page("/password", "account:enter", post=True)
def password() -> ResponseReturnValue:
    form = AskForm()
    if not form.validate_on_submit():
        return _form("accounts/password.html", form)
    try:
        answer = accounts.ask_reset(ANYONE, form.email.data, client=_client(), once=form.once.data)
    except Refused as no:
        return _form("accounts/password.html", form, no)
    return _sent("/password/sent", form.email.data, answer)


@pages.page("/password/sent", "account:enter")
def password_sent() -> ResponseReturnValue:
    return render_template("accounts/password_sent.html", **_mailed())


@pages.page("/password/<token>", "account:enter", post=True)
def new_password(token: str) -> ResponseReturnValue:
    form = PasswordForm()
    if request.method == "GET" and not queries.link_works(ANYONE, token, "reset"):
        return render_template("accounts/link_used.html", again="/password", words="Ask for a new link"), 422
    if not form.validate_on_submit():
        return _form("accounts/new_password.html", form)
    try:
        accounts.reset(ANYONE, token, form.password.data, client=_client())
    except Refused as no:
        return _form("accounts/new_password.html", form, no)
    return _gone("Your password is changed, and every visit is signed out. Sign in with the new one.")


@pages.page("/account", "account:keep", post=True)
def account() -> ResponseReturnValue:
    if press():
        accounts.sign_out_everywhere(actor())
        return _gone("You are signed out everywhere.")
    return render_template("accounts/account.html", account=queries.own(actor()))


def begin(token: str) -> None:
    """Put a visit's token into this browser's cookie; what stood there before is gone."""
    found = queries.visitor(ANYONE, token)
    if found is None:
        raise Refused("sign_in.wrong")
    session.clear()
    login_user(found[0])


def local(address: str) -> str:
    """Where to go after signing in: a path of this site, or one's work."""
    plain = address.isprintable() and len(address) <= 2000 and "\\" not in address
    return address if plain and address.startswith("/") and not address.startswith("//") else "/desk"


def _gone(words: str) -> ResponseReturnValue:
    logout_user()
    session.clear()
    flash(words)
    return see("/sign-in")


def press() -> bool:
    """Whether a button was pressed; False for a visit of its address by hand.

    Refuses form.expired where the press came from no page of ours.
    """
    if request.method == "POST" and not Press().validate_on_submit():
        raise Refused("form.expired")
    return request.method == "POST"


def _client() -> str:
    return request.remote_addr or ""


def _sent(address: str, email: str, answer: dict[str, str]) -> ResponseReturnValue:
    session["mailed"] = {"email": email, **answer}
    return see(address)


def _mailed() -> dict[str, str]:
    kept = session.get("mailed") or {}
    return {"email": kept.get("email", ""), "link": kept.get("link", "")}


# Refusals that belong to one field, rather than to the whole form.
FIELDS = {"account.password_short": "password", "account.password_common": "password"}


def _form(template: str, form: FlaskForm, no: Refused | None = None) -> ResponseReturnValue:
    """The form's page; after a refusal or an error as it was sent, with what is wrong."""
    if no is None:
        return render_template(template, form=form, sentence=""), 422 if form.errors else 200
    sentence = said(no)
    if no.code in FIELDS:
        field = form[FIELDS[no.code]]
        field.errors = [*field.errors, sentence]
        sentence = ""
    return render_template(template, form=form, sentence=sentence), no.status
