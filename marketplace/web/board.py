"""What stands around the list of tasks: what comes next, dates ahead, and what a reader may trip over."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.queries import moves
from marketplace.queries.authoring import Work
from marketplace.rules.lifecycle import WRITING_STATES
from marketplace.rules.regimes import last_day
from marketplace.rules.roles import PERMISSIONS, SCORERS, Role
from marketplace.rules.stages import solution_words
from marketplace.rules.wording import STAGE_STATES
from marketplace.web.formats import day, instant, weekday
from marketplace.web.tasks import portal_of

_NUMBERS = ("None", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")


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
    base = f"/desk/challenges/{work.ref}/stages/{stage.number}"
    panel = bool(work.roles & set(SCORERS))
    deciding = bool(work.roles & {Role.CHAIR, Role.APPROVER, Role.LEAD})
    match stage.state:
        case "closed" if Role.OPENER in work.roles:
            return Step(
                "The stage is closed. Two openers confirm, each in a visit of their own.",
                f"{base}/opening",
                "The opening",
            )
        case "opened" if panel:
            return Step(
                "The proposals are opened. The panel declares its interests first.",
                f"{base}/declaration",
                "Declarations",
            )
        case "scoring" if panel:
            return Step(
                "The panel scores. Nobody sees another’s scores before locking.", f"{base}/scores", "Scores"
            )
        case "moderating" if deciding:
            return Step(
                "Every score is locked. The chair proposes, and an approver confirms.",
                f"{base}/ranking",
                "Ranking",
            )
        case "decided" if deciding:
            return Step("The stage is decided.", f"{base}/decision", "Decision and summaries")
    return None


def main_move(work: Work) -> moves.Possible | None:
    """The move that the page's one filled button offers; never one that stops things."""
    quiet = ("suspend", "terminate", "send-back", "engage", "end", "resume")
    return next((move for move in work.moves if not move.why and move.name not in quiet), None)


def others(work: Work) -> tuple[moves.Possible, ...]:
    """The moves beside the main one; what the list of tasks holds back already is not said twice."""
    chosen = main_move(work)
    said = ("send", "approve") if work.state in WRITING_STATES else ()
    return tuple(move for move in work.moves if move != chosen and not (move.why and move.name in said))


def people_of(work: Work) -> list[tuple[str, str, bool]]:
    """Everybody on the team once: name, roles in a row, and whether all of them are accepted."""
    found: dict[str, tuple[str, list[str], bool]] = {}
    for member in (each for each in work.team if not each.rests):
        name, roles, accepted = found.get(member.ref, (member.name, [], True))
        found[member.ref] = (name, [*roles, str(member.role)], accepted and member.accepted)
    return [(name, ", ".join(roles).capitalize(), accepted) for name, roles, accepted in found.values()]


def left(count: int) -> str:
    """ "Three to go before it can open."; what to do next where nothing is left."""
    if not count:
        return "It can go on."
    number = _NUMBERS[count] if count < len(_NUMBERS) else str(count)
    return f"{number} to go before it can open."


def dates_of(work: Work) -> list[tuple[str, str]]:
    """The dates that people plan with, in their order."""
    terms, stage = work.content.terms, work.stage
    closes_at = (stage.closes_at if stage else None) or terms.closes_at
    found = [("Closes", instant(closes_at) if closes_at else "Not set")]
    found.append(("Decision by", day(terms.decision_on) if terms.decision_on else "Not set"))
    if work.standstill_ends_at:
        found.append(("Last day of the standstill", weekday(last_day(work.standstill_ends_at))))
    return found


def stage_rows(work: Work) -> list[list[str]]:
    """The stages once there are any: name, state, deadline, how many were received."""
    return [
        [
            stage.name,
            STAGE_STATES[stage.state],
            instant(stage.closes_at) if stage.closes_at else "",
            "" if stage.received is None else str(stage.received),
        ]
        for stage in work.stages
    ]


def records_of(work: Work) -> list[tuple[str, str]]:
    """What is kept beside the challenge, as (words, page)."""
    found = []
    if work.meetings or work.state == "engagement":
        found.append(("Record of talks", "meetings"))
    if work.notices or portal_of(work):
        found.append(("Notices on the national portal", "portal-notices"))
    if work.state not in WRITING_STATES:
        found.append(("Conflicts assessment", "conflicts"))
    agreed = work.state in ("in_progress", "standstill", "awarded", "delivering")
    if agreed and work.roles & PERMISSIONS["agreement:sign"]:
        found.append(("Agreements", "agreements"))
    if work.state in ("in_progress", "delivering") and work.roles & PERMISSIONS["challenge:report"]:
        found.append(("Report the result", "outcome"))
    return found
