"""Count usage from a fold of its own, and keep more of what the folds' runners do.

The totals by hour hung on the reports' detail, which is many times as much work to rebuild. They
are emptied here and counted anew from the log, as soon as the fold runs.
"""

from __future__ import annotations

from alembic import op

revision = "20261123_usage_reports"
down_revision = "20261122_staff"
branch_labels = None
depends_on = None

UP = """
CREATE TABLE read.usage_reports (
    report_id UUID NOT NULL,
    district TEXT NOT NULL,
    hour TIMESTAMP WITH TIME ZONE NOT NULL,
    how TEXT NOT NULL,
    drill BOOLEAN NOT NULL,
    silent BOOLEAN NOT NULL,
    stage TEXT NOT NULL,
    accepted BOOLEAN NOT NULL,
    joined BIGINT NOT NULL,
    police BOOLEAN NOT NULL,
    ambulance BOOLEAN NOT NULL,
    PRIMARY KEY (report_id)
);
TRUNCATE read.usage_by_hour;
-- Not worth a flush: after a crash of the server there is no leader.
CREATE UNLOGGED TABLE read.leaders (
    fold text PRIMARY KEY,
    pid int NOT NULL,
    beat_at timestamptz NOT NULL
);
CREATE TABLE read.retried (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    fold text NOT NULL,
    key text NOT NULL,
    position bigint NOT NULL,
    retried_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON COLUMN read.retried.position IS 'of the fold when it was done: later than the fact';
CREATE INDEX retried_position ON read.retried (fold, position);
CREATE TABLE read.compared (
    fold text PRIMARY KEY,
    position bigint NOT NULL,
    differing bigint NOT NULL,
    compared_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
GRANT SELECT, INSERT, UPDATE, DELETE ON read.leaders, read.retried, read.compared
    TO ansim_service;
GRANT USAGE ON SEQUENCE read.retried_id_seq TO ansim_service;
-- Tables that no transaction leaves behind: who folds may fold again and compare.
CREATE SCHEMA comparing;
GRANT USAGE, CREATE ON SCHEMA comparing TO ansim_service;
INSERT INTO read.tracking (fold, version) VALUES ('usage_reports', 1);
INSERT INTO read.compared (fold, position, differing) SELECT fold, 0, 0 FROM read.tracking;
"""

DOWN = """
DROP SCHEMA comparing;
DROP TABLE read.usage_reports, read.leaders, read.retried, read.compared;
DELETE FROM read.parked WHERE fold = 'usage_reports';
DELETE FROM read.tracking WHERE fold = 'usage_reports';
TRUNCATE read.report_detail, read.report_detail_history, read.usage_by_hour;
DELETE FROM read.parked WHERE fold = 'report_detail';
UPDATE read.tracking SET position = 0 WHERE fold = 'report_detail';
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute(UP)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute(DOWN)
