"""Fields: what is refused, what comes back, and how the markup is tied together."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, render_template_string
from werkzeug.datastructures import MultiDict

from marketplace.app import create_app
from marketplace.models.base import db
from marketplace.web import fields, groups
from tests.conftest import settings_in


class Everything(fields.PageForm):
    title = fields.TextField("Title", required="Enter a title", hint="A short one", longest=20)
    email = fields.EmailField("E-mail address")
    password = fields.PasswordField("Password")
    why = fields.ProseField("Why now?", words=3)
    pay = fields.MoneyField("Pay")
    weight = fields.WholeField("Weight", most=100, suffix="%")
    closes = fields.DateField("Closes", required="Enter the closing day")
    kind = fields.RadioField("Rules", choices=[("a", "A", {"hint": "One"}), ("b", "B")], required="Choose")
    tags = fields.CheckboxesField("Tags", choices=[("x", "X"), ("y", "Y")])
    topic = fields.SelectField("Topic", choices=[("", "Choose one"), ("housing", "Housing")])
    sure = fields.ConfirmField("I am sure", required="Confirm")
    file = fields.FileField("Evidence")


GOOD = {
    "title": "Damp homes",
    "closes-day": "23",
    "closes-month": "11",
    "closes-year": "2026",
    "kind": "a",
    "sure": "y",
}


@pytest.fixture(scope="module")
def somewhere(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Iterator[Flask]:
    """One installation for all of these tests: none of them changes it."""
    folder = tmp_path_factory.mktemp("fields")
    app = create_app(settings_in(folder, f"sqlite:///{shutil.copy(migrated_sqlite, folder / 'daylight.db')}"))
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture(autouse=True)
def page(somewhere: Flask) -> Iterator[None]:
    with somewhere.test_request_context():
        yield


def sent(**typed: Any) -> Any:
    values = MultiDict(GOOD)
    for name, value in typed.items():
        values.setlist(name.replace("_", "-"), value if isinstance(value, list) else [value])
    form = Everything(formdata=values)
    form.validate()
    return form


def test_a_good_form_has_typed_values() -> None:
    form = sent(pay="£5,000.5", weight="35%", tags=["x", "y"], topic="housing", why="one\r\ntwo")
    assert not form.errors
    assert (form.pay.data, form.weight.data, form.closes.data) == (500_050, 35, date(2026, 11, 23))
    assert (form.tags.data, form.kind.data, form.why.data) == (["x", "y"], "a", "one\ntwo")


def test_an_empty_form_says_what_to_enter() -> None:
    form = Everything(formdata=MultiDict({"topic": ""}))
    form.validate()
    assert set(form.errors) == {"title", "closes", "kind", "sure"}
    assert (form.pay.data, form.weight.data, form.closes.data, form.tags.data) == (None, None, None, [])


@pytest.mark.parametrize("name", ["title", "email", "password", "why", "pay", "weight"])
@pytest.mark.parametrize("bad", ["a\x00b", "a\ud800b", "\udfff"])
def test_text_that_cannot_be_kept_is_refused_and_still_shown(name: str, bad: str) -> None:
    form = sent(**{name: bad})
    assert form.errors[name]
    form[name]().encode()
    assert "\x00" not in form[name]()


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("title", "x" * 21, "Use at most 20 characters. This has 21."),
        ("email", "nobody", "Enter an e-mail address, like name@example.org"),
        ("why", "one two\u3000three\u00a0four", "Use at most 3 words. This has 4."),
        ("pay", "-5", "Enter an amount in pounds, like 5000 or 5000.50"),
        ("pay", "1e9", "Enter an amount in pounds, like 5000 or 5000.50"),
        ("pay", "9000,50", "Enter an amount in pounds, like 5000 or 5000.50"),
        ("pay", "1,00", "Enter an amount in pounds, like 5000 or 5000.50"),
        ("pay", "٣", "Enter an amount in pounds, like 5000 or 5000.50"),
        ("weight", "101", "Enter a whole number from 0 to 100"),
        ("weight", "12.5", "Enter a whole number from 0 to 100"),
        ("closes_month", "", "The date needs a month"),
        ("closes_month", "13", "Enter a real date, like 23 11 2026"),
        ("closes_year", "26", "Enter a real date, like 23 11 2026"),
        ("closes_day", "²", "Enter a real date, like 23 11 2026"),
        ("kind", "c", "Choose one of these"),
        ("tags", ["x", "z"], "Choose from these"),
        ("topic", "moon", "Choose one of these"),
    ],
)
def test_what_has_the_wrong_shape_is_refused_once(name: str, typed: Any, sentence: str) -> None:
    assert sent(**{name: typed}).errors == {name.split("_")[0]: [sentence]}


@pytest.mark.parametrize("kind", [fields.MoneyField, fields.WholeField])
@pytest.mark.parametrize("typed", ["", " ", "\u00a0\t"])
def test_blanks_are_no_number(kind: Any, typed: str) -> None:
    class Asks(fields.PageForm):
        price = kind("Price", required="Enter your price")

    form = Asks(formdata=MultiDict({"price": typed}))
    assert not form.validate()
    assert form.errors["price"] == ["Enter your price"]
    nothing = Asks(formdata=MultiDict({"price": "0"}))
    nothing.validate()
    assert "price" not in nothing.errors


def test_what_was_typed_comes_back() -> None:
    form = sent(title="<b>" + "x" * 30, pay="5,0x", closes_month="13", password="secret", tags=["y"])
    assert 'value="&lt;b&gt;xxx' in form.title()
    assert 'value="5,0x"' in form.pay()
    assert 'value="13"' in form.closes()
    assert "secret" not in form.password()
    assert 'value="y" checked' in form.tags()


def test_values_given_by_the_page_are_shown_as_people_write_them() -> None:
    form = Everything(formdata=None, data={"pay": 500_050, "closes": date(2027, 3, 1), "weight": 0})
    assert 'value="5000.50"' in form.pay()
    assert [f'value="{part}"' in form.closes() for part in ("1", "3", "2027")] == [True] * 3
    assert 'value="0"' in form.weight()


def test_hint_and_error_describe_the_control() -> None:
    drawn = sent(title="").title()
    assert 'aria-describedby="title-hint title-error"' in drawn
    assert 'id="title-hint"' in drawn
    assert 'id="title-error"' in drawn
    assert "hint" not in sent().email()


def test_prose_says_and_carries_its_limit() -> None:
    drawn = sent().why()
    assert 'data-words="3"' in drawn
    assert "Up to 3 words." in drawn


def test_the_error_summary_links_to_each_control() -> None:
    form = sent(title="", closes_day="x", kind="c")
    links = fields.error_links(form, {"pay": ["Too much."]})
    assert [target for target, _ in links] == ["title", "pay", "closes-day", "kind"]
    page = "".join(field() for field in form)
    assert all(f'id="{target}"' in page for target, _ in links)
    drawn = render_template_string(
        '{% from "parts/form.html" import error_summary %}{{ error_summary(form) }}', form=form
    )
    assert 'href="#closes-day"' in drawn


def test_a_form_carries_its_key_and_keeps_it_after_an_error() -> None:
    key = Everything(formdata=None).once.data
    template = (
        '{% from "parts/form.html" import form_tag %}'
        '{% call form_tag(form, "/x") %}{{ form.title() }}{% endcall %}'
    )
    drawn = render_template_string(template, form=sent(once=key, title=""))
    assert f'name="once" value="{key}"' in drawn
    assert sent(once="<script>").errors["once"]


def test_choices_may_be_given_later() -> None:
    form = Everything(formdata=MultiDict({**GOOD, "topic": "moon"}))
    form.topic.choices = [("moon", "The moon")]
    assert form.validate()
    assert '<option value="moon" selected>The moon</option>' in form.topic()


def test_a_number_s_least_is_not_told_as_characters() -> None:
    class Least(fields.PageForm):
        words = fields.WholeField("Most words", least=20, most=500)
        why = fields.ProseField("Why?", least=20)

    form = Least()
    assert "At least 20 characters." not in str(form.words())
    assert "At least 20 characters." in str(form.why())


def test_no_criterion_gets_a_name_that_stands_beside_criteria_in_a_count() -> None:
    rows = [{"id": "", "name": "Draw"}, {"id": "price", "name": "Price"}, {"id": "", "name": "Team"}]
    assert [row["id"] for row in groups.named(rows, "name", "criterion")] == ["draw-2", "price-2", "team"]
