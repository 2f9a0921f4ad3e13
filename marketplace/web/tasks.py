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
from marketplace.web.formats import count, money

_SHORT = {
    "editor": "an editor",
    "lead": "a lead",
    "approver": "an approver",
    "openers": "two openers",
    "no_interest": "openers’ declarations",
    "chair": "a chair",
    "panel": "more of a panel",
    "accepted": "acceptances",
}
_GROUPS = (
    ("The problem", ("problem", "affected", "tried", "outcomes", "data")),
    ("How you will choose", ("stages", "questions", "criteria", "terms")),
    ("Before it goes out", ("adoption",)),
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
        Group(title, tuple(_section_task(work, states[name]) for name in names)) for title, names in _GROUPS
    ]
    last = found[-1]
    found[-1] = Group(last.title, (*last.tasks, _conflicts(work), _team(work), *_records(work), *_move(work)))
    return _lit(tuple(found))


def _section_task(work: Work, task: authoring.Task) -> Task:
    base = f"/desk/challenges/{work.ref}"
    href = f"{base}/sections/{task.name}" if work.can_edit else f"{base}/preview#{task.name}"
    if task.state == "done":
        return Task(SECTIONS[task.name], href, "Done", _summary(task.name, work.content), "done")
    if task.state == "untouched":
        return Task(SECTIONS[task.name], href, "Not started", "", "")
    return Task(SECTIONS[task.name], href, "Started", ". ".join(GAPS[code] for code in task.gaps), "way")


def _summary(name: str, content: Content) -> str:
    """What a finished section holds, in a few words; only where a number says it."""
    match name:
        case "outcomes":
            return count(len(content.outcomes.outcomes), "measure")
        case "data":
            return count(len(content.data.data), "data set") if content.data.data else "None to offer"
        case "stages":
            names = ", ".join(stage.name for stage in content.stages.stages)
            return f"{names}: {money(content.stages.budget, content.stages.currency)}"
        case "questions":
            return count(len(content.questions.questions), "question")
        case "criteria":
            return count(len(content.criteria.criteria), "criterion", "criteria")
    return ""


def _conflicts(work: Work) -> Task:
    done = bool(work.conflicts.strip())
    href = f"/desk/challenges/{work.ref}/conflicts"
    return Task("Conflicts assessment", href, *(("Done", "", "done") if done else ("Not started", "", "")))


def _team(work: Work) -> Task:
    href = f"/desk/challenges/{work.ref}/team"
    if work.team_gaps:
        return Task(
            "Team, panel and openers",
            href,
            "Started",
            f"Still open: {', '.join(_SHORT[code] for code in work.team_gaps)}",
            "way",
        )
    present = [member for member in work.team if not member.rests]
    people = len({member.ref for member in present})
    panel = sum(member.role in SCORERS for member in present)
    hint = f"{count(people, 'person', 'people')}, {panel} on the panel"
    return Task("Team, panel and openers", href, "Done", hint, "done")


def _records(work: Work) -> tuple[Task, ...]:
    """The early notice asks for a record of talks, and some rules for a notice elsewhere."""
    base, found = f"/desk/challenges/{work.ref}", []
    if work.state == "engagement":
        met = len(work.meetings)
        found.append(
            Task(
                "Record of talks",
                f"{base}/meetings",
                *(("Done", count(met, "entry", "entries"), "done") if met else ("Not started", "", "")),
            )
        )
    if portal_of(work):
        done = any(notice.kind == "opening" for notice in work.notices)
        status = (
            ("Done", "", "done")
            if done
            else ("Not started", f"These rules ask for a notice on {portal_of(work)} before opening.", "")
        )
        found.append(Task("Notice on the national portal", f"{base}/portal-notices", *status))
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
    words = MOVES[ahead.name].button
    if ahead.why:
        return (Task(words, None, "Cannot start yet", "Opens when the tasks above are done", "cannot"),)
    return (Task(words, f"/desk/challenges/{work.ref}/moves/{ahead.name}", "Ready", "", "ready"),)


def _lit(found: tuple[Group, ...]) -> tuple[Group, ...]:
    """The first task that is neither done nor out of reach says so."""
    first = next((task for group in found for task in group.tasks if task.kind in ("", "way")), None)
    lit = {first: replace(first, status="Do this next", kind="open")} if first else {}
    return tuple(Group(group.title, tuple(lit.get(task, task) for task in group.tasks)) for group in found)
