"""When somebody is late: what people agree to do within days, and what a published date asks for."""

from __future__ import annotations

from datetime import datetime, timedelta

from marketplace.rules.working_days import uk_date

# Whole days that a person may take for each task, before the page that the lead reads calls it late.
PATIENCE: dict[str, int] = {
    "accept": 5, "deputise": 5, "take-over": 5, "no-interest": 5, "agree": 2, "open-proposals": 2, "declare": 3,
    "consent": 3, "replace": 5, "score": 14, "debrief": 10, "moderate": 7, "sign": 3, "decide": 5, "confirm": 3,
}  # fmt: skip


def is_late(task: str, since: datetime, due: datetime | None, now: datetime) -> bool:
    """Whether something that waits since `since` is late: past its date, or past its days."""
    if due is not None and now >= due:
        return True
    return task in PATIENCE and uk_date(now) > uk_date(since) + timedelta(days=PATIENCE[task])
