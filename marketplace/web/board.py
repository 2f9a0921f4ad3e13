"""The page of one challenge for its team: what waits for whom, dates ahead, and what can be done next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from flask import render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from marketplace.queries import authoring, moves
from marketplace.queries import desk as desks
from marketplace.queries.authoring import Work
from marketplace.queries.desk import Board
from marketplace.rules.lifecycle import DECLARING_STATES, PUBLIC_STATES, WRITING_STATES
from marketplace.rules.refusals import Refused
from marketplace.rules.regimes import REGIMES, deadline_refusal, earliest_deadline, last_day
from marketplace.rules.roles import PERMISSIONS, SCORERS, Role
from marketplace.rules.stages import solution_words
from marketplace.rules.wording import MOVES, ROLE_WORDS, STAGE_STATES
from marketplace.rules.working_days import uk_date
from marketplace.web.formats import day, instant, weekday
from marketplace.web.page import Pages, actor
from marketplace.web.regimes import over_threshold_warning
from marketplace.web.tasks import groups_of, portal_of
from marketplace.web.waiting import Row, row_of
from marketplace.web.words import _, ngettext, said, words

pages = Pages("board", __name__)

QUIET = ("suspend", "terminate", "send-back", "engage", "end", "resume", "reopen", "call-reserve", "revise")
"""Moves that are never the page's filled button."""

RARE = ("reopen", "call-reserve", "revise")
"""Moves that are not spoken of where they cannot be made."""


@dataclass(frozen=True)
class Link:
    words: str
    href: str


@dataclass(frozen=True)
class Dated:
    """A date that people plan with: `note` says how far off it is, `is_late` that it passed and should not have."""

    label: str
    value: str
    note: str = ""
    is_late: bool = False


@pages.page("/desk/challenges/<ref>", "challenge:work")
def work(ref: str) -> ResponseReturnValue:
    record, waits = authoring.work(actor(), ref), desks.board(actor(), ref)
    tasks = groups_of(record)
    done = [task for group in tasks for task in group.tasks if task.kind not in ("cannot", "ready")]
    finished = sum(task.kind == "done" for task in done)
    mine = [
        replace(row_of(task, record.now), challenge="")
        for task in waits.mine
        if not tasks or task.task not in ("write", "send")
    ]
    return render_template(
        "authoring/work.html",
        work=record,
        groups=tasks,
        total=len(done),
        done=finished,
        words=MOVES,
        left=_left(len(done) - finished),
        waiting=mine,
        others=_others(waits, record.now) if waits.sees_others else None,
        marks=_marks_of(record),
        warning=_warning_of(record),
        main=_main_move(record),
        moves=_moves_of(record),
        dates=_dates_of(record, waits),
        stage_rows=_stage_rows(record),
        pages=_pages_of(record, mine),
        people=_people_of(record),
    )


def _others(waits: Board, now: datetime) -> list[tuple[str, Row]]:
    """What waits for everybody else, by name."""
    return [(each.name, row_of(each.waiting, now)) for each in waits.others]


def _marks_of(work: Work) -> tuple[str, ...]:
    """Words in the description of the problem that name a solution or a brand."""
    problem = work.content.problem
    return solution_words("\n".join((problem.title, problem.summary, problem.problem, problem.why_now)))


def _warning_of(work: Work) -> str:
    """Why the deadline would be refused, were it opened now, or that the money crosses a threshold."""
    terms = work.content.terms
    regime = REGIMES.get(terms.regime)
    if regime is None or terms.closes_at is None or work.state not in (*WRITING_STATES, "approved"):
        return ""
    code = deadline_refusal(regime, work.now, terms.closes_at)
    if code:
        return said(Refused(code, earliest=day(earliest_deadline(regime, work.now))))
    return over_threshold_warning(regime, work.content.stages.budget)


def _main_move(work: Work) -> moves.Possible | None:
    """The move that the page's one filled button offers; never one that stops things."""
    return next((move for move in work.moves if not move.why and move.name not in QUIET), None)


def _moves_of(work: Work) -> tuple[moves.Possible, ...]:
    """The moves beside the main one; what the list of tasks holds back already is not said twice."""
    chosen = _main_move(work)
    held_back = ("send", "approve") if work.state in WRITING_STATES else RARE
    return tuple(each for each in work.moves if each != chosen and not (each.why and each.name in held_back))


def _people_of(work: Work) -> list[tuple[str, str, str]]:
    """Everybody who acts, once: name, roles in a row, and what is to be said of them."""
    found: dict[str, tuple[str, list[str], list[str]]] = {}
    for seat in work.seats:
        _name, roles, notes = found.setdefault(seat.sits.ref, (seat.sits.name, [], []))
        roles.append(_(ROLE_WORDS[seat.role]))
        if seat.is_away:
            notes.append(_("Sits in for {holder}.", holder=seat.holder.name))
        elif not seat.holder.accepted:
            notes.append(_("Has not accepted yet."))
    return [
        (name, _begun(words().listed(roles)), " ".join(dict.fromkeys(notes)))
        for name, roles, notes in found.values()
    ]


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]


def _left(count: int) -> str:
    """ "3 to go before it can open."; what to do next where nothing is left."""
    if not count:
        return _("It can go on.")
    return ngettext("{n} to go before it can open.", "{n} to go before it can open.", count)


def _dates_of(work: Work, waits: Board) -> list[Dated]:
    """The dates that people plan with, in their order."""
    terms, today = work.content.terms, uk_date(work.now)
    found = []
    for stage in work.stages:
        if stage.closes_at and stage.state in ("collecting", "interrupted"):
            label = _("{stage} closes", stage=stage.name) if len(work.stages) > 1 else _("Closes")
            found.append(Dated(label, instant(stage.closes_at), _off(uk_date(stage.closes_at), today)))
    if not work.stages:
        value = instant(terms.closes_at) if terms.closes_at else _("Not set")
        found.append(
            Dated(_("Closes"), value, _off(uk_date(terms.closes_at), today) if terms.closes_at else "")
        )
    found += _decision_of(work, today)
    if work.standstill_ends_at:
        until = last_day(work.standstill_ends_at)
        found.append(Dated(_("Last day of the standstill"), weekday(until), _off(until, today)))
    found += [Dated(_("An agreement ends"), weekday(end), _off(end, today)) for end in waits.agreements_end]
    return found


def _decision_of(work: Work, today: date) -> list[Dated]:
    """The announced day of the first stage's decision, until it is decided."""
    decision_on, first = work.content.terms.decision_on, next(iter(work.stages), None)
    if decision_on is None:
        return [] if work.stages else [Dated(_("Decision by"), _("Not set"))]
    if first is not None and first.state == "decided":
        return []
    return [Dated(_("Decision by"), weekday(decision_on), _off(decision_on, today), decision_on < today)]


def _off(on: date, today: date) -> str:
    """ "in 6 days", "today", "5 days ago"."""
    days = (on - today).days
    if not days:
        return _("today")
    if days > 0:
        return ngettext("in {n} day", "in {n} days", days)
    return ngettext("{n} day ago", "{n} days ago", -days)


def _stage_rows(work: Work) -> list[list[str]]:
    """The stages once there are any: name, state, deadline, how many were received."""
    return [
        [
            Markup('<span lang="{}">{}</span>').format(work.language, stage.name),
            _(STAGE_STATES[stage.state]),
            instant(stage.closes_at) if stage.closes_at else "",
            "" if stage.received is None else words().number(stage.received),
        ]
        for stage in work.stages
    ]


def _pages_of(work: Work, waiting: list[Row]) -> list[Link]:
    """Pages of this challenge that no task of one's own leads to already."""
    base, linked = f"/desk/challenges/{work.ref}", {row.href for row in waiting}
    found = [Link(_("The challenge as it stands"), f"{base}/preview")]
    if work.state not in (*WRITING_STATES, "approved") or work.state == "engagement":
        found.append(Link(_("Its public page"), f"/challenges/{work.ref}"))
    found += (
        _asked_of_suppliers(work, base)
        + _stage_page(work, base)
        + _panel_page(work, base)
        + _records_of(work, base)
    )
    return [link for link in found if link.href not in linked]


def _stage_page(work: Work, base: str) -> list[Link]:
    """Where the current stage happens, for those who take part in it."""
    stage = work.stage
    if stage is None or work.state in ("suspended", "terminated"):
        return []
    at, panel = f"{base}/stages/{stage.number}", bool(work.roles & set(SCORERS))
    deciding = bool(work.roles & {Role.CHAIR, Role.APPROVER, Role.LEAD})
    match stage.state:
        case "closed" if Role.OPENER in work.roles:
            return [Link(_("The opening"), f"{at}/opening")]
        case "opened" if panel:
            return [Link(_("Declarations"), f"{at}/declaration")]
        case "scoring" if panel:
            return [Link(_("Your scores"), f"{at}/scores")]
        case "moderating" if deciding and stage.final_at:
            return [Link(_("The ranking"), f"{at}/ranking")]
        case "moderating" if panel:
            return [Link(_("Moderation"), f"{at}/moderation")]
        case "decided" if deciding and stage.received:
            return [Link(_("Decision and summaries"), f"{at}/decision")]
        case "decided" if panel and stage.final_at:
            return [Link(_("Moderation"), f"{at}/moderation")]
    return []


def _asked_of_suppliers(work: Work, base: str) -> list[Link]:
    """Where the lead checks conditions and asks suppliers, once their proposals are opened."""
    stage = work.stage
    opened = ("opened", "scoring", "moderating", "decided")
    if stage is None or stage.state not in opened or Role.LEAD not in work.roles or not stage.received:
        return []
    at = f"{base}/stages/{stage.number}"
    asked = [Link(_("Questions to suppliers"), f"{at}/clarifications")]
    conditions = [Link(_("Published conditions"), f"{at}/eligibility")]
    return (conditions if work.content.eligibility.conditions else []) + asked


def _panel_page(work: Work, base: str) -> list[Link]:
    """Where somebody leaves the panel half-way, for those who may."""
    stage = work.stage
    if stage is None or stage.state not in DECLARING_STATES or work.state != "in_progress":
        return []
    address = f"{base}/stages/{stage.number}/panel"
    if Role.LEAD in work.roles:
        return [Link(_("The panel"), address)]
    return [Link(_("Step back from the panel"), address)] if work.roles & set(SCORERS) else []


def _records_of(work: Work, base: str) -> list[Link]:
    """What is kept beside the challenge."""
    found = []
    if work.meetings or work.state == "engagement":
        found.append(Link(_("Record of talks"), f"{base}/meetings"))
    if work.notices or portal_of(work):
        found.append(Link(_("Notices on the national portal"), f"{base}/portal-notices"))
    if work.state not in WRITING_STATES:
        found.append(Link(_("Conflicts assessment"), f"{base}/conflicts"))
    agreed = work.state in ("in_progress", "standstill", "awarded", "delivering")
    if agreed and work.roles & PERMISSIONS["agreement:sign"]:
        found.append(Link(_("Agreements"), f"{base}/agreements"))
    if work.state in ("in_progress", "delivering") and work.roles & PERMISSIONS["challenge:report"]:
        found.append(Link(_("Report the result"), f"{base}/outcome"))
    if work.state in PUBLIC_STATES and work.roles & PERMISSIONS["words:erase"]:
        found.append(Link(_("Erase words published in error"), f"{base}/erase"))
    return found
