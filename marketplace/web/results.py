"""Results: who won and why, what it cost, every score that is public, and what is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from flask import render_template
from flask.typing import ResponseReturnValue

from marketplace.policy import ANYONE
from marketplace.queries import diagnostics, results
from marketplace.queries.diagnostics import Firmness
from marketplace.queries.results import Line, Results, StageResult, Withheld
from marketplace.rules import regimes
from marketplace.rules.diagnostics import LeftOut
from marketplace.web.page import Pages, asked_number
from marketplace.web.public import GIVEN, fresh_until
from marketplace.web.words import _
from marketplace.words import N_

pages = Pages("results", __name__)

WITHHELD: dict[Withheld, tuple[str, str]] = {
    "names": (
        N_("The names of suppliers that were not selected. They are letters here."),
        N_("Commercial interests. Each decides itself whether it is named, unless the rules name it."),
    ),
    "texts": (
        N_("The text of their proposals, and the summary that each of them got."),
        N_("It belongs to the supplier, and is published with its consent alone."),
    ),
    "prices": (
        N_("The prices of those who were not selected. What each was worth in points stands here."),
        N_("Commercial interests."),
    ),
    "selected": (
        N_("The full text of what was selected. The supplier’s own public summary stands here."),
        N_("Commercial interests, and personal data of the team."),
    ),
    "reasons": (
        N_("The evaluators’ reason for each score."),
        N_("It speaks of the text of a proposal. Each supplier has those of its own in its summary."),
    ),
    "evaluators": (
        N_("The names of evaluators. E1, E2 stand in the order in which they locked their scores."),
        N_("Personal data."),
    ),
    "levels": (
        N_("Each evaluator’s own levels."),
        N_("The challenge said before it opened that the panel’s means become public."),
    ),
    "interests": (
        N_("Who declared an interest, and in which supplier. How many did stands here."),
        N_("Personal data."),
    ),
}
"""What is kept back, and the ground for it."""


@dataclass(frozen=True)
class RankedRow:
    """A proposal as the ranking macro takes it."""

    rank: int | None
    name: str
    selected: bool
    total: Fraction
    parts: tuple[tuple[str, Fraction], ...]
    note: str


class Names(dict[str, str]):
    """What each proposal is called: by its supplier where that is known, else by its letter."""

    def __missing__(self, letter: str) -> str:
        return _("Proposal {letter}", letter=letter)


@pages.page("/challenges/<ref>/results", "public:read")
def result(ref: str) -> ResponseReturnValue:
    """Who won, why, what it cost, and how everybody scored."""
    start = asked_number("start") or 0
    found = results.results(ANYONE, ref, start)
    fresh_until(found.head.now, (found.head.closes_at,), days=True)
    firm = _firm(found)
    return render_template(
        "public/results.html",
        found=found,
        head=found.head,
        start=start,
        page=results.PAGE,
        given=GIVEN,
        withheld=[WITHHELD[code] for code in found.withheld],
        cost=_cost(found),
        firm=firm,
        checks=_checks(found, firm),
        last_day=regimes.last_day,
    )


@pages.page("/challenges/<ref>/results/<int:stage>/<letter>", "public:read")
def scores(ref: str, stage: int, letter: str) -> ResponseReturnValue:
    """Every score of one proposal."""
    return render_template("public/scores.html", found=results.scores(ANYONE, ref, stage, letter))


def called(line: Line) -> str:
    """The supplier's name where it is public, else "Proposal B"."""
    return line.name or _("Proposal {letter}", letter=line.letter or "–")


def names_of(stage: StageResult) -> Names:
    """What the stage's proposals are called in public, by letter."""
    return Names(names(stage))


def ranked(stage: StageResult) -> list[RankedRow]:
    """The stage's lines for the ranking; who has no rank is told why, and who was held in reserve."""
    told = {
        "excluded": _("Withdrawn or excluded"), "below_threshold": _("Under a minimum"), "reserve": _("In reserve"),
    }  # fmt: skip
    equal = _equal(stage)
    return [
        RankedRow(
            line.rank, called(line), line.selected, line.total, (*line.parts, *_price_part(line)),
            ". ".join(words for words in (told.get(line.outcome), equal.get(line.letter)) if words),
        )
        for line in stage.lines
    ]  # fmt: skip


def _equal(stage: StageResult) -> dict[str, str]:
    """By letter, what put a proposal before the next one of the same total, or that they share their rank."""
    heaviest = sorted(range(len(stage.criteria)), key=lambda n: -stage.criteria[n][1])
    told = dict[str, str]()
    for one, other in pairwise(line for line in stage.lines if line.rank and line.parts):
        if one.total != other.total:
            continue
        if one.rank == other.rank:
            told[one.letter] = told[other.letter] = _("Shares this rank.")
            continue
        apart = next((n for n in heaviest if one.parts[n] != other.parts[n]), None)
        told[one.letter] = (
            _("Equal to the next; the draw put it ahead.")
            if apart is None
            else _("The same total as the next; ahead on {criterion}.", criterion=stage.criteria[apart][0])
        )
    return told


def measured(stage: StageResult) -> list[tuple[str, int]]:
    """What the bars are made of, with its weight: the criteria, and the price where it counts."""
    return [*stage.criteria, *([(_("Price"), stage.price_weight)] if stage.price_weight else [])]


def _price_part(line: Line) -> list[tuple[str, Fraction]]:
    return [] if line.price_points is None else [(_("Price"), line.price_points)]


def others(stage: StageResult) -> list[str]:
    """Letters of those whose scores have a page of their own."""
    return [line.letter for line in stage.lines if not line.selected and line.letter and line.parts]


def names(stage: StageResult) -> dict[str, str]:
    """By letter, the names that are public on this page."""
    return {line.letter: line.name for line in stage.lines if line.name}


def _firm(found: Results) -> dict[int, Firmness]:
    """How firm each scored stage's result is, by its number, where that was chosen."""
    if not found.head.content.terms.publish_diagnostics:
        return {}
    return {n: diagnostics.published(ANYONE, found.head.ref, n) for n in _scored(found)}


def _checks(found: Results, firm: Mapping[int, Firmness]) -> dict[int, LeftOut]:
    """What leaving one proposal out would change, by stage, where the lowest price moves everybody's points."""
    if found.head.content.criteria.price.method != "lowest_ratio":
        return {}
    checks = {
        n: firm[n].left_out if n in firm else diagnostics.check(ANYONE, found.head.ref, n)
        for n in _scored(found)
    }
    return {n: check for n, check in checks.items() if check}


def _scored(found: Results) -> list[int]:
    return [stage.number for stage in found.stages if stage.panel and stage.lines]


def _cost(found: Results) -> int:
    """All that was agreed, in minor units of the challenge's currency."""
    return sum(each.value for each in found.agreements)


for each in (called, ranked, measured, others, names, names_of):
    pages.add_app_template_filter(each)
