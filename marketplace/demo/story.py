"""The shape of the demonstration: who takes part, what they write, and how it is judged.

Everybody and everything here is invented. Days count from the day the story is loaded: 0 is that
day, -9 is nine days before it. Money is minor units of the challenge's currency. The texts are
written as blocks; `prose`, `marked` and `sheet` turn a block into the value that is kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from marketplace.rules.challenges import Content

Kind = Literal["authority", "supplier"]
Reaches = Literal[
    "engagement", "open", "closed", "scoring", "standstill", "awarded", "completed", "terminated"
]

_MARK = re.compile(r"^\s*\[([^\]]+)\]", re.MULTILINE)


@dataclass(frozen=True)
class StoryPerson:
    key: str
    name: str
    email: str


@dataclass(frozen=True)
class StoryOrganisation:
    """An authority or a supplier; `people[0]` is its administrator and signs what it hands in."""

    slug: str
    name: str
    kind: Kind
    address: str
    description: str
    people: tuple[StoryPerson, ...]
    company_number: str = ""
    sme: bool = False
    non_profit: bool = False
    not_yet_company: bool = False


@dataclass(frozen=True)
class StoryScore:
    """One evaluator's level for one criterion; `question` is the answer the reason points to."""

    level: int
    reason: str
    question: str


@dataclass(frozen=True)
class StoryDoubt:
    """A condition that a proposal seemed to miss, what its supplier replied, and what two people ruled."""

    condition: str
    reason: str
    reply: str
    refused: bool
    ruling: str


@dataclass(frozen=True)
class StoryClarification:
    """What the lead asked one supplier about an answer after opening, and its reply."""

    kind: Literal["ambiguity", "error", "missing"]
    answer: str
    question: str
    reply: str


@dataclass(frozen=True)
class StoryProposal:
    """What one supplier hands in, and what it was asked after opening.

    `answers` and `replaced` are keyed by question id; `replaced` holds the earlier wording of those
    answers that were rewritten before the deadline. `scores` is keyed by evaluator, then criterion;
    it is empty before scoring, and has gaps while scoring is under way. `price` is there where price counts.
    """

    supplier: str
    answers: Mapping[str, str]
    summary: str
    scores: Mapping[str, Mapping[str, StoryScore]] = field(default_factory=dict)
    withdrawn: bool = False
    price: int | None = None
    replaced: Mapping[str, str] | None = None
    doubt: StoryDoubt | None = None
    clarification: StoryClarification | None = None


@dataclass(frozen=True)
class StoryMeeting:
    """An entry of the engagement record: whom the authority met before publication, and what it gave."""

    day: int
    whom: str
    given: str


@dataclass(frozen=True)
class StoryAgreed:
    """One level for a criterion of a supplier's proposal, with a reason to each evaluator whose own is another."""

    supplier: str
    criterion: str
    level: int
    reasons: Mapping[str, str]


@dataclass(frozen=True)
class StoryOutcome:
    """How it ended: the result against the baseline, in use or not, money spent, what was learned."""

    result: str
    in_use: bool
    spent: int
    lessons: str


@dataclass(frozen=True)
class StoryChallenge:
    """One challenge from first words to where it stands today.

    `people` is keyed by role: editor, approver, lead, openers (two), chair, evaluators (the chair among
    them). `content` has no dates; they follow from `day_opened` and `days_open`. `day_decided` and
    `day_ended` (award, completion or termination) are there where the story gets that far.
    """

    key: str
    authority: str
    content: Content
    people: Mapping[str, tuple[str, ...]]
    day_opened: int
    days_open: int
    reaches: Reaches
    proposals: tuple[StoryProposal, ...] = ()
    day_decided: int | None = None
    day_ended: int | None = None
    winner: str = ""
    opening_words: str = ""
    agreed: tuple[StoryAgreed, ...] = ()
    moderation_notes: str = ""
    selection_reason: str = ""
    not_selected_reasons: Mapping[str, str] = field(default_factory=dict)
    termination_reason: str = ""
    outcome: StoryOutcome | None = None
    engagement: tuple[StoryMeeting, ...] = ()


def prose(block: str) -> str:
    """The block's text with its line breaks undone; an empty line begins a new paragraph."""
    return "\n\n".join(" ".join(part.split()) for part in re.split(r"\n\s*\n", block.strip()))


def marked(block: str) -> dict[str, str]:
    """`[id] text` passages as a dict from id to text."""
    pieces = _MARK.split(block)
    return {mark: prose(text) for mark, text in zip(pieces[1::2], pieces[2::2], strict=True)}


def sheet(block: str) -> dict[str, StoryScore]:
    """An evaluator's `[criterion level question] reason` passages as scores keyed by criterion."""
    scores: dict[str, StoryScore] = {}
    for mark, reason in marked(block).items():
        criterion, level, question = mark.split()
        scores[criterion] = StoryScore(int(level), reason, question)
    return scores
