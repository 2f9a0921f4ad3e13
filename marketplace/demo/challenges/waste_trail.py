"""Scoring under way: following 23 million movements of waste from producer to end."""

from __future__ import annotations

from marketplace.demo.challenges.waste_trail_proposals import PROPOSALS
from marketplace.demo.story import StoryChallenge, prose
from marketplace.rules.challenges import (
    Adoption,
    Affected,
    Condition,
    Content,
    Criteria,
    Criterion,
    Data,
    DataSet,
    Eligibility,
    Outcome,
    Outcomes,
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
        title="Following waste from producer to end",
        summary=prose("""
            About 23 million movements of waste a year are recorded on paper or in systems that do not talk
            to each other. That hides crime, and hides what could be used again. We look for ways to follow
            a load that cost an honest haulier less time than today's note.
        """),
        topic="environment",
        problem=prose("""
            A skip leaves a building site with a note in three colours. One copy stays, one rides along, one
            goes to whoever takes the load. Each is kept for two years, and almost nobody looks at it. To
            follow a single load that was dumped in a wood took two of our officers eleven working days last
            year. The note had been copied, and the site named on it had closed.

            Honest firms pay twice: once for the paper, about four minutes a load, and once in lost work,
            because a rival that tips illegally can ask half the price.
        """),
        why_now=prose("""
            A duty to record waste movements electronically is being prepared. We have one year in which to
            find out what works in a lorry cab, before a form is written into law. After that it would be
            changed once in ten years.
        """),
    ),
    affected=Affected(
        affected=prose("""
            Some 140,000 firms that hand waste over, from hospitals to hairdressers. 31,000 carriers, most
            with fewer than three vehicles. 6,200 sites that take waste in. People who live beside a field
            where it was left. Our own 85 officers.
        """),
    ),
    tried=Tried(
        tried=prose("""
            A voluntary electronic note ran for five years. It was well made. Under one in a hundred
            movements used it, because a carrier needed it and paper as well whenever the other side did not
            join.

            We bought satellite trackers for forty skips. Nineteen were lost in three months, and the rest
            told us where the skip was, not what was in it.

            A pilot with one large firm's records found four suspicious sites. It took an analyst five
            months, and no second firm's records had the same columns.
        """),
    ),
    outcomes=Outcomes(
        outcomes=(
            Outcome(
                measure="Time for a driver to record one movement",
                baseline="4 minutes on paper",
                target="1 minute or less, without a signal",
            ),
            Outcome(
                measure="Working days to follow one dumped load back to its producer",
                baseline="11 days",
                target="Half a day",
            ),
            Outcome(
                measure="Movements of which both ends are recorded and agree",
                baseline="Not known; 62 in 100 in a sample of 900 notes",
                target="95 in 100 in the pilot area",
            ),
        ),
    ),
    data=Data(
        data=(
            DataSet(
                name="Sample of 900 paper notes, both ends, typed in by hand",
                licence="Open Government Licence v3.0",
                format="CSV",
                lawful_basis="No personal data; firms replaced by numbers",
            ),
            DataSet(
                name="Register of carriers and permitted sites",
                licence="Open Government Licence v3.0",
                format="CSV and JSON, renewed daily",
                lawful_basis="Public register",
            ),
            DataSet(
                name="Twelve closed cases of illegal dumping, as they were found",
                licence="On our premises only, for teams in phase 1",
                format="Paper and scans",
                lawful_basis="Law enforcement; officers stay in the room",
            ),
        ),
    ),
    adoption=Adoption(
        adoption=prose("""
            Phase 2 runs with all carriers of one county, about 700. What reaches the first two outcomes
            there goes into the technical standard that the new duty refers to. We do not buy one system for
            the country: anybody may build to the standard. The head of regulation owns it and sits on the
            board.
        """),
        intellectual_property=prose("""
            You keep your product. Formats and rules for exchanging records are published under an open
            licence from the first day of phase 2, so that no carrier depends on one supplier.
        """),
    ),
    stages=Stages(
        stages=(
            StagePlan(name="Open call", collects="proposal", days=28, money=0, teams=0, forward=5),
            StagePlan(name="Phase 1", collects="report", days=84, money=8_000_000, teams=5, forward=1),
            StagePlan(name="Phase 2", collects="milestones", days=365, money=100_000_000, teams=1, forward=1),
        ),
        budget=140_000_000,
    ),
    eligibility=Eligibility(
        conditions=(
            Condition("free", "No firm that takes part in phase 1 has to buy or rent anything"),
            Condition("entity", "You are a legal entity, or will be one before an agreement is signed"),
        ),
    ),
    questions=Questions(
        questions=(
            Question(
                id="cab",
                prompt="What does a driver do, in the cab, in the rain, without a signal?",
                words=250,
                guidance="Count seconds and hands.",
            ),
            Question(
                id="crime",
                prompt="Take one way to cheat today's note. How would your idea make it visible?",
                words=250,
            ),
            Question(
                id="others",
                prompt="How does your idea work with firms that never use your product?",
                words=200,
            ),
            Question(
                id="phase",
                prompt="What would you test in phase 1, and what result would make you stop?",
                words=200,
            ),
        ),
    ),
    criteria=Criteria(
        criteria=(
            Criterion(
                id="follow",
                name="Follows the load",
                meaning="From where it arose to where it ends, through mixing and sorting.",
                weight=35,
                levels=(
                    "Records one end only.",
                    "Both ends, for loads that stay whole.",
                    "Both ends, and sorting is mentioned without a method.",
                    "Follows a load through one sorting site.",
                    "As before, and tried on real loads.",
                ),
                questions=("crime", "phase"),
                minimum=2,
            ),
            Criterion(
                id="burden",
                name="Less work for the honest",
                meaning="Seconds in the cab, money in the office.",
                weight=25,
                levels=(
                    "More work than paper.",
                    "As much work as paper.",
                    "Less work where there is a signal.",
                    "About a minute, with or without a signal.",
                    "As before, timed with drivers.",
                ),
                questions=("cab",),
            ),
            Criterion(
                id="crime",
                name="Shows what is hidden",
                meaning="Ways to cheat become visible to an officer.",
                weight=25,
                levels=(
                    "Cheating is not considered.",
                    "Depends on people reporting themselves.",
                    "Shows one known way, after the fact.",
                    "Shows a known way within days, with a rate of false alarms.",
                    "As before, checked against closed cases.",
                ),
                questions=("crime",),
            ),
            Criterion(
                id="open",
                name="Works with strangers",
                meaning="No carrier has to buy it for it to be of use.",
                weight=15,
                levels=(
                    "Only between its own customers.",
                    "Others can be added, one by one, by the supplier.",
                    "Others can send files in a published format.",
                    "Published format both ways, with a test that anybody can run.",
                    "As before, and a rival has tried it.",
                ),
                questions=("others",),
            ),
        ),
        minimum_total=50,
    ),
    terms=Terms(regime="rd-exempt", contact="movements@amw.example"),
)

CHALLENGE = StoryChallenge(
    key="waste-trail",
    authority="materials-and-waste",
    content=CONTENT,
    people={
        "editor": ("olivia-trent",),
        "approver": ("gareth-pugh",),
        "lead": ("olivia-trent",),
        "openers": ("olivia-trent", "gareth-pugh"),
        "chair": ("ngozi-okafor",),
        "evaluators": ("ngozi-okafor", "peter-lindqvist", "ruth-abel"),
    },
    day_opened=-56,
    days_open=28,
    reaches="scoring",
    proposals=PROPOSALS,
    opening_words=prose("""
        Five sealed proposals, five opened. Every fingerprint is the one in the receipt. Nobody was late.
    """),
)
