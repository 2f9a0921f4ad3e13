"""What a browser loads for a page: every part of it, in bytes, compressed as it is served."""

from __future__ import annotations

import posixpath
import re
from html.parser import HTMLParser

import brotli
from werkzeug.wrappers import Response

from tests.web.conftest import Browser

ACCEPTS = {"Accept-Encoding": "gzip, deflate, br"}


class Parts(HTMLParser):
    """Addresses that a page makes a browser load, scripts and icons included."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "link" and given.get("rel") in ("stylesheet", "preload", "icon"):
            self.addresses.append(given.get("href") or "")
        elif tag in ("script", "img") and given.get("src"):
            self.addresses.append(given["src"] or "")


def weigh(browser: Browser, path: str) -> dict[str, int]:
    """Bytes by address, the page first; fonts that its style sheets name count whether it uses them or not."""
    page = browser.get(path, headers=ACCEPTS)
    found = {path: len(page.data)}
    waiting = Parts(text_of(page)).addresses
    while waiting:
        address = waiting.pop(0)
        if address in found:
            continue
        with browser.get(address, headers=ACCEPTS) as part:
            if part.status_code != 200:
                raise LookupError(f"{part.status_code} for {address}")
            found[address] = len(part.data)
            if part.mimetype == "text/css":
                names = re.findall(r'url\(["\']?([^)"\']+)', text_of(part))
                folder = posixpath.dirname(address)
                waiting += [
                    posixpath.normpath(f"{folder}/{name}") for name in names if not name.startswith("data:")
                ]
    return found


def text_of(answer: Response) -> str:
    encoding = answer.headers.get("Content-Encoding", "")
    return (brotli.decompress(answer.data) if encoding == "br" else answer.data).decode()
