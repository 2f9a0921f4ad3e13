"""What is typed: words, addresses, amounts and numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, cast

import wtforms
from wtforms.validators import InputRequired, StopValidation, ValidationError

from marketplace.rules import limits
from marketplace.web.fields.group import Group, plain_text
from marketplace.web.words import _

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_POUNDS = re.compile(r"([0-9]{1,12}|[0-9]{1,3}(,[0-9]{3}){1,3})(\.[0-9]{1,2})?", re.ASCII)
_WHOLE = re.compile(r"-?[0-9]{1,15}", re.ASCII)


def too_many_characters(most: int, used: int) -> ValidationError:
    return ValidationError(_("Use at most {most} characters. This has {used}.", most=most, used=used))


def _one_line(value: Any) -> Any:
    return " ".join(value.splitlines()).strip() if isinstance(value, str) else value


def _stripped(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


class TextField(Group, wtforms.StringField):
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


class ProseField(Group, wtforms.StringField):
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


class NumberRequired(InputRequired):
    """A 0 is an input; blanks, or signs without a number, are none."""

    def __call__(self, form: Any, field: Any) -> None:
        if field.data is None and not field.errors:
            raise StopValidation(self.message)


class MoneyField(TextField):
    """An amount typed in pounds and pence, kept as whole pence; a pound sign and commas by thousands are allowed."""

    demand = NumberRequired
    prefix = "£"
    inputmode = "decimal"
    width = 10
    spellcheck = False

    def process_formdata(self, valuelist: list[Any]) -> None:
        typed = re.sub(r"[\s£]", "", valuelist[0]) if valuelist else ""
        self.data = cast(Any, None)
        if typed and not (found := _POUNDS.fullmatch(typed)):
            raise ValueError(_("Enter an amount in pounds, like 5000 or 5000.50"))
        if typed and found:
            self.data = cast(Any, int(Decimal(found[0].replace(",", "")) * 100))

    def written(self) -> str:
        if self.data is None:
            return ""
        pounds, pence = divmod(int(self.data), 100)
        return f"{pounds}.{pence:02}" if pence else str(pounds)


class WholeField(TextField):
    """A whole number from `least` to `most`, both allowed; `suffix="%"` for percent."""

    demand = NumberRequired
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
