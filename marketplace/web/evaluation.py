"""Pages of the panel: declaring interests, consenting to them, scoring alone, and locking."""

from __future__ import annotations

import io
import secrets
from typing import Any

from flask import flash, render_template, send_file
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import ValidationError

from marketplace.actions import evaluation as acts
from marketplace.actions.evaluation import Cell, Interest
from marketplace.queries import declarations, evaluation, opened, practice
from marketplace.queries.declarations import Name
from marketplace.queries.evaluation import OwnList, Progress, Row, Sheet
from marketplace.rules import limits
from marketplace.rules.refusals import CATALOGUE, Refused
from marketplace.web import sheets
from marketplace.web.fields import PageForm, RadioField, TextField, plain_text
from marketplace.web.page import Pages, Sent, actor, see, send
from marketplace.web.words import _, said
from marketplace.words import N_

pages = Pages("evaluation", __name__)

STAGE = "/desk/challenges/<ref>/stages/<int:stage>"
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


@pages.page(f"{STAGE}/scores", "stage:score")
def scores(ref: str, stage: int) -> ResponseReturnValue:
    try:
        own = evaluation.own_list(actor(), ref, stage)
    except Refused as no:
        return _not_yet(no, ref, stage)
    return render_template("evaluation/scores.html", list=own, tasks=_tasks(own))


@pages.page(f"{STAGE}/scores/<letter>", "stage:score", post=True)
def sheet(ref: str, stage: int, letter: str) -> ResponseReturnValue:
    try:
        record = evaluation.sheet(actor(), ref, stage, letter)
    except Refused as no:
        return _not_yet(no, ref, stage)
    form = _sheet_form(record)
    if not form.is_submitted():
        return _sheet_page(record, form)
    if not form.validate() and (form.csrf_token.errors or form.once.errors):
        return _sheet_page(record, form, 422)
    cells = [cell for n, row in enumerate(record.rows) if (cell := _cell(form, n, row))]
    try:
        refused = _save(form, record, cells)
    except Refused as no:
        if no.kind == "missing":
            raise
        return _sheet_page(record, form, no.status, said(no))
    _mark(form, record, refused)
    if form.errors:
        # Part of it is saved, so what is sent next is another sending.
        form.once.data = secrets.token_urlsafe(24)
        return _sheet_page(evaluation.sheet(actor(), ref, stage, letter), form, 422)
    after = evaluation.own_list(actor(), ref, stage).after(letter)
    return see(f"{record.place.address}/scores/{after.letter}" if after else f"{record.place.address}/scores")


@pages.page(f"{STAGE}/scores/<letter>/files/<int:file_id>", "stage:score")
def file(ref: str, stage: int, letter: str, file_id: int) -> ResponseReturnValue:
    record = evaluation.sheet(actor(), ref, stage, letter)
    if file_id not in {each.id for each in record.files}:
        raise Refused("missing")
    name, media, content = opened.opened_file(actor(), file_id)
    return send_file(io.BytesIO(content), media, as_attachment=True, download_name=name, etag=False)


@pages.page(f"{STAGE}/lock", "stage:score", post=True)
def lock(ref: str, stage: int) -> ResponseReturnValue:
    form = PageForm()
    sent = send(form, lambda once: acts.lock.once(once)(actor(), ref, stage))
    if sent.results:
        flash(_("Your scores are locked. A sealed entry in the trail fixes them."))
        return see(f"/desk/challenges/{ref}/stages/{stage}/scores")
    try:
        record = evaluation.own_list(actor(), ref, stage)
    except Refused as no:
        return _not_yet(no, ref, stage)
    return render_template(
        "evaluation/lock.html", list=record, form=form, sentence=sent.sentence
    ), sent.status


def _not_yet(no: Refused, ref: str, stage: int) -> ResponseReturnValue:
    """What comes before scoring: one's own declaration, somebody's consent, or the lead's beginning."""
    if no.kind == "missing":
        raise no
    record = declarations.names(actor(), ref, stage)
    return render_template("evaluation/not_yet.html", record=record, code=no.code)


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


def _tasks(own: OwnList) -> list[dict[str, Any]]:
    """One's own proposals as a list of tasks, the next one lit."""
    ahead = own.after("") if own.editable else None
    return [_task(own, row, lit=row == ahead) for row in own.rows]


def _task(own: OwnList, row: Progress, *, lit: bool) -> dict[str, Any]:
    status, kind = _("Not started"), ""
    if row.done == own.each:
        status, kind = _("Scored"), "done"
    elif row.done:
        status, kind = _("{done} of {all} criteria", done=row.done, all=own.each), "way"
    name = _("{letter}. {name}", letter=row.letter, name=row.supplier)
    hint = "" if row.done == own.each or not lit else status
    return {
        "name": name, "href": f"{own.place.address}/scores/{row.letter}", "hint": hint,
        "status": _("Do this next") if lit else status, "kind": "open" if lit else kind,
    }  # fmt: skip


def _sheet_form(record: Sheet) -> Any:
    """A level, a reason and a pointer for each criterion, filled with what is saved."""
    language = record.place.language
    questions = [
        (question.id, _("Answer {n}. {question}", n=str(n), question=question.prompt))
        for n, question in enumerate(record.place.content.questions.questions, 1)
    ]
    fields: dict[str, Any] = {}
    saved: dict[str, str] = {}
    for n, row in enumerate(record.rows):
        fields |= sheets.fields(n, row.criterion.name, row.criterion.levels, questions, language)
        saved[f"question_{n}"] = row.mark.question if row.mark else _nearest(row, questions)
        if row.mark:
            saved |= {f"level_{n}": str(row.mark.level), f"reason_{n}": row.mark.reason}
    return type("SheetForm", (PageForm,), fields)(data=saved)


def _nearest(row: Row, questions: list[tuple[str, str]]) -> str:
    known = [id for id, _prompt in questions]
    if row.answers:
        return row.answers[0][1].id
    return next((id for id in row.criterion.questions if id in known), known[0] if known else "")


def _cell(form: Any, n: int, row: Row) -> Cell | None:
    """What was sent for a criterion; None where nothing was, nothing changed, or its shape is refused."""
    level, reason, question = (form[f"{name}_{n}"] for name in ("level", "reason", "question"))
    if level.errors or reason.errors or question.errors:
        return None
    cell = Cell(
        criterion=row.criterion.id, level=int(level.data) if level.data else None, reason=reason.data or "",
        question=question.data or "",
    )  # fmt: skip
    if row.mark is None:
        return cell if cell["level"] is not None or cell["reason"] else None
    same = (row.mark.level, row.mark.reason, row.mark.question) == (
        cell["level"],
        cell["reason"],
        cell["question"],
    )
    return None if same else cell


def _save(form: Any, record: Sheet, cells: list[Cell]) -> dict[str, str]:
    if not cells:
        return {}
    place = record.place
    found: dict[str, str] = acts.save_scores.once(form.once.data)(
        actor(), place.challenge_ref, place.stage, record.letter, cells
    )
    return found


def _mark(form: Any, record: Sheet, refused: dict[str, str]) -> None:
    """Put each refusal beside the control that it is about."""
    for n, row in enumerate(record.rows):
        if code := refused.get(row.criterion.id):
            field = form[f"{FIELD_OF.get(code, 'reason')}_{n}"]
            problem = said(Refused(code))
            named = _("{criterion}: {problem}", criterion=row.criterion.name, problem=problem)
            field.errors = [*field.errors, named]


def _sheet_page(record: Sheet, form: Any, status: int = 200, sentence: str = "") -> ResponseReturnValue:
    return render_template("evaluation/sheet.html", sheet=record, form=form, sentence=sentence), status
