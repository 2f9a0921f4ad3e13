"""What waits for somebody, in words: each task as templates/parts/waiting.html draws it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from marketplace.queries.waiting import Waiting
from marketplace.rules.duties import DECIDE_BY, TASKS
from marketplace.rules.waiting import is_late
from marketplace.rules.wording import MOVES, ROLE_WORDS
from marketplace.rules.working_days import uk_date
from marketplace.web.formats import day
from marketplace.web.words import _, ngettext, words


@dataclass(frozen=True)
class Row:
    """A task. `counted` says in words how far it is, and `share` (0 to 1) as a bar; both empty where none is.

    `late` says since when it waits too long, or that its date passed; empty where it is not late.
    """

    title: str
    href: str
    challenge: str
    challenge_href: str
    language: str
    text: str
    due: str
    due_note: str
    late: str
    button: str
    counted: str
    share: float | None


def row_of(task: Waiting, now: datetime) -> Row:
    said, facts = TASKS[task.task], {**task.facts}
    if "roles" in facts:
        facts["roles"] = words().listed([_(ROLE_WORDS[role]) for role in facts["roles"]])
    if "move" in facts:
        facts["move"] = _(MOVES[facts["move"]].title)
    due, note = _due(task, now)
    done, total = task.progress or (0, 0)
    late = is_late(task.task, task.since, task.due, now)
    passed = task.due is not None and task.due <= now
    return Row(
        title=_(said.title),
        href=task.href,
        challenge=title_of(task),
        challenge_href=task.challenge_href,
        language=task.language if task.challenge else "",
        text=_(said.text, **facts),
        due=due,
        due_note=note,
        late="" if not late else note if passed else _("since {day}", day=day(task.since)),
        button=_(said.button),
        counted=_counted(task.task, done, total) if task.progress else "",
        share=done / total if total else None,
    )


def title_of(task: Waiting) -> str:
    """The challenge's title; nothing where the task is of no challenge."""
    return task.challenge or (_("A challenge without a title") if task.challenge_href else "")


def _counted(task: str, done: int, total: int) -> str:
    if task == "score":
        return ngettext("{done} of {n} score given.", "{done} of {n} scores given.", total, done=done)
    if task == "propose":
        return ngettext(
            "{done} of {n} question answered.", "{done} of {n} questions answered.", total, done=done
        )
    return ngettext("{done} of {n} task done.", "{done} of {n} tasks done.", total, done=done)


def _due(task: Waiting, now: datetime) -> tuple[str, str]:
    """ "In 6 days" and "closes 29 November 2026", or how long it waits and since when."""
    if task.due is None:
        days = (uk_date(now) - uk_date(task.since)).days
        waits = ngettext("Waits {n} day", "Waits {n} days", days) if days else _("New")
        return waits, _("since {day}", day=day(task.since))
    if task.due <= now:
        return _("Late"), _("was due {day}", day=day(task.due))
    days = (uk_date(task.due) - uk_date(now)).days
    left = (
        _("Today")
        if not days
        else _("Tomorrow")
        if days == 1
        else ngettext("In {n} day", "In {n} days", days)
    )
    note = (
        _("decision by {day}", day=day(task.due))
        if task.task in DECIDE_BY
        else _("closes {day}", day=day(task.due))
    )
    return left, note
