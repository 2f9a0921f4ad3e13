from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tools import logs
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


@pytest.fixture
def verify(capsys: pytest.CaptureFixture[str]) -> Run:
    """Check something of a log: what it ends with, what it prints, what it says aside."""

    def done(*words: object) -> Outcome:
        code = logs.program().main([str(word) for word in words])
        return code, *capsys.readouterr()

    return done


@pytest.fixture
def keys(tmp_path: Path) -> Callable[..., Path]:
    """A file of the verifier keys of these signers."""

    def written(*signers: logs.Signer) -> Path:
        path = tmp_path / "keys"
        path.write_text("".join(f"{signer.key}\n" for signer in signers or (logs.LOG,)))
        return path

    return written


@pytest.fixture
def kept(tmp_path: Path) -> Callable[[object], Path]:
    """A file with a receipt or a note in it."""

    def written(what: object) -> Path:
        path = tmp_path / "kept"
        text = what if isinstance(what, str | bytes) else json.dumps(what)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return written
