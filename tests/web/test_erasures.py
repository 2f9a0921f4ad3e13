"""What was published in error is a tombstone at every door: pages, files, search, messages, drafts and the bytes."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest
from flask import Flask
from sqlalchemy import make_url, select

from marketplace.actions import challenges as authoring
from marketplace.actions import decisions, moderation, moves, recusals, summaries
from marketplace.actions.moves import Details
from marketplace.models.base import db
from marketplace.models.database import installation, reading
from marketplace.models.notices import Notice
from marketplace.policy import ANYONE, SYSTEM, Actor
from marketplace.queries import erasures as queries
from marketplace.queries import trail, verdict
from tests import factories as f
from tests.actions.test_recusals import a_panel_of_three, lock
from tests.web.conftest import Browser, new_browser, words_of
from tests.web.forms import visit_of
from tests.web.test_secrecy import every_address

MARK = "Quillfeather"
SAID = f"Mrs {MARK} of 4 Larch Row has damp in her bedroom, and told us so."


def erase(browser: Browser, address: str, *places: str) -> str:
    """Choose, check, and say yes; what the page said before it was done."""
    said, sure = asked_whether(browser, address, *places)
    assert browser.post(address, data=sure).status_code == 303
    return said


def asked_whether(browser: Browser, address: str, *places: str) -> tuple[str, dict[str, object]]:
    """What the page says before it is done, and what is sent with a yes."""
    asked = browser.send(address, {"texts": list(places), "ground": "personal"})
    assert asked.status_code == 200
    again = dict(
        re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', asked.text.split("<main", 1)[1])
    )
    return words_of(asked), again | {"texts": list(places), "sure": "yes"}


def places_with(person: Actor, ref: str) -> list[str]:
    return [each.place for each in queries.of_challenge(person, ref).texts if MARK in each.text]


def browsers(app: Flask, *people: Actor) -> dict[str, Browser]:
    return {"anyone": new_browser(app)} | {person.name: visit_of(app, person) for person in people}


def doors_with(app: Flask, world: f.World, through: dict[str, Browser]) -> list[str]:
    """Every address, for the public and for each who is signed in, whose answer holds the marker."""
    inside = ("/desk/challenges", "/desk/proposals", "/challenges", "/organisations", "/outcomes", "/trail")
    addresses = {
        *every_address(app, world, *inside),
        "/",
        "/desk",
        "/challenges?status=all",
        "/trail?challenge=" + world.ref,
    }
    addresses |= {f"/organisations/{each.slug}" for each in world.suppliers}
    for rule in (
        each.rule for each in app.url_map.iter_rules() if each.rule.startswith("/trail/<int:index>")
    ):
        addresses |= {rule.replace("<int:index>", str(index)) for index in range(trail.page(ANYONE).size)}
    return [
        f"{who} {address}"
        for who, browser in through.items()
        for address in sorted(addresses)
        if MARK.encode() in browser.get(address).get_data()
    ]


def found_by_search(browser: Browser, world: f.World) -> bool:
    return world.ref in browser.get(f"/challenges?status=all&q={MARK.lower()}").text


def waiting_with() -> list[str]:
    """The messages of the outbox and those kept as sent that hold the marker."""
    with reading() as connection:
        rows = connection.execute(select(Notice.kind, Notice.payload)).all()
    keys = installation().keys
    return [kind for kind, payload in rows if MARK in str(msgspec.json.decode(keys.read(payload)))]


def everything_marked() -> f.World:
    """A challenge that is completed, in which everything that people wrote for the public holds the marker."""
    problem = msgspec.structs.replace(
        f.a_content().problem, title=f"Damp at {MARK}’s", summary=SAID, problem=SAID
    )
    world = f.a_scored_stage(problem=problem)
    decisions_of = f.sentences(world)
    made = decisions.propose(world.chair, world.ref, 1, ["A"], decisions_of, SAID, "")
    decisions.confirm(world.approver, world.ref, 1, made)
    f.publish(world)
    chosen = f.ref_of(world, "A")
    supplier = next(s for s, ref in zip(world.suppliers, world.proposals, strict=True) if ref == chosen)
    summaries.set_public_summary(supplier.administrator, chosen, SAID)
    moves.make(world.lead, world.ref, "suspend", Details(reason=SAID))
    moves.make(world.lead, world.ref, "resume", Details(reason=SAID))
    moves.make(world.approver, world.ref, "resume", Details())
    moves.make(world.lead, world.ref, "deliver", Details())
    authoring.report_outcome(world.lead, world.ref, SAID, True, 1_000, "GBP", SAID)
    moves.make(world.lead, world.ref, "complete", Details())
    return world


@pytest.mark.long
def test_words_published_in_error_are_gone_from_every_door(app: Flask) -> None:
    world = everything_marked()
    through = browsers(app, world.lead, world.suppliers[0].administrator)
    assert len(doors_with(app, world, through)) > 20
    assert waiting_with()
    assert found_by_search(through["anyone"], world)
    places = places_with(world.lead, world.ref)
    assert {place.split("/")[0] for place in places} == {"version", "reason", "decision", "summary", "result"}
    told = erase(through[world.lead.name], f"/desk/challenges/{world.ref}/erase", *places)
    assert MARK in told
    assert doors_with(app, world, through) == []
    assert waiting_with() == []
    assert not found_by_search(through["anyone"], world)
    assert verdict.verify(SYSTEM).ok


def test_the_entries_that_committed_to_the_words_say_what_became_of_them(app: Flask) -> None:
    world = everything_marked()
    visit = visit_of(app, world.lead)
    before = {e.index: e for e in trail.page(ANYONE, world.ref).events}
    erase(visit, f"/desk/challenges/{world.ref}/erase", *places_with(world.lead, world.ref))
    told = [
        e.index
        for e in before.values()
        if e.kind in ("challenge.open", "challenge.suspend", "challenge.complete")
    ]
    for index in told:
        page = words_of(visit.get(f"/trail/{index}"))
        assert "What was erased" in page
        assert "This entry is as it was recorded." in page
        assert "It is about a private person." in page
    versions = words_of(visit.get(f"/challenges/{world.ref}/versions"))
    assert "Words of this version were erased." in versions
    for address in (f"/challenges/{world.ref}", f"/challenges/{world.ref}/print"):
        page = words_of(visit.get(address))
        assert "Words of this version were erased." in page
        assert "These are the words that were published first." not in page
    assert "words were erased. It is about a private person." in words_of(visit.get("/trail"))


def test_the_words_are_gone_from_the_bytes_of_the_files(app: Flask) -> None:
    world = everything_marked()
    path = Path(make_url(installation().settings.database_url).database or "")
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL frees old rows by VACUUM")
    assert bytes_with(path)
    erase(
        visit_of(app, world.lead), f"/desk/challenges/{world.ref}/erase", *places_with(world.lead, world.ref)
    )
    assert bytes_with(path) == []


def bytes_with(path: Path) -> list[str]:
    """The files of the database that hold the marker as it was written, or as the search keeps it."""
    kept = [each for each in path.parent.glob(f"{path.name}*") if each.is_file()]
    return [each.name for each in kept if MARK.lower().encode() in each.read_bytes().lower()]


def test_whom_the_authority_met_and_what_it_published_elsewhere_can_be_erased(app: Flask) -> None:
    world = f.an_approved_challenge()
    today = installation().clock.now().date()
    authoring.record_meeting(world.lead, world.ref, MARK, SAID, today)
    authoring.record_portal_notice(world.lead, world.ref, "opening", MARK, f"https://{MARK}.example", today)
    moves.make(world.lead, world.ref, "open", Details())
    page, visit = f"/challenges/{world.ref}", visit_of(app, world.lead)
    assert visit.get(page).text.count(MARK) >= 4
    places = places_with(world.lead, world.ref)
    assert {place.partition("/")[0] for place in places} == {"meeting", "notice"}
    erase(visit, f"/desk/challenges/{world.ref}/erase", *places)
    assert MARK not in visit.get(page).text
    assert "Erased on" in visit.get(page).text


def test_why_somebody_left_a_panel_can_be_erased(app: Flask) -> None:
    world, third = a_panel_of_three()
    recusals.recuse(world.lead, world.ref, 1, third.ref, SAID)
    for person in world.scorers:
        lock(world, person)
    f.without_agreement(world)
    moderation.settle(world.chair, world.ref, 1)
    f.decide(world, ("A",))
    f.publish(world)
    pages, visit = ["/trail", f"/challenges/{world.ref}/trail"], visit_of(app, world.lead)
    assert [MARK in visit.get(page).text for page in pages] == [True, True]
    erase(visit, f"/desk/challenges/{world.ref}/erase", *places_with(world.lead, world.ref))
    assert [MARK in visit.get(page).text for page in pages] == [False, False]
    assert MARK not in visit.get(f"/desk/challenges/{world.ref}/stages/1/panel").text


def test_what_was_erased_cannot_be_chosen_again_and_nothing_chosen_is_nothing_erased(app: Flask) -> None:
    world = f.an_open_challenge()
    visit, address = visit_of(app, world.lead), f"/desk/challenges/{world.ref}/erase"
    assert visit.send(address, {"ground": "personal"}).status_code == 422
    erase(visit, address, "version/1/affected.affected")
    again = visit.send(address, {"texts": ["version/1/affected.affected"], "ground": "personal"})
    assert again.status_code == 422


def test_a_yes_that_is_sent_twice_gets_the_same_answer_and_erases_once(app: Flask) -> None:
    world = f.an_open_challenge()
    visit, address = visit_of(app, world.lead), f"/desk/challenges/{world.ref}/erase"
    place = "version/1/affected.affected"
    _said, sure = asked_whether(visit, address, place)
    _said, other = asked_whether(visit, address, place)
    assert [visit.post(address, data=sure).status_code for _time in range(2)] == [303, 303]
    assert visit.post(address, data=other).status_code == 422
    assert [each.kind for each in trail.latest(ANYONE, 2)].count("trail.erase") == 1


def test_whoever_may_not_erase_finds_no_page(app: Flask) -> None:
    world = f.an_open_challenge()
    address = f"/desk/challenges/{world.ref}/erase"
    assert [visit_of(app, who).get(address).status_code for who in (world.lead, world.approver)] == [200, 200]
    assert visit_of(app, f.a_person("Olive", operator=True)).get(address).status_code == 200
    unknown = [visit_of(app, who).get(address).status_code for who in (world.chair, f.a_person("Sam"))]
    assert unknown == [404, 404]
    draft = f.a_draft_challenge()
    assert visit_of(app, draft.lead).get(f"/desk/challenges/{draft.ref}/erase").status_code == 404


def test_an_organisation_takes_back_what_it_said_of_itself(app: Flask) -> None:
    world = f.an_open_challenge()
    slug = world.authority.slug
    place = f"organisation/{slug}/name"
    erase(visit_of(app, world.authority.administrator), f"/desk/organisations/{slug}/erase", place)
    assert "Northmere" not in words_of(new_browser(app).get(f"/challenges/{world.ref}"))
    assert "Erased on" in words_of(new_browser(app).get(f"/organisations/{slug}"))


def test_a_draft_with_the_same_words_is_a_tombstone_too(app: Flask) -> None:
    world = f.an_open_challenge()
    visit = visit_of(app, world.lead)
    preview = f"/desk/challenges/{world.ref}/preview"
    assert "we asked 60 of them" in visit.get(preview).text
    erase(visit, f"/desk/challenges/{world.ref}/erase", "version/1/affected.affected")
    assert "we asked 60 of them" not in visit.get(preview).text


def test_words_in_the_list_are_marked_as_what_somebody_wrote_and_may_hold_anything(app: Flask) -> None:
    problem = msgspec.structs.replace(f.a_content().problem, summary="<b>{n} of %s & {}</b>")
    world = f.an_open_challenge(problem=problem)
    page = visit_of(app, world.lead).get(f"/desk/challenges/{world.ref}/erase").text
    assert '<span lang="en">&lt;b&gt;{n} of %s &amp; {}&lt;/b&gt;</span>' in page


def test_an_operator_comes_from_a_public_address_to_the_words_behind_it(app: Flask) -> None:
    world, draft = f.an_open_challenge(), f.a_draft_challenge()
    operator = visit_of(app, f.a_person("Olive", operator=True))
    assert 'href="/desk/erase"' in operator.get("/desk").text
    slug = world.authority.slug
    for address, home in (
        (f"https://daylight.example/challenges/{world.ref}?x=1#who", f"challenges/{world.ref}"),
        (world.ref, f"challenges/{world.ref}"),
        (f"https://daylight.example/organisations/{slug}", f"organisations/{slug}"),
    ):
        sent = operator.send("/desk/erase", {"at": address})
        assert (sent.status_code, sent.headers["Location"]) == (303, f"/desk/{home}/erase")
        assert operator.get(sent.headers["Location"]).status_code == 200
    for address in ("https://daylight.example/trail", draft.ref, "/organisations/nobody", "CH-00000000"):
        told = operator.send("/desk/erase", {"at": address})
        assert (told.status_code, "Nothing public stands there." in told.text) == (422, True), address
        assert f'value="{address}"' in told.text
    others = (world.lead, world.authority.administrator, f.a_person("Sam"))
    for visit in (visit_of(app, who) for who in others):
        assert visit.get("/desk/erase").status_code == 404
        assert "/desk/erase" not in visit.get("/desk").text
