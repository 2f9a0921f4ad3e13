"""Public records that account for sealed entries, as pages and byte for byte."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from marketplace.policy import ANYONE
from marketplace.queries import sealed as queries
from marketplace.queries.sealed import Record
from marketplace.web.page import Pages
from marketplace.web.words import _, ngettext
from marketplace.words import N_

pages = Pages("sealed", __name__)

CHECKS: dict[str, tuple[str, str, str]] = {
    "fixed": (
        N_("It is the record that the trail fixes."),
        N_("Entry {entry} carries its fingerprint."),
        N_("No entry carries its fingerprint."),
    ),
    "complete": (
        N_("It leaves nothing out."),
        N_("It names every sealed entry of this stage that it has to, and no other."),
        N_("A sealed entry of this stage is missing here, or one is named as something that it is not."),
    ),
    "covers": (
        N_("Its cover entries are empty."),
        N_("Each opens, by a number that stands in the record, to nothing but that it is one."),
        N_("A cover entry does not open, or says more than that it is one."),
    ),
}
"""What each check of a record shows, and how it is said when it holds and when it does not."""


@pages.page("/challenges/<ref>/stages/<int:number>/opening", "public:read")
def opening(ref: str, number: int) -> ResponseReturnValue:
    """What every sealed entry of a stage turned out to be."""
    found = queries.opening(ANYONE, ref, number)
    closed_at = datetime.fromisoformat(found.records[0].said["closed_at"])
    return render_template("sealed/opening.html", found=found, closed_at=closed_at, steps=steps, were=were)


@pages.page("/challenges/<ref>/stages/<int:number>/decision", "public:read")
def decision(ref: str, number: int) -> ResponseReturnValue:
    """Which sealed entries were the locks that a decision rests on."""
    found = queries.decisions(ANYONE, ref, number)
    return render_template("sealed/decision.html", found=found, steps=steps, were=were)


@pages.page("/trail/<int:index>/record.json", "public:read")
def document(index: int) -> ResponseReturnValue:
    """The record whose fingerprint an entry carries."""
    return Response(queries.document(ANYONE, index), mimetype="application/json")


def steps(record: Record) -> Iterator[tuple[bool, str, str]]:
    """What was checked: whether it holds, what that shows, and how it came out."""
    for code, good in record.checks:
        shows, right, wrong = CHECKS[code]
        yield good, _(shows), _(right, entry=record.entry) if good else _(wrong)


def were(kind: str, n: int) -> str:
    """What `n` sealed entries were, by their kind in a record."""
    return {
        "proposal": ngettext(
            "{n} was a proposal, and was opened with the others.",
            "{n} were proposals, and were opened together.",
            n,
        ),
        "unopened": ngettext(
            "{n} was a proposal. Its stage ended without an opening.",
            "{n} were proposals. Their stage ended without an opening.",
            n,
        ),
        "replaced": ngettext(
            "{n} was a proposal that its supplier replaced or withdrew in time.",
            "{n} were proposals that their suppliers replaced or withdrew in time.",
            n,
        ),
        "withdrawn": ngettext("{n} withdrew a proposal.", "{n} withdrew proposals.", n),
        "cover": ngettext("{n} was a cover entry.", "{n} were cover entries.", n),
        "lock": ngettext("{n} locked an evaluator’s scores.", "{n} locked evaluators’ scores.", n),
    }[kind]
