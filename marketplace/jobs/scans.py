"""Asks the scanner again about opened files of which it said nothing: it was away when they were opened."""

from __future__ import annotations

from marketplace.actions import scans
from marketplace.policy import SYSTEM
from marketplace.queries import opened


def settle() -> None:
    """Ask about each, until there is one to which the scanner gives no answer: then it is away still."""
    for file_id in opened.unscanned_files(SYSTEM):
        if scans.settle(SYSTEM, file_id) == "waiting":
            return
