"""How accessible this service is: what is tested, how, and what is known not to be good enough yet.

The page about accessibility shows these tables. An issue that is mended leaves with the release that mends it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from marketplace.words import N_

STANDARD = "WCAG 2.2 AA"
REVIEWED_ON = date(2026, 11, 25)


@dataclass(frozen=True)
class Test:
    """What is tested, how, and how often, in words."""

    what: str
    how: str
    often: str


@dataclass(frozen=True)
class Issue:
    """Something that is not good enough: whom it stops, what to do meanwhile, and what is planned."""

    what: str
    meanwhile: str
    plan: str
    found_on: date


_EACH_RELEASE = N_("With every change of the program")
_BY_EYE = N_("When a page changes")

TESTS: tuple[Test, ...] = (
    Test(
        N_("The guidelines, as far as a program can tell"),
        N_("axe, with its rules for WCAG 2.0 to 2.2, A and AA, on every page of the demonstration, for the public and for each role."),
        _EACH_RELEASE,
    ),
    Test(
        N_("Keyboard"),
        N_("The skip link, correcting an error, answering a question and scoring a proposal, with keys alone. Focus is always visible."),
        _EACH_RELEASE,
    ),
    Test(
        N_("Small screens and enlargement"),
        N_("Every page at 320 pixels and at 400%: no scrolling sideways, but for wide tables, which scroll by themselves."),
        _EACH_RELEASE,
    ),
    Test(
        N_("Without scripts"),
        N_("A whole challenge from registering to its result, with JavaScript off."),
        _EACH_RELEASE,
    ),
    Test(
        N_("Structure"),
        N_("Valid HTML, one main heading, a title that names the page, and links that lead somewhere, on every page of the demonstration."),
        _EACH_RELEASE,
    ),
    Test(
        N_("Your own colours, and paper"),
        N_("In forced colours and in print, by eye."),
        _BY_EYE,
    ),
)  # fmt: skip

ISSUES: tuple[Issue, ...] = (
    Issue(
        N_("People who use a screen reader, speech or a switch every day have not tested this service yet."),
        N_("Tell us what stops you. The address is below."),
        N_("To be tested with at least five people before a first real challenge. What they find is listed here."),
        date(2026, 7, 6),
    ),
    Issue(
        N_("Documents that suppliers attach come as they made them. Some are not accessible."),
        N_("Evaluators can ask the lead for another form of a document. Answers typed into a proposal are always text."),
        N_("Advice beside the field for files. The file itself stays the supplier’s."),
        date(2026, 7, 6),
    ),
    Issue(
        N_("Tables of scores with many evaluators are wider than a small screen."),
        N_("They scroll in a region that the keyboard reaches, and each row names itself. The same numbers stand in a list of means."),
        N_("Open data, so that you can read the scores in a program of your own."),
        date(2026, 7, 6),
    ),
    Issue(
        N_("Fingerprints of entries are long rows of letters and digits, which a screen reader spells one by one."),
        N_("They are folded away, and never needed to follow what happened."),
        N_("None: a fingerprint cannot be shorter and still prove something."),
        date(2026, 11, 25),
    ),
    Issue(
        N_("How many words are left is counted while you type, and told to screen readers after a pause, which some find late."),
        N_("The limit stands before the field, and nothing is lost when a text is too long."),
        N_("To be judged by those who test with a screen reader."),
        date(2026, 11, 25),
    ),
)  # fmt: skip
