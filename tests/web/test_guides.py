"""The guides are made of what runs the product: no step, no word, no rule of it is missing there."""

from __future__ import annotations

import pytest
from flask import Flask

from marketplace.rules import glossary, lifecycle, visibility, wording
from marketplace.rules.regimes import REGIMES
from marketplace.rules.stages import TEMPLATES
from marketplace.web.guides import GUIDES
from tests.web.conftest import Browser, words_of


@pytest.mark.parametrize("slug", GUIDES)
def test_each_guide_is_there_and_leads_to_the_others(app: Flask, client: Browser, slug: str) -> None:
    page = client.get(f"/guides/{slug}")
    assert page.status_code == 200
    assert page.text.count("<h1") == 1
    for other in (*GUIDES, ""):
        assert other == slug or f'href="/guides{"/" * bool(other)}{other}"' in page.text
    assert f'href="/guides/{slug}"' in client.get("/guides").text


def test_an_unknown_guide_is_a_missing_page(app: Flask, client: Browser) -> None:
    assert client.get("/guides/cheese").status_code == 404


def test_every_public_state_is_explained(app: Flask, client: Browser) -> None:
    assert set(wording.MEANINGS) == set(lifecycle.PUBLIC_STATES)
    page = words_of(client.get("/guides"))
    assert all(meaning in page for meaning in wording.MEANINGS.values())


def test_authorities_read_every_step_and_all_that_keeps_a_draft_from_review(
    app: Flask, client: Browser
) -> None:
    page = words_of(client.get("/guides/authorities"))
    for words in wording.MOVES.values():
        assert words.button in page
        assert words.says in page
    for text in (*wording.TEAM_GAPS.values(), *wording.SECTIONS.values(), *wording.GAPS.values()):
        assert text in page
    assert all(template.name in page for template in TEMPLATES.values())


def test_suppliers_read_the_questions_and_who_sees_their_answers(app: Flask, client: Browser) -> None:
    page = words_of(client.get("/guides/suppliers"))
    assert all(question.prompt in page for question in TEMPLATES["one-stage"].questions.questions)
    assert "with 1,600 words in all at most" in page
    assert all(each.opened in page and each.decided in page for each in visibility.SEEN)


def test_evaluators_read_every_level_and_an_example_that_adds_up(app: Flask, client: Browser) -> None:
    page = words_of(client.get("/guides/evaluators"))
    for criterion in TEMPLATES["one-stage"].criteria.criteria:
        assert all(level in page for level in criterion.levels)
    for points in ("26.25", "21.88", "20.00", "9.38", "Total 77.50"):
        assert points in page


def test_every_set_of_rules_and_every_word_has_its_place(app: Flask, client: Browser) -> None:
    rules, words = (words_of(client.get(f"/guides/{slug}")) for slug in ("rules", "glossary"))
    assert all(regime.name in rules and regime.time_open.source in rules for regime in REGIMES.values())
    assert all(word.means in words for word in glossary.WORDS)
