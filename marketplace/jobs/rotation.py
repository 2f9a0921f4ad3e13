"""A new key for the log. Only the machine that signs can make one, since the private half stays there.

The order is: the private half kept in its file, then the entry that announces the key and the key's row in one
transaction. The signer signs once more with both, at the entry itself, so that whoever knows only the former key can
go on from there; then with the new one alone.
"""

from __future__ import annotations

import secrets

from marketplace import integrity
from marketplace.actions import rotation
from marketplace.models.database import installation, reading
from marketplace.outside import signing
from marketplace.policy import SYSTEM
from marketplace.queries import log
from marketplace.rules.log import told
from marketplace.rules.refusals import Refused
from marketplace.tlog import notes


def rotate() -> str:
    """Make a new key and announce it; the key as the log publishes it. A ValueError where that must not be now."""
    _check()
    key = new_key()
    # A crash before the next line has ended leaves a file that nothing was signed with.
    try:
        rotation.rotate(SYSTEM, log.vkeys(SYSTEM)[0], key)
    except Refused:
        raise ValueError(
            "Another process rotates the key, or the database fell behind what was signed"
        ) from None
    return key


def new_key() -> str:
    """Make a key for the log, its private half in a file here; the other half as the log publishes it."""
    settings, seed = installation().settings, secrets.token_bytes(32)
    key = notes.Signer(seed, settings.log_origin).key
    signing.keep(settings.key_dir, key.name, key.key_id.hex(), seed)
    return str(key)


def _check() -> None:
    """Whether this machine signs the log, and nothing but a key may be missing for that."""
    with reading() as connection:
        log_id, served = integrity.log_id(connection), integrity.last_checkpoint(connection)
        mark = integrity.marked(log_id)
        code = integrity.fault(connection) or installation().marks.stopped(log_id)
    if served is None:
        raise ValueError("Nothing is signed yet")
    if code and code != "log.keyless":
        raise ValueError(told(code))
    if mark is None or mark.size < served.size:
        raise ValueError("Another machine signs the log. Rotate its key there")
