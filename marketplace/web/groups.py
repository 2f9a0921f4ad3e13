"""Groups of fields that repeat on a form, added to and taken from by the server: no script is needed.

A group's name in what is sent is that of its list and its place: `outcomes-0-measure`. Two buttons name
what they do: `add=outcomes` asks for one more, `remove=outcomes-0` for one less. Nothing is saved by
either, and everything typed comes back.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import wtforms
from werkzeug.datastructures import MultiDict

from marketplace.rules.ranking import RESERVED
from marketplace.rules.refusals import Refused
from marketplace.web.fields import MoneyField, ProseField, TextField, WholeField

MOST_NAMES = 800
MOST_GROUPS = 40
_SLUG = re.compile(r"[a-z][a-z0-9-]{0,30}")
_NAME = re.compile(r"[a-z_]{1,30}(-[0-9]{1,3}|-[a-z_]{1,30})*")


class Group(wtforms.Form):
    """One of the repeated groups; `noun`, a message, heads it. It carries no token: the whole form does."""

    noun = ""


def sent_fields(fields: MultiDict[str, str]) -> MultiDict[str, str]:
    """What was sent, without the group whose removal was asked for. Refuses `form.invalid` for oddities."""
    names = list(fields)
    if len(names) > MOST_NAMES or not all(_NAME.fullmatch(name) for name in names):
        raise Refused("form.invalid")
    gone = fields.get("remove", "")
    kept = [
        (name, text)
        for name, text in fields.items(multi=True)
        if name != gone and not name.startswith(f"{gone}-")
    ]
    return MultiDict(kept if gone else list(fields.items(multi=True)))


def regrouped(form: wtforms.Form, fields: MultiDict[str, str]) -> bool:
    """Whether a group was asked for or taken away; adds the one asked for, up to 40 of a kind."""
    for each in lists(form):
        if each.name == fields.get("add") and len(each.entries) < MOST_GROUPS:
            each.append_entry()
    return "add" in fields or "remove" in fields


def lists(form: wtforms.Form) -> Iterator[wtforms.FieldList]:
    """Every list of the form, those inside groups included."""
    for field in form:
        if isinstance(field, wtforms.FieldList):
            yield field
            for entry in field.entries:
                if isinstance(entry, wtforms.FormField):
                    yield from lists(entry.form)


def written_fields(form: wtforms.Form) -> Iterator[TextField | ProseField]:
    """Every field of the form in which words are written, those inside groups included."""
    for field in form:
        inner = getattr(field, "entries", [field])
        for each in inner:
            if isinstance(each, wtforms.FormField):
                yield from written_fields(each.form)
            elif isinstance(each, TextField | ProseField) and not isinstance(each, WholeField | MoneyField):
                yield each


def drop_blank(form: wtforms.Form) -> None:
    """Forget groups in which nothing is written, and lines left empty at the end of a list."""
    for each in list(lists(form)):
        if each.entries and isinstance(each.entries[0], wtforms.FormField):
            each.entries = [entry for entry in each.entries if _written(entry.form)]
        while (
            each.entries and not isinstance(each.entries[-1], wtforms.FormField) and not each.entries[-1].data
        ):
            each.entries.pop()


def _written(form: wtforms.Form) -> bool:
    """Whether somebody wrote words in the group; numbers alone are what the form began with."""
    return any(_has_words(field) for field in form)


def _has_words(field: Any) -> bool:
    if isinstance(field, wtforms.FieldList):
        return any(entry.data for entry in field.entries)
    if isinstance(field, WholeField | MoneyField):
        return False
    return isinstance(field, TextField | ProseField) and bool(
        field.data or "".join(field.raw_data or ()).strip()
    )


def named(rows: list[dict[str, Any]], words: str, otherwise: str) -> list[dict[str, Any]]:
    """The rows, each with an id: its own where it has one, else one made from its words."""
    taken = {row["id"] for row in rows if _SLUG.fullmatch(row["id"] or "")} - set(RESERVED)
    found: list[dict[str, Any]] = []
    used: set[str] = set()
    for row in rows:
        known = row["id"] if row["id"] in taken and row["id"] not in used else ""
        ident = known or _new_id(row[words] or "", otherwise, {*RESERVED, *taken, *used})
        used.add(ident)
        found.append(row | {"id": ident})
    return found


def _new_id(words: str, otherwise: str, taken: set[str]) -> str:
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    stem = "-".join(re.findall("[a-z0-9]+", plain)[:3])[:24].strip("-")
    stem = stem if _SLUG.fullmatch(stem) else otherwise
    number = 2
    ident = stem
    while ident in taken:
        ident, number = f"{stem}-{number}", number + 1
    return ident
