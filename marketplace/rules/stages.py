"""Templates for a challenge's stages, and what a draft still lacks before review.

Codes of gaps are `section.what`, such as `criteria.weights`; the words for them live with the pages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from msgspec.structs import replace

from marketplace.rules import challenges as c
from marketplace.rules import limits
from marketplace.rules.prices import WITH_AMOUNT
from marketplace.rules.ranking import RESERVED
from marketplace.rules.regimes import REGIMES, standstill_allowed
from marketplace.words import N_

SectionState = Literal["untouched", "started", "done"]

WEIGHTS_TOTAL = 100
HEAVY_PRICE = 30
"""Percent above which the author says why price counts for so much."""

LEAST_LEVELS, MOST_LEVELS = 3, 11


@dataclass(frozen=True, slots=True)
class Template:
    """A starting point that the author may change in everything before publication; `note` is its limits."""

    name: str
    note: str
    stages: c.Stages
    questions: c.Questions
    criteria: c.Criteria

    def sections(self, say: Callable[[str], str]) -> dict[str, c.Section]:
        """The sections that it fills, each of its sentences as `say` puts it."""
        stages = (replace(each, name=say(each.name)) for each in self.stages.stages)
        questions = (
            replace(each, prompt=say(each.prompt), guidance=say(each.guidance))
            for each in self.questions.questions
        )
        criteria = (
            replace(each, name=say(each.name), meaning=say(each.meaning), levels=tuple(map(say, each.levels)))
            for each in self.criteria.criteria
        )
        return {
            "stages": replace(self.stages, stages=tuple(stages)),
            "questions": replace(self.questions, questions=tuple(questions)),
            "criteria": replace(self.criteria, criteria=tuple(criteria)),
        }


_QUESTIONS = c.Questions(
    questions=(
        c.Question(
            "approach",
            N_("What would you do about this problem, and why would it work?"),
            500,
            N_("Begin with the people affected. Say what changes for them."),
        ),
        c.Question(
            "evidence",
            N_("What have you seen or tested that makes you think so?"),
            400,
            N_("Results, failures and conversations count. Say how large each test was."),
        ),
        c.Question(
            "team",
            N_("Who does the work, and what have they done before?"),
            300,
            N_("Name the roles and the time each person has for this."),
        ),
        c.Question(
            "delivery",
            N_("What would you do first, what could go wrong, and what do you need from us?"),
            400,
            N_("A short plan with its largest risk is worth more than a long one without."),
        ),
    )
)

_CRITERIA = c.Criteria(
    criteria=(
        c.Criterion(
            "fit",
            N_("Fit to the problem"),
            N_("How well the approach answers the problem as the people affected live it."),
            30,
            (
                N_("The approach does not speak to the problem."),
                N_("It speaks to a small part of the problem."),
                N_("It speaks to the main part; important people or cases are left out."),
                N_("It speaks to the whole problem, with small gaps."),
                N_("It speaks to the whole problem, and shows how it changes the lives of those affected."),
            ),
            ("approach",),
        ),
        c.Criterion(
            "evidence",
            N_("Evidence that it can work"),
            N_("What has been seen or tested, how well, and what was learned when it failed."),
            35,
            (
                N_("No evidence is given."),
                N_("Claims are made without saying where they come from."),
                N_("There is some evidence from a setting unlike ours."),
                N_("There is a relevant test, with results and limits stated."),
                N_("Several relevant tests agree; limits and failures are stated and used."),
            ),
            ("approach", "evidence"),
        ),
        c.Criterion(
            "team",
            N_("Ability of the team"),
            N_("Whether these people have the skills, the time and the experience for this work."),
            20,
            (
                N_("The people are not named or do not fit the work."),
                N_("Important skills are missing, with no plan to find them."),
                N_("The main skills are there; time or experience is thin."),
                N_("Skills, time and experience suit the work."),
                N_("Skills, time and experience suit the work, and similar work was completed well."),
            ),
            ("team",),
        ),
        c.Criterion(
            "delivery",
            N_("Plan and risks"),
            N_("Whether the first steps are clear, the risks are known, and the needs are realistic."),
            15,
            (
                N_("There is no plan."),
                N_("There are steps, but no order or dates."),
                N_("There is a plan; its largest risk is not named."),
                N_("There is a plan with risks and answers to most of them."),
                N_("There is a plan with risks, answers to each, and early points at which to stop."),
            ),
            ("delivery",),
        ),
    )
)

TEMPLATES: dict[str, Template] = {
    "civtech": Template(
        N_("Several stages, from open call to agreement"),
        N_(
            "Written, opened and shown in full, its first stage decided. A second stage cannot start here yet."
        ),
        c.Stages(
            stages=(
                c.StagePlan(N_("Open call"), "proposal", days=21, money=0, teams=0, forward=6),
                c.StagePlan(N_("Interview"), "nothing", days=12, money=0, teams=6, forward=3),
                c.StagePlan(N_("Exploration"), "report", days=21, money=500_000, teams=3, forward=1),
                c.StagePlan(N_("Accelerator"), "report", days=105, money=3_000_000, teams=1, forward=1),
                c.StagePlan(
                    N_("Pre-commercial agreement"),
                    "milestones",
                    days=365,
                    money=65_000_000,
                    teams=1,
                    forward=1,
                ),
            ),
            budget=69_500_000,
        ),
        _QUESTIONS,
        _CRITERIA,
    ),
    "one-stage": Template(
        N_("One stage, from open call to agreement"),
        N_("It runs to the end: opening, scoring, award, delivery and result."),
        c.Stages(
            stages=(c.StagePlan(N_("Open call"), "proposal", days=28, money=5_000_000, teams=1, forward=1),),
            budget=5_000_000,
        ),
        _QUESTIONS,
        _CRITERIA,
    ),
}


def complete(content: c.Content) -> list[str]:
    """The codes of everything that is missing before review, in the order of the sections."""
    codes = [code for name in c.SECTIONS for code in gaps(getattr(content, name))]
    known = {question.id for question in content.questions.questions}
    asked = {question for criterion in content.criteria.criteria for question in criterion.questions}
    if asked - known:
        codes.append("criteria.questions")
    if content.criteria.price.method == "lowest_ratio" and len(content.stages.stages) > 1:
        # Whoever goes on reads its own points, and from them the lowest price: that of a rival that still competes.
        codes.append("criteria.price_lowest")
    return codes


def gaps(section: c.Section) -> tuple[str, ...]:
    """The codes of what this section lacks, judged on its own."""
    return tuple(_CHECKS[type(section)](section))


def section_state(name: str, section: c.Section) -> SectionState:
    """How far a section of the authoring list is; refuses an unknown name with `KeyError`."""
    untouched = c.SECTIONS[name]()
    if not gaps(section):
        return "done"
    return "untouched" if section == untouched else "started"


def _empty(text: str) -> bool:
    return not text.strip()


def _missing(section: str, value: c.Section, *fields: str) -> Iterator[str]:
    return (f"{section}.{field}" for field in fields if _empty(getattr(value, field)))


def _failed(found: Iterable[tuple[str, bool]]) -> Iterator[str]:
    return (code for code, wrong in found if wrong)


def _repeats(ids: Iterable[str]) -> bool:
    listed = list(ids)
    return len(set(listed)) != len(listed)


def _problem(problem: c.Problem) -> Iterator[str]:
    yield from _missing("problem", problem, "title", "summary", "problem", "why_now")
    if problem.topic not in c.TOPICS:
        yield "problem.topic"


def _affected(affected: c.Affected) -> Iterator[str]:
    return _missing("affected", affected, "affected")


def _tried(tried: c.Tried) -> Iterator[str]:
    return _missing("tried", tried, "tried")


def _outcomes(section: c.Outcomes) -> Iterator[str]:
    if not section.outcomes:
        yield "outcomes.outcomes"
    for field in ("measure", "baseline", "target"):
        if any(_empty(getattr(outcome, field)) for outcome in section.outcomes):
            yield f"outcomes.{field}"


def _data(section: c.Data) -> Iterator[str]:
    if bool(section.data) == section.none_offered:
        yield "data.data"
    for field in ("name", "licence", "format", "lawful_basis"):
        if any(_empty(getattr(offered, field)) for offered in section.data):
            yield f"data.{field}"


def _adoption(adoption: c.Adoption) -> Iterator[str]:
    return _missing("adoption", adoption, "adoption", "intellectual_property")


def _stages(section: c.Stages) -> Iterator[str]:
    if not section.stages:
        yield "stages.stages"
        return
    first, *later = section.stages
    pairs = list(zip(section.stages, later, strict=False))
    yield from _failed(
        (
            ("stages.name", any(_empty(stage.name) for stage in section.stages)),
            ("stages.first", first.collects != "proposal"),
            ("stages.later", any(stage.collects == "proposal" for stage in later)),
            ("stages.teams", any(not 0 < after.teams <= before.forward for before, after in pairs)),
            ("stages.forward", first.forward < 1 or any(each.forward > each.teams for each in later)),
            ("stages.winners", section.stages[-1].forward > limits.WINNERS),
            ("stages.budget", section.cost > section.budget),
        )
    )


def _eligibility(section: c.Eligibility) -> Iterator[str]:
    listed = section.conditions
    return _failed(
        (
            ("eligibility.conditions", bool(listed) == section.everyone),
            ("eligibility.ids", _repeats(condition.id for condition in listed)),
            ("eligibility.text", any(_empty(condition.text) for condition in listed)),
        )
    )


def _questions(section: c.Questions) -> Iterator[str]:
    listed = section.questions
    return _failed(
        (
            ("questions.questions", not listed),
            ("questions.ids", _repeats(question.id for question in listed)),
            ("questions.prompt", any(_empty(question.prompt) for question in listed)),
        )
    )


def _criteria(section: c.Criteria) -> Iterator[str]:
    listed = section.criteria
    if not listed:
        return iter(("criteria.criteria",))
    return _failed(
        (
            ("criteria.weights", section.weight != WEIGHTS_TOTAL),
            ("criteria.ids", _repeats((*RESERVED, *(criterion.id for criterion in listed)))),
            ("criteria.name", any(_empty(criterion.name) for criterion in listed)),
            ("criteria.meaning", any(_empty(criterion.meaning) for criterion in listed)),
            ("criteria.levels", not all(_described(criterion.levels) for criterion in listed)),
            ("criteria.minimum", any((each.minimum or 0) > each.maximum for each in listed)),
            *_price(section.price),
        )
    )


def _price(price: c.Price) -> Iterator[tuple[str, bool]]:
    if price.counts:
        yield "criteria.price_weight", price.weight < 1
        yield (
            f"criteria.price_{WITH_AMOUNT.get(price.method, 'amount')}",
            price.has_amount and price.amount < 1,
        )
        yield "criteria.price_reason", price.weight > HEAVY_PRICE and _empty(price.reason)


def _described(levels: tuple[str, ...]) -> bool:
    return LEAST_LEVELS <= len(levels) <= MOST_LEVELS and not any(map(_empty, levels))


def _terms(terms: c.Terms) -> Iterator[str]:
    regime = REGIMES.get(terms.regime)
    closes_at, decision_on = terms.closes_at, terms.decision_on
    return _failed(
        (
            ("terms.regime", regime is None),
            ("terms.closes_at", closes_at is None),
            ("terms.decision_on", decision_on is None),
            ("terms.order", bool(closes_at and decision_on and decision_on < closes_at.date())),
            ("terms.standstill", bool(regime and not standstill_allowed(regime, terms.standstill_days))),
            ("terms.contact", _empty(terms.contact)),
        )
    )


_CHECKS: dict[type[c.Section], Callable[[Any], Iterator[str]]] = {
    c.Problem: _problem,
    c.Affected: _affected,
    c.Tried: _tried,
    c.Outcomes: _outcomes,
    c.Data: _data,
    c.Adoption: _adoption,
    c.Stages: _stages,
    c.Eligibility: _eligibility,
    c.Questions: _questions,
    c.Criteria: _criteria,
    c.Terms: _terms,
}

_SOLUTION = re.compile(
    r"\b(?:(?i:apps?|platforms?|portals?|dashboards?|blockchain|distributed ledgers?|smart|chatbots?"
    r"|artificial intelligence|machine learning|algorithms?|large language models?|digital twins?"
    r"|sensor networks?|sensors?|internet of things|drones?|robots?|websites?|databases?|software"
    r"|wearables?|virtual reality|augmented reality|cloud[- ]based|ChatGPT|Copilot|Microsoft|Google"
    r"|Salesforce|Oracle|Amazon)|AI|ML|LLMs?|IoT|SaaS|VR|AR)\b"
)


def solution_words(text: str) -> tuple[str, ...]:
    """Words that name a solution or a brand, as typed, each once, in order; information only."""
    found: dict[str, str] = {}
    for match in _SOLUTION.finditer(text):
        found.setdefault(match[0].casefold(), match[0])
    return tuple(found.values())
