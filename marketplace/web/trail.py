"""The trail for people: what happened, in order, and a check of each entry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode

from flask import Response, g, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.policy import ANYONE
from marketplace.queries import challenges, entries, trail, witnesses
from marketplace.queries.entries import Entry
from marketplace.queries.proofs import Proved
from marketplace.queries.trail import Event
from marketplace.rules.erasures import GROUNDS
from marketplace.rules.events import FIELDS
from marketplace.rules.refusals import Refused
from marketplace.rules.wording import EVENTS, ROLE_NAMES, STATES
from marketplace.rules.working_days import uk_date
from marketplace.web import errors, formats, sentences
from marketplace.web.page import Pages, asked_number
from marketplace.web.places import where
from marketplace.web.words import _, ngettext, words
from marketplace.words import N_

pages = Pages("trail", __name__)

WAITING_SECONDS = 2

FINGERPRINT = re.compile("[0-9a-f]{64}")
"""Hashes stand in the entry's bytes and nowhere else on its page."""


@pages.page("/trail", "public:read")
def everything() -> ResponseReturnValue:
    """Every event, newest first, by challenge and kind."""
    asked = request.args
    before = asked_number("before")
    try:
        found = trail.page(ANYONE, asked.get("challenge", ""), asked.get("kind", ""), before)
    except Refused:
        # A filter that names nothing, not a page that is not there.
        return errors.page(400)
    chosen = {name: asked[name] for name in ("challenge", "kind") if asked.get(name)}
    return render_template(
        "trail/all.html",
        rows=sentences.rows(found.events, explained=True, fold="kind" not in chosen),
        found=found,
        chosen=chosen,
        kinds=EVENTS,
        standing=witnesses.standing(ANYONE),
        earlier=_earlier("/trail", chosen, found.before),
        newest=_address("/trail", chosen) if before is not None else None,
    )


@pages.page("/trail/<int:index>", "public:read")
def entry(index: int) -> ResponseReturnValue:
    """One entry: what it means, the bytes that were hashed, and what a check of it finds."""
    found = entries.entry(ANYONE, index)
    if found.proof is None:
        # A checkpoint comes within a second or so, and then the page says so.
        g.fresh_seconds = WAITING_SECONDS
    row = sentences.row(found.event)
    if found.accounted:
        row = replace(row, means=_(ACCOUNTS[found.accounted.kind]))
    return render_template(
        "trail/entry.html",
        entry=found,
        row=row,
        standing=witnesses.standing(ANYONE),
        steps=list(_steps(found)),
        values=list(_values(found.event)),
        private=[_(FIELDS[name]) for name in found.private],
        erased=[
            (where(each.place), uk_date(each.at), _(GROUNDS[each.ground]), str(each.index))
            for each in found.erased
        ],
    )


@pages.page("/trail/<int:index>/entry.json", "public:read")
def leaf(index: int) -> ResponseReturnValue:
    """The exact bytes of an entry, which were hashed."""
    response = Response(entries.leaf(ANYONE, index), mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="entry-{index}.json"'
    return response


@pages.page("/challenges/<ref>/trail", "public:read")
def of_challenge(ref: str) -> ResponseReturnValue:
    """What happened to one challenge."""
    head = challenges.head_of(ANYONE, ref)
    before = asked_number("before")
    found = trail.page(ANYONE, ref, "", before)
    own = f"/challenges/{ref}/trail"
    return render_template(
        "trail/challenge.html",
        head=head,
        checkpoint=found.checkpoint,
        rows=sentences.rows(found.events, titled=False, explained=True),
        standing=witnesses.standing(ANYONE),
        earlier=_earlier(own, {}, found.before),
        newest=own if before is not None else None,
    )


CHECKS: dict[str, tuple[str, str, str]] = {
    "bytes": (
        N_("It is what was recorded."),
        N_("Its fingerprint matches the entry, byte for byte."),
        N_("The fingerprint kept for it is another one."),
    ),
    "place": (
        N_("It has its place."),
        N_("It is number {index}. The trail holds {size} entries, counted from 0."),
        N_("The trail ends before it."),
    ),
    "late": (
        N_("It came after the deadline."),
        N_("Its stage closed with entry {deadline}, and this is number {index}."),
        "",
    ),
    "root": (
        N_("It leads to one root."),
        "",
        N_("No path leads from this entry to the root of the checkpoint."),
    ),
    "signed": (
        N_("That root is signed."),
        "",
        N_("No key of this log signed the checkpoint."),
    ),
    "columns": (
        N_("It is told as it says."),
        N_("The kind, the challenge and the time shown here are those in its bytes."),
        N_("These pages tell it otherwise than its bytes do."),
    ),
    "content": (
        N_("It fixes the words of the challenge."),
        N_("Version {version} still has the fingerprint that this entry carries."),
        N_("The version kept here is not the one that this entry names."),
    ),
    "record": (
        N_("It fixes a record."),
        N_("The record of stage {stage} still has the fingerprint that this entry carries."),
        N_("The record kept here is not the one that this entry names."),
    ),
    "reason": (
        N_("The reason is the one given then."),
        N_("The words shown fit the commitment in this entry."),
        N_("The words shown do not fit the commitment in this entry."),
    ),
    "account": (
        N_("It is accounted for."),
        N_("The record of its stage names it."),
        N_("The record of its stage names it with another commitment."),
    ),
}
"""What each check shows, and how it is said when it holds and when it does not."""

ACCOUNTS: dict[str, str] = {
    "proposal": N_("It was a proposal, and was opened with the others."),
    "unopened": N_("It was a proposal. Its stage ended without an opening, so nobody read it here."),
    "replaced": N_("It was a proposal that its supplier replaced or withdrew in time. It was never opened."),
    "withdrawn": N_("It withdrew a proposal."),
    "cover": N_("It is a cover entry. It means nothing, so that counting entries does not count proposals."),
    "lock": N_("It fixed an evaluator’s scores before the panel saw each other’s."),
}  # fmt: skip
"""What a sealed entry turned out to be, by its kind in a public record."""

INSTALLATIONS = {
    "service": N_("In service"),
    "rehearsal": N_("A rehearsal"),
    "demonstration": N_("A demonstration"),
}


def _steps(entry: Entry) -> Iterator[tuple[bool, str, str]]:
    """What was checked: whether it holds, what that shows, and how it came out."""
    data = entry.event.data
    facts: dict[str, object] = {
        "index": entry.event.index, "size": entry.size, "deadline": entry.deadline,
        **{name: data[name] for name in ("version", "stage") if name in data},
    }  # fmt: skip
    late = (("late", True),) if entry.deadline is not None else ()
    for code, good in (*entry.checks, *late):
        shows, right, wrong = CHECKS[code]
        if not good or code not in PROVED:
            yield good, _(shows), _(right, **facts) if good else _(wrong)
        elif entry.proof:
            yield from PROVED[code](entry.proof)


def _leads(proof: Proved) -> Iterator[tuple[bool, str, str]]:
    how = ngettext(
        "{n} step leads from this entry to the root of all {size} entries under the checkpoint.",
        "{n} steps lead from this entry to the root of all {size} entries under the checkpoint.",
        proof.steps, size=proof.checkpoint.size,
    )  # fmt: skip
    yield True, _(CHECKS["root"][0]), how


def _signed(proof: Proved) -> Iterator[tuple[bool, str, str]]:
    under = proof.checkpoint
    log = under.key.partition("+")[0]
    yield True, _(CHECKS["signed"][0]), _("{log} signed it at {at}.", log=log, at=under.at)
    if under.witnesses:
        seen = ngettext(
            "{n} independent witness signed it as well: {names}.",
            "{n} independent witnesses signed it as well: {names}.",
            len(under.witnesses), names=words().listed(under.witnesses),
        )  # fmt: skip
        yield True, _("Others saw the same root."), seen


PROVED = {"root": _leads, "signed": _signed}
"""How checks of a proof are said that hold."""


def _values(event: Event) -> Iterator[tuple[str, str]]:
    """What the entry says, named and spelled: amounts as money, states in words, and no hashes."""
    data = event.data
    for name, value in data.items():
        if name in ("value", "spent"):
            yield _(FIELDS[name]), formats.money(value, data["currency"])
        elif name in ("from", "to"):
            yield _(FIELDS[name]), _(STATES[value])
        elif name == "kind":
            yield _(FIELDS[name]), _(INSTALLATIONS[value])
        elif name == "ground":
            yield _(FIELDS[name]), _(GROUNDS[value])
        elif name == "texts":
            yield _(FIELDS[name]), words().listed([where(each) for each in value])
        elif name == "role":
            yield _(FIELDS[name]), _(ROLE_NAMES[value])
        elif name != "currency" and value not in ("", []) and not FINGERPRINT.fullmatch(str(value)):
            yield _(FIELDS[name]), sentences.spoken(value, event)


def _address(path: str, chosen: dict[str, str]) -> str:
    return f"{path}?{urlencode(chosen)}" if chosen else path


def _earlier(path: str, chosen: dict[str, str], before: int | None) -> str | None:
    """Where the entries before these are, by the same filter; None at the trail's beginning."""
    return None if before is None else _address(path, chosen | {"before": str(before)})
