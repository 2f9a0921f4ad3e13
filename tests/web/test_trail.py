"""The trail as a story: every kind has its sentence, numbers agree with their nouns, filters stay."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from marketplace.actions import moves
from marketplace.actions.moves import Details
from marketplace.queries.sealed import DECISIONS, OPENINGS
from marketplace.rules.events import FIELDS, KINDS
from marketplace.rules.wording import EVENTS
from marketplace.tlog import proofs
from marketplace.tlog.notes import VerifierKey
from marketplace.web.sentences import RECORDS, TOLD
from tests import factories as f
from tests.queries.rows import tamper
from tests.web.conftest import Browser, words_of


def test_every_kind_of_event_has_a_sentence_a_name_and_words_for_what_it_carries() -> None:
    assert set(TOLD) == set(EVENTS) == set(KINDS)
    assert set(FIELDS) == {name for kind in KINDS.values() for name in kind.data | kind.private}


def test_every_kind_of_event_that_fixes_a_record_leads_to_it_and_is_compared_with_it() -> None:
    assert {name for name, kind in KINDS.items() if "record" in kind.data} == set(RECORDS)
    assert {*OPENINGS, *DECISIONS} == set(RECORDS)


@pytest.mark.parametrize(
    ("count", "closed", "opened"),
    [
        (1, "stage 1 closed. 1 proposal was received in time.", "1 proposal was opened by two people."),
        (2, "stage 1 closed. 2 proposals were received in time.", "2 proposals were opened by two people."),
    ],
)
def test_numbers_agree_with_their_nouns(
    app: Flask, client: Browser, count: int, closed: str, opened: str
) -> None:
    f.an_opened_stage(count)
    page = client.get("/trail").text
    assert closed in page
    assert opened in page


def test_a_stage_without_proposals_says_that_nobody_came(app: Flask, client: Browser) -> None:
    world = f.a_closed_stage(0)
    page = client.get(f"/challenges/{world.ref}/trail").text
    assert "Stage 1 closed. Nothing was received." in page
    assert "Stage 1 was decided: nobody proposed, so nobody goes on." in page


def test_a_challenge_names_itself_in_the_whole_trail_and_not_in_its_own(app: Flask, client: Browser) -> None:
    world = f.an_open_challenge()
    link = f'href="/challenges/{world.ref}" lang="en">{world.content.problem.title}</a>: opened for proposals'
    assert link in client.get("/trail").text
    own = client.get(f"/challenges/{world.ref}/trail").text
    assert "Opened for proposals until 12pm (midday) on Monday 23 November 2026" in own
    assert ": opened for proposals" not in own


def test_a_reason_stands_in_the_language_in_which_it_was_given(app: Flask, client: Browser) -> None:
    world = f.an_open_challenge()
    moves.make(world.lead, world.ref, "suspend", Details(reason="A question that needs a lawyer came up."))
    page = client.get("/trail").text
    assert 'The reason given: <span lang="en">A question that needs a lawyer came up.</span>' in page


def test_a_filter_is_kept_from_page_to_page(app: Flask, client: Browser) -> None:
    for _each in range(51):
        f.an_authority()
    f.an_open_challenge()
    first = client.get("/trail?kind=organisation.verify").text
    (earlier,) = re.findall(r'rel="next" href="([^"]+)"', first)
    assert "kind=organisation.verify" in earlier
    second = client.get(earlier.replace("&amp;", "&")).text
    assert 'value="organisation.verify" selected' in second
    assert second.count('class="d-event"') == 2
    assert 'rel="next"' not in second
    assert re.findall(r'rel="prev" href="([^"]+)"', second) == ["/trail?kind=organisation.verify"]


def test_sealed_entries_of_a_day_are_folded_unless_one_asks_for_them(app: Flask, client: Browser) -> None:
    world = f.an_open_challenge()
    for _each in range(3):
        f.a_submitted_proposal(world)
    folded = client.get("/trail").text
    (many,) = re.findall(r"(\d+) sealed entries, numbers", folded)
    assert "A sealed entry." not in folded
    assert client.get("/trail?kind=sealed").text.count("A sealed entry.") == int(many)
    assert len(set(re.findall(r'href="/trail/(\d+)">Entry', folded))) == int(many)


@pytest.mark.parametrize(
    "words",
    [
        "It was a proposal, and was opened with the others.",
        "It was a proposal that its supplier replaced or withdrew in time. It was never opened.",
        "It withdrew a proposal.",
        "It is a cover entry. It means nothing, so that counting entries does not count proposals.",
    ],
)
def test_an_opened_stage_says_what_each_sealed_entry_was(app: Flask, client: Browser, words: str) -> None:
    world = f.a_busy_stage()
    f.open_stage(world)
    paths = set(re.findall(r'"(/trail/\d+)">Entry', client.get("/trail").text))
    pages = [page for path in paths if words in (page := client.get(path).text)]
    assert pages
    assert all(f'href="/challenges/{world.ref}/stages/1/opening"' in page for page in pages)


def test_an_entry_says_under_which_checkpoint_it_stands_and_who_signed(app: Flask, client: Browser) -> None:
    f.an_authority()
    before = words_of(client.get("/trail/1"))
    assert (
        "This entry is as it was recorded. Checked by this website just now. No checkpoint covers it yet"
        in before
    )
    assert "/log/proof/1" not in client.get("/trail/1").text
    assert client.get("/trail/1").cache_control.max_age == 2
    f.sign_the_log()
    page = client.get("/trail/1")
    assert "This entry is in the trail, unchanged." in page.text
    said = words_of(page)
    assert "1 step leads from this entry to the root of all 2 entries under the checkpoint." in said
    assert "localhost/log signed it at 9am on Monday 2 November 2026 (UK time)." in said
    assert "No other installation watches this trail yet." in said
    for address in ("/log/proof/1", "/log/checkpoint", "/verify?index=1", "/trail/1/entry.json"):
        assert f'href="{address}"' in page.text
        assert client.get(address).status_code == 200


def test_the_entry_that_one_downloads_is_what_its_proof_is_about(app: Flask, client: Browser) -> None:
    f.an_authority()
    f.sign_the_log()
    answer = client.get("/trail/1/entry.json")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="entry-1.json"'
    keys = [VerifierKey.parse(key) for key in client.get("/log/vkey").text.split()]
    assert proofs.parse(client.get("/log/proof/1").text).check(answer.data, keys).size == 2
    assert client.get("/trail/2/entry.json").status_code == 404


def test_an_entry_to_which_no_path_leads_any_more_says_so(
    app: Flask, database_url: str, client: Browser
) -> None:
    if not database_url.startswith("sqlite"):
        pytest.skip("tampering is tried on SQLite")
    f.an_authority()
    f.sign_the_log()
    tamper("UPDATE log_tile SET hashes = zeroblob(64)")
    page = words_of(client.get("/trail/1"))
    assert "This entry is not as it was recorded." in page
    assert (
        "Failed. It leads to one root. No path leads from this entry to the root of the checkpoint." in page
    )


def test_the_trail_says_what_it_cannot_show(app: Flask, client: Browser) -> None:
    f.an_authority()
    f.sign_the_log()
    for address in ("/trail", "/trail/1"):
        page = words_of(client.get(address))
        assert "holds the sealing key, reads early. It does not show. This is possible." in page
        assert "So their number is only an upper bound." in page
        assert "The latest checkpoint covers 2 entries." in page
