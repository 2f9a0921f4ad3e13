"""A made-up language, to find what never went through the catalogue.

Every message is spelled with letters that English does not have, and dates, money and numbers are Greek, so
Latin letters on a page are one of three: what somebody wrote (an element with its own `lang`), a name or a
reference (`translate="no"`, or known to the demonstration), or a word that was forgotten.
"""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo

ROOT = Path(__file__).resolve().parent.parent
LANGUAGE = "el"
FACT = re.compile(r"(\{[^}]*\}|https?://\S+)")
PATTERN = re.compile(r"(E{4} )?d MMMM?( y)?|h+:?m*:?s*a|¤#,##0")
LETTERS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "åƀçđéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýžÅƁÇĐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ",
)
WORD = re.compile(r"[A-Za-z]{2,}")
SHOWN_ATTRIBUTES = {"alt", "aria-label", "aria-description", "placeholder", "title"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
"""Not messages: references, addresses of every kind, hashes, file names, and the product's own name."""
NOT_WORDS = re.compile(
    r"\b(CH|PR|PE)-[0-9A-Z]{8}\b|\S+@\S+|https?://\S+|localhost/log|/[\w./-]+|\b[\w-]+\.(py|json|csv|atom|ics|pdf|txt)\b"
    r"|\b[0-9a-f]{4,}\b|Daylight|\b(UTC|GMT|BST|JSON|CSV|PDF|ODT|DOCX|XLSX|PNG|JPEG|KB|MB|GBP|EUR)\b"
)


def spelled(message: str) -> str:
    """The message in the made-up language; its facts, and the shapes of dates and money, stay."""
    if PATTERN.fullmatch(message):
        return message
    parts = FACT.split(message)
    return "".join(part if n % 2 else part.translate(LETTERS) for n, part in enumerate(parts))


@cache
def messages() -> Catalog:
    """Every message that the program holds, found in its source."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    methods = [(each["pattern"], each["method"]) for each in mappings]
    catalogue = Catalog()
    found = extract_from_dir(ROOT, methods, {each["pattern"]: each for each in mappings})
    for name, line, message, comments, context in found:
        catalogue.add(message, locations=[(name, line)], auto_comments=comments, context=context)
    return catalogue


def write_catalogue(folder: Path) -> None:
    """The made-up language as the program loads it, from `folder`."""
    catalogue = Catalog(locale=LANGUAGE)
    for message in messages():
        if isinstance(message.id, tuple):
            catalogue.add(message.id, tuple(spelled(each) for each in message.id))
        elif isinstance(message.id, str) and message.id:
            catalogue.add(message.id, spelled(message.id))
    path = folder / LANGUAGE / "LC_MESSAGES" / "messages.mo"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_mo(file, catalogue)


@cache
def written() -> tuple[str, ...]:
    """What the demonstration's people and organisations are called and wrote, longest first."""
    texts = set()
    for path in (ROOT / "marketplace" / "demo").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) > 2:
                texts.add(" ".join(node.value.split()))
    return tuple(sorted(texts, key=len, reverse=True))


class Reader(HTMLParser):
    """Reads a page; `forgotten` are its words that are in no catalogue."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[bool] = []
        self.forgotten: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        own = (
            tag in ("script", "style")
            or given.get("translate") == "no"
            or ("lang" in given and tag != "html")
        )
        skipped = own or (bool(self.open) and self.open[-1])
        if tag not in VOID:
            self.open.append(skipped)
        names = SHOWN_ATTRIBUTES | ({"value"} if tag == "input" and given.get("type") == "submit" else set())
        for name in names & given.keys():
            if not skipped:
                self._look(given[name] or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self.open:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if not (self.open and self.open[-1]):
            self._look(data)

    def _look(self, text: str) -> None:
        left = NOT_WORDS.sub(" ", " ".join(text.split()))
        for known in written() if WORD.search(left) else ():
            left = left.replace(known, " ")
        if WORD.search(left):
            self.forgotten.append(" ".join(text.split()))


def forgotten(page: str) -> list[str]:
    """The texts of a page that were never in a catalogue."""
    reader = Reader()
    reader.feed(page)
    return reader.forgotten
