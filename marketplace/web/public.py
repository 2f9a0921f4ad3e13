"""Pages that are the same for everyone: challenges, results, outcomes, and how all of it works."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from flask import Response, current_app, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from marketplace.models.database import installation
from marketplace.policy import ANYONE
from marketplace.queries import challenges, listings, organisations, outcomes, results, trail
from marketplace.queries.listings import Filters, ListedChallenge, Unusable
from marketplace.queries.results import StageResult
from marketplace.rules import regimes, stages
from marketplace.rules.challenges import TOPICS
from marketplace.rules.lifecycle import HIDDEN_STATES
from marketplace.rules.limits import SEARCH
from marketplace.rules.wording import STATES
from marketplace.rules.working_days import start_of_day, uk_date
from marketplace.web import errors, formats, sentences, stageline
from marketplace.web.page import Pages
from marketplace.web.regimes import all_rules, standstill_of

pages = Pages("public", __name__)

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
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
        topics=TOPICS,
        rows=[_list_row(row, found.now, mixed=asked.status != "open") for row in found.rows],
        states=[(code, word) for code, word in STATES.items() if code not in HIDDEN_STATES],
        next=_address(asked, found.next),
        start=_address(asked, ""),
        filtered=asked != Filters(status=asked.status, after=asked.after),
    )


@pages.page("/challenges/<ref>", "public:read")
def challenge(ref: str) -> ResponseReturnValue:
    """Everything one needs to decide whether to propose."""
    found = challenges.detail(ANYONE, ref)
    head = found.head
    fresh_until(head.now, (head.closes_at,), days=True)
    return render_template(
        "public/challenge.html",
        found=found,
        head=head,
        content=head.content,
        line=stageline.line(head, found.stages),
        paid=stageline.money(head),
        total=stageline.total(head),
        kept=listings.beginning(head.content.adoption.intellectual_property),
        regime=regimes.REGIMES.get(head.content.terms.regime),
        standstill=standstill_of(head.content.terms),
        events=sentences.rows(trail.latest(ANYONE, 4, ref)),
    )


@pages.page("/challenges/<ref>/versions", "public:read")
def versions(ref: str) -> ResponseReturnValue:
    """Every wording of a challenge and what changed."""
    return render_template("public/versions.html", found=challenges.versions(ANYONE, ref))


@pages.page("/challenges/<ref>/results", "public:read")
def result(ref: str) -> ResponseReturnValue:
    """Who won, why, and how everybody scored."""
    start = _whole(request.args.get("start", ""))
    found = results.results(ANYONE, ref, start)
    page = results.PAGE
    fresh_until(found.head.now, (found.head.closes_at,), days=True)
    return render_template(
        "public/results.html",
        found=found,
        head=found.head,
        start=start,
        page=page,
        last_day=regimes.last_day,
    )


@pages.page("/challenges/<ref>/results/<int:stage>/<letter>", "public:read")
def scores(ref: str, stage: int, letter: str) -> ResponseReturnValue:
    """Every score of one proposal."""
    return render_template("public/scores.html", found=results.scores(ANYONE, ref, stage, letter))


@pages.page("/organisations/<slug>", "public:read")
def organisation(slug: str) -> ResponseReturnValue:
    """An authority and its challenges, or a supplier and its agreements."""
    found = organisations.public(ANYONE, slug)
    fresh_until(installation().clock.now(), (each.closes_at for each in found.challenges))
    return render_template("public/organisation.html", found=found)


@pages.page("/outcomes", "public:read")
def register() -> ResponseReturnValue:
    """What became of challenges that ended, good and bad."""
    try:
        found = outcomes.register(ANYONE, request.args.get("after", ""))
    except Unusable:
        return errors.page(400)
    return render_template("public/outcomes.html", found=found)


@pages.page("/guides", "public:read")
def guides() -> ResponseReturnValue:
    """How a challenge runs, from the same data that runs it."""
    return render_template("public/guides.html", regimes=all_rules(), template=stages.TEMPLATES["civtech"])


@pages.page("/accessibility", "public:read")
def accessibility() -> ResponseReturnValue:
    return render_template("public/accessibility.html")


@pages.page("/privacy", "public:read")
def privacy() -> ResponseReturnValue:
    return render_template("public/privacy.html")


@pages.page("/robots.txt", "public:read")
def robots() -> ResponseReturnValue:
    text = ROBOTS if installation().settings.environment == "production" else "User-agent: *\nDisallow: /\n"
    return Response(text, mimetype="text/plain")


@pages.page("/favicon.ico", "public:read")
def favicon() -> ResponseReturnValue:
    """Browsers ask for it where they read no link to the icon."""
    asset = current_app.jinja_env.globals["asset"]
    return redirect(asset("img/favicon.svg"))  # type: ignore[operator]


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
        money=_money(row),
    )


def _headline(row: ListedChallenge, now: datetime) -> tuple[str, str]:
    """What a list says of a challenge's time: days left, or when it closed or ended."""
    if row.state == "open" and row.closes_at:
        return formats.countdown(row.closes_at, now), _closing(row.closes_at, now)
    if row.ended_at:
        return "", f"Ended on {formats.day(row.ended_at)}"
    if row.opened_at is None:
        return "", "Not open yet"
    return "", f"Closed on {formats.day(row.closes_at)}" if row.closes_at and row.closes_at <= now else ""


def _closing(closes_at: datetime, now: datetime) -> str:
    """ "Monday 23 November, midday"; the year only where it is another one."""
    time = formats.clock(closes_at).replace(":00", "")
    day = formats.weekday(closes_at)
    if uk_date(closes_at).year == uk_date(now).year:
        day = day.rpartition(" ")[0]
    return f"{day}, {'midday' if time == '12pm' else time}"


def _money(row: ListedChallenge) -> str:
    """ "£5,000, then £30,000 a team"; empty where no stage pays."""
    if not row.money:
        return ""
    return ", then ".join(formats.money(each, row.currency) for each in row.money) + " a team"


def _address(asked: Filters, after: str) -> str:
    """The list's address with the same filters and another cursor."""
    kept = {
        "q": asked.q,
        "status": asked.status if asked.status != "open" else "",
        "topic": asked.topic,
        "authority": asked.authority,
        "closing": "" if asked.closing is None else str(asked.closing),
        "after": after,
    }
    query = urlencode({name: value for name, value in kept.items() if value})
    return f"/challenges?{query}" if query else "/challenges"


def _whole(typed: str) -> int:
    if typed and not (typed.isascii() and typed.isdigit() and len(typed) < 7):
        raise BadRequest
    return int(typed or 0)


def others(stage: StageResult) -> list[str]:
    """Letters of those whose scores have a page of their own."""
    return [line.letter for line in stage.lines if not line.selected and line.letter and line.parts]


pages.add_app_template_filter(others)
