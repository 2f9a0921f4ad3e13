"""Who can propose: what suppliers read before they write, and how a proposal is checked after opening."""

from __future__ import annotations

from flask import Flask

from tests import factories as f
from tests.web.conftest import Browser, words_of
from tests.web.forms import visit_of

CONDITION = "The supplier must meet insured."


def test_conditions_stand_on_every_page_where_a_supplier_decides(app: Flask, client: Browser) -> None:
    world = f.an_open_challenge(conditions=("insured",))
    somebody = visit_of(app, f.a_person("Sam Supplier"))
    pages = [client.get(f"/challenges/{world.ref}{part}") for part in ("", "/print")]
    pages.append(somebody.get(f"/challenges/{world.ref}/propose"))
    ref = f.a_draft_proposal(world)
    pages.append(visit_of(app, world.suppliers[0].administrator).get(f"/desk/proposals/{ref}/check"))
    for page in pages:
        said = words_of(page)
        assert "Who can propose" in said
        assert CONDITION in said


def test_where_everyone_may_propose_that_is_said_once(app: Flask, client: Browser) -> None:
    world = f.an_open_challenge()
    assert "Who can propose Everyone" in words_of(client.get(f"/challenges/{world.ref}"))
    ref = f.a_draft_proposal(world)
    supplier = visit_of(app, world.suppliers[0].administrator)
    assert "Who can propose" not in words_of(supplier.get(f"/desk/proposals/{ref}/check"))
