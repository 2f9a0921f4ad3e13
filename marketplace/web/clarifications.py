"""Pages of clarifications: the lead reads and asks, a supplier replies once."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from wtforms.validators import ValidationError

from marketplace.actions import clarifications as acts
from marketplace.queries import clarifications, opened
from marketplace.queries.clarifications import Overview
from marketplace.rules import replies
from marketplace.rules.refusals import CATALOGUE, Refused
from marketplace.web.eligibility import ReplyForm, day_choices, reply_page
from marketplace.web.fields import (
    CheckboxesField,
    ConfirmField,
    PageForm,
    ProseField,
    RadioField,
    SelectField,
    WholeField,
)
from marketplace.web.page import STAGE, Pages, Sent, actor, attachment, see, send
from marketplace.web.words import _, ngettext
from marketplace.words import N_

pages = Pages("clarifications", __name__)

KINDS: dict[str, str] = {
    "ambiguity": N_("Something is unclear"),
    "error": N_("An obvious error"),
    "missing": N_("Something is missing"),
}


class AskForm(PageForm):
    kind = RadioField(
        N_("What is it about?"), required=N_("Choose what it is about"),
        choices=[
            ("ambiguity", KINDS["ambiguity"], {"hint": N_("It can be read in two ways.")}),
            ("error", KINDS["error"], {"hint": N_("A slip that anybody sees, such as a wrong sum.")}),
            (
                "missing", KINDS["missing"],
                {"hint": N_("A fact, or what a document says, in words. It is asked of everyone who left it out.")},
            ),
        ],
    )  # fmt: skip
    letters = CheckboxesField(
        N_("Whom you ask"), required=N_("Choose whom you ask"),
        hint=N_("One, or where something is missing everyone in whose proposal it is missing."),
    )  # fmt: skip
    looked = ConfirmField(N_("I looked for the same omission in every proposal, and chose all that have it"))
    answer = SelectField(N_("The answer that it is about"))
    question = ProseField(
        N_("Your question"), rows=3, words=replies.QUESTION_WORDS, required=N_("Write your question"),
        hint=N_("Ask for what is unclear or missing, and for nothing new. A reply improves no answer."),
    )  # fmt: skip
    most = WholeField(
        N_("Most words of the reply"), least=replies.LEAST_WORDS, most=replies.MOST_WORDS, default=200,
        required=N_("Enter the most words of the reply"), suffix=N_("words"),
    )  # fmt: skip
    days = SelectField(N_("Time to reply"), required=N_("Choose one of these"))

    def validate_letters(self, field: CheckboxesField) -> None:
        if self.kind.data != "missing" and len(field.data or ()) > 1:
            raise ValidationError(_(CATALOGUE["clarification.one"][1]))

    def validate_looked(self, field: ConfirmField) -> None:
        if self.kind.data == "missing" and not field.data:
            raise ValidationError(_("Look for the same omission in every proposal first, and say so here"))


@pages.page(f"{STAGE}/clarifications", "stage:clarify")
def overview(ref: str, stage: int) -> ResponseReturnValue:
    record = clarifications.overview(actor(), ref, stage)
    return render_template("clarifications/overview.html", record=record, kinds=KINDS)


@pages.page(f"{STAGE}/reading/<letter>", "stage:clarify")
def reading(ref: str, stage: int, letter: str) -> ResponseReturnValue:
    record = clarifications.reading(actor(), ref, stage, letter)
    return render_template("clarifications/reading.html", record=record)


@pages.page(f"{STAGE}/reading/<letter>/files/<int:file_id>", "stage:clarify")
def file(ref: str, stage: int, letter: str, file_id: int) -> ResponseReturnValue:
    record = clarifications.reading(actor(), ref, stage, letter)
    if file_id not in {each.id for each in record.opened.files}:
        raise Refused("missing")
    return attachment(*opened.opened_file(actor(), file_id))


@pages.page(f"{STAGE}/clarifications/ask", "stage:clarify", post=True)
def ask(ref: str, stage: int) -> ResponseReturnValue:
    record = clarifications.overview(actor(), ref, stage)
    form = _ask_form(record)

    def act(once: str) -> int:
        given = (form.letters.data, form.kind.data, form.answer.data or "", form.question.data or "")
        return acts.ask.once(once)(actor(), ref, stage, *given, form.most.data, int(form.days.data))

    sent = send(form, act, twice=True) if record.open else Sent[int]()
    for count in sent.results:
        flash(ngettext("Asked. The supplier was told.", "Asked, all {n} at once. Each was told.", count))
        return see(f"{record.place.address}/clarifications")
    shown: dict[str, Any] = {"record": record, "form": form, "kinds": KINDS}
    if sent.again:
        asked = [each for each in record.names if each[0] in form.letters.data]
        others = [each for each in record.names if each not in asked]
        due = replies.due_at(record.now, int(form.days.data))
        return render_template(
            "clarifications/ask_check.html", again=sent.again, asked=asked, others=others, due=due, **shown
        )
    return render_template("clarifications/ask.html", sentence=sent.sentence, **shown), sent.status


@pages.page("/desk/proposals/<ref>/clarifications/<int:number>", "proposal:read-own", post=True)
def own(ref: str, number: int) -> ResponseReturnValue:
    record = clarifications.own(actor(), ref, number)
    form = ReplyForm()
    form.text.language, form.text.words = record.about.language, record.asked.words
    sent = send(
        form, lambda once: acts.reply.once(once)(actor(), ref, number, form.text.data or ""), twice=True
    )
    if sent.results:
        flash(_("We have your reply. The panel reads it beside your answer."))
        return see(f"/desk/proposals/{ref}/clarifications/{number}")
    return reply_page("clarifications/own.html", record, form, sent)


def _ask_form(record: Overview) -> AskForm:
    """The form, begun with the proposal and the answer that the page of a proposal led here from."""
    form = AskForm(
        data={
            "letters": request.args.getlist("letter")[:1],
            "answer": request.args.get("answer", ""),
            "most": 200,
        }
    )
    form.letters.choices = [
        (letter, _("{letter}. {name}", letter=letter, name=name)) for letter, name in record.names
    ]
    form.answer.choices = [("", _("The proposal as a whole"))] + [
        (id, _("Answer {n}. {question}", n=str(n), question=each.prompt)) for id, (n, each) in record.prompts.items()
    ]  # fmt: skip
    form.days.choices = day_choices(record.now)
    form.question.language = record.place.language
    return form
