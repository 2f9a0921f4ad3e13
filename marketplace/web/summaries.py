"""A supplier's own summary: on the screen, on paper, and as the file that was frozen when it was sent."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, render_template
from flask.typing import ResponseReturnValue
from wtforms import HiddenField

from marketplace.actions import summaries as acts
from marketplace.models.database import installation
from marketplace.queries import summaries
from marketplace.queries.summaries import OwnSummary
from marketplace.rules import limits
from marketplace.rules.summaries import Line, Remark, Scored, Summary, fraction
from marketplace.web.fields import PageForm, ProseField, plain_text
from marketplace.web.page import Pages, actor, see, send
from marketplace.web.words import _
from marketplace.words import N_

pages = Pages("summaries", __name__)

OWN = "/desk/proposals/<ref>/summary"


class PublicSummaryForm(PageForm):
    text = ProseField(
        N_("Your proposal in public words"), words=limits.PUBLIC_SUMMARY_WORDS, rows=6,
        hint=N_("This stands on the results page with your name. Leave out what is confidential."),
        required=N_("Write what everyone may read"),
    )  # fmt: skip


class NameForm(PageForm):
    agrees = HiddenField(filters=(plain_text,))


@pages.page(OWN, "proposal:read-own", post=True)
def summary(ref: str) -> ResponseReturnValue:
    record = summaries.own_summary(actor(), ref)
    form = PublicSummaryForm(text=record.public_summary)
    form.text.language = record.own_language
    sent = send(form, lambda once: acts.set_public_summary.once(once)(actor(), ref, form.text.data))
    if sent.results:
        flash(_("Kept. It stands on the results page once those are public."))
        return see(f"/desk/proposals/{ref}/summary")
    shown = {"form": form, "sentence": sent.sentence}
    return render_template("summaries/summary.html", **_told(record), **shown), sent.status


@pages.page(f"{OWN}/name", "proposal:read-own", post=True)
def name(ref: str) -> ResponseReturnValue:
    """Whether the results name a supplier that was not selected: asked apart, and taken back as easily."""
    record = summaries.own_summary(actor(), ref)
    form = NameForm(agrees="no" if record.named else "yes")
    agrees = form.agrees.data == "yes"
    sent = send(form, lambda once: acts.set_named.once(once)(actor(), ref, agrees))
    if sent.results:
        flash(
            _("The results name you, once they are public.")
            if agrees
            else _("The results no longer name you.")
        )
        return see(f"/desk/proposals/{ref}/summary")
    return render_template(
        "summaries/name.html", record=record, document=record.document, form=form, sentence=sent.sentence
    ), sent.status


@pages.page(f"{OWN}/print", "proposal:read-own")
def printed(ref: str) -> ResponseReturnValue:
    """The same on paper: everything unfolded, nothing to click."""
    address = f"{installation().settings.base_url}/desk/proposals/{ref}/summary"
    told = _told(summaries.own_summary(actor(), ref))
    return render_template("summaries/print.html", **told, address=address)


@pages.page(f"{OWN}.json", "proposal:read-own")
def file(ref: str) -> ResponseReturnValue:
    """The document byte for byte as it was frozen."""
    response = Response(summaries.own_summary(actor(), ref).spelled, mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="summary-{ref}.json"'
    return response


def _told(record: OwnSummary) -> dict[str, Any]:
    """What the summary is made of, on the screen and on paper."""
    document = record.document
    return {
        "record": record, "document": document, "exact": fraction,
        "criteria": {scale.id: scale for scale in document.criteria},
        "matrices": {each.letter: _matrix(document, each) for each in (document.own, *document.selected)},
        "evaluators": [each.evaluator for each in _single(document.own.lines[0])],
    }  # fmt: skip


def _matrix(document: Summary, scored: Scored) -> list[dict[str, Any]]:
    """A proposal as the score matrix takes it."""
    scales = {scale.id: scale for scale in document.criteria}
    return [
        {
            "criterion": scales[line.criterion].name, "weight": scales[line.criterion].weight,
            "maximum": scales[line.criterion].maximum, "levels": [each.level for each in _single(line)],
            "mean": fraction(line.mean), "points": fraction(line.points), "agreed": line.agreed,
        }
        for line in scored.lines
    ]  # fmt: skip


def _single(line: Line) -> list[Remark]:
    """The remarks that say their own level; none where only the panel's levels are told."""
    return [remark for remark in line.remarks if remark.level is not None]
