"""How it works, for each who comes: written around the tables and the arithmetic that run the product."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from marketplace.policy import ANYONE
from marketplace.queries import witnesses
from marketplace.rules import glossary, lifecycle, limits, replies, scoring, stages, visibility, wording
from marketplace.rules.challenges import Criterion
from marketplace.rules.lifecycle import Move
from marketplace.rules.proposals import OPENS_WITH
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import Role
from marketplace.web.page import Pages
from marketplace.web.regimes import all_rules
from marketplace.web.sentences import begun
from marketplace.web.words import _
from marketplace.words import N_

pages = Pages("guides", __name__)

TEMPLATE = stages.TEMPLATES["one-stage"]
EXAMPLE = ((3, 4), (2, 3), (4, 4), (3, 2))
"""Made-up levels of two evaluators, one pair for each criterion of the template."""

WHO: dict[frozenset[Role], str] = {
    frozenset({Role.EDITOR}): N_("An editor"),
    frozenset({Role.APPROVER}): N_("An approver"),
    frozenset({Role.LEAD}): N_("The lead"),
    frozenset({Role.LEAD, Role.APPROVER}): N_("The lead or an approver"),
}
TWO = N_("Two people, each the lead or an approver")
"""Where a second person must agree."""


@dataclass(frozen=True)
class Criterium:
    """A criterion of the template in this installation's language, with how the example scored it."""

    name: str
    meaning: str
    weight: int
    maximum: int
    described: tuple[str, ...]
    levels: tuple[int, ...]
    mean: Fraction
    points: Fraction

    @property
    def criterion(self) -> str:
        return self.name


@dataclass(frozen=True)
class Step:
    """One way a challenge moves on, as people read it."""

    name: str
    says: str
    sources: str
    target: str
    who: str
    published: str


@dataclass(frozen=True)
class Guide:
    """One page of the set; `shows` gives its template what it is made of."""

    title: str
    about: str
    shows: Callable[[], dict[str, Any]]


@pages.page("/guides", "public:read")
def index() -> ResponseReturnValue:
    """What a challenge goes through, and where to read on."""
    return render_template(
        "guides/index.html",
        guides=GUIDES,
        meanings=wording.MEANINGS,
        template=stages.TEMPLATES["civtech"],
    )


@pages.page("/guides/<slug>", "public:read")
def guide(slug: str) -> ResponseReturnValue:
    """One guide; the others stand at its end."""
    if slug not in GUIDES:
        raise Refused("missing")
    found = GUIDES[slug]
    others = [(address, each) for address, each in GUIDES.items() if address != slug]
    return render_template(f"guides/{slug}.html", guide=found, others=others, **found.shows())


def criteria() -> list[Criterium]:
    """The template's criteria, scored by the example through the product's own arithmetic."""
    listed = TEMPLATE.criteria.criteria
    return [_scored(each, listed, levels) for each, levels in zip(listed, EXAMPLE, strict=True)]


def _scored(each: Criterion, listed: tuple[Criterion, ...], levels: tuple[int, ...]) -> Criterium:
    mean = scoring.mean(levels)
    return Criterium(
        name=_(each.name),
        meaning=_(each.meaning),
        weight=each.weight,
        maximum=each.maximum,
        described=tuple(_(level) for level in each.levels),
        levels=levels,
        mean=mean,
        points=scoring.points(each, listed, mean),
    )


def steps() -> Iterator[Step]:
    """Every move that somebody makes with a button, in the lifecycle's order."""
    for move in lifecycle.MOVES:
        if move.name in wording.MOVES:
            yield _step(move)


def _step(move: Move) -> Step:
    names = wording.STATES if move.of == "challenge" else wording.STAGE_STATES
    words = wording.MOVES[move.name]
    return Step(
        name=_(words.button),
        says=_(words.says),
        sources=_from(move, names),
        target=_target(move, names),
        who=_(TWO if move.second else WHO[move.by]),
        published=_("In the trail") if move.event else _("Not public"),
    )


def _target(move: Move, names: Mapping[str, str]) -> str:
    if move.target:
        return _(names[move.target])
    return _("The state it left") if move.of == "challenge" else _("The same state")


def _from(move: Move, names: dict[str, str]) -> str:
    if set(lifecycle.RUNNING_STATES) <= set(move.sources):
        return _("Any public state before the end")
    first, *others = (_(names[source]) for source in move.sources)
    return _("{one} or {other}", one=first, other=others[0]) if others else first


def _suppliers() -> dict[str, Any]:
    questions = TEMPLATE.questions.questions
    return {
        "questions": questions,
        "total": sum(question.words for question in questions),
        "criteria": criteria(),
        "files": limits.FILES,
        "megabytes": limits.FILE_BYTES // 2**20,
        "types": tuple(kind.upper() for kind in OPENS_WITH),
        "seen": visibility.SEEN,
        "replies": replies,
    }


def _authorities() -> dict[str, Any]:
    return {
        "team": wording.TEAM_GAPS,
        "sections": wording.SECTIONS,
        "gaps": gaps(),
        "steps": list(steps()),
        "templates": stages.TEMPLATES.values(),
    }


def gaps() -> dict[str, list[str]]:
    """By section, what keeps a draft from review."""
    found: dict[str, list[str]] = {name: [] for name in wording.SECTIONS}
    for code, words in wording.GAPS.items():
        found[code.partition(".")[0]].append(words)
    return found


def _evaluators() -> dict[str, Any]:
    scored = criteria()
    return {
        "criteria": scored,
        "evaluators": ("E1", "E2"),
        "total": sum((each.points for each in scored), Fraction()),
        "least": limits.REASON_LEAST,
    }


def _everyone() -> dict[str, Any]:
    return {"seen": visibility.SEEN, "kinds": wording.EVENTS, "standing": witnesses.standing(ANYONE)}


def _rules() -> dict[str, Any]:
    return {"regimes": all_rules()}


def _glossary() -> dict[str, Any]:
    return {"words": [(begun(_(each.word)), _(each.means), each.ocds) for each in glossary.WORDS]}


GUIDES: dict[str, Guide] = {
    "suppliers": Guide(
        N_("For suppliers"),
        N_("What a proposal asks of you, who can read it and when, how it is judged, and what you learn afterwards."),
        _suppliers,
    ),
    "authorities": Guide(
        N_("For public authorities"),
        N_("Who you need, what you write, every step from a draft to a result, and who may take it."),
        _authorities,
    ),
    "evaluators": Guide(
        N_("For evaluators"),
        N_("What you declare, how you score, what others see of it, and how levels become a total."),
        _evaluators,
    ),
    "everyone": Guide(
        N_("For everyone else"),
        N_("What is public and when, how to check it, and what no record can show."),
        _everyone,
    ),
    "rules": Guide(
        N_("The rules a challenge runs under"),
        N_("Days, standstill, summaries and notices, for each set of rules, with its source."),
        _rules,
    ),
    "glossary": Guide(
        N_("Words"),
        N_("What each word means here, and what it is called in open contracting data."),
        _glossary,
    ),
}  # fmt: skip
