"""Keep conversations and follow-ups, and show calls, silence and second looks.

The queue and the reports' detail get columns. Their rows stay, for what a rebuild would make of
them is known: a call was ordered wherever one is told of, and one that was only ordered when its
report fell silent shows as withheld. Going back drops the new folds, and lets the others begin
anew.
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "20261129_reaching"
down_revision = "20261129_whereabouts"
branch_labels = None
depends_on = None

TABLES = Path(__file__).with_name("20261129_reaching.sql").read_text()
BOTH = {
    "call_attempts": "bigint NOT NULL DEFAULT 0",
    "call_retry_at": "timestamptz",
    "text_failed": "boolean NOT NULL DEFAULT false",
    "unanswered": "bigint NOT NULL DEFAULT 0",
    "recheck_at": "timestamptz",
    "recheck_due": "boolean NOT NULL DEFAULT false",
}
DETAIL = BOTH | {"verified_by": "text", "duplicate_of": "uuid", "said_fine_at": "timestamptz"}
ADDED = {
    "operator_queue": BOTH,
    "operator_queue_history": BOTH,
    "report_detail": DETAIL,
    "report_detail_history": DETAIL,
}

MADE = """
UPDATE read.operator_queue SET call_attempts = 1 WHERE call <> 'none';
UPDATE read.operator_queue_history SET call_attempts = 1 WHERE call <> 'none';
UPDATE read.report_detail SET call_attempts = 1 WHERE call <> 'none';
UPDATE read.report_detail_history SET call_attempts = 1 WHERE call <> 'none';
UPDATE read.operator_queue SET call = 'withheld' WHERE alert = 'silent' AND call = 'ordered';
UPDATE read.operator_queue_history SET call = 'withheld'
    WHERE alert = 'silent' AND call = 'ordered';
UPDATE read.report_detail SET call = 'withheld' WHERE alert = 'silent' AND call = 'ordered';
UPDATE read.report_detail_history SET call = 'withheld'
    WHERE alert = 'silent' AND call = 'ordered';
"""
FOLDS = """
INSERT INTO read.tracking (fold, version) VALUES ('report_messages', 1), ('follow_ups', 1);
INSERT INTO read.compared (fold, position, differing)
    VALUES ('report_messages', 0, 0), ('follow_ups', 0, 0);
"""
DOWN = """
DROP TABLE read.report_messages, read.report_messages_history,
    read.follow_ups, read.follow_ups_history;
DELETE FROM read.parked WHERE fold IN
    ('report_messages', 'follow_ups', 'operator_queue', 'report_detail', 'usage_reports');
DELETE FROM read.tracking WHERE fold IN ('report_messages', 'follow_ups');
DELETE FROM read.compared WHERE fold IN ('report_messages', 'follow_ups');
TRUNCATE read.operator_queue, read.operator_queue_history, read.report_detail,
    read.report_detail_history, read.usage_reports, read.usage_by_hour;
UPDATE read.tracking SET position = 0
    WHERE fold IN ('operator_queue', 'report_detail', 'usage_reports');
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    for table, columns in ADDED.items():
        for name, kind in columns.items():
            op.execute(f"ALTER TABLE read.{table} ADD COLUMN {name} {kind}")
            if "DEFAULT" in kind:
                op.execute(f"ALTER TABLE read.{table} ALTER COLUMN {name} DROP DEFAULT")
    for part in (MADE, TABLES, FOLDS):
        op.execute(part)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute(DOWN)
    for table, columns in ADDED.items():
        for name in columns:
            op.execute(f"ALTER TABLE read.{table} DROP COLUMN {name}")
