"""Scoring as one evaluator sees it: the proposals in an order of their own, and their own scores alone.

Nothing here reads another evaluator's scores, drafts, locks or progress, so that no page can differ by them.
"""

from marketplace.queries.scores.lists import LISTED, OwnList, Progress, lock_of_seat, own_list
from marketplace.queries.scores.sheets import Across, Mark, Row, Sheet, across, sheet

__all__ = (
    "LISTED",
    "Across",
    "Mark",
    "OwnList",
    "Progress",
    "Row",
    "Sheet",
    "across",
    "lock_of_seat",
    "own_list",
    "sheet",
)
