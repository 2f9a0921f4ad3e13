"""What goes over the wire: files that are kept for a year, and pages as small as a browser takes them."""

from __future__ import annotations

import gzip
import re

import brotli
import pytest
from flask import Flask

from tests import factories as f
from tests.bench.weight import weigh
from tests.queries.rows import many_challenges
from tests.web.conftest import Browser
from tests.web.forms import visit_of

HOME_BYTES = 120_000
PLAIN = {"br": brotli.decompress, "gzip": gzip.decompress}


def address_of(client: Browser, name: str) -> str:
    found = re.search(rf'"(/static/[0-9a-f]{{12}}/{name})"', client.get("/challenges").text)
    assert found
    return found[1]


@pytest.mark.parametrize("name", ["css/daylight.css", "css/govuk.css", "fonts/public-sans-latin.woff2"])
def test_static_files_carry_their_hash_and_are_kept_for_a_year(
    app: Flask, client: Browser, name: str
) -> None:
    with client.get(address_of(client, name)) as file:
        assert file.status_code == 200
        kept = set(file.headers["Cache-Control"].split(", "))
        assert kept == {"max-age=31536000", "public", "immutable"}
        assert file.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_style_sheets_are_sent_compressed(app: Flask, client: Browser, encoding: str) -> None:
    address = address_of(client, "css/govuk.css")
    with client.get(address) as whole, client.get(address, headers={"Accept-Encoding": encoding}) as file:
        assert file.headers["Content-Encoding"] == encoding
        assert "Accept-Encoding" in file.headers["Vary"]
        assert PLAIN[encoding](file.data) == whole.data
        assert len(file.data) < len(whole.data) / 4


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_public_pages_are_sent_compressed_and_remembered_as_one(
    app: Flask, client: Browser, encoding: str
) -> None:
    whole = client.get("/challenges")
    page = client.get("/challenges", headers={"Accept-Encoding": f"{encoding}, deflate"})
    assert page.headers["Content-Encoding"] == encoding
    assert PLAIN[encoding](page.data) == whole.data
    assert "Accept-Encoding" in page.headers["Vary"]
    assert page.headers["ETag"] == whole.headers["ETag"]
    again = client.get(
        "/challenges", headers={"If-None-Match": page.headers["ETag"], "Accept-Encoding": encoding}
    )
    assert (again.status_code, again.data) == (304, b"")


def test_pages_with_a_token_are_never_compressed(app: Flask) -> None:
    browser = visit_of(app, f.a_person())
    for path in ("/desk", "/account", "/sign-in"):
        page = browser.get(path, headers={"Accept-Encoding": "br, gzip"})
        assert page.status_code in (200, 303)
        assert "Content-Encoding" not in page.headers, path


def test_the_whole_home_page_weighs_less_than_120_kilobytes(app: Flask, client: Browser) -> None:
    many_challenges(6)
    many_challenges(3, "completed")
    parts = weigh(client, "/")
    assert {"/"} < set(parts)
    assert all(address.startswith("/") and not address.startswith("//") for address in parts)
    assert sum(parts.values()) < HOME_BYTES, parts
