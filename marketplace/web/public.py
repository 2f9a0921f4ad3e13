"""Pages that are the same for everyone: what is open, and one challenge on the screen and on paper."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import reduce
from typing import Any
from urllib.parse import urlencode

from flask import Response, current_app, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.models.database import installation
from marketplace.policy import ANYONE
from marketplace.queries import challenges, listings, trail
from marketplace.queries.challenges import Detail, Reason
from marketplace.queries.listings import Filters, ListedChallenge
from marketplace.queries.places import Unusable
from marketplace.rules.challenges import Questions
from marketplace.rules.lifecycle import HIDDEN_STATES
from marketplace.rules.limits import SEARCH
from marketplace.rules.wording import STATES, TOPICS
from marketplace.rules.working_days import start_of_day, uk_date
from marketplace.web import differences, errors, formats, sentences, stageline
from marketplace.web.page import Pages
from marketplace.web.regimes import name_of, rules_of, standstill_of
from marketplace.web.words import _, ngettext, words
from marketplace.words import N_

pages = Pages("public", __name__)

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CHANGES = 3
"""How many changes of the latest version a challenge's page tells; all of them are on a page of their own."""

KEPT = 120
"""Characters of the words about rights that stand beside the action; all of them stand in the text."""

GIVEN: dict[str, str] = {
    "suspend": N_("Suspended, {day}."), "resume": N_("Resumed, {day}."), "reschedule": N_("New deadline, {day}."),
    "reopen": N_("Decision taken back, {day}."), "call-reserve": N_("Reserve called, {day}."),
    "terminate": N_("Ended early, {day}."), "end": N_("Ended without an award, {day}."),
}  # fmt: skip
"""How a reason that somebody gave begins, by the move that it was given for."""

ROBOTS = "User-agent: *\nDisallow: /desk\nDisallow: /account\nDisallow: /sign-in\nDisallow: /register\n"


@dataclass(frozen=True)
class ListRow:
    """A challenge as the list macro takes it."""

    title: str
    language: str
    href: str
    summary: str
    authority: str
    state: str
    headline: str
    when: str
    money: str


@pages.page("/", "public:read")
def home() -> ResponseReturnValue:
    """What this is, what closes next, what just happened."""
    found = listings.home(ANYONE)
    fresh_until(found.now, (row.closes_at for row in found.rows))
    return render_template(
        "public/home.html",
        home=found,
        rows=[_list_row(row, found.now) for row in found.rows],
        events=sentences.rows(trail.latest(ANYONE)),
        limit=listings.COUNT_LIMIT,
    )


@pages.page("/challenges", "public:read")
def index() -> ResponseReturnValue:
    """Public challenges, searched and filtered."""
    try:
        asked = listings.filters(request.args)
        found = listings.listing(ANYONE, asked)
    except Unusable:
        return errors.page(400)
    fresh_until(found.now, (found.changes_at, *(row.closes_at for row in found.rows)))
    return render_template(
        "public/challenges.html",
        asked=asked,
        found=found,
        longest=SEARCH,
        topics=[(code, _(said)) for code, said in TOPICS.items()],
        rows=[_list_row(row, found.now, mixed=asked.status != "open") for row in found.rows],
        states=[(code, _(said)) for code, said in STATES.items() if code not in HIDDEN_STATES]
        + [("all", _("All"))],
        limit=listings.COUNT_LIMIT,
        next=_address(replace(asked, after=found.next)),
        start=_address(replace(asked, after="")),
        wider=_wider(asked),
    )


@pages.page("/challenges/<ref>", "public:read")
def challenge(ref: str) -> ResponseReturnValue:
    """Everything one needs to decide whether to propose."""
    found = challenges.detail(ANYONE, ref)
    fresh_until(found.head.now, (found.head.closes_at,), days=True)
    events = [replace(event, challenge_ref="") for event in trail.latest(ANYONE, 4, ref)]
    return render_template("public/challenge.html", **_whole(found), events=sentences.rows(events))


@pages.page("/challenges/<ref>/print", "public:read")
def printed(ref: str) -> ResponseReturnValue:
    """The same on paper: everything unfolded, nothing to click."""
    found = challenges.detail(ANYONE, ref)
    fresh_until(found.head.now, (found.head.closes_at,), days=True)
    latest = found.latest
    return render_template(
        "public/print.html",
        **_whole(found) | {"changes": differences.changes(latest.changes, latest.currency) if latest else []},
        rules=rules_of(found.head.content.terms.regime),
        address=f"{installation().settings.base_url}/challenges/{found.head.ref}",
    )


def _whole(found: Detail) -> dict[str, object]:
    """What both forms of a challenge's page are made of."""
    head = found.head
    content = head.content
    latest = found.latest
    return {
        "found": found,
        "head": head,
        "content": content,
        "line": stageline.line(head, found.stages),
        "paid": stageline.money(head),
        "total": stageline.total(head),
        "pays": _money([plan.money for plan in content.stages.stages], content.stages.currency),
        "effort": _effort(content.questions),
        "kept": listings.beginning(content.adoption.intellectual_property, KEPT),
        "regime": name_of(content.terms.regime),
        "topic": _(TOPICS[content.problem.topic]) if content.problem.topic in TOPICS else "",
        "received": found.stages[0].received if found.stages else None,
        "reason": _reason(found),
        "given": GIVEN,
        "changes": differences.changes(latest.changes[:CHANGES], latest.currency) if latest else [],
        "standstill": standstill_of(content.terms),
    }


def _reason(found: Detail) -> Reason | None:
    """The latest reason that was given, as long as it says why the challenge stands where it stands."""
    if not found.reasons:
        return None
    latest = found.reasons[0]
    stopped = found.head.state in ("suspended", "terminated", "completed")
    return latest if stopped or latest.move in ("resume", "reschedule", "reopen", "call-reserve") else None


@pages.page("/challenges/<ref>/versions", "public:read")
def versions(ref: str) -> ResponseReturnValue:
    """Every wording of a challenge and what changed."""
    found = challenges.versions(ANYONE, ref)
    changed = {each.number: differences.changes(each.changes, each.currency) for each in found.versions}
    return render_template("public/versions.html", found=found, changed=changed)


@pages.page("/robots.txt", "public:read")
def robots() -> ResponseReturnValue:
    text = ROBOTS if installation().settings.environment == "production" else "User-agent: *\nDisallow: /\n"
    return Response(text, mimetype="text/plain")


@pages.page("/favicon.ico", "public:read")
def favicon() -> ResponseReturnValue:
    """Browsers ask for it where they read no link to the icon."""
    asset = current_app.jinja_env.globals["asset"]
    return redirect(asset("img/favicon.svg"))  # type: ignore[operator]  # Jinja types no global


def fresh_until(now: datetime, deadlines: Iterable[datetime | None], *, days: bool = False) -> None:
    """Let nobody keep the page past the next deadline, or the next day or hour that its words count.

    `days`: the page also counts days of a stage, which turn at the start of a day in the UK.
    """
    left = [deadline - now for deadline in deadlines if deadline is not None and deadline > now]
    # The home page counts hours beside days, so the hour is always the shorter of the two.
    turns = [min(each % HOUR or HOUR, each) for each in left]
    if days:
        turns.append(start_of_day(uk_date(now) + DAY) - now)
    if turns:
        g.fresh_seconds = max(0, int(min(turns).total_seconds()))


def _list_row(row: ListedChallenge, now: datetime, *, mixed: bool = False) -> ListRow:
    headline, when = _headline(row, now)
    return ListRow(
        title=row.title,
        language=row.language,
        href=f"/challenges/{row.ref}",
        summary=row.summary,
        authority=row.authority,
        state=row.state if mixed else "",
        headline=headline,
        when=when,
        money=_money(row.money, row.currency),
    )


def _headline(row: ListedChallenge, now: datetime) -> tuple[str, str]:
    """What a list says of a challenge's time: days left, or when it closed or ended."""
    if row.state == "open" and row.closes_at:
        return formats.countdown(row.closes_at, now), _closing(row.closes_at, now)
    if row.ended_at:
        return "", _("Ended on {day}", day=formats.day(row.ended_at))
    if row.opened_at is None:
        return "", _("Not open yet")
    if row.closes_at and row.closes_at <= now:
        return "", _("Closed on {day}", day=formats.day(row.closes_at))
    return "", ""


def _closing(closes_at: datetime, now: datetime) -> str:
    """ "Monday 23 November, midday"; the year only where it is another one."""
    this_year = uk_date(closes_at).year == uk_date(now).year
    day = words().weekday_and_month(closes_at) if this_year else formats.weekday(closes_at)
    return _("{day}, {time}", day=day, time=formats.hour(closes_at))


def _money(paid: Iterable[int], currency: str) -> str:
    """ "£5,000, then £30,000 a team"; empty where no stage pays."""
    amounts = [formats.money(each, currency) for each in paid if each]
    if not amounts:
        return ""
    all_of_it = reduce(lambda first, after: _("{first}, then {after}", first=first, after=after), amounts)
    return _("{money} a team", money=all_of_it)


def _effort(questions: Questions) -> str:
    """ "4 answers, 200 to 500 words each"; empty where nothing is asked yet."""
    asked = questions.questions
    if not asked:
        return ""
    least, most = min(each.words for each in asked), max(each.words for each in asked)
    if least == most:
        return ngettext(
            "{n} answer, {words} words", "{n} answers, {words} words each", len(asked), words=most
        )
    return _(
        "{answers}, {least} to {most} words each",
        answers=ngettext("{n} answer", "{n} answers", len(asked)),
        least=least,
        most=most,
    )


def _address(asked: Filters) -> str:
    """The list's address with these filters; those that take everything are left out."""
    kept = {name: str(value) for name, value in asdict(asked).items() if value not in ("", None)}
    if asked.status == "open":
        kept.pop("status")
    return f"/challenges?{urlencode(kept)}" if kept else "/challenges"


def _wider(asked: Filters) -> list[tuple[str, str]]:
    """For each filter in use: what to ask without it, and where."""
    without: dict[str, tuple[str, Any]] = {
        "q": (_("with any words"), ""),
        "closing": (_("closing on any day"), None),
        "topic": (_("on any topic"), ""),
        "authority": (_("of any authority"), ""),
    }
    return [
        (said, _address(replace(asked, after="", **{name: anything})))
        for name, (said, anything) in without.items()
        if getattr(asked, name) != anything
    ]
