"""Why the log may not go on: what an operator is told to do for each code."""

from __future__ import annotations

from marketplace.words import ENGLISH, N_

STOPS: dict[str, str] = {
    "log.behind": N_("The database holds fewer entries than the public log: an older copy of it is in use. Put the newest copy back, or bring the entries that are missing back from an export with “log recover”."),
    "log.different": N_("The database holds other entries than the public log: somebody changed it, or it is another copy. Put the right copy back. An older one that nobody changed is brought up to date with “log recover”."),
    "log.unmarked": N_("This machine has no mark of the public log. Bring back the folder that LOG_MARK names, or name the last checkpoint that was published with “log start --checkpoint FILE”."),
    "log.other": N_("This machine has marks of another log, and the database is new. Bring back the database, or let LOG_MARK name an empty folder where a new log is meant."),
    "log.origin": N_("LOG_ORIGIN is another one than the first entry of the log names. Set it back: the name of a log never changes."),
    "log.keyless": N_("The key that signs the public log is not in KEY_DIR. Bring it back from its backup, or replace it with “log rotate-key”."),
}  # fmt: skip
"""Shown to everybody, as a part of the page that says that the service is read-only."""


def told(code: str) -> str:
    """What the command line says of a code, without the full stop that it ends with."""
    return ENGLISH.say(STOPS[code]).removesuffix(".")
