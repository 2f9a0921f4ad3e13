"""Our witness for other logs: what it cosigns, and how it refuses everything else."""

from __future__ import annotations

import threading
from contextvars import Context
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.test import TestResponse

from marketplace import integrity
from marketplace.actions import witnessing as actions
from marketplace.models.database import installation, reading
from marketplace.models.witnesses import WitnessedLog
from marketplace.policy import SYSTEM
from marketplace.tlog import notes, tree, witnessing
from marketplace.tlog.checkpoints import Checkpoint
from marketplace.tlog.notes import Signer, VerifierKey
from tests import factories as f
from tests.tlog import logs

OPERATOR = "Olive Operator"


@pytest.fixture
def number(app: Flask) -> int:
    """A log that we watch, by its number here."""
    return actions.add(f.a_person(OPERATOR, operator=True), str(logs.SIGNER.key))


def send(app: Flask, body: str | bytes, **more: object) -> TestResponse:
    # Each request stands in a context of its own, as it does in a server.
    return Context().run(app.test_client().post, "/witness/add-checkpoint", data=body, **more)


def submission(old: int, size: int, note: str = "", path: list[bytes] | None = None) -> str:
    honest = tree.consistency(logs.nodes(size), old, size)
    return witnessing.spell(old, honest if path is None else path, note or signed(logs.checkpoint(size)))


def signed(checkpoint: Checkpoint, by: Signer = logs.SIGNER) -> str:
    return notes.join(checkpoint.body(), [by.sign(checkpoint.body())])


def kept() -> tuple[int, bytes | None]:
    with reading() as connection:
        row = connection.execute(select(WitnessedLog.size, WitnessedLog.root)).one()
    return row.size, row.root


def key() -> VerifierKey:
    cosigner = installation().cosigner
    assert cosigner is not None
    return cosigner.key


def test_it_cosigns_a_log_that_grows_and_says_when(app: Flask, number: int) -> None:
    for old, size in ((0, 3), (3, 3), (3, 8), (8, 300)):
        answer = send(app, submission(old, size))
        assert answer.status_code == 200, answer.text
        opened = notes.open_note(signed(logs.checkpoint(size)) + answer.text, [logs.SIGNER.key, key()])
        assert opened.by == [logs.SIGNER.key, key()]
        assert opened.timestamps == {key(): int(installation().clock.now().timestamp())}
        assert kept() == (size, logs.checkpoint(size).root)


def test_its_key_is_public_and_is_not_the_logs(app: Flask, number: int) -> None:
    answer = app.test_client().get("/witness/vkey")
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    assert VerifierKey.parse(answer.text.strip()) == key()
    assert key().algorithm == notes.COSIGNATURE
    assert key().name == "localhost/witness"


def test_a_wrong_old_size_is_told_the_right_one(app: Flask, number: int) -> None:
    send(app, submission(0, 8))
    for body in (submission(0, 20), submission(7, 20), submission(9, 20), submission(4, 5)):
        answer = send(app, body)
        assert (answer.status_code, answer.text) == (409, "8\n")
        assert answer.headers["Content-Type"] == "text/x.tlog.size"
    assert kept() == (8, logs.checkpoint(8).root)


def test_a_log_that_goes_back_is_not_cosigned(app: Flask, number: int) -> None:
    send(app, submission(0, 8))
    answer = send(app, submission(5, 5))
    assert (answer.status_code, answer.text) == (409, "8\n")


def test_other_leaves_of_the_same_number_are_refused_and_kept_as_evidence(app: Flask, number: int) -> None:
    send(app, submission(0, 8))
    other = signed(Checkpoint(logs.ORIGIN, 8, bytes(32)))
    answer = send(app, submission(8, 8, other))
    assert (answer.status_code, answer.mimetype) == (409, "text/plain"), "there is no size to go on from"
    assert kept() == (8, logs.checkpoint(8).root)
    with reading() as connection:
        assert connection.scalar(select(WitnessedLog.evidence)) == other
    assert send(app, submission(8, 9)).status_code == 200
    with reading() as connection:
        assert connection.scalar(select(WitnessedLog.fault)) == "fork", "it signed both, whatever came later"


def test_two_histories_are_evidence_whatever_is_sent_with_the_second(app: Flask, number: int) -> None:
    send(app, submission(0, 8))
    other = signed(Checkpoint(logs.ORIGIN, 8, bytes(32)))
    answer = send(app, submission(0, 8, other))
    assert (answer.status_code, answer.text) == (409, "8\n")
    with reading() as connection:
        assert connection.execute(select(WitnessedLog.fault, WitnessedLog.evidence)).one() == ("fork", other)


def test_an_older_copy_of_the_database_cosigns_nothing(app: Flask, number: int) -> None:
    f.grow_the_log(SYSTEM, 3)
    f.sign_the_log()
    place = installation()
    with reading() as connection:
        log_id = integrity.log_id(connection)
    place.marks.stop(log_id, "log.behind")
    assert send(app, submission(0, 3)).status_code == 503
    assert kept() == (0, None)
    place.marks.resume(log_id)
    assert send(app, submission(0, 3)).status_code == 200


def test_a_clock_that_goes_back_dates_nothing_before_what_it_follows(app: Flask, number: int) -> None:
    send(app, submission(0, 3))
    clock = installation().clock
    before = clock.now()
    clock.set(before - timedelta(hours=1))
    answer = send(app, submission(3, 8))
    opened = notes.open_note(signed(logs.checkpoint(8)) + answer.text, [key()])
    assert opened.timestamps == {key(): int(before.timestamp())}


def test_a_proof_that_does_not_hold_is_refused_until_one_does(app: Flask, number: int) -> None:
    send(app, submission(0, 8))
    honest = tree.consistency(logs.nodes(20), 8, 20)
    for path in ([], honest[:-1], [*honest, bytes(32)], [bytes(32)] * 63):
        assert send(app, submission(8, 20, path=path)).status_code == 422
    fork = signed(Checkpoint(logs.ORIGIN, 20, bytes(32)))
    assert send(app, submission(8, 20, fork)).status_code == 422
    with reading() as connection:
        assert connection.execute(select(WitnessedLog.fault, WitnessedLog.evidence)).one() == ("proof", "")
    assert kept() == (8, logs.checkpoint(8).root)
    assert send(app, submission(8, 20)).status_code == 200
    with reading() as connection:
        assert connection.scalar(select(WitnessedLog.fault)) == ""


def test_nothing_precedes_the_first_checkpoint(app: Flask, number: int) -> None:
    assert send(app, submission(0, 8, path=[bytes(32)])).status_code == 422
    assert send(app, submission(0, 0, signed(Checkpoint(logs.ORIGIN, 0, bytes(32))))).status_code == 409
    assert send(app, submission(0, 0)).status_code == 200
    assert send(app, submission(0, 8)).status_code == 200


def test_a_log_that_nobody_added_is_unknown(app: Flask, number: int) -> None:
    other = signed(Checkpoint("elsewhere.example/log", 3, logs.checkpoint(3).root))
    assert send(app, submission(0, 3, other)).status_code == 404


def test_a_log_that_was_removed_is_unknown_and_remembered(app: Flask, number: int) -> None:
    operator = f.a_person(OPERATOR, operator=True)
    send(app, submission(0, 8))
    actions.remove(operator, number)
    assert send(app, submission(8, 9)).status_code == 404
    assert actions.add(operator, str(logs.SIGNER.key)) == number
    assert send(app, submission(0, 5)).text == "8\n", "it cannot begin anew"


def test_only_the_logs_own_signature_counts(app: Flask, number: int) -> None:
    other = Signer(b"\x03" * 32, logs.ORIGIN)
    checkpoint = logs.checkpoint(3)
    forged = logs.SIGNER.sign(logs.checkpoint(4).body())
    for note in (signed(checkpoint, other), notes.join(checkpoint.body(), [forged])):
        assert send(app, submission(0, 3, note)).status_code == 403
    assert kept() == (0, None)
    both = notes.join(checkpoint.body(), [other.sign(checkpoint.body()), logs.SIGNER.sign(checkpoint.body())])
    assert send(app, submission(0, 3, both)).status_code == 200
    with reading() as connection:
        assert connection.scalar(select(WitnessedLog.note)) == signed(checkpoint), (
            "what strangers add is not kept"
        )


def test_a_log_that_changed_its_key_is_cosigned_by_the_new_one(app: Flask, number: int) -> None:
    send(app, submission(0, 3))
    new = Signer(b"\x03" * 32, logs.ORIGIN)
    note = signed(logs.checkpoint(5), new)
    assert send(app, submission(3, 5, note)).status_code == 403
    actions.change_keys(f.a_person(OPERATOR, operator=True), number, f"{new.key}\n{logs.SIGNER.key}")
    assert send(app, submission(3, 5, note)).status_code == 200


GOOD = submission(0, 3)
MALFORMED: list[bytes] = [
    b"", b"\xff\xfe", b"{}", b"--x\r\n\r\n", b"old 0\n\n", b"old 0\n" + b"A" * 43 + b"=\n" * 64 + b"\nx",
    GOOD.encode()[:-1], GOOD.encode() + b"\n",
    *(GOOD.replace(*change).encode() for change in (
        ("old 0", "old 00"), ("old 0", "old 4"), ("\n", "\r\n"), ("\n3\n", "\n03\n"), ("\n3\n", f"\n{2**63}\n"),
    )),
]  # fmt: skip


@pytest.mark.parametrize("body", MALFORMED)
def test_what_is_no_submission_is_a_bad_request(app: Flask, number: int, body: bytes) -> None:
    answer = send(app, body)
    assert (answer.status_code, answer.mimetype) == (400, "text/plain")
    assert kept() == (0, None)


def test_a_form_and_a_file_are_bad_requests_too(app: Flask, number: int) -> None:
    assert send(app, submission(0, 3), content_type="application/x-www-form-urlencoded").status_code == 200
    assert send(app, b"--x\r\nbroken", content_type="multipart/form-data; boundary=x").status_code == 400


def test_a_body_that_is_too_long_is_not_read(app: Flask, number: int) -> None:
    answer = send(app, submission(0, 3) + "x" * 2**17)
    assert (answer.status_code, answer.mimetype) == (413, "text/plain")


def test_too_many_from_one_place_wait(app: Flask, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "TRIES", 2)
    answers = [send(app, submission(0, 3)) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 409, 429]
    assert answers[2].headers["Retry-After"] == "60"


def test_where_nobody_is_a_witness_there_is_nothing(app: Flask) -> None:
    place = installation()
    app.extensions["installation"] = type(place)(**{**vars(place), "cosigner": None})
    browser = app.test_client()
    nothing = browser.get("/witness/nothing")
    for answer in (browser.get("/witness/vkey"), browser.get("/witness/add-checkpoint")):
        assert (answer.status_code, answer.text) == (404, nothing.text)
    assert send(app, submission(0, 3)).status_code == 404


def test_it_is_asked_with_post(app: Flask) -> None:
    assert app.test_client().get("/witness/add-checkpoint").status_code == 405


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_hostile_bytes_are_refused_and_never_break_it(app: Flask, number: int, data: st.DataObject) -> None:
    good = submission(0, 3).encode()
    place = data.draw(st.integers(0, len(good)))
    cut = data.draw(st.integers(0, 40))
    body = good[:place] + data.draw(st.binary(max_size=40)) + good[place + cut :]
    answer = send(app, body)
    assert answer.status_code in (200, 400, 403, 404, 409, 422, 429), answer.text
    assert answer.status_code != 200 or body in (good,)


def test_of_two_that_come_at_once_one_is_cosigned(app: Flask, number: int) -> None:
    """Both follow from the same checkpoint, and only one of them from what is kept once the other is."""
    assert send(app, submission(0, 8)).status_code == 200
    answers = at_once(app, {size: submission(8, size) for size in (9, 12, 10, 15)})
    cosigned = [size for size, answer in answers.items() if answer.status_code == 200]
    assert cosigned == [kept()[0]]
    told = {(answer.status_code, answer.text) for size, answer in answers.items() if size not in cosigned}
    assert told == {(409, f"{cosigned[0]}\n")}


def at_once(app: Flask, bodies: dict[int, str]) -> dict[int, TestResponse]:
    """What each of these gets, sent at one moment."""
    found: dict[int, TestResponse] = {}
    gate = threading.Barrier(len(bodies))

    def ask(size: int) -> None:
        gate.wait()
        found[size] = send(app, bodies[size])

    threads = [threading.Thread(target=ask, args=(size,)) for size in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found
