"""Your work: what waits for the person who is signed in, soonest first, and what they take part in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import render_template
from flask.typing import ResponseReturnValue

from marketplace.queries import desk as desks
from marketplace.queries.desk import Desk, Waiting
from marketplace.rules.wording import MOVES, TASKS
from marketplace.rules.working_days import uk_date
from marketplace.web.formats import count, day
from marketplace.web.page import Pages, actor

pages = Pages("desk", __name__)


@dataclass(frozen=True)
class Row:
    """A task as templates/parts/waiting.html draws it."""

    title: str
    href: str
    challenge: str
    challenge_href: str
    text: str
    due: str
    due_note: str
    button: str


@pages.page("/desk", "desk:see")
def desk() -> ResponseReturnValue:
    found = desks.desk(actor())
    return render_template(
        "desk/desk.html",
        desk=found,
        rows=[_row(task, found.now) for task in found.waiting],
        about=_about(found),
        can_write=any(each.kind == "authority" for each in found.organisations),
        can_propose=any(each.kind == "supplier" for each in found.organisations),
    )


def _row(task: Waiting, now: datetime) -> Row:
    words = TASKS[task.task]
    facts = {**task.facts}
    if "roles" in facts:
        facts["roles"] = ", ".join(facts["roles"])
    if "move" in facts:
        facts["move"] = MOVES[facts["move"]].title[:1].lower() + MOVES[facts["move"]].title[1:]
    due, note = _due(task, now)
    return Row(
        words.title,
        task.href,
        task.challenge,
        task.challenge_href,
        words.text.format(**facts),
        due,
        note,
        words.button,
    )


def _due(task: Waiting, now: datetime) -> tuple[str, str]:
    """ "In 6 days" and "29 November", or since when it waits."""
    if task.due is None:
        days = (uk_date(now) - uk_date(task.since)).days
        return ("New" if days < 1 else f"Waits {count(days, 'day')}"), f"since {day(task.since)}"
    days = (uk_date(task.due) - uk_date(now)).days
    if task.due <= now:
        return "Late", f"was due {day(task.due)}"
    return (
        "Today" if not days else "Tomorrow" if days == 1 else f"In {count(days, 'day')}"
    ), f"closes {day(task.due)}"


def _about(found: Desk) -> str:
    """ "Calderbrook City Council. You are an editor and a lead."."""
    names = ", ".join(each.name for each in found.organisations)
    roles = sorted({role for each in found.challenges for role in each.roles})
    held = [f"{'an' if role[0] in 'aeio' else 'a'} {role}" for role in roles]
    held += ["an operator"] if found.is_operator else []
    listed = " and ".join(filter(None, (", ".join(held[:-1]), held[-1]))) if held else ""
    return " ".join(filter(None, (f"{names}." if names else "", f"You are {listed}." if listed else "")))
