"""How firm a result is: for chair and approver once decided, and public where that was chosen before opening."""

from __future__ import annotations

import pytest
from flask import Flask

from tests import factories as f
from tests.web.conftest import Browser, words_of
from tests.web.forms import a_bare_draft, save, section, visit_of
from tests.web.test_results import content_with


def test_an_author_chooses_it_before_opening(app: Flask) -> None:
    world = a_bare_draft()
    browser = visit_of(app, world.editor)
    assert section(world, "terms").publish_diagnostics is False
    assert save(browser, world, "terms", publish_diagnostics="y").status_code == 303
    assert section(world, "terms").publish_diagnostics is True
    assert "Published with it" in words_of(browser.get(f"/desk/challenges/{world.ref}/preview"))


@pytest.mark.parametrize(
    ("terms", "says"),
    [
        ({"publish_diagnostics": True}, "what other weights or evaluators would change"),
        ({"publish_diagnostics": True, "publish_scores": "panel"}, "it: what other weights would change"),
        ({}, "stays with the chair and the approver"),
    ],
)
def test_a_challenge_says_what_becomes_public_of_it(
    app: Flask, client: Browser, monkeypatch: pytest.MonkeyPatch, terms: dict[str, object], says: str
) -> None:
    content_with(monkeypatch, terms=terms)
    world = f.an_open_challenge()
    assert says in words_of(client.get(f"/challenges/{world.ref}"))
