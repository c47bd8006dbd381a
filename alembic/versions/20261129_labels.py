"""Keep which device raised a report, and whether it raises conspicuously often.

Rows stay as they are: facts of before this day name no device. Reports of the last minutes are
found by an index of their own. Going back drops the columns and lets the fold begin anew.
"""

from __future__ import annotations

from alembic import op

revision = "20261129_labels"
down_revision = "20261129_joining"
branch_labels = None
depends_on = None

COLUMNS = {
    "source": "uuid",
    "many_triggers": "bigint NOT NULL DEFAULT 0",
    "label_seen": "boolean NOT NULL DEFAULT false",
}
TABLES = ("operator_queue", "operator_queue_history")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute("DROP TABLE IF EXISTS shadow.operator_queue, shadow.operator_queue_history")
    for table in TABLES:
        for name, kind in COLUMNS.items():
            op.execute(f"ALTER TABLE read.{table} ADD COLUMN {name} {kind}")
            op.execute(f"ALTER TABLE read.{table} ALTER COLUMN {name} DROP DEFAULT")
    op.execute("CREATE INDEX operator_queue_received ON read.operator_queue (received_at)")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute("DROP TABLE IF EXISTS shadow.operator_queue, shadow.operator_queue_history")
    op.execute("TRUNCATE read.operator_queue, read.operator_queue_history")
    op.execute("UPDATE read.tracking SET position = 0 WHERE fold = 'operator_queue'")
    op.execute("DROP INDEX read.operator_queue_received")
    for table in TABLES:
        for name in COLUMNS:
            op.execute(f"ALTER TABLE read.{table} DROP COLUMN {name}")
