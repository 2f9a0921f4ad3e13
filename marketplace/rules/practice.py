"""Practice for whoever scores for the first time: an invented challenge, two answers to it, and a reference scoring.

Criteria and questions are the template's, so that what is practised is what a first panel meets. The reference shows
one careful reading with its reasons; it is not a threshold, and nobody is judged by their distance from it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marketplace.rules.challenges import Criterion, Question
from marketplace.rules.stages import TEMPLATES
from marketplace.words import N_


@dataclass(frozen=True, slots=True)
class Reference:
    """The level that a careful reading gives, with its reason and the question whose answer it points to."""

    level: int
    reason: str
    question: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """An invented proposal: answers by question, references by criterion."""

    letter: str
    supplier: str
    answers: Mapping[str, str]
    references: Mapping[str, Reference]


@dataclass(frozen=True, slots=True)
class Compared:
    """One criterion: the own level beside the reference."""

    criterion: Criterion
    level: int
    reference: Reference

    @property
    def apart(self) -> int:
        """How many levels the own one is above the reference; below 0, under it."""
        return self.level - self.reference.level


TITLE = N_("Hearing tests that children miss")
SUMMARY = N_("One child in five does not come to its hearing test. How might more of them be heard in time?")
PROBLEM = N_(
    "We asked 60 families why they had not come. 24 could not leave work or had no way to get there, 21 had forgotten, and 15 said that the child was afraid. An empty place is lost, and the next child waits eleven weeks."
)

QUESTIONS: tuple[Question, ...] = TEMPLATES["one-stage"].questions.questions
CRITERIA: tuple[Criterion, ...] = TEMPLATES["one-stage"].criteria.criteria

PROPOSALS: tuple[Proposal, ...] = (
    Proposal(
        "A",
        "Tidewell Listening",
        {
            "approach": N_(
                "We ring each family in the week before, in their own language, and ask what could keep them away. Where it is the way, a volunteer drives them. Where it is the hour, we offer one after school. We tell the child what will happen. When a family says no, its place goes to the next child on the same day. Families without a telephone we do not reach."
            ),
            "evidence": N_(
                "In spring we rang 48 families of one clinic, and 41 came. The spring before, 37 of 50 did. Six of the seven who stayed away had told us that they would come, so asking is not enough for them. We have not tried it outside one town."
            ),
            "team": N_(
                "Two people ring, four hours a day each. One was a school nurse for nine years, the other interprets in three languages. None of us has kept a list of volunteers before; we look for somebody who has."
            ),
            "delivery": N_(
                "We get the list of appointments from you and begin to ring. Then we find the drivers, and after that we add more clinics as it goes."
            ),
        },
        {
            "fit": Reference(
                3,
                N_(
                    "Answer 1 speaks to all three causes: the way and the hour, forgetting, and fear. Families without a telephone are left out, and it says so. That is a small gap in the whole, so not a 4."
                ),
                "approach",
            ),
            "evidence": Reference(
                3,
                N_(
                    "Answer 2 counts one relevant test, 41 of 48 against 37 of 50, and states what it did not show. It is one test in one town, so not a 4."
                ),
                "evidence",
            ),
            "team": Reference(
                2,
                N_(
                    "Answer 3 has the skills to ring, and hours for it. Nobody has run volunteers, on whom the drives rest; that they look for somebody keeps this from being a 1."
                ),
                "team",
            ),
            "delivery": Reference(
                1,
                N_(
                    "Answer 4 names steps without a date, and no risk at all. The good test in answer 2 was counted under its own criterion and does not lift this one."
                ),
                "delivery",
            ),
        },
    ),
    Proposal(
        "B",
        "Brightwave Reminders",
        {
            "approach": N_(
                "Brightwave is the leading answer to missed appointments. Every family gets three messages before the day, and a short film of the test, so that no child is afraid of it. A family confirms with one press. People love it everywhere."
            ),
            "evidence": N_(
                "Clinics report up to 60% fewer missed appointments. More than two hundred of them trust us, and our method is proven."
            ),
            "team": N_(
                "Mara Quist leads this four days a week. She brought the same messages to eleven dental clinics and has run them since 2021. Two engineers and a children’s nurse, two days a week each, did that with her and do this."
            ),
            "delivery": N_(
                "Weeks 1 to 3: your appointment book. Weeks 4 to 9: one clinic. Week 10: we read the numbers together and stop if fewer than one in ten more children come. The largest risk is old telephone numbers; your desk asks for new ones from week 1. The next is families who read little English; messages come in six languages, and can be heard."
            ),
        },
        {
            "fit": Reference(
                2,
                N_(
                    "Messages answer forgetting, and the film answers fear. The 24 families who could not leave work or get there, the largest group, are not spoken to in answer 1."
                ),
                "approach",
            ),
            "evidence": Reference(
                1,
                N_(
                    "Answer 2 says 60% and two hundred clinics, and not who counted, where, or against what. Sure words are not evidence; nothing here can be checked."
                ),
                "evidence",
            ),
            "team": Reference(
                4,
                N_(
                    "Answer 3 names who, how many days, and the same work done in eleven clinics since 2021. The loud tone of answers 1 and 2 is no reason to take a level off here."
                ),
                "team",
            ),
            "delivery": Reference(
                4,
                N_(
                    "Answer 4 has weeks, two risks with an answer to each, and a point in week 10 at which to stop, with the number that decides it."
                ),
                "delivery",
            ),
        },
    ),
)


def proposal(letter: str) -> Proposal | None:
    return next((each for each in PROPOSALS if each.letter == letter), None)


def after(letter: str) -> Proposal | None:
    """The proposal that comes next; None after the last."""
    letters = [each.letter for each in PROPOSALS]
    following = letters.index(letter) + 1
    return PROPOSALS[following] if following < len(PROPOSALS) else None


def compare(of: Proposal, levels: Sequence[int]) -> tuple[Compared, ...]:
    """Own levels, one for each criterion in order, beside the reference; refuses others with `ValueError`."""
    pairs = list(zip(CRITERIA, levels, strict=True))
    if any(not 0 <= level <= criterion.maximum for criterion, level in pairs):
        raise ValueError("a level outside the scale")
    return tuple(Compared(each, level, of.references[each.id]) for each, level in pairs)
