"""The team of a challenge: who does what, who is still missing, and what is recorded of talks and notices."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms.validators import ValidationError

from marketplace.actions import challenges, experts, roles
from marketplace.queries import authoring, invitations, practice
from marketplace.queries.authoring import Work
from marketplace.rules import limits, undertaking
from marketplace.rules.lifecycle import ENDED_STATES
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import ON_CHALLENGE, PERMISSIONS, SCORERS
from marketplace.rules.wording import NOTICE_KINDS, ROLE_NAMES, ROLE_WORDS, ROLES, TEAM_GAPS
from marketplace.web.accounts import mailed
from marketplace.web.experts import remember, undertaking_field
from marketplace.web.fields import (
    ConfirmField,
    DateField,
    EmailField,
    PageForm,
    ProseField,
    RadioField,
    TextField,
)
from marketplace.web.page import Pages, actor, see, send
from marketplace.web.tasks import portal_of
from marketplace.web.words import _, said
from marketplace.words import N_

pages = Pages("team", __name__)


class AppointForm(PageForm):
    email = EmailField(N_("E-mail address"), autocomplete="off", required=N_("Enter their e-mail address"))
    role = RadioField(
        N_("Role"),
        choices=[(str(role), ROLE_NAMES[role], {"hint": ROLES[role]}) for role in ON_CHALLENGE],
        required=N_("Choose a role"),
    )
    external = ConfirmField(
        N_("From outside the authority"),
        hint=N_(
            "For experts on the panel, and observers. They get a link, need no account yet, and give an undertaking."
        ),
    )


class TapForm(FlaskForm):
    """One button, guarded against forgery; what it does twice is what it does once."""

    undertaking = undertaking_field()


class MeetingForm(PageForm):
    met = TextField(
        N_("Whom you met"),
        required=N_("Enter whom you met"),
        longest=limits.NAME,
        hint=N_("The organisation; no names of persons."),
    )
    given = ProseField(
        N_("What they were given"),
        required=N_("Say what they were given"),
        longest=limits.MESSAGE,
        rows=4,
        hint=N_("Everything said or handed over that others do not have. It becomes public at opening."),
    )
    met_on = DateField(N_("Day"), required=N_("Enter the day"))


class PortalForm(PageForm):
    kind = RadioField(
        N_("Which notice"), choices=list(NOTICE_KINDS.items()), required=N_("Choose which notice it is")
    )
    number = TextField(N_("Number"), required=N_("Enter the notice’s number"), longest=100, width=20)
    link = TextField(N_("Address of the notice"), optional=True, longest=500, inputmode="url")
    published_on = DateField(N_("Published on"), required=N_("Enter the day on which it was published"))

    def validate_link(self, field: TextField) -> None:
        if field.data and not field.data.startswith(("https://", "http://")):
            raise ValidationError(_("Enter an address that begins with https://"))


@pages.page("/desk/challenges/<ref>/team", "challenge:work", post=True)
def team(ref: str) -> ResponseReturnValue:
    record = authoring.work(actor(), ref)
    form = AppointForm()
    tap = TAPS.get(request.form.get("do", ""))
    if tap is not None:
        return _tap(record, *tap)
    sent = send(form, lambda once: _appoint(record, form, once))
    for name in sent.results:
        flash(name)
        return see(f"/desk/challenges/{ref}/team")
    return _team_page(record, form, sent.status, sent.sentence)


def _appoint(record: Work, form: AppointForm, once: str) -> str:
    email, role = form.email.data or "", form.role.data
    if form.external.data:
        remember(record.ref, email, experts.invite(actor(), record.ref, email, role, once=once))
        return _("{email} is invited. The message tells them what to do.", email=email)
    person = roles.appoint.once(once)(actor(), record.ref, email, role)
    if person == actor().ref:
        return _("You are {role} now.", role=_(ROLE_WORDS[role]))
    return _(
        "{email} is asked to be {role}. It is theirs once they accept.", email=email, role=_(ROLE_WORDS[role])
    )


TAPS: dict[str, tuple[Callable[[str, TapForm], None], str]] = {
    "accept": (
        lambda ref, form: roles.accept(actor(), ref, bool(form.undertaking.data)),
        N_("You accepted. Thank you."),
    ),
    "no-interest": (
        lambda ref, _form: roles.declare_no_interest(actor(), ref),
        N_("Your declaration is recorded."),
    ),
}


def _tap(record: Work, act: Callable[[str, TapForm], None], done: str) -> ResponseReturnValue:
    form, tap = AppointForm(formdata=None), TapForm()
    if not tap.validate():
        return _team_page(record, form, 422, said(Refused("form.expired")))
    try:
        act(record.ref, tap)
    except Refused as no:
        if no.kind not in ("conflict", "invalid"):
            raise
        return _team_page(record, form, no.status, said(no))
    flash(_(done))
    return see(f"/desk/challenges/{record.ref}/team")


def _team_page(record: Work, form: AppointForm, status: int = 200, sentence: str = "") -> ResponseReturnValue:
    mine = record.mine()
    asked = [member for member in mine if not member.accepted and not member.asked]
    scores = bool({member.role for member in asked}.intersection(SCORERS))
    page = render_template(
        "authoring/team.html",
        work=record,
        form=form,
        tap=TapForm(formdata=None),
        sentence=sentence,
        can_appoint=bool(record.roles & PERMISSIONS["challenge:appoint"])
        and record.state not in ENDED_STATES,
        invitations=invitations.experts(actor(), record.ref),
        mailed=mailed(),
        wording=undertaking,
        once=form.once.data,
        gaps=[TEAM_GAPS[code] for code in record.team_gaps],
        to_accept=asked,
        to_score=scores,
        practice_first=scores and practice.comes_first(actor(), record.ref),
        to_take_over=[seat for seat in record.seats if seat.asked and seat.asked.is_you],
        to_declare=any(each.role == "opener" and each.acts and not each.no_interest for each in mine),
        names=ROLE_NAMES,
        words=ROLE_WORDS,
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
        lambda once: challenges.record_meeting.once(once)(
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
        lambda once: challenges.record_portal_notice.once(once)(
            actor(),
            ref,
            form.kind.data,
            form.number.data,
            form.link.data or "",
            form.published_on.data or date.min,
        ),
    )


def _record(
    name: str, ref: str, form: PageForm, permission: str, keep: Callable[[str], None]
) -> ResponseReturnValue:
    """A page with what is recorded so far and a form for one more."""
    record = authoring.work(actor(), ref)
    sent = send(form, keep)
    if sent.results:
        flash(_("Recorded."))
        return see(f"/desk/challenges/{ref}/{name}")
    page = render_template(
        f"authoring/{name}.html",
        work=record,
        form=form,
        sentence=sent.sentence,
        portal=portal_of(record),
        kinds=NOTICE_KINDS,
        can_write=bool(record.roles & PERMISSIONS[permission]),
    )
    return page, sent.status
