"""Find past states by points: an index that is made in half the time.

The columns stay as they are, so that no fold needs another version. Readers go on meanwhile; a
fold that writes its history waits.
"""

from __future__ import annotations

from alembic import op

revision = "20261129_states_as_points"
down_revision = "20261129_clips_shown"
branch_labels = None
depends_on = None

HISTORIES = (
    "operator_queue",
    "report_detail",
    "operator_views",
    "report_messages",
    "follow_ups",
    "reporter_cards",
)
POINT = "point(CAST(lower(valid) AS DOUBLE PRECISION), CAST(upper(valid) AS DOUBLE PRECISION))"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    for fold in HISTORIES:
        op.execute(f"CREATE INDEX {fold}_history_stood ON read.{fold}_history USING gist ({POINT})")
        op.execute(f"DROP INDEX read.{fold}_history_valid")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    for fold in HISTORIES:
        op.execute(f"CREATE INDEX {fold}_history_valid ON read.{fold}_history USING gist (valid)")
        op.execute(f"DROP INDEX read.{fold}_history_stood")
