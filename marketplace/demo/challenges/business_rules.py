"""Completed: which rules apply to my business, answered before the penalty comes."""

from __future__ import annotations

from marketplace.demo.challenges.business_rules_proposals import PROPOSALS
from marketplace.demo.story import StoryAgreed, StoryChallenge, StoryOutcome, prose
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
        title="Which rules apply to my business",
        summary=prose("""
            Owners of small firms cannot tell which regulations bind them, and learn it through penalties.
            The rules are public, in more than 300 documents. We look for a way to learn in half an hour
            what applies, what does not, and what nobody is sure of.
        """),
        topic="business",
        problem=prose("""
            A woman in Torwell opened a bakery with four tables. She registered her food business, insured
            it and put up a smoke alarm. Eleven months later she was fined £600, because a table on the
            pavement needs a licence. She had asked three offices. Each answered correctly for itself.

            We counted: 47 rules from nine bodies apply to that bakery. She knew of 19. In a test with 120
            owners of small firms the median owner named 38 in 100 of the rules that bound them, and named
            four that did not.
        """),
        why_now=prose("""
            Nine regulators agreed to publish their rules in one format by the end of this year. It will
            take somebody's use of them to show whether the format is any good. Penalties against firms with
            fewer than ten staff rose by a fifth last year.
        """),
    ),
    affected=Affected(
        affected=prose("""
            In our area about 62,000 firms with fewer than ten staff, and 7,000 people a year who start one.
            Advisers at chambers and banks who are asked and are afraid to be wrong. Inspectors, who would
            rather explain than fine.
        """),
    ),
    tried=Tried(
        tried=prose("""
            Our guide had 212 pages. It was right on the day it was printed. Six in ten readers left at page
            three.

            A telephone line answered 4,100 calls in a year, at £38 each. Callers came after the letter from
            the inspector, not before.

            We bought a search over all rules. It found everything that contained a word. A hairdresser who
            typed chairs was shown the rules for ski lifts.
        """),
    ),
    outcomes=Outcomes(
        outcomes=(
            Outcome(
                measure="Share of binding rules that an owner can name after half an hour",
                baseline="38 in 100 (median of 120 owners)",
                target="80 in 100",
            ),
            Outcome(
                measure="Rules that an owner believes in and that do not apply",
                baseline="4 (median)",
                target="1 or fewer",
            ),
            Outcome(
                measure="Cost of one correct answer",
                baseline="£38 by telephone",
                target="£4 or less",
            ),
        ),
    ),
    data=Data(
        data=(
            DataSet(
                name="Rules of nine regulators as text, with dates in force",
                licence="Open Government Licence v3.0",
                format="XML and HTML",
                lawful_basis="No personal data",
            ),
            DataSet(
                name="Test with 120 owners: firm, rules that bind it by two lawyers' reading, rules named",
                licence="Open Government Licence v3.0",
                format="CSV",
                lawful_basis="No personal data; firms described by kind and size",
            ),
        ),
    ),
    adoption=Adoption(
        adoption=prose("""
            Three kinds of firm first: places that serve food, hairdressers, and builders with fewer than
            five staff. If the first outcome is reached for two of the three, we put it on our own pages and
            pay for it from the telephone line's budget. The head of guidance has agreed to close the line's
            morning shift in return.
        """),
        intellectual_property=prose("""
            You keep your software. The questions, the answers and the link from each answer to its legal
            text are published under an open licence, so that a chamber of commerce or a rival can use them.
        """),
    ),
    stages=Stages(
        stages=(
            StagePlan(name="Proposals", collects="proposal", days=30, money=25_000_000, teams=1, forward=1),
        ),
        budget=25_000_000,
    ),
    eligibility=Eligibility(everyone=True),
    questions=Questions(
        questions=(
            Question(
                id="owner",
                prompt=(
                    "Take the baker with four tables. What does she do, and what does she know half "
                    "an hour later?"
                ),
                words=300,
                guidance="She is on her feet, with flour on her hands.",
            ),
            Question(
                id="right",
                prompt=(
                    "How do you know that an answer is right, and what happens when a rule changes "
                    "or is unclear?"
                ),
                words=300,
            ),
            Question(
                id="reach",
                prompt="How does it reach people who do not know that they should ask?",
                words=150,
            ),
            Question(
                id="run",
                prompt="What does it cost and who is needed to keep it right for three years?",
                words=200,
            ),
        ),
    ),
    criteria=Criteria(
        criteria=(
            Criterion(
                id="understood",
                name="Understood by owners",
                meaning="People in a trade know what to do on Monday.",
                weight=30,
                levels=(
                    "Legal text with a search.",
                    "Plain words, in the order of the law.",
                    "Asks about the business, answers in plain words.",
                    "As before, and says what does not apply.",
                    "As before, tested with owners against a baseline.",
                ),
                questions=("owner",),
            ),
            Criterion(
                id="correct",
                name="Correct, and honest where unsure",
                meaning="Each answer can be followed to its text.",
                weight=30,
                levels=(
                    "No way to check an answer.",
                    "A disclaimer.",
                    "Answers name their source.",
                    "Source, date and a second reader for each answer.",
                    "As before, with a measured rate of error.",
                ),
                questions=("right",),
                minimum=2,
            ),
            Criterion(
                id="reach",
                name="Reaches those who do not ask",
                meaning="Before the inspector's letter.",
                weight=20,
                levels=(
                    "A web address.",
                    "Advertising.",
                    "Through people who advise firms.",
                    "At a moment that each firm passes anyway.",
                    "As before, agreed with whoever owns that moment.",
                ),
                questions=("reach",),
            ),
            Criterion(
                id="running",
                name="Can be kept right",
                meaning="People and money for three years.",
                weight=20,
                levels=(
                    "Not considered.",
                    "A yearly fee without content.",
                    "Cost given, people not named.",
                    "Cost and people, and what a change in law costs.",
                    "As before, and others can take it over.",
                ),
                questions=("run",),
            ),
        ),
        minimum_total=50,
    ),
    terms=Terms(regime="rd-exempt", publish_diagnostics=True, contact="rules@ote.example"),
)

CHALLENGE = StoryChallenge(
    key="business-rules",
    authority="trade-and-enterprise",
    content=CONTENT,
    people={
        "editor": ("beth-calloway",),
        "approver": ("simon-achebe",),
        "lead": ("beth-calloway",),
        "openers": ("beth-calloway", "simon-achebe"),
        "chair": ("margaret-foyle",),
        "evaluators": ("margaret-foyle", "yusuf-demir", "clara-hensley"),
    },
    day_opened=-390,
    days_open=30,
    reaches="completed",
    day_decided=-328,
    day_ended=-25,
    winner="quillback",
    proposals=PROPOSALS,
    opening_words=(
        "Four sealed proposals, four opened. The count agrees with the one published at the deadline."
    ),
    agreed=(
        StoryAgreed(
            supplier="quillback",
            criterion="reach",
            level=3,
            reasons={
                "margaret-foyle": prose("""
                Opening an account is a moment that each firm passes, which is more than advisers. That old
                firms are not reached holds for every proposal here.
            """)
            },
        ),
        StoryAgreed(
            supplier="saltmarsh-studio",
            criterion="running",
            level=2,
            reasons={
                "clara-hensley": prose("""
                Two people and a solicitor are named. What a change in law costs is not in the answer, and
                we do not guess it for anybody.
            """)
            },
        ),
    ),
    moderation_notes=prose("""
        All three of us, two hours. We went through what was one apart, proposal by proposal. Two levels were
        agreed with a reason; everywhere else the exact mean stands.
    """),
    selection_reason=prose("""
        Quillback was the only one to measure how often its answers are wrong, on our own 120 firms, and to
        show an owner the answers on which lawyers disagree. Saltmarsh understood owners better. The panel
        weighed that a pleasant wrong answer costs a fine.
    """),
    not_selected_reasons={
        "saltmarsh-studio": prose("""
            Nobody described an owner's morning as well, and your test with bakers is the reason for the
            highest score there. You came second. Answers had one reader and no count of mistakes, and a
            change in law had no budget.
        """),
        "greylag-systems": prose("""
            Your place in the registration of new firms is the best way to reach people that we read. The
            answers follow the order of the law, and the baker would still have had to find her table in
            them.
        """),
        "marram-analytics": prose("""
            Showing how sure you are of each answer is a good idea, and the cost was clear. Owners would
            have received a probability where they need to know what to do on Monday. Reach rested on
            partners not yet asked.
        """),
    },
    outcome=StoryOutcome(
        result=prose("""
            Food places: owners name 84 in 100 of their rules after half an hour, from 38 before; target 80,
            reached. Hairdressers: 81 in 100, reached. Builders: 57 in 100, not reached. Rules wrongly
            believed: 1, from 4; reached. Cost of one correct answer: £5.20, from £38; target £4, missed.
        """),
        in_use=True,
        spent=23_150_000,
        lessons=prose("""
            Builders' rules depend on the site and not on the firm, and our questions asked about the firm.
            We saw it in month three and went on too long. The list of rules on which lawyers disagree, 23
            of them, turned out to be of most use to the regulators: six have been rewritten. Keeping
            answers current takes twice the hours we had planned.
        """),
    ),
)
