"""Every cookie that this service sets. The page about cookies shows this table, and nothing else is ever set."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from marketplace.rules import retention
from marketplace.words import N_


@dataclass(frozen=True)
class Cookie:
    """`lasts` is how long a browser may keep it; None: until it is closed. All are HttpOnly and same-site."""

    name: str
    purpose: str
    set_when: str
    lasts: timedelta | None = None


VISIT = Cookie(
    "visit",
    N_("Holds a random key for your visit, so that the pages behind the sign-in know who asks, and protects forms from being sent by other websites."),
    N_("When you open the page to sign in or to register, or one of their forms."),
)  # fmt: skip

BROWSER = Cookie(
    "browser",
    N_("Holds a random key for your browser, so that we can tell you when somebody signs in to your account from another one."),
    N_("When you sign in."),
    retention.BROWSERS,
)  # fmt: skip

COOKIES: tuple[Cookie, ...] = (VISIT, BROWSER)
