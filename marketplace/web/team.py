"""The team of a challenge: who does what, who is still missing, and what is recorded of talks and notices."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms.validators import ValidationError

from marketplace.actions import challenges, roles
from marketplace.queries import authoring
from marketplace.queries.authoring import Work
from marketplace.rules import limits
from marketplace.rules.lifecycle import ENDED_STATES
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import ON_CHALLENGE, PERMISSIONS
from marketplace.rules.wording import NOTICE_KINDS, ROLES, TEAM_GAPS
from marketplace.web.fields import (
    ConfirmField,
    DateField,
    EmailField,
    PageForm,
    ProseField,
    RadioField,
    TextField,
)
from marketplace.web.page import Pages, actor, see
from marketplace.web.tasks import WRITING_STATES, portal_of
from marketplace.web.words import said

pages = Pages("team", __name__)


class AppointForm(PageForm):
    email = EmailField("E-mail address", required="Enter the e-mail address of somebody with an account")
    role = RadioField(
        "Role",
        choices=[(str(role), str(role).capitalize(), {"hint": ROLES[role]}) for role in ON_CHALLENGE],
        required="Choose a role",
    )
    external = ConfirmField("From outside the authority", hint="For experts on the panel, and observers.")


class TapForm(FlaskForm):
    """One button, guarded against forgery; what it does twice is what it does once."""


class MeetingForm(PageForm):
    met = TextField(
        "Whom you met",
        required="Enter whom you met",
        longest=limits.NAME,
        hint="The organisation; no names of persons.",
    )
    given = ProseField(
        "What they were given",
        required="Say what they were given",
        longest=limits.MESSAGE,
        rows=4,
        hint="Everything said or handed over that others do not have. It becomes public at opening.",
    )
    met_on = DateField("Day", required="Enter the day")


class PortalForm(PageForm):
    kind = RadioField(
        "Which notice", choices=list(NOTICE_KINDS.items()), required="Choose which notice it is"
    )
    number = TextField("Number", required="Enter the notice’s number", longest=100, width=20)
    link = TextField("Address of the notice", optional=True, longest=500, inputmode="url")
    published_on = DateField("Published on", required="Enter the day on which it was published")

    def validate_link(self, field: TextField) -> None:
        if field.data and not field.data.startswith(("https://", "http://")):
            raise ValidationError("Enter an address that begins with https://")


@pages.page("/desk/challenges/<ref>/team", "challenge:work", post=True)
def team(ref: str) -> ResponseReturnValue:
    record = authoring.work(actor(), ref)
    form = AppointForm(formdata=None)
    if request.method != "POST":
        return _team_page(record, form)
    tap = TAPS.get(request.form.get("do", ""))
    if tap is None:
        return _appoint(record)
    if not TapForm().validate():
        return _team_page(record, form, 422, "This page was open too long. Nothing is sent. Try again.")
    try:
        flash(tap(ref))
    except Refused as no:
        if no.kind not in ("conflict", "invalid"):
            raise
        return _team_page(record, form, no.status, said(no))
    return see(f"/desk/challenges/{ref}/team")


def _appoint(record: Work) -> ResponseReturnValue:
    form = AppointForm()
    if not form.validate():
        return _team_page(record, form, 422)
    try:
        roles.appoint.once(form.once.data)(
            actor(), record.ref, form.email.data, form.role.data, form.external.data
        )
    except Refused as no:
        if no.kind not in ("conflict", "invalid"):
            raise
        return _team_page(record, form, no.status, said(no))
    flash(f"{form.email.data} is {form.role.data} now.")
    return see(f"/desk/challenges/{record.ref}/team")


def _accept(ref: str) -> str:
    roles.accept(actor(), ref)
    return "You accepted. Thank you."


def _declare(ref: str) -> str:
    roles.declare_no_interest(actor(), ref)
    return "Your declaration is recorded."


def _remove(ref: str) -> str:
    person, role = (request.form.get(name, "")[:40] for name in ("person", "role"))
    if not f"{person}{role}".isprintable():
        raise Refused("missing")
    roles.remove(actor(), ref, person, role)
    return "The role has ended."


TAPS: dict[str, Callable[[str], str]] = {"accept": _accept, "no-interest": _declare, "remove": _remove}


def _team_page(record: Work, form: AppointForm, status: int = 200, sentence: str = "") -> ResponseReturnValue:
    can_appoint = bool(record.roles & PERMISSIONS["challenge:appoint"])
    page = render_template(
        "authoring/team.html",
        work=record,
        form=form,
        tap=TapForm(formdata=None),
        sentence=sentence,
        can_appoint=can_appoint and record.state not in ENDED_STATES,
        can_remove=can_appoint and record.state in WRITING_STATES,
        gaps=[TEAM_GAPS[code] for code in record.team_gaps],
        to_accept=[member for member in record.mine() if not member.accepted],
        to_declare=[member for member in record.mine() if member.role == "opener" and not member.no_interest],
        meanings=ROLES,
    )
    return page, status


@pages.page("/desk/challenges/<ref>/meetings", "challenge:work", post=True)
def meetings(ref: str) -> ResponseReturnValue:
    form = MeetingForm()
    allowed = "challenge:engage"
    return _record(
        "meetings",
        ref,
        form,
        allowed,
        lambda: challenges.record_meeting.once(form.once.data)(
            actor(), ref, form.met.data, form.given.data, form.met_on.data or date.min
        ),
    )


@pages.page("/desk/challenges/<ref>/portal-notices", "challenge:work", post=True)
def portal_notices(ref: str) -> ResponseReturnValue:
    form = PortalForm()
    return _record(
        "portal-notices",
        ref,
        form,
        "challenge:report",
        lambda: challenges.record_portal_notice.once(form.once.data)(
            actor(),
            ref,
            form.kind.data,
            form.number.data,
            form.link.data or "",
            form.published_on.data or date.min,
        ),
    )


def _record(
    name: str, ref: str, form: PageForm, permission: str, keep: Callable[[], None]
) -> ResponseReturnValue:
    """A page with what is recorded so far and a form for one more."""
    record = authoring.work(actor(), ref)
    sentence, status = "", 200
    if form.validate_on_submit():
        try:
            keep()
            flash("Recorded.")
            return see(f"/desk/challenges/{ref}/{name}")
        except Refused as no:
            if no.kind not in ("conflict", "invalid"):
                raise
            sentence, status = said(no), no.status
    elif form.is_submitted():
        status = 422
    page = render_template(
        f"authoring/{name}.html",
        work=record,
        form=form,
        sentence=sentence,
        portal=portal_of(record),
        kinds=NOTICE_KINDS,
        can_write=bool(record.roles & PERMISSIONS[permission]),
    )
    return page, status
