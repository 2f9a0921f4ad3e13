"""The public records that account for sealed entries: readable, linked, whole, and compared with the log."""

from __future__ import annotations

import hashlib
import json
import re

from flask import Flask

from marketplace.actions import moves
from marketplace.actions.moves import Details
from marketplace.policy import ANYONE
from marketplace.queries import entries
from tests import factories as f
from tests.web.conftest import Browser, words_of
from tests.web.forms import visit_of


def fixed(client: Browser, kind: str) -> int:
    """The last entry of this kind."""
    return int(re.findall(r"/trail/(\d+)\"", client.get(f"/trail?kind={kind}").text)[0])


def test_the_opening_record_says_of_every_sealed_entry_what_it_was(app: Flask, client: Browser) -> None:
    world = f.a_busy_stage()
    at = f"/challenges/{world.ref}/stages/1/opening"
    assert client.get(at).status_code == 404
    f.open_stage(world)
    page = client.get(at)
    said = json.loads(client.get(f"{at}.json").text)
    assert "This record fits the trail." in page.text
    assert {int(index) for index in re.findall(r"/trail/(\d+)\">Entry", page.text)} == {
        each["index"] for each in said["entries"]
    }
    for count in said["counts"].values():
        assert not count or f"{count} w" in words_of(page)
    assert all(name not in page.text for name in [each.name for each in (world.openers)])


def test_the_trail_leads_to_the_record_and_the_record_to_its_entry(app: Flask, client: Browser) -> None:
    world = f.a_decided_stage(2)
    for kind, part in {"stage.open": "opening", "stage.decide": "decision"}.items():
        index = fixed(client, kind)
        at = f"/challenges/{world.ref}/stages/1/{part}"
        for address in ("/trail", f"/challenges/{world.ref}/trail", f"/trail/{index}"):
            assert f'href="{at}">Read the record' in client.get(address).text, address
        assert f'href="/trail/{index}"' in client.get(at).text
        kept = client.get(f"/trail/{index}/record.json").data
        assert hashlib.sha256(kept).hexdigest() in client.get(f"/trail/{index}").text
    assert client.get(f"/trail/{fixed(client, 'stage.close')}/record.json").status_code == 404


def test_every_lock_is_accounted_for_by_the_decision(app: Flask, client: Browser) -> None:
    world = f.a_scored_stage(2)
    at = f"/challenges/{world.ref}/stages/1/decision"
    assert client.get(at).status_code == 404
    f.decide(world, ("A",))
    page = client.get(at)
    assert "This record fits the trail." in page.text
    locks = re.findall(r"/trail/(\d+)\">Entry", page.text)
    assert len(locks) == len({world.chair.ref, world.evaluator.ref})
    for index in locks:
        assert "It fixed an evaluator’s scores" in client.get(f"/trail/{index}").text
    own = visit_of(app, world.evaluator).get(f"/desk/challenges/{world.ref}/stages/1/scores").text
    (mine,) = re.findall(r"/trail/(\d+)\"", own)
    assert mine in locks


def test_a_sealed_entry_that_no_record_can_name_any_more_says_so(app: Flask, client: Browser) -> None:
    world = f.a_scored_stage(2)
    lock = fixed(client, "sealed")
    assert "It is accounted for when its stage opens or is decided." in client.get(f"/trail/{lock}").text
    moves.make(world.lead, world.ref, "terminate", Details(reason="The money is gone."))
    moves.make(world.approver, world.ref, "terminate", Details())
    page = client.get(f"/trail/{lock}").text
    assert "Nobody accounts for it" in page
    assert entries.entry(ANYONE, lock).unchanged
