"""What every field knows about its form group: its label, hint, error and control."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, cast

from flask import current_app
from markupsafe import Markup
from wtforms.validators import DataRequired, InputRequired

from marketplace.rules import limits
from marketplace.web.words import _

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def plain_text(value: Any) -> Any:
    """The text as it is kept; a ValueError for NUL, other control characters and lone surrogates."""
    if not isinstance(value, str):
        return value
    try:
        return limits.plain(value)
    except ValueError:
        raise ValueError(_("This has a character that cannot be kept. Type the text again.")) from None


def printable(text: str) -> str:
    """What was typed, safe to print again."""
    return _UNPRINTABLE.sub("\ufffd", text)


class Group:
    """What every field here knows about its form group, besides what WTForms keeps.

    required: the sentence shown when it is empty (absent when it may be empty). Every other option is a class
    attribute named in `options`, which is its default. Common to all: hint; optional (say so in the label);
    size ("", "s", "m", "l", "xl"); heading (the label is the page's heading); classes (added to the control);
    language (of what is typed, as HTML's `lang` takes it).
    """

    control: str
    grouped = False
    filters_used: tuple[Callable[[Any], Any], ...] = (plain_text,)
    demand: type[DataRequired] | type[InputRequired] = DataRequired
    hint: str | Markup = ""
    optional = False
    size = ""
    heading = False
    classes = ""
    language = ""
    options: tuple[str, ...] = ()

    def __init__(
        self, label: str, validators: Iterable[Any] = (), *, required: str = "", **rest: Any
    ) -> None:
        for name in ("hint", "optional", "size", "heading", "classes", "language", *self.options):
            if name in rest:
                setattr(self, name, rest.pop(name))
        first = [self.demand(required)] if required else []
        rest["filters"] = (*self.filters_used, *rest.get("filters", ()))
        super().__init__(label, [*first, *validators], **rest)  # type: ignore[call-arg]  # wtforms.Field comes next

    def widget(self, _field: Any, **overrides: Any) -> Markup:
        """The whole group; `label`, `hint`, `size` and others may be replaced by the page, see the template."""
        drawn = current_app.jinja_env.get_template("parts/controls.html").module
        return cast(Markup, cast(Any, drawn).group(self, **overrides))

    @property
    def link_id(self) -> str:
        """The id of the control that an error summary's link goes to."""
        return cast(str, self.id)  # type: ignore[attr-defined]  # wtforms.Field has it

    def shown(self) -> str:
        """What stands in the box: what was typed, made safe to print, or else the value."""
        raw = self.raw_data  # type: ignore[attr-defined]  # wtforms.Field has it
        text = raw[0] if raw and isinstance(raw[0], str) else self.written()
        return printable(text)

    def written(self) -> str:
        """The value as somebody would type it."""
        data = self.data  # type: ignore[attr-defined]  # wtforms.Field has it
        return "" if data is None else str(data)
