"""A page's markup, read without a browser: is it well formed, and do its references lead somewhere?"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import html5lib

REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "form", "headers")
# What may not stand inside a link or a button, by HTML's content model.
INTERACTIVE = {"a", "button", "details", "input", "label", "select", "summary", "textarea"}
PHRASING_ONLY = {"p", "h1", "h2", "h3", "h4", "span", "strong", "em", "b", "button", "label", "summary", "dt"}
BLOCKS = {"div", "dl", "fieldset", "form", "ol", "p", "section", "table", "ul"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Markup(HTMLParser):
    """What a page says in its source.

    `errors` names what HTML does not allow; `shape` is every kind of element that the page is made of.
    """

    source: str
    shape: set[str] = field(default_factory=set)
    hrefs: list[str] = field(default_factory=list)
    ids: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    title: str = ""
    headings: int = 0

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[str] = []
        self._wanted: list[tuple[str, str]] = []
        self.feed(self.source)
        self._after()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id") is not None:
            self.ids[given["id"] or ""] += 1
        self._wanted += [(name, each) for name in REFERENCES for each in (given.get(name) or "").split()]
        if tag == "a":
            self.hrefs.append(given.get("href") or "")
        self.headings += tag == "h1"
        self.shape.add(f"{tag}.{given.get('class') or ''}.{given.get('type') or ''}")
        self._placed(tag, given)
        if tag not in VOID:
            self._open.append(tag)

    def _placed(self, tag: str, given: dict[str, str | None]) -> None:
        around = next((each for each in reversed(self._open) if each in ("a", "button")), None)
        if around and tag in INTERACTIVE - {"label"} and given.get("type") != "hidden":
            self.errors.append(f"<{tag}> inside <{around}>")
        parent = next((each for each in reversed(self._open) if each in PHRASING_ONLY), None)
        if parent and tag in BLOCKS and parent == self._open[-1]:
            self.errors.append(f"<{tag}> inside <{parent}>")
        if self._open and self._open[-1] in ("ul", "ol") and tag not in ("li", "script", "template"):
            self.errors.append(f"<{tag}> inside <{self._open[-1]}>")
        if "style" in given or any(name.startswith("on") for name in given):
            self.errors.append(f"style or script in an attribute of <{tag}>")

    def handle_endtag(self, tag: str) -> None:
        while self._open and tag in self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._open[-1:] == ["title"] and "svg" not in self._open:
            self.title += data

    def _after(self) -> None:
        parser = html5lib.HTMLParser()
        parser.parse(self.source)
        self.errors += [f"line {place[0]}: {code} {about}" for place, code, about in parser.errors]
        self.errors += [
            f"the id “{name}” stands {n} times" for name, n in self.ids.items() if n > 1 or not name
        ]
        self.errors += [
            f"{name}=“{wanted}” leads nowhere" for name, wanted in self._wanted if not self.ids[wanted]
        ]
        if self.headings != 1:
            self.errors.append(f"{self.headings} headings of the first level")
        if not re.fullmatch(r"\S.* – \S.*", self.title, re.DOTALL):
            self.errors.append(f"The title “{self.title}” does not name page and service")
