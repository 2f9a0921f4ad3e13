"""The program reads a log from an address, and no server leads it elsewhere, or keeps it for ever."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.tools.bundles import Run
from tests.tools.logs import a_log, program
from tests.tools.test_verify_refusals import refused

Keys = Callable[..., Path]


class Server(ThreadingHTTPServer):
    """Serves parts of a log below /log, as `answer` has it; `asked` says for what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files = a_log(700).files()
        self.answer: Callable[[Handler, bytes], None] = Handler.plain
        self.asked: list[str] = []

    @property
    def log(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/log"


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.close_connection = True
        data = self.server.files.get(self.path.removeprefix("/log/"))
        if data is None:
            self.send_error(404)
        else:
            self.server.answer(self, data)

    def plain(
        self, data: bytes, *more: tuple[str, str], length: int | None = None, status: int = 200
    ) -> None:
        self.send_response(status)
        for name, value in (*more, ("Content-Length", str(len(data) if length is None else length))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_log_is_verified_from_its_address(verify: Run, keys: Keys, server: Server) -> None:
    code, out, err = verify("log", server.log, "--vkey", keys())
    assert (code, err) == (0, "")
    assert "The 700 entries give the root" in out
    assert sorted(server.asked) == sorted(f"/log/{path}" for path in server.files if path != "vkey")
    server.asked.clear()
    assert verify("event", 300, "--log", server.log + "/", "--vkey", keys())[0] == 0
    assert len(server.asked) == 5, "the checkpoint, a bundle, and the tiles beside the way"


def test_a_log_may_answer_compressed_and_in_pieces(verify: Run, keys: Keys, server: Server) -> None:
    def compressed(handler: Handler, data: bytes) -> None:
        handler.plain(gzip.compress(data), ("Content-Encoding", "gzip"))

    def in_pieces(handler: Handler, data: bytes) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for piece in (data[:9], data[9:], b""):
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))

    for server.answer in (compressed, in_pieces):
        assert verify("log", server.log, "--vkey", keys())[::2] == (0, "")


def test_a_dropped_partial_tile_is_taken_from_the_full_one(verify: Run, keys: Keys, server: Server) -> None:
    server.files["checkpoint"] = a_log(700).note(300).encode()
    server.files["tile/1/000.p/1"] = a_log(300).files()["tile/1/000.p/1"]
    assert verify("event", 299, "--log", server.log, "--vkey", keys())[0] == 0


def test_what_was_changed_on_the_way_is_named(verify: Run, keys: Keys, server: Server) -> None:
    server.files["tile/0/001"] = bytes(8192)
    code, out, _ = verify("log", server.log, "--vkey", keys())
    assert code == 1
    assert "tile/0/001 holds another hash than the entries give: entry 256." in out


def moved(to: str) -> Callable[[Handler, bytes], None]:
    return lambda handler, _: handler.plain(b"", ("Location", to), status=302)


def endless(handler: Handler, _: bytes) -> None:
    handler.send_response(200)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(bytes(65_536))
    except OSError:
        pass


def bomb(handler: Handler, _: bytes) -> None:
    handler.plain(gzip.compress(bytes(10**8)), ("Content-Encoding", "gzip"))


def silent(handler: Handler, _: bytes) -> None:
    handler.wfile.write(b"SSH-2.0\r\n\r\n")


ANSWERS: dict[str, tuple[Callable[[Handler, bytes], None], str]] = {
    "a file of this machine": (moved("file:///etc/passwd"), "points to file:///etc/passwd: name that address"),
    "another address": (moved("http://127.0.0.1:9/log/checkpoint"), "name that address"),
    "nothing": (lambda handler, _: None, "cannot read"),
    "another protocol": (silent, "cannot read"),
    "an error": (lambda handler, _: handler.plain(b"", status=500), "answers 500"),
    "a page without end": (endless, "is longer than"),
    "a page that unpacks without end": (bomb, "longer than"),
    "a page that is cut short": (lambda handler, data: handler.plain(data, length=9999), "cut short"),
    "less than nothing": (lambda handler, data: handler.plain(data, length=-5), "signed note"),
    "what is no gzip": (lambda handler, data: handler.plain(data, ("Content-Encoding", "gzip")), "cannot read"),
    "half of a gzip": (
        lambda handler, data: handler.plain(gzip.compress(data)[:-9], ("Content-Encoding", "gzip")), "cut short",
    ),
    "another encoding": (lambda handler, data: handler.plain(data, ("Content-Encoding", "br")), "not asked for"),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_a_server_that_answers_strangely_is_refused_in_one_line(
    verify: Run, keys: Keys, server: Server, name: str
) -> None:
    server.answer, why = ANSWERS[name]
    if name == "less than nothing":
        server.files["checkpoint"] = b""
    assert refused(verify("log", server.log, "--vkey", keys()), why)
    assert server.asked == ["/log/checkpoint"]


def test_a_server_that_is_slow_is_not_waited_for(
    verify: Run, keys: Keys, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program(), "SECONDS", 0.3)
    done = threading.Event()

    def mute(handler: Handler, _: bytes) -> None:
        done.wait(5)

    def drip(handler: Handler, _: bytes) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not done.wait(0.05):
            handler.wfile.write(b"a")

    for server.answer, why in ((mute, "timed out"), (drip, "takes longer than")):
        assert refused(verify("log", server.log, "--vkey", keys()), why)
    done.set()


@pytest.mark.parametrize(
    "address", ["http://", "http://[", "http://127.0.0.1:port/log", "http://a b/", "http://\u2028/"]
)
def test_an_address_that_is_none_is_refused_in_one_line(verify: Run, keys: Keys, address: str) -> None:
    assert refused(verify("log", address, "--vkey", keys()), "cannot read")


def test_an_address_where_nobody_answers_is_refused_in_one_line(
    verify: Run, keys: Keys, server: Server
) -> None:
    address = server.log
    server.server_close()
    assert refused(verify("log", address, "--vkey", keys()), "cannot read")
