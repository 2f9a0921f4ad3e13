"""Who can propose, as a section of its own: challenges written before say nothing, or let everyone in."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SECTIONS = (
    "problem", "affected", "tried", "outcomes", "data", "adoption", "stages", "eligibility", "questions", "criteria",
    "terms",
)  # fmt: skip


def upgrade() -> None:
    _known(SECTIONS)
    # What is past its draft was agreed without conditions, so that nobody is asked for it again.
    op.execute(
        "INSERT INTO challenge_section (challenge_id, name, content, edition, edited_at)"
        " SELECT s.challenge_id, 'eligibility',"
        " '{\"conditions\":[],\"everyone\":' || CASE WHEN c.state = 'draft' THEN 'false' ELSE 'true' END || '}',"
        " 1, s.edited_at FROM challenge_section s JOIN challenge c ON c.id = s.challenge_id WHERE s.name = 'stages'"
    )


def downgrade() -> None:
    """The older schema has no place for who can propose."""
    op.execute("DELETE FROM challenge_section WHERE name = 'eligibility'")
    _known(tuple(name for name in SECTIONS if name != "eligibility"))


def _known(names: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{name}'" for name in names)
    with op.batch_alter_table("challenge_section") as table:
        table.drop_constraint(op.f("ck_challenge_section_name_known"), type_="check")
        table.create_check_constraint(op.f("ck_challenge_section_name_known"), f"name IN ({listed})")
