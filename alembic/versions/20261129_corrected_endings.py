"""Let a corrected outcome take along what was said of the one before.

What made sure that she is safe goes with “safe”, and the report that is repeated with “duplicate”.
Rows that were corrected before this day keep neither beside another outcome, as a rebuild would
have it. Nothing has to be taken back.
"""

from __future__ import annotations

from alembic import op

revision = "20261129_corrected_endings"
down_revision = "20261129_labels"
branch_labels = None
depends_on = None

FREED = """
UPDATE read.{table} SET verified_by = NULL
    WHERE verified_by IS NOT NULL AND outcome IS DISTINCT FROM 'safe';
UPDATE read.{table} SET duplicate_of = NULL
    WHERE duplicate_of IS NOT NULL AND outcome IS DISTINCT FROM 'duplicate';
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    for table in ("report_detail", "report_detail_history"):
        op.execute(FREED.format(table=table))


def downgrade() -> None:
    """Nothing: the rows are right for the code before, too."""
