"""What is chosen: one or more of some, a box to tick, a day, a file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

import wtforms
from flask_wtf.file import FileField as UploadField
from werkzeug.datastructures import MultiDict
from wtforms.fields.choices import SelectChoice
from wtforms.utils import unset_value
from wtforms.validators import InputRequired, StopValidation

from marketplace.web.fields.group import Group, plain_text, printable
from marketplace.web.words import _
from marketplace.words import N_


def _named(given: Any) -> Any:
    """Choices as WTForms names them; a callable or nothing passes through."""
    if given is None or callable(given):
        return given
    return [SelectChoice(*choice) if isinstance(choice, tuple) else choice for choice in given]


class _Choice(Group):
    """Choices are `(value, label)` or `(value, label, {"hint": "…"})`; what somebody wrote is markup, `"quoted"`."""

    none_chosen = N_("Choose one of these")

    def __init__(self, label: str, validators: Iterable[Any] = (), **rest: Any) -> None:
        super().__init__(label, validators, **{**rest, "choices": _named(rest.get("choices"))})

    @property
    def choices(self) -> Any:
        return super().choices  # type: ignore[misc]  # the stubs know no property

    @choices.setter
    def choices(self, given: Any) -> None:
        wtforms.SelectField.choices.fset(self, _named(given))

    def pre_validate(self, form: Any) -> None:
        # What is read here is wtforms.SelectField's, which this class stands before.
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


class ConfirmField(Group, wtforms.BooleanField):
    """One box to tick; the label stands beside it."""

    control = "confirm"
    filters_used = ()


class DateField(Group, wtforms.Field):
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
            return [printable(part) for part in self.raw_data]
        held = self.data
        return [str(held.day), str(held.month), str(held.year)] if held else ["", "", ""]


class FileField(Group, UploadField):
    """One file; the value is a Werkzeug FileStorage or None. `accept`: extensions such as ".pdf,.csv"."""

    control = "file_input"
    filters_used = ()
    accept = ""
    options = ("accept",)

    def pre_validate(self, form: Any) -> None:
        if self.data:
            plain_text(self.data.filename)
