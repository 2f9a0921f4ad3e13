"""Messages on pages: `_` and `ngettext` for Python and templates alike, and a refusal as a sentence.

Both take facts by name, spelled as `marketplace.words` says. In templates the message is escaped, and so is
every fact that is not markup itself, so that a link may stand inside a sentence:
`{{ _("Read {page} first.", page=link("/guides", _("how it works"))) }}`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import Flask
from markupsafe import Markup, escape

from marketplace.models.database import installation
from marketplace.rules import languages
from marketplace.rules.refusals import CATALOGUE, Refused
from marketplace.rules.wording import GAPS
from marketplace.words import ENGLISH, Words


def words() -> Words:
    """The language of this installation; English where there is none."""
    try:
        return installation().words
    except RuntimeError:
        return ENGLISH


def _(message: str, /, **facts: Any) -> str:
    """The message in this installation's language, with its facts."""
    return words().say(message, **facts)


def ngettext(one: str, many: str, n: int, /, **facts: Any) -> str:
    """The message for `n`, which stands in it as `{n}`."""
    here = words()
    return here.ngettext(one, many, n).format_map(here.spelled({"n": n, **facts}))


def said(no: Refused) -> str:
    """Why something was refused, with what a draft lacks put into words."""
    facts = dict(no.facts)
    if "missing" in facts:
        gaps = str(facts["missing"]).split(", ")
        facts["missing"] = ". ".join(_(GAPS[code]) if code in GAPS else code for code in gaps)
    return _(CATALOGUE[no.code][1], **facts)


def language_choices() -> list[tuple[str, str]]:
    """The languages that people may write in, that of the interface first, as it names them."""
    here = words()
    return [(tag, here.language_name(tag)) for tag in languages.offered(here.language)]


def _marked_up(message: str, /, **facts: Any) -> Markup:
    here = words()
    text = _escaped(here.message(message))
    return _filled(text, here.spelled(facts)) if facts else text


def _counted_up(one: str, many: str, n: int, /, **facts: Any) -> Markup:
    here = words()
    return _filled(_escaped(here.ngettext(one, many, n)), here.spelled({"n": n, **facts}))


@lru_cache(maxsize=8192)
def _escaped(text: str) -> Markup:
    return escape(text)


def _filled(text: Markup, facts: dict[str, Any]) -> Markup:
    """The message with every fact that is not markup escaped; Markup's own way takes several times as long."""
    escaped = {name: escape(fact) for name, fact in facts.items()}
    return Markup(str.format_map(text, escaped))  # noqa: S704 - escaped, all of it


def register(app: Flask) -> None:
    """Give templates `_`, `ngettext` and `lang`, the language that the page is in."""
    app.jinja_env.globals.update(
        {
            "said": said,
            "_": _marked_up,
            "gettext": _marked_up,
            "ngettext": _counted_up,
            "lang": installation_tag(app),
            "plural_samples": plural_samples(app),
        }
    )


def installation_tag(app: Flask) -> str:
    """The language that every page is in, as HTML's `lang` takes it."""
    with app.app_context():
        return words().tag


def plural_samples(app: Flask) -> dict[str, int]:
    """Each plural category of the language with the least number in it, for scripts that count."""
    with app.app_context():
        category = words().locale.plural_form
    return {category(n): n for n in range(200, -1, -1)}
