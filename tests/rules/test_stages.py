"""Templates, and what a draft lacks before review."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec
import pytest

from marketplace.rules import canonical, limits, references, stages
from marketplace.rules import challenges as c
from tests.factories import beside

TEMPLATE = stages.TEMPLATES["civtech"]
WHOLE = c.Content(
    problem=c.Problem("A title", "A summary", "housing", "The problem.", "It grows."),
    affected=c.Affected("Tenants."),
    tried=c.Tried("Leaflets."),
    outcomes=c.Outcomes((c.Outcome("Days to repair", "90", "30"),)),
    data=c.Data(none_offered=True),
    adoption=c.Adoption("The repairs service runs it.", "The supplier keeps it."),
    stages=TEMPLATE.stages,
    eligibility=c.Eligibility(everyone=True),
    questions=TEMPLATE.questions,
    criteria=TEMPLATE.criteria,
    terms=c.Terms(
        regime="none",
        closes_at=datetime(2026, 6, 29, 11, tzinfo=UTC),
        decision_on=date(2026, 9, 1),
        contact="The team",
    ),
)


def changed(section: c.Section, **values: object) -> c.Section:
    return msgspec.structs.replace(section, **values)


@pytest.mark.parametrize("template", stages.TEMPLATES.values(), ids=stages.TEMPLATES)
def test_a_template_needs_no_repair(template: stages.Template) -> None:
    content = msgspec.structs.replace(
        WHOLE, stages=template.stages, questions=template.questions, criteria=template.criteria
    )
    assert stages.complete(content) == []
    assert [criterion.weight for criterion in template.criteria.criteria] == [30, 35, 20, 15]
    assert all(criterion.maximum == 4 for criterion in template.criteria.criteria)
    assert len(template.questions.questions) == 4
    assert all(300 <= question.words <= 500 for question in template.questions.questions)
    assert msgspec.json.decode(msgspec.json.encode(content), type=c.Content) == content


def test_the_default_template_has_the_stages_of_the_programme() -> None:
    rows = [(s.collects, s.days, s.money, s.forward) for s in TEMPLATE.stages.stages]
    assert rows == [
        ("proposal", 21, 0, 6),
        ("nothing", 12, 0, 3),
        ("report", 21, 500_000, 1),
        ("report", 105, 3_000_000, 1),
        ("milestones", 365, 65_000_000, 1),
    ]


def test_an_empty_challenge_lacks_something_in_every_section() -> None:
    codes = stages.complete(c.Content())
    assert {code.split(".")[0] for code in codes} == set(c.SECTIONS)
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("name", c.SECTIONS)
def test_a_section_is_to_do_until_touched_and_done_without_gaps(name: str) -> None:
    assert stages.section_state(name, c.SECTIONS[name]()) == "untouched"
    assert stages.section_state(name, getattr(WHOLE, name)) == "done"


def test_a_section_with_gaps_is_started() -> None:
    assert stages.section_state("problem", c.Problem(title="A title")) == "started"
    with pytest.raises(KeyError):
        stages.section_state("nothing", c.Problem())


def plan(
    collects: str = "report", money: int = 0, teams: int = 1, forward: int = 1, name: str = "X"
) -> c.StagePlan:
    return c.StagePlan(name, collects, 10, money, teams, forward)  # type: ignore[arg-type]


CALL = plan("proposal", teams=0, forward=3)


@pytest.mark.parametrize(
    ("section", "codes"),
    [
        (changed(WHOLE.problem, topic="gardens", title=" "), ("problem.title", "problem.topic")),
        (c.Outcomes((c.Outcome("Days", "", " "),)), ("outcomes.baseline", "outcomes.target")),
        (c.Data((c.DataSet("Repairs", "OGL", "", "x"),), none_offered=True), ("data.data", "data.format")),
        (c.Stages((CALL, plan(money=2, teams=3)), budget=5), ("stages.budget",)),
        (c.Stages((CALL, plan(money=2, teams=3)), budget=6), ()),
        (c.Stages((plan("report"),)), ("stages.first",)),
        (c.Stages((CALL, plan("proposal"))), ("stages.later",)),
        (c.Stages((CALL, plan(teams=4))), ("stages.teams",)),
        (c.Stages((CALL, plan(teams=2, forward=3))), ("stages.forward",)),
        (c.Stages((CALL, plan(name=" "))), ("stages.name",)),
        (c.Stages((plan("proposal", teams=0, forward=41),)), ("stages.winners",)),
        (c.Stages((plan("proposal", teams=0, forward=41), plan(teams=40, forward=40))), ()),
        (
            c.Questions((c.Question("a", " ", 50), c.Question("a", "x", 50))),
            ("questions.ids", "questions.prompt"),
        ),
        (changed(WHOLE.terms, regime="gone"), ("terms.regime",)),
        (changed(WHOLE.terms, decision_on=date(2026, 6, 28)), ("terms.order",)),
        (changed(WHOLE.terms, regime="pa2023-below", standstill_days=7), ("terms.standstill",)),
        (changed(WHOLE.terms, closes_at=None, decision_on=None), ("terms.closes_at", "terms.decision_on")),
    ],
)
def test_what_a_section_lacks(section: c.Section, codes: tuple[str, ...]) -> None:
    assert stages.gaps(section) == codes


def test_as_many_as_can_be_selected_fit_into_the_entry_of_the_award() -> None:
    slug = references.slug("x" * 200) + "-99"
    selected = {
        "proposals": [references.new("PR") for _ in range(limits.WINNERS)],
        "suppliers": [slug] * limits.WINNERS,
    }
    assert len(canonical.encode(selected)) < canonical.LEAF_LIMIT - 500


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"weight": 31}, "criteria.weights"),
        ({"id": "team"}, "criteria.ids"),
        ({"id": "draw"}, "criteria.ids"),
        ({"name": " "}, "criteria.name"),
        ({"meaning": ""}, "criteria.meaning"),
        ({"levels": ("a", "b")}, "criteria.levels"),
        ({"levels": ("a",) * 12}, "criteria.levels"),
        ({"levels": ("a", " ", "c")}, "criteria.levels"),
        ({"minimum": 5}, "criteria.minimum"),
        ({"questions": ("unknown",)}, "criteria.questions"),
    ],
)
def test_what_a_criterion_gets_wrong(change: dict[str, object], code: str) -> None:
    first, *others = TEMPLATE.criteria.criteria
    criteria = c.Criteria((msgspec.structs.replace(first, **change), *others))
    assert stages.complete(msgspec.structs.replace(WHOLE, criteria=criteria)) == [code]


@pytest.mark.parametrize(
    ("price", "codes"),
    [
        (c.Price("none", 20), []),
        (c.Price("lowest_ratio", 20), []),
        (c.Price("ceiling_linear", 20, 1), []),
        (c.Price("reference_ratio", 30, 1), []),
        (c.Price("ceiling_linear", 20), ["criteria.price_ceiling"]),
        (c.Price("reference_ratio", 20), ["criteria.price_reference"]),
        (c.Price("lowest_ratio", 0), ["criteria.price_weight"]),
        (c.Price("lowest_ratio", 31), ["criteria.price_reason"]),
        (c.Price("lowest_ratio", 31, reason=" "), ["criteria.price_reason"]),
        (c.Price("lowest_ratio", 31, reason="The work is the same whoever does it."), []),
    ],
)
def test_what_a_price_lacks_blocks_the_review(price: c.Price, codes: list[str]) -> None:
    criteria = beside(TEMPLATE.criteria, price if price.counts else c.Price())
    criteria = msgspec.structs.replace(criteria, price=price)
    one = stages.TEMPLATES["one-stage"].stages
    assert stages.complete(msgspec.structs.replace(WHOLE, criteria=criteria, stages=one)) == codes


def test_the_lowest_price_counts_in_one_stage_alone_since_points_would_tell_it_to_rivals_who_go_on() -> None:
    criteria = beside(TEMPLATE.criteria, c.Price("lowest_ratio", 20))
    assert stages.complete(msgspec.structs.replace(WHOLE, criteria=criteria)) == ["criteria.price_lowest"]
    fair = beside(TEMPLATE.criteria, c.Price("ceiling_linear", 20, 1))
    assert stages.complete(msgspec.structs.replace(WHOLE, criteria=fair)) == []


def test_weights_make_100_with_that_of_the_price() -> None:
    criteria = msgspec.structs.replace(TEMPLATE.criteria, price=c.Price("lowest_ratio", 20))
    assert criteria.weight == 120
    assert stages.gaps(criteria) == ("criteria.weights",)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We need an app, a smart App and AI.", ("app", "smart", "AI")),
        ("A dashboard on a sensor network", ("dashboard", "sensor network")),
        ("A happy platformer said nothing, and Ai is a name.", ()),
        ("Families wait ninety days for a repair.", ()),
    ],
)
def test_words_that_name_a_solution_are_marked(text: str, found: tuple[str, ...]) -> None:
    assert stages.solution_words(text) == found
