"""Browsers for tests: each request stands in a context of its own, as it does in a server."""

from __future__ import annotations

import html
import re
from contextvars import Context
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse


class Browser(FlaskClient):
    """One browser with its cookies; it fills in forms as their pages give them."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        # The test's own application context would else be shared by every request, and with it `g`.
        return Context().run(super().open, *args, **kwargs)

    def send(self, address: str, typed: dict[str, Any], *, on: str = "") -> TestResponse:
        """Take the hidden fields from the form at `on` (else at `address`), then send what was typed."""
        page = self.get(on or address)
        hidden = {name: hidden_in(page, name) for name in ("csrf_token", "once")}
        return self.post(address, data={name: value for name, value in hidden.items() if value} | typed)


def hidden_in(page: TestResponse, name: str) -> str:
    """The last hidden value of this name: the page's own form stands below the header's."""
    found = re.findall(rf'name="{name}" value="([^"]*)"', page.text)
    return found[-1] if found else ""


def words_of(page: TestResponse) -> str:
    """What a page says, without its markup."""
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", page.text)).split())


@pytest.fixture
def client(app: Flask) -> Browser:
    return new_browser(app)


def new_browser(app: Flask) -> Browser:
    return Browser(app, app.response_class)
