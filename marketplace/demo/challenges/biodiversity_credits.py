"""In engagement: how somebody who restores nature can sell what they achieved, and be believed."""

from __future__ import annotations

from marketplace.demo.story import StoryChallenge, StoryMeeting, prose
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
        title="Credible and simple biodiversity credits",
        summary=prose("""
            People who bring wildlife back to their land have no trusted way to sell what they achieved.
            Buyers who would pay fear that they pay for nothing. We look for a way to show a gain that both
            sides believe and that a farmer can afford.
        """),
        topic="environment",
        problem=prose("""
            A hill farmer near Kinlarig blocked 4 km of drains and stopped grazing 60 hectares. Six years
            later the curlew are back. She has photographs, a bird count by a neighbour and no buyer. Two
            companies came to look. Both asked the same thing: how do we know that this happened because of
            you, and that it lasts? She could not answer, and neither could we.

            A full ecological survey answers it, at about £9,000 a site. For most holdings in our area that
            is more than a year of credits would earn. Cheaper methods exist for woodland and for carbon.
            For the whole of what lives on a piece of land, nothing is both cheap and believed.
        """),
        why_now=prose("""
            Grants for restoration in our area end in three years, and 212 holdings depend on them. Eleven
            companies told us last winter that they have money set aside for nature and nowhere they dare to
            spend it. If the first sales go wrong, nobody will trust the second.
        """),
    ),
    affected=Affected(
        affected=prose("""
            212 holdings that restore land with our grants, most of them smaller than 300 hectares. 40
            community groups that own land together. Buyers, from a distillery to a pension fund. Our own 14
            field officers, who are asked to vouch for sites that they saw once. People who live nearby, and
            who have a right to know what was sold in their name.
        """),
    ),
    tried=Tried(
        tried=prose("""
            Four years ago we ran our own scoring sheet with 30 holdings. Two officers scored the same field
            and differed by half. We stopped after one season.

            A year later we paid for full surveys of eight sites. The results were good and cost £71,000. No
            site found a buyer, because the surveys arrived after the buyers' financial year had closed.

            A voluntary register run with two landowners' groups listed 19 sites. Three of them claimed
            gains that began before the restoration. A newspaper found it before we did. We closed the
            register.
        """),
    ),
    outcomes=Outcomes(
        outcomes=(
            Outcome(
                measure="Cost of evidence for one holding of 100 hectares, in the first year",
                baseline="£9,000 for a full survey",
                target="£1,500 or less",
            ),
            Outcome(
                measure="Difference between two independent assessments of the same site",
                baseline="50 in 100 (our scoring sheet)",
                target="15 in 100 or less",
            ),
            Outcome(
                measure="Holdings that sold a gain, with the evidence open to anybody",
                baseline="0",
                target="12 within two years",
            ),
        ),
    ),
    data=Data(
        data=(
            DataSet(
                name="Habitat map of the Northern Uplands, 10 m squares, renewed each year",
                licence="Open Government Licence v3.0",
                format="GeoPackage",
                lawful_basis="No personal data",
            ),
            DataSet(
                name="Full ecological surveys of eight sites, with methods and raw counts",
                licence="Open Government Licence v3.0",
                format="CSV and PDF",
                lawful_basis="No personal data; nest sites of protected birds rounded to 2 km",
            ),
            DataSet(
                name="Grant agreements of 212 holdings: what was done, where and when",
                licence="For the challenge only, under a data-sharing agreement",
                format="CSV",
                lawful_basis="Public task; owners' names removed, owners told beforehand",
            ),
        ),
    ),
    adoption=Adoption(
        adoption=prose("""
            If the accelerator shows that two assessors agree and that a buyer would pay, we use the result
            in our own grant scheme from the next round, with 25 holdings first. Our head of land programmes
            owns that budget line and sits on the board of this challenge. Three neighbouring agencies asked
            to receive the gate reports. None of them has promised to buy.
        """),
        intellectual_property=prose("""
            You keep what you make. We receive a free, lasting licence to use it for our own work. The
            method of measuring has to be published in full: a credit that rests on a secret method is not
            credible.
        """),
    ),
    stages=Stages(
        stages=(
            StagePlan(name="Open call", collects="proposal", days=28, money=0, teams=0, forward=6),
            StagePlan(name="Interview", collects="nothing", days=12, money=0, teams=6, forward=3),
            StagePlan(name="Exploration", collects="report", days=21, money=500_000, teams=3, forward=1),
            StagePlan(name="Accelerator", collects="report", days=105, money=3_000_000, teams=1, forward=1),
            StagePlan(
                name="Pre-commercial agreement",
                collects="milestones",
                days=365,
                money=60_500_000,
                teams=1,
                forward=1,
            ),
        ),
        budget=65_000_000,
    ),
    eligibility=Eligibility(everyone=True),
    questions=Questions(
        questions=(
            Question(
                id="evidence",
                prompt="How would you show a gain in wildlife that a stranger can check?",
                words=400,
                guidance="Say what is counted, by whom, how often, and what it cannot see.",
            ),
            Question(
                id="honesty",
                prompt="How could somebody cheat, and how would anybody notice?",
                words=250,
                guidance="Think of gains that were there before, that move next door, or that do not last.",
            ),
            Question(
                id="holding",
                prompt="What does a farmer of 100 hectares have to do in the first year?",
                words=200,
                guidance="Hours, money, things to carry.",
            ),
            Question(
                id="exploration",
                prompt="What would you test in three weeks with £5,000, and what result would make you stop?",
                words=250,
            ),
        ),
    ),
    criteria=Criteria(
        criteria=(
            Criterion(
                id="credible",
                name="Believable evidence",
                meaning="Would a careful buyer and a sceptical neighbour accept it?",
                weight=35,
                levels=(
                    "No way to measure a gain is described.",
                    "A measure is named, but nobody outside could repeat it.",
                    "Others could repeat it; the comparison with land left alone is missing.",
                    "Repeatable and compared with land left alone, with known limits.",
                    "As before, and its error has been measured somewhere already.",
                ),
                questions=("evidence",),
                minimum=2,
            ),
            Criterion(
                id="honest",
                name="Hard to cheat",
                meaning="Are the ways to sell nothing known, and closed?",
                weight=25,
                levels=(
                    "Cheating is not considered.",
                    "It is left to good will or to a later audit.",
                    "One of the three known ways is closed.",
                    "All three known ways are closed or made visible.",
                    "As before, and anybody can look for new ones in open data.",
                ),
                questions=("honesty", "evidence"),
            ),
            Criterion(
                id="small",
                name="Within reach of a small holding",
                meaning="Hours and money that a family farm has.",
                weight=20,
                levels=(
                    "Needs an expert on site each season.",
                    "More than £5,000 in the first year.",
                    "Up to £5,000, or more than ten days of work.",
                    "Up to £1,500 and five days of work.",
                    "As before, and it works without a signal or a computer at home.",
                ),
                questions=("holding",),
            ),
            Criterion(
                id="test",
                name="A test that can fail",
                meaning="Would three weeks tell us something that we do not know?",
                weight=20,
                levels=(
                    "No test.",
                    "A demonstration that cannot fail.",
                    "A test, without saying which result counts as no.",
                    "A test with a result that would end the work.",
                    "As before, on a site whose true state we already know.",
                ),
                questions=("exploration",),
            ),
        ),
        minimum_total=50,
    ),
    terms=Terms(regime="scotland-pcp", contact="credits@uplands-nature.example"),
)

CHALLENGE = StoryChallenge(
    key="biodiversity-credits",
    authority="northern-uplands-nature",
    content=CONTENT,
    people={
        "editor": ("catriona-baird",),
        "approver": ("euan-strachan",),
        "lead": ("catriona-baird",),
        "openers": ("catriona-baird", "euan-strachan"),
        "chair": ("lorna-petrie",),
        "evaluators": ("lorna-petrie", "femi-adeyemi"),
    },
    day_opened=18,
    days_open=28,
    reaches="engagement",
    engagement=(
        StoryMeeting(
            day=-12,
            whom="Open meeting in Kinlarig village hall: 31 landowners, 6 firms, 2 charities",
            given=prose("""
                The draft problem statement, the three outcomes and the list of data. Slides are on our
                site. We said that the method must be published. Two firms said that they would not bid on
                those terms.
            """),
        ),
        StoryMeeting(
            day=-8,
            whom="Fieldnote CIC, by telephone, 20 minutes, at their request",
            given="The habitat map's address and its licence. Nothing that is not in the draft statement.",
        ),
        StoryMeeting(
            day=-5,
            whom="Tidewrack Research Ltd and Kelpie Instruments Ltd, one call together",
            given=prose("""
                How the eight sites were surveyed, and where the raw counts are. They asked whether samples
                of soil or water may count as evidence. We said yes, and added the answer to the draft.
            """),
        ),
    ),
)
