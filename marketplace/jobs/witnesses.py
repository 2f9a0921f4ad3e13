"""Asks witnesses for their cosignatures, each in a thread of its own: one that is slow or down keeps nobody waiting."""

from __future__ import annotations

import logging
import threading
from time import monotonic

from flask import Flask

from marketplace.actions import witnesses as steps
from marketplace.models.database import application
from marketplace.outside.witnesses import Answer, Unreachable, ask
from marketplace.policy import SYSTEM
from marketplace.queries import witnesses
from marketplace.queries.witnesses import Due
from marketplace.tlog import notes, spelling

log = logging.getLogger(__name__)

FAULTS = {403: "key", 404: "unknown", 409: "fork", 422: "proof", 429: "busy", 503: "busy"}
"""What a refusal means; a conflict with no other size is about other leaves."""


class Declined(Exception):
    """A witness did not cosign, for the reason with this code."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


class Asking:
    """Which witnesses are being asked, so that each is asked one thing at a time."""

    def __init__(self) -> None:
        self._threads: dict[int, threading.Thread] = {}
        self._seeded = False

    def round(self) -> None:
        """Begin to ask whoever has not cosigned the last checkpoint; returns at once."""
        if not self._seeded:
            # Once: what the setting names wrongly is logged, and keeps nobody else from being asked.
            self._seeded = True
            steps.seed(SYSTEM)
        self._threads = {number: each for number, each in self._threads.items() if each.is_alive()}
        app = application()
        for witness in witnesses.due(SYSTEM):
            if witness.number not in self._threads:
                thread = threading.Thread(target=_in_thread, args=(app, witness), daemon=True)
                self._threads[witness.number] = thread
                thread.start()

    def finish(self, seconds: float) -> None:
        """Wait for those that are being asked, all in all no longer than this."""
        until = monotonic() + seconds
        for thread in self._threads.values():
            thread.join(max(0.0, until - monotonic()))


def _in_thread(app: Flask, witness: Due) -> None:
    with app.app_context():
        try:
            consult(witness)
        except Exception:
            log.exception("witness %s could not be asked", witness.key.name)


def consult(witness: Due) -> None:
    """Ask one witness, with nothing locked meanwhile, and keep what comes of it.

    A crash between its answer and ours keeping it loses the cosignature; it is asked again, from the size it names.
    """
    try:
        line = _cosignature(witness)
    except Declined as no:
        log.warning("witness %s did not cosign: %s", witness.key.name, no.fault)
        steps.declined(witness.number, no.fault)
    else:
        steps.cosigned(witness.number, witness.covers, line)


def _cosignature(witness: Due) -> str:
    answer = _send(witness, witness.size)
    theirs = _size(answer)
    if theirs is not None and theirs != witness.size:
        if theirs > witness.covers:
            raise Declined("ahead")
        if theirs < witness.size:
            raise Declined("forgot")
        answer = _send(witness, theirs)
    if answer.status != 200:
        raise Declined(FAULTS.get(answer.status, "broken"))
    return _held(witness, answer.content)


def _send(witness: Due, old: int) -> Answer:
    try:
        return ask(witness.url, witnesses.submission(SYSTEM, witness, old).encode())
    except Unreachable as error:
        raise Declined("certificate" if error.untrusted else "silent") from None


def _size(answer: Answer) -> int | None:
    """What the witness cosigned last, where that is its answer."""
    if answer.status != 409 or answer.media != "text/x.tlog.size":
        return None
    try:
        return spelling.number(answer.content.decode().removesuffix("\n"))
    except ValueError:
        raise Declined("broken") from None


def _held(witness: Due, lines: bytes) -> str:
    """The line among these that is this witness's own cosignature of the checkpoint, and holds."""
    try:
        text, _ours = notes.split(witness.note)
        opened = notes.open_note(notes.join(text, [lines.decode()]), [witness.key])
    except ValueError:
        raise Declined("unsigned") from None
    return str(opened.signatures[0])
