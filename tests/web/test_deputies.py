"""Pages on which a role changes hands: what each person is offered, and what comes of it."""

from __future__ import annotations

import pytest
from flask import Flask

from marketplace.actions import deputies, roles
from marketplace.policy import Actor
from marketplace.queries import authoring
from marketplace.queries.desk import desk
from marketplace.rules.duties import HANDS
from marketplace.rules.refusals import Refused
from tests import factories as f
from tests.actions.test_deputies import a_deputy, in_office
from tests.web.forms import base, text_of, visit_of

CHANGES = ("take-over", "name-deputy", "sit-in", "return", "hand-over")


def seat(world: f.World, holder: Actor, role: str) -> str:
    return f"{base(world)}/team/{role}/{holder.ref}"


def offered(world: f.World, viewer: Actor, holder: Actor, role: str) -> set[str]:
    record = authoring.work(viewer, world.ref)
    mine = next(each for each in record.seats if each.role == role and each.holder.ref == holder.ref)
    return {code for code, _member in record.changes(mine)}


def make(world: f.World, viewer: Actor, holder: Actor, role: str, code: str) -> None:
    """Do what the page of this change does, without it."""
    other = f.a_colleague(world, "Oda Other").email if code in ("name-deputy", "hand-over") else ""
    where = (world.ref, holder.ref, role)
    match code:
        case "take-over":
            deputies.take_over(viewer, world.ref, role)
        case "name-deputy":
            deputies.name(viewer, *where, other)
        case "sit-in":
            deputies.sit_in(viewer, *where)
        case "return":
            deputies.come_back(viewer, *where)
        case "hand-over":
            deputies.hand_over(viewer, *where, other)


def test_a_deputy_is_named_accepts_sits_in_and_makes_way(app: Flask) -> None:
    world = f.an_open_challenge()
    deputy = f.a_colleague(world, "Eve Deputy")
    lead, theirs = visit_of(app, world.lead), visit_of(app, deputy)
    at = seat(world, world.lead, "lead")
    assert "Name a deputy" in text_of(lead.get(at))
    assert lead.send(f"{at}/name-deputy", {"email": deputy.email}).status_code == 303
    assert [each.task for each in desk(deputy).waiting] == ["deputise"]
    team = text_of(theirs.get(f"{base(world)}/team"))
    assert "To be deputy as lead." in team
    assert theirs.send(f"{base(world)}/team", {"do": "accept"}).status_code == 303
    page = text_of(theirs.get(f"{at}/sit-in"))
    assert "From now on Eve Deputy acts as lead, and Ada Editor does not." in page
    assert "The trail shows that it happened" in page
    assert theirs.send(f"{at}/sit-in", {}).status_code == 303
    assert in_office(world, "lead") == ["Eve Deputy"]
    assert "Away. Eve Deputy acts as deputy." in lead.get(f"{base(world)}/team").text.replace(
        '<span translate="no">', ""
    ).replace("</span>", "")
    assert lead.send(f"{at}/return", {}).status_code == 303
    assert in_office(world, "lead") == [world.lead.name]
    assert theirs.send(f"{at}/stop-deputy", {}).headers["Location"] == "/desk"
    assert theirs.get(at).status_code == 404


def test_a_role_is_handed_over_and_taken_over_on_their_pages(app: Flask) -> None:
    world = f.an_open_challenge()
    heir = f.a_colleague(world, "Hal Heir")
    at = seat(world, world.chair, "chair")
    assert visit_of(app, world.chair).send(f"{at}/hand-over", {"email": heir.email}).status_code == 303
    assert [(each.task, each.facts) for each in desk(heir).waiting] == [("take-over", {"roles": ("chair",)})]
    theirs = visit_of(app, heir)
    assert "Read and take over" in theirs.get(f"{base(world)}/team").text
    assert "Cleo Chair does not" in text_of(theirs.get(f"{at}/take-over"))
    assert theirs.send(f"{at}/take-over", {}).status_code == 303
    assert in_office(world, "chair") == ["Hal Heir"]


def test_a_refusal_comes_back_with_its_sentence_and_what_was_typed(app: Flask) -> None:
    world = f.an_open_challenge()
    lead = visit_of(app, world.lead)
    at = seat(world, world.lead, "lead")
    page = lead.send(f"{at}/name-deputy", {"email": world.chair.email})
    assert page.status_code == 409
    assert "Whoever leads the challenge cannot be on its panel" in page.text
    assert world.chair.email in page.text
    assert lead.send(f"{at}/name-deputy", {"email": "nobody"}).status_code == 422
    roles.remove(world.editor, world.ref, world.editor.ref, "editor")
    page = lead.send(f"{at}/give-back", {})
    assert page.status_code == 409
    assert "Nobody else here could appoint" in page.text


@pytest.mark.parametrize("away", [False, True])
def test_what_is_not_offered_is_refused(app: Flask, away: bool) -> None:
    world = f.an_open_challenge()
    deputy, heir = a_deputy(world, world.chair, "chair"), f.a_colleague(world, "Hal Heir")
    deputies.hand_over(world.chair, world.ref, world.chair.ref, "chair", heir.email)
    if away:
        deputies.sit_in(deputy, world.ref, world.chair.ref, "chair")
    for viewer in (world.lead, world.approver, world.chair, world.evaluator, deputy, heir):
        offers = offered(world, viewer, world.chair, "chair")
        browser = visit_of(app, viewer)
        for code in HANDS:
            answer = browser.get(f"{seat(world, world.chair, 'chair')}/{code}")
            assert answer.status_code == (200 if code in offers else 404), (viewer.name, code)
            if code in CHANGES and code not in offers:
                with pytest.raises(Refused):
                    make(world, viewer, world.chair, "chair", code)
    assert in_office(world, "chair") == [deputy.name if away else world.chair.name]


@pytest.mark.parametrize(
    ("viewer", "away", "offers"),
    [
        ("chair", False, {"sit-in", "withdraw", "end-deputy", "give-back"}),
        ("chair", True, {"return", "withdraw", "end-deputy"}),
        ("deputy", False, {"sit-in", "stop-deputy"}),
        ("deputy", True, {"return", "stop-deputy"}),
        ("heir", False, {"take-over", "decline"}),
        ("lead", False, {"sit-in", "withdraw", "end-deputy"}),
        ("approver", True, {"return", "withdraw", "end-deputy"}),
        ("evaluator", False, set()),
    ],
)
def test_each_is_offered_what_is_theirs_to_do(app: Flask, viewer: str, away: bool, offers: set[str]) -> None:
    world = f.an_open_challenge()
    deputy, heir = a_deputy(world, world.chair, "chair"), f.a_colleague(world, "Hal Heir")
    deputies.hand_over(world.chair, world.ref, world.chair.ref, "chair", heir.email)
    if away:
        deputies.sit_in(deputy, world.ref, world.chair.ref, "chair")
    people = {"deputy": deputy, "heir": heir}
    who = people[viewer] if viewer in people else getattr(world, viewer)
    assert offered(world, who, world.chair, "chair") == offers
    if away and viewer == "approver":
        roles.remove(world.approver, world.ref, heir.ref, "chair")
        assert offered(world, who, world.chair, "chair") == {"return", "end-deputy", "hand-over"}


def test_before_approval_whoever_appoints_ends_a_role_on_its_page(app: Flask) -> None:
    world = f.a_draft_challenge()
    at = seat(world, world.chair, "chair")
    assert visit_of(app, world.approver).get(f"{at}/remove").status_code == 404
    assert visit_of(app, world.editor).send(f"{at}/remove", {}).status_code == 303
    assert in_office(world, "chair") == []


def test_an_ended_challenge_changes_no_hands(app: Flask) -> None:
    world = f.an_open_challenge()
    for person in (world.lead, world.approver):
        f.moves.make(person, world.ref, "terminate", f.Details(reason="Nobody needs it."))
    at, lead = seat(world, world.lead, "lead"), visit_of(app, world.lead)
    assert "Its holder, the lead and approvers change this." in lead.get(at).text
    for code in HANDS:
        assert lead.get(f"{at}/{code}").status_code == 404
    with pytest.raises(Refused, match=r"role\.fixed"):
        roles.remove(world.lead, world.ref, world.lead.ref, "lead")
