"""Say why a report rings anew, and which reports are about one incident.

Rows stay as they are: before this day no report was claimed anew, linked or promoted, so NULL is
what a rebuild would make, too. Going back drops the columns and lets the folds begin anew.
"""

from __future__ import annotations

from alembic import op

revision = "20261129_joining"
down_revision = "20261129_presence"
branch_labels = None
depends_on = None

TABLES = (
    "operator_queue",
    "operator_queue_history",
    "report_detail",
    "report_detail_history",
)
ADDED = {"rings_for": "text", "incident_id": "uuid"}
DOWN = """
TRUNCATE read.operator_queue, read.operator_queue_history,
    read.report_detail, read.report_detail_history;
UPDATE read.tracking SET position = 0 WHERE fold IN ('operator_queue', 'report_detail');
DELETE FROM read.parked WHERE fold IN ('operator_queue', 'report_detail');
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    for table in TABLES:
        for name, kind in ADDED.items():
            op.execute(f"ALTER TABLE read.{table} ADD COLUMN {name} {kind}")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute(DOWN)
    for table in TABLES:
        for name in ADDED:
            op.execute(f"ALTER TABLE read.{table} DROP COLUMN {name}")
