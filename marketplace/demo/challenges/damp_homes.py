"""In standstill: damp and cold in council homes, and somebody who acts before a tenant falls ill."""

from __future__ import annotations

from marketplace.demo.challenges.damp_homes_proposals import PROPOSALS
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
        title="Damp and cold in council homes",
        summary=prose("""
            We learn of damp when a tenant falls ill. Measurements exist in 600 of our homes, and nobody
            acts on them. We look for a way from the first sign to a repair that holds, in weeks and not in
            months, with tenants who want it in their home.
        """),
        topic="housing",
        problem=prose("""
            Last winter 214 households reported mould to us. In 61 of them somebody had been to a doctor
            about breathing before anybody rang us. The median time from the first call to a finished repair
            was 97 days. In one home in four the mould was back the next winter, because we had painted over
            it.

            Six hundred homes already have devices that measure humidity and warmth. In 48 of the homes that
            rang us, those devices had shown the damp at least two months earlier. The figures went to a
            server. Nobody's work began with them.
        """),
        why_now=prose("""
            The law now gives landlords fixed times to look into a hazard and make it safe. Our present 97
            days would break it nearly every time. We also fit new heating in 1,900 homes from next summer,
            and should know first which of them need air before they need warmth.
        """),
    ),
    affected=Affected(
        affected=prose("""
            Tenants of 11,400 homes; about 1,700 of these are damp by our own estimate. Children and people
            with weak lungs most of all. Eighteen repair officers and 44 tradespeople. Tenants who cannot
            pay for heating, and are tired of being told to open a window.
        """),
    ),
    tried=Tried(
        tried=prose("""
            We put devices in 600 homes three years ago. They worked. We had not decided who would look, and
            so nobody did. One tenant in nine unplugged theirs, mostly because they thought that we were
            listening.

            An inspection of 300 homes in one autumn found 80 damp ones. It took four officers off repairs
            for ten weeks, and the repairs waited.

            A leaflet on airing rooms went to every home. Complaints doubled, and they were fair.
        """),
    ),
    outcomes=Outcomes(
        outcomes=(
            Outcome(
                measure="Median days from the first sign in the measurements to a finished repair",
                baseline="97, counted from the tenant's call",
                target="28, counted from the first sign",
            ),
            Outcome(
                measure="Repaired homes where mould is back the next winter",
                baseline="25 in 100",
                target="8 in 100",
            ),
            Outcome(
                measure="Homes that keep their device after a year",
                baseline="89 in 100",
                target="95 in 100",
            ),
        ),
    ),
    data=Data(
        data=(
            DataSet(
                name="Humidity and temperature, every 30 minutes, 600 homes, three winters",
                licence="For the challenge only, under a data-sharing agreement",
                format="CSV",
                lawful_basis="Public task; homes are numbers, tenants were told and may leave",
            ),
            DataSet(
                name="Repairs of five years: reported, visited, what was done, finished",
                licence="Open Government Licence v3.0",
                format="CSV",
                lawful_basis="No personal data; homes grouped by street and type",
            ),
        ),
    ),
    adoption=Adoption(
        adoption=prose("""
            The work runs in 400 homes for one winter. If the first two outcomes are reached there, the head
            of repairs extends it to all homes built before 1945 from the planned-works budget of £1.1
            million a year. Her team leader joins the supplier's weekly meeting from the first week.
        """),
        intellectual_property=prose("""
            You keep what you make. We may use it in our homes without a further fee for five years.
            Measurements belong to the home: a tenant can see them, take them along and switch them off.
        """),
    ),
    stages=Stages(
        stages=(
            StagePlan(name="Proposals", collects="proposal", days=32, money=24_000_000, teams=1, forward=1),
        ),
        budget=24_000_000,
    ),
    eligibility=Eligibility(everyone=True),
    questions=Questions(
        questions=(
            Question(
                id="act",
                prompt=(
                    "A reading looks wrong on a Tuesday in November. What happens next, day by day, "
                    "until it is repaired?"
                ),
                words=400,
                guidance="Name who does each thing, our people included.",
            ),
            Question(
                id="proof",
                prompt="How do you tell damp from a wet week, and how often are you wrong?",
                words=300,
            ),
            Question(
                id="tenant",
                prompt="What does a tenant see, decide and gain?",
                words=250,
                guidance="Think of somebody who does not trust us.",
            ),
            Question(
                id="stay",
                prompt="What is left when you go, and what will our people be able to do by themselves?",
                words=200,
            ),
        ),
    ),
    criteria=Criteria(
        criteria=(
            Criterion(
                id="action",
                name="Somebody acts",
                meaning="From the first sign to a repair that holds.",
                weight=35,
                levels=(
                    "Ends with a figure on a screen.",
                    "Ends with a message to us; the rest is our affair.",
                    "Visit and cause are covered, the repair is not.",
                    "Covers the way to the finished repair, with days and names.",
                    "As before, and comes back to see whether it held.",
                ),
                questions=("act",),
                minimum=2,
            ),
            Criterion(
                id="evidence",
                name="Knows when it is wrong",
                meaning="Missed homes and false alarms, measured.",
                weight=25,
                levels=(
                    "Nothing is said about error.",
                    "Accuracy is claimed without a measurement.",
                    "Measured on few homes, or in one direction only.",
                    "Both kinds of error measured on homes like ours.",
                    "As before, and what the errors cost is worked out.",
                ),
                questions=("proof",),
            ),
            Criterion(
                id="tenants",
                name="Tenants want it",
                meaning="Their gain, their choice, their language.",
                weight=25,
                levels=(
                    "Tenants are a source of data.",
                    "Tenants are told.",
                    "Tenants see their figures and may refuse.",
                    "Tenants gain something that they named themselves.",
                    "As before, tried with people who had refused.",
                ),
                questions=("tenant",),
            ),
            Criterion(
                id="stay",
                name="Stays when you leave",
                meaning="Our own people can carry on.",
                weight=15,
                levels=(
                    "Ends with the contract.",
                    "Goes on for a fee that is not given.",
                    "Goes on for a known fee.",
                    "Our people run it after training that is described.",
                    "As before, and they do part of it from the first month.",
                ),
                questions=("stay",),
            ),
        ),
        minimum_total=50,
    ),
    terms=Terms(regime="pa2023-above", contact="warm.homes@brackenford.example"),
)

CHALLENGE = StoryChallenge(
    key="damp-homes",
    authority="brackenford",
    content=CONTENT,
    people={
        "editor": ("joanne-speight",),
        "approver": ("imran-qureshi",),
        "lead": ("joanne-speight",),
        "openers": ("joanne-speight", "imran-qureshi"),
        "chair": ("helen-marlowe",),
        "evaluators": ("helen-marlowe", "daniel-osei"),
    },
    day_opened=-70,
    days_open=32,
    reaches="standstill",
    day_decided=-4,
    winner="hearth-and-vent",
    proposals=PROPOSALS,
    opening_words=prose("""
        Five sealed proposals, five opened. One supplier replaced its proposal before the deadline; the
        later version counts.
    """),
    selection_reason=prose("""
        Hearth and Vent begins with the repair and works back to the reading. The fitter who reads the
        figures is the fitter who comes, and comes back after eight weeks to see whether it held. Its
        evidence is thinner than Kelpie's. Action was published as the heaviest criterion,
        with 35 of 100, and there it scored highest.
    """),
    not_selected_reasons={
        "kelpie-instruments": prose("""
            Your measurement was the strongest that we read, and the only one whose errors were turned into
            money. You came second by a small margin. The way from a visit to a finished repair rested on
            our own backlog, and you said so; a repair partner would have closed the gap.
        """),
        "saltmarsh-studio": prose("""
            The work with tenants who had unplugged their device was the best of all five. The panel could
            not see how often a false sign would send somebody out, and much of the handover was still to be
            designed.
        """),
        "marram-analytics": prose("""
            Your model tells damp from weather clearly, and states its error. It hands a ranked list to our
            repair team and ends there. Tenants appear as readings; a sentence on what they gain would have
            helped.
        """),
        "greylag-systems": prose("""
            The proposal ends with an alert to our contact centre. That was below the published minimum for
            somebody acting. The description of running costs was clear, and the panel noted it.
        """),
    },
)
