"""Keep the indexes that some question needs: each costs every append its share.

No question looks for a timer by its aggregate. A delivery's id is made of its key, so the primary
key already lets none in twice. What is not done yet is always asked for by its state.
"""

from __future__ import annotations

from alembic import op

revision = "20261129_fewer_indexes"
down_revision = "20261129_device_nonces"
branch_labels = None
depends_on = None

UP = """
DROP INDEX ix_timers_aggregate;
ALTER TABLE deliveries DROP CONSTRAINT deliveries_key_key;
DROP INDEX ix_deliveries_open, ix_deliveries_leased, ix_deliveries_pending;
CREATE INDEX ix_deliveries_open ON deliveries (state, next_attempt_at) WHERE state <> 'done';
"""

DOWN = """
DROP INDEX ix_deliveries_open;
CREATE INDEX ix_deliveries_pending ON deliveries (next_attempt_at) WHERE state = 'pending';
CREATE INDEX ix_deliveries_leased ON deliveries (lease_until) WHERE state = 'leased';
CREATE INDEX ix_deliveries_open ON deliveries (state) WHERE state <> 'done';
ALTER TABLE deliveries ADD UNIQUE (key);
CREATE INDEX ix_timers_aggregate ON timers (aggregate_id);
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute(UP)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute(DOWN)
