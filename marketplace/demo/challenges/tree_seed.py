"""Open: getting more planted trees out of the seed that there is."""

from __future__ import annotations

from marketplace.demo.story import StoryChallenge, StoryProposal, marked, prose
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
        title="More trees from scarce seed",
        summary=prose("""
            Good tree seed is short, and much of it never becomes a planted seedling. We look for ways to
            lose less of it between the cone and the hillside, that a nursery with six people can use.
        """),
        topic="environment",
        problem=prose("""
            A good seed year for oak and beech comes once in five or more. Between those years nurseries
            live on what was stored. Of 100 seeds that leave our store, 38 become a plant that somebody puts
            in the ground. Some were never alive, some die of mould or mice, and some grow crooked and are
            thrown away.

            Nobody knows at the start which of them will. A germination test takes ten weeks and uses up 400
            seeds. So everybody sows three where one would do.
        """),
        why_now=prose("""
            The planting target doubles in four years, and the seed orchards that we planted for it bear in
            twelve. Until then the only new seed is the seed that is wasted today.
        """),
    ),
    affected=Affected(
        affected=prose("""
            Nineteen public and 40 private nurseries, most with fewer than ten people. Collectors, who climb
            for cones and are paid by the kilo. Everyone who plants: farmers, villages, forest managers.
        """),
    ),
    tried=Tried(
        tried=prose("""
            X-ray images of seed, in 2021. They told full from empty, and not living from dead. One nursery
            still uses them for pine.

            A cold store with finer control. It kept acorns alive for 9 months instead of 6, and cost more
            than the acorns.
        """),
    ),
    outcomes=Outcomes(
        outcomes=(
            Outcome(
                measure="Planted seedlings from 100 seeds that leave the store", baseline="38", target="55"
            ),
            Outcome(
                measure="Time to know how much of a lot is alive",
                baseline="10 weeks, with 400 seeds used up",
                target="2 days, with none used up",
            ),
        ),
    ),
    data=Data(
        data=(
            DataSet(
                name="Germination tests since 1998: species, place, year, result",
                licence="Open Government Licence v3.0",
                format="CSV",
                lawful_basis="No personal data",
            ),
        ),
    ),
    adoption=Adoption(
        adoption=prose("""
            Our three own nurseries use what works from the sowing of spring after next, paid from the seed
            budget of the head of nurseries. Private nurseries may buy on the same terms.
        """),
        intellectual_property=prose("""
            You keep your rights. We receive a free licence for public nurseries. Measurements on our seed
            are published.
        """),
    ),
    stages=Stages(
        stages=(
            StagePlan(name="Open call", collects="proposal", days=28, money=0, teams=0, forward=5),
            StagePlan(name="Exploration", collects="report", days=42, money=1_200_000, teams=5, forward=2),
            StagePlan(name="Two sowings", collects="report", days=270, money=7_000_000, teams=2, forward=1),
        ),
        budget=20_000_000,
    ),
    eligibility=Eligibility(everyone=True),
    questions=Questions(
        questions=(
            Question(id="where", prompt="Where is the seed lost today, and what do you change?", words=350),
            Question(id="proof", prompt="What have you measured, on which seed?", words=250),
            Question(
                id="nursery",
                prompt="Describe a sowing day in a nursery of six people, with your idea in it.",
                words=250,
            ),
        ),
    ),
    criteria=Criteria(
        criteria=(
            Criterion(
                id="gain",
                name="Seed saved",
                meaning="How many more of 100 seeds become a planted tree?",
                weight=45,
                levels=(
                    "No loss is named.",
                    "A small loss, or one that is cheap already.",
                    "A large loss, on a guess.",
                    "A large loss, with a measurement.",
                    "As before, on more than one species.",
                ),
                questions=("where", "proof"),
            ),
            Criterion(
                id="use",
                name="Fits a small nursery",
                meaning="Six people, wet hands, one season.",
                weight=35,
                levels=(
                    "Needs a laboratory.",
                    "Needs a specialist on the spot.",
                    "Can be learned in a season.",
                    "Can be learned in a day.",
                    "As before, and a nursery has tried it.",
                ),
                questions=("nursery",),
            ),
            Criterion(
                id="honest",
                name="Says when it fails",
                meaning="Which species, which years?",
                weight=20,
                levels=(
                    "Nothing is said.",
                    "Limits are named without numbers.",
                    "Limits are measured once.",
                    "Limits are measured over several years.",
                    "As before, by somebody independent.",
                ),
                questions=("proof",),
            ),
        ),
        minimum_total=45,
    ),
    terms=Terms(regime="scotland-pcp", contact="seed@islesforestry.example"),
)

PROPOSALS = (
    StoryProposal(
        supplier="kelpie-instruments",
        answers=marked("""
            [where] Between store and bed. Today a lot is sown as if all of it were alive. We count what
            breathes: a seed that lives gives off a little carbon dioxide when it is wet. Our tray holds 96
            seeds in 96 small wells and reads each for one night. In the morning the dead ones are picked
            out, and the lot is sown at one for one.
            [proof] Oil sensors are our trade, not seed. On 480 acorns from a garden, the tray and a
            germination test agreed on 441. It called 22 living acorns dead, which is the dear mistake. On
            pine the gas is too little to read; we would not offer it for pine.
            [nursery] At four somebody fills eight trays and shuts the lid. At seven next morning each well
            shows a green or a red dot. Two people pick reds for forty minutes. Nobody writes anything down.
            A tray is rinsed under the tap.
        """),
        summary=prose("""
            A tray that tells overnight which seeds are alive by their breath, so that dead ones are not
            sown. It works on acorns in the firm's own trial and not on pine.
        """),
    ),
)

CHALLENGE = StoryChallenge(
    key="tree-seed",
    authority="isles-forestry",
    content=CONTENT,
    people={
        "editor": ("morag-sinclair",),
        "approver": ("hamish-tulloch",),
        "lead": ("morag-sinclair",),
        "openers": ("morag-sinclair", "hamish-tulloch"),
        "chair": ("elspeth-groat",),
        "evaluators": ("elspeth-groat", "rory-linklater"),
    },
    day_opened=-3,
    days_open=28,
    reaches="open",
    proposals=PROPOSALS,
)
