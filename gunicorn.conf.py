"""How the web server runs. Arguments on gunicorn's command line go before these."""

import os
from pathlib import Path
from typing import Any

from marketplace import integrity

wsgi_app = "wsgi:app"
bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"

workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = 8

graceful_timeout = 8
control_socket_disable = True

# A heartbeat file on a slow disk makes a busy worker look dead.
if Path("/dev/shm").is_dir():  # noqa: S108
    worker_tmp_dir = "/dev/shm"  # noqa: S108


def post_worker_init(worker: Any) -> None:
    """Do not begin without keys: the first proposal would fail, and nobody would know why. Nor as another log."""
    worker.wsgi.extensions["installation"].keys.check()
    with worker.wsgi.app_context():
        integrity.check_settings()
