"""Pages of an account: registering, confirming, signing in and out, a new password, one's own page."""

from __future__ import annotations

import re
from typing import Any

from flask import Response, after_this_request, current_app, flash, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import login_user, logout_user
from flask_wtf import FlaskForm
from wtforms.validators import ValidationError

from marketplace.actions import accounts, visits
from marketplace.policy import ANYONE
from marketplace.queries import accounts as queries
from marketplace.rules import limits, tokens
from marketplace.rules.cookies import BROWSER
from marketplace.rules.refusals import Refused
from marketplace.rules.wording import ROLE_NAMES
from marketplace.web.fields import EmailField, PageForm, PasswordField, ProseField, TextField
from marketplace.web.page import Pages, actor, see
from marketplace.web.words import _, said
from marketplace.words import N_

pages = Pages("accounts", __name__)

# A key as `tokens.new` makes it; whatever else stands in the cookie is none.
KEY = re.compile(r"[A-Za-z0-9_-]{43}")


class NewPasswordField(PasswordField):
    """A password that somebody makes up; the hint says what it needs."""

    autocomplete = "new-password"
    longest = limits.PASSWORD

    @property
    def hint(self) -> str:  # type: ignore[override]  # spelled when it is drawn, in its language
        return _(
            "At least {least} characters. A few words that only you would put together work well.",
            least=limits.PASSWORD_LEAST,
        )


def name_field() -> TextField:
    return TextField(
        N_("Your name"), longest=limits.NAME, autocomplete="name", required=N_("Enter your name"),
        hint=N_("As colleagues know you. The public does not see it."),
    )  # fmt: skip


class RegisterForm(PageForm):
    name = name_field()
    email = EmailField(N_("E-mail address"), required=N_("Enter your e-mail address"))
    password = NewPasswordField(N_("Password"), required=N_("Enter a password"))


class SignInForm(PageForm):
    email = EmailField(N_("E-mail address"), required=N_("Enter your e-mail address"))
    password = PasswordField(N_("Password"), longest=limits.PASSWORD, required=N_("Enter your password"))


class AskForm(PageForm):
    email = EmailField(N_("E-mail address"), required=N_("Enter your e-mail address"))


class PasswordForm(PageForm):
    password = NewPasswordField(N_("New password"), required=N_("Enter a password"))


class NameForm(PageForm):
    name = name_field()


class WorkedForForm(PageForm):
    organisations = ProseField(
        N_("Organisations you worked for in the last five years"), rows=5, longest=limits.EMPLOYERS * limits.NAME,
        hint=N_("One a line, by the name that the public knows."),
    )  # fmt: skip

    def validate_organisations(self, field: ProseField) -> None:
        lines = (field.data or "").split("\n")
        if len(lines) > limits.EMPLOYERS or any(len(line) > limits.NAME for line in lines):
            raise ValidationError(
                _(
                    "Use at most {most} lines of {longest} characters.",
                    most=limits.EMPLOYERS,
                    longest=limits.NAME,
                )
            )


def current_field() -> PasswordField:
    return PasswordField(
        N_("Your password"), longest=limits.PASSWORD, required=N_("Enter your password"),
        hint=N_("So that nobody else does this while you are away."),
    )  # fmt: skip


class OtherPasswordForm(PageForm):
    current = PasswordField(
        N_("Your password so far"), longest=limits.PASSWORD, required=N_("Enter your password so far")
    )
    password = NewPasswordField(N_("New password"), required=N_("Enter a new password"))


class Press(FlaskForm):
    """A button by itself: nothing but the guard against forgery."""


@pages.page("/register", "account:enter", post=True)
def register() -> ResponseReturnValue:
    form = RegisterForm()
    if not form.validate_on_submit():
        return form_page("accounts/register.html", form)
    try:
        answer = accounts.register(
            ANYONE, form.name.data, form.email.data, form.password.data, client=client(), once=form.once.data
        )
    except Refused as no:
        return form_page("accounts/register.html", form, no)
    return sent("/register/sent", form.email.data, answer)


@pages.page("/register/sent", "account:enter")
def register_sent() -> ResponseReturnValue:
    return render_template("accounts/register_sent.html", mailed=mailed())


@pages.page("/confirm/<token>", "account:enter", post=True)
def confirm(token: str) -> ResponseReturnValue:
    """Asking for the page changes nothing, so that a scanner of mail does not use the link up."""
    form = Press()
    if form.validate_on_submit():
        accounts.confirm(ANYONE, token)
        flash(_("Your e-mail address is confirmed. You can sign in now."))
        return see("/sign-in")
    if not queries.link_works(ANYONE, token, "confirm"):
        return render_template("accounts/link_used.html", again="/register", words=_("Register again")), 422
    return form_page("accounts/confirm.html", form)


@pages.page("/sign-in", "account:enter", post=True)
def sign_in() -> ResponseReturnValue:
    target = wanted()
    if request.method == "GET" and actor().is_authenticated:
        return see(target)
    form = SignInForm()
    if not form.validate_on_submit():
        return form_page("accounts/sign_in.html", form)
    try:
        enter(form.email.data, form.password.data)
    except Refused as no:
        return form_page("accounts/sign_in.html", form, no)
    return see(target)


@pages.page("/sign-out", "account:enter", post=True)
def sign_out() -> ResponseReturnValue:
    if not press():
        return see("/account")
    if actor().is_authenticated:
        visits.sign_out(actor(), actor().visit)
    return gone(_("You are signed out."))


@pages.page("/password", "account:enter", post=True)
def password() -> ResponseReturnValue:
    form = AskForm()
    if not form.validate_on_submit():
        return form_page("accounts/password.html", form)
    try:
        answer = accounts.ask_reset(ANYONE, form.email.data, client=client(), once=form.once.data)
    except Refused as no:
        return form_page("accounts/password.html", form, no)
    return sent("/password/sent", form.email.data, answer)


@pages.page("/password/sent", "account:enter")
def password_sent() -> ResponseReturnValue:
    return render_template("accounts/password_sent.html", mailed=mailed())


@pages.page("/password/<token>", "account:enter", post=True)
def new_password(token: str) -> ResponseReturnValue:
    form = PasswordForm()
    if request.method == "GET" and not queries.link_works(ANYONE, token, "reset"):
        return render_template(
            "accounts/link_used.html", again="/password", words=_("Ask for a new link")
        ), 422
    if not form.validate_on_submit():
        return form_page("accounts/new_password.html", form)
    try:
        accounts.reset(ANYONE, token, form.password.data, client=client())
    except Refused as no:
        return form_page("accounts/new_password.html", form, no)
    return gone(_("Your password is changed, and every visit is signed out. Sign in with the new one."))


@pages.page("/account", "account:keep")
def account() -> ResponseReturnValue:
    return render_template(
        "accounts/account.html", account=queries.own(actor()), role_names=ROLE_NAMES, mailed=mailed()
    )


@pages.page("/account/name", "account:keep", post=True)
def name() -> ResponseReturnValue:
    form = NameForm(name=actor().name)
    no = None
    if form.validate_on_submit():
        try:
            accounts.rename(actor(), form.name.data)
            flash(_("Your name is {name} now.", name=form.name.data))
            return see("/account")
        except Refused as refused:
            no = refused
    return form_page("accounts/name.html", form, no)


@pages.page("/account/worked-for", "account:keep", post=True)
def worked_for() -> ResponseReturnValue:
    form = WorkedForForm(organisations="\n".join(queries.own(actor()).worked_for))
    no = None
    if form.validate_on_submit():
        try:
            accounts.save_worked_for.once(form.once.data or "")(actor(), form.organisations.data or "")
            flash(_("Kept. Only you see it, as hints while you declare your interests."))
            return see("/account")
        except Refused as refused:
            no = refused
    return form_page("accounts/worked_for.html", form, no)


@pages.page("/account/password", "account:keep", post=True)
def other_password() -> ResponseReturnValue:
    form = OtherPasswordForm()
    no = None
    if form.validate_on_submit():
        try:
            accounts.change_password(actor(), form.current.data, form.password.data, once=form.once.data)
            flash(_("Your password is changed, and every other visit is signed out."))
            return see("/account")
        except Refused as refused:
            no = refused
    return form_page("accounts/other_password.html", form, no)


@pages.page("/account/visits/<ref>/end", "account:keep", post=True)
def end_visit(ref: str) -> ResponseReturnValue:
    if press():
        visits.end(actor(), ref)
        flash(_("That visit is signed out."))
    return see("/account")


@pages.page("/account/visits/end-others", "account:keep", post=True)
def end_other_visits() -> ResponseReturnValue:
    if press():
        visits.end_others(actor())
        flash(_("Every other visit is signed out."))
    return see("/account")


def enter(email: str, password: str) -> None:
    """Begin a visit and put its token into this browser's cookie; what stood there before is gone.

    Refuses what `accounts.sign_in` refuses.
    """
    key = request.cookies.get(BROWSER.name, "")
    if not KEY.fullmatch(key):
        key = tokens.new()
    browser = request.user_agent.string
    token = accounts.sign_in(ANYONE, email, password, browser, client=client(), device=key)
    found = queries.visitor(ANYONE, token)
    if found is None:
        raise Refused("sign_in.wrong")
    session.clear()
    login_user(found[0])
    _keep_key(key)


def _keep_key(key: str) -> None:
    """Let this browser keep its key, from now on for as long as browsers keep one."""

    @after_this_request
    def keep(response: Response) -> Response:
        response.set_cookie(
            BROWSER.name, key, max_age=BROWSER.lasts, secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True, samesite="Lax",
        )  # fmt: skip
        return response


def wanted() -> str:
    """The page that asked for a sign-in, remembered in this browser while somebody registers first."""
    if "next" in request.args:
        session["next"] = local(request.args["next"])
    return str(session.get("next", "/desk"))


def local(address: str) -> str:
    """Where to go after signing in: a path of this site, or one's work."""
    plain = address.isprintable() and len(address) <= 2000 and "\\" not in address
    return address if plain and address.startswith("/") and not address.startswith("//") else "/desk"


def gone(words: str) -> ResponseReturnValue:
    """After a visit has ended: this browser forgets it, and is told why on the page to sign in."""
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


def client() -> str:
    """From where the request comes, to count tries."""
    return request.remote_addr or ""


def sent(address: str, email: str, answer: dict[str, str]) -> ResponseReturnValue:
    """To the page that says where a message went, and what it holds where that may be shown."""
    session["mailed"] = {"on": address, "email": email, **answer}
    return see(address)


def mailed() -> dict[str, str]:
    """What `sent` kept for this page."""
    kept = session.get("mailed") or {}
    return kept if kept.get("on") == request.path else {}


# Refusals that belong to one field, rather than to the whole form.
FIELDS = {
    "account.password_wrong": "current",
    "undertaking.missing": "undertaking",
    "address.same": "email",
    "account.password_short": "password",
    "account.password_common": "password",
}


def form_page(template: str, form: FlaskForm, no: Refused | None = None, **more: Any) -> ResponseReturnValue:
    """The form's page; after a refusal or an error as it was sent, with what is wrong."""
    if no is None:
        return render_template(template, form=form, sentence="", **more), 422 if form.errors else 200
    sentence = said(no)
    if no.code in FIELDS:
        field = form[FIELDS[no.code]]
        field.errors = [*field.errors, sentence]
        sentence = ""
    return render_template(template, form=form, sentence=sentence, **more), no.status
