"""When somebody is late: what people agree to do within days, and what a published date asks for."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from marketplace.rules.working_days import uk_date

# Whole days that a person may take for each, before the page that the lead reads calls it late.
PATIENCE: dict[str, int] = {"accept": 5, "open": 2, "declare": 3, "lock": 14, "propose": 5, "confirm": 3}


def is_late(code: str, since: datetime, now: datetime, decision_on: date | None) -> bool:
    """Whether something waited for since `since` is late: past its days, or past the decision's published date."""
    today = uk_date(now)
    past_decision = decision_on is not None and today > decision_on
    return past_decision or today > uk_date(since) + timedelta(days=PATIENCE[code])
