"""Filling in forms as a browser does, for people who are signed in."""

from __future__ import annotations

import hashlib
import html
import re
from datetime import timedelta
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from marketplace.actions import challenges
from marketplace.models.accounts import Visit
from marketplace.models.database import installation, writing
from marketplace.policy import Actor
from marketplace.queries import authoring
from tests.factories import World, a_draft_challenge
from tests.web.conftest import Browser, new_browser


def visit_of(app: Flask, person: Actor) -> Browser:
    """A browser in which this person is signed in."""
    token = f"visit-{person.ref}"
    now = installation().clock.now()
    with writing() as session:
        session.add(
            Visit(
                token_hash=hashlib.sha256(token.encode()).hexdigest(),
                person_id=person.person_id,
                browser="a browser",
                created_at=now,
                seen_at=now,
                ends_at=now + timedelta(days=400),
            )
        )
    browser = new_browser(app)
    with browser.session_transaction() as session:
        session["_user_id"] = token
    return browser


def a_bare_draft() -> World:
    """A draft as its template begins it, with its editor alone."""
    world = a_draft_challenge()
    world.ref = challenges.create(world.editor, world.authority.slug, "one-stage")
    return world


def base(world: World) -> str:
    return f"/desk/challenges/{world.ref}"


def fields_of(page: TestResponse) -> dict[str, Any]:
    """What a browser would send of the page's form: every control, as it stands."""
    form = page.text.split("<main", 1)[1]
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r' name="([^"]*)"', tag), re.search(r' value="([^"]*)"', tag)
        kind = re.search(r' type="([^"]*)"', tag)
        if name is None or (kind and kind[1] in ("radio", "checkbox") and " checked" not in tag):
            continue
        found.setdefault(name[1], []).append(html.unescape(value[1] if value else ""))
    for name, text in re.findall(r'<textarea[^>]* name="([^"]*)"[^>]*>\n?(.*?)</textarea>', form, re.S):
        found[name] = [html.unescape(text)]
    for name, options in re.findall(r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        found[name] = re.findall(r'value="([^"]*)" selected', options)
    return found


def save(browser: Browser, world: World, name: str, **typed: Any) -> TestResponse:
    """Open a section, type, and send the whole form."""
    address = f"{base(world)}/sections/{name}"
    fields = fields_of(browser.get(address))
    return browser.post(address, data=fields | {key.replace("__", "-"): text for key, text in typed.items()})


def section(world: World, name: str) -> Any:
    return getattr(authoring.work(world.editor, world.ref).content, name)


def text_of(page: TestResponse) -> str:
    return html.unescape(page.text)
