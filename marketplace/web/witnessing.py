"""Pages of one log that we watch: adding it, changing its keys, and watching it no more."""

from __future__ import annotations

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.actions import witnessing as actions
from marketplace.queries import witnessing as queries
from marketplace.rules import limits
from marketplace.web.accounts import press
from marketplace.web.fields import PageForm, ProseField, TextField
from marketplace.web.page import Pages, actor, see, send
from marketplace.web.witnesses import HOME
from marketplace.web.words import _
from marketplace.words import N_

pages = Pages("witnessing", __name__)

LOGS = f"{HOME}/logs"


class KeysForm(PageForm):
    vkeys = ProseField(
        N_("Its verifier keys"), longest=limits.MESSAGE, rows=3, required=N_("Enter its verifier key"),
        hint=N_("One a line, as its operator gave them. More than one only while it changes its key."),
    )  # fmt: skip


class LogForm(KeysForm):
    origin = TextField(
        N_("Its origin"), longest=limits.NAME, optional=True, spellcheck=False,
        hint=N_("The first line of its checkpoints. Leave it empty where that is the name in its key."),
    )  # fmt: skip


@pages.page(f"{LOGS}/add", "witness:keep", post=True)
def add() -> ResponseReturnValue:
    form, ours = LogForm(), queries.ours(actor())
    sent = send(
        form, lambda once: actions.add.once(once)(actor(), form.vkeys.data or "", form.origin.data or "")
    )
    if sent.results:
        flash(
            _(
                "We watch it from now on. It asks for our cosignature by itself, once its operator added our key."
            )
        )
        return see(HOME)
    return render_template(
        "witnesses/add_log.html", form=form, ours=ours, sentence=sent.sentence
    ), sent.status


@pages.page(f"{LOGS}/<int:number>/keys", "witness:keep", post=True)
def keys(number: int) -> ResponseReturnValue:
    it, form = queries.one(actor(), number), KeysForm()
    if request.method == "GET":
        form.vkeys.data = it.vkeys
    sent = send(form, lambda once: actions.change_keys.once(once)(actor(), number, form.vkeys.data or ""))
    if sent.results:
        flash(_("{origin} is cosigned by these keys from now on.", origin=it.origin))
        return see(HOME)
    return render_template("witnesses/keys.html", it=it, form=form, sentence=sent.sentence), sent.status


@pages.page(f"{LOGS}/<int:number>/remove", "witness:keep", post=True)
def remove(number: int) -> ResponseReturnValue:
    it = queries.one(actor(), number)
    if press():
        actions.remove(actor(), number)
        flash(_("{origin} is not cosigned any more.", origin=it.origin))
        return see(HOME)
    return render_template("witnesses/remove_log.html", it=it)
