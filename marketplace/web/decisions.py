"""Pages of the decision: ranking, proposal, confirmation, summaries, agreements."""

from __future__ import annotations

from collections.abc import Container, Mapping
from fractions import Fraction
from typing import Any

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import HiddenField

from marketplace.actions import decisions as acts
from marketplace.actions import evaluation
from marketplace.actions import summaries as after
from marketplace.queries import decisions, summaries
from marketplace.queries.decisions import Ranking, Reasons
from marketplace.rules import limits
from marketplace.rules.ranking import DRAW
from marketplace.web.fields import (
    CheckboxesField,
    DateField,
    MoneyField,
    PageForm,
    ProseField,
    RadioField,
    plain_text,
)
from marketplace.web.formats import distinct_points, listed, money
from marketplace.web.page import STAGE, Pages, Sent, actor, see, send, whole
from marketplace.web.words import _, ngettext
from marketplace.words import N_

pages = Pages("decisions", __name__)


OUT: dict[str, tuple[str, str]] = {
    "withdrawn": (
        N_("Withdrawn by its supplier"),
        N_("It said so since the opening. It is ranked no longer."),
    ),
    "exclusion": (
        N_("Excluded on a ground"),
        N_(
            "One that the rules or the law give. Tell its supplier of the ground and hear it before you propose"
            " this. The sentence to it names the ground."
        ),
    ),
}
"""Why the chair takes a proposal out of the ranking, by code: what the list is called, and a hint."""


class ConfirmForm(PageForm):
    decision = HiddenField(filters=(plain_text,))


class AgreementForm(PageForm):
    proposal = RadioField(N_("Supplier"), required=N_("Choose the supplier"))
    value = MoneyField(N_("Value"), required=N_("Enter the value"))
    signed_on = DateField(N_("Signed on"), required=N_("Enter the day of signing"))
    ends_on = DateField(N_("Ends on"), optional=True)


@pages.page(f"{STAGE}/ranking", "decision:see")
def ranking(ref: str, stage: int) -> ResponseReturnValue:
    record = decisions.ranking(actor(), ref, stage, whole(request.args.get("start")))
    return render_template(
        "decisions/ranking.html",
        ranking=record,
        rows=_bars(record),
        weighed=_weighed(record),
        levels=_levels(record),
        page=decisions.PAGE,
    )


@pages.page(f"{STAGE}/ranking/<letter>", "decision:see")
def reasons(ref: str, stage: int, letter: str) -> ResponseReturnValue:
    record = decisions.reasons(actor(), ref, stage, letter)
    numbers = {each.id: n for n, each in enumerate(record.ranking.place.content.questions.questions, 1)}
    return render_template("decisions/reasons.html", record=record, matrix=_matrix(record), numbers=numbers)


@pages.page(f"{STAGE}/moderate", "stage:moderate", post=True)
def go_on(ref: str, stage: int) -> ResponseReturnValue:
    """After a decision was taken back, where every lock stands."""
    form = PageForm()
    sent = send(form, lambda once: evaluation.go_on.once(once)(actor(), ref, stage))
    if sent.results:
        flash(_("All scores stand. The panel agrees its levels next."))
        return see(f"/desk/challenges/{ref}")
    here = decisions.scoring_again(actor(), ref, stage)
    return render_template("decisions/go_on.html", place=here, form=form, sentence=sent.sentence), sent.status


@pages.page(f"{STAGE}/decision", "decision:see", post=True)
def decision(ref: str, stage: int) -> ResponseReturnValue:
    record = decisions.whole_ranking(actor(), ref, stage, "decision:see")
    form = _propose_form(record)

    def propose(once: str) -> int:
        reasons = {line.letter: form[f"reason_{line.letter}"].data or "" for line in record.lines}
        out = {letter: ground for ground in OUT for letter in form[ground].data or ()}
        words = (form.why.data, form.rank_reason.data or "")
        return acts.propose.once(once)(
            actor(), ref, stage, form.forward.data, reasons, *words, form.reserve.data or (), out
        )

    sent = send(form, propose)
    if sent.results:
        flash(_("Proposed. An approver who did not score confirms it next."))
        return see(f"{record.place.address}/decision")
    return render_template(
        "decisions/decision.html", ranking=record, form=form, sentence=sent.sentence, **_told(record)
    ), sent.status


@pages.page(f"{STAGE}/decision/confirm", "decision:confirm", post=True)
def confirm(ref: str, stage: int) -> ResponseReturnValue:
    record = decisions.whole_ranking(actor(), ref, stage, "decision:confirm")
    form = ConfirmForm(decision=str(record.decision.id) if record.decision else "")
    seen = whole(form.decision.data)
    sent = send(form, lambda once: acts.confirm.once(once)(actor(), ref, stage, seen))
    if sent.results:
        flash(_("Confirmed. The lead sends every supplier its summary next."))
        return see(f"{record.place.address}/decision")
    if sent.sentence:
        record = decisions.whole_ranking(actor(), ref, stage, "decision:confirm")
        # Whoever reads a replaced decision now confirms the one they see.
        form.decision.data = str(record.decision.id) if record.decision else ""
    return render_template(
        "decisions/confirm.html", ranking=record, form=form, sentence=sent.sentence, **_told(record)
    ), sent.status


@pages.page(f"{STAGE}/summaries", "summary:send", post=True)
def send_summaries(ref: str, stage: int) -> ResponseReturnValue:
    form = PageForm()
    sent = send(form, lambda once: after.send_summaries.once(once)(actor(), ref, stage))
    for count in sent.results:
        flash(ngettext("Sent.", "Sent, all {n} at once.", count))
        return see(f"/desk/challenges/{ref}/stages/{stage}/summaries")
    record = decisions.whole_ranking(actor(), ref, stage, "summary:send")
    return render_template(
        "decisions/summaries.html", ranking=record, form=form, sentence=sent.sentence, **_told(record)
    ), sent.status


@pages.page("/desk/challenges/<ref>/agreements", "agreement:sign", post=True)
def agreements(ref: str) -> ResponseReturnValue:
    record = summaries.agreements(actor(), ref)
    form = AgreementForm()
    names = dict(record.open)
    form.proposal.choices = [
        (letter, _("{name} (proposal {letter})", name=name, letter=letter)) for letter, name in record.open
    ]

    def sign(once: str) -> int:
        signed_on = form.signed_on.data
        assert signed_on is not None  # noqa: S101 - the field is required
        given = (form.proposal.data, form.value.data, record.currency, signed_on, form.ends_on.data)
        return after.sign_agreement.once(once)(actor(), ref, *given)

    sent = send(form, sign, twice=True) if record.may_sign else Sent[int]()
    if sent.results:
        flash(_("Recorded, and in the trail."))
        return see(f"/desk/challenges/{ref}/agreements")
    if sent.again:
        supplier = names[form.proposal.data]
        return render_template(
            "decisions/agreement_check.html", record=record, form=form, supplier=supplier, again=sent.again
        )
    return render_template(
        "decisions/agreements.html", record=record, form=form, sentence=sent.sentence
    ), sent.status


def _propose_form(record: Ranking) -> Any:
    """Who goes on, in rank order with the best preselected, and a sentence for each supplier."""
    names, language = _names(record), record.place.language
    standing = record.decision
    fields: dict[str, Any] = {
        "forward": CheckboxesField(
            N_("Who is selected") if record.place.last else N_("Who goes on"), size="s",
            choices=_choices(record),
        ),
        "reserve": CheckboxesField(
            N_("Who is held in reserve"), size="s", choices=_choices(record),
            hint=N_("By rank without gaps. The first takes the place of whoever drops out before it signs."),
        ),
        **{
            ground: CheckboxesField(_(label), size="s", choices=_choices(record), hint=_(hint))
            for ground, (label, hint) in OUT.items()
        },
        "rank_reason": ProseField(
            N_("Why out of rank order, or between equals"), longest=limits.REASON, rows=3, optional=True,
            hint=_(
                "Needed only then. Suppliers read it, and it becomes public with the award notice. Whoever departs"
                " from the published order has to show why: take advice first."
            ) if record.place.last else _("Needed only then. Suppliers who do not go on read it."),
            language=language,
        ),
        "why": ProseField(
            N_("Why these"), longest=limits.REASON, rows=4, required=N_("Say why these"),
            hint=_("This becomes public with the award notice. Where nobody is selected, say why nobody.")
            if record.place.last
            else _("It stays in the record. Where nobody goes on, every supplier reads it."),
            language=language,
        ),
    }  # fmt: skip
    for line in record.lines:
        fields[f"reason_{line.letter}"] = ProseField(
            names[line.letter], longest=limits.REASON, rows=2, language=language,
            required=_("Write a sentence to {name}", name=names[line.letter]),
        )  # fmt: skip
    filled: dict[str, Any] = {"forward": list(standing.forward if standing else record.preselected)}
    if standing:
        filled |= {"why": standing.why, "rank_reason": standing.rank_reason}
        filled["reserve"] = list(standing.with_outcome("reserve"))
        filled |= {g: [letter for letter, own in standing.grounds.items() if own == g] for g in OUT}
        filled |= {f"reason_{letter}": text for letter, text in standing.reasons.items()}
    return type("ProposeForm", (PageForm,), fields)(data=filled)


def _choices(record: Ranking) -> list[tuple[str, str, dict[str, str]]]:
    names, places = _names(record), _places(record)
    return [(line.letter, names[line.letter], {"hint": places[line.letter]}) for line in record.lines]


def _told(record: Ranking) -> dict[str, dict[str, str]]:
    return {"names": _names(record), "places": _places(record)}


def _places(record: Ranking) -> dict[str, str]:
    """Where each proposal stands, by letter; those below a threshold with what they miss."""
    totals = distinct_points([line.total for line in record.lines])
    out, ahead = _said(record)
    return {
        line.letter: f"{_place(line, total)} {_note(line, out, ahead)}".strip()
        for line, total in zip(record.lines, totals, strict=True)
    }


def _place(line: decisions.Line, total: str) -> str:
    if line.rank is None:
        return _("Not ranked, {total} points.", total=total)
    return _("Rank {rank}, {total} points.", rank=line.rank, total=total)


def _names(record: Ranking) -> dict[str, str]:
    """What each proposal is called on the page: by its supplier where the reader may know it."""
    return {line.letter: line.name or _("Proposal {letter}", letter=line.letter) for line in record.lines}


def _bars(record: Ranking) -> list[dict[str, Any]]:
    """The lines as the ranking's macro takes them."""
    chosen = record.decision.forward if record.decision else ()
    out, ahead = _said(record)
    return [
        {
            "rank": line.rank,
            "name": _called(line),
            "selected": line.letter in chosen, "total": line.total, "parts": (*line.parts, *_price_part(record, line)),
            "note": _note(line, out, ahead),
        }
        for line in record.lines
    ]  # fmt: skip


def _levels(record: Ranking) -> list[tuple[str, list[str]]]:
    """By letter: the exact total, each evaluator's levels in the order of the criteria, what was agreed, the price."""
    spaced = "\N{NO-BREAK SPACE}".join
    price, currency = record.place.content.criteria.price, record.place.content.stages.currency
    return [
        (
            line.letter,
            [
                str(line.total), *(spaced(map(str, row)) for row in line.levels),
                *([spaced(_agreed(line))] if record.agreed else []),
                *([money(line.price, currency) if line.price else ""] if price.counts else []),
            ],
        )
        for line in record.lines
    ]  # fmt: skip


def _agreed(line: decisions.Line) -> list[str]:
    return [str(mean) if agreed else "–" for mean, agreed in zip(line.means, line.agreed, strict=True)]


def _price_part(record: Ranking, line: decisions.Line) -> list[tuple[str, Fraction]]:
    return [(_("Price"), line.price_points)] if record.place.content.criteria.price.counts else []


def _called(line: decisions.Line) -> str:
    if not line.name:
        return _("Proposal {letter}", letter=line.letter)
    return _("{letter}, {name}", letter=line.letter, name=line.name)


def _weighed(record: Ranking) -> list[tuple[str, int]]:
    criteria = record.place.content.criteria
    listed = [(criterion.name, criterion.weight) for criterion in criteria.criteria]
    return [*listed, *([(_("Price"), criteria.price.weight)] if criteria.price.counts else [])]


def _matrix(record: Reasons) -> list[dict[str, Any]]:
    """One proposal's rows as the score matrix takes them."""
    criteria = record.ranking.place.content.criteria.criteria
    return [
        {
            "criterion": criterion.name, "weight": criterion.weight, "maximum": criterion.maximum,
            "levels": [levels[n] for levels in record.line.levels], "mean": record.line.means[n],
            "agreed": record.line.agreed[n], "points": record.line.parts[n][1],
        }
        for n, criterion in enumerate(criteria)
    ]  # fmt: skip


def _note(line: decisions.Line, out: Container[str], ahead: Mapping[str, str]) -> str:
    if line.excluded or line.letter in out:
        return _("Counts no more.")
    missed = [*line.failed, *([_("the total")] if line.under else [])]
    if missed:
        return _("Under the minimum for {names}.", names=listed(missed))
    if line.ahead_by:
        return ahead[line.ahead_by]
    return _("Shares this rank.") if line.tied else ""


def _said(record: Ranking) -> tuple[Container[str], Mapping[str, str]]:
    """Which letters the decision takes out, and by link of the chain what put a proposal before an equal total."""
    ahead = {DRAW: _("Equal to the next; the draw put it ahead.")}
    for criterion in record.place.content.criteria.criteria:
        ahead[criterion.id] = _("The same total as the next; ahead on {criterion}.", criterion=criterion.name)
    return record.decision.grounds if record.decision else (), ahead
