"""Show what was taken back, under duress, again after a cancel, or said otherwise.

Rows stay as they are: the new facts were not there before this day, so what a rebuild would make is
known. Of a cancelled report the log says when; it could be reopened for ten minutes. Going back
drops the columns and lets the folds begin anew.
"""

from __future__ import annotations

from alembic import op

revision = "20261129_taking_back"
down_revision = "20261124_viewing"
branch_labels = None
depends_on = None

QUEUE = {
    "reopen_until": "timestamptz",
    "duress": "boolean NOT NULL DEFAULT false",
    "after_cancel": "boolean NOT NULL DEFAULT false",
    "amended": "text NOT NULL DEFAULT '[]'",
}
DETAIL = {
    "reopen_until": "timestamptz",
    "duress_at": "timestamptz",
    "after_cancel_of": "uuid",
    "amended": "text NOT NULL DEFAULT '[]'",
}
ADDED = {
    "operator_queue": QUEUE,
    "operator_queue_history": QUEUE,
    "report_detail": DETAIL,
    "report_detail_history": DETAIL,
}
UP = """
UPDATE read.tracking SET version = 3 WHERE fold IN ('operator_queue', 'report_detail');
UPDATE read.tracking SET version = 2 WHERE fold = 'usage_reports';
"""
DOWN = """
TRUNCATE read.usage_reports, read.usage_by_hour;
DELETE FROM read.parked WHERE fold IN ('operator_queue', 'report_detail', 'usage_reports');
UPDATE read.tracking SET version = 2, position = 0
    WHERE fold IN ('operator_queue', 'report_detail');
UPDATE read.tracking SET version = 1, position = 0 WHERE fold = 'usage_reports';
"""
UNTIL = """
UPDATE read.{table} q SET reopen_until = (
    SELECT e.received_at + interval '10 minutes' FROM events e
    WHERE e.aggregate_id = q.report_id AND e.topic = 'emergency.cancelled'
        AND e.position <= q.last_position
    ORDER BY e.position DESC LIMIT 1
) WHERE stage = 'cancelled'
"""
INDEX = (
    "CREATE INDEX operator_queue_cancelled ON read.operator_queue (reopen_until)"
    " WHERE stage = 'cancelled'"
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    for table, columns in ADDED.items():
        for name, kind in columns.items():
            op.execute(f"ALTER TABLE read.{table} ADD COLUMN {name} {kind}")
            if "DEFAULT" in kind:
                op.execute(f"ALTER TABLE read.{table} ALTER COLUMN {name} DROP DEFAULT")
        op.execute(UNTIL.format(table=table))
    op.execute(INDEX)
    op.execute(UP)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute("DROP INDEX read.operator_queue_cancelled")
    for table, columns in ADDED.items():
        op.execute(f"TRUNCATE read.{table}")
        for name in columns:
            op.execute(f"ALTER TABLE read.{table} DROP COLUMN {name}")
    op.execute(DOWN)
