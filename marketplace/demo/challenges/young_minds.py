"""Awarded: the first conversation about a young person's mental health."""

from __future__ import annotations

from marketplace.demo.challenges.young_minds_proposals import PROPOSALS
from marketplace.demo.story import StoryAgreed, StoryChallenge, prose
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
        title="Starting the conversation about young people's mental health",
        summary=prose("""
            Young people who struggle do not know whom to tell first, and those around them do not know how
            to listen. We look for ways to make the first conversation happen sooner and go better, with the
            people who are already there.
        """),
        topic="health",
        problem=prose("""
            We asked 410 people between 12 and 19 whom they had told first. A friend, said 58 in 100. A
            parent, 14. A teacher, 6. A doctor, 2. One in five had told nobody. Then we asked what the other
            person said. The commonest answer was: they changed the subject.

            Our services wait behind a referral. The median time between the first bad month and the first
            contact with us is 14 months. Most of it passes before anybody has said a word aloud.
        """),
        why_now=prose("""
            Referrals rose by a third in two years, and the youngest are eleven. Schools in the area begin a
            shared timetable after the summer with one free hour a week. Head teachers offered part of it to
            us, once, for one year.
        """),
    ),
    affected=Affected(
        affected=prose("""
            38,000 people between 12 and 19, a quarter of them on islands where everybody knows everybody.
            Their friends, who carry most of it today. Parents, teachers, coaches, bus drivers, the woman in
            the chip shop. Our 26 clinicians, who meet them last.
        """),
    ),
    tried=Tried(
        tried=prose("""
            A text line ran for two years. Nine in ten messages came from adults who were worried, which is
            useful, but not what it was for.

            We trained 120 teachers for a day. Eight months later a third could name a pupil with whom they
            had used it. Pupils told us that a teacher who has been on a course talks like a leaflet.

            A poster with a telephone number hung in every school. When we asked, nobody under 16 remembered
            it. Several said that they never ring anybody.
        """),
    ),
    outcomes=Outcomes(
        outcomes=(
            Outcome(
                measure="Months from the first bad month to the first conversation, median",
                baseline="8",
                target="3",
            ),
            Outcome(
                measure="Young people who say that the first person they told listened",
                baseline="31 in 100",
                target="55 in 100",
            ),
            Outcome(
                measure="Young people who struggled and told nobody",
                baseline="20 in 100",
                target="10 in 100",
            ),
        ),
    ),
    data=Data(
        data=(
            DataSet(
                name="Answers of 410 young people, 12 questions, in figures",
                licence="Open Government Licence v3.0",
                format="CSV",
                lawful_basis="No personal data; groups under ten merged",
            ),
            DataSet(
                name="Referrals of four years by month, age group and area",
                licence="Open Government Licence v3.0",
                format="CSV",
                lawful_basis="No personal data; small numbers rounded to five",
            ),
        ),
    ),
    adoption=Adoption(
        adoption=prose("""
            Four schools and two islands take part for one school year. If the first two outcomes move by
            half of the way, the board pays for all 29 schools for three years out of the prevention budget.
            The director of public health signed this. She also signed that a stop in month six is not a
            failure.
        """),
        intellectual_property=prose("""
            You keep what you make, and we may use it without a fee in our area. Words written by young
            people remain theirs, and are used only as they agreed. Everything that adults are taught is
            published for anybody.
        """),
    ),
    stages=Stages(
        stages=(
            StagePlan(name="Proposals", collects="proposal", days=33, money=26_000_000, teams=1, forward=1),
        ),
        budget=26_000_000,
    ),
    eligibility=Eligibility(
        conditions=(
            Condition(
                "checked", "Everybody of yours who meets young people has an enhanced background check"
            ),
        ),
    ),
    questions=Questions(
        questions=(
            Question(
                id="first",
                prompt="Describe one first conversation that would not have happened without you.",
                words=350,
                guidance="Who is there, what is said, what happens the day after?",
            ),
            Question(
                id="young",
                prompt="What did young people change in your idea, and what will they decide?",
                words=250,
            ),
            Question(
                id="harm",
                prompt="How could this hurt somebody, and what do you do then?",
                words=300,
                guidance="Include the friend who listens.",
            ),
            Question(
                id="after",
                prompt="What remains after the school year, and what does it cost?",
                words=150,
            ),
        ),
    ),
    criteria=Criteria(
        criteria=(
            Criterion(
                id="listening",
                name="Better first conversations",
                meaning="Somebody says it sooner, and somebody listens.",
                weight=25,
                levels=(
                    "No conversation is described.",
                    "A message or a form in place of a conversation.",
                    "A conversation with a professional, sooner.",
                    "A conversation with somebody who is there anyway.",
                    "As before, with evidence that listening got better.",
                ),
                questions=("first",),
            ),
            Criterion(
                id="young",
                name="Made with young people",
                meaning="They changed it, and go on deciding.",
                weight=25,
                levels=(
                    "Young people are users.",
                    "Young people were asked for an opinion.",
                    "They changed something that is named.",
                    "They changed it and decide about part of it.",
                    "As before, among them some who had told nobody.",
                ),
                questions=("young",),
            ),
            Criterion(
                id="safe",
                name="Does no harm",
                meaning="For the one who speaks and the one who listens.",
                weight=20,
                levels=(
                    "Harm is not considered.",
                    "A telephone number is given for emergencies.",
                    "A way to a clinician, with hours and names.",
                    "As before, and care for those who listen.",
                    "As before, and it was needed once and worked.",
                ),
                questions=("harm",),
                minimum=2,
            ),
            Criterion(
                id="lasting",
                name="Lasts",
                meaning="Costs and people after the first year.",
                weight=10,
                levels=(
                    "Ends with the money.",
                    "Would go on, with no cost given.",
                    "A cost is given, without a payer.",
                    "A cost and a payer, and people who carry it on.",
                    "As before, and it goes on today somewhere unpaid.",
                ),
                questions=("after",),
            ),
        ),
        minimum_total=45,
        price=Price(method="ceiling_linear", weight=20, amount=26_000_000),
    ),
    terms=Terms(regime="scotland-higher", contact="first.words@caldrumhealth.example"),
)

CHALLENGE = StoryChallenge(
    key="young-minds",
    authority="caldrum-health",
    content=CONTENT,
    people={
        "editor": ("mairi-fraser",),
        "approver": ("alasdair-kerr",),
        "lead": ("mairi-fraser",),
        "openers": ("mairi-fraser", "alasdair-kerr"),
        "chair": ("ritu-banerjee",),
        "evaluators": ("ritu-banerjee", "callum-reid"),
    },
    day_opened=-118,
    days_open=33,
    reaches="awarded",
    day_decided=-46,
    day_ended=-30,
    winner="bellwether",
    proposals=PROPOSALS,
    opening_words="Five sealed proposals, five opened, each with the fingerprint on its receipt.",
    agreed=(
        StoryAgreed(
            supplier="two-lighthouses",
            criterion="safe",
            level=2,
            reasons={
                "callum-reid": prose("""
                Walkers meet each month, which is care for those who listen. The answer itself says that on
                days without a ferry nobody trained is there.
            """)
            },
        ),
        StoryAgreed(
            supplier="bellwether",
            criterion="lasting",
            level=3,
            reasons={
                "callum-reid": prose("""
                Three schools pay from their own funds today, which is a payer. What nobody pays beyond the
                third year is the duty worker, and the answer says so.
            """)
            },
        ),
    ),
    moderation_notes=prose("""
        We began where we were apart, and read each answer aloud before anybody said a level. Where we were
        one apart and neither was persuaded, the mean stands. Nobody asked what it would add up to.
    """),
    selection_reason=prose("""
        Bellwether trains friends, because friends are told first, and can show that listening got better.
        Young people run the part that matters and can stop it. Two Lighthouses came close with the most
        convincing conversation of all. The panel judged Bellwether's care for those who listen to be
        further along.
    """),
    not_selected_reasons={
        "two-lighthouses": prose("""
            The walk is the conversation that both evaluators remembered, and you measured it. You came
            second. On safety one of us saw no cover on ferry days when neither of you is ashore; a named
            deputy would have raised that score.
        """),
        "saltmarsh-studio": prose("""
            A sound proposal in every part, with good care for the listener. Nobody who had told nobody was
            among the young people who shaped it, and the evidence for better listening came from adults'
            reports.
        """),
        "greylag-systems": prose("""
            Your way to a clinician is well organised and was scored high. The first contact is a form, and
            pupils were asked about it once it was built. The challenge asks for a conversation with
            somebody who is there.
        """),
        "open-bench": prose("""
            Your text collection is useful, and we hope to use it. For emergencies it offers a telephone
            number only, which was below the published minimum for safety. A clinician as partner would
            change that.
        """),
    },
)
