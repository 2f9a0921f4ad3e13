"""Terminated: trust in one digital identity for public services."""

from __future__ import annotations

from marketplace.demo.story import StoryChallenge, StoryProposal, marked, prose
from marketplace.rules.challenges import (
    Adoption,
    Affected,
    Content,
    Criteria,
    Criterion,
    Data,
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
        title="Trust in one digital identity for public services",
        summary=prose("""
            People repeat the same checks for each public service, and many do not trust a single account.
            We want to know what would make somebody who refuses today say yes, and whether that can be
            built at all.
        """),
        topic="identity",
        problem=prose("""
            A carer in Westhaven proved who she is nine times in one year: for a parking permit, a bus pass,
            a school meal, a benefit, and so on. Each time she sent a photograph of her passport to a
            different office. She would still not want one account for all of it. If I lose that, she said,
            I lose everything, and who else looks in?

            In our survey of 1,800 adults 43 in 100 said that they would not use a single account for public
            services. Most of them use one for their shopping.
        """),
        why_now=prose("""
            Fourteen services renew how they check identity within two years. If each buys its own, people
            will prove themselves fourteen times again, for another ten years.
        """),
    ),
    affected=Affected(
        affected=prose("""
            1.2 million adults. Above all those without a passport or driving licence, about 90,000, people
            who act for somebody else, and people who have reason to fear being found. Clerks in fourteen
            services, who copy passports all day.
        """),
    ),
    tried=Tried(
        tried=prose("""
            A single account opened six years ago. 11 in 100 adults used it. Those without a passport could
            not. It closed when two of its four services left.

            We then let banks vouch for their customers. It worked for people with a bank and a steady
            address. In the survey the words most often used about it were none of their business.
        """),
    ),
    outcomes=Outcomes(
        outcomes=(
            Outcome(
                measure="Adults who would not use a single way to prove who they are",
                baseline="43 in 100",
                target="25 in 100",
            ),
            Outcome(
                measure="Times a year that a carer proves the same fact",
                baseline="9",
                target="2",
            ),
            Outcome(
                measure="People without passport or licence who can prove their age or address",
                baseline="34 in 100",
                target="75 in 100",
            ),
        ),
    ),
    data=Data(none_offered=True),
    adoption=Adoption(
        adoption=prose("""
            Two services, parking permits and bus passes, try the result with 2,000 people. If refusal falls
            by ten in 100 or more among them, the other twelve decide at their joint board whether to join.
            They have not promised it.
        """),
        intellectual_property=prose("""
            You keep your rights. The protocol and the list of who may ask for what are published. A
            person's record belongs to that person.
        """),
    ),
    stages=Stages(
        stages=(
            StagePlan(name="Proposals", collects="proposal", days=28, money=11_000_000, teams=1, forward=1),
        ),
        budget=11_000_000,
    ),
    eligibility=Eligibility(everyone=True),
    questions=Questions(
        questions=(
            Question(
                id="trust",
                prompt="What would make the carer say yes? How do you know?",
                words=250,
                guidance="Not what she should think. What she would do.",
            ),
            Question(
                id="proof",
                prompt="How does somebody without a passport prove their address?",
                words=200,
            ),
            Question(
                id="abuse",
                prompt="Who could misuse it, the government included, and what would be seen?",
                words=250,
            ),
            Question(
                id="trial",
                prompt="What would you try with 2,000 people, and what result would make you stop?",
                words=150,
            ),
        ),
    ),
    criteria=Criteria(
        criteria=(
            Criterion(
                id="trust",
                name="Earns trust",
                meaning="From people who refuse today.",
                weight=35,
                levels=(
                    "Trust is assumed.",
                    "Trust is to be won by information.",
                    "A reason for refusal is taken up.",
                    "The main reasons are removed by how it works.",
                    "As before, shown with people who had refused.",
                ),
                questions=("trust",),
            ),
            Criterion(
                id="everyone",
                name="For people without papers",
                meaning="No passport, no bank, no fixed address.",
                weight=25,
                levels=(
                    "They are left out.",
                    "They are sent to an office.",
                    "One further kind of proof is accepted.",
                    "Several kinds, with somebody who helps.",
                    "As before, tried with such people.",
                ),
                questions=("proof",),
            ),
            Criterion(
                id="abuse",
                name="Misuse is seen",
                meaning="By insiders, partners, thieves and families.",
                weight=25,
                levels=(
                    "Misuse is not considered.",
                    "Forbidden by policy.",
                    "Recorded for auditors.",
                    "Seen by the person concerned.",
                    "As before, and most of it cannot be done.",
                ),
                questions=("abuse", "trust"),
            ),
            Criterion(
                id="trial",
                name="A trial that can fail",
                meaning="Would 2,000 people tell us something new?",
                weight=15,
                levels=(
                    "No trial.",
                    "Sign-ups are counted.",
                    "Refusals are counted too.",
                    "Refusals are compared with the present way.",
                    "As before, with a result that ends the work.",
                ),
                questions=("trial",),
            ),
        ),
    ),
    terms=Terms(regime="pa2023-below", contact="one.check@citizenservices.example"),
)

PROPOSALS = (
    StoryProposal(
        supplier="quillback",
        answers=marked("""
            [trust] She did not say no to proving who she is. She said no to one place that knows it all. So
            there is none. Each office that has checked a fact gives her a signed slip of it: lives here, is
            over 18, cares for this person. She keeps the slips and shows one at a time. We asked 26 people
            who refuse; 15 would use slips, 7 would not, and 4 wanted them on paper. Paper works as well,
            with a printed code.
            [proof] A housing officer, a GP's receptionist or a shelter knows where somebody lives. The law
            already lets some of them confirm it, and we have listed which, in a table of 22 rows. They sign
            a slip on the spot. The risk is a kind person who signs too easily; each signer's slips can be
            looked over, and withdrawn together.
            [abuse] An office could ask for more than it needs. The list of who may ask for what is public,
            and her telephone shows a refusal before she can be talked into it. Government could see which
            slips are checked if the check went through it. It does not; a slip is checked by its signature.
            A violent partner with her telephone remains a danger that we have no full answer to.
            [trial] One thousand with slips and one thousand with today's photograph, by postcode. We count
            who gives up and who refuses. If slips lower the share of those who refuse by less than five in
            100, the idea is clever and of no use, and we stop. Clerks keep a diary of every question.
        """),
        summary=prose("""
            No single account. Each office that has checked a fact gives the person a signed slip, on a
            telephone or on paper, to be shown one at a time. Of 26 people who refuse an account, 15 would
            use slips.
        """),
    ),
    StoryProposal(
        supplier="open-bench",
        answers=marked("""
            [trust] We would first build the page that answers her second question: who else looks in? A
            plain list, on paper by post if she wishes, of each time an office looked at a fact about her,
            and why. In a library network we did this for loans; requests to delete an account fell by half
            in the first year. Libraries are loved, though, and tax offices are not, so we would expect less
            here.
            [proof] Two people who know her and are themselves known say so, in front of a librarian. It is
            how passports were signed for a century. In our network 310 people joined this way; four were
            not who they said. That is more than you may accept for a benefit, and perhaps not for a bus
            pass.
            [abuse] We assume that the operator is curious. Every look is written to a public log as a
            fingerprint that only she can match to herself, so that a look can be hidden from neither her
            nor an auditor. A log does not prevent anything. It makes it costly, and somebody has to read
            it. We would pay twenty people to read theirs.
            [trial] Two thousand bus-pass holders, half of whom get the monthly list. After four months both
            halves are asked whether they would use the same proof for a second service. No difference means
            that being able to look is not what people lack, and that somebody else should have the money.
        """),
        summary=prose("""
            A monthly list, by post or on a screen, of every look that an office took at a person's facts,
            backed by a public log. People without papers are vouched for by two others before a librarian.
        """),
    ),
)

CHALLENGE = StoryChallenge(
    key="one-identity",
    authority="citizen-services",
    content=CONTENT,
    people={
        "editor": ("anwen-price",),
        "approver": ("duncan-mather",),
        "lead": ("anwen-price",),
        "openers": ("anwen-price", "duncan-mather"),
        "chair": ("leila-haddad",),
        "evaluators": ("leila-haddad", "george-tandy"),
    },
    day_opened=-64,
    days_open=28,
    reaches="terminated",
    day_ended=-22,
    proposals=PROPOSALS,
    opening_words="Two sealed proposals, two opened. Both teams were told the same day that they are two.",
    termination_reason=prose("""
        Both services that were to try the result left it. Parking permits move to the councils by a
        decision taken after our deadline, and bus passes follow in spring. Without them nobody would use
        what we pay for. We stop before scoring, so that no team is judged for work that cannot be used. We
        asked too late who owns the two services next year. Both teams keep their proposals and all rights
        in them, and we offer each a conversation.
    """),
)
