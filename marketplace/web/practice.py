"""Practice scoring: an invented challenge is scored like a real one, and compared with a reference.

Nothing that is typed here is kept. What a later page needs of it, the levels given so far, travels in its form.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from wtforms.validators import ValidationError

from marketplace.actions import practice as acts
from marketplace.queries import practice as queries
from marketplace.rules import practice, reasons
from marketplace.rules.challenges import Question
from marketplace.rules.practice import Proposal
from marketplace.rules.refusals import Refused
from marketplace.web import sheets
from marketplace.web.accounts import local, press
from marketplace.web.fields import PageForm
from marketplace.web.page import Pages, actor, see
from marketplace.web.words import _, said

pages = Pages("practice", __name__)


@pages.page("/desk/practice", "practice:take")
def start() -> ResponseReturnValue:
    done_at = queries.practised_at(actor())
    return render_template(
        "practice/start.html", practice=practice, done_at=done_at, back=_back(), criteria=_rows()
    )


@pages.page("/desk/practice/<letter>", "practice:take", post=True)
def sheet(letter: str) -> ResponseReturnValue:
    """The sheet of one proposal; once it is sent in full, one's own scores beside the reference."""
    proposal = practice.proposal(letter)
    if proposal is None:
        raise Refused("missing")
    begins = "begin" in request.form
    form = _form(fresh=begins)
    if begins or not form.validate_on_submit():
        return render_template(
            "practice/sheet.html", practice=practice, proposal=proposal, form=form, carried=_carried(),
            rows=_rows(), position=practice.PROPOSALS.index(proposal) + 1,
        ), 422 if form.errors else 200  # fmt: skip
    return _compared(proposal, form)


@pages.page("/desk/practice/done", "practice:take", post=True)
def done() -> ResponseReturnValue:
    if not press():
        return see("/desk/practice")
    carried = _carried()
    acts.finish(actor(), {each.letter: carried.get(each.letter, "") for each in practice.PROPOSALS})
    flash(_("You practised scoring. Nothing of what you typed is kept."))
    return see(_back() or "/desk")


def _compared(proposal: Proposal, form: Any) -> ResponseReturnValue:
    levels = [int(form[f"level_{n}"].data) for n, _each in enumerate(practice.CRITERIA)]
    compared = practice.compare(proposal, levels)
    carried = _carried() | {proposal.letter: "".join(map(str, levels))}
    ahead = (each for each in practice.PROPOSALS if each.letter not in carried)
    return render_template(
        "practice/compared.html", proposal=proposal, carried=carried, compared=compared, next=next(ahead, None),
        reasons=[form[f"reason_{n}"].data for n, _each in enumerate(compared)],
        same=sum(not each.apart for each in compared), widest=max(abs(each.apart) for each in compared),
        numbers={question.id: n for n, question in enumerate(practice.QUESTIONS, 1)},
    )  # fmt: skip


def _back() -> str:
    """Where somebody was who was asked to practise first; nothing for the others."""
    asked = request.values.get("next", "")
    return local(asked) if asked else ""


def _carried() -> dict[str, str]:
    """What goes from form to form: the levels given so far, by letter, and where to go back to."""
    typed = {each.letter: request.form.get(each.letter, "") for each in practice.PROPOSALS}
    levels = {letter: each for letter, each in typed.items() if each.isascii() and each.isdigit()}
    return levels | ({"next": back} if (back := _back()) else {})


@dataclass(frozen=True)
class Row:
    """A criterion of the template in this installation's language, beside the answers that it speaks to.

    An answer stands on the page once: `elsewhere` holds the numbers of those that another criterion shows.
    """

    name: str
    meaning: str
    weight: int
    answers: tuple[tuple[int, Question], ...]
    elsewhere: tuple[int, ...]


def _rows() -> list[Row]:
    numbers = {question.id: (n, question) for n, question in enumerate(practice.QUESTIONS, 1)}
    shown: set[str] = set()
    rows = []
    for each in practice.CRITERIA:
        beside = tuple(numbers[id] for id in each.questions if id not in shown)
        elsewhere = tuple(numbers[id][0] for id in each.questions if id in shown)
        shown.update(each.questions)
        rows.append(Row(_(each.name), _(each.meaning), each.weight, beside, elsewhere))
    return rows


class _Reason:
    """A reason is judged as in earnest: long enough, and more than the scale's own words."""

    def __init__(self, n: int) -> None:
        self.criterion = practice.CRITERIA[n]

    def __call__(self, form: Any, field: Any) -> None:
        levels = [_(level) for level in self.criterion.levels]
        if code := reasons.refusal(field.data or "", levels):
            said_so = said(Refused(code))
            raise ValidationError(
                _("{criterion}: {problem}", criterion=_(self.criterion.name), problem=said_so)
            )


def _form(*, fresh: bool) -> Any:
    """The real sheet's fields, every level asked for."""
    questions = [
        (question.id, _("Answer {n}. {question}", n=str(n), question=_(question.prompt)))
        for n, question in enumerate(practice.QUESTIONS, 1)
    ]
    made: dict[str, Any] = {}
    for n, each in enumerate(practice.CRITERIA):
        asked = _("Choose a level for {criterion}", criterion=_(each.name))
        made |= sheets.fields(n, _(each.name), [_(level) for level in each.levels], questions, required=asked)
    kind = type("PracticeForm", (PageForm,), made)
    pointed = {f"question_{n}": row.answers[0][1].id for n, row in enumerate(_rows())}
    form = kind(formdata=None, data=pointed) if fresh else kind(data=pointed)
    for n, _each in enumerate(practice.CRITERIA):
        form[f"reason_{n}"].validators = [*form[f"reason_{n}"].validators, _Reason(n)]
    return form
