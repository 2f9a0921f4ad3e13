"""What a browser calls itself, in words that its owner knows again."""

from __future__ import annotations

# What stands in the header, then what people call it. The first that is found counts: most say they are others too.
BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("FxiOS", "Firefox"),
    ("Firefox", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Macintosh", "Mac"),
    ("CrOS", "Chromebook"), ("Linux", "Linux"),
)  # fmt: skip
SHOWN = 60


def called(header: str) -> str:
    """ "Firefox (Windows)", the same in every language; else how the header begins, empty where there is none."""
    browser = next((name for mark, name in BROWSERS if mark in header), "")
    system = next((name for mark, name in SYSTEMS if mark in header), "")
    if browser and system:
        return f"{browser} ({system})"
    return browser or system or "".join(filter(str.isprintable, header))[:SHOWN]
