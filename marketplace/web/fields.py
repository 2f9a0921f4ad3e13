"""Form fields that people fill in: each renders its label, hint, error and control together.

A field is a WTForms field with a whole GOV.UK form group as its widget, so `{{ form.title() }}` is all
that a page writes; the markup is templates/parts/controls.html. What was typed comes back after an
error, except passwords and files. Only shape is refused here (empty, too long, not a date); whether the
value is allowed is an action's question.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, cast

import wtforms
from flask import Flask, current_app
from flask_wtf import FlaskForm
from flask_wtf.file import FileField as UploadField
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms.fields.choices import SelectChoice
from wtforms.utils import unset_value
from wtforms.validators import DataRequired, InputRequired, StopValidation, ValidationError

from marketplace.rules import limits
from marketplace.rules.refusals import CATALOGUE
from marketplace.web.words import _
from marketplace.words import N_

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_POUNDS = re.compile(r"([0-9]{1,12})(\.[0-9]{1,2})?", re.ASCII)
_WHOLE = re.compile(r"-?[0-9]{1,15}", re.ASCII)


def too_many_characters(most: int, used: int) -> ValidationError:
    return ValidationError(_("Use at most {most} characters. This has {used}.", most=most, used=used))


def plain_text(value: Any) -> Any:
    """The text as it is kept; a ValueError for NUL, other control characters and lone surrogates."""
    if not isinstance(value, str):
        return value
    try:
        return limits.plain(value)
    except ValueError:
        raise ValueError(_("This has a character that cannot be kept. Type the text again.")) from None


def _one_line(value: Any) -> Any:
    return " ".join(value.splitlines()).strip() if isinstance(value, str) else value


def _stripped(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


class _Group:
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
        super().__init__(label, [*first, *validators], **rest)  # type: ignore[call-arg]

    def widget(self, _field: Any, **overrides: Any) -> Markup:
        """The whole group; `label`, `hint`, `size` and others may be replaced by the page, see the template."""
        drawn = current_app.jinja_env.get_template("parts/controls.html").module
        return cast(Markup, cast(Any, drawn).group(self, **overrides))

    @property
    def link_id(self) -> str:
        """The id of the control that an error summary's link goes to."""
        return cast(str, self.id)  # type: ignore[attr-defined]

    def shown(self) -> str:
        """What stands in the box: what was typed, made safe to print, or else the value."""
        raw = self.raw_data  # type: ignore[attr-defined]
        text = raw[0] if raw and isinstance(raw[0], str) else self.written()
        return _UNPRINTABLE.sub("\ufffd", text)

    def written(self) -> str:
        """The value as somebody would type it."""
        data = self.data  # type: ignore[attr-defined]
        return "" if data is None else str(data)


class TextField(_Group, wtforms.StringField):
    """One line of text. `longest` in characters; `width`: 2, 3, 4, 5, 10, 20 or 30, else the column's."""

    control = "text_input"
    filters_used: tuple[Callable[[Any], Any], ...] = (plain_text, _one_line)
    kind = "text"
    longest = 300
    width: int | None = None
    prefix = ""
    suffix = ""
    autocomplete = ""
    inputmode = ""
    spellcheck: bool | None = None
    options: tuple[str, ...] = (
        "longest",
        "width",
        "prefix",
        "suffix",
        "autocomplete",
        "inputmode",
        "spellcheck",
    )

    def pre_validate(self, form: Any) -> None:
        if isinstance(self.data, str) and len(self.data) > self.longest:
            raise too_many_characters(self.longest, len(self.data))


class LineField(TextField):
    """A sentence: one line of text, in a box in which all of it is seen."""

    control = "textarea"
    words: int | None = None
    rows = 2


class EmailField(TextField):
    """An e-mail address: one @ and a dot after it. Nothing more can be known without writing to it."""

    kind = "email"
    longest = limits.EMAIL
    autocomplete = "email"
    spellcheck = False

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data and not _EMAIL.fullmatch(self.data):
            raise ValidationError(_("Enter an e-mail address, like name@example.org"))


class PasswordField(TextField):
    """A password, kept to the last space; never shown again. `autocomplete` says current or new."""

    kind = "password"
    filters_used = (plain_text,)
    longest = 1000
    autocomplete = "current-password"
    spellcheck = False

    def shown(self) -> str:
        return ""


class ProseField(_Group, wtforms.StringField):
    """Paragraphs. `words`: the most words allowed, or `least`: the fewest characters; said, and counted in typing."""

    control = "textarea"
    filters_used = (plain_text, _stripped)
    words: int | None = None
    least: int | None = None
    longest = limits.PROSE
    rows = 6
    options = ("words", "least", "longest", "rows")

    def pre_validate(self, form: Any) -> None:
        text = self.data or ""
        if self.words is not None and (used := limits.words(text)) > self.words:
            raise ValidationError(_("Use at most {most} words. This has {used}.", most=self.words, used=used))
        if len(text) > self.longest:
            raise too_many_characters(self.longest, len(text))


class MoneyField(TextField):
    """An amount typed in pounds and pence, kept as whole pence; commas and a pound sign are allowed."""

    demand = InputRequired
    prefix = "£"
    inputmode = "decimal"
    width = 10
    spellcheck = False

    def process_formdata(self, valuelist: list[Any]) -> None:
        typed = re.sub(r"[\s,£]", "", valuelist[0]) if valuelist else ""
        self.data = cast(Any, None)
        if typed and not (found := _POUNDS.fullmatch(typed)):
            raise ValueError(_("Enter an amount in pounds, like 5000 or 5000.50"))
        if typed and found:
            self.data = cast(Any, int(Decimal(found[0]) * 100))

    def written(self) -> str:
        if self.data is None:
            return ""
        pounds, pence = divmod(int(self.data), 100)
        return f"{pounds}.{pence:02}" if pence else str(pounds)


class WholeField(TextField):
    """A whole number from `least` to `most`, both allowed; `suffix="%"` for percent."""

    demand = InputRequired
    inputmode = "numeric"
    width = 5
    spellcheck = False
    least = 0
    most = 1_000_000
    options = (*TextField.options, "least", "most")

    def process_formdata(self, valuelist: list[Any]) -> None:
        typed = re.sub(r"[\s,%]", "", valuelist[0]) if valuelist else ""
        self.data = cast(Any, None)
        if not typed:
            return
        number = int(typed) if _WHOLE.fullmatch(typed) else None
        if number is None or not self.least <= number <= self.most:
            raise ValueError(
                _("Enter a whole number from {least} to {most}", least=self.least, most=self.most)
            )
        self.data = cast(Any, number)


class DateField(_Group, wtforms.Field):
    """A day, in three boxes named `-day`, `-month` and `-year`. The value is a date or None."""

    control = "date_boxes"
    grouped = True
    boxes = ("day", "month", "year")
    absent = (N_("The date needs a day"), N_("The date needs a month"), N_("The date needs a year"))
    demand = InputRequired
    raw_data: list[str]

    @property
    def link_id(self) -> str:
        return f"{self.id}-day"

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Gather the three boxes under the field's own name, as WTForms expects."""
        gathered: MultiDict[str, str] | None = None
        if formdata is not None:
            typed = [formdata.get(f"{self.name}-{box}", "").strip() for box in self.boxes]
            gathered = MultiDict([(self.name, part) for part in typed] if any(typed) else [])
        super().process(gathered, data, extra_filters)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if not valuelist:
            return
        for part, absent in zip(valuelist, self.absent, strict=True):
            if not part:
                raise ValueError(_(absent))
        try:
            day, month, year = (int(part) for part in valuelist if re.fullmatch("[0-9]{1,4}", part))
            self.data = date(year if year > 999 else 0, month, day)
        except ValueError:
            raise ValueError(_("Enter a real date, like 23 11 2026")) from None

    def parts(self) -> list[str]:
        """What stands in the three boxes."""
        if self.raw_data:
            return [_UNPRINTABLE.sub("\ufffd", part) for part in self.raw_data]
        held = self.data
        return [str(held.day), str(held.month), str(held.year)] if held else ["", "", ""]


def _named(given: Any) -> Any:
    """Choices as WTForms names them; a callable or nothing passes through."""
    if given is None or callable(given):
        return given
    return [SelectChoice(*choice) if isinstance(choice, tuple) else choice for choice in given]


class _Choice(_Group):
    """Choices are `(value, label)` or `(value, label, {"hint": "…"})`."""

    none_chosen = N_("Choose one of these")

    def __init__(self, label: str, validators: Iterable[Any] = (), **rest: Any) -> None:
        super().__init__(label, validators, **{**rest, "choices": _named(rest.get("choices"))})

    @property
    def choices(self) -> Any:
        return super().choices  # type: ignore[misc]

    @choices.setter
    def choices(self, given: Any) -> None:
        wtforms.SelectField.choices.fset(self, _named(given))

    def pre_validate(self, form: Any) -> None:
        chosen = self.data if isinstance(self.data, list) else [self.data]  # type: ignore[attr-defined]
        known = [value for value, *_ in self.iter_choices()]  # type: ignore[attr-defined]
        sent = bool(self.raw_data) and self.raw_data != [""]  # type: ignore[attr-defined]
        if sent and any(value not in known for value in chosen):
            raise StopValidation(_(self.none_chosen))


class RadioField(_Choice, wtforms.RadioField):
    """One of a few. `inline`: side by side; `levels`: the value stands before the label."""

    control = "radios"
    grouped = True
    filters_used = ()
    inline = False
    levels = False
    options = ("inline", "levels")


class CheckboxesField(_Choice, wtforms.SelectMultipleField):
    """Any of a few; the value is a list."""

    control = "checkboxes"
    grouped = True
    filters_used = ()
    none_chosen = N_("Choose from these")


class SelectField(_Choice, wtforms.SelectField):
    """One of many. Prefer RadioField for seven or fewer."""

    control = "select"
    filters_used = ()


class ConfirmField(_Group, wtforms.BooleanField):
    """One box to tick; the label stands beside it."""

    control = "confirm"
    filters_used = ()


class FileField(_Group, UploadField):
    """One file; the value is a Werkzeug FileStorage or None. `accept`: extensions such as ".pdf,.csv"."""

    control = "file_input"
    filters_used = ()
    accept = ""
    options = ("accept",)

    def pre_validate(self, form: Any) -> None:
        if self.data:
            plain_text(self.data.filename)


class OnceField(wtforms.HiddenField):
    """The key that makes sending a form twice the same as sending it once."""

    def __init__(self, label: str = "", **rest: Any) -> None:
        super().__init__(label, default=lambda: secrets.token_urlsafe(24), filters=(plain_text,), **rest)

    def pre_validate(self, form: Any) -> None:
        if not re.fullmatch(r"[A-Za-z0-9_-]{16,64}", self.data or ""):
            raise ValidationError(_("This form is out of date. Load the page again."))


class PageForm(FlaskForm):
    """A form on a page: guarded against forgery, and sent at most once."""

    once = OnceField()


def error_links(form: wtforms.Form, more: Mapping[str, Sequence[str]] | None = None) -> list[tuple[str, str]]:
    """Every error as (id of its control, sentence), in the order of the fields; "" links nowhere.

    more: field names to sentences that an action added, shown after the form's own.
    """
    found: list[tuple[str, str]] = [("", str(error)) for error in form.form_errors]
    for field in form:
        found += _links_of(field)
        found += [(_target(field), text) for text in (more or {}).get(field.short_name, ())]
    return found


def _links_of(field: Any) -> list[tuple[str, str]]:
    if isinstance(field, wtforms.FormField):
        return error_links(field.form)
    inner = [link for entry in getattr(field, "entries", ()) for link in _links_of(entry)]
    own = [error for error in field.errors if isinstance(error, str)]
    if own and field.type == "CSRFTokenField":
        own = [CATALOGUE["form.expired"][1]]
    return [(_target(field), _(error)) for error in own] + inner


def _target(field: Any) -> str:
    return "" if isinstance(field, wtforms.HiddenField) else getattr(field, "link_id", field.id)


def register(app: Flask) -> None:
    """Give templates `error_links`, which templates/parts/form.html needs."""
    app.jinja_env.globals["error_links"] = error_links
