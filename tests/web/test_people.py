"""What is held about oneself: a page that says what is in the file, and the file."""

from __future__ import annotations

import json

from flask import Flask

from marketplace.rules import retention
from tests import factories as f
from tests.web.conftest import Browser, words_of
from tests.web.forms import visit_of


def test_the_page_says_what_the_file_holds_and_what_it_does_not(app: Flask) -> None:
    page = words_of(visit_of(app, f.a_person()).get("/account/data"))
    for words in (*(record.name for record in retention.RECORDS), *retention.LEFT_OUT):
        assert words in page


def test_the_file_is_the_persons_own_and_nobody_keeps_it_on_the_way(app: Flask) -> None:
    one, other = f.a_person("Robin Vale"), f.a_person("Kim Other")
    file = visit_of(app, one).get("/account/data.json")
    assert file.headers["Cache-Control"] == "no-store"
    assert f"attachment; filename={one.ref}.json" in file.headers["Content-Disposition"]
    read = json.loads(file.text)
    assert (read["format"], read["about"]) == ("person/1", one.ref)
    assert [record["name"] for record in read["records"]] == [record.name for record in retention.RECORDS]
    assert one.email in file.text
    assert other.ref not in file.text


def test_who_is_not_signed_in_gets_no_file(app: Flask, client: Browser) -> None:
    assert client.get("/account/data.json").status_code in (302, 303, 401)
