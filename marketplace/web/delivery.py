"""How bytes leave: static files compressed once, public pages as they are asked for.

A public page is the same for everyone and holds nothing secret, so that its length tells nothing (BREACH). Pages
behind the sign-in carry a token beside what was typed, and leave as they are.
"""

from __future__ import annotations

import atexit
import gzip
import hashlib
import shutil
import tempfile
from functools import cache, lru_cache
from pathlib import Path

import brotli
from flask import Flask, Response, request
from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

TEXT = ("text/", "application/json", "application/atom+xml", "application/problem+json")
# Halfway between the quickest and the smallest: a page takes less than a millisecond, and once.
QUALITY = 5
REMEMBERED = 128


class _Files(WhiteNoise):
    FOREVER = 365 * 24 * 60 * 60


def serve_static(app: Flask, static: Path) -> None:
    """Serve the files under an address with a hash of all of them, so that a browser may keep each for ever."""
    digest = hashlib.sha256()
    for path in sorted(static.rglob("*")):
        if path.is_file():
            digest.update(path.read_bytes())
    prefix = f"static/{digest.hexdigest()[:12]}"
    # Flask says to wrap this method so.
    app.wsgi_app = _Files(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(_with_compressed(static)),
        prefix=prefix,
        immutable_file_test=lambda _path, _url: True,
        add_headers_function=lambda headers, _path, _url: headers.add_header(
            "X-Content-Type-Options", "nosniff"
        ),
    )
    app.jinja_env.globals["asset"] = lambda path: f"/{prefix}/{path}"


@cache
def _with_compressed(static: Path) -> Path:
    """A copy with compressed files beside those that gain by it, made once for each process and gone with it."""
    folder = Path(tempfile.mkdtemp(prefix="daylight-static-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shutil.copytree(static, folder, dirs_exist_ok=True)
    compressor = Compressor(quiet=True)
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        compressor.compress(str(path))
    return folder


def compress(response: Response) -> None:
    """Send a public page as small as its browser takes it."""
    response.vary.add("Accept-Encoding")
    encoding = next((each for each in ("br", "gzip") if request.accept_encodings.quality(each) > 0), "")
    if encoding and response.status_code == 200 and (response.mimetype or "").startswith(TEXT):
        response.set_data(_compressed(response.get_data(), encoding))
        response.content_encoding = encoding


@lru_cache(REMEMBERED)
def _compressed(body: bytes, encoding: str) -> bytes:
    if encoding == "gzip":
        return gzip.compress(body, QUALITY, mtime=0)
    squeezed: bytes = brotli.compress(body, quality=QUALITY)
    return squeezed
