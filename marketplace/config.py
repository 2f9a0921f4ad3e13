"""Settings: read once from the environment, frozen, and refused in production where unsafe."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

Environment = Literal["development", "rehearsal", "production", "test"]
DEVELOPMENT_SECRET = "development only, never in production"  # noqa: S105 - refused in production
EXAMPLE_OCID_PREFIX = "ocds-xxxxxx"
EXAMPLE_SENDER = "no-reply@localhost"
EXAMPLE_OPERATOR = "Example operator"
EXAMPLE_CONTACT = "contact@localhost"


class UnsafeSettings(RuntimeError):
    """Production was asked to start on settings that would not hold; names each."""


@dataclass(frozen=True)
class Settings:
    """Everything that differs between two installations."""

    environment: Environment
    database_url: str
    secret_key: str
    key_dir: Path
    log_mark: Path
    storage_url: str
    base_url: str
    log_origin: str
    ocid_prefix: str
    service_name: str
    operator_name: str
    contact_email: str
    smtp_url: str
    mail_from: str
    trusted_proxies: int
    clamd_url: str
    witnesses: tuple[str, ...]
    mail_dir: Path
    metrics_token: str
    language: str
    translations: Path

    @property
    def production(self) -> bool:
        return self.environment == "production"

    @property
    def shows_mail(self) -> bool:
        """Whether a page may show the link that the e-mail carries: never in production."""
        return self.environment in ("development", "test")


def from_environment(env: Mapping[str, str] = os.environ) -> Settings:
    """Settings from `env`; raises `UnsafeSettings` for production on a development default."""
    environment = env.get("DAYLIGHT_ENV", "development")
    if environment not in ("development", "rehearsal", "production", "test"):
        raise UnsafeSettings(f"DAYLIGHT_ENV is {environment!r}, which is no environment we know")
    port = env.get("PORT", "8000")
    settings = Settings(
        environment=cast(Environment, environment),
        database_url=env.get("DATABASE_URL", "sqlite:///instance/daylight.db"),
        secret_key=env.get("SECRET_KEY", DEVELOPMENT_SECRET),
        key_dir=Path(env.get("KEY_DIR", "instance/keys")),
        log_mark=Path(env.get("LOG_MARK", "instance/log-mark")),
        storage_url=env.get("STORAGE_URL", "file:instance/files"),
        base_url=env.get("BASE_URL", f"http://127.0.0.1:{port}").rstrip("/"),
        log_origin=env.get("LOG_ORIGIN", "localhost/log"),
        ocid_prefix=env.get("OCID_PREFIX", EXAMPLE_OCID_PREFIX),
        service_name=env.get("SERVICE_NAME", "Daylight"),
        operator_name=env.get("OPERATOR_NAME", EXAMPLE_OPERATOR),
        contact_email=env.get("CONTACT_EMAIL", EXAMPLE_CONTACT),
        smtp_url=env.get("SMTP_URL", ""),
        mail_from=env.get("MAIL_FROM", EXAMPLE_SENDER),
        trusted_proxies=_whole("TRUSTED_PROXIES", env.get("TRUSTED_PROXIES", "0")),
        clamd_url=env.get("CLAMD_URL", ""),
        witnesses=tuple(env.get("WITNESSES", "").split()),
        mail_dir=Path(env.get("MAIL_DIR", "instance/mail")),
        metrics_token=env.get("METRICS_TOKEN", ""),
        language=env.get("SERVICE_LANGUAGE", "en_GB"),
        translations=Path(env.get("TRANSLATIONS", Path(__file__).parent.parent / "translations")),
    )
    unsafe = unsafe_in_production(settings) if settings.production else ()
    if unsafe:
        raise UnsafeSettings("Not safe in production: " + "; ".join(unsafe))
    return settings


def _whole(name: str, value: str) -> int:
    if not value.isdecimal():
        raise UnsafeSettings(f"{name} is {value!r}, which is no whole number")
    return int(value)


def unsafe_in_production(settings: Settings) -> tuple[str, ...]:
    """Each setting that production must not start on, with the reason."""
    checks = (
        (settings.secret_key == DEVELOPMENT_SECRET, "SECRET_KEY is the development one"),
        (len(settings.secret_key) < 32, "SECRET_KEY is shorter than 32 characters"),
        (not settings.base_url.startswith("https://"), "BASE_URL is not https"),
        (settings.log_origin.startswith("localhost"), "LOG_ORIGIN is the development one"),
        (settings.ocid_prefix == EXAMPLE_OCID_PREFIX, "OCID_PREFIX is the example"),
        (not settings.smtp_url, "SMTP_URL is empty, so no mail would leave"),
        (settings.mail_from == EXAMPLE_SENDER, "MAIL_FROM is the example"),
        (settings.operator_name == EXAMPLE_OPERATOR, "OPERATOR_NAME is the example"),
        (settings.contact_email == EXAMPLE_CONTACT, "CONTACT_EMAIL is the example"),
    )
    return tuple(reason for unsafe, reason in checks if unsafe)
