"""Closed, not yet opened: people without a bus, and vehicles that stand idle next door."""

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
        title="Rural loneliness and spare transport",
        summary=prose("""
            In villages with few buses people miss work, care and each other, while vehicles stand idle
            nearby. We want to bring the two together, for the people who are alone most, and without
            closing down the lifts that neighbours give already.
        """),
        topic="transport",
        problem=prose("""
            Mrs T. in Nether Sallow is 81 and gave up her car in spring. The bus comes on Tuesdays and
            Fridays. Her hospital appointments come on any day. In the same village stand a school minibus
            from half past nine to three, a day centre's van that is out two days a week, and eleven cars
            whose owners told us that they would gladly drive somebody.

            53 of our 84 villages have no bus. In a survey 29 of 100 people there said that they had missed
            something important last month for want of a lift. Among those who live alone it was 44. They
            did not ask, because they do not like to be a burden.
        """),
        why_now=prose("""
            Two bus routes end in the autumn, and nobody bid to run them. Our contracts for school and care
            transport, 96 vehicles, are renewed next year. What we write into them about idle hours holds
            for seven years.
        """),
    ),
    affected=Affected(
        affected=prose("""
            About 9,400 people in villages without a bus who do not drive. People who look after a relative
            and cannot leave for long. Young people with a first job that starts at six. Volunteer drivers,
            most of them over 65. Vehicle keepers: schools, day centres, churches and our own depots.
        """),
    ),
    tried=Tried(
        tried=prose("""
            A dial-a-ride bus ran for three years. It cost £31 a journey and was full only on market day.

            A lift-sharing site had 640 members after a launch with cake. Six offers matched six requests in
            a year. People offered the journeys that they make, and nobody needed those.

            In one village the postmistress kept a notebook. She arranged 25 lifts a month for four years,
            until the post office closed. It is the best thing that we have seen, and we did not learn how
            to copy it.
        """),
    ),
    outcomes=Outcomes(
        outcomes=(
            Outcome(
                measure="People in villages without a bus who missed something important last month",
                baseline="29 in 100; 44 in 100 of those who live alone",
                target="15 in 100 in both groups",
            ),
            Outcome(
                measure="Cost of one journey to the council",
                baseline="£31 (dial-a-ride)",
                target="£9 or less",
            ),
            Outcome(
                measure="Hours a week in which our 96 contracted vehicles carry anybody",
                baseline="17 of 45",
                target="26 of 45",
            ),
        ),
    ),
    data=Data(
        data=(
            DataSet(
                name="Timetable, place and idle hours of 96 contracted vehicles",
                licence="Open Government Licence v3.0",
                format="CSV and GTFS",
                lawful_basis="No personal data; school stops left out",
            ),
            DataSet(
                name="Travel survey of 2,100 households in 53 villages",
                licence="Open Government Licence v3.0",
                format="CSV",
                lawful_basis="No personal data; villages under 50 households merged",
            ),
        ),
    ),
    adoption=Adoption(
        adoption=prose("""
            Five villages take part in the first stage. Their parish councils agreed in writing. If the
            second stage halves the first measure, the head of transport writes idle hours into next year's
            contracts, and the running cost comes from the money that the two ended routes leave: £118,000 a
            year.
        """),
        intellectual_property=prose("""
            You keep what you make. Village groups may go on using it after an agreement ends, without a
            fee, for as long as they run it themselves. Records of journeys belong to the people who made
            them.
        """),
    ),
    stages=Stages(
        stages=(
            StagePlan(name="Open call", collects="proposal", days=30, money=0, teams=0, forward=5),
            StagePlan(name="Five villages", collects="report", days=84, money=5_000_000, teams=5, forward=1),
            StagePlan(
                name="A year across the district",
                collects="milestones",
                days=365,
                money=50_000_000,
                teams=1,
                forward=1,
            ),
        ),
        budget=75_000_000,
    ),
    eligibility=Eligibility(
        conditions=(
            Condition("insured", "Everybody who drives a passenger is insured for it from the first day"),
            Condition("telephone", "Nobody needs a smartphone to get a lift"),
        ),
    ),
    questions=Questions(
        questions=(
            Question(
                id="journey",
                prompt=(
                    "Tell us how Mrs T. gets to hospital on a Wednesday. Who does what, from first to last?"
                ),
                words=300,
                guidance="She has a telephone with buttons, and dislikes asking.",
            ),
            Question(
                id="vehicles",
                prompt="Which idle vehicles do you use, and who insures, drives and cleans them?",
                words=250,
            ),
            Question(
                id="money",
                prompt="What does one journey cost in the third year, and who pays it?",
                words=150,
            ),
            Question(
                id="trial",
                prompt="What would twelve weeks in one village show, and what result would make you stop?",
                words=200,
            ),
        ),
    ),
    criteria=Criteria(
        criteria=(
            Criterion(
                id="alone",
                name="Reaches those who are alone",
                meaning="People who do not ask and are not online.",
                weight=35,
                levels=(
                    "Needs a person to find it and sign up.",
                    "A telephone number is offered, and waits.",
                    "Somebody known in the village passes requests on.",
                    "Somebody known asks first, and asking costs no pride.",
                    "As before, and it worked somewhere like here.",
                ),
                questions=("journey",),
                minimum=2,
            ),
            Criterion(
                id="idle",
                name="Uses what stands idle",
                meaning="Vehicles, licences and insurance that allow it.",
                weight=25,
                levels=(
                    "New vehicles only.",
                    "Idle vehicles are named, the obstacles are not.",
                    "Insurance or licence is solved for one kind of vehicle.",
                    "Solved for two kinds, with the keepers' consent.",
                    "As before, with an insurer's written terms.",
                ),
                questions=("vehicles",),
            ),
            Criterion(
                id="cost",
                name="Affordable in year three",
                meaning="After the challenge's money is gone.",
                weight=20,
                levels=(
                    "No cost given.",
                    "More than £20 a journey, or no payer named.",
                    "£9 to £20 a journey with a payer.",
                    "£9 or less with a payer and the sum behind it.",
                    "As before, and it holds with half of the journeys.",
                ),
                questions=("money",),
            ),
            Criterion(
                id="trial",
                name="A trial that can fail",
                meaning="Would twelve weeks tell us something that we do not know?",
                weight=20,
                levels=(
                    "No trial.",
                    "A launch, counted in members.",
                    "Journeys are counted, without a comparison.",
                    "Compared with the weeks before, or another village.",
                    "As before, with a result that would end the work.",
                ),
                questions=("trial",),
            ),
        ),
        minimum_total=45,
    ),
    terms=Terms(regime="rd-exempt", publish_scores="panel", contact="journeys@aldermere.example"),
)

PROPOSALS = (
    StoryProposal(
        supplier="ostler-mobility",
        answers=marked("""
            [journey] On Monday our driver for the day centre, Colin, brings Mrs T.'s neighbour home and
            asks at her door whether anything is on this week. She says Wednesday, ten past two. Colin tells
            the desk in Merrowby. The desk sees that the school minibus is free until three and that Sue may
            drive it. Sue rings on Tuesday evening, comes at one, and walks her to the ward. The ride back
            is with a neighbour or a taxi that we pay. Mrs T. never asked; she was asked.
            [vehicles] School minibuses between half past nine and three, and day-centre vans on their free
            days. We run both kinds in three districts. Our fleet policy covers other keepers' vehicles from
            the moment the key is signed for. Schools wanted one thing, a clean bus at three, so the driver
            has twenty minutes for it. Private cars we leave alone; that is the neighbours' own affair.
            [money] £8.40 a journey at 900 journeys a month, £12.10 at half of that. Fuel and driver are
            three quarters of it. Passengers give what they like, on average £2.20 in our other districts.
            The council pays the rest. At half the journeys we do not reach your £9, and it is better to say
            so here.
            [trial] Nether Sallow and, as comparison, Over Sallow, where nothing changes. We ask the same
            120 households before, in week six and in week twelve what they missed. If Nether Sallow does
            not fall by a third against Over Sallow, we stop. Our risk is Sue: with one driver ill, half of
            the week is gone.
        """),
        summary=prose("""
            Drivers who are in the village anyway ask at the door. A desk puts requests on school minibuses
            and day-centre vans in their idle hours. £8.40 a journey at full use. Tested in one village
            against the one next to it.
        """),
    ),
    StoryProposal(
        supplier="fieldnote",
        answers=marked("""
            [journey] We would bring the notebook back. In each village one person whom everybody meets
            anyway, at the hall, the shop or the surgery, is paid for six hours a week to know who needs to
            go where. For Mrs T. that is Pat. Pat knows that she has eye appointments, and that Mr Lacey
            drives to the hospital for his own on Wednesdays. Pat rings him. He likes the company. Mrs T.
            brings scones, so that nobody owes anybody anything.
            [vehicles] Cars first, because they are there at any hour: eleven offers in our village alone.
            Owners stay with their own insurer, and nine of the ten largest let volunteers drive at no extra
            cost; we have the letters. The church minibus comes second. Its licence allows members only, so
            passengers become members for a pound. We have not solved the school bus and do not claim to.
            [money] Pat costs £4,300 a year with training and a telephone. Mileage at 45p makes £3.60 for a
            typical journey. At 60 journeys a month the whole is £9.50, at 80 it is £8.10. The parish pays a
            third from its own tax and has minuted it. The other two thirds would be the council's.
            [trial] We start with two villages, one that had the postmistress and one that never had
            anybody. If it works only in the first, then it was her and not the notebook, and you should
            know that before you pay for fifty. We count lifts, and who had not been out in the month
            before. Fewer than 25 lifts in the last month would mean no.
        """),
        summary=prose("""
            One paid person in each village, six hours a week, who knows who has to go where and who drives
            there anyway. Neighbours' cars come first. About £9 a journey, a third of it from the parish.
            Tested in a village that once had such a person and in one that never did.
        """),
    ),
    StoryProposal(
        supplier="saltmarsh-studio",
        answers=marked("""
            [journey] We spent four days in Nether Sallow waiting rooms before writing this. People do not
            want a lift. They want not to ask. So the hospital's letter carries a line: a seat is kept for
            you at 1.15, ring if you do not want it. The appointment desk knows the postcode and the time.
            Mrs T. does nothing and is collected. Saying no is her only task. The seat is on whichever
            vehicle is free; we leave that to others.
            [vehicles] We do not run vehicles. For the trial we would hire the day-centre van with its own
            driver on its three free days, under its present insurance, which the keeper confirmed by
            telephone. That is enough for one village and not for fifty. A partner would be needed by the
            second stage, and we have spoken with two without an agreement.
            [money] £14 a journey in the trial. We believe that it falls below £9 when seats are shared, and
            can show the sum, but it rests on two people in each journey, and we have not seen that happen
            yet. The hospital loses £160 with every missed appointment and says it would discuss a share.
            [trial] For twelve weeks the eye clinic sends 200 letters to villages without a bus. Half carry
            the line and half do not, by the toss of a coin. We compare missed appointments. If both halves
            miss the same, the line is not worth its ink. A clinic is one part of a life, and this says
            nothing about seeing friends.
        """),
        summary=prose("""
            A line in the hospital's letter: a seat is kept for you, ring if you do not want it. Nobody has
            to ask for a lift. Tested with 200 letters, half of them without the line. It does not run
            vehicles and would need a partner to grow.
        """),
    ),
    StoryProposal(
        supplier="greylag-systems",
        answers=marked("""
            [journey] Residents register once, by telephone or online, in one place for all
            demand-responsive transport in the district. Requests are matched with capacity in real time and
            confirmed by text message or a call. Mrs T. registers with the help of our contact centre,
            states her access needs, and books at least two hours ahead. A family member may act for her.
            The contact centre is open from seven to seven on working days.
            [vehicles] All 96 contracted vehicles join through their operators. Each has a tracker and a
            tablet. Insurance and licensing remain with the operator, as they do today. Operators are paid
            for each journey under a framework. In a comparable county 61 of 140 vehicles took part in the
            first year. Reasons for staying outside were mostly insurance.
            [money] The licence is £96,000 a year for the district. At 20,000 journeys a year that is £4.80,
            and operators receive £6 on average, together £10.80. At higher volumes the figure falls. The
            council pays, and may recover a fare. We are happy to discuss how cost and risk are shared.
            [trial] Twelve weeks allow us to configure the system, register the households of one village
            and train the operators. In comparable roll-outs 18 in 100 residents registered in the first
            quarter. We would report registrations, requests and matches each week. Measures of loneliness
            could be added if the council wishes, at an agreed price.
        """),
        summary=prose("""
            One registration for all transport on demand in the district, matched in real time with the
            council's contracted vehicles. £10.80 a journey at 20,000 journeys a year. The trial counts
            registrations, requests and matches.
        """),
    ),
    StoryProposal(
        supplier="open-bench",
        answers=marked("""
            [journey] We would write open-source software that any village group can run: a shared diary of
            who goes where, on a computer in the hall or on a telephone. Mrs T. rings the hall. A volunteer
            enters Wednesday, two o'clock, hospital. Drivers see it and say yes. If nobody has said yes by
            Tuesday noon, the volunteer is told, and rings round. It is the notebook, with a copy that does
            not close with the post office.
            [vehicles] Any vehicle whose keeper puts it in the diary. Insurance stays as it is. We know that
            this leaves the hard part to the keepers. What we can add is a page for each kind of vehicle
            that says what the law asks, checked by a solicitor who gives us two days a year.
            [money] The software is free. Hosting is £11 a month for a village. Mileage is for the village
            to decide. We have no figure for a journey and will not invent one. Somebody has to look after
            updates, about £6,000 a year for the whole district, and we would ask the council for that.
            [trial] Two halls, twelve weeks. We count requests, how many found a driver, and how long it
            took. We would call it a failure if the volunteers had gone back to paper by week eight, which
            happened to us once, in a food bank. The reason then was a password that nobody could find on a
            Monday.
        """),
        summary=prose("""
            A shared diary of journeys that a village hall can run itself, open source, £11 a month. A
            volunteer rings round when nobody has said yes. Insurance stays with each vehicle's keeper.
        """),
        withdrawn=True,
    ),
)

CHALLENGE = StoryChallenge(
    key="village-transport",
    authority="aldermere",
    content=CONTENT,
    people={
        "editor": ("hannah-pickering",),
        "approver": ("robert-eastwood",),
        "lead": ("hannah-pickering",),
        "openers": ("hannah-pickering", "robert-eastwood"),
        "chair": ("siobhan-daly",),
        "evaluators": ("siobhan-daly", "tom-wetherby"),
    },
    day_opened=-36,
    days_open=30,
    reaches="closed",
    proposals=PROPOSALS,
)
