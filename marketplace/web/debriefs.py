"""Pages on which a supplier asks back about its summary, and the lead answers."""

from __future__ import annotations

from flask import flash, render_template
from flask.typing import ResponseReturnValue

from marketplace.actions import debriefs as acts
from marketplace.queries import debriefs, summaries
from marketplace.rules import limits
from marketplace.rules.refusals import Refused
from marketplace.web.fields import ConfirmField, PageForm, ProseField
from marketplace.web.page import STAGE, Pages, actor, see, send
from marketplace.web.words import _
from marketplace.words import N_

pages = Pages("debriefs", __name__)

DEBRIEFS = f"{STAGE}/debriefs"


class AskForm(PageForm):
    question = ProseField(
        N_("Your question"), words=limits.DEBRIEF_WORDS, rows=6, optional=True,
        hint=N_("One question, which is answered once. Point to the criterion or the reason that it is about."),
    )  # fmt: skip
    meeting = ConfirmField(N_("We would like to meet and talk about it"))


class AnswerForm(PageForm):
    answer = ProseField(
        N_("Your answer"), words=limits.DEBRIEF_ANSWER_WORDS, rows=8, required=N_("Write the answer"),
        hint=N_("Speak of its own proposal and of what the summary says. Leave rivals out."),
    )  # fmt: skip


@pages.page("/desk/proposals/<ref>/summary/question", "proposal:edit", post=True)
def ask(ref: str) -> ResponseReturnValue:
    record = summaries.own_summary(actor(), ref)
    if record.replaced:
        raise Refused("missing")
    form = AskForm()
    form.question.language = record.own_language

    def act(once: str) -> bool:
        acts.ask.once(once)(actor(), ref, form.question.data or "", form.meeting.data)
        return True

    sent = send(form, act, twice=True)
    if sent.results:
        flash(_("Sent to the lead. The answer comes beside the summary."))
        return see(f"/desk/proposals/{ref}/summary")
    return render_template(
        "debriefs/ask.html", record=record, form=form, again=sent.again, sentence=sent.sentence
    ), sent.status


@pages.page(DEBRIEFS, "debrief:answer")
def listing(ref: str, stage: int) -> ResponseReturnValue:
    return render_template("debriefs/list.html", it=debriefs.debriefs(actor(), ref, stage))


@pages.page(f"{DEBRIEFS}/<letter>", "debrief:answer", post=True)
def answer(ref: str, stage: int, letter: str) -> ResponseReturnValue:
    record = debriefs.debriefs(actor(), ref, stage)
    asked = record.waiting(letter)
    form = AnswerForm()
    form.answer.language = record.language

    def act(once: str) -> bool:
        acts.answer.once(once)(actor(), ref, stage, letter, form.answer.data)
        return True

    sent = send(form, act, twice=True)
    if sent.results:
        flash(_("Sent to everyone who works for {supplier}.", supplier=asked.supplier))
        return see(f"/desk/challenges/{ref}/stages/{stage}/debriefs")
    return render_template(
        "debriefs/answer.html", it=record, asked=asked, form=form, again=sent.again, sentence=sent.sentence
    ), sent.status
