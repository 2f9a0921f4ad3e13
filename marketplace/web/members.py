"""Pages of an organisation's members: what one of them is there, removing them, and leaving oneself."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.actions import members
from marketplace.queries import members as queries
from marketplace.queries.members import Member
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import Role
from marketplace.rules.wording import ROLE_NAMES
from marketplace.web.accounts import press
from marketplace.web.page import Pages, actor, see
from marketplace.web.words import _, said

pages = Pages("members", __name__)


@pages.page("/desk/organisations/<slug>/members/<ref>", "organisation:edit", post=True)
def member(slug: str, ref: str) -> ResponseReturnValue:
    it = queries.member(actor(), slug, ref)
    role = request.form.get("role", "")
    if role == Role.ADMINISTRATOR:
        done = _("{name} is an administrator now, and is told.", name=it.name)
    else:
        done = _("{name} is a member now, and is told.", name=it.name)
    return _page("member", it, lambda: members.set_role(actor(), slug, ref, role), done, _home(slug))


@pages.page("/desk/organisations/<slug>/members/<ref>/remove", "organisation:edit", post=True)
def remove(slug: str, ref: str) -> ResponseReturnValue:
    it = queries.member(actor(), slug, ref)
    if it.is_you and request.method == "GET":
        return see(f"{_home(slug)}/leave")
    done = _(
        "{name} no longer works for {organisation}, and is told.", name=it.name, organisation=it.organisation
    )
    return _page("go", it, lambda: members.remove(actor(), slug, ref), done, _home(slug))


@pages.page("/desk/organisations/<slug>/leave", "organisation:leave", post=True)
def leave(slug: str) -> ResponseReturnValue:
    it = queries.oneself(actor(), slug)
    done = _("You no longer work for {organisation}.", organisation=it.organisation)
    return _page("go", it, lambda: members.leave(actor(), slug), done, "/desk/organisations")


def _page(name: str, it: Member, act: Callable[[], None], done: str, then: str) -> ResponseReturnValue:
    """The page, and after a press of its button where it leads; a refusal is told on the page itself."""
    no = None
    if press():
        try:
            act()
            flash(done)
            return see(then)
        except Refused as refused:
            if refused.kind == "missing":
                raise
            no = refused
    page = render_template(
        f"members/{name}.html", it=it, role_names=ROLE_NAMES, sentence=said(no) if no else ""
    )
    return page, no.status if no else 200


def _home(slug: str) -> str:
    return f"/desk/organisations/{slug}"
