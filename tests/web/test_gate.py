"""The gate before every page: permissions, what may be stored, and what a broken request gets."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.rules.roles import PERMISSIONS, Role

PUBLIC = {"public:read", "service:probe"}


def routes(app: Flask) -> list[tuple[str, str, set[str], str | None]]:
    return [
        (
            rule.rule,
            rule.endpoint,
            set(rule.methods or ()),
            getattr(app.view_functions[rule.endpoint], "permission", None),
        )
        for rule in app.url_map.iter_rules()
    ]


def filled(rule: str) -> str:
    """The rule with something in every place: an address that leads to nothing."""
    return re.sub(r"<int:[^>]+>", "1", re.sub(r"<(?!int:)[^>]+>", "NOTHING0", rule))


@pytest.fixture
def anyone(app: Flask) -> FlaskClient:
    return app.test_client()


def test_every_route_names_a_known_permission(app: Flask) -> None:
    unnamed = [rule for rule, _, _, permission in routes(app) if permission not in PERMISSIONS]
    assert not unnamed


def test_public_pages_take_nothing_and_change_nothing(app: Flask) -> None:
    for rule, _, methods, permission in routes(app):
        if permission in PUBLIC:
            assert methods <= {"GET", "HEAD", "OPTIONS"}, rule


def test_nobody_comes_past_the_gate_without_signing_in(app: Flask, anyone: FlaskClient) -> None:
    for rule, _, methods, permission in routes(app):
        if permission is None or Role.ANYONE in PERMISSIONS[permission] or "GET" not in methods:
            continue
        answer = anyone.get(filled(rule))
        assert answer.status_code == 303, rule
        assert answer.headers["Location"].startswith("/sign-in?next="), rule


def test_a_form_sent_after_signing_out_comes_back_with_what_was_typed(
    app: Flask, anyone: FlaskClient
) -> None:
    for rule, _, methods, permission in routes(app):
        if permission is None or Role.ANYONE in PERMISSIONS[permission] or "POST" not in methods:
            continue
        answer = anyone.post(
            filled(rule), data={"reason": "A long text that took me all the evening to write down."}
        )
        assert answer.status_code == 401, rule
        assert "took me all the evening" in answer.text, rule


def test_every_answer_forbids_framing_sniffing_and_foreign_content(app: Flask, anyone: FlaskClient) -> None:
    for address in ("/", "/challenges", "/sign-in", "/nothing", "/healthz", "/desk"):
        headers = anyone.get(address).headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"], address
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff", address


def test_public_pages_may_be_kept_and_know_when_they_are_unchanged(app: Flask, anyone: FlaskClient) -> None:
    for rule, _, _, permission in routes(app):
        if permission != "public:read" or "<" in rule:
            continue
        first = anyone.get(rule)
        if first.status_code != 200:
            continue
        assert "public" in first.headers["Cache-Control"], rule
        assert "Set-Cookie" not in first.headers, rule
        assert "Cookie" not in first.headers.get("Vary", ""), rule
        assert anyone.get(rule, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304, rule


def test_everything_else_is_never_stored(app: Flask, anyone: FlaskClient) -> None:
    for address in ("/sign-in", "/desk", "/register"):
        assert anyone.get(address).headers["Cache-Control"] == "no-store", address


BROKEN = [
    "\x00",
    "%00",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin1"),
    "A" * 5000,
    "../../etc/passwd",
    "'; DROP TABLE person; --",
]


@pytest.mark.parametrize("broken", BROKEN)
def test_broken_addresses_are_a_clear_4xx(app: Flask, anyone: FlaskClient, broken: str) -> None:
    for prefix in ("/challenges/", "/organisations/", "/trail/", "/confirm/", "/password/", "/"):
        answer = anyone.get(prefix + broken)
        assert 300 <= answer.status_code < 500, (prefix, broken[:20])
        assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "query",
    [
        "status=%00",
        "status=nonsense",
        "closing=-1",
        "closing=x",
        "after=%FF",
        "topic=nothing",
        "q=" + "a" * 5000,
        "after=AAAA",
    ],
)
def test_broken_filters_are_a_clear_4xx(app: Flask, anyone: FlaskClient, query: str) -> None:
    assert 400 <= anyone.get("/challenges?" + query).status_code < 500


def test_a_body_that_is_too_large_is_refused(app: Flask, anyone: FlaskClient) -> None:
    answer = anyone.post("/sign-in", data={"email": "a" * (app.config["MAX_CONTENT_LENGTH"] + 1)})
    assert answer.status_code == 413


def test_the_wrong_method_is_refused(app: Flask, anyone: FlaskClient) -> None:
    assert anyone.post("/challenges").status_code == 405
    assert anyone.delete("/sign-in").status_code == 405
