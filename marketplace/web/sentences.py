"""Events of the trail as a story: each in a sentence, with what it means and who reads on where.

A sentence goes on after a challenge's title and a colon, so it begins in lower case; `begun` makes it stand
alone. A kind without an entry in `TOLD` is one that this version does not know.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from marketplace.queries.trail import Event
from marketplace.rules.events import KINDS, SEALED
from marketplace.rules.regimes import REGIMES
from marketplace.rules.wording import ROLE_WORDS
from marketplace.rules.working_days import uk_date
from marketplace.web import formats
from marketplace.web.words import _, ngettext, words

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class EventRow:
    """An entry as the trail's macros take it.

    `means` explains it, `reason` is what somebody typed, `folded` are the indexes of a run of sealed
    entries that the row stands for, newest first.
    """

    at: datetime
    challenge_ref: str
    challenge_title: str
    language: str
    sentence: str
    means: str
    reason: str
    reason_language: str
    index: int
    folded: tuple[int, ...] = ()

    @property
    def day(self) -> date:
        return uk_date(self.at)


Facts = dict[str, Any]
Told = tuple[str, str]
TOLD: dict[str, Callable[[Facts], Told]] = {}


def rows(
    events: Iterable[Event], *, titled: bool = True, explained: bool = False, fold: bool = False
) -> list[EventRow]:
    """Entries as rows. `titled`: each names its challenge; `explained`: each says what it means.

    `fold` makes one row of sealed entries that follow one another on one day.
    """
    found: list[EventRow] = []
    for (_on, sealed), run in groupby(events, key=lambda event: (uk_date(event.at), event.kind == SEALED)):
        listed = list(run)
        if fold and sealed and len(listed) > 1:
            found.append(_folded(listed))
        else:
            # What is sealed is explained once, beside the list.
            found += [row(event, titled=titled, explained=explained and not sealed) for event in listed]
    return found


def row(event: Event, *, titled: bool = True, explained: bool = True) -> EventRow:
    """One entry as a row."""
    what, means = told(event)
    ref = event.challenge_ref if titled else ""
    return EventRow(
        at=event.at,
        challenge_ref=ref,
        challenge_title=event.challenge_title,
        language=event.language,
        sentence=what if ref else begun(what),
        means=means if explained else "",
        reason=event.reason,
        reason_language=event.reason_language,
        index=event.index,
    )


def _folded(run: list[Event]) -> EventRow:
    """A run of sealed entries in one row."""
    last, first = run[0], run[-1]
    what = _("{n} sealed entries, numbers {first} to {last}.", n=len(run), first=first.index, last=last.index)
    indexes = tuple(event.index for event in run)
    return EventRow(last.at, "", "", "", what, "", "", "", last.index, indexes)


def begun(sentence: str) -> str:
    """The sentence where nothing goes before it."""
    return sentence[:1].upper() + sentence[1:]


def told(event: Event) -> Told:
    """What happened, in a sentence, and what that means; the second is empty where nothing is to explain."""
    tell = TOLD.get(event.kind)
    if tell is None:
        return _("an entry of a kind that this version does not know."), ""
    known = dict.fromkeys(KINDS[event.kind].data, "")
    return tell(known | {name: typed(value, event) for name, value in event.data.items()})


def typed(value: object, event: Event) -> Any:
    """A value of a leaf as what it is: an instant, a day, a number, an organisation's name, a list in words."""
    if isinstance(value, int):
        return value
    if isinstance(value, list):
        return words().listed([str(typed(each, event)) for each in value])
    text = str(value)
    if _INSTANT.fullmatch(text):
        return datetime.fromisoformat(text)
    if _DAY.fullmatch(text):
        return date.fromisoformat(text)
    return _(REGIMES[text].name) if text in REGIMES else event.named.get(text, text)


def spoken(value: object, event: Event) -> str:
    """The same, spelled."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(words().spell(typed(value, event)))


def _tells(kind: str) -> Callable[[Callable[[Facts], Told]], Callable[[Facts], Told]]:
    def register(tell: Callable[[Facts], Told]) -> Callable[[Facts], Told]:
        TOLD[kind] = tell
        return tell

    return register


@_tells("log.start")
def _begins(it: Facts) -> Told:
    means = _("This entry fixes the trail’s name, {origin}. Every public act adds one after it.", **it)
    if it["kind"] == "demonstration":
        means = _("This entry fixes that everything here is invented.")
    return _("the trail begins."), means


@_tells(SEALED)
def _sealed(_it: Facts) -> Told:
    return _("a sealed entry."), _("What it holds is accounted for when its stage opens or is decided.")


@_tells("organisation.verify")
def _verified(it: Facts) -> Told:
    what = _("an operator verified {organisation} as a public authority.", **it)
    return what, _("It can open challenges from now on.")


@_tells("challenge.engage")
def _engaged(_it: Facts) -> Told:
    means = _("Whom the authority meets, and what they are given, is published when the challenge opens.")
    return _("early notice: talks with suppliers begin."), means


@_tells("challenge.open")
def _opened(it: Facts) -> Told:
    means = _("Its words, criteria and weights stand from here on. What comes in is sealed.")
    if not it["closes_at"]:
        return _("opened for proposals."), means
    return _("opened for proposals until {closes_at}.", **it), means


@_tells("challenge.suspend")
def _suspended(_it: Facts) -> Told:
    return _("suspended."), _("Nothing opens, closes or is accepted until two people agree to go on.")


@_tells("challenge.resume")
def _resumed(it: Facts) -> Told:
    means = _("Two people agreed to it.")
    if it["closes_at"]:
        return _("resumed, with a new deadline: {closes_at}.", **it), means
    if it["standstill_until"]:
        return _("resumed. The standstill begins anew, and its last day is {standstill_until}.", **it), means
    return _("resumed."), means


@_tells("challenge.terminate")
def _terminated(_it: Facts) -> Told:
    return _("ended early."), _("Nothing is awarded. Two people agreed to end it, and the reason is public.")


@_tells("challenge.deliver")
def _delivered(_it: Facts) -> Told:
    return _("work began."), _("What comes of it is reported when it is completed.")


@_tells("challenge.complete")
def _completed(it: Facts) -> Told:
    means = _("The result against the baseline, and what was learned, are public.")
    if not isinstance(it["spent"], int):
        return _("completed."), means
    it |= {"spent": formats.money(it["spent"], it["currency"] or "GBP")}
    if it["in_use"]:
        return _("completed, and in use. {spent} was spent.", **it), means
    return _("completed, and not in use. {spent} was spent.", **it), means


@_tells("role.hand-over")
def _handed_over(it: Facts) -> Told:
    means = _("Whoever had it before acts in it no longer.")
    return _("the role of {role} passed to another person.", role=_role(it)), means


@_tells("role.sit-in")
def _sat_in(it: Facts) -> Told:
    means = _("The holder of the role is away, and one of the two acts at a time.")
    return _("a deputy sits in as {role}.", role=_role(it)), means


@_tells("role.return")
def _returned(it: Facts) -> Told:
    return _("the {role} is back, and the deputy stands by again.", role=_role(it)), ""


@_tells("role.give-back")
def _given_back(it: Facts) -> Told:
    return _("the role of {role} was given back.", role=_role(it)), ""


def _role(it: Facts) -> str:
    return _(ROLE_WORDS.get(it["role"], ""))


@_tells("stage.close")
def _closed(it: Facts) -> Told:
    if not it["received"]:
        means = _("Nobody proposed, so there is nothing to open.")
        return _("stage {stage} closed. Nothing was received.", **it), means
    means = _(
        "Two people open what came in, each in a visit of their own. Until then nobody can read it here."
    )
    return ngettext(
        "stage {stage} closed. {n} proposal was received in time.",
        "stage {stage} closed. {n} proposals were received in time.",
        it["received"], **it,
    ), means  # fmt: skip


@_tells("stage.interrupt")
def _interrupted(it: Facts) -> Told:
    means = _("Nothing is accepted until everyone has the same new deadline.")
    what = _("stage {stage} was interrupted: this service was not running before the deadline.", **it)
    return what, means


@_tells("stage.reschedule")
def _rescheduled(it: Facts) -> Told:
    return _("stage {stage} has a new deadline for everyone: {closes_at}.", **it), ""


@_tells("stage.open")
def _read(it: Facts) -> Told:
    means = _("The opening record accounts for every sealed entry of stage {stage}.", **it)
    return ngettext(
        "{n} proposal was opened by two people.", "{n} proposals were opened by two people.", it["opened"] or 0
    ), means  # fmt: skip


@_tells("stage.account")
def _accounted(it: Facts) -> Told:
    means = _("Its sealed entries were accounted for, and its key was deleted.")
    return _("stage {stage} ended without an opening, and nothing was read.", **it), means


@_tells("stage.screen")
def _screened(it: Facts) -> Told:
    means = _(
        "The lead checked each against the conditions that were public before it came. Whoever seemed to miss one"
        " could reply, and two people agreed to each refusal. Who was refused is told why, and is not named."
    )
    what = ngettext(
        "{n} proposal meets the published conditions, {refused} refused.",
        "{n} proposals meet the published conditions, {refused} refused.",
        it["passed"],
        refused=it["refused"],
    )
    return what, means


@_tells("stage.clarify")
def _clarified(it: Facts) -> Told:
    means = _(
        "The lead, who gives no scores, asks about something unclear, an obvious error or a missing document. A reply"
        " stands beside the answer and changes nothing in it. Whoever left out the same is asked the same."
    )
    what = ngettext(
        "{n} supplier is asked a question.", "{n} suppliers are asked the same question.", it["asked"]
    )
    return what, means


@_tells("stage.reply")
def _replied(_it: Facts) -> Told:
    return _("a supplier replied to a question."), _("The panel reads it beside the answer that it is about.")


@_tells("stage.score")
def _scoring(it: Facts) -> Told:
    means = _("The panel of {panel} declared its interests against every name first.", **it)
    conflicts = it["conflicts"] or 0
    if conflicts:
        means = ngettext(
            "The panel declared its interests against every name first. {n} person left it for a conflict.",
            "The panel declared its interests against every name first. {n} people left it for a conflict.",
            conflicts,
        )
    return _("scoring began."), means


@_tells("stage.recuse")
def _left(it: Facts) -> Told:
    means = _("Whatever they scored at stage {stage} counts for no proposal, and is kept.", **it)
    return _("somebody left the panel.", **it), means


@_tells("stage.wait")
def _waits(it: Facts) -> Told:
    means = _("Another person joins it and scores every proposal. What others locked stands.")
    return _("the panel is below its minimum, and waits for another person.", **it), means


@_tells("stage.moderate")
def _locked(it: Facts) -> Told:
    return _("every evaluator locked their scores."), ngettext(
        "{n} person scored. The panel moderates its levels next, and sees no total before that is done.",
        "{n} people scored, each alone. The panel moderates its levels next, and sees no total before that is done.",
        it["evaluators"] or 0,
    )


@_tells("stage.agree")
def _agreed(it: Facts) -> Told:
    return _("the panel’s levels are final."), ngettext(
        "{n} level was agreed; every other is the exact mean. Until now nobody could see a total or a rank.",
        "{n} levels were agreed; every other is the exact mean. Until now nobody could see a total or a rank.",
        it["agreed"] or 0,
    )


@_tells("stage.reopen-lock")
def _unlocked(it: Facts) -> Told:
    means = _("What was locked is kept beside what is locked next. The decision accounts for both entries.")
    return _("the chair reopened locked scores at stage {stage}.", **it), means


@_tells("stage.revise")
def _revised(it: Facts) -> Told:
    means = _(
        "The chair and an approver agreed to it. Totals had been seen by then, and so the trail says it."
    )
    return _("the panel’s levels at stage {stage} are open to change again.", **it), means


@_tells("stage.decide")
def _decided(it: Facts) -> Told:
    if not it["received"]:
        return _("stage {stage} was decided: nobody proposed, so nobody goes on.", **it), ""
    means = _("The chair proposed it. An approver who did not score confirmed it.")
    if not it["forward"]:
        return _("stage {stage} was decided: none of {received} goes on.", **it), means
    return ngettext(
        "stage {stage} was decided: {n} of {received} goes on.",
        "stage {stage} was decided: {n} of {received} go on.",
        it["forward"], **it,
    ), means  # fmt: skip


@_tells("stage.draw")
def _drawn(it: Facts) -> Told:
    means = _(
        "The value was made public elsewhere, by nobody’s choice. Two people copied it, and anyone can compare it."
    )
    return _(
        "stage {stage}: round {round} of drand breaks the ties.", **it | {"round": str(it["round"])}
    ), means


@_tells("stage.reopen")
def _taken_back(it: Facts) -> Told:
    means = _("Two people agreed to it. The old decision is kept, and locked scores stand.")
    return _("the decision of stage {stage} was taken back.", **it), means


@_tells("stage.call-reserve")
def _called(it: Facts) -> Told:
    means = _("Two people agreed to it. The first in reserve takes the place of a supplier that dropped out.")
    return _("stage {stage}: a reserve was called.", **it), means


@_tells("proposal.leave")
def _gave_up(it: Facts) -> Told:
    means = _("Its supplier withdrew it after the opening. It is ranked no longer.")
    return _("a proposal left stage {stage}.", **it), means


@_tells("summary.send")
def _told(it: Facts) -> Told:
    means = _(
        "Each holds every score of its own proposal, with reasons, and at the last stage those of the selected one."
    )
    return ngettext(
        "the supplier of stage {stage} was sent its summary.",
        "all {n} suppliers of stage {stage} were sent their summaries, in one act.",
        it["sent"] or 0, **it,
    ), means  # fmt: skip


@_tells("award.notice")
def _noticed(it: Facts) -> Told:
    if not it["standstill_until"]:
        return _("award notice: {suppliers}.", **it), _(
            "No standstill applies, so the award is made in the same act."
        )
    means = _("No agreement can be signed before that day is over, so that suppliers can ask and challenge.")
    return _("award notice: {suppliers}. The last day of the standstill is {standstill_until}.", **it), means


@_tells("award.make")
def _awarded(it: Facts) -> Told:
    return _("awarded to {suppliers}.", **it), _("Agreements can be signed from now on.")


@_tells("agreement.sign")
def _signed(it: Facts) -> Told:
    it |= {"value": formats.money(it["value"] or 0, it["currency"] or "GBP")}
    return _("an agreement over {value} was signed on {signed_on}.", **it), ""
