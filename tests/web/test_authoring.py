"""The pages on which an authority writes a challenge."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.actions import challenges, moves
from marketplace.actions.moves import Details
from marketplace.models.challenges import ChallengeSection
from marketplace.models.database import reading
from marketplace.queries import authoring
from marketplace.rules import challenges as c
from marketplace.rules.refusals import Refused
from marketplace.rules.regimes import REGIMES
from marketplace.rules.stages import TEMPLATES
from marketplace.web.groups import named
from marketplace.web.regimes import over_threshold_warning
from tests.conftest import NOON
from tests.factories import a_draft_challenge, a_person
from tests.web.conftest import Browser, hidden_in
from tests.web.forms import a_bare_draft, base, fields_of, save, section, text_of, visit_of


def test_a_section_sent_as_it_came_stays_as_it_was(app: Flask) -> None:
    world = a_draft_challenge(template="civtech")
    browser = visit_of(app, world.editor)
    for name in c.SECTIONS:
        assert save(browser, world, name).status_code == 303, name
    assert authoring.work(world.editor, world.ref).content == world.content


TYPED: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "problem": (
        {
            "title": "Quiet streets",
            "summary": "Too dark.",
            "topic": "safety",
            "problem": "P",
            "why_now": "Now",
        },
        {
            "title": "Quiet streets",
            "summary": "Too dark.",
            "topic": "safety",
            "problem": "P",
            "why_now": "Now",
        },
    ),
    "affected": ({"affected": "Everybody.\r\n\r\nWe asked."}, {"affected": "Everybody.\n\nWe asked."}),
    "tried": ({"tried": "Nothing."}, {"tried": "Nothing."}),
    "outcomes": (
        {"outcomes-0-measure": "Walks", "outcomes-0-baseline": "3", "outcomes-0-target": "9"},
        {"outcomes": (c.Outcome("Walks", "3", "9"),)},
    ),
    "data": (
        {
            "data-0-name": "Lamps",
            "data-0-licence": "OGL",
            "data-0-format": "CSV",
            "data-0-lawful_basis": "None",
        },
        {"data": (c.DataSet("Lamps", "OGL", "CSV", "None"),)},
    ),
    "adoption": (
        {"adoption": "A", "intellectual_property": "B"},
        {"adoption": "A", "intellectual_property": "B"},
    ),
    "stages": ({"budget": "£12,345.50", "stages-0-name": "Call"}, {"budget": 1_234_550}),
    "eligibility": (
        {"conditions-0-text": "Its seat is in the United Kingdom"},
        {"conditions": (c.Condition("its-seat-is", "Its seat is in the United Kingdom"),), "everyone": False},
    ),
    "questions": ({"questions-0-prompt": "Why?", "questions-0-words": "250"}, {}),
    "criteria": ({"minimum_total": "50"}, {"minimum_total": 50}),
    "terms": (
        {
            "regime": "rd-exempt",
            "closes_on-day": "23",
            "closes_on-month": "11",
            "closes_on-year": "2026",
            "decision_on-day": "1",
            "decision_on-month": "12",
            "decision_on-year": "2026",
            "contact": "a@b.example",
        },
        {"regime": "rd-exempt", "closes_at": NOON, "contact": "a@b.example"},
    ),
}


def test_every_section_is_saved_and_read_back(app: Flask) -> None:
    world = a_bare_draft()
    browser = visit_of(app, world.editor)
    assert list(TYPED) == list(c.SECTIONS)
    for name, (typed, expected) in TYPED.items():
        assert save(browser, world, name, **typed).status_code == 303, name
        kept = section(world, name)
        assert {key: getattr(kept, key) for key in expected} == expected
        page = text_of(browser.get(f"{base(world)}/sections/{name}"))
        for text in typed.values():
            assert text.replace("\r\n", "\n").replace("£12,345.50", "12345.50") in page


def test_a_group_is_added_and_removed_without_saving_and_keeps_what_was_typed(app: Flask) -> None:
    world = a_bare_draft()
    browser = visit_of(app, world.editor)
    more = save(browser, world, "outcomes", **{"outcomes-0-measure": "Walks after dark"}, add="outcomes")
    assert more.status_code == 200
    assert "Walks after dark" in more.text
    assert 'name="outcomes-1-measure"' in more.text
    assert section(world, "outcomes") == c.Outcomes()
    address = f"{base(world)}/sections/outcomes"
    typed = fields_of(more) | {"outcomes-1-measure": "Second", "remove": "outcomes-0"}
    less = browser.post(address, data=typed)
    assert "Walks after dark" not in less.text
    assert fields_of(less)["outcomes-0-measure"] == ["Second"]


def test_levels_are_added_inside_a_criterion(app: Flask) -> None:
    world = a_bare_draft()
    browser = visit_of(app, world.editor)
    assert "criteria-0-levels-5" not in browser.get(f"{base(world)}/sections/criteria").text
    more = save(browser, world, "criteria", add="criteria-0-levels")
    assert 'name="criteria-0-levels-5"' in more.text
    sent = fields_of(more) | {"criteria-0-levels-5": "It does even more."}
    assert browser.post(f"{base(world)}/sections/criteria", data=sent).status_code == 303
    assert section(world, "criteria").criteria[0].levels[5] == "It does even more."


def test_groups_left_blank_are_not_kept(app: Flask) -> None:
    world = a_bare_draft()
    browser = visit_of(app, world.editor)
    sent = fields_of(save(browser, world, "questions", add="questions"))
    assert browser.post(f"{base(world)}/sections/questions", data=sent).status_code == 303
    assert section(world, "questions") == TEMPLATES["one-stage"].questions


def test_a_renamed_question_keeps_its_id(app: Flask) -> None:
    world = a_bare_draft()
    save(visit_of(app, world.editor), world, "questions", **{"questions-0-prompt": "What else?"})
    first = section(world, "questions").questions[0]
    assert (first.id, first.prompt) == ("approach", "What else?")


def test_new_ids_come_from_words_and_never_repeat() -> None:
    rows = [
        {"id": text, "name": name}
        for text, name in (("fit", "a"), ("", "Fit"), ("", "42"), ("fit", "b"), ("X!", "ß"))
    ]
    idents = [row["id"] for row in named(rows, "name", "criterion")]
    assert idents[:3] == ["fit", "fit-2", "criterion"]
    assert len(set(idents)) == 5


def test_a_stale_edition_comes_back_filled_beside_what_is_saved_and_can_be_saved_then(app: Flask) -> None:
    world = a_draft_challenge()
    browser = visit_of(app, world.editor)
    address = f"{base(world)}/sections/tried"
    sent = fields_of(browser.get(address)) | {"tried": "My own words."}
    challenges.save_section(world.editor, world.ref, "tried", {"tried": "Their words."}, 2)
    page = browser.post(address, data=sent)
    assert page.status_code == 409
    assert "Somebody else changed this" in page.text
    assert "My own words." in page.text
    assert "Their words." in page.text
    assert browser.post(address, data=fields_of(page)).status_code == 303
    assert section(world, "tried").tried == "My own words."


def test_a_broken_token_saves_nothing_and_keeps_the_text(app: Flask) -> None:
    world = a_draft_challenge()
    page = save(visit_of(app, world.editor), world, "tried", tried="Typed for an hour.", csrf_token="broken")
    assert page.status_code == 422
    assert "Typed for an hour." in page.text
    assert section(world, "tried") == world.content.tried


UNFIT: tuple[tuple[str, dict[str, str]], ...] = (
    ("problem", {"title": "x" * 121}),
    ("problem", {"summary": "x" * 401}),
    ("tried", {"tried": "x" * 8001}),
    ("outcomes", {"outcomes-0-measure": "x" * 301}),
    ("stages", {"stages-0-days": "0"}),
    ("stages", {"budget": "much"}),
    ("questions", {"questions-0-words": "5000"}),
    ("criteria", {"criteria-0-weight": "101"}),
    ("criteria", {"price-method": "dearest"}),
    ("criteria", {"price-weight": "100"}),
    ("criteria", {"price-amount": "-5"}),
    ("problem", {"topic": "alchemy"}),
    ("terms", {"regime": "martial"}),
    ("terms", {"closes_on-day": "31", "closes_on-month": "2"}),
    ("terms", {"closes_on-year": "9999"}),
    ("tried", {"tried": "a\x00b"}),
)


def test_what_does_not_fit_is_refused_and_comes_back(app: Flask) -> None:
    world = a_draft_challenge()
    browser = visit_of(app, world.editor)
    for name, typed in UNFIT:
        page = save(browser, world, name, **typed)
        assert page.status_code == 422, typed
        assert "There is a problem" in page.text
    assert authoring.work(world.editor, world.ref).content == world.content


def test_odd_names_of_fields_are_refused(app: Flask) -> None:
    world = a_draft_challenge()
    browser = visit_of(app, world.editor)
    odd: tuple[dict[str, str], ...] = (
        {"outcomes-²-measure": "x"},
        {"outcomes-9999-measure": "x"},
        {f"x-{n}": "" for n in range(900)},
    )
    for typed in odd:
        assert save(browser, world, "outcomes", **typed).status_code == 422


def test_an_unknown_section_or_move_is_not_there(app: Flask) -> None:
    world = a_draft_challenge()
    browser = visit_of(app, world.editor)
    for page in ("sections/nothing", "moves/fly", "moves/close", "moves/approve"):
        assert browser.get(f"{base(world)}/{page}").status_code == 404


PAGES = (
    "",
    "/preview",
    "/conflicts",
    "/team",
    "/meetings",
    "/portal-notices",
    "/sections/problem",
    "/moves/send",
    "/outcome",
)


def test_outsiders_see_that_nothing_is_there(app: Flask, client: Browser) -> None:
    world = a_draft_challenge()
    stranger = visit_of(app, a_person("Sam Stranger"))
    for page in PAGES:
        found, unknown = stranger.get(base(world) + page), stranger.get(f"/desk/challenges/CH-00000000{page}")
        assert found.status_code == unknown.status_code == 404, page
        assert found.text == unknown.text
        assert client.get(base(world) + page).status_code == 303, page


def test_an_approver_reads_but_cannot_edit(app: Flask) -> None:
    world = a_draft_challenge()
    browser = visit_of(app, world.approver)
    assert browser.get(base(world)).status_code == 200
    assert browser.get(f"{base(world)}/preview").status_code == 200
    assert browser.get(f"{base(world)}/sections/problem").status_code == 404
    assert "/sections/problem" not in browser.get(base(world)).text
    token = hidden_in(browser.get(f"{base(world)}/team"), "csrf_token")
    page = browser.post(f"{base(world)}/sections/problem", data={"csrf_token": token, "title": "Mine"})
    assert page.status_code == 404
    assert section(world, "problem").title == "Damp and cold in council homes"


def test_a_draft_in_review_leads_its_editor_to_the_preview_and_keeps_late_words(app: Flask) -> None:
    world = a_draft_challenge()
    browser = visit_of(app, world.editor)
    address = f"{base(world)}/sections/tried"
    sent = fields_of(browser.get(address)) | {"tried": "Too late."}
    moves.make(world.editor, world.ref, "send", Details())
    assert browser.get(address).status_code == 303
    page = browser.post(address, data=sent)
    assert page.status_code == 409
    assert "Too late." in page.text


def test_a_member_of_an_authority_starts_from_a_template(app: Flask) -> None:
    world = a_draft_challenge()
    browser = visit_of(app, world.chair)
    sent = {"authority": world.authority.slug, "template": "civtech"}
    made = browser.send("/desk/challenges/new", sent)
    assert made.status_code == 303
    assert "3 of 13 tasks done" in browser.get(made.location).text


def test_nobody_starts_one_for_an_authority_of_others(app: Flask) -> None:
    world = a_draft_challenge()
    browser = visit_of(app, a_person("Sam Stranger"))
    assert "belong to none here" in browser.get("/desk/challenges/new").text
    sent = {"authority": world.authority.slug, "template": "civtech"}
    assert browser.send("/desk/challenges/new", sent, on="/account").status_code == 422


def test_the_list_lights_what_comes_next_and_says_what_is_missing(app: Flask) -> None:
    page = text_of(visit_of(app, (world := a_bare_draft()).editor).get(base(world)))
    assert page.count("Do this next") == 1
    assert "Send for review" in page
    assert "Cannot start yet" in page
    assert "a lead, an approver, two openers" in page


def test_words_that_name_a_solution_are_marked(app: Flask) -> None:
    world = a_draft_challenge(title="A platform for damp")
    assert "platform</span>” names a solution" in visit_of(app, world.editor).get(base(world)).text


def test_rules_are_shown_with_source_and_date_and_the_deadline_that_they_allow(app: Flask) -> None:
    world = a_bare_draft()
    page = text_of(save(visit_of(app, world.editor), world, "terms", regime="pa2023-above", add="rules"))
    assert "Procurement Act 2023, section 54, set down 22 November 2026" in page
    assert "Opened today, the earliest is Tuesday 1 December 2026" in page
    assert section(world, "terms") == c.Terms()


def test_a_budget_above_the_threshold_is_said_to_whoever_chose_the_rules_below_it() -> None:
    below = REGIMES["pa2023-below"]
    assert "end at £207,720 with VAT" in over_threshold_warning(below, 20_772_000)
    assert over_threshold_warning(below, 20_771_999) == ""


def test_a_deadline_too_early_for_the_rules_is_said_on_the_page(app: Flask) -> None:
    world = a_draft_challenge(regime="pa2023-above")
    browser = visit_of(app, world.editor)
    for page in ("", "/sections/terms"):
        assert "too early for these rules" in browser.get(base(world) + page).text


def test_sending_a_form_twice_saves_once(app: Flask) -> None:
    world = a_draft_challenge()
    browser = visit_of(app, world.editor)
    address = f"{base(world)}/sections/tried"
    sent = fields_of(browser.get(address)) | {"tried": "Once."}
    assert [browser.post(address, data=sent).status_code for _ in range(2)] == [303, 303]
    with reading() as connection:
        row = select(ChallengeSection.edition).filter_by(challenge_id=world.id, name="tried")
        assert connection.scalars(row).one() == 3


def test_pages_of_work_are_never_stored(app: Flask) -> None:
    world = a_draft_challenge()
    browser = visit_of(app, world.editor)
    for page in ("/desk", base(world), f"{base(world)}/preview"):
        assert browser.get(page).headers["Cache-Control"] == "no-store"


def test_what_people_type_is_escaped(app: Flask) -> None:
    world = a_draft_challenge(title="<script>alert(1)</script>")
    browser = visit_of(app, world.editor)
    for page in ("/desk", base(world), f"{base(world)}/preview", f"{base(world)}/sections/problem"):
        assert "<script>alert" not in browser.get(page).text


def test_plain_values_of_the_content_survive_their_forms() -> None:
    assert msgspec.convert(msgspec.to_builtins(c.Terms(closes_at=NOON)), c.Terms).closes_at == NOON


def test_the_conflicts_assessment_is_read_by_the_team_and_written_by_the_editor(app: Flask) -> None:
    world = a_draft_challenge()
    address = f"{base(world)}/conflicts"
    assert visit_of(app, world.editor).send(address, {"assessment": "None known."}).status_code == 303
    page = visit_of(app, world.approver).get(address)
    assert "None known." in page.text
    assert "<textarea" not in page.text


def test_a_challenge_stands_in_the_language_that_its_authority_chose(app: Flask) -> None:
    world = a_draft_challenge()
    browser = visit_of(app, world.editor)
    chosen = {"authority": world.authority.slug, "template": "one-stage", "language": "cy"}
    new = browser.send("/desk/challenges/new", chosen).location
    assert '<textarea lang="cy"' in re.sub(
        r' (class|id|name|rows)="[^"]*"', "", browser.get(f"{new}/sections/tried").text
    )
    assert browser.send(f"{base(world)}/language", {"language": "gd"}).location == base(world)
    page = browser.get(f"{base(world)}/preview").text
    assert f'<h1 class="d-h1"><span lang="gd">{world.content.problem.title}</span></h1>' in page
    assert browser.send(f"{base(world)}/language", {"language": "tlh"}).status_code == 422
    assert visit_of(app, world.chair).get(f"{base(world)}/language").status_code == 404


def test_the_language_stands_once_words_are_public(app: Flask) -> None:
    world = a_draft_challenge()
    for name, person in (("send", world.editor), ("engage", world.editor)):
        moves.make(person, world.ref, name, Details())
    page = visit_of(app, world.editor).get(f"{base(world)}/language").text
    assert "That stands" in page
    with pytest.raises(Refused, match=r"role\.fixed"):
        challenges.set_language(world.editor, world.ref, "cy")
