"""A page: a route that names its permission, so that none can be forgotten."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue
from flask_login import current_user

from marketplace.policy import Actor

View = Callable[..., ResponseReturnValue]


class Pages(Blueprint):
    """A blueprint whose routes cannot be registered without a permission."""

    def page(self, rule: str, permission: str, *, post: bool = False) -> Callable[[View], View]:
        """Register a view under `rule`; with `post` it takes what its form sends as well."""

        def register(view: View) -> View:
            view.permission = permission  # type: ignore[attr-defined]
            self.add_url_rule(rule, view_func=view, methods=["GET", "POST"] if post else ["GET"])
            return view

        return register


def see(address: str) -> Any:
    """After a change: 303 to a page that a query fills."""
    return redirect(address, code=303)


def actor() -> Actor:
    """Who asks for this page."""
    found: Actor = current_user._get_current_object()
    return found
