"""Form fields that people fill in: each renders its label, hint, error and control together.

A field is a WTForms field with a whole GOV.UK form group as its widget, so `{{ form.title() }}` is all
that a page writes; the markup is templates/parts/controls.html. What was typed comes back after an
error, except passwords and files. Only shape is refused here (empty, too long, not a date); whether the
value is allowed is an action's question.
"""

from __future__ import annotations

from marketplace.web.fields.choices import (
    CheckboxesField,
    ConfirmField,
    DateField,
    FileField,
    RadioField,
    SelectField,
)
from marketplace.web.fields.forms import OnceField, PageForm, error_links, register
from marketplace.web.fields.group import plain_text
from marketplace.web.fields.texts import (
    EmailField,
    LineField,
    MoneyField,
    PasswordField,
    ProseField,
    TextField,
    WholeField,
    too_many_characters,
)

__all__ = (
    "CheckboxesField", "ConfirmField", "DateField", "EmailField", "FileField", "LineField", "MoneyField", "OnceField",
    "PageForm", "PasswordField", "ProseField", "RadioField", "SelectField", "TextField", "WholeField", "error_links",
    "plain_text", "register", "too_many_characters",
)  # fmt: skip
