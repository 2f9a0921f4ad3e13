"""The operator's page of who watches our log and whose logs we watch; adding a witness, and removing one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import flash, render_template
from flask.typing import ResponseReturnValue

from marketplace.actions import witnesses as actions
from marketplace.queries import log, witnesses, witnessing
from marketplace.queries.witnesses import Watcher
from marketplace.queries.witnessing import Watched
from marketplace.rules import witnesses as rules
from marketplace.web.accounts import press
from marketplace.web.fields import LineField, PageForm, TextField
from marketplace.web.page import Pages, actor, see, send
from marketplace.web.words import _
from marketplace.words import N_

pages = Pages("witnesses", __name__)

HOME = "/desk/witnesses"


@dataclass(frozen=True)
class Row:
    """A witness or a log: how it stands, as a state whose mark fits and in words, and what is wrong since when."""

    it: Watcher | Watched
    state: str
    said: str
    wrong: str
    since: datetime | None


class WitnessForm(PageForm):
    url = TextField(
        N_("Address of the witness"), longest=rules.ADDRESS, spellcheck=False, required=N_("Enter its address"),
        hint=N_("For example https://neighbour.example/witness, as its operator gave it."),
    )  # fmt: skip
    vkey = LineField(
        N_("Its verifier key"), longest=500, spellcheck=False, required=N_("Enter its verifier key"),
        hint=N_("One line. Get it from its operator in person or by letter, not from a page that others may change."),
    )  # fmt: skip


@pages.page(HOME, "witness:keep")
def overview() -> ResponseReturnValue:
    return render_template(
        "witnesses/overview.html",
        watchers=[_watcher(each) for each in witnesses.watchers(actor())],
        logs=[_log(each) for each in witnessing.logs(actor())],
        ours=witnessing.ours(actor()),
        vkeys=log.vkeys(actor()),
    )


@pages.page(f"{HOME}/add", "witness:keep", post=True)
def add() -> ResponseReturnValue:
    form, ours = WitnessForm(), witnessing.ours(actor())
    sent = send(form, lambda once: actions.add.once(once)(actor(), form.url.data or "", form.vkey.data or ""))
    if sent.results:
        flash(_("It is asked from now on. How it answers stands here in a few seconds."))
        return see(HOME)
    return render_template("witnesses/add.html", form=form, ours=ours, sentence=sent.sentence), sent.status


@pages.page(f"{HOME}/<int:number>/remove", "witness:keep", post=True)
def remove(number: int) -> ResponseReturnValue:
    it = witnesses.watcher(actor(), number)
    if press():
        actions.remove(actor(), number)
        flash(_("{name} is not asked any more.", name=it.name))
        return see(HOME)
    return render_template("witnesses/remove.html", it=it)


def _watcher(it: Watcher) -> Row:
    if it.fault in rules.CONTRADICTIONS:
        state, said = "terminated", _("Contradicts our log")
    elif it.fault:
        state, said = "suspended", _("Does not cosign")
    elif it.seen_at:
        state, said = "awarded", _("Cosigns")
    else:
        state, said = "draft", _("Not asked yet")
    return Row(it, state, said, _(rules.FAULTS[it.fault]) if it.fault else "", it.failing_since)


def _log(it: Watched) -> Row:
    if it.fault == "fork":
        state, said = "terminated", _("Contradicts itself")
    elif it.fault:
        state, said = "suspended", _("A proof did not hold")
    elif it.seen_at:
        state, said = "awarded", _("Only grew")
    else:
        state, said = "draft", _("Nothing came yet")
    return Row(it, state, said, _(rules.REFUSED[it.fault]) if it.fault else "", it.fault_at)
