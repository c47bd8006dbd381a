"""Keep clips of reports on their way: how far each is, who checks it, and where it lies.

The rows decide, as those of deliveries do; the bytes lie sealed in a store of their own, because
a panic's films must never stand in the way of its alarms.
"""

from __future__ import annotations

from alembic import op

revision = "20261129_clips"
down_revision = "20261129_reaching"
branch_labels = None
depends_on = None

UP = """
CREATE TABLE clips (
    clip_id uuid PRIMARY KEY,
    report_id uuid NOT NULL,
    device_id uuid,
    key_id uuid NOT NULL,
    size_bytes int NOT NULL CHECK (size_bytes > 0),
    received_bytes int NOT NULL DEFAULT 0 CHECK (received_bytes <= size_bytes),
    pieces int NOT NULL DEFAULT 0,
    occurred_at timestamptz,
    correlation_id uuid NOT NULL,
    state text NOT NULL DEFAULT 'receiving'
        CHECK (state IN ('receiving', 'pending', 'leased', 'done', 'dead')),
    attempts int NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    lease_until timestamptz,
    claimed_at timestamptz,
    last_error text,
    addresses text[] NOT NULL DEFAULT '{}',
    begun_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    touched_at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 70);
COMMENT ON COLUMN clips.key_id IS 'made when it began: an erased report gets no new key';
COMMENT ON COLUMN clips.claimed_at IS 'set while a worker checks it; leased without: in the queue';
COMMENT ON COLUMN clips.addresses IS 'written before anything is stored there';
CREATE INDEX ix_clips_report ON clips (report_id);
CREATE INDEX ix_clips_receiving ON clips (touched_at) WHERE state = 'receiving';
CREATE INDEX ix_clips_pending ON clips (next_attempt_at) WHERE state = 'pending';
CREATE INDEX ix_clips_leased ON clips (lease_until) WHERE state = 'leased';
CREATE INDEX ix_clips_dead ON clips (begun_at) WHERE state = 'dead';
CREATE TABLE clip_pieces (
    clip_id uuid NOT NULL REFERENCES clips ON DELETE CASCADE,
    number int NOT NULL,
    name uuid NOT NULL,
    starts_at int NOT NULL,
    size_bytes int NOT NULL,
    PRIMARY KEY (clip_id, number)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON clips, clip_pieces TO ansim_service;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute(UP)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute("DROP TABLE clip_pieces, clips")
