"""What tests of queries share."""

from __future__ import annotations

import pytest
from flask import Flask

from marketplace.models.base import db


@pytest.fixture
def sqlite(app: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("tampering is tried on SQLite")
