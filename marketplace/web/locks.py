"""The page of reopened locks: the chair reopens one, and both versions stand beside each other."""

from __future__ import annotations

from flask import flash, render_template
from flask.typing import ResponseReturnValue

from marketplace.actions import locks as acts
from marketplace.queries import locks as queries
from marketplace.queries.locks import Locks
from marketplace.rules import limits
from marketplace.web.fields import PageForm, ProseField, RadioField
from marketplace.web.page import STAGE, Pages, Sent, actor, see, send
from marketplace.web.words import _
from marketplace.words import N_

pages = Pages("locks", __name__)


class ReopenForm(PageForm):
    person = RadioField(N_("Whose lock"), required=N_("Choose whose lock to reopen"))
    reason = ProseField(
        N_("Why"), rows=3, longest=limits.REASON, required=N_("Say why. It becomes part of the record."),
        hint=N_("Whoever locked reads it now, and an approver once the levels are final. It is not public."),
    )  # fmt: skip


@pages.page(f"{STAGE}/locks", "lock:see-reopened", post=True)
def locks(ref: str, stage: int) -> ResponseReturnValue:
    record = queries.locks(actor(), ref, stage)
    form = ReopenForm()
    form.person.choices = list(record.people)
    form.reason.language = record.place.language

    def reopen(once: str) -> str:
        acts.reopen.once(once)(actor(), ref, stage, form.person.data or "", form.reason.data or "")
        return dict(record.people)[form.person.data or ""]

    sent = send(form, reopen, twice=True) if record.reopens else Sent[str]()
    for name in sent.results:
        flash(_("The lock of {name} is reopened, and they are told why.", name=name))
        return see(f"{record.place.address}/locks")
    if sent.again:
        return render_template(
            "locks/check.html", record=record, form=form, again=sent.again, name=_chosen(record, form)
        )
    return render_template(
        "locks/locks.html", record=record, form=form, sentence=sent.sentence, criteria=_criteria(record)
    ), sent.status


def _chosen(record: Locks, form: ReopenForm) -> str:
    return dict(record.people).get(form.person.data or "", "")


def _criteria(record: Locks) -> dict[str, str]:
    return {each.id: each.name for each in record.place.content.criteria.criteria}
