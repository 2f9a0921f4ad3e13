"""The list of tasks of one challenge in words: what is done, what is started, what comes first."""

from __future__ import annotations

from dataclasses import dataclass, replace

from marketplace.queries import authoring
from marketplace.queries.authoring import Work
from marketplace.rules.challenges import Content
from marketplace.rules.lifecycle import WRITING_STATES
from marketplace.rules.regimes import REGIMES, portal_notice_demanded
from marketplace.rules.roles import SCORERS
from marketplace.rules.wording import GAPS, MOVES, SECTIONS
from marketplace.web.formats import money
from marketplace.web.words import _, ngettext, words
from marketplace.words import N_

_SHORT = {
    "editor": N_("an editor"),
    "lead": N_("a lead"),
    "approver": N_("an approver"),
    "openers": N_("two openers"),
    "no_interest": N_("openers’ declarations"),
    "chair": N_("a chair"),
    "panel": N_("more of a panel"),
    "accepted": N_("acceptances"),
}
_GROUPS = (
    (N_("The problem"), ("problem", "affected", "tried", "outcomes", "data")),
    (N_("How you will choose"), ("stages", "eligibility", "questions", "criteria", "terms")),
    (N_("Before it goes out"), ("adoption",)),
)


@dataclass(frozen=True)
class Task:
    """One line of the list, as templates/parts/tasks.html draws it."""

    name: str
    href: str | None
    status: str
    hint: str
    kind: str


@dataclass(frozen=True)
class Group:
    title: str
    tasks: tuple[Task, ...]


def groups_of(work: Work) -> tuple[Group, ...]:
    """The tasks before opening, the first that is not done lit; empty once it is approved."""
    if work.state not in WRITING_STATES:
        return ()
    states = {task.name: task for task in work.tasks}
    found = [
        Group(_(title), tuple(_section_task(work, states[name]) for name in names))
        for title, names in _GROUPS
    ]
    last = found[-1]
    found[-1] = Group(last.title, (*last.tasks, _conflicts(work), _team(work), *_records(work), *_move(work)))
    return _lit(tuple(found))


def _section_task(work: Work, task: authoring.Task) -> Task:
    base = f"/desk/challenges/{work.ref}"
    href = f"{base}/sections/{task.name}" if work.can_edit else f"{base}/preview#{task.name}"
    title = _(SECTIONS[task.name])
    if task.state in ("done", "untouched"):
        done = task.state == "done"
        return _whole(title, href, done, _summary(task.name, work.content) if done else "")
    return Task(title, href, _("Started"), ". ".join(_(GAPS[code]) for code in task.gaps), "way")


def _whole(name: str, href: str, done: bool, hint: str = "") -> Task:
    """A task that is done or not, and nothing between."""
    if done:
        return Task(name, href, _("Done"), hint, "done")
    return Task(name, href, _("Not started"), hint, "")


def _summary(name: str, content: Content) -> str:
    """What a finished section holds, in a few words; only where a number says it."""
    match name:
        case "outcomes":
            return ngettext("{n} measure", "{n} measures", len(content.outcomes.outcomes))
        case "data":
            offered = len(content.data.data)
            return ngettext("{n} data set", "{n} data sets", offered) if offered else _("None to offer")
        case "stages":
            names = words().listed([stage.name for stage in content.stages.stages])
            budget = money(content.stages.budget, content.stages.currency)
            return _("{stages}: {budget}", stages=names, budget=budget)
        case "eligibility":
            set_down = len(content.eligibility.conditions)
            return ngettext("{n} condition", "{n} conditions", set_down) if set_down else _("Everyone")
        case "questions":
            return ngettext("{n} question", "{n} questions", len(content.questions.questions))
        case "criteria":
            return ngettext("{n} criterion", "{n} criteria", len(content.criteria.criteria))
    return ""


def _conflicts(work: Work) -> Task:
    href = f"/desk/challenges/{work.ref}/conflicts"
    return _whole(_("Conflicts assessment"), href, bool(work.conflicts.strip()))


def _team(work: Work) -> Task:
    name, href = _("Team, panel and openers"), f"/desk/challenges/{work.ref}/team"
    if work.team_gaps:
        missing = words().listed([_(_SHORT[code]) for code in work.team_gaps])
        return Task(name, href, _("Started"), _("Still open: {missing}", missing=missing), "way")
    present = [member for member in work.team if not member.rests]
    people = len({member.ref for member in present})
    panel = sum(member.role in SCORERS for member in present)
    hint = ngettext(
        "{n} person, {panel} on the panel", "{n} people, {panel} on the panel", people, panel=panel
    )
    return _whole(name, href, True, hint)


def _records(work: Work) -> tuple[Task, ...]:
    """The early notice asks for a record of talks, and some rules for a notice elsewhere."""
    base, found = f"/desk/challenges/{work.ref}", []
    if work.state == "engagement":
        met = len(work.meetings)
        hint = ngettext("{n} entry", "{n} entries", met) if met else ""
        found.append(_whole(_("Record of talks"), f"{base}/meetings", bool(met), hint))
    if portal_of(work):
        done = any(notice.kind == "opening" for notice in work.notices)
        asks = _("These rules ask for a notice on {portal} before opening.", portal=portal_of(work))
        name = _("Notice on the national portal")
        found.append(_whole(name, f"{base}/portal-notices", done, "" if done else asks))
    return tuple(found)


def portal_of(work: Work) -> str:
    """The portal on which the chosen rules want a notice first; empty where they want none."""
    regime = REGIMES.get(work.content.terms.regime)
    if regime is None or not portal_notice_demanded(regime, work.content.stages.budget):
        return ""
    return regime.portal.value.name


def _move(work: Work) -> tuple[Task, ...]:
    """The move that ends the writing, where this person may make it."""
    ahead = next((move for move in work.moves if move.name in ("send", "approve")), None)
    if ahead is None:
        return ()
    button = _(MOVES[ahead.name].button)
    if ahead.why:
        why = _("Opens when the tasks above are done")
        return (Task(button, None, _("Cannot start yet"), why, "cannot"),)
    return (Task(button, f"/desk/challenges/{work.ref}/moves/{ahead.name}", _("Ready"), "", "ready"),)


def _lit(found: tuple[Group, ...]) -> tuple[Group, ...]:
    """The first task that is neither done nor out of reach says so."""
    first = next((task for group in found for task in group.tasks if task.kind in ("", "way")), None)
    lit = {first: replace(first, status=_("Do this next"), kind="open")} if first else {}
    return tuple(Group(group.title, tuple(lit.get(task, task) for task in group.tasks)) for group in found)
