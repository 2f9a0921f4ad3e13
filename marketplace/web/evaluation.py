"""Pages of the panel: declaring interests, and consenting to them."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import ValidationError

from marketplace.actions import evaluation as acts
from marketplace.actions.evaluation import Interest
from marketplace.queries import declarations, practice
from marketplace.queries.declarations import Name
from marketplace.rules import limits
from marketplace.rules.refusals import CATALOGUE, Refused
from marketplace.web.fields import PageForm, RadioField, TextField, plain_text
from marketplace.web.page import STAGE, Pages, Sent, actor, see, send
from marketplace.web.words import _, said
from marketplace.words import N_

pages = Pages("evaluation", __name__)

INTERESTS = {"none": N_("None"), "manageable": N_("One that can be managed"), "conflict": N_("A conflict")}
FIELD_OF = {"score.level": "level", "score.pointer": "question"}


class ConsentForm(FlaskForm):
    person = HiddenField(filters=(plain_text,))
    letter = HiddenField(filters=(plain_text,))


@pages.page(f"{STAGE}/declaration", "stage:declare", post=True)
def declaration(ref: str, stage: int) -> ResponseReturnValue:
    record = declarations.names(actor(), ref, stage)
    form = _declaration_form(record.names, record.place.language)

    def declare(once: str) -> str:
        answers = {each.letter: _answer(form, each.letter) for each in record.names}
        return acts.declare.once(once)(actor(), ref, stage, answers)

    sent = send(form, declare, twice=True) if record.open else Sent[str]()
    for gravest in sent.results:
        return _declared(record.place.address, gravest)
    if sent.again:
        given = [(each, _answer(form, each.letter)) for each in record.names]
        return render_template(
            "evaluation/declaration_check.html", record=record, again=sent.again, words=INTERESTS,
            kinds={answer["interest"] for _name, answer in given},
            stated=[each for each in given if each[1]["interest"] != "none"],
            overlooked=[name for name, answer in given if answer["interest"] == "none" and name.ties],
        )  # fmt: skip
    return render_template(
        "evaluation/declaration.html", record=record, form=form, words=INTERESTS, sentence=sent.sentence,
        practice_first=record.open and practice.comes_first(actor(), ref),
    ), sent.status  # fmt: skip


@pages.page(f"{STAGE}/consents", "stage:consent", post=True)
def consents(ref: str, stage: int) -> ResponseReturnValue:
    form, status, sentence = ConsentForm(), 200, ""
    if form.is_submitted():
        if form.validate():
            try:
                acts.consent(actor(), ref, stage, form.person.data, form.letter.data)
            except Refused as no:
                if no.kind == "missing":
                    raise
                status, sentence = no.status, said(no)
            else:
                flash(_("You consented. It is part of the record."))
                return see(f"/desk/challenges/{ref}/stages/{stage}/consents")
        else:
            status, sentence = 422, _(CATALOGUE["form.expired"][1])
    record = declarations.consents(actor(), ref, stage)
    return render_template("evaluation/consents.html", record=record, sentence=sentence), status


def _declaration_form(names: tuple[Name, ...], language: str) -> Any:
    fields: dict[str, Any] = {}
    for name in names:
        fields[f"interest_{name.letter}"] = RadioField(
            name.supplier, choices=list(INTERESTS.items()), inline=True, size="s",
            required=_("Choose an answer for {name}", name=name.supplier),
        )  # fmt: skip
        fields[f"grounds_{name.letter}"] = TextField(
            N_("What is the interest?"), [_has_grounds], longest=limits.REASON, language=language,
            hint=N_("For an interest that can be managed, say how."),
        )  # fmt: skip
    return type("DeclarationForm", (PageForm,), fields)()


def _has_grounds(form: Any, field: Any) -> None:
    stated = form[field.name.replace("grounds", "interest", 1)].data
    if stated in ("manageable", "conflict") and not field.data:
        raise ValidationError(said(Refused("declaration.grounds")))


def _answer(form: Any, letter: str) -> Interest:
    return Interest(interest=form[f"interest_{letter}"].data, grounds=form[f"grounds_{letter}"].data or "")


def _declared(address: str, gravest: str) -> ResponseReturnValue:
    if gravest == "conflict":
        flash(_("You declared a conflict. You take no further part, and the lead was told."))
        return see("/desk")
    flash(_("You declared against every name."))
    return see(f"{address}/declaration")
