"""The large demonstration: sixty-four challenges of sixteen councils, made from eight problems.

Each is a story like those of the small one and goes through the same script; they differ in place, numbers, dates,
suppliers and in how far they came.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from marketplace.demo.large.places import AUTHORITIES, COUNCILS, FIRMS
from marketplace.demo.large.problems import PROBLEMS, Problem
from marketplace.demo.story import (
    Reaches,
    StoryChallenge,
    StoryMeeting,
    StoryOrganisation,
    StoryOutcome,
    StoryProposal,
    StoryScore,
)
from marketplace.rules import challenges as c
from marketplace.rules.stages import TEMPLATES

__all__ = ["AUTHORITIES", "CHALLENGES", "FIRMS"]

EACH = 4
DAYS_OPEN = 28
QUESTIONS = ("approach", "evidence", "team", "delivery")
CRITERIA = ("fit", "evidence", "team", "delivery")
ASKED = dict(zip(CRITERIA, QUESTIONS, strict=True))
# By place in the ranking: what the chair and the other evaluator give for fit, evidence, team and plan.
LEVELS = (
    ((4, 3, 4, 3), (4, 4, 3, 3)),
    ((3, 3, 3, 3), (3, 3, 3, 2)),
    ((3, 2, 2, 3), (2, 2, 3, 2)),
    ((2, 1, 2, 2), (2, 1, 2, 1)),
)


@dataclass(frozen=True)
class Course:
    """How far a challenge came, and the days on which it opened, was decided and ended; 0 is the day of loading."""

    reaches: Reaches
    opened: int
    decided: int | None = None
    ended: int | None = None


def _courses() -> tuple[Course, ...]:
    """Sixty-four courses over the last year and a half, in the mix of a busy marketplace."""
    over = [
        Course("completed", -440 + 11 * n, -440 + 11 * n + 60, -440 + 11 * n + 60 + 110 + 2 * n)
        for n in range(20)
    ]
    stopped = [Course("terminated", -300 + 35 * n, None, -300 + 35 * n + 44) for n in range(6)]
    running = [
        *(Course("awarded", -150 + 9 * n, -150 + 9 * n + 58) for n in range(8)),
        *(Course("standstill", -75 + 2 * n, -4) for n in range(3)),
        *(Course("scoring", -52 + n) for n in range(7)),
        *(Course("closed", -42 + n // 2) for n in range(4)),
        *(Course("open", -21 + n) for n in range(12)),
        *(Course("engagement", 14 + n) for n in range(4)),
    ]
    return (*over, *stopped, *running)


def _challenge(number: int, course: Course) -> StoryChallenge:
    council = number % len(COUNCILS)
    problem = PROBLEMS[(number // len(COUNCILS) * 2 + council) % len(PROBLEMS)]
    authority, told = AUTHORITIES[council], _told(problem, council)
    editor, approver, chair, evaluator = (person.key for person in authority.people)
    proposals = () if course.reaches == "engagement" else _proposals(told, number, course, (chair, evaluator))
    decided = course.decided is not None
    return StoryChallenge(
        key=f"{authority.slug}-{number}",
        authority=authority.slug,
        content=_content(told, number, course, authority),
        people={
            "editor": (editor,), "approver": (approver,), "lead": (editor,), "openers": (editor, approver),
            "chair": (chair,), "evaluators": (chair, evaluator),
        },
        day_opened=course.opened,
        days_open=DAYS_OPEN,
        reaches=course.reaches,
        proposals=proposals,
        day_decided=course.decided,
        day_ended=course.ended,
        winner=proposals[0].supplier if decided else "",
        selection_reason="It begins with the people affected, and says plainly how large its tests were." if decided else "",
        not_selected_reasons={each.supplier: _reason(place) for place, each in enumerate(proposals) if place} if decided else {},
        termination_reason=told.stopped if course.reaches == "terminated" else "",
        outcome=StoryOutcome(told.result, number % 4 != 3, _money(number) * 9 // 10, told.lessons)
        if course.reaches == "completed" else None,
        engagement=_meetings(number) if course.reaches == "engagement" else (),
    )  # fmt: skip


def _told(problem: Problem, council: int) -> Problem:
    """The problem with a council's name and numbers in it."""
    name, _, thousands = COUNCILS[council]
    words = {
        "place": name.split()[0], "people": f"{thousands},000", "many": f"{thousands * 13:,}",
        "some": f"{thousands * 2 + 17}", "few": str(thousands // 12 + 4),
    }  # fmt: skip
    filled: dict[str, Any] = {
        key: value.format(**words)
        if isinstance(value, str)
        else tuple(each.format(**words) for each in value)
        for key, value in vars(problem).items()
    }
    return Problem(**filled)


def _content(told: Problem, number: int, course: Course, authority: StoryOrganisation) -> c.Content:
    template, money = TEMPLATES["one-stage"], _money(number)
    plan = replace(template.stages.stages[0], days=DAYS_OPEN, money=money)
    return c.Content(
        problem=c.Problem(told.title, told.summary, told.topic, told.problem, told.why_now),
        affected=c.Affected(told.affected),
        tried=c.Tried(told.tried),
        outcomes=c.Outcomes((c.Outcome(told.measure, told.baseline, told.target),)),
        data=c.Data((c.DataSet(told.data, "Open Government Licence v3.0", "CSV", "No personal data"),)),
        adoption=c.Adoption(told.adoption, "You keep what you make. We may use it here for five years without a further fee."),
        stages=c.Stages((plan,), budget=money),
        eligibility=c.Eligibility(everyone=True),
        questions=template.questions,
        criteria=template.criteria,
        terms=c.Terms(
            regime="pa2023-above" if course.reaches == "standstill" else "rd-exempt",
            publish_scores="panel" if number % 5 == 4 else "individual",
            contact=f"challenges@{authority.people[0].email.partition('@')[2]}",
        ),
    )  # fmt: skip


def _money(number: int) -> int:
    """Pence for the one team that is paid."""
    return (18 + number * 7 % 23) * 100_000


def _proposals(
    told: Problem, number: int, course: Course, panel: tuple[str, str]
) -> tuple[StoryProposal, ...]:
    """Two to four, the best first; those of a stage that is still scored lack the last one's second sheet."""
    count = 2 + number % 3
    scored = course.reaches in ("scoring", "standstill", "awarded", "completed")
    found = []
    for place in range(count):
        firm = FIRMS[(number * 5 + place * 3) % len(FIRMS)]
        sheets = {key: _sheet(LEVELS[place][n]) for n, key in enumerate(panel)} if scored else {}
        if course.reaches == "scoring" and place == count - 1:
            del sheets[panel[1]]
        found.append(StoryProposal(firm.slug, _answers(told, firm, place), _summary(told, place), sheets))
    return tuple(found)


def _answers(told: Problem, firm: StoryOrganisation, place: int) -> dict[str, str]:
    homes, share = 12 + len(firm.name) * 2, 7 - place
    return {
        "approach": f"{told.ideas[place]}\n\nWe would begin with six people who live with it, and change the plan after each week.",
        "evidence": f"We tried this with {homes} households last year. It worked for {share} in ten. Those for whom it did not told us why, and we wrote it down.",
        "team": f"{firm.people[0].name} leads, three days a week. {firm.description} Two of us have done this work for a council before.",
        "delivery": "Week one: meet those who know it. Week four: the first ten cases. Largest risk: that nobody answers. We need one officer of yours for an hour a week.",
    }  # fmt: skip


def _summary(told: Problem, place: int) -> str:
    return f"{told.ideas[place]} It starts with a few people, and is changed after each week."


def _sheet(levels: tuple[int, ...]) -> dict[str, StoryScore]:
    """One evaluator's scores of one proposal, each with a reason that points to an answer."""
    said = {
        "fit": ("It treats a side issue.", "It leaves out those hardest to reach.", "It begins where our own officers would.", "It begins at the door of those affected."),
        "evidence": ("No number says where it was tried.", "One test, elsewhere, and small.", "A fair test, and it says for whom it failed.", "Two tests agree, and the failures are put to use."),
        "team": ("We cannot tell who would come.", "Good people with little time for us.", "Named people who have worked with a council.", "The person who leads has run this before, for longer."),
        "delivery": ("Weeks are listed without an order.", "The risk that worries us is not named.", "Ten cases by week four is soon enough to stop.", "Each risk has an answer and a week."),
    }  # fmt: skip
    return {
        criterion: StoryScore(level, said[criterion][max(level - 1, 0)], ASKED[criterion])
        for criterion, level in zip(CRITERIA, levels, strict=True)
    }


def _reason(place: int) -> str:
    return (
        "A sound proposal. Its test was smaller, and people who are hard to reach come in late.",
        "The idea is good, and the evidence comes from a setting unlike ours.",
        "It speaks to a small part of the problem, and its largest risk is not named.",
    )[place - 1]


def _meetings(number: int) -> tuple[StoryMeeting, ...]:
    whom = FIRMS[number % len(FIRMS)].name
    return (
        StoryMeeting(-3, f"{whom} and two others, by video", "The draft statement, as it stands here."),
        StoryMeeting(-1, "An open hour at the town hall, nine people", "The same draft, on paper."),
    )


CHALLENGES: tuple[StoryChallenge, ...] = tuple(
    _challenge(number, course) for number, course in enumerate(_courses())
)
