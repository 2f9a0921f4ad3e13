"""Open: what councils know of their land, put together so that somebody can build on it."""

from __future__ import annotations

from marketplace.demo.story import StoryChallenge, prose
from marketplace.rules.challenges import (
    Adoption,
    Affected,
    Content,
    Criteria,
    Criterion,
    Data,
    DataSet,
    Eligibility,
    Outcome,
    Outcomes,
    Price,
    Problem,
    Question,
    Questions,
    StagePlan,
    Stages,
    Terms,
    Tried,
)

CONTENT = Content(
    problem=Problem(
        title="Finding land for homes",
        summary=prose("""
            Our maps show where homes could go, in formats that nobody can put together. Small builders
            never see the sites that would suit them. We look for a way to find them in a morning.
        """),
        topic="housing",
        problem=prose("""
            The borough owns 2,140 pieces of land. Garages stand on 311 of them, and 190 of those have been
            empty for two years. Which of them could hold four homes is known to somebody: the drains are in
            one system, the trees in another, the covenants on paper in a cellar.

            A planner needs nine days to say of one site what can be built there. So we look at the large
            sites, and the small ones stay garages.
        """),
        why_now=prose("""
            The housing plan asks for 400 homes on small sites by 2030. In three years we found land for 31.
        """),
    ),
    affected=Affected(
        affected=prose("""
            3,900 households on the waiting list. Some sixty small builders in and around the borough. Four
            planners. Neighbours, who learn of a plan last.
        """),
    ),
    tried=Tried(
        tried=prose("""
            A register of sites, bought in 2022. Keeping it up to date took one person; when she left, it
            stopped. A consultant's list of 85 sites: 60 had a sewer under them.
        """),
    ),
    outcomes=Outcomes(
        outcomes=(
            Outcome(
                measure="Time to say of a small site what could stand there",
                baseline="9 days",
                target="2 hours",
            ),
            Outcome(measure="Small sites on which building has begun, in a year", baseline="4", target="20"),
        ),
    ),
    data=Data(
        data=(
            DataSet(
                name="Council land: outlines, use, restrictions as far as they are known",
                licence="Open Government Licence v3.0",
                format="GeoPackage",
                lawful_basis="No personal data",
            ),
            DataSet(
                name="Drains and sewers under council land",
                licence="For this challenge only",
                format="Shapefile, three different ones",
                lawful_basis="No personal data; security terms apply",
            ),
        ),
    ),
    adoption=Adoption(
        adoption=prose("""
            Planning and housing share one budget line for this from April. If the first outcome is reached
            on 50 sites, we use it for all, and two neighbouring boroughs join on the same terms.
        """),
        intellectual_property=prose("""
            You keep your rights. What you find out about our land is ours, and public where it may be.
        """),
    ),
    stages=Stages(
        stages=(
            StagePlan(name="Open call", collects="proposal", days=28, money=0, teams=0, forward=4),
            StagePlan(name="Exploration", collects="report", days=60, money=800_000, teams=4, forward=1),
            StagePlan(
                name="First 50 sites", collects="report", days=120, money=4_500_000, teams=1, forward=1
            ),
        ),
        budget=8_000_000,
    ),
    eligibility=Eligibility(everyone=True),
    questions=Questions(
        questions=(
            Question(
                id="site",
                prompt="Take one row of empty garages. How would you find out what can stand there?",
                words=400,
            ),
            Question(id="wrong", prompt="What will our data get wrong, and how will you notice?", words=250),
            Question(id="after", prompt="Who keeps it true when you are gone?", words=200),
            Question(id="team", prompt="Who does the work?", words=150),
        ),
    ),
    criteria=Criteria(
        criteria=(
            Criterion(
                id="finds",
                name="Finds land",
                meaning="Would a small builder have a site to look at on Monday?",
                weight=34,
                levels=(
                    "Describes a platform.",
                    "Describes a map.",
                    "Leads to a list of sites.",
                    "Leads to a list with what could stand on each.",
                    "As before, shown on a site of ours or of somebody else.",
                ),
                questions=("site",),
            ),
            Criterion(
                id="doubt",
                name="Doubts the data",
                meaning="Sewers are not where the map says.",
                weight=30,
                levels=(
                    "Trusts what it is given.",
                    "Says that data can be wrong.",
                    "Names what is wrong how often.",
                    "Has a way to notice each.",
                    "As before, tried on real records.",
                ),
                questions=("wrong",),
            ),
            Criterion(
                id="stays",
                name="Stays true",
                meaning="Without one person who only does that.",
                weight=21,
                levels=(
                    "Nothing is said.",
                    "Somebody has to type.",
                    "Follows the systems that people use anyway.",
                    "As before, and says when it no longer does.",
                    "As before, after a year elsewhere.",
                ),
                questions=("after", "team"),
            ),
        ),
        minimum_total=50,
        price=Price(method="reference_ratio", weight=15, amount=4_500_000),
    ),
    terms=Terms(regime="rd-exempt", contact="homes@eastmarch.example"),
)

CHALLENGE = StoryChallenge(
    key="land-for-homes",
    authority="eastmarch",
    content=CONTENT,
    people={
        "editor": ("adaeze-bright",),
        "approver": ("leonard-fisk",),
        "lead": ("adaeze-bright",),
        "openers": ("adaeze-bright", "leonard-fisk"),
        "chair": ("parveen-malik",),
        "evaluators": ("parveen-malik", "ben-hollier"),
    },
    day_opened=-5,
    days_open=28,
    reaches="open",
)
