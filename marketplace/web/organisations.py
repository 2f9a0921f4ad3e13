"""Pages of organisations: one's own, registering one, its members, and verifying authorities."""

from __future__ import annotations

from flask import flash, render_template
from flask.typing import ResponseReturnValue

from marketplace.actions import organisations
from marketplace.queries import organisations as queries
from marketplace.rules import limits
from marketplace.rules.refusals import Refused
from marketplace.web.accounts import press
from marketplace.web.fields import (
    CheckboxesField,
    ConfirmField,
    EmailField,
    PageForm,
    ProseField,
    RadioField,
    TextField,
)
from marketplace.web.page import Pages, actor, see
from marketplace.web.words import said

pages = Pages("organisations", __name__)

KINDS = [
    ("authority", "A public authority", {"hint": "It publishes challenges. An operator verifies it first."}),
    ("supplier", "A supplier", {"hint": "It answers them: a firm, a charity, a university, or a team."}),
]  # fmt: skip
MARKS = [
    ("is_sme", "A small or medium-sized enterprise", {"hint": "Fewer than 250 people."}),
    ("is_non_profit", "A non-profit"),
    ("not_company", "Not a company yet", {"hint": "You can take part, and register one before a contract."}),
]


class OrganisationForm(PageForm):
    kind = RadioField("What is it?", choices=KINDS, required="Choose what it is")
    name = TextField("Name", longest=limits.NAME, autocomplete="organization", required="Enter its name")
    address = TextField(
        "Address", longest=limits.SUMMARY, hint="Street, place and postcode, as registered.",
        required="Enter its address",
    )  # fmt: skip
    website = TextField(
        "Website", longest=limits.SUMMARY, optional=True, autocomplete="url", spellcheck=False
    )
    company_number = TextField(
        "Company or charity number", longest=20, width=10, optional=True, spellcheck=False
    )
    description = ProseField(
        "What it does", longest=limits.MESSAGE, words=100, rows=4, optional=True, hint="One or two sentences."
    )
    marks = CheckboxesField("What describes it?", choices=MARKS, hint="For suppliers. Choose all that apply.")


class MemberForm(PageForm):
    email = EmailField(
        "E-mail address", autocomplete="off", required="Enter their e-mail address",
        hint="They need an account here first.",
    )  # fmt: skip
    administrator = ConfirmField("They can add and remove members too")


@pages.page("/desk/organisations", "desk:see")
def mine() -> ResponseReturnValue:
    return render_template("organisations/mine.html", organisations=queries.own(actor()))


@pages.page("/desk/organisations/new", "organisation:register", post=True)
def new() -> ResponseReturnValue:
    form = OrganisationForm()
    if not form.validate_on_submit():
        return _new(form)
    marks = form.marks.data or []
    try:
        slug = organisations.register.once(form.once.data)(
            actor(), name=form.name.data, kind=form.kind.data, address=form.address.data,
            website=form.website.data or "", company_number=form.company_number.data or "",
            description=form.description.data or "", is_sme="is_sme" in marks,
            is_non_profit="is_non_profit" in marks, is_company="not_company" not in marks,
        )  # fmt: skip
    except Refused as no:
        return _new(form, no)
    flash("It is registered, and you are its administrator.")
    return see(f"/desk/organisations/{slug}")


@pages.page("/desk/organisations/<slug>", "organisation:see")
def inside(slug: str) -> ResponseReturnValue:
    return _inside(slug, MemberForm())


@pages.page("/desk/organisations/<slug>/members", "organisation:edit", post=True)
def add_member(slug: str) -> ResponseReturnValue:
    form = MemberForm()
    if not form.validate_on_submit():
        return _inside(slug, form)
    email, administrator = form.email.data, bool(form.administrator.data)
    try:
        organisations.add_member(actor(), slug, email, administrator, once=form.once.data)
    except Refused as no:
        if no.kind == "missing":
            raise
        return _inside(slug, form, no)
    flash(f"{email} can work for it now, and is told by e-mail.")
    return see(f"/desk/organisations/{slug}")


@pages.page("/desk/organisations/<slug>/members/<ref>/remove", "organisation:edit", post=True)
def remove_member(slug: str, ref: str) -> ResponseReturnValue:
    if not press():
        return see(f"/desk/organisations/{slug}")
    try:
        organisations.remove_member(actor(), slug, ref)
    except Refused as no:
        if no.kind == "missing":
            raise
        return _inside(slug, MemberForm(formdata=None), no)
    flash("They no longer work for it.")
    gone = ref == actor().ref
    return see("/desk/organisations" if gone else f"/desk/organisations/{slug}")


@pages.page("/desk/verifications", "organisation:verify")
def verifications() -> ResponseReturnValue:
    return render_template("organisations/verifications.html", waiting=queries.unverified(actor()))


@pages.page("/desk/verifications/<slug>", "organisation:verify", post=True)
def verify(slug: str) -> ResponseReturnValue:
    if press():
        organisations.verify(actor(), slug)
        flash("It is verified, and its administrators are told.")
    return see("/desk/verifications")


def _new(form: OrganisationForm, no: Refused | None = None) -> ResponseReturnValue:
    sentence, status = (said(no), no.status) if no else ("", 422 if form.errors else 200)
    if no is not None and no.code == "organisation.website":
        form.website.errors, sentence = [sentence], ""
    return render_template("organisations/new.html", form=form, sentence=sentence), status


def _inside(slug: str, form: MemberForm, no: Refused | None = None) -> ResponseReturnValue:
    sentence, status = (said(no), no.status) if no else ("", 422 if form.errors else 200)
    if no is not None and no.code == "organisation.member_unknown":
        form.email.errors, sentence = [sentence], ""
    household = queries.inside(actor(), slug)
    return render_template("organisations/inside.html", it=household, form=form, sentence=sentence), status
