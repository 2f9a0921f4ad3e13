"""What a browser calls itself, as its owner reads it."""

from __future__ import annotations

import pytest

from marketplace.rules.browsers import called

MOZILLA = "Mozilla/5.0"
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0"


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox (Windows)"),
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36", "Chrome (Windows)"),
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36 Edg/126.0.0.0", "Edge (Windows)"),
        (f"{MOZILLA} (X11; Linux x86_64) {CHROME} Safari/537.36 OPR/112.0.0.0", "Opera (Linux)"),
        (f"{MOZILLA} (Linux; Android 14; Pixel 8) {CHROME} Mobile Safari/537.36", "Chrome (Android)"),
        (f"{MOZILLA} (Linux; Android 14) SamsungBrowser/25.0 {CHROME} Safari/537.36", "Samsung Internet (Android)"),
        (f"{MOZILLA} (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1", "Safari (iPhone)"),
        (f"{MOZILLA} (iPad; CPU OS 17_5 like Mac OS X) CriOS/126.0 Mobile Safari/604.1", "Chrome (iPad)"),
        (f"{MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) Version/17.5 Safari/605.1.15", "Safari (Mac)"),
        (f"{MOZILLA} (X11; CrOS x86_64 14541.0.0) {CHROME} Safari/537.36", "Chrome (Chromebook)"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("a\u202eb\x07c" + "d" * 300, "abc" + "d" * 57),
        ("", ""),
    ],
)  # fmt: skip
def test_a_browser_is_called_what_people_call_it(header: str, words: str) -> None:
    assert called(header) == words
