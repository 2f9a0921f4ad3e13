"""Tables: columns, constraints and nothing that acts."""

from marketplace.models import (
    accounts,
    challenges,
    clarifications,
    eligibility,
    erasures,
    evaluation,
    invitations,
    notices,
    organisations,
    proposals,
    stages,
    trail,
    upkeep,
    witnesses,
)
from marketplace.models.base import db, metadata

__all__ = [
    "accounts", "challenges", "clarifications", "db", "eligibility", "erasures", "evaluation", "invitations",
    "metadata", "notices", "organisations", "proposals", "stages", "trail", "upkeep", "witnesses",
]  # fmt: skip
