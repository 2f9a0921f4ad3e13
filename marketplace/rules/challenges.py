"""What a challenge says: the content that people write and the public reads.

A challenge's content is a *value*. While it is written each section is a row of its own; at
approval the sections become one immutable version whose hash everybody signs. Weights are whole
percent, money is minor units of `currency`, instants are UTC, levels run from 0 to `maximum`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from marketplace.rules import prices
from marketplace.rules.prices import WITH_AMOUNT

Words = Annotated[str, Meta(max_length=300)]
Prose = Annotated[str, Meta(max_length=8000)]
Slug = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,30}$")]

TOPICS: tuple[str, ...] = (
    "business",
    "environment",
    "health",
    "housing",
    "identity",
    "safety",
    "transport",
)


class Section(Struct, frozen=True, forbid_unknown_fields=True):
    """One task of the authoring list, saved on its own; every field has a value from the start."""


class Problem(Section, frozen=True):
    title: Annotated[str, Meta(max_length=120)] = ""
    summary: Annotated[str, Meta(max_length=400)] = ""
    topic: Words = ""
    problem: Prose = ""
    why_now: Prose = ""


class Affected(Section, frozen=True):
    affected: Prose = ""


class Tried(Section, frozen=True):
    tried: Prose = ""


class Outcome(Struct, frozen=True, forbid_unknown_fields=True):
    """A measure with where it stands today and where success would put it."""

    measure: Words
    baseline: Words
    target: Words


class Outcomes(Section, frozen=True):
    outcomes: tuple[Outcome, ...] = ()


class DataSet(Struct, frozen=True, forbid_unknown_fields=True):
    name: Words
    licence: Words
    format: Words
    lawful_basis: Words


class Data(Section, frozen=True):
    """Data the authority can offer; `none_offered` says that it looked and has none."""

    data: tuple[DataSet, ...] = ()
    none_offered: bool = False


class Adoption(Section, frozen=True):
    adoption: Prose = ""
    intellectual_property: Prose = ""


class StagePlan(Struct, frozen=True, forbid_unknown_fields=True):
    """One stage as planned: collect something, open it, score it, decide who goes on."""

    name: Annotated[str, Meta(max_length=80)]
    collects: Literal["proposal", "nothing", "report", "milestones"]
    days: Annotated[int, Meta(ge=1, le=1000)]
    money: Annotated[int, Meta(ge=0)]
    teams: Annotated[int, Meta(ge=0, le=500)]
    forward: Annotated[int, Meta(ge=0, le=500)]


class Stages(Section, frozen=True):
    """The plan and its money: `budget` caps the sum of money x teams over all stages."""

    stages: tuple[StagePlan, ...] = ()
    budget: Annotated[int, Meta(ge=0)] = 0
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}$")] = "GBP"

    @property
    def cost(self) -> int:
        """What all stages pay together."""
        return sum(stage.money * stage.teams for stage in self.stages)


class Condition(Struct, frozen=True, forbid_unknown_fields=True):
    """What a proposal must meet to be scored at all."""

    id: Slug
    text: Words


class Eligibility(Section, frozen=True):
    """Who can propose; `everyone` says that the authority thought about it and sets no condition."""

    conditions: tuple[Condition, ...] = ()
    everyone: bool = False


class Question(Struct, frozen=True, forbid_unknown_fields=True):
    id: Slug
    prompt: Words
    words: Annotated[int, Meta(ge=10, le=3000)]
    guidance: Words = ""


class Questions(Section, frozen=True):
    questions: tuple[Question, ...] = ()


class Criterion(Struct, frozen=True, forbid_unknown_fields=True):
    """`levels[n]` says what level n means; `questions` are the answers it speaks to."""

    id: Slug
    name: Words
    meaning: Words
    weight: Annotated[int, Meta(ge=1, le=100)]
    levels: tuple[Words, ...]
    questions: tuple[str, ...] = ()
    minimum: Annotated[int, Meta(ge=0)] | None = None

    @property
    def maximum(self) -> int:
        return len(self.levels) - 1


class Price(Struct, frozen=True, forbid_unknown_fields=True):
    """How the price counts. `amount` is the ceiling or the reference, in minor units of the stages' currency.

    `reason` says why it counts for more than 30%.
    """

    method: Literal["none", "ceiling_linear", "reference_ratio", "lowest_ratio"] = "none"
    weight: Annotated[int, Meta(ge=0, le=99)] = 0
    amount: Annotated[int, Meta(ge=0)] = 0
    reason: Prose = ""

    @property
    def counts(self) -> bool:
        return self.method != "none"

    @property
    def has_amount(self) -> bool:
        """Whether the method compares with a ceiling or a reference."""
        return self.method in WITH_AMOUNT


class Criteria(Section, frozen=True):
    """Criteria of the stage that collects proposals; `minimum_total` is whole percent of 100.

    The weights and that of the price make 100. `draw` names the source of chance for a tie that no criterion
    breaks: a round of drand fixed by the instant of the opening, or none, and then the tie stands.
    """

    criteria: tuple[Criterion, ...] = ()
    minimum_total: Annotated[int, Meta(ge=0, le=100)] = 0
    price: Price = Price()
    draw: Literal["drand", "none"] = "drand"

    @property
    def weight(self) -> int:
        """All weights together, that of the price included."""
        return sum(criterion.weight for criterion in self.criteria) + prices.weight(self.price)


class Terms(Section, frozen=True):
    """The rules chosen, the dates, and what of the scores becomes public."""

    regime: str = ""
    closes_at: datetime | None = None
    decision_on: date | None = None
    publish_scores: Literal["individual", "panel"] = "individual"
    publish_diagnostics: bool = False
    minimum_panel: Annotated[int, Meta(ge=2, le=15)] = 2
    standstill_days: Annotated[int, Meta(ge=0, le=60)] = 0
    contact: Words = ""


class Content(Struct, frozen=True, forbid_unknown_fields=True):
    """A whole challenge, as approved, hashed and published."""

    language: str = "en"
    problem: Problem = Problem()
    affected: Affected = Affected()
    tried: Tried = Tried()
    outcomes: Outcomes = Outcomes()
    data: Data = Data()
    adoption: Adoption = Adoption()
    stages: Stages = Stages()
    eligibility: Eligibility = Eligibility()
    questions: Questions = Questions()
    criteria: Criteria = Criteria()
    terms: Terms = Terms()


SECTIONS: dict[str, type[Section]] = {
    "problem": Problem,
    "affected": Affected,
    "tried": Tried,
    "outcomes": Outcomes,
    "data": Data,
    "adoption": Adoption,
    "stages": Stages,
    "eligibility": Eligibility,
    "questions": Questions,
    "criteria": Criteria,
    "terms": Terms,
}
