from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.tools.bundles import Outcome, Run, program


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Count a bundle: what it ends with, what it prints, what it says aside."""

    def done(bundle: object, *options: str) -> Outcome:
        path = tmp_path / "bundle.json"
        path.write_bytes(bundle if isinstance(bundle, bytes) else json.dumps(bundle).encode())
        code = program().main([*options, str(path)])
        return code, *capsys.readouterr()

    return done
