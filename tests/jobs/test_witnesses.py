"""Asking witnesses: every one that answers is in the served checkpoint, and one that does not keeps nobody waiting."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from urllib.parse import urlsplit

import pytest
from flask import Flask

from marketplace.actions import witnesses as actions
from marketplace.config import UnsafeSettings
from marketplace.jobs.witnesses import Asking
from marketplace.models.database import installation
from marketplace.outside import witnesses as outside
from marketplace.policy import ANYONE, SYSTEM, Actor
from marketplace.queries import log, witnesses
from marketplace.rules import witnesses as rules
from marketplace.rules.refusals import Refused
from marketplace.tlog import checkpoints, notes, tree, witnessing
from marketplace.tlog.notes import Cosigner, VerifierKey
from tests import factories as f

Reply = tuple[int, str, bytes]


@dataclass
class Neighbour:
    """A witness that remembers what it saw, in memory; `reply` answers instead where there is one."""

    signer: Cosigner
    url: str = ""
    size: int = 0
    root: bytes = tree.EMPTY_ROOT
    reply: Callable[[witnessing.Submission], Reply] | None = None
    asked: list[int] = field(default_factory=list)

    @property
    def entry(self) -> tuple[str, str]:
        return self.url, str(self.signer.key)

    def answer(self, body: bytes) -> Reply:
        asked = witnessing.parse(body.decode())
        self.asked.append(asked.old)
        if self.reply:
            return self.reply(asked)
        text, _signatures = notes.split(asked.note)
        new = checkpoints.parse(text)
        fault = witnessing.fault(asked, new, self.size, self.root)
        if fault == "stale":
            return 409, "text/x.tlog.size", f"{self.size}\n".encode()
        if fault:
            return {"fork": 409, "proof": 422}[fault], "text/plain", b""
        self.size, self.root = new.size, new.root
        return 200, "text/plain", self.signer.sign(text, 1_790_000_000).encode()


@contextmanager
def served(neighbour: Neighbour) -> Iterator[Neighbour]:
    """The neighbour on a port of its own, the same each time, until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.path == "/w/add-checkpoint"
            status, media, content = neighbour.answer(body)
            self.send_response(status)
            self.send_header("Content-Type", media)
            self.send_header("Location", "/w/elsewhere")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", urlsplit(neighbour.url).port or 0), Handler)
    neighbour.url = f"http://127.0.0.1:{server.server_port}/w"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield neighbour
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def near(app: Flask) -> Iterator[Neighbour]:
    with served(Neighbour(Cosigner(b"\x02" * 32, "near.example/w"))) as neighbour:
        yield neighbour


@pytest.fixture
def far(app: Flask) -> Iterator[Neighbour]:
    with served(Neighbour(Cosigner(b"\x03" * 32, "far.example/w"))) as neighbour:
        yield neighbour


@pytest.fixture
def operator(app: Flask) -> Actor:
    return f.a_person("Olive Operator", operator=True)


def work() -> None:
    """What the worker does in a second in which something was committed."""
    f.sign_the_log()
    asking = Asking()
    asking.round()
    asking.finish(10)


def signers() -> list[str]:
    """Whose signatures the served checkpoint carries, all of which hold; the log's own first."""
    note = log.checkpoint(ANYONE) or ""
    known = [
        *map(VerifierKey.parse, log.vkeys(ANYONE)),
        *(notes.VerifierKey.parse(each.vkey) for each in seen()),
    ]
    return [key.name for key in notes.open_note(note, known).by]


def seen() -> tuple[witnesses.Watcher, ...]:
    return witnesses.watchers(SYSTEM)


def test_every_witness_is_in_each_served_checkpoint(near: Neighbour, far: Neighbour, operator: Actor) -> None:
    for each in (near, far):
        actions.add(operator, *each.entry)
    for count in (1, 1, 300):
        f.grow_the_log(SYSTEM, count)
        work()
        assert signers()[0] == "localhost/log"
        assert sorted(signers()[1:]) == ["far.example/w", "near.example/w"]
    assert near.asked == far.asked == [0, 2, 3]
    assert [(each.size, each.fault) for each in seen()] == [(303, ""), (303, "")]


def test_nobody_is_asked_twice_for_the_same_checkpoint(near: Neighbour, operator: Actor) -> None:
    actions.add(operator, *near.entry)
    f.grow_the_log(SYSTEM, 1)
    work()
    work()
    assert near.asked == [0]


def test_one_that_knows_us_already_tells_from_where_to_go_on(near: Neighbour, operator: Actor) -> None:
    actions.add(operator, *near.entry)
    f.grow_the_log(SYSTEM, 5)
    work()
    actions.remove(operator, seen()[0].number)
    actions.add(operator, *near.entry)
    f.grow_the_log(SYSTEM, 5)
    work()
    assert near.asked == [0, 0, 6]
    assert "near.example/w" in signers()


def test_one_that_is_down_blocks_nothing_and_recovers(app: Flask, near: Neighbour, operator: Actor) -> None:
    with served(Neighbour(Cosigner(b"\x03" * 32, "far.example/w"))) as far:
        for each in (near, far):
            actions.add(operator, *each.entry)
        f.grow_the_log(SYSTEM, 1)
        work()
    clock = installation().clock
    for _ in range(4):
        f.grow_the_log(SYSTEM, 1)
        work()
        assert signers() == ["localhost/log", "near.example/w"]
        clock.set(clock.now() + rules.FIRST_WAIT)
    assert [each.fault for each in seen()] == ["", "silent"]
    assert witnesses.standing(ANYONE).names == ("near.example/w", "far.example/w"), (
        "a short silence is no end"
    )
    clock.set(clock.now() + timedelta(days=2))
    assert witnesses.standing(ANYONE).names == ("near.example/w",)
    with served(far):
        work()
    assert "far.example/w" in signers()
    assert [each.fault for each in seen()] == ["", ""]


def test_one_that_fails_is_asked_ever_more_seldom(near: Neighbour, operator: Actor) -> None:
    near.reply = lambda _asked: (503, "text/plain", b"")
    actions.add(operator, *near.entry)
    f.grow_the_log(SYSTEM, 1)
    clock, began = installation().clock, installation().clock.now()
    asked = []
    # Every five seconds at first, then every minute, as often as shows when it is asked.
    for second in (*range(0, 180, 5), *range(180, 4800, 60)):
        clock.set(began + timedelta(seconds=second))
        tries = len(near.asked)
        work()
        asked += [second] * (len(near.asked) - tries)
    pauses = [later - before for before, later in pairwise(asked)]
    assert pauses[:5] == [5, 5, 10, 20, 40]
    assert pauses[-1] == rules.LONGEST_WAIT.total_seconds()
    assert pauses == sorted(pauses)


FAULTS: list[tuple[Reply, str]] = [
    ((404, "text/plain", b""), "unknown"),
    ((403, "text/plain", b""), "key"),
    ((422, "text/plain", b""), "proof"),
    ((409, "text/plain", b""), "fork"),
    ((409, "text/x.tlog.size", b"0\n"), "fork"),
    ((409, "text/x.tlog.size", b"99\n"), "ahead"),
    ((409, "text/x.tlog.size", b"-1\n"), "broken"),
    ((409, "text/x.tlog.size", b"\xff"), "broken"),
    ((429, "text/plain", b""), "busy"),
    ((302, "text/plain", b""), "broken"),
    ((500, "text/html", b"<h1>Oh</h1>"), "broken"),
    ((200, "text/plain", b""), "unsigned"),
    ((200, "text/plain", b"\xff\n"), "unsigned"),
    ((200, "text/plain", "— near.example/w AAAAAAAA\n".encode()), "unsigned"),
    ((200, "text/plain", b"x" * 2**20), "unsigned"),
]


@pytest.mark.parametrize(("reply", "fault"), FAULTS)
def test_whatever_it_answers_instead_is_told_and_not_served(
    near: Neighbour, operator: Actor, reply: Reply, fault: str
) -> None:
    near.reply = lambda _asked: reply
    actions.add(operator, *near.entry)
    f.grow_the_log(SYSTEM, 1)
    work()
    assert [each.fault for each in seen()] == [fault]
    assert fault in rules.FAULTS
    assert signers() == ["localhost/log"]
    assert witnesses.standing(ANYONE).names == ()


def test_a_signature_of_another_text_or_key_is_not_served(near: Neighbour, operator: Actor) -> None:
    actions.add(operator, *near.entry)
    other = Cosigner(b"\x04" * 32, "near.example/w")
    for lie in (
        lambda asked: near.signer.sign("localhost/log\n9\nAAAA\n", 1),
        lambda asked: other.sign(notes.split(asked.note)[0], 1),
    ):
        near.reply = lambda asked, lie=lie: (200, "text/plain", lie(asked).encode())
        f.grow_the_log(SYSTEM, 1)
        installation().clock.set(installation().clock.now() + timedelta(hours=1))
        work()
        assert [each.fault for each in seen()] == ["unsigned"]
        assert signers() == ["localhost/log"]


def test_what_others_sign_beside_it_is_left_out(near: Neighbour, operator: Actor) -> None:
    actions.add(operator, *near.entry)
    other = Cosigner(b"\x04" * 32, "other.example/w")

    def both(asked: witnessing.Submission) -> Reply:
        text = notes.split(asked.note)[0]
        return 200, "text/plain", (other.sign(text, 1) + near.signer.sign(text, 1)).encode()

    near.reply = both
    f.grow_the_log(SYSTEM, 1)
    work()
    assert signers() == ["localhost/log", "near.example/w"]
    assert "other.example" not in (log.checkpoint(ANYONE) or "")


def test_one_that_forgot_what_it_saw_is_told_and_does_not_count(near: Neighbour, operator: Actor) -> None:
    actions.add(operator, *near.entry)
    f.grow_the_log(SYSTEM, 5)
    work()
    near.size, near.root = 0, tree.EMPTY_ROOT
    f.grow_the_log(SYSTEM, 1)
    work()
    assert [each.fault for each in seen()] == ["forgot"]
    assert witnesses.standing(ANYONE).names == ()


def test_one_that_contradicts_us_is_named_in_public(near: Neighbour, operator: Actor) -> None:
    actions.add(operator, *near.entry)
    f.grow_the_log(SYSTEM, 5)
    work()
    assert witnesses.standing(ANYONE).names == ("near.example/w",)
    near.root = bytes(32)
    f.grow_the_log(SYSTEM, 1)
    work()
    standing = witnesses.standing(ANYONE)
    assert (standing.names, standing.against) == ((), ("near.example/w",))


@pytest.mark.parametrize(
    "begins",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n",
        b"HTTP/1.0 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX-Drops: ",
    ],
)
def test_an_answer_in_drops_ends_in_time(app: Flask, begins: bytes) -> None:
    """Each drop comes in time, and all of them would take for ever."""
    listening = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def drip() -> None:
        client, _address = listening.accept()
        with client:
            client.recv(2**16)
            client.sendall(begins)
            # A witness that is never cut off would drip for as long as anybody waits; the test does not.
            while not ended.wait(0.05) and time.monotonic() - began < 5:
                try:
                    client.sendall(b"x")
                except OSError:
                    break

    thread = threading.Thread(target=drip)
    thread.start()
    began = time.monotonic()
    try:
        answer = outside.ask(f"http://127.0.0.1:{listening.getsockname()[1]}/w", b"", seconds=0.5)
        assert len(answer.content) < 1000
    except outside.Unreachable:
        pass
    finally:
        ended.set()
        thread.join()
        listening.close()
    assert time.monotonic() - began < 3


def test_who_cannot_be_a_witness_is_refused(near: Neighbour, operator: Actor) -> None:
    url, vkey = near.entry
    ours = installation().cosigner
    assert ours is not None
    for wrong, code in (
        ((url, "near.example/w"), "witness.key"),
        ((url, str(notes.Signer(b"\x02" * 32, "near.example/w").key)), "witness.key"),
        ((url, str(ours.key)), "witness.own"),
        (("ftp://near.example/w", vkey), "witness.address"),
        (("https://near.example/w?x", vkey), "witness.address"),
        (("https://name:word@near.example/w", vkey), "witness.address"),
        (("https://near.example:x/w", vkey), "witness.address"),
        (("https://[::1/w", vkey), "witness.address"),
        (("near.example/w", vkey), "witness.address"),
        (("https://" + "x" * 300, vkey), "witness.address"),
    ):
        with pytest.raises(Refused, match=code):
            actions.add(operator, *wrong)
    actions.add(operator, url + "/", f" {vkey}\n")
    assert seen()[0].url == url
    with pytest.raises(Refused, match=r"witness\.here"):
        actions.add(operator, url, vkey)


def test_only_an_operator_chooses_witnesses(near: Neighbour, operator: Actor) -> None:
    somebody = f.a_person()
    with pytest.raises(Refused, match="missing"):
        actions.add(somebody, *near.entry)
    number = actions.add(operator, *near.entry)
    with pytest.raises(Refused, match="missing"):
        actions.remove(somebody, number)
    with pytest.raises(Refused, match="missing"):
        witnesses.watchers(somebody)
    assert [each.number for each in seen()] == [number]


def test_the_setting_names_witnesses_to_begin_with(app: Flask, near: Neighbour, operator: Actor) -> None:
    place = installation()
    settings = replace(place.settings, witnesses=("=".join(near.entry),))
    app.extensions["installation"] = replace(place, settings=settings)
    f.grow_the_log(SYSTEM, 1)
    work()
    work()
    assert [(each.url, each.vkey) for each in seen()] == [near.entry]
    assert signers() == ["localhost/log", "near.example/w"]
    actions.remove(operator, seen()[0].number)
    work()
    assert seen() == (), "what an operator removed stays removed"


@pytest.mark.parametrize(
    "entry",
    [
        "https://near.example/w",
        "https://near.example/w=near.example/w",
        "https://near.example/w=near.example/w+00000000+BAICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIC",
        "near.example/w=" + str(Cosigner(b"\x02" * 32, "near.example/w").key),
    ],
)
def test_nothing_starts_with_a_witness_that_cannot_be_one(app: Flask, entry: str) -> None:
    with pytest.raises(UnsafeSettings, match="WITNESSES has"):
        actions.check(replace(installation().settings, witnesses=(entry,)))
