"""The page on which visitors check the trail themselves, and the file of it that they keep."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from html import unescape

from flask import Flask

from tests import factories as f
from tests.web.conftest import Browser, words_of


def hashed(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_the_checker_that_people_keep_holds_all_it_runs_and_may_run_no_more(
    app: Flask, client: Browser
) -> None:
    page = client.get("/tools/verify.html")
    policy = unescape(re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page.text)[1])  # type: ignore[index]
    script, style = (
        re.search(rf"<{tag}\b[^>]*>(.*?)</{tag}>", page.text, re.DOTALL)[1]  # type: ignore[index]
        for tag in ("script", "style")
    )
    allowed = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert allowed["default-src"] == "'none'"
    assert allowed["script-src"] == hashed(script)
    assert allowed["style-src"] == hashed(style)
    assert "connect-src" not in allowed
    assert page.headers["Content-Security-Policy"] == f"{policy}; frame-ancestors 'none'"
    assert not re.findall(r'(?:src|href)="/', page.text)
    assert "url(" not in style
    assert not re.search(r"^\s*import\b", script, re.MULTILINE)


def test_an_entry_leads_to_its_own_check(app: Flask, client: Browser) -> None:
    f.an_authority()
    f.sign_the_log()
    assert 'href="/verify?index=1"' in client.get("/trail/1").text
    page = client.get("/verify?index=1")
    assert re.search(r'<input[^>]* id="index"[^>]* value="1">', page.text)
    assert "python verify.py event 1 --log http://localhost/log --vkey key.txt" in words_of(page)
    assert client.get("/verify?index=x").status_code == 400


def test_the_page_knows_the_trail_before_anybody_asks(app: Flask, client: Browser) -> None:
    assert 'href="/log/checkpoint"' not in client.get("/verify").text
    f.an_authority()
    f.sign_the_log()
    assert 'href="/log/checkpoint"' in client.get("/verify").text
    for path in ("/verify", "/tools/verify.html"):
        known = json.loads(unescape(re.search(r"data-known='([^']*)'", client.get(path).text)[1]))  # type: ignore[index]
        assert known["origin"] == "localhost/log"
        assert known["keys"] == [[client.get("/log/vkey").text.strip(), None]]
        assert (known["size"], known["witnesses"]) == (2, [])
