"""What a service says that takes nothing for now, and what readers see of a file that nobody gets."""

from __future__ import annotations

import pytest

from marketplace import integrity
from marketplace.actions import files, proposals
from marketplace.models.database import installation, reading
from tests import factories as f
from tests.actions.test_evaluation import begin
from tests.browser.conftest import Someone
from tests.browser.site import Site
from tests.clamd import EICAR, scanning

pytestmark = pytest.mark.browser


def test_a_read_only_service_says_so_on_every_page_and_keeps_what_was_typed(
    site: Site, somebody: Someone
) -> None:
    world = f.an_open_challenge()
    f.sign_the_log()
    operator = f.a_person("Olive Operator", operator=True)
    olive = somebody(operator.name, email=operator.email)
    olive.signs_in()
    with reading() as connection:
        log_id = integrity.log_id(connection)
    installation().marks.stop(log_id, "log.behind")
    for page in ("/", "/trail", f"/challenges/{world.ref}", "/verify", "/desk"):
        olive.goes(page)
        olive.page.get_by_role("region", name="Read-only for now").wait_for()
    olive.goes("/account/name")
    olive.fills("Your name", "Olive Other")
    with olive.page.expect_navigation() as arrival:
        olive.page.get_by_role("button", name="Save the name").click()
    assert (arrival.value.status, olive.watch.take()) == (503, [f"503 for {olive.page.url}"])
    olive.looks()
    olive.sees("This service is read-only for now, so nothing was changed.")
    assert olive.page.get_by_label("Your name", exact=True).input_value() == "Olive Other"


def test_a_file_that_is_withheld_holds_on_every_screen(site: Site, somebody: Someone) -> None:
    world = f.an_open_challenge()
    ref, supplier = f.a_draft_proposal(world), world.suppliers[0].administrator
    with scanning(site.app) as clamd:
        clamd.fault = "closed"
        files.add(supplier, ref, "plan.pdf", b"%PDF-1.7 a plan" + EICAR)
        author = somebody(supplier.name, email=supplier.email)
        author.signs_in()
        for page in ("files", "check"):
            author.goes(f"/desk/proposals/{ref}/{page}")
            author.sees("Not scanned for malware yet")
        clamd.fault = ""
        proposals.submit(supplier, ref)
        f.pass_deadline(world)
        f.open_stage(world)
    f.declare_all(world)
    begin(world)
    author.signs_in()
    author.goes(f"/desk/proposals/{ref}/sent")
    author.sees("Withheld: the scanner found malware in this file.")
    reader = somebody(world.lead.name, email=world.lead.email)
    reader.signs_in()
    reader.goes(f"/desk/challenges/{world.ref}/stages/1/reading/A")
    reader.sees("Withheld: the scanner found malware in this file.")
    assert not reader.has("link", "plan.pdf")
