"""Production refuses to start on what is only good enough for development, and names each."""

from __future__ import annotations

import dataclasses

import pytest

from marketplace.config import UnsafeSettings, from_environment, unsafe_in_production

SAFE = {
    "DAYLIGHT_ENV": "production",
    "SECRET_KEY": "a" * 40,
    "BASE_URL": "https://daylight.example",
    "LOG_ORIGIN": "daylight.example/log",
    "OCID_PREFIX": "ocds-abc123",
    "SMTP_URL": "smtp://mail.example:25",
    "MAIL_FROM": "no-reply@daylight.example",
    "OPERATOR_NAME": "Northmere Council",
    "CONTACT_EMAIL": "help@daylight.example",
}


def test_production_starts_on_safe_settings() -> None:
    assert from_environment(SAFE).production


@pytest.mark.parametrize("missing", [name for name in SAFE if name != "DAYLIGHT_ENV"])
def test_production_refuses_each_development_default_and_names_it(missing: str) -> None:
    with pytest.raises(UnsafeSettings, match=missing):
        from_environment({name: value for name, value in SAFE.items() if name != missing})


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(UnsafeSettings, match="SECRET_KEY"):
        from_environment(SAFE | {"SECRET_KEY": "short"})


@pytest.mark.parametrize(
    "wrong", [{"DAYLIGHT_ENV": "prod"}, {"TRUSTED_PROXIES": "-1"}, {"TRUSTED_PROXIES": "x"}]
)
def test_a_setting_that_means_nothing_is_refused_anywhere(wrong: dict[str, str]) -> None:
    with pytest.raises(UnsafeSettings):
        from_environment(wrong)


def test_settings_are_frozen() -> None:
    settings = from_environment({})
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.secret_key = "other"  # type: ignore[misc]
    assert unsafe_in_production(settings)


def test_a_page_never_shows_a_mailed_link_in_production() -> None:
    assert not from_environment(SAFE).shows_mail
