"""Answers for machines: small views, each with the permission that it asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint


def serve(
    pages: Blueprint, rule: str, view: Callable[..., Any], permission: str, methods: Sequence[str] = ("GET",)
) -> None:
    """Answer at `rule`. Every view bears the permission that it asks for, as pages do."""
    setattr(view, "permission", permission)  # noqa: B010 - the same mark as every page's
    pages.add_url_rule(rule, view_func=view, methods=[*methods])
