"""What stands around the list of tasks: what comes next, dates ahead, and what a reader may trip over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from marketplace.queries import moves
from marketplace.queries.authoring import Work
from marketplace.rules.lifecycle import WRITING_STATES
from marketplace.rules.regimes import last_day
from marketplace.rules.roles import PERMISSIONS, SCORERS, Role
from marketplace.rules.stages import solution_words
from marketplace.rules.wording import ROLE_NAMES, STAGE_STATES, WAITED
from marketplace.rules.working_days import uk_date
from marketplace.web import formats
from marketplace.web.formats import instant, weekday
from marketplace.web.tasks import portal_of
from marketplace.web.words import _, ngettext
from marketplace.words import N_

UNDECIDED = ("draft", "review", "engagement", "approved", "open", "in_progress", "suspended")

# For each state of a stage: who acts on it, what happens now, and the page on which it does.
_STEPS: dict[str, tuple[frozenset[Role], str, str, str]] = {
    "closed": (
        frozenset({Role.OPENER}),
        N_("The stage is closed. Two openers confirm, each in a visit of their own."),
        "opening",
        N_("Go to the opening"),
    ),
    "opened": (
        frozenset(SCORERS),
        N_("The proposals are opened. The panel declares its interests first."),
        "declaration",
        N_("Declare your interests"),
    ),
    "scoring": (
        frozenset(SCORERS),
        N_("The panel scores. Nobody sees another’s scores before locking."),
        "scores",
        N_("Go to your scores"),
    ),
    "moderating": (
        frozenset({Role.CHAIR, Role.APPROVER, Role.LEAD}),
        N_("Every score is locked. The chair proposes, and an approver confirms."),
        "ranking",
        N_("See the ranking"),
    ),
    "decided": (
        frozenset({Role.CHAIR, Role.APPROVER, Role.LEAD}),
        N_("The stage is decided."),
        "decision",
        N_("See the decision and the summaries"),
    ),
}


@dataclass(frozen=True)
class Step:
    """What the current stage waits for, and the page on which it happens."""

    words: str
    href: str
    link: str


def marks_of(work: Work) -> tuple[str, ...]:
    """Words in the description of the problem that name a solution or a brand."""
    problem = work.content.problem
    return solution_words("\n".join((problem.title, problem.summary, problem.problem, problem.why_now)))


def next_step(work: Work) -> Step | None:
    """The page where this person's part of the current stage happens."""
    stage = work.stage
    if stage is None or work.state in ("suspended", "terminated"):
        return None
    who, words, page, link = _STEPS.get(stage.state, (frozenset(), "", "", ""))
    if not work.roles & who:
        return None
    return Step(_(words), f"/desk/challenges/{work.ref}/stages/{stage.number}/{page}", _(link))


def main_move(work: Work) -> moves.Possible | None:
    """The move that the page's one filled button offers; never one that stops things."""
    quiet = ("suspend", "terminate", "send-back", "engage", "end", "resume")
    return next((move for move in work.moves if not move.why and move.name not in quiet), None)


def others(work: Work) -> tuple[moves.Possible, ...]:
    """The moves beside the main one; what the list of tasks holds back already is not said twice."""
    chosen = main_move(work)
    said = ("send", "approve") if work.state in WRITING_STATES else ()
    return tuple(move for move in work.moves if move != chosen and not (move.why and move.name in said))


def people_of(work: Work) -> list[tuple[str, list[str], bool]]:
    """Everybody on the team once: name, names of roles, and whether all of them are accepted."""
    found: dict[str, tuple[str, list[str], bool]] = {}
    for member in (each for each in work.team if not each.rests):
        name, roles, accepted = found.get(member.ref, (member.name, [], True))
        found[member.ref] = (name, [*roles, _(ROLE_NAMES[member.role])], accepted and member.accepted)
    return list(found.values())


def left(count: int) -> str:
    """ "3 to go before it can open."; what to do next where nothing is left."""
    if not count:
        return _("It can go on.")
    return ngettext("{n} to go before it can open.", "{n} to go before it can open.", count)


@dataclass(frozen=True)
class Ahead:
    """A date that people plan with: `when` in words, `left` how far it is, and whether it is missed."""

    words: str
    when: str
    left: str
    late: bool = False


def dates_of(work: Work) -> list[Ahead]:
    """The dates ahead, in their order; one that is past stays where something is still to be done by it."""
    terms, stage = work.content.terms, work.stage
    today = uk_date(work.now)
    closes_at = (stage.closes_at if stage else None) or terms.closes_at
    found = []
    if closes_at is None:
        found.append(Ahead(_("Closes"), _("Not set"), ""))
    elif closes_at > work.now:
        found.append(Ahead(_("Closes"), instant(closes_at), _ahead(uk_date(closes_at), today)))
    if work.state in UNDECIDED:
        due = terms.decision_on
        when, far = (weekday(due), _ahead(due, today)) if due else (_("Not set"), "")
        found.append(Ahead(_("Decision by"), when, far, bool(due and due < today)))
    if work.state == "standstill" and work.standstill_ends_at:
        last = last_day(work.standstill_ends_at)
        found.append(Ahead(_("Last day of the standstill"), weekday(last), _ahead(last, today)))
    return found


def _ahead(day: date, today: date) -> str:
    days = (day - today).days
    if days < 0:
        return ngettext("{n} day late", "{n} days late", -days)
    return ngettext("in {n} day", "in {n} days", days) if days else _("today")


@dataclass(frozen=True)
class Late:
    """Somebody for whom the challenge waits, as the page says it."""

    name: str
    words: str
    since: str
    late: bool


def waited_for(work: Work) -> list[Late]:
    """Who is waited for, longest first."""
    return [
        Late(
            each.name,
            _("{role}, who {does}", role=_(ROLE_NAMES[each.role]), does=_(WAITED[each.code])),
            _("since {day}", day=formats.day(each.since)),
            each.late,
        )
        for each in work.waited
    ]


def stage_rows(work: Work) -> list[list[str]]:
    """The stages once there are any: name, state, deadline, how many were received."""
    return [
        [
            stage.name,
            _(STAGE_STATES[stage.state]),
            formats.day(stage.closes_at) if stage.closes_at else "",
            "" if stage.received is None else formats.number(stage.received),
        ]
        for stage in work.stages
    ]


def records_of(work: Work) -> list[tuple[str, str]]:
    """What is kept beside the challenge, as (words, page)."""
    found = []
    if work.meetings or work.state == "engagement":
        found.append((_("Record of talks"), "meetings"))
    if work.notices or portal_of(work):
        found.append((_("Notices on the national portal"), "portal-notices"))
    if work.state not in WRITING_STATES:
        found.append((_("Conflicts assessment"), "conflicts"))
    agreed = work.state in ("in_progress", "standstill", "awarded", "delivering")
    if agreed and work.roles & PERMISSIONS["agreement:sign"]:
        found.append((_("Agreements"), "agreements"))
    if work.state in ("in_progress", "delivering") and work.roles & PERMISSIONS["challenge:report"]:
        found.append((_("Report the result"), "outcome"))
    return found
