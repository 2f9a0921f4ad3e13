"""One role of one person: its deputy, and the pages before it changes hands."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, render_template
from flask.typing import ResponseReturnValue

from marketplace.actions import deputies, experts, roles
from marketplace.queries import authoring, practice
from marketplace.queries.authoring import Work
from marketplace.queries.team import Member, Seat
from marketplace.rules import undertaking
from marketplace.rules.duties import HANDS, HandsWords
from marketplace.rules.lifecycle import HIDDEN_STATES
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import FROM_OUTSIDE, SCORERS
from marketplace.rules.wording import ROLE_NAMES, ROLE_WORDS, ROLES
from marketplace.web.experts import remember, undertaking_field
from marketplace.web.fields import ConfirmField, EmailField, PageForm
from marketplace.web.page import Pages, actor, see, send
from marketplace.web.words import _
from marketplace.words import N_

pages = Pages("deputies", __name__)

SEAT = "/desk/challenges/<ref>/team/<role>/<person>"
ASKS = ("name-deputy", "hand-over")
# After these the person may have nothing left on the challenge.
LEAVES = ("decline", "stop-deputy", "give-back")
IN_TRAIL = ("take-over", "sit-in", "return", "give-back")


class HandsForm(PageForm):
    """Whom to ask, and the undertaking of who comes from outside; taken away where they are not asked for."""

    email = EmailField(N_("E-mail address"), autocomplete="off", required=N_("Enter their e-mail address"))
    external = ConfirmField(
        N_("From outside the authority"),
        hint=N_("They get a link, need no account yet, and give an undertaking."),
    )
    undertaking = undertaking_field()


@dataclass(frozen=True)
class Place:
    """A seat in its challenge, with the names that its sentences may use."""

    work: Work
    seat: Seat

    @property
    def facts(self) -> dict[str, str]:
        deputy, asked = self.seat.deputy, self.seat.asked
        return {
            "holder": self.seat.holder.name,
            "deputy": deputy.name if deputy else "",
            "asked": asked.name if asked else "",
            "role": _(ROLE_WORDS[self.seat.role]),
        }

    @property
    def team(self) -> str:
        return f"/desk/challenges/{self.work.ref}/team"

    @property
    def address(self) -> str:
        return f"{self.team}/{self.seat.role}/{self.seat.holder.ref}"


@pages.page(SEAT, "challenge:work")
def seat(ref: str, role: str, person: str) -> ResponseReturnValue:
    here = _place(ref, role, person)
    return render_template(
        "authoring/seat.html",
        here=here,
        work=here.work,
        seat=here.seat,
        changes=[(code, _said(here, code)) for code, _member in here.work.changes(here.seat)],
        names=ROLE_NAMES,
        meanings=ROLES,
    )


@pages.page(f"{SEAT}/<change>", "challenge:change-hands", post=True)
def change(ref: str, role: str, person: str, change: str) -> ResponseReturnValue:
    here = _place(ref, role, person)
    whom = dict(here.work.changes(here.seat)).get(change)
    if whom is None:
        raise Refused("missing")
    form = _form(here, change, whom)
    sent = send(form, lambda once: _make(here, change, whom, form, once))
    for done in sent.results:
        flash(done)
        return see("/desk" if change in LEAVES else here.team)
    page = render_template(
        "authoring/hands.html",
        here=here,
        work=here.work,
        seat=here.seat,
        change=change,
        says=_said(here, change),
        form=form,
        sentence=sent.sentence,
        names=ROLE_NAMES,
        in_trail=change in IN_TRAIL and here.work.state not in HIDDEN_STATES,
        asks=change in ASKS,
        wording=undertaking,
        warning=change in ("give-back", "remove"),
        practice_first=change == "take-over"
        and here.seat.role in SCORERS
        and practice.comes_first(actor(), ref),
    )
    return page, sent.status


def _place(ref: str, role: str, person: str) -> Place:
    work = authoring.work(actor(), ref)
    for each in work.seats:
        if each.role == role and person in {member.ref for member in each.members}:
            return Place(work, each)
    raise Refused("missing")


def _said(here: Place, change: str) -> HandsWords:
    """The words of a change with its names in place."""
    words, facts = HANDS[change], here.facts
    return HandsWords(
        _(words.link), _(words.title, **facts), _(words.says, **facts), _(words.button), words.done
    )


def _form(here: Place, change: str, whom: Member) -> HandsForm:
    form = HandsForm()
    if change not in ASKS:
        del form.email
    if change not in ASKS or here.seat.role not in FROM_OUTSIDE:
        del form.external
    if change != "take-over" or not whom.external:
        del form.undertaking
    return form


def _make(here: Place, change: str, whom: Member, form: HandsForm, once: str) -> str:
    """Do it, and say what was done."""
    ref, role, holder = here.work.ref, str(here.seat.role), here.seat.holder.ref
    email = form.email.data or "" if "email" in form else ""
    external = bool("external" in form and form.external.data)
    done = HANDS[change].done
    match change:
        case "take-over":
            undertaken = bool("undertaking" in form and form.undertaking.data)
            deputies.take_over.once(once)(actor(), ref, role, undertaken)
        case "name-deputy" | "hand-over" if external:
            asked = experts.invite_to_seat(
                actor(), ref, holder, role, email, deputy=change == "name-deputy", once=once
            )
            remember(ref, email, asked)
        case "name-deputy":
            deputies.name.once(once)(actor(), ref, holder, role, email)
        case "sit-in":
            deputies.sit_in.once(once)(actor(), ref, holder, role)
        case "return":
            deputies.come_back.once(once)(actor(), ref, holder, role)
        case "hand-over":
            if deputies.hand_over.once(once)(actor(), ref, holder, role, email) == "made":
                done = N_("{deputy} acts as {role} now, for good.")
        case _other:
            roles.remove.once(once)(actor(), ref, whom.ref, role)
    return _(done, name=email, **here.facts)
