"""Pages of an evaluator alone: the proposals, one beside the criteria, one criterion beside all, and the lock."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import HiddenField

from marketplace.actions import evaluation, scores
from marketplace.actions.scores import Cell
from marketplace.queries import declarations, opened
from marketplace.queries import scores as queries
from marketplace.queries.scores import LISTED, Across, OwnList, Progress, Row, Sheet
from marketplace.rules import limits
from marketplace.rules import scores as rule
from marketplace.rules.refusals import Refused
from marketplace.web import autosave, formats, sheets
from marketplace.web.fields import PageForm, plain_text
from marketplace.web.page import STAGE, Pages, actor, attachment, see, send
from marketplace.web.words import _, ngettext, said

pages = Pages("scores", __name__)

SHEET = f"{STAGE}/scores/<letter>"
FIELD_OF = {"score.level": "level", "score.pointer": "question"}
ELSEWHERE = "score.elsewhere"

Record = Sheet | Across
Read = Callable[[bool], Record]
Onward = Callable[[Record, OwnList], str]


@dataclass(frozen=True)
class Given:
    """What one sending came to, by row: the codes that refuse, and of what was kept, whether it is a score."""

    refused: Mapping[int, str] = field(default_factory=dict)
    scored: Mapping[int, bool] = field(default_factory=dict)


@dataclass(frozen=True)
class Standing:
    """How far one row is, in words: `why` it is no score yet; `next` on the first that has none."""

    state: str
    why: str
    next: bool


@pages.page(f"{STAGE}/scores", "stage:score")
def own_list(ref: str, stage: int) -> ResponseReturnValue:
    try:
        own = queries.own_list(actor(), ref, stage)
    except Refused as no:
        return _not_yet(no, ref, stage)
    shown, following, before = _listed(own, request.args.get("after", ""))
    return render_template(
        "scores/list.html", list=own, tasks=_tasks(own, shown), next=following, previous=before,
        length=_length(own.time_left) if own.time_left is not None else "", rate=rule.WORDS_A_MINUTE,
        each=_length(rule.A_SCORE),
    )  # fmt: skip


@pages.page(SHEET, "stage:score", post=True)
def sheet(ref: str, stage: int, letter: str) -> ResponseReturnValue:
    def onward(_record: Record, own: OwnList) -> str:
        after = own.after(letter)
        return f"scores/{after.letter}" if after else "scores"

    return _fill(
        "scores/sheet.html",
        ref,
        stage,
        lambda texts: queries.sheet(actor(), ref, stage, letter, texts),
        onward,
    )


@pages.page(f"{STAGE}/criteria/<criterion>", "stage:score", post=True)
def across(ref: str, stage: int, criterion: str) -> ResponseReturnValue:
    def read(texts: bool) -> Across:
        return queries.across(actor(), ref, stage, criterion, request.args.get("after", ""), texts)

    def onward(record: Any, _own: OwnList) -> str:
        if record.next is not None:
            return f"criteria/{criterion}?after={record.next}"
        return f"criteria/{record.next_criterion.id}" if record.next_criterion else "scores"

    return _fill("scores/across.html", ref, stage, read, onward)


@pages.page(f"{SHEET}/files/<int:file_id>", "stage:score")
def file(ref: str, stage: int, letter: str, file_id: int) -> ResponseReturnValue:
    record = queries.sheet(actor(), ref, stage, letter)
    if file_id not in {each.id for each in record.files}:
        raise Refused("missing")
    return attachment(*opened.opened_file(actor(), file_id))


@pages.page(f"{STAGE}/lock", "stage:score", post=True)
def lock(ref: str, stage: int) -> ResponseReturnValue:
    form = PageForm()
    sent = send(form, lambda once: evaluation.lock.once(once)(actor(), ref, stage))
    if sent.results:
        flash(_("Your scores are locked. A sealed entry in the trail fixes them."))
        return see(f"/desk/challenges/{ref}/stages/{stage}/scores")
    try:
        record = queries.own_list(actor(), ref, stage)
    except Refused as no:
        return _not_yet(no, ref, stage)
    return render_template("scores/lock.html", list=record, form=form, sentence=sent.sentence), sent.status


def _not_yet(no: Refused, ref: str, stage: int) -> ResponseReturnValue:
    """What comes before scoring: one's own declaration, somebody's consent, or the lead's beginning."""
    if no.kind == "missing":
        raise no
    record = declarations.names(actor(), ref, stage)
    return render_template("scores/not_yet.html", record=record, code=no.code)


def _listed(own: OwnList, after: str) -> tuple[tuple[Progress, ...], str | None, str | None]:
    """The proposals of this page, and the addresses of the next one and the first."""
    start = own.index(after) + 1
    if after and not start:
        raise Refused("missing")
    shown, here = own.rows[start : start + LISTED], f"{own.place.address}/scores"
    following = f"{here}?after={shown[-1].letter}" if start + LISTED < len(own.rows) else None
    return shown, following, here if start else None


def _tasks(own: OwnList, shown: tuple[Progress, ...]) -> list[dict[str, Any]]:
    """One's own proposals as a list of tasks, the next one lit."""
    ahead = own.after("") if own.editable else None
    return [_task(own, row, lit=row == ahead) for row in shown]


def _length(time: timedelta) -> str:
    """ "25 minutes", or from two hours on to the next ten minutes: "3 hours and 20 minutes"."""
    if time < timedelta(hours=2):
        return formats.period(time)
    hours, tens = divmod(-(-time // timedelta(minutes=10)), 6)
    said = ngettext("{n} hour", "{n} hours", hours)
    return _("{hours} and {minutes} minutes", hours=said, minutes=tens * 10) if tens else said


def _task(own: OwnList, row: Progress, *, lit: bool) -> dict[str, Any]:
    status, kind = _("Not started"), ""
    if row.done == own.each:
        status, kind = _("Scored"), "done"
    elif row.done or row.begun:
        status, kind = _("{done} of {all} criteria", done=row.done, all=own.each), "way"
    name = _("{letter}. {name}", letter=row.letter, name=row.supplier)
    length = ngettext("{n} word", "{n} words", row.words) if row.words is not None else ""
    hint = _("{length}. {status}", length=length, status=status) if lit and length else length
    return {
        "name": name, "href": f"{own.place.address}/scores/{row.letter}", "hint": hint,
        "status": _("Do this next") if lit else status, "kind": "open" if lit else kind,
    }  # fmt: skip


def _fill(template: str, ref: str, stage: int, read: Read, onward: Onward) -> ResponseReturnValue:
    """A page of scores to give: shown, saved behind the page, or sent and then left for `onward`."""
    sent = request.method == "POST"
    try:
        # Who sends scores has read the answers: they are opened again only where the page is shown again.
        record = read(not sent)
    except Refused as no:
        return _not_yet(no, ref, stage)
    form = _form(record)
    if not sent:
        return _page(template, record, form)
    genuine = form.validate() or not (form.csrf_token.errors or form.once.errors)
    if autosave.is_behind():
        return _behind(form, record) if genuine else autosave.not_kept(form)
    if not genuine:
        return _page(template, read(True), form, 422, saving="unsaved")
    return _sent(template, record, form, read, onward)


def _sent(template: str, record: Record, form: Any, read: Read, onward: Onward) -> ResponseReturnValue:
    """Go on once all of it is saved; otherwise show it again, as typed."""
    try:
        given = _save(form, record, form.once.data)
    except Refused as no:
        if no.kind == "missing":
            raise
        return _page(template, read(True), form, no.status, said(no), "unsaved")
    unsaved = bool(form.errors)
    _mark(form, record, given.refused)
    if not form.errors:
        return see(f"{record.place.address}/{onward(record, _list_after(record, given))}")
    # Part of it is saved, so what is sent next is another sending, of what its author has seen now.
    form.once.data, record = secrets.token_urlsafe(24), read(True)
    for n, row in enumerate(record.rows):
        form[f"seen_{n}"].data = row.fingerprint
    elsewhere = [n for n, code in given.refused.items() if code == ELSEWHERE]
    saving = "" if elsewhere else "unsaved" if unsaved else "on"
    return _page(template, record, form, 422, saving=saving, elsewhere=elsewhere)


def _behind(form: Any, record: Record) -> ResponseReturnValue:
    """What was typed is kept, as far as it can be: drafts are no trouble while somebody goes on typing."""
    given = _save(form, record, "")
    _mark(form, record, {n: code for n, code in given.refused.items() if code == ELSEWHERE})
    seen = {f"seen_{n}": form[f"seen_{n}"].data for n in given.scored}
    texts = _counts(record, _list_after(record, given))
    for n, each in enumerate(_standing(record, given)):
        texts |= {f"state_{n}": each.state, f"why_{n}": each.why, f"next_{n}": _("Next") if each.next else ""}
    return autosave.not_kept(form, texts, **seen) if form.errors else autosave.kept(texts, **seen)


def _page(
    template: str, record: Record, form: Any, status: int = 200, sentence: str = "", saving: str = "on",
    elsewhere: Sequence[int] = (),
) -> ResponseReturnValue:  # fmt: skip
    """`elsewhere` are the rows changed in another window: beside what was typed stands what is saved, to compare."""
    return render_template(
        template, sheet=record, form=form, sentence=sentence, standing=_standing(record, Given()),
        counts=_counts(record, record.list), saving=saving, elsewhere=elsewhere,
        # Spelled out, so that a place on this page is not taken along to the next.
        here=request.full_path.rstrip("?"),
    ), status  # fmt: skip


def _standing(record: Record, given: Given) -> list[Standing]:
    """How far each row is, once `given` is kept."""
    scored = [given.scored.get(n, row.scored) for n, row in enumerate(record.rows)]
    ahead = scored.index(False) if False in scored and record.list.editable else None
    found = []
    for n, row in enumerate(record.rows):
        code = "" if scored[n] else given.refused.get(n, "" if n in given.scored else _why(record, row))
        blank = "" if n == ahead else _("Not scored yet")
        state = _("Scored") if scored[n] else _("Begun, not scored yet") if code else blank
        found.append(Standing(state, said(Refused(code)) if code else "", n == ahead))
    return found


def _why(record: Record, row: Row) -> str:
    """The code that says why a draft is no score."""
    if row.mark is None:
        return ""
    answers = {question.id for question in record.place.content.questions.questions}
    return rule.refusal(row.criterion, answers, row.mark.level, row.mark.reason, row.mark.question)


def _list_after(record: Record, given: Given) -> OwnList:
    """One's own list as it is once `given` is kept."""
    more: Counter[str] = Counter()
    for n, now in given.scored.items():
        more[record.rows[n].letter] += now - record.rows[n].scored
    rows = [replace(row, done=row.done + more[row.letter]) for row in record.list.rows]
    return replace(record.list, rows=tuple(rows))


def _counts(record: Record, own: OwnList) -> dict[str, str]:
    """How many are scored, of what the page shows and in all: by the ids of the sentences."""
    if isinstance(record, Sheet):
        done = own.rows[record.position - 1].done
        here = ngettext(
            "{done} of {n} criterion scored", "{done} of {n} criteria scored", own.each, done=done
        )
    else:
        done = record.done + own.done - record.list.done
        here = ngettext(
            "{done} of {n} proposal scored", "{done} of {n} proposals scored", len(own.rows), done=done
        )
    given = ngettext("{done} of {n} score given.", "{done} of {n} scores given.", own.total, done=own.done)
    return {"counted": here, "given": given}


def _form(record: Record) -> Any:
    """A level, a reason and a pointer for each row, filled with what is saved."""
    language = record.place.language
    questions = [
        (question.id, _("Answer {n}. {question}", n=str(n), question=question.prompt))
        for n, question in enumerate(record.place.content.questions.questions, 1)
    ]
    fields: dict[str, Any] = {}
    saved: dict[str, str | None] = {}
    for n, row in enumerate(record.rows):
        # A draft may be too long for a reason, and is kept all the same.
        fields |= sheets.fields(
            n, row.criterion.name, row.criterion.levels, questions, language, limits.PROSE
        )
        fields[f"seen_{n}"] = HiddenField(filters=(plain_text,))
        saved |= _saved(n, row, questions)
    return type("ScoresForm", (PageForm,), fields)(data=saved)


def _saved(n: int, row: Row, questions: list[tuple[str, str]]) -> dict[str, str | None]:
    mark = row.mark
    return {
        f"level_{n}": str(mark.level) if mark and mark.level is not None else None,
        f"reason_{n}": mark.reason if mark else "",
        f"question_{n}": (mark and mark.question) or _nearest(row, questions),
        f"seen_{n}": row.fingerprint,
    }


def _nearest(row: Row, questions: list[tuple[str, str]]) -> str:
    known = [id for id, _prompt in questions]
    if row.answers:
        return row.answers[0][1].id
    return next((id for id in row.criterion.questions if id in known), known[0] if known else "")


def _cell(form: Any, n: int, row: Row) -> Cell | None:
    """What was sent for a row; None where nothing was changed since it was seen, or its shape is refused."""
    level, reason, question, seen = (form[f"{name}_{n}"] for name in ("level", "reason", "question", "seen"))
    if level.errors or reason.errors or question.errors:
        return None
    cell = Cell(
        letter=row.letter, criterion=row.criterion.id, level=int(level.data) if level.data else None,
        reason=reason.data or "", question=question.data or "", seen=seen.data or "",
    )  # fmt: skip
    again = row.mark is not None and not row.scored and not autosave.is_behind()
    return cell if again or _print(cell) != cell["seen"] else None


def _print(cell: Cell) -> str:
    return rule.fingerprint(cell["level"], cell["reason"], cell["question"])


def _save(form: Any, record: Record, once: str) -> Given:
    """Save what was changed; with an empty `once` as often as it is sent."""
    cells = {n: cell for n, row in enumerate(record.rows) if (cell := _cell(form, n, row))}
    if not cells:
        return Given()
    place = record.place
    found = scores.save_scores.once(once)(actor(), place.challenge_ref, place.stage, list(cells.values()))
    refused = {
        n: code
        for n, cell in cells.items()
        if (code := found.get(cell["letter"], {}).get(cell["criterion"], ""))
    }
    scored = {
        n: n not in refused and bool(_print(cell)) for n, cell in cells.items() if refused.get(n) != ELSEWHERE
    }
    for n in scored:
        form[f"seen_{n}"].data = _print(cells[n])
    return Given(refused, scored)


def _mark(form: Any, record: Record, refused: Mapping[int, str]) -> None:
    """Put each refusal beside the control that it is about."""
    for n, code in refused.items():
        row, field = record.rows[n], form[f"{FIELD_OF.get(code, 'reason')}_{n}"]
        of = row.criterion.name if isinstance(record, Sheet) else row.supplier
        field.errors = [*field.errors, _("{criterion}: {problem}", criterion=of, problem=said(Refused(code)))]
