"""E-mail: to an SMTP server, or in development to a folder of `.eml` files."""

from __future__ import annotations

import smtplib
from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Post:
    """Sends one message at a time; raises `OSError` or `SMTPException` when it could not."""

    def __init__(self, smtp_url: str, folder: Path, sender: str) -> None:
        self._url = urlsplit(smtp_url)
        self._folder = folder
        self._sender = sender

    def send(
        self, to: str, subject: str, text: str, message_id: str, at: datetime,
        enclosed: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        """`enclosed` are files of JSON by their names."""
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = to
        message["Subject"] = subject
        message["Message-ID"] = f"<{message_id}>"
        message["Date"] = format_datetime(at)
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        for name, content in (enclosed or {}).items():
            # Base64, so that no server on the way breaks a line of it.
            message.add_attachment(content.encode(), maintype="application", subtype="json", filename=name)
        if self._url.hostname:
            self._by_smtp(message)
        else:
            self._to_folder(message, message_id)

    def _by_smtp(self, message: EmailMessage) -> None:
        kind = smtplib.SMTP_SSL if self._url.scheme == "smtps" else smtplib.SMTP
        with kind(self._url.hostname or "", self._url.port or 0, timeout=20) as server:
            if self._url.scheme == "smtp+starttls":
                server.starttls()
            if self._url.username:
                server.login(unquote(self._url.username), unquote(self._url.password or ""))
            server.send_message(message)

    def _to_folder(self, message: EmailMessage, message_id: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        name = message_id.partition("@")[0] + ".eml"
        (self._folder / name).write_bytes(bytes(message))
