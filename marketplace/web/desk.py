"""Your work: what waits for the person who is signed in, soonest first, and what they take part in."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from flask import render_template
from flask.typing import ResponseReturnValue

from marketplace.queries import desk as desks
from marketplace.queries import log, witnesses, witnessing
from marketplace.queries.desk import Desk, Held, Mine
from marketplace.queries.drafts import Draft
from marketplace.rules.duties import COMING
from marketplace.rules.regimes import last_day
from marketplace.rules.wording import ROLE_WORDS
from marketplace.rules.working_days import uk_date
from marketplace.web.page import Pages, actor
from marketplace.web.waiting import row_of
from marketplace.web.words import _, words

pages = Pages("desk", __name__)


@dataclass(frozen=True)
class Part:
    """A challenge of one's own: `roles` as one holds them, `coming` what comes next where nothing waits."""

    it: Mine
    roles: str
    coming: str


@dataclass(frozen=True)
class Group:
    """What belongs to one organisation; without a name where there is only one."""

    name: str
    parts: tuple[Part, ...] = ()
    drafts: tuple[Draft, ...] = ()


@pages.page("/desk", "desk:see")
def desk() -> ResponseReturnValue:
    found = desks.desk(actor())
    kinds = {each.kind for each in found.organisations}
    return render_template(
        "desk/desk.html",
        desk=found,
        alarm=log.alarm(actor()) if found.is_operator else None,
        **(_neighbours() if found.is_operator else {}),
        rows=[row_of(task, found.now) for task in found.waiting],
        about=_about(found),
        empty=_empty(found, kinds),
        challenges=_challenges(found),
        proposals=_proposals(found),
        can_write="authority" in kinds,
        can_propose="supplier" in kinds,
        is_new=not (found.organisations or found.challenges or found.is_operator),
    )


def _neighbours() -> dict[str, int]:
    """What an operator has to look at: witnesses that do not cosign, and logs that contradict themselves."""
    return {
        "failing": sum(bool(each.fault) for each in witnesses.watchers(actor())),
        "accused": sum(bool(each.evidence) for each in witnessing.logs(actor())),
    }


def _about(found: Desk) -> str:
    """ "Calderbrook City Council. Your roles: editor and lead."."""
    names = words().listed([each.name for each in found.organisations])
    held = {each.role for mine in found.challenges for each in mine.roles if each.standing == "acts"}
    held |= {"operator"} if found.is_operator else set()
    roles = words().listed([_(said) for role, said in ROLE_WORDS.items() if role in held])
    if names and roles:
        return _("{organisations}. Your roles: {roles}.", organisations=names, roles=roles)
    if names:
        return _("{organisations}.", organisations=names)
    return _("Your roles: {roles}.", roles=roles) if roles else ""


def _empty(found: Desk, kinds: set[str]) -> str:
    """What will come, where nothing waits."""
    if found.challenges:
        return _("Nothing waits for you. What comes next to you stands beside each challenge.")
    if found.is_operator:
        return _("No authority waits for you. When one registers, it appears here, the longest wait first.")
    if "supplier" in kinds:
        return _("Nothing waits for you. A draft appears here until it is sent, and later your summary.")
    if "authority" in kinds:
        return _(
            "Nothing waits for you. When somebody gives you a role on a challenge, its tasks appear here."
        )
    return _("Nothing waits for you yet. What you are asked to do appears here, soonest first.")


def _challenges(found: Desk) -> list[Group]:
    """Grouped by authority where there are several; those with newer challenges first."""
    busy = {task.challenge_href for task in found.waiting}
    parts = [
        Part(each, _roles(each), "" if f"/desk/challenges/{each.ref}" in busy else _coming(each))
        for each in found.challenges
    ]
    order = list(dict.fromkeys(part.it.authority for part in parts))
    parts.sort(key=lambda part: order.index(part.it.authority))
    return [
        Group(name if len(order) > 1 else "", parts=tuple(own))
        for name, own in groupby(parts, key=lambda part: part.it.authority)
    ]


def _proposals(found: Desk) -> list[Group]:
    order = list(dict.fromkeys(draft.supplier for draft in found.proposals))
    drafts = sorted(found.proposals, key=lambda draft: order.index(draft.supplier))
    return [
        Group(name if len(order) > 1 else "", drafts=tuple(own))
        for name, own in groupby(drafts, key=lambda draft: draft.supplier)
    ]


def _roles(it: Mine) -> str:
    """ "Editor, lead and deputy as chair"."""
    said = words().listed([_role(each) for each in it.roles])
    return said[:1].upper() + said[1:]


def _role(held: Held) -> str:
    role = _(ROLE_WORDS[held.role])
    match held.standing:
        case "deputy":
            return _("deputy as {role}", role=role)
        case "away":
            return _("{role}, away now", role=role)
        case "asked":
            return _("asked to be {role}", role=role)
    return role


def _coming(it: Mine) -> str:
    said = COMING.get(it.phase, {})
    acting = [each.role for each in it.roles if each.standing == "acts"]
    facts = {
        "closes_on": uk_date(it.closes_at) if it.closes_at else "",
        "until": last_day(it.until) if it.until else "",
    }
    own = dict.fromkeys(said[role] for role in acting if role in said)
    return " ".join(_(message, **facts) for message in own or ([said[""]] if acting and "" in said else []))
