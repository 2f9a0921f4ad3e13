"""Notices: sent after the commit, once where nothing breaks, and never lost."""

from __future__ import annotations

import base64
import email
import email.policy
import json
import logging
import socketserver
import threading
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.actions import accounts, proposals, upkeep
from marketplace.actions.action import UnitOfWork, action
from marketplace.clock import Clock
from marketplace.jobs import notices, office, worker
from marketplace.models.database import installation, reading
from marketplace.models.notices import Notice
from marketplace.models.upkeep import Heartbeat, Lease
from marketplace.outside.mail import Post
from marketplace.policy import ANYONE, SYSTEM
from marketplace.rules.refusals import Refused
from marketplace.tlog import proofs
from marketplace.tlog.notes import VerifierKey
from tests import factories as f
from tests.factories import PASSWORD, a_person

EMAIL = "robin.vale@aldermere.example"


class Mailbox(socketserver.ThreadingTCPServer):
    """A mail server that keeps what it is handed; `answer` is what it says to a message."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.received: list[EmailMessage] = []
        self.answer = b"250 kept"


class Conversation(socketserver.StreamRequestHandler):
    server: Mailbox

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                self.wfile.write(self.take() + b"\r\n")
            elif word == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 fine\r\n")

    def take(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        if self.server.answer.startswith(b"2"):
            message = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
            assert isinstance(message, EmailMessage)
            self.server.received.append(message)
        return self.server.answer


@pytest.fixture
def mailbox(app: Flask) -> Iterator[Mailbox]:
    """A real mail server, to which this installation sends."""
    with Mailbox() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        post = Post(
            f"smtp://127.0.0.1:{server.server_address[1]}", Path("unused"), "Daylight <no-reply@localhost>"
        )
        object.__setattr__(installation(), "post", post)
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def somebody(app: Flask) -> str:
    """An account whose notice waits; the link that it carries."""
    return accounts.register(ANYONE, "Robin Vale", EMAIL, PASSWORD)["link"]


def outbox() -> Notice:
    with reading() as connection:
        row: Notice = connection.execute(select(Notice)).one()  # type: ignore[assignment]
        return row


def test_a_notice_reaches_a_real_mail_server(somebody: str, mailbox: Mailbox) -> None:
    assert notices.deliver() == 1
    (message,) = mailbox.received
    assert message["To"] == EMAIL
    assert message["Subject"] == "Confirm your e-mail address"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == f"<{outbox().message_id}>"
    assert somebody in message.get_content()
    assert outbox().sent_at is not None
    assert notices.deliver() == 0
    assert len(mailbox.received) == 1


def test_without_a_mail_server_notices_become_files(somebody: str) -> None:
    assert notices.deliver() == 1
    (path,) = installation().settings.mail_dir.glob("*.eml")
    assert somebody.encode() in path.read_bytes().replace(b"=\n", b"")


def test_the_outbox_holds_no_readable_word_of_it(somebody: str) -> None:
    assert outbox().payload.startswith(b"age-encryption.org/v1")
    assert somebody.rpartition("/")[2].encode() not in outbox().payload


def test_an_address_that_is_nobodys_account_is_written_to_and_kept_unreadable(
    app: Flask, mailbox: Mailbox
) -> None:
    @action("stage:keep-time")
    def tell_a_stranger(work: UnitOfWork) -> None:
        work.tell("account.changed", None, "/password", to=EMAIL)

    tell_a_stranger(SYSTEM)
    kept = outbox()
    assert kept.person_id is None
    assert EMAIL.encode() not in (kept.address or EMAIL.encode())
    assert notices.deliver() == 1
    assert [message["To"] for message in mailbox.received] == [EMAIL]


def test_what_is_rolled_back_is_never_mailed(app: Flask, mailbox: Mailbox) -> None:
    actor = a_person()

    @action("stage:keep-time")
    def tell_and_refuse(work: UnitOfWork) -> None:
        work.tell("account.changed", actor.person_id or 0, "/password")
        work.session.flush()
        raise Refused("busy")

    with pytest.raises(Refused):
        tell_and_refuse(SYSTEM)
    assert notices.deliver() == 0
    assert mailbox.received == []


def test_killed_between_commit_and_sending_it_is_sent_later(
    somebody: str, mailbox: Mailbox, clock: Clock
) -> None:
    assert upkeep.claim_notice() is not None  # and here the process ends
    assert notices.deliver() == 0
    clock.advance(timedelta(minutes=1))
    assert notices.deliver() == 1
    assert len(mailbox.received) == 1


def test_killed_between_sending_and_noting_it_is_sent_again_under_the_same_id(
    somebody: str, mailbox: Mailbox, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(_notice_id: int) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(upkeep, "mark_sent", killed)
        with pytest.raises(SystemExit):
            notices.deliver()
    clock.advance(timedelta(minutes=1))
    assert notices.deliver() == 1
    first, second = mailbox.received
    assert first["Message-ID"] == second["Message-ID"]


def test_a_refused_notice_is_tried_again_ever_more_slowly(
    somebody: str, mailbox: Mailbox, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    mailbox.answer = b"451 later"
    waits = []
    for _ in range(11):
        assert notices.deliver() == 0
        waits.append(outbox().next_try_at - clock.now())
        clock.set(outbox().next_try_at)
    assert waits[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert waits[-1] == timedelta(hours=6)
    mailbox.answer = b"250 kept"
    assert notices.deliver() == 1
    assert EMAIL not in caplog.text
    assert "account.confirm" in caplog.text


def test_a_mail_server_that_is_away_holds_nothing_up(
    somebody: str, app: Flask, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    here = installation().post
    object.__setattr__(installation(), "post", Post("smtp://127.0.0.1:9", Path("unused"), "x <x@localhost>"))
    assert notices.deliver() == 0
    object.__setattr__(installation(), "post", here)
    clock.advance(timedelta(minutes=1))
    assert notices.deliver() == 1
    assert "ConnectionRefusedError" in caplog.text


def test_one_notice_that_cannot_be_sent_does_not_hold_up_the_next(
    somebody: str, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts.register(ANYONE, "Tom Wetherby", "tom@aldermere.example", PASSWORD)
    really = Post.send

    def send(self: Post, to: str, *rest: object) -> None:
        if to == EMAIL:
            raise ValueError("a header that cannot be written")
        really(self, to, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Post, "send", send)
    assert notices.deliver() == 1
    assert [message["To"] for message in mailbox.received] == ["tom@aldermere.example"]


def test_the_worker_does_once_what_is_due_and_gives_the_lease_back(app: Flask, somebody: str) -> None:
    worker.run(app, once=True)
    assert outbox().sent_at is not None
    with reading() as connection:
        assert connection.scalar(select(Heartbeat.minute)) is not None
        assert connection.scalar(select(Lease.name)) is None


def test_a_second_worker_waits_for_the_lease(app: Flask, somebody: str, clock: Clock) -> None:
    assert upkeep.take_lease("worker", "another process", office.LEASE)
    worker.run(app, once=True)
    assert outbox().sent_at is None
    clock.advance(office.LEASE)
    worker.run(app, once=True)
    assert outbox().sent_at is not None


def test_the_worker_goes_on_after_a_failure_and_ends_when_asked(
    app: Flask, somebody: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stop, rounds = threading.Event(), []

    def fail() -> None:
        rounds.append(1)
        if len(rounds) == 2:
            stop.set()
        raise RuntimeError("the database is away")

    monkeypatch.setattr("marketplace.jobs.time.keep", fail)
    monkeypatch.setattr(worker, "ROUND_SECONDS", 0.01)
    with caplog.at_level(logging.ERROR):
        worker.run(app, stop=stop)
    assert len(rounds) == 2
    assert "tried again" in caplog.text


def attached(message: EmailMessage) -> dict[str, Any]:
    (file,) = message.iter_attachments()
    assert file.get_content_type() == "application/json"
    found: dict[str, Any] = json.loads(file.get_content())
    return found


def test_a_receipt_waits_for_its_proof_and_leaves_with_it_while_other_mail_goes_on(
    app: Flask, mailbox: Mailbox
) -> None:
    world = f.an_open_challenge()
    notices.deliver()
    mailbox.received.clear()
    f.a_submitted_proposal(world)
    accounts.register(ANYONE, "Robin Vale", EMAIL, PASSWORD)
    assert notices.deliver() == 1
    assert [message["To"] for message in mailbox.received] == [EMAIL]
    f.sign_the_log()
    assert notices.deliver() == 1
    message = mailbox.received[-1]
    receipt = attached(message)
    (body,) = [part for part in message.walk() if part.get_content_type() == "text/plain"]
    assert f"/desk/proposals/{world.proposals[0]}/submitted" in body.get_content()
    assert "with the proof that it is there" in " ".join(body.get_content().split())
    key = VerifierKey.parse(receipt["vkey"])
    leaf = base64.b64decode(receipt["leaf"])
    assert proofs.parse(receipt["proof"]).check(leaf, [key]).size > receipt["index"]
    assert "openings" not in receipt
    assert notices.deliver() == 0


def test_a_log_that_is_not_signed_holds_a_receipt_up_for_two_minutes_and_no_longer(
    app: Flask, mailbox: Mailbox, clock: Clock
) -> None:
    world = f.an_open_challenge()
    notices.deliver()
    f.a_submitted_proposal(world)
    clock.advance(timedelta(seconds=119))
    assert notices.deliver() == 0
    clock.advance(timedelta(seconds=1))
    assert notices.deliver() == 1
    message = mailbox.received[-1]
    assert "proof" not in attached(message)
    (body,) = [part for part in message.walk() if part.get_content_type() == "text/plain"]
    assert "No checkpoint covers it yet" in body.get_content()


def test_killed_while_a_receipt_is_sent_it_is_sent_again_and_proved(
    app: Flask, mailbox: Mailbox, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = f.an_open_challenge()
    notices.deliver()
    mailbox.received.clear()
    f.a_submitted_proposal(world)
    proposals.withdraw(world.suppliers[0].administrator, world.proposals[0])
    f.sign_the_log()

    def killed(_notice_id: int) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(upkeep, "mark_sent", killed)
        with pytest.raises(SystemExit):
            notices.deliver()
    assert notices.deliver() == 1
    clock.advance(timedelta(minutes=1))
    assert notices.deliver() == 1
    indexes = [attached(message)["index"] for message in mailbox.received]
    assert len(indexes) == 3
    assert len(set(indexes)) == 2
