"""Open: seeing the residue that stays on kit and skin after a fire, and getting rid of it."""

from __future__ import annotations

from marketplace.demo.story import StoryChallenge, StoryProposal, marked, prose
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
        title="What firefighters carry home after a fire",
        summary=prose("""
            Harmful residue stays on kit and skin after a fire, and crews cannot see it. They decide by eye
            and by smell what is clean. We look for ways to show it at the scene, so that it does not travel
            back to the station, the car and the kitchen.
        """),
        topic="safety",
        problem=prose("""
            Smoke leaves soot, and with it substances that cause cancer, on hoods, gloves, collars and
            necks. A glove that looks clean may hold more than one that looks dirty. Crews wash what they
            can see. What they cannot see goes into the cab, then to the station, then home.

            Forty-seven of our 61 stations are crewed by people with another job. They drive to the call in
            their own cars and go back to work in them. There is no washing machine on the way. After a fire
            at four in the morning, the decision about a glove is made by a tired person with a torch.
        """),
        why_now=prose("""
            A health study of our own crews reports this spring. Its first results show residue on the
            inside of one hood in three after it was called clean. We replace 900 sets of kit next year, and
            would like to know before that order what has to be cleaned, how often, and what has to be
            thrown away.
        """),
    ),
    affected=Affected(
        affected=prose("""
            2,300 firefighters, of whom 1,500 are on call from home or work. Their families, who wash
            clothes and share cars. Eleven people in our laundry and stores. Instructors, who go through
            more smoke in a month than a rural crew in a year.
        """),
    ),
    tried=Tried(
        tried=prose("""
            Two years ago we gave every crew a bucket, brush and soap for a first wash at the scene. Use was
            high in the first month and one call in eight after a year. Crews told us that it is miserable
            in winter, and that nobody could say whether it helped.

            We sent 200 wipes to a laboratory. The answers were good and took 19 days. By then the kit had
            been to six more fires.

            We tried a black-light lamp. It lit up detergent as brightly as soot. Crews laughed at it, and
            they were right.
        """),
    ),
    outcomes=Outcomes(
        outcomes=(
            Outcome(
                measure="Time from the end of a fire until a crew knows which items are contaminated",
                baseline="19 days, by laboratory",
                target="15 minutes, at the scene",
            ),
            Outcome(
                measure="Hoods called clean that still carry residue inside",
                baseline="33 in 100",
                target="5 in 100",
            ),
            Outcome(
                measure="Calls after which kit is cleaned or bagged before it enters the cab",
                baseline="12 in 100",
                target="80 in 100, still so after a year",
            ),
        ),
    ),
    data=Data(
        data=(
            DataSet(
                name="Laboratory results of 200 wipes: item, place on the item, substances, amounts",
                licence="Open Government Licence v3.0",
                format="CSV",
                lawful_basis="No personal data; crews and dates removed",
            ),
            DataSet(
                name="Calls of five years: kind of fire, length, number of sets of kit worn",
                licence="Open Government Licence v3.0",
                format="CSV",
                lawful_basis="No personal data; addresses reduced to the station's area",
            ),
        ),
    ),
    adoption=Adoption(
        adoption=prose("""
            Twelve stations test the result in their daily work during the accelerator, four of them on
            islands. If the second outcome is reached there, we buy for all 61 from the kit budget, which
            our director of assets holds. Two other fire services will see each gate report and may buy on
            the same terms.
        """),
        intellectual_property=prose("""
            You keep your rights. We receive a free licence for our own service. Measurements made on our
            crews and our kit are published without names, whatever they show.
        """),
    ),
    stages=Stages(
        stages=(
            StagePlan(name="Open call", collects="proposal", days=21, money=0, teams=0, forward=6),
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
    eligibility=Eligibility(
        conditions=(
            Condition(
                "testing",
                "You can bring people and equipment to Portcraig for tests within six weeks of the deadline",
            ),
            Condition(
                "cover",
                "You have public liability insurance of £5 million, or will before anybody enters a fire station",
            ),
        ),
    ),
    questions=Questions(
        questions=(
            Question(
                id="idea",
                prompt="What would a crew do differently at four in the morning, and why would it work?",
                words=300,
                guidance="Begin with the person, then the thing.",
            ),
            Question(
                id="evidence",
                prompt="What do you know already, and how do you know it?",
                words=250,
                guidance="Measurements, failures and other people's results all count.",
            ),
            Question(
                id="test",
                prompt="What would you test in three weeks, and which result would make you stop?",
                words=200,
            ),
            Question(
                id="team",
                prompt="Who does the work, and who on your side has been near a fire?",
                words=150,
            ),
        ),
    ),
    criteria=Criteria(
        criteria=(
            Criterion(
                id="scene",
                name="Works at the scene",
                meaning="Cold, wet, dark, gloves on, no mains water.",
                weight=35,
                levels=(
                    "Needs a laboratory or a building.",
                    "Needs conditions that most scenes do not have.",
                    "Works at some scenes, or for fresh crews only.",
                    "Works at most scenes in under 15 minutes.",
                    "As before, and crews had it in their hands already.",
                ),
                questions=("idea",),
                minimum=2,
            ),
            Criterion(
                id="truth",
                name="Tells the truth",
                meaning="How often is it wrong, in both directions?",
                weight=30,
                levels=(
                    "Nothing is said about error.",
                    "Accuracy is claimed without a measurement.",
                    "Measured, on samples unlike ours.",
                    "Measured on fire residue, with both kinds of error.",
                    "As before, and checked by somebody independent.",
                ),
                questions=("evidence", "test"),
            ),
            Criterion(
                id="habit",
                name="Still used after a year",
                meaning="What makes the tenth time as likely as the first?",
                weight=20,
                levels=(
                    "Use is taken for granted.",
                    "Use depends on orders or training.",
                    "Less effort than today's bucket and brush.",
                    "Less effort, and the crew sees why it matters.",
                    "As before, with evidence from another trade.",
                ),
                questions=("idea", "team"),
            ),
            Criterion(
                id="learning",
                name="A test that can fail",
                meaning="Would three weeks tell us something that we do not know?",
                weight=15,
                levels=(
                    "No test.",
                    "A demonstration that cannot fail.",
                    "A test, without saying which result counts as no.",
                    "A test with a result that would end the work.",
                    "As before, against our own 200 laboratory results.",
                ),
                questions=("test",),
            ),
        ),
        minimum_total=50,
    ),
    terms=Terms(regime="scotland-pcp", contact="kit@firthglensfire.example"),
)

PROPOSALS = (
    StoryProposal(
        supplier="kelpie-instruments",
        answers=marked("""
            [idea] The pump operator stays dry and has a free hand. We give that person a wand the size of a
            torch. Each firefighter walks past, turns, and the wand reads six places: hood, collar, both
            gloves, both knees. A light on the handle says bag, wash or wear. A turn takes 40 seconds.
            Nobody fills in anything. The wand reads the way soot glows under two colours of light, and
            compares them, so that soap does not count as soot. It runs for 30 hours on one charge and can
            be hosed down.
            [evidence] We built the reader for ship engine rooms, where oil mist settles on overalls. There
            it missed 4 of 100 dirty patches and raised 9 false alarms in 100 clean ones. Fire residue is
            different, and we do not know our error on it. We burned a sofa, a tyre and a kitchen unit in
            our yard with the harbour brigade present: soot showed on cotton and leather. It did not show on
            dark blue hood fabric at under 5 degrees. That is our largest worry.
            [test] Week one: read 60 hoods that your stores hold, then send wipes of the same places to a
            laboratory that we pay. Week two: the same in a cold room at 2 degrees and in rain. Week three:
            two of your on-call crews use it after training burns, with nobody from our side present. If we
            miss more than 15 of 100 dirty places on dark fabric in the cold, the idea does not work, and we
            will say so.
            [team] Fiona Drummond leads and designs the optics. Ross Imlach builds, and has been an on-call
            firefighter at Portcraig for eleven years. He will not test on his own station. Laboratory work
            goes to an accredited one that we choose together. We have room for this between May and
            September only.
        """),
        summary=prose("""
            A hand-held reader for the pump operator. It looks at six places on each set of kit in 40
            seconds and says bag, wash or wear. It works on oil mist in ship engine rooms today. Whether it
            sees soot on dark fabric in the cold is not known, and is what three weeks of tests would find
            out.
        """),
        replaced={
            "test": prose("""
                We would read 60 hoods from your stores and send wipes to a laboratory. Then two crews use
                the wand after training burns. We stop if the crews do not like it.
            """),
        },
    ),
    StoryProposal(
        supplier="ember-lane",
        answers=marked("""
            [idea] Do not ask a tired person to judge. Let the hood tell. We weave a hood whose inner layer
            is pale and whose outer layer comes away with two poppers. The outer layer goes into a bag on
            the pump with the others. The pale layer shows soot that came through, to the naked eye, by
            torch. If it is grey, it goes in the bag too. A spare outer layer weighs 90 grams. Nobody waits
            for anything.
            [evidence] We have woven hood cloth since the mill was my grandfather's. Pale aramid was given
            up because it looked dirty after one fire. That is now the point. In our own smoke box the pale
            layer turned visibly grey before a laboratory called it contaminated in 17 of 20 trials. In
            three trials it stayed pale and was not clean. Gases leave no colour, so this shows soot and
            what travels with soot. It shows nothing else.
            [test] We make 40 hoods in nine days. Two stations wear them for two weeks of real calls. Each
            used pale layer is photographed by torch, then cut in half: one half to the laboratory, one half
            to you. We compare what the crew said with what the laboratory found. If crews and laboratory
            disagree in more than one hood in five, a pale layer is not good enough, and we would not ask
            for more money.
            [team] Harriet Boyle runs the mill and answers for safety. Our weaver, Jean, has made the sample
            cloth. My brother was a firefighter for twenty years and now has the illness that this is about.
            We are 38 people and not a research firm. A textile chemist from the college helps for two days
            a week.
        """),
        summary=prose("""
            A two-layer hood. The outer layer comes off with two poppers and goes into a bag at the scene.
            The inner layer is pale on purpose, so that soot which came through can be seen by torch. It
            shows soot and not gases. In the mill's own tests it was right in 17 of 20 trials.
        """),
    ),
    StoryProposal(
        supplier="tidewrack",
        answers=marked("""
            [idea] A paper strip, wiped once around the neck and once inside the glove, then dipped in a
            vial. It turns from yellow to violet when the three most common residues are there above the
            level your health study uses. It takes six minutes. The strip goes on a card with the item's
            number, so the crew sees a row of colours and the stores see the same row later. It costs 70
            pence today, 30 in quantity.
            [evidence] The chemistry is published and has our names on it. On soot from wood and plastic,
            240 samples, it missed 6 in 100 and gave 11 false alarms in 100. A second university repeated 80
            of them and found 8 and 10. Below 8 degrees the colour takes fourteen minutes instead of six. On
            skin, sun cream gives a false violet. We know of no cure for that yet.
            [test] Your 200 wipes came with laboratory results. If the halves that were kept can be
            released, we test strips on them blind, in the first week. Then 300 strips go to three stations,
            with cards and no training beyond one page. We count how many come back filled in. Fewer than
            half means that crews will not do it, however good the chemistry is, and we stop there.
            [team] Aoife Brennan and two chemists in the laboratory. Our technician rides along with the
            crews. None of us has fought a fire. We asked a retired watch commander to tell us when we are
            being foolish, and pay her for it. She has used the right twice. All of us can give four days a
            week from the day you call.
        """),
        summary=prose("""
            A paper strip wiped on neck and glove that changes colour in six minutes when common residues
            are present. Measured on 240 samples and repeated by a second university: it misses 6 to 8 in
            100. Slower in the cold, and confused by sun cream. The three-week test asks whether tired crews
            use it at all.
        """),
    ),
    StoryProposal(
        supplier="two-lighthouses",
        answers=marked("""
            [idea] Sam is a nurse. In a ward nobody asks whether hands look clean; there is a moment for
            washing and a colleague who notices. We would bring that to the pump. Four coloured hooks on the
            locker door: off, bagged, wiped, in. You may not take your car keys off the last hook before
            your kit hangs on the second. It is made of wood and costs £40. It does not measure anything. It
            changes the order in which things happen.
            [evidence] On our ward, putting the hand gel where the hand already goes took use from 41 to 78
            in 100 within a month, and 71 after a year. That is a ward, warm and lit, with people who are
            paid to be there. We do not know whether it works at a roadside. The keys were the idea of our
            island's crew, who tried it eight times and forgot twice.
            [test] Ten sets of hooks at ten stations, five with the keys and five without. We ask for a
            photograph of the locker after each call, nothing else. We compare how often kit was bagged
            before it entered the cab, over three weeks. If the keys make no difference of at least 20 in
            100, then it is only furniture.
            [team] Sam Okoye, nurse, and Ines Ferreira, who programs for a living and built the hooks. We
            are two people without a company. We would found one if we reach the accelerator. Evenings and
            weekends until then, and we can take three weeks of leave for the exploration. Neither of us has
            fought a fire, and our island's crew corrects us.
        """),
        summary=prose("""
            Four hooks on the locker door, and car keys that hang on the last one. It measures nothing and
            changes the order of things, so that kit is bagged before anybody drives home. The idea comes
            from hand washing in hospitals. One island crew tried it eight times and forgot twice.
        """),
    ),
)

CHALLENGE = StoryChallenge(
    key="fire-contaminants",
    authority="firth-and-glens-fire",
    content=CONTENT,
    people={
        "editor": ("shona-guthrie",),
        "approver": ("malcolm-orr",),
        "lead": ("shona-guthrie",),
        "openers": ("shona-guthrie", "malcolm-orr"),
        "chair": ("priya-raman",),
        "evaluators": ("priya-raman", "davie-laing"),
    },
    day_opened=-9,
    days_open=21,
    reaches="open",
    proposals=PROPOSALS,
)
