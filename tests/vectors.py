"""Values that others made, to compare ours with: in the folder that `TEST_DATA` names, never in the repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def folder(name: str) -> Path:
    """Where these vectors are. Without `TEST_DATA` the test is skipped, and says which it misses."""
    data = os.environ.get("TEST_DATA")
    if not data:
        pytest.skip(f"TEST_DATA is unset: vectors/{name} is not there to compare with")
    return Path(data) / "vectors" / name
